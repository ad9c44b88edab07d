"""Request: a request for review as cards: in the reviewers' channel, in a dialog, in a list, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bots import sayings, wording
from bots.answer import Answer
from bots.leaf import leaf
from bots.request import Deed, Line, Picture, Telling
from bots.teams.cards import (
    Block,
    Card,
    button,
    card,
    clipped,
    entry,
    fits,
    opener,
    pager,
    plain,
    row,
    rows,
    sentence,
)
from bots.teams.people import spelled
from bots.teams.render import runs
from core.draft import Author
from core.reviews.review import Review

REQUEST, WHOLE, DEED = "request", "request_whole", "deed"
"""Verbs that open a request, the whole of its draft, and the form of what may be done about it."""

PAGE_SIZE = 8
FINDINGS_SHOWN = 12
PAGE_ROOM = 5_000
"""Code points of a draft on a page by itself: at four bytes each, with its buttons, below MAX_CARD."""

_ROOMS = ((6_000, 1_000), (2_500, 500), (800, 200), (0, 80))
"""Code points of the draft and of each other text, tried in this order until the card fits."""

_STYLES = {Deed.APPROVE: "positive", Deed.DECLINE: "destructive", Deed.WITHDRAW: "destructive"}

Names = dict[Author, str]


def deed_buttons(review_id: str, step: int, deeds: Iterable[Deed]) -> list[Block]:
    """Return a button for each of what may be done: it opens a form, and counts for the step that was shown."""
    return [
        opener(sayings.DEEDS[deed], DEED, {"about": f"{review_id} {deed} {step}"}, style=_STYLES.get(deed, "default"))
        for deed in deeds
    ]


def request_card(picture: Picture, called: Names, deeds: Sequence[Deed], notices: Iterable[str] = ()) -> Card:
    """Lay out a request with the buttons of what may be done about it."""
    ways, said = deed_buttons(picture.id, picture.step, deeds), tuple(notices)
    for draft_room, room in _ROOMS:
        shown = card(list(_body(picture, called, ways, said, draft_room, room)), picture.headline)
        if fits(shown):
            break
    return shown


def telling_card(telling: Telling, called: Names, buttons: Sequence[Block]) -> Card:
    """Lay out what somebody is told about a request."""
    for _, room in ((0, 5_000), *_ROOMS):
        body = [sentence(telling.headline, size="large", weight="bolder"), plain(spelled(telling.line, called))]
        body += [plain(f"“{clipped(telling.words, room)}”", italic=True)] if telling.words else []
        if telling.text:
            body += [
                sentence(sayings.SUGGESTED_TEXT, weight="bolder", separator=True),
                plain(clipped(telling.text, room)),
            ]
        body += [sentence(telling.more, isSubtle=True)] if telling.more else []
        if fits(shown := card([*body, *rows(*buttons)], telling.headline)):
            break
    return shown


def list_card(lead: str, reviews: Sequence[Review], lines: Sequence[Line], called: Names, verb: str, page: int) -> Card:
    """Lay out a page of requests, each with the way to it and without a word of its draft."""
    here = leaf(list(zip(reviews, lines, strict=True)), PAGE_SIZE, page)
    body: list[Block] = [sentence(lead)]
    for review, line in here.items:
        open_it = button(sayings.OPEN_REQUEST, REQUEST, {"about": review.id})
        body.append(entry(plain(spelled(line, called)), row(open_it)))
    return card([*body, *pager(here, verb)], sayings.QUEUE)


def whole_card(text: str, review_id: str, page: int) -> Card:
    """Lay out a page of a draft that is too long to stand in its request."""
    here = leaf(text, PAGE_ROOM, page)
    back = button(sayings.OPEN_REQUEST, REQUEST, {"about": review_id})
    return card([plain(str(here.items)), *pager(here, WHOLE, f"{review_id} "), row(back)], sayings.REQUEST)


def _body(
    picture: Picture, called: Names, ways: Sequence[Block], notices: tuple[str, ...], draft_room: int, room: int
) -> Iterator[Block]:
    yield from (sentence(said, weight="bolder") for said in notices)
    yield sentence(picture.headline, size="large", weight="bolder")
    yield from (plain(spelled(line, called)) for line in picture.lines)
    if not (picture.is_gone or picture.is_bare):
        yield sentence(sayings.NOTE if picture.note else sayings.NO_NOTE, separator=True, weight="bolder")
        yield from [plain(clipped(picture.note, room))] if picture.note else []
    if picture.answer:
        yield from _findings(picture.answer, room)
        yield sentence(sayings.DRAFT, weight="bolder", separator=True)
    if inlines := runs(picture.pieces, draft_room):
        yield {"type": "RichTextBlock", "inlines": inlines}
    is_cut = sum(len(piece) for piece, _ in picture.pieces) > draft_room
    if is_cut:
        yield sentence(sayings.DRAFT_LONG, isSubtle=True)
    for remark in picture.history:
        yield plain(spelled(remark.line, called), isSubtle=True)
        yield from [plain(f"“{clipped(remark.words, room)}”", italic=True)] if remark.words else []
        yield from [plain(clipped(remark.text, draft_room))] if remark.text and draft_room else []
    whole = [opener(sayings.WHOLE_DRAFT, WHOLE, {"about": f"{picture.id} 0"})] if is_cut else []
    if picture.is_bare and not picture.is_gone:
        whole = [opener(sayings.OPEN_REQUEST, REQUEST, {"about": picture.id})]
    yield from rows(*ways, *whole)


def _findings(answer: Answer, room: int) -> Iterator[Block]:
    for item in answer.items[:FINDINGS_SHOWN]:
        yield plain(f"{wording.ASKS[item.action]}: {clipped(item.title, room)}", weight="bolder")
        yield from (plain(f"“{clipped(quote, room)}”", italic=True) for quote in item.quotes)
    if hidden := len(answer.items[FINDINGS_SHOWN:]):
        yield sentence(wording.MORE_RULES.format(count=hidden), isSubtle=True)
    yield from (sentence(said) for said in answer.unread)
