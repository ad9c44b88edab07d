"""The Slack door: one route, one table of what answers what, one place where things go wrong."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bots import wording
from bots.bootstrap import Services
from bots.desk import GUIDES, VERBS
from bots.gate import read_body
from bots.slack import signature
from bots.slack.alarms import note_alarm
from bots.slack.api import TIMEOUT, quiet_logger
from bots.slack.check import check
from bots.slack.delivery import Delivery, Kind, read_delivery
from bots.slack.door import Door, build_door
from bots.slack.guidance import explain, guide
from bots.slack.intake import Inquiry, read_command, read_message, read_press
from bots.slack.render import ALARM, render_sentence
from bots.slack.reply import reply
from bots.slack.terms import keep_terms
from core.telemetry import DUPLICATES, REJECTED

log = structlog.get_logger()

Journey = Callable[[Door, Inquiry], Coroutine[Any, Any, None]]
Intake = Callable[[dict[str, Any]], Inquiry | None]

MESSAGES: dict[str, Journey] = {r"help": explain, GUIDES: guide, r".*": check}
COMMANDS: dict[str, Journey] = {
    r"(help)?": explain,
    GUIDES: guide,
    rf"terms(\s+({VERBS}|help)\b.*)?": keep_terms,
    r".*": check,
}
PRESSES: dict[str, Journey] = {r".*": note_alarm}
"""What a person writes -> who answers it: the first pattern that fits all of the text."""

CLAIM_SECONDS = 2
DRAIN_SECONDS = 20

_FLAGS = re.IGNORECASE | re.DOTALL
_DOOR = web.AppKey("slack_door", Door)
_BOLT = web.AppKey("slack_bolt", AsyncApp)


def build_bolt(door: Door) -> AsyncApp:
    """Build the table: what Slack sends -> who reads it -> who answers."""
    bolt = AsyncApp(
        name="checkpost",
        logger=quiet_logger("slack_bolt"),
        client=door.api.client,
        authorize=_authorizer(door),
        user_facing_authorize_error_message=wording.SORRY,
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    bolt.command(re.compile(r"^/"))(_listener(door, read_command, COMMANDS))
    bolt.action(ALARM)(_listener(door, read_press, PRESSES))
    bolt.event("message")(_listener(door, read_message, MESSAGES))
    # an event that nobody acknowledges is sent three times more, and may end the subscription
    bolt.event(re.compile(r""))(_ignore)
    bolt.error(_report)
    return bolt


def mount(app: web.Application, services: Services) -> None:
    """Add `POST /slack/events` and all that it needs to start, to stop and to finish its work."""
    app.cleanup_ctx.append(partial(_live, services))
    app.on_shutdown.append(_finish)
    app.router.add_post("/slack/events", _receive)


async def _live(services: Services, app: web.Application) -> AsyncIterator[None]:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        door = build_door(services, session)
        app[_DOOR], app[_BOLT] = door, build_bolt(door)
        # who we are is worth knowing early, but nothing waits for it and its failure stops nobody
        warm_up = asyncio.create_task(door.installation.learn())
        yield
        warm_up.cancel()
        await asyncio.wait({warm_up})
        await door.work.drain(1)


async def _finish(app: web.Application) -> None:
    await app[_DOOR].work.drain(DRAIN_SECONDS)


async def _receive(request: web.Request) -> web.Response:
    """Verify, parse, claim and acknowledge one request, in this order."""
    door = request.app[_DOOR]
    raw = await read_body(request)
    secret = door.services.settings.slack_signing_secret
    assert secret is not None, "mounted only where the Slack door is on"
    if reason := signature.refusal(secret.get_secret_value(), request.headers, raw, time.time()):
        return web.Response() if signature.is_ssl_check(request.headers, raw) else _reject(401, reason)
    try:
        delivery = read_delivery(raw, request.content_type, request.headers[signature.SIGNATURE])
    except ValueError:
        return _reject(400, "unreadable")
    if delivery.kind in (Kind.SSL_CHECK, Kind.NOTICE):
        return web.Response()
    if delivery.kind is Kind.URL_VERIFICATION:
        return await _dispatch(request.app, delivery, claimed=True)
    if door.work.full:
        return _turn_away(delivery)
    first = await _claim(door, delivery)
    if first is False:
        DUPLICATES.inc()
        return web.Response()
    if first is None and not delivery.somebody_waits:
        return _reject(503, "unclaimed")
    return await _dispatch(request.app, delivery, claimed=first is True)


async def _claim(door: Door, delivery: Delivery) -> bool | None:
    """Tell whether this is the first time we see a delivery; None when the database does not say."""
    try:
        async with asyncio.timeout(CLAIM_SECONDS):
            return await door.services.deliveries.claim(f"slack:{delivery.key}")
    except Exception as error:
        log.error("slack.claim_failed", error=type(error).__name__)
        return None


async def _dispatch(app: web.Application, delivery: Delivery, *, claimed: bool) -> web.Response:
    """Let Bolt find the listener. It gets what we parsed: its own reading of forms fails on some drafts."""
    try:
        context = {"claimed": claimed}
        bolt_request = AsyncBoltRequest(body=delivery.body, context=context, mode="socket_mode")
        response = await app[_BOLT].async_dispatch(bolt_request)
    except Exception:  # Bolt looks for ids in every corner of a payload, even when it reports a fault
        return _reject(400, "malformed")
    if response.status >= 500:
        return _reject(400, "malformed")
    return await to_aiohttp_response(response)


def _reject(status: int, reason: str) -> web.Response:
    REJECTED.labels(platform="slack", reason=reason).inc()
    log.warning("slack.request_rejected", reason=reason, status=status)
    return web.Response(status=status)


def _turn_away(delivery: Delivery) -> web.Response:
    """Refuse what is too much: Slack brings an event again, and tells the author of a command."""
    refusal = _reject(503, "overload")
    if delivery.kind is Kind.COMMAND:
        return web.json_response({"response_type": "ephemeral", "text": wording.SORRY})
    return refusal


def _listener(door: Door, intake: Intake, journeys: dict[str, Journey]) -> Callable[..., Awaitable[None]]:
    """Build a Bolt listener that acknowledges first and then only starts work of ours.

    Bolt turns an exception after `ack()` into a lost acknowledgement, so nothing after it may raise.
    """

    async def listen(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        inquiry = intake(body)
        await ack()
        if inquiry is None:
            return
        text = inquiry.text.strip()
        fitting = (journeys[words] for words in journeys if re.fullmatch(words, text, _FLAGS))
        journey = next(fitting) if context["claimed"] else _apologise
        door.work.start(_guard(door, inquiry, journey))

    return listen


async def _guard(door: Door, inquiry: Inquiry, journey: Journey) -> None:
    """Run a journey; whatever goes wrong in it, its author hears something."""
    try:
        await journey(door, inquiry)
    except Exception as error:
        log.error("slack.journey_failed", name=journey.__name__, error=type(error).__name__)
        await _apologise(door, inquiry)


async def _apologise(door: Door, inquiry: Inquiry) -> None:
    await reply(door.api, inquiry.address, render_sentence(wording.SORRY))


async def _report(error: Exception) -> None:
    log.error("slack.dispatch_failed", error=type(error).__name__)


async def _ignore() -> None:
    """Acknowledge an event that nobody here is interested in; Bolt does it before it calls us."""


def _authorizer(door: Door) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Build Bolt's authorization from what is known: no request waits for auth.test, or fails with it."""

    async def authorize() -> AuthorizeResult:
        identity = door.installation.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.workspace if identity else None,
            bot_token=door.api.client.token,
            bot_user_id=identity.bot_user if identity else None,
            bot_id=identity.bot if identity else None,
        )

    return authorize
