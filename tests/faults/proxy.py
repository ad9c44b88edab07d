"""A TCP proxy that goes wrong on order: in front of a real database, it hangs, resets, refuses or slows down."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """Passes bytes to a server and back; `mode` is pass, hang, reset, refuse or slow."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._flows = asyncio.Event()
        self.port = 0
        self.mode = "pass"
        self._flows.set()

    async def open(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Hang up on everybody and stop listening."""
        self.set("refuse")
        if self._server:
            self._server.close()

    def url(self, url: str) -> str:
        """Return a database's URL through the proxy."""
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{self.port}"))

    def set(self, mode: str) -> None:
        """Change what happens from now on, to connections that are open too."""
        self.mode = mode
        if mode == "hang":
            self._flows.clear()
        else:
            self._flows.set()
        if mode in ("reset", "refuse"):
            for writer in list(self._writers):
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode in ("refuse", "reset"):
            writer.transport.abort()
            return
        await self._flows.wait()
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self._writers -= {writer, back}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if self.mode == "slow":
                    await asyncio.sleep(0.1)
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
