"""Check: a draft comes in, its verdict goes out; in between, at most a few seconds of silence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bots import labels, wording
from bots.desk import note_false_alarm
from bots.files import with_files
from bots.links import with_links
from bots.slack.asking import ask_button
from bots.slack.blocks import Block, button
from bots.slack.door import Door
from bots.slack.files import find_file
from bots.slack.form import build_form, read_form
from bots.slack.guidance import explain
from bots.slack.intake import Inquiry, read_draft
from bots.slack.parcel import unwrap, wrap
from bots.slack.render import EDIT, USE_SAFE, render_verdict
from bots.slack.reply import reply, say, say_over, show, update
from bots.slack.screen import Screen
from bots.slack.views import MAX_INPUT, notice
from bots.tasks import announced
from core.draft import Draft
from core.errors import DraftError
from core.verdict import Outcome, Verdict


async def check(door: Door, inquiry: Inquiry, *, ready: bool = False) -> None:
    """Check a draft and tell its author; `ready` where it is a safe version that somebody wants to use."""
    try:
        tell = partial(_say_still_checking, door, inquiry)
        draft, verdict, notices = await announced(_judge(door, inquiry), tell)
    except DraftError as error:
        await say(door.api, inquiry.address, str(error))
        return
    steps = next_steps(door, draft, verdict)
    await reply(door.api, inquiry.address, render_verdict(draft, verdict, notices, steps=steps, ready=ready))


async def ask_for_draft(door: Door, inquiry: Inquiry) -> None:
    """Open the form in which a draft is typed; where Slack does not show it, say how else to ask."""
    if await show(door.api, inquiry, build_form()) is None:
        await explain(door, inquiry)


async def check_message(door: Door, inquiry: Inquiry) -> None:
    """Open the form with the message that somebody chose; one that is too long for a form is checked at once."""
    text = with_links(inquiry.text, inquiry.links)
    if len(text) <= MAX_INPUT:
        notices = inquiry.notices or (() if text else (labels.DELETED_MESSAGE,))
        if await show(door.api, inquiry, build_form(text, notices=notices)) is None:
            await say(door.api, inquiry.address, labels.FORM_OVER)
        return
    view = await show(door.api, inquiry, notice(labels.CHECKING))
    notices = (*inquiry.notices, labels.FORM_TOO_LONG)
    await check(door, replace(inquiry, address=replace(inquiry.address, view=view), notices=notices))


async def send_form(door: Door, inquiry: Inquiry) -> Screen:
    """Take the form that was sent: say what is missing, or check the draft in it."""
    read, errors = read_form(inquiry)
    if errors:
        return Screen(errors=errors)
    return Screen(view=notice(labels.CHECKING), then=lambda: check(door, read))


async def edit_again(door: Door, inquiry: Inquiry) -> None:
    """Open the form with the draft of the pressed button, in the place of the verdict where that is a view."""
    brought = unwrap(door.keys, inquiry.author, inquiry.text)
    if brought is None:
        await say_over(door.api, inquiry, labels.PRESS_OVER)
        return
    form, view = build_form(*brought), inquiry.address.view
    shown = await update(door.api, view, form) if view else await show(door.api, inquiry, form)
    if not shown:
        await say(door.api, inquiry.address.in_chat, labels.FORM_OVER)


async def use_safe_version(door: Door, inquiry: Inquiry) -> None:
    """Check the safe version of the pressed button once more, and lay it out to be copied."""
    brought = unwrap(door.keys, inquiry.author, inquiry.text)
    if brought is None:
        await say_over(door.api, inquiry, labels.PRESS_OVER)
        return
    text, network, account, at, unread = brought
    later = at if at > datetime.now(UTC) else None
    safe = replace(inquiry, text=text, network=network, account=account, at=later, unread=unread)
    await check(door, safe, ready=True)


async def note_alarm(door: Door, inquiry: Inquiry) -> None:
    """Note which rule is called wrong, and the policy's version; thank whoever said so."""
    noted = await note_false_alarm(door.services, inquiry.author, inquiry.text)
    await say_over(door.api, inquiry, wording.THANKS_FOR_ALARM if noted else labels.PRESS_OVER)


def next_steps(door: Door, draft: Draft, verdict: Verdict) -> list[Block]:
    """Build the buttons of what the author may do next, as far as a button can carry the draft."""
    steps: list[Block] = []
    if verdict.outcome is Outcome.OK:
        return steps
    if verdict.rewrite and not verdict.incomplete and (safe := wrap(door.keys, draft, verdict.rewrite)):
        steps.append(button(labels.USE_SAFE, USE_SAFE, safe, style="primary"))
    if len(draft.text) <= MAX_INPUT and (same := wrap(door.keys, draft, draft.text)):
        steps.append(button(labels.EDIT_AGAIN, EDIT, same))
    return [*steps, *filter(None, [ask_button(door, draft, verdict)])]


async def _say_still_checking(door: Door, inquiry: Inquiry) -> None:
    if not inquiry.address.view:  # an open form says so from the beginning
        await say(door.api, inquiry.address, wording.STILL_CHECKING)


async def _judge(door: Door, inquiry: Inquiry) -> tuple[Draft, Verdict, tuple[str, ...]]:
    timezone, content = await asyncio.gather(
        door.people.timezone(inquiry.author),
        with_files(inquiry.text, inquiry.files, partial(find_file, door.api), door.services.pictures),
    )
    unread = (*inquiry.unread, *content.unread)
    draft = read_draft(replace(inquiry, text=content.text, unread=unread), timezone)
    if content.nothing or not (draft.text or draft.unread):
        raise DraftError(content.notices[0] if content.notices else wording.EMPTY)
    return draft, await door.services.checker.check(draft), (*content.notices, *inquiry.notices)
