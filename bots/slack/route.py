"""Route: what arrives from Slack over HTTP is verified, parsed, claimed and acknowledged, in this order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bots import wording
from bots.bootstrap import Services
from bots.bulletin import publishing
from bots.courier import delivering
from bots.gate import read_body
from bots.slack import oauth, signature
from bots.slack.api import TIMEOUT
from bots.slack.app import build_bolt
from bots.slack.bulletin import post_bulletin
from bots.slack.delivery import Delivery, Kind, read_delivery
from bots.slack.herald import Herald
from bots.slack.manifest import EVENTS_PATH, REDIRECT_PATH
from bots.slack.stream import Stream
from bots.slack.work import Work
from bots.slack.workspaces import ManyWorkspaces, Workspaces, open_workspaces
from core.telemetry import DUPLICATES, QUEUE_REJECTED, REJECTED

log = structlog.get_logger()

CLAIM_SECONDS = 2
DRAIN_SECONDS = 20


class Reception:
    """Where deliveries are taken in, whichever way they came."""

    def __init__(self, services: Services, workspaces: Workspaces) -> None:
        self.services, self.workspaces, self.work = services, workspaces, Work()
        self._bolt: AsyncApp = build_bolt(workspaces, self.work)

    async def take(self, delivery: Delivery) -> BoltResponse:
        """Claim a verified delivery, start what it asks for and return the acknowledgement."""
        with self.work.arrival():
            return await self._taken(delivery)

    async def _taken(self, delivery: Delivery) -> BoltResponse:
        if delivery.kind in (Kind.SSL_CHECK, Kind.NOTICE):
            return BoltResponse(status=200)
        if delivery.kind is Kind.URL_VERIFICATION:
            return await self._dispatch(delivery, claimed=True)
        if self.work.full:
            return _turned_away(delivery)
        first = await self._claim(delivery)
        if first is False:
            DUPLICATES.inc()
            return BoltResponse(status=200)
        if first is None and not delivery.somebody_waits:
            return _rejected(503, "unclaimed")
        return await self._dispatch(delivery, claimed=first is True)

    async def _claim(self, delivery: Delivery) -> bool | None:
        """Tell whether this is the first time we see a delivery; None when the database does not say."""
        try:
            async with asyncio.timeout(CLAIM_SECONDS):
                return await self.services.deliveries.claim(f"slack:{delivery.key}")
        except Exception as error:
            log.error("slack.claim_failed", error=type(error).__name__)
            return None

    async def _dispatch(self, delivery: Delivery, *, claimed: bool) -> BoltResponse:
        """Let Bolt find the listener. It gets what we parsed: its own reading of forms fails on some drafts."""
        try:
            context = {"claimed": claimed}
            request = AsyncBoltRequest(body=delivery.body, context=context, mode="socket_mode")
            response = await self._bolt.async_dispatch(request)
        except Exception:  # Bolt looks for ids in every corner of a payload, even when it reports a fault
            return _rejected(400, "malformed")
        return response if response.status < 500 else _rejected(400, "malformed")


_RECEPTION = web.AppKey("slack_reception", Reception)


def mount(app: web.Application, services: Services) -> None:
    """Add the routes of Slack, and all that they need to start, to stop and to finish their work."""
    app.cleanup_ctx.append(partial(_live, services))
    app.on_shutdown.append(_finish)
    app.router.add_post(EVENTS_PATH, _receive)
    if services.settings.slack_client_id:
        app.router.add_get(oauth.INSTALL, _install)
        app.router.add_get(REDIRECT_PATH, _installed)


async def _live(services: Services, app: web.Application) -> AsyncIterator[None]:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with AsyncExitStack() as stack:
        session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        await stack.enter_async_context(session)
        reception = app[_RECEPTION] = Reception(services, open_workspaces(services, session))
        warm_up = asyncio.create_task(reception.workspaces.warm_up())
        post = partial(post_bulletin, reception.workspaces, services.settings.review_channel or "")
        await stack.enter_async_context(publishing(services, "slack", post))
        if services.settings.slack_app_token:
            await stack.enter_async_context(Stream(services.settings, session, reception.take))
        await stack.enter_async_context(delivering(services, "slack", Herald(services, reception.workspaces).send))
        yield
        warm_up.cancel()
        await asyncio.wait({warm_up})
        await reception.work.drain(1)


async def _finish(app: web.Application) -> None:
    await app[_RECEPTION].work.drain(DRAIN_SECONDS)


async def _receive(request: web.Request) -> web.Response:
    """Answer POST /slack/events."""
    reception = request.app[_RECEPTION]
    raw = await read_body(request)
    secret = reception.services.settings.slack_signing_secret
    assert secret is not None, "mounted only where the Slack door is on"
    if reason := signature.refusal(secret.get_secret_value(), request.headers, raw, time.time()):
        if signature.is_ssl_check(request.headers, raw):
            return web.Response()
        return await to_aiohttp_response(_rejected(401, reason))
    try:
        delivery = read_delivery(raw, request.content_type, request.headers[signature.SIGNATURE])
    except ValueError:
        return await to_aiohttp_response(_rejected(400, "unreadable"))
    return await to_aiohttp_response(await reception.take(delivery))


async def _install(request: web.Request) -> web.Response:
    return oauth.begin(request.app[_RECEPTION].services, request)


async def _installed(request: web.Request) -> web.Response:
    reception = request.app[_RECEPTION]
    assert isinstance(reception.workspaces, ManyWorkspaces), "mounted only where a client id is set"
    return await oauth.finish(reception.services, reception.workspaces, request)


def _rejected(status: int, reason: str) -> BoltResponse:
    REJECTED.labels(platform="slack", reason=reason).inc()
    log.warning("slack.request_rejected", reason=reason, status=status)
    return BoltResponse(status=status)


def _turned_away(delivery: Delivery) -> BoltResponse:
    """Refuse what is too much: Slack brings an event again, and tells the author of a command."""
    QUEUE_REJECTED.labels(platform="slack").inc()
    refusal = _rejected(503, "overload")
    if delivery.kind is Kind.COMMAND:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": wording.SORRY})
    return refusal
