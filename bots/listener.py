"""Listener: a port that serves one application, and hangs up on connections that never finish asking."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from aiohttp import web

from core.errors import SettingsError

HEAD_SECONDS = 5
GRACE_SECONDS = 0.5
"""How long what has arrived may take to be read, where the process itself stood still and was late."""

KEEPALIVE_SECONDS = 75
"""How long a connection waits for its next request: longer than proxies keep one (60 s is usual), so that none is
closed under a request that is on its way."""

DRAIN_SECONDS = 20


class Listener:
    """One application on one port."""

    def __init__(self, app: web.Application) -> None:
        app.middlewares.insert(0, self._heard)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=KEEPALIVE_SECONDS,
            lingering_time=1,
            shutdown_timeout=DRAIN_SECONDS,
        )
        self._server: asyncio.Server | None = None
        self._silent: set[web.RequestHandler] = set()

    async def open(self, host: str, port: int, setting: str) -> None:
        """Start to listen.

        Raises:
            SettingsError: the port cannot be had; names `setting`, which chose it.
        """
        await self._runner.setup()
        try:
            self._server = await asyncio.get_running_loop().create_server(self._connection, host, port, backlog=128)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else "unknown host"
            raise SettingsError(f"cannot listen on {host}:{port} ({reason}): choose another {setting}") from None

    async def close(self) -> None:
        """Take no more connections and let the requests in flight finish."""
        if self._server:
            self._server.close()
        await self._runner.cleanup()

    def _connection(self) -> asyncio.Protocol:
        assert self._runner.server is not None, "opened after set-up"
        connection = self._runner.server()
        self._silent.add(connection)
        asyncio.get_running_loop().call_later(HEAD_SECONDS, self._doubt, connection)
        return connection

    @web.middleware
    async def _heard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Note that a whole request head has arrived on this connection."""
        self._silent.discard(request.protocol)
        return await handler(request)

    def _doubt(self, connection: web.RequestHandler) -> None:
        """Give a connection that is still silent the time to be read: this may run before a head that is there."""
        if connection in self._silent:
            asyncio.get_running_loop().call_later(GRACE_SECONDS, self._hang_up, connection)

    def _hang_up(self, connection: web.RequestHandler) -> None:
        """Close a connection on which no whole head has arrived; later heads have the keep-alive limit."""
        if connection in self._silent:
            self._silent.discard(connection)
            if connection.transport is not None:
                connection.transport.close()
