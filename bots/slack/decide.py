"""Decide: the form of each thing that may be done about a request, and doing it; rights are asked at every press."""

from __future__ import annotations

from bots import sayings
from bots.request import REASONED, Deed
from bots.reviewing import do, missing, refused, said_of
from bots.slack.blocks import Block, escaped
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.people import email_of
from bots.slack.reply import say, update
from bots.slack.request import DO, HERE, read_value
from bots.slack.review import bring, look, refresh
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.views import MAX_INPUT, View, modal, notice, person_input, text_input
from core.draft import Author
from core.errors import ReviewError
from core.reviews.review import Person, Review

NAME = "review"
"""The name of the form of a deed; what we write on it is the deed, the request, and the step that was seen."""


async def press(door: Door, inquiry: Inquiry) -> None:
    """Answer the button of a deed with its form; one that came too late shows how the request stands."""
    number, step, deed = read_value(inquiry.text)
    if deed is Deed.WITHDRAW:
        await _withdraw(door, inquiry, number)
        return

    async def build() -> View:
        sight = await look(door, inquiry.author, number)
        late = sight.late(deed, step)
        return sight.view(late) if late else _form(sight.review, deed, inquiry.text)

    await bring(door, inquiry, build)


async def send(door: Door, inquiry: Inquiry) -> Screen:
    """Do what a form says, if its sender still may, and show what came of it."""
    number, step, deed = read_value(inquiry.memo)
    reason, text = (str(inquiry.form.get(name) or "") for name in ("reason", "text"))
    if lacks := missing(deed, reason, text):
        return Screen(errors=lacks)
    try:
        sight = await look(door, inquiry.author, number)
    except ReviewError as error:
        return Screen(view=notice(escaped(str(error)), sayings.REQUEST))
    if late := sight.late(deed, step):
        return Screen(view=sight.view(late))
    to = await _chosen(door, inquiry) if deed is Deed.DELEGATE else None
    if deed is Deed.DELEGATE and not to:
        return Screen(errors={"to": sayings.DELEGATE_NOBODY})
    try:
        words = {"reason": reason.strip(), "text": text}
        done = await do(door.services, deed, sight.review, sight.by, step=step, to=to, **words)
    except ReviewError as error:
        return Screen(view=notice(escaped(refused(error)), sayings.REQUEST))
    return Screen(view=notice(said_of(deed, done), sayings.REQUEST), then=lambda: refresh(door, inquiry, number))


async def _withdraw(door: Door, inquiry: Inquiry, number: str) -> None:
    try:
        sight = await look(door, inquiry.author, number)
        said = sight.late(Deed.WITHDRAW, None)
        said = said or said_of(Deed.WITHDRAW, await do(door.services, Deed.WITHDRAW, sight.review, sight.by))
    except ReviewError as error:
        said = escaped(str(error))
    if not inquiry.address.view or not await update(door.api, inquiry.address.view, notice(said, sayings.REQUEST)):
        await say(door.api, inquiry.address.in_chat, said)


def _form(review: Review, deed: Deed, memo: str) -> View:
    """Build the form of a deed; the draft to be edited stands in it where a field has room for it."""
    blocks: list[Block] = []
    if deed is Deed.SUGGEST:
        draft = review.draft.text if review.draft else ""
        fits = len(draft) <= MAX_INPUT
        hint = sayings.SUGGESTION_HINT if fits else sayings.SUGGESTION_LONG
        blocks.append(text_input("text", sayings.SUGGESTION, draft if fits else "", lines=True, hint=hint))
    if deed is Deed.DELEGATE:
        blocks.append(person_input("to", sayings.DELEGATE_TO, hint=sayings.DELEGATE_HINT))
    must = deed in REASONED
    label = sayings.REASON if must else sayings.REASON_OPTIONAL
    blocks.append(text_input("reason", label, lines=True, optional=not must, hint=sayings.REASON_HINT))
    return modal(sayings.DEEDS[deed], blocks, name=NAME, submit=sayings.DEEDS[deed], memo=memo)


async def _chosen(door: Door, inquiry: Inquiry) -> Person | None:
    """Return whom a form names, or nobody where they are a guest, a bot, gone or not to be found."""
    chosen = Author(HERE, inquiry.author.workspace, str(inquiry.form.get("to") or ""))
    known = await door.people.look_up(chosen) if chosen.id else None
    return Person(chosen, email_of(known)) if known and not known["outside"] else None


PRESSES: dict[str, Journey] = {DO: press}
FORMS: dict[str, Taking] = {NAME: send}
