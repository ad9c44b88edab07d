"""Review: a request and its draft are opened for those who may see them; rights are asked at every press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bots import labels, sayings, wording
from bots.leaf import read_number
from bots.request import Deed, picture
from bots.reviewing import Part, deciders, part, reviewers
from bots.slack.blocks import escaped
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.people import email_of, zone_of
from bots.slack.reply import say, show_soon, update
from bots.slack.request import HERE, OPEN, READ, READ_PAGE, draft_view, request_view
from bots.slack.screen import Journey
from bots.slack.views import View, notice
from core.draft import Author
from core.errors import ReviewError
from core.reviews.review import Person, Review


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
        """Say why a deed is not to be done now, or nothing."""
        return self.part.late(deed, self.review, step)


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


async def bring(door: Door, inquiry: Inquiry, build: Callable[[], Awaitable[View]]) -> None:
    """Open a view about a request, or say that it came too late."""
    if not await show_soon(door.api, inquiry, sayings.REQUEST, lambda: _allowed(build)):
        await say(door.api, inquiry.address.in_chat, labels.FORM_OVER)


async def refresh(door: Door, inquiry: Inquiry, number: str) -> None:
    """Bring the page of a request under an open view up to date."""
    if inquiry.root and inquiry.root != inquiry.address.view:
        await update(door.api, inquiry.root, await _allowed(lambda: _shown(door, inquiry, number)))


async def _allowed(build: Callable[[], Awaitable[View]]) -> View:
    """Return what somebody sees next; why they do not is said in its place."""
    try:
        return await build()
    except ReviewError as error:
        return notice(escaped(str(error)), sayings.REQUEST)


async def _shown(door: Door, inquiry: Inquiry, number: str) -> View:
    return (await look(door, inquiry.author, number)).view()


async def _page(door: Door, inquiry: Inquiry) -> View:
    page, _, number = inquiry.text.partition(" ")
    sight = await look(door, inquiry.author, number)
    return draft_view(picture(sight.review, HERE, sight.zone), read_number(page))


PRESSES: dict[str, Journey] = {OPEN: open_request, READ: read_draft, READ_PAGE: turn_draft}
