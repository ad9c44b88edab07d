"""The Teams door: POST /api/messages, and the one table that says what answers which kind of activity."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import structlog
from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web

from bots import labels, wording
from bots.bootstrap import Services
from bots.gate import read_body
from bots.tasks import Tasks
from bots.teams import check, guidance, review, sdk, terms
from bots.teams.bearer import Bearer
from bots.teams.claim import claim_activity
from bots.teams.click import read_click, read_way
from bots.teams.connector import Connector, ConnectorError
from bots.teams.herald import sending
from bots.teams.intake import read_activity, read_kind
from bots.teams.keys import SigningKeys
from bots.teams.outbox import open_outbox
from bots.teams.people import remember
from bots.teams.press import press, press_in_message
from bots.teams.screen import Screen, answer, as_message
from bots.teams.token import Refused, admit, welcome
from bots.teams.turn import Turn
from core.telemetry import DUPLICATES, QUEUE_REJECTED, REJECTED

PATH = "/api/messages"
ACK_SECONDS = 5.0
INVOKE_SECONDS = 3.0
DRAIN_SECONDS = 20.0
CAPACITY = 500
"""Turns at once; more is refused at the door, and Teams tells the author that the bot was not reached."""

REPEAT_SECONDS = 30.0
"""So long an invoke's answer is at hand for a client that repeats it because the first answer was lost."""

Journey = Callable[[Turn], Awaitable[Screen | None]]

JOURNEYS: dict[str, Journey] = {
    "message check": check.check_draft,
    "message nothing": check.ask_for_draft,
    "message help": guidance.explain,
    "message guide": guidance.answer_guide,
    "message submit": press_in_message,
    "message terms": terms.answer_terms,
    "messageUpdate check": check.check_draft,
    "messageDelete": review.drop_kept,
    "installationUpdate add": guidance.welcome,
    "installationUpdate remove": guidance.farewell,
    "conversationUpdate bot removed": guidance.farewell,
    "conversationUpdate bot added": guidance.welcome,
    "invoke adaptiveCard/action": press,
    "invoke task/fetch": press,
    "invoke task/submit": press,
    "invoke composeExtension/fetchTask": press,
    "invoke composeExtension/submitAction": press,
}
"""What answers each kind of activity (intake.read_kind). Other invokes get 501, anything else a silent 200.

What a button or form does stands in press.py.
"""

log = structlog.get_logger()


def mount(app: web.Application, services: Services) -> None:
    """Add the Teams route to the server, with all that it needs started and stopped."""
    reception = Reception(services)
    app.router.add_post(PATH, reception.receive)
    app.cleanup_ctx.append(reception.lifetime)
    app.on_shutdown.append(reception.drain)


class Reception:
    """Where activities are taken in: one process's side of the conversation with Bot Framework."""

    keys: SigningKeys
    connector: Connector

    def __init__(self, services: Services) -> None:
        self.services = services
        self._turns = Tasks("teams.turn_failed")
        self._invokes: dict[str, asyncio.Task[Screen | None]] = {}
        self._late: set[asyncio.Task[Screen | None]] = set()
        self._sdk = sdk.Turns()

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        """Hold the client, the signing keys and the bot's token; a failure to warm them up stops nothing."""
        settings = self.services.settings
        pool = TCPConnector(limit=100, keepalive_timeout=15)
        async with ClientSession(connector=pool, cookie_jar=DummyCookieJar(), trust_env=True) as session:
            self.keys = SigningKeys(
                session, settings.teams_openid_metadata_url, plain_loopback=settings.env != "production"
            )
            bearer = Bearer(settings) if settings.teams_app_id else None
            self.connector = Connector(session, bearer)
            errands = [self.keys.keep_fresh(), bearer.prewarm()] if bearer else []
            if bearer:  # the first caller must not be taken for one with a forged key
                await self.keys.refresh()
            tasks = [asyncio.create_task(errand) for errand in errands]
            async with sending(self.services, self.connector):
                yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if bearer:
                await bearer.close()

    async def drain(self, app: web.Application) -> None:
        """Finish the turns in progress, for 20 s at most."""
        if self._turns:
            log.info("teams.drained", count=await self._turns.finish(DRAIN_SECONDS))

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one call: refuse it, or run its turn and acknowledge in time, done or not."""
        try:
            raw = await self._admitted(request)
        except Refused as refused:
            log.warning("teams.request_rejected", status=refused.status, reason=refused.reason)
            REJECTED.labels(platform="teams", reason=refused.reason).inc()
            return web.Response(status=refused.status, text="refused\n")
        if raw["type"] == "invoke":
            return await self._answer_invoke(raw)
        await asyncio.wait({self._start(raw)}, timeout=ACK_SECONDS)
        return web.Response()

    async def _answer_invoke(self, raw: dict[str, Any]) -> web.Response:
        """Answer within 3 s what is done by then; what takes longer follows in the direct chat, once."""
        if read_kind(raw) not in JOURNEYS:
            log.info("teams.activity_ignored", status=501)
            REJECTED.labels(platform="teams", reason="unknown_invoke").inc()
            return web.json_response({"error": {"code": "NotImplemented"}}, status=501)
        key = _repeat_key(raw)
        turn = self._invokes.get(key) if key else None
        if turn is None:
            turn = self._start(raw)
            if key:
                self._invokes[key] = turn
                turn.add_done_callback(lambda _: self._forget_later(key))
        await asyncio.wait({turn}, timeout=INVOKE_SECONDS)
        screen = _outcome(turn) if turn.done() else Screen(labels.TAKES_LONGER)
        if not turn.done() and turn not in self._late:
            self._late.add(turn)
            self._turns.start(self._follow(raw, turn))
        return web.json_response(answer(screen, read_way(raw)))

    async def _follow(self, raw: dict[str, Any], turn: asyncio.Task[Screen | None]) -> None:
        """Send what an invoke's answer came too late with to the direct chat of whoever waits for it."""
        await asyncio.wait({turn})
        self._late.discard(turn)
        try:
            place = await open_outbox(self.connector, raw).private()
            await place.send(as_message(_outcome(turn)))
        except ConnectorError as error:
            log.error("teams.verdict_lost", status=error.status)

    def _start(self, raw: dict[str, Any]) -> asyncio.Task[Screen | None]:
        return self._turns.start(self._sdk.run(Turn(self.services, open_outbox(self.connector, raw)), self.on_activity))

    def _forget_later(self, key: str) -> None:
        asyncio.get_running_loop().call_later(REPEAT_SECONDS, self._invokes.pop, key, None)

    async def _admitted(self, request: web.Request) -> dict[str, Any]:
        """Return the activity of a request that may come in: type and size, token, shape, who and where, room."""
        if request.content_type != "application/json":
            raise Refused(415, "content_type")
        body = await read_body(request)
        settings, caller = self.services.settings, None
        if settings.teams_app_id:
            headers = request.headers.getall("Authorization", [])
            caller = await welcome(headers, self.keys, settings.teams_app_id)
        try:
            raw = read_activity(body)
        except ValueError:
            raise Refused(400, "shape") from None
        admit(raw, caller, settings)
        if len(self._turns) >= CAPACITY:
            QUEUE_REJECTED.labels(platform="teams").inc()
            raise Refused(503, "capacity")
        return raw

    async def on_activity(self, turn: Turn) -> Screen | None:
        """Look an activity up in the table and let its journey answer, the first time that it comes in."""
        raw = turn.raw
        journey = JOURNEYS.get(read_kind(raw))
        if journey is None:
            log.info("teams.activity_ignored", status=200)
            return None
        if raw["type"] != "invoke" and not await claim_activity(turn):
            DUPLICATES.inc()
            return None
        screen = await journey(turn)
        if raw["type"] == "message":
            await remember(turn)
        return screen


def _repeat_key(raw: dict[str, Any]) -> str:
    """Return what is the same in an invoke and its repetition, or nothing where a card gives no number to tell by."""
    try:
        click = read_click(raw)
    except ValueError:
        return ""
    return f"{raw['from']['id']} {read_way(raw).name} {click.fingerprint}" if click.nonce else ""


def _outcome(turn: asyncio.Task[Screen | None]) -> Screen:
    """Return what a turn came to; an apology where it failed."""
    failed = turn.cancelled() or turn.exception()
    return (None if failed else turn.result()) or Screen(wording.SORRY)
