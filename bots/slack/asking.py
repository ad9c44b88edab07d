"""Asking: an author asks people about a draft that the check does not let pass; only then is it kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bots import answer, labels, sayings, wording
from bots.files import with_files
from bots.request import asked
from bots.reviewing import ask, can_ask, consent, refused
from bots.slack.blocks import Block, Message, actions, button, escaped, line, section
from bots.slack.door import Door
from bots.slack.files import find_file
from bots.slack.form import particulars, read_form
from bots.slack.intake import Inquiry, read_draft
from bots.slack.parcel import unwrap, wrap
from bots.slack.people import email_of
from bots.slack.render import render_sentence
from bots.slack.reply import reply, say, say_over, show
from bots.slack.request import opener
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.views import MAX_INPUT, View, file_input, modal, notice, text_input
from core.draft import Account, Draft, Network
from core.errors import DraftError, ReviewError
from core.reviews.review import Person
from core.verdict import Outcome, Verdict

ASK = "review_ask"
"""The action of the button under a verdict; its value is a parcel, without the draft where it is too long."""

NAME = "ask"
NOTE_ROOM = 1_000


def ask_button(door: Door, draft: Draft, verdict: Verdict) -> Block | None:
    """Build the button that asks for a review, where there is something to ask and somebody to answer."""
    wanted = verdict.outcome is not Outcome.OK and verdict.approval is None
    if not wanted or not can_ask(door.services, draft.author):
        return None
    parcel = wrap(door.keys, draft, draft.text) or wrap(door.keys, draft, "")
    return button(sayings.ASK, ASK, parcel) if parcel else None


async def open_form(door: Door, inquiry: Inquiry) -> None:
    """Open the form that says what asking means for the draft."""
    brought = unwrap(door.keys, inquiry.author, inquiry.text)
    if brought is None or not can_ask(door.services, inquiry.author):
        await say_over(door.api, inquiry, labels.PRESS_OVER)
        return
    if await show(door.api, inquiry, _form(consent(door.services), *brought)) is None:
        await say(door.api, inquiry.address.in_chat, labels.FORM_OVER)


async def send_form(door: Door, inquiry: Inquiry) -> Screen:
    """Take the form: say what is missing, or check the draft once more and ask."""
    files = tuple(inquiry.form.get("file") or ())
    typed = str(inquiry.form.get("draft") or "")
    content = await with_files(typed, files, partial(find_file, door.api), door.services.pictures)
    read, errors = read_form(replace(inquiry, form={**inquiry.form, "draft": content.text}))
    if content.unread or errors:
        return Screen(errors={"file": content.notices[0]} if content.unread else errors)
    return Screen(view=notice(labels.CHECKING, sayings.ASK_TITLE), then=lambda: _ask(door, read))


async def _ask(door: Door, inquiry: Inquiry) -> None:
    """Ask, and say to the author what comes next, in the open form or by direct message."""
    began, known = datetime.now(UTC), await door.people.look_up(inquiry.author)
    try:
        zone = await door.people.timezone(inquiry.author)
        draft = read_draft(inquiry, zone)
        if known is None:
            raise ReviewError(wording.RIGHTS_UNKNOWN)
        by, note = Person(inquiry.author, email_of(known)), str(inquiry.form.get("note") or "")
        _, review = await ask(door.services, draft, by, note)
    except (DraftError, ReviewError) as error:
        await say(door.api, inquiry.address, escaped(refused(error)))
        return
    if review is None:
        await reply(door.api, inquiry.address, render_sentence(sayings.NOT_NEEDED))
        return
    said = asked(review, began, zone)
    told = Message(said.partition("\n")[0], (section(said), actions(opener(review, 0))))
    await reply(door.api, inquiry.address, (told,))


def _form(lead: str, text: str, network: Network, account: Account, at: datetime, unread: tuple[str, ...]) -> View:
    """Build the form; it asks for a draft that no field holds, and never shows a part of one."""
    text = text if len(text) <= MAX_INPUT else ""
    blocks: list[Block] = [section(part) for part in lead.split("\n\n")]
    blocks += [line(answer.unread(name)) for name in unread]
    hint = "" if text else sayings.ASK_AGAIN
    blocks.append(text_input("draft", labels.FORM_DRAFT, text, lines=True, optional=not text, hint=hint))
    if not text:
        blocks.append(file_input("file", sayings.ASK_FILE, ("txt", "text", "md"), hint=sayings.ASK_FILE_HINT))
    blocks += [
        *particulars(network, account, at),
        text_input("note", sayings.ASK_NOTE, most=NOTE_ROOM, lines=True, optional=True),
    ]
    return modal(sayings.ASK_TITLE, blocks, name=NAME, submit=sayings.ASK_SEND, memo=" ".join(unread))


PRESSES: dict[str, Journey] = {ASK: open_form}
FORMS: dict[str, Taking] = {NAME: send_form}
