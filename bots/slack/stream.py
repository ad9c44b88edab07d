"""Stream: Socket Mode, for those who open no port: the same deliveries, over a connection that we open.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp
import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bots.slack.api import Api
from bots.slack.delivery import Delivery, read_envelope
from bots.tasks import Tasks
from core.settings import Settings

log = structlog.get_logger()

AGAIN_SECONDS = 5.0
"""How long to wait before the first connection is tried once more; the SDK sees to all after that."""

FINISH_SECONDS = 5.0
"""So long what is being taken in is waited for when the connection closes."""

REFUSED = frozenset(
    "invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type missing_scope".split()
)
"""What Slack says of an app token that will not do, however often it is tried."""

TOKEN_ADVICE = "check SLACK_APP_TOKEN: an app-level token (xapp-) of this app with the scope connections:write"

Take = Callable[[Delivery], Awaitable[BoltResponse]]


class _Client(SocketModeClient):
    """The SDK's client, which tries for ever and whose own log is silent: what Slack refuses goes to ours."""

    async def issue_new_wss_url(self) -> str:
        """Ask Slack where to connect to."""
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            reason = str(error.response.get("error", "unknown"))
            advice = TOKEN_ADVICE if reason in REFUSED else "Slack is asked again"
            log.error("slack.stream_refused", reason=reason, advice=advice)
            raise


class Stream:
    """A connection to Slack that is opened anew whenever it ends."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession, take: Take) -> None:
        token = settings.slack_app_token
        assert token is not None, "opened only where an app token is set"
        self._take = take
        self._token = token.get_secret_value()
        self._api = Api(settings, session, self._token)
        self._client: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._taking = Tasks("slack.stream_request_failed")

    async def __aenter__(self) -> Self:
        self._client = _Client(self._token, _silent_logger(), self._api.client)
        # as with the Web API: the SDK would send loopback through a proxy
        self._client.proxy = None
        self._client.socket_mode_request_listeners.append(self._receive)
        self._connecting = asyncio.create_task(self._connect(self._client))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connecting:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        await self._taking.finish(FINISH_SECONDS)
        if self._client:
            await self._client.close()  # type: ignore[no-untyped-call]

    async def _connect(self, client: SocketModeClient) -> None:
        while True:
            try:
                await client.connect()  # type: ignore[no-untyped-call]
            except Exception as error:
                log.error("slack.stream_failed", error=type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                log.info("slack.stream_open")
                return

    async def _receive(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer an envelope in a task of ours: when the SDK closes, it cuts its own off, within a transaction even."""
        await asyncio.shield(self._taking.start(self._answer(client, request)))

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledge an envelope with what the same request would be answered over HTTP."""
        try:
            delivery = read_envelope(request.type, request.payload, request.envelope_id)
        except ValueError:
            log.warning("slack.request_rejected", reason="unreadable", status=400)
            return
        response = await self._take(delivery)
        if response.status >= 500:  # not acknowledged: Slack brings it again
            return
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, _payload(response)))


def _silent_logger() -> logging.Logger:
    """Return a logger that says nothing: at ERROR this part of the SDK quotes what it received."""
    logger = logging.getLogger("slack_sdk.socket_mode")
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _payload(response: BoltResponse) -> dict[str, Any] | None:
    try:
        payload = json.loads(response.body) if response.body else None
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None
