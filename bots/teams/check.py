"""Check: a draft comes in, and its verdict goes to its author and nobody else, once."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from functools import partial

import structlog

from bots import labels, wording
from bots.bootstrap import Services
from bots.desk import note_false_alarm
from bots.files import read_unread, with_files
from bots.links import hidden_links, with_links
from bots.reviewing import can_ask
from bots.tasks import announced
from bots.teams.click import new_nonce
from bots.teams.connector import ConnectorError
from bots.teams.files import find_file
from bots.teams.form import build_form, form_again, read_form, shown_moment
from bots.teams.guidance import send_invitation
from bots.teams.intake import read_draft, read_inquiry
from bots.teams.memo import Memo, seal, sources, unseal
from bots.teams.payload import read_payload
from bots.teams.render import Carried, render_brief, render_text, verdict_card
from bots.teams.screen import Screen, as_message
from bots.teams.turn import Turn
from core.draft import Draft
from core.errors import DraftError
from core.verdict import Verdict

log = structlog.get_logger()


async def check_draft(turn: Turn) -> None:
    """Check the draft in a message; what is said in a shared conversation quotes nothing."""
    try:
        there = replace(turn, out=await turn.out.private())
    except ConnectorError as error:
        log.warning("teams.author_unreachable", status=error.status)
        await turn.say(wording.UNDELIVERED)
        return
    try:
        draft, verdict, notices = await announced(_judge(turn), partial(_say_still_checking, there))
    except DraftError as error:
        await send_invitation(turn, str(error))
        return
    told = await _deliver(there, draft, verdict, notices)
    if not turn.is_private:
        await turn.say(wording.ANSWERED_PRIVATELY if told else wording.UNDELIVERED)


async def ask_for_draft(turn: Turn) -> None:
    """Answer a message without words, in the direct chat with a way to the form."""
    await send_invitation(turn, wording.EMPTY)


async def open_form(turn: Turn) -> Screen:
    """Open an empty form."""
    return Screen(card=build_form(), title=labels.FORM_TITLE)


async def open_on_message(turn: Turn) -> Screen:
    """Open the form with the message on which it was chosen; one that is too long for a form is checked at once.

    The draft belongs to whoever clicked, whoever wrote the message.
    """
    payload = read_payload(turn.raw)
    if payload is None:
        return await open_form(turn)
    notices = (wording.FILE_UNREAD,) if payload.files else ()
    if not payload.text:
        return Screen(card=build_form(notices=notices or (labels.DELETED_MESSAGE,)), title=labels.FORM_TITLE)
    text = with_links(payload.text, hidden_links(payload.text, payload.targets))
    if form := build_form(text, notices=notices):
        return Screen(card=form, title=labels.FORM_TITLE)
    draft = read_form(replace(turn, click=replace(turn.click, inputs={"draft": text})))
    return await _judged(turn.services, draft, (*notices, labels.FORM_TOO_LONG))


async def send_form(turn: Turn) -> Screen:
    """Check the draft of the form that was sent, or show it again with what is wrong."""
    try:
        draft = read_form(turn)
    except DraftError as error:
        return Screen(card=form_again(turn.click, str(error)), title=labels.FORM_TITLE)
    return await _judged(turn.services, draft)


async def edit_again(turn: Turn) -> Screen:
    """Open the form with the draft of the card; an empty one where the card had no room for it."""
    if not turn.click.memo:
        return Screen(card=build_form(unread=read_unread(turn.click.about)), title=labels.FORM_TITLE)
    memo = memo_of(turn)
    if memo is None:
        return Screen(labels.PRESS_OVER)
    draft = memo.draft
    more = (draft.network, draft.account, shown_moment(draft.written_at, turn.zone), draft.unread)
    return Screen(card=build_form(draft.text, *more) or build_form("", *more), title=labels.FORM_TITLE)


async def use_safe_version(turn: Turn) -> Screen:
    """Check the safe version of the card once more, and lay it out to be copied."""
    memo = memo_of(turn)
    if memo is None or memo.verdict.rewrite is None:
        return Screen(labels.PRESS_OVER)
    safe = replace(memo.draft, id=str(uuid.uuid4()), text=memo.verdict.rewrite)
    return await _judged(turn.services, safe, ready=True)


async def note_alarm(turn: Turn) -> Screen:
    """Note which rule is called wrong, and say so on the card; where it does not bring the draft, in a sentence."""
    memo = memo_of(turn)
    if turn.click.memo and memo is None:
        return Screen(labels.PRESS_OVER)
    if not await note_false_alarm(turn.services, turn.author, turn.click.about):
        return Screen(labels.MALFORMED, wrong=True)
    if memo is None:
        return Screen(wording.THANKS_FOR_ALARM)
    rule = turn.click.about.partition(" ")[0]
    return show(turn.services, replace(memo, noted=memo.noted | {rule}))


def memo_of(turn: Turn) -> Memo | None:
    """Return what a card brings back to the author it was made for; None for anybody else, and for anything changed."""
    return unseal(turn.keys, turn.click.nonce, turn.author, turn.click.memo)


def show(services: Services, memo: Memo, *, ready: bool = False) -> Screen:
    """Lay out a verdict with the buttons of what comes next."""
    nonce = new_nonce()
    sealed = seal(services.database.keys, nonce, memo)
    carried = Carried(nonce, sealed, memo.noted, ready, can_ask(services, memo.draft.author))
    shown = verdict_card(memo.draft, memo.verdict, memo.notices, carried)
    brief = render_brief(memo.draft, memo.verdict)["text"]
    return Screen(brief, shown, title=labels.NAME)


async def _judged(services: Services, draft: Draft, notices: tuple[str, ...] = (), *, ready: bool = False) -> Screen:
    """Check a draft that came by a button or a form."""
    return show(services, Memo(draft, await services.checker.check(draft), notices), ready=ready)


async def _judge(turn: Turn) -> tuple[Draft, Verdict, tuple[str, ...]]:
    """Check the draft in a message and the file beside it, and say what was not read."""
    inquiry = read_inquiry(turn.raw)
    content = await with_files(inquiry.words, inquiry.files, partial(find_file, turn), turn.services.pictures)
    if content.nothing:
        raise DraftError(content.notices[0])
    draft = read_draft(turn.raw, replace(inquiry, words=content.text, unread=content.unread))
    draft = replace(draft, id=sources(turn.keys, turn.raw)[0] + secrets.token_hex(8))
    return draft, await turn.services.checker.check(draft), content.notices


async def _say_still_checking(there: Turn) -> None:
    try:
        await there.say(wording.STILL_CHECKING)
    except ConnectorError as error:
        log.warning("teams.notice_lost", status=error.status)


async def _deliver(there: Turn, draft: Draft, verdict: Verdict, notices: tuple[str, ...]) -> bool:
    """Send the verdict, or else say that there is one; return whether the author was told anything.

    A verdict that may have arrived is not sent twice.
    """
    try:
        await there.out.send(as_message(show(there.services, Memo(draft, verdict, notices))))
        return True
    except ConnectorError as error:
        status = error.status
    log.warning("teams.verdict_refused", status=status)
    if status in (403, 404):  # the app was removed or blocked
        return False
    too_much = status in (400, 413)
    try:
        await there.out.send(render_brief(draft, verdict) if too_much else render_text(wording.UNSURE))
    except ConnectorError as error:
        log.error("teams.verdict_lost", status=error.status)
        return False
    return True
