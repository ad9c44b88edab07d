"""The Slack door: one table of what answers what, and one place where things go wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bots import labels, wording
from bots.desk import GUIDES, TERMS_WORDS
from bots.gate import object_in, text_in
from bots.slack import (
    asking,
    check,
    decide,
    desk,
    docket,
    exception,
    form,
    guidance,
    home,
    proposals,
    review,
    rows,
    term,
    versions,
)
from bots.slack.api import quiet_logger
from bots.slack.door import Door
from bots.slack.intake import Inquiry, read_command, read_message
from bots.slack.interaction import pressed, read_opened_home, read_press, read_shortcut, read_submission
from bots.slack.manifest import MESSAGE_SHORTCUT, SHORTCUT
from bots.slack.render import ALARM, CLAUSE, EDIT, USE_SAFE
from bots.slack.reply import say, say_over, update
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.terms import keep_terms
from bots.slack.views import TURN, not_done, notice
from bots.slack.work import Work
from bots.slack.workspaces import Workspaces, leave

log = structlog.get_logger()

Intake = Callable[[dict[str, Any]], Inquiry | None]
Choose = Callable[[dict[str, Any], Inquiry], Journey | None]

MESSAGES: dict[str, Journey] = {r"help": guidance.explain, GUIDES: guidance.guide, r".*": check.check}
COMMANDS: dict[str, Journey] = {
    r"": check.ask_for_draft,
    r"help": guidance.explain,
    GUIDES: guidance.guide,
    r"terms": desk.open_desk,
    TERMS_WORDS: keep_terms,
    r".*": check.check,
}
"""What a person writes -> who answers it: the first pattern that fits all of the text."""

SHORTCUTS: dict[str, Journey] = {SHORTCUT: check.ask_for_draft, MESSAGE_SHORTCUT: check.check_message}
PRESSES: dict[str, Journey] = {
    ALARM: check.note_alarm,
    CLAUSE: guidance.show_clause,
    USE_SAFE: check.use_safe_version,
    EDIT: check.edit_again,
    home.CHECK: check.ask_for_draft,
    home.PAGE: guidance.show_page,
    TURN: guidance.turn_page,
    **desk.PRESSES,
    **term.PRESSES,
    **rows.PRESSES,
    **proposals.PRESSES,
    **versions.PRESSES,
    docket.TURN: home.show_home,
    **asking.PRESSES,
    **review.PRESSES,
    **decide.PRESSES,
    **exception.PRESSES,
}
"""The action of a button, up to its colon -> what a press does."""

FORMS: dict[str, Taking] = {
    form.NAME: check.send_form,
    **desk.FORMS,
    **term.FORMS,
    **rows.FORMS,
    **versions.FORMS,
    **asking.FORMS,
    **decide.FORMS,
    **exception.FORMS,
}
"""The name of a form -> what happens when it is sent."""

PROMPT = 0.8
"""Seconds in which a form that was sent is answered in place; later the answer comes into the open view."""

SETTLE = 0.3
"""Seconds that an acknowledgement has to reach Slack before the view that it brings is changed again."""

_FLAGS = re.IGNORECASE | re.DOTALL


def build_bolt(workspaces: Workspaces, work: Work) -> AsyncApp:
    """Build the table: what Slack sends -> who reads it -> who answers."""
    bolt = AsyncApp(
        name="checkpost",
        logger=quiet_logger("slack_bolt"),
        client=AsyncWebClient(logger=quiet_logger("slack_sdk")),
        authorize=_authorize,
        user_facing_authorize_error_message=wording.SORRY,
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    listen, everything = Listeners(workspaces, work), re.compile(r"")
    bolt.command(re.compile(r"^/"))(listen.to(read_command, lambda _, asked: _fitting(COMMANDS, asked)))
    bolt.shortcut(everything)(listen.to(read_shortcut, lambda body, _: SHORTCUTS.get(text_in(body, "callback_id"))))
    bolt.action(everything)(listen.to(read_press, lambda body, _: _pressed(body)))
    bolt.view(everything)(listen.to_form)
    bolt.event("message")(listen.to(read_message, lambda _, asked: _fitting(MESSAGES, asked)))
    bolt.event("app_home_opened")(listen.to(read_opened_home, lambda *_: home.show_home))
    for event in ("app_uninstalled", "tokens_revoked"):
        bolt.event(event)(listen.to_goodbye)
    # an event that nobody acknowledges is sent three times more, and may end the subscription
    bolt.event(everything)(_ignore)
    bolt.error(_report)
    return bolt


def _fitting(journeys: Mapping[str, Journey], inquiry: Inquiry) -> Journey:
    text = inquiry.text.strip()
    return next(journeys[words] for words in journeys if re.fullmatch(words, text, _FLAGS))


def _pressed(body: dict[str, Any]) -> Journey | None:
    """Return what the pressed button does; buttons of one kind are told apart by what follows a colon."""
    return PRESSES.get(text_in(pressed(body), "action_id").partition(":")[0])


@dataclass(frozen=True, slots=True)
class Listeners:
    """What Bolt calls: each listener acknowledges first and then only starts work of ours.

    Bolt turns an exception after `ack()` into a lost acknowledgement, so nothing after it may raise.
    """

    workspaces: Workspaces
    work: Work

    def to(self, intake: Intake, choose: Choose) -> Callable[..., Awaitable[None]]:
        """Return the listener of what is read by `intake` and answered by the journey that is chosen."""

        async def listen(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
            inquiry = intake(body)
            journey = choose(body, inquiry) if inquiry else None
            await ack()
            if inquiry and journey:
                self.work.start(self._guard(body, inquiry, journey if context["claimed"] else _apologise, _apologise))

        return listen

    async def to_form(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Take a form that was sent: what is wrong with it is said in it, if that is known soon enough."""
        taking = FORMS.get(text_in(object_in(body, "view"), "callback_id"))
        inquiry = read_submission(body)
        if taking is None or inquiry is None:
            await ack()
            return
        if not context["claimed"]:
            await ack(response_action="update", view=notice(wording.SORRY))
            return
        taken = asyncio.create_task(self._take(body, inquiry, taking))
        done, _ = await asyncio.wait({taken}, timeout=PROMPT)
        if done:
            door, screen = taken.result()
            await ack(**screen.response())
            if door and screen.then:
                self.work.start(self._guard(body, inquiry, lambda *_: _afterwards(screen), _apologise_in_place))
            return
        await ack(response_action="update", view=notice(labels.WORKING))
        self.work.start(self._finish_late(body, inquiry, taken))

    async def to_goodbye(self, body: dict[str, Any]) -> None:
        """Leave a workspace that took the app out."""
        self.work.start(leave(self.workspaces, body))

    async def _take(self, body: dict[str, Any], inquiry: Inquiry, taking: Taking) -> tuple[Door | None, Screen]:
        """Take a form; whatever goes wrong in it, its author reads something."""
        try:
            door = await self.workspaces.door(body)
            return door, await taking(door, inquiry) if door else Screen(view=notice(wording.SORRY))
        except Exception as error:
            log.error("slack.journey_failed", name=taking.__name__, error=type(error).__name__)
            return None, Screen(view=notice(wording.SORRY))

    async def _finish_late(
        self, body: dict[str, Any], inquiry: Inquiry, taken: asyncio.Task[tuple[Door | None, Screen]]
    ) -> None:
        """Bring into the open view what came too late for the acknowledgement."""
        _, screen = await taken

        async def bring(door: Door, inquiry: Inquiry) -> None:
            said = "\n".join(screen.errors.values())
            view = not_done(said) if said else screen.view
            if view and inquiry.address.view:
                await update(door.api, inquiry.address.view, view)
            await _afterwards(screen)

        await self._guard(body, inquiry, bring, _apologise_in_place)

    async def _guard(self, body: dict[str, Any], inquiry: Inquiry, journey: Journey, apologise: Journey) -> None:
        """Run a journey; whatever goes wrong in it, its author hears something."""
        door = None
        try:
            door = await self.workspaces.door(body)
            if door is None:
                log.warning("slack.not_installed")
            elif not _is_us(door, inquiry):
                await journey(door, inquiry)
        except Exception as error:
            log.error("slack.journey_failed", name=getattr(journey, "__name__", "journey"), error=type(error).__name__)
            if door:
                await apologise(door, inquiry)


async def _afterwards(screen: Screen) -> None:
    if screen.then:
        # what comes before the acknowledgement is there would be replaced by it
        await asyncio.sleep(SETTLE)
        await screen.then()


def _is_us(door: Door, inquiry: Inquiry) -> bool:
    identity = door.api.identity
    return identity is not None and identity.bot_user == inquiry.author.id


async def _apologise(door: Door, inquiry: Inquiry) -> None:
    await say_over(door.api, inquiry, wording.SORRY)


async def _apologise_in_place(door: Door, inquiry: Inquiry) -> None:
    """Say it where the view still says that something is being done."""
    await say(door.api, inquiry.address, wording.SORRY)


async def _report(error: Exception) -> None:
    log.error("slack.dispatch_failed", error=type(error).__name__)


async def _ignore() -> None:
    """Acknowledge an event that nobody here is interested in; Bolt does it before it calls us."""


async def _authorize() -> AuthorizeResult:
    """Let Bolt pass everything on: which token answers is decided with the door, and no request waits for Slack."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=None, bot_user_id=None, bot_id=None)
