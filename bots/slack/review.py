"""Review: a request is opened, decided, passed on, withdrawn or opened again; rights are asked at every press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bots import labels, sayings, wording
from bots.leaf import read_number
from bots.request import DECIDING, REASONED, Deed, picture
from bots.reviewing import Part, deciders, do, part, refused, reviewers, said_of
from bots.slack.blocks import Block
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.people import email_of, zone_of
from bots.slack.reply import say, show_soon, update
from bots.slack.request import DO, HERE, OPEN, READ, READ_PAGE, draft_view, read_value, request_view
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.views import MAX_INPUT, View, modal, notice, person_input, text_input
from core.draft import Author
from core.errors import ReviewError
from core.reviews.review import Person, Review

NAME = "review"
"""The name of the form of a deed; what we write on it is the deed, the request, and the step that was seen."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A request, and what somebody may do about it, both looked up a moment ago."""

    review: Review
    by: Person
    part: Part
    zone: ZoneInfo

    def view(self, told: str = "") -> View:
        """Build its page."""
        return request_view(picture(self.review, HERE, self.zone), self.part.deeds, notice=told)

    def late(self, deed: Deed, step: int | None) -> str:
        """Say why a deed is not to be done now, or nothing; `step` is what whoever wants it saw."""
        if deed not in self.part.deeds:
            return self.part.refusal or sayings.AS_IT_STANDS
        return sayings.AS_IT_STANDS if deed in DECIDING and step != self.review.step else ""


async def look(door: Door, author: Author, number: str) -> Sight:
    """Return a request and what somebody may do about it.

    Raises:
        ReviewError: there is none, it is not theirs to see, or Slack does not say who they are.
    """
    review = await door.services.reviews.get(number)
    known = await door.people.look_up(author)
    if known is None:
        raise ReviewError(wording.RIGHTS_UNKNOWN)
    by = Person(author, email_of(known))
    may_decide = await door.people.stands_in(deciders(door.services, review), author, known)
    is_reviewer = may_decide or await door.people.stands_in(reviewers(door.services), author, known)
    found = part(review, by, may_decide=bool(may_decide), is_reviewer=bool(is_reviewer))
    if not found.may_see:
        raise ReviewError(wording.RIGHTS_UNKNOWN if is_reviewer is None else found.refusal)
    return Sight(review, by, found, zone_of(known))


async def open_request(door: Door, inquiry: Inquiry) -> None:
    """Open a request for somebody who may see it, as it stands now."""
    await bring(door, inquiry, lambda: _shown(door, inquiry, inquiry.text))


async def read_draft(door: Door, inquiry: Inquiry) -> None:
    """Open the draft of a request from its first page."""
    await bring(door, inquiry, lambda: _page(door, inquiry))


async def turn_draft(door: Door, inquiry: Inquiry) -> None:
    """Turn the page of an open draft."""
    if inquiry.address.view:
        await update(door.api, inquiry.address.view, await _allowed(lambda: _page(door, inquiry)))


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
    if missing := _missing(deed, reason, text):
        return Screen(errors=missing)
    try:
        sight = await look(door, inquiry.author, number)
    except ReviewError as error:
        return Screen(view=notice(wording.escaped(str(error)), sayings.REQUEST))
    if late := sight.late(deed, step):
        return Screen(view=sight.view(late))
    to = await _chosen(door, inquiry) if deed is Deed.DELEGATE else ""
    if deed is Deed.DELEGATE and not to:
        return Screen(errors={"to": sayings.DELEGATE_NOBODY})
    try:
        words = {"reason": reason.strip(), "text": text, "to": to}
        done = await do(door.services, deed, sight.review, sight.by, step=step, **words)
    except ReviewError as error:
        return Screen(view=notice(wording.escaped(refused(error)), sayings.REQUEST))
    return Screen(view=notice(said_of(deed, done), sayings.REQUEST), then=lambda: refresh(door, inquiry, number))


async def bring(door: Door, inquiry: Inquiry, build: Callable[[], Awaitable[View]]) -> None:
    """Open a view about a request, or say that it came too late."""
    if not await show_soon(door.api, inquiry, sayings.REQUEST, lambda: _allowed(build)):
        await say(door.api, inquiry.address.in_chat, labels.FORM_OVER)


async def refresh(door: Door, inquiry: Inquiry, number: str) -> None:
    """Bring the page of a request under an open view up to date."""
    if inquiry.root and inquiry.root != inquiry.address.view:
        await update(door.api, inquiry.root, await _allowed(lambda: _shown(door, inquiry, number)))


async def _withdraw(door: Door, inquiry: Inquiry, number: str) -> None:
    try:
        sight = await look(door, inquiry.author, number)
        said = sight.late(Deed.WITHDRAW, None)
        said = said or said_of(Deed.WITHDRAW, await do(door.services, Deed.WITHDRAW, sight.review, sight.by))
    except ReviewError as error:
        said = wording.escaped(str(error))
    if not inquiry.address.view or not await update(door.api, inquiry.address.view, notice(said, sayings.REQUEST)):
        await say(door.api, inquiry.address.in_chat, said)


async def _allowed(build: Callable[[], Awaitable[View]]) -> View:
    """Return what somebody sees next; why they do not is said in its place."""
    try:
        return await build()
    except ReviewError as error:
        return notice(wording.escaped(str(error)), sayings.REQUEST)


async def _shown(door: Door, inquiry: Inquiry, number: str) -> View:
    return (await look(door, inquiry.author, number)).view()


async def _page(door: Door, inquiry: Inquiry) -> View:
    page, _, number = inquiry.text.partition(" ")
    sight = await look(door, inquiry.author, number)
    return draft_view(picture(sight.review, HERE, sight.zone), read_number(page))


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


def _missing(deed: Deed, reason: str, text: str) -> dict[str, str]:
    if deed is Deed.SUGGEST and not text.strip():
        return {"text": sayings.SUGGESTION_EMPTY}
    return {"reason": sayings.REASON_MISSING} if deed in REASONED and not reason.strip() else {}


async def _chosen(door: Door, inquiry: Inquiry) -> str:
    """Return whom a form names, or nothing where they are a guest, a bot, gone or not to be found."""
    chosen = Author(HERE, inquiry.author.workspace, str(inquiry.form.get("to") or ""))
    known = await door.people.look_up(chosen) if chosen.id else None
    return str(chosen) if known and not known["outside"] else ""


PRESSES: dict[str, Journey] = {OPEN: open_request, READ: read_draft, READ_PAGE: turn_draft, DO: press}
FORMS: dict[str, Taking] = {NAME: send}
