"""Request: a request for review, and every message about one, laid out in Block Kit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from bots import request, sayings, wording
from bots.echo import printable
from bots.leaf import leaf
from bots.request import Deed, Line, Picture, Remark, Telling
from bots.slack.blocks import (
    MAX_WIDTH,
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    header,
    pack,
    paragraph,
    preformatted,
    prose,
    quote,
    rich,
    slices,
    width,
    words,
)
from bots.slack.render import render_item, render_marked
from bots.slack.views import View, modal, pager
from core.draft import Author
from core.reviews.review import Review

HERE = "slack"

OPEN, READ, READ_PAGE = "review_open", "review_read", "review_page"
"""The actions of the buttons that show: a request, its whole draft, another page of that."""

DO, EXCEPT = "review_do", "review_except"
"""The actions of the buttons of deeds; their value is the request, the step that is seen, and the deed."""

NOTE_ROOM, SAID_ROOM, REMARK_ROOM, HISTORY_ROOM, PAGE_ROOM = 1_500, 1_500, 700, 4_000, 9_000
_KEPT_FREE = 1_200
"""Width that buttons and small print take."""

BLOCKS_SHOWN = 30
"""Blocks of a request that stand above what was done last."""

_STYLES = {Deed.APPROVE: "primary", Deed.DECLINE: "danger"}


def render_request(
    shown: Picture, told: Telling | None, deeds: Iterable[Deed], *, notice: str = ""
) -> tuple[Block, ...]:
    """Lay a request out for people who may see it: how it stands, the draft, the findings, and what may be done."""
    top: list[Block] = [header(shown.headline)]
    top += [prose(notice, bold=True)] if notice else []
    top += [_line(told.line)] if told else []
    top.append(rich(paragraph(*_joined(shown.lines))))
    if shown.note:
        top.append(rich(paragraph(*words(sayings.NOTE, bold=True)), quote(*_said(shown.note, NOTE_ROOM))))
    middle = list(_draft(shown))
    below = _latest(shown.history)
    buttons = list(_buttons(shown, deeds))
    return (*_fitting([*top, *middle], below), *below, *([actions(*buttons)] if buttons else []))


def render_telling(told: Telling, review: Review, *, opened: bool = True) -> tuple[Message, ...]:
    """Lay out a message to one person: what happened, the reason, a suggested text to copy, and what comes next."""
    blocks: list[Block] = [header(told.headline), _line(told.line)]
    if told.words:
        blocks.append(rich(quote(*_said(told.words, SAID_ROOM))))
    if told.text:
        blocks.append(prose(sayings.SUGGESTED_TEXT, bold=True))
        blocks += [rich(preformatted(page)) for page in slices(printable(told.text), PAGE_ROOM)]
        blocks.append(context(told.more))
    buttons = [_opener(review.id)] if opened else []
    buttons += [_press(deed, review.id, review.step) for deed in told.deeds]
    return pack(told.headline, [*blocks, *([actions(*buttons)] if buttons else [])])


def request_view(
    shown: Picture, deeds: Iterable[Deed], *, notice: str = "", told: Telling | None = None, more: Sequence[Block] = ()
) -> View:
    """Build the page of one request."""
    return modal(sayings.REQUEST, [*render_request(shown, told, deeds, notice=notice), *more])


def draft_view(shown: Picture, page: int) -> View:
    """Build one page of a long draft, with the places marked."""
    here = leaf(list(_pages(shown.pieces)) or [[]], 1, page)
    elements = here.items[0] or list(words(sayings.GONE))
    return modal(sayings.DRAFT_TITLE, [rich(quote(*elements)), *pager(here, shown.id, READ_PAGE)])


def summary_line(review: Review, zone: ZoneInfo | None) -> Block:
    """Lay out a line of a list."""
    return _line(request.summary(review, HERE, zone))


def opener(review: Review, number: int) -> Block:
    """Build the button that opens a request out of a list."""
    return button(sayings.OPEN_REQUEST, f"{OPEN}:{number}", review.id)


def read_value(value: str) -> tuple[str, int, Deed]:
    """Read which request a button or form is about, which step was seen, and what is to be done.

    Raises:
        ValueError: it is none of ours.
    """
    number, step, deed = value.split(" ")
    return number, int(step), Deed(deed)


def mention(part: str | Author) -> list[Block]:
    """Build the elements of words, or of a person whom Slack names."""
    if isinstance(part, Author):
        return [{"type": "user", "user_id": part.id}]
    return list(words(printable(part)))


def _line(line: Line) -> Block:
    return rich(paragraph(*(element for part in line for element in mention(part))))


def _joined(lines: Sequence[Line]) -> Iterator[Block]:
    for number, line in enumerate(lines):
        yield from words("\n") if number else ()
        for part in line:
            yield from mention(part)


def _remark(remark: Remark) -> Block:
    parts = [paragraph(*(element for part in remark.line for element in mention(part)))]
    return rich(*parts, *(quote(*_said(said, REMARK_ROOM)) for said in (remark.words, remark.text) if said.strip()))


def _latest(history: Sequence[Remark]) -> list[Block]:
    """Lay out what was done last, as far as there is room."""
    shown: list[Block] = []
    room = HISTORY_ROOM
    for remark in reversed(history):
        shown.insert(0, _remark(remark))
        room -= width(shown[0])
        if room < 0:
            return shown[1:]
    return shown


def _said(text: str, room: int) -> Iterator[Block]:
    yield from words(cut(printable(text), room) or " ")


def _draft(shown: Picture) -> Iterator[Block]:
    """Lay out the draft and the findings; what is left out is counted."""
    if shown.answer is None:
        return
    yield from render_marked(shown.pieces, sayings.DRAFT, sayings.DRAFT_LONG)
    for reason in shown.answer.unread:
        yield prose(cut(reason, 500))
    for item in shown.answer.items:
        yield render_item(item)


def _fitting(blocks: list[Block], after: list[Block]) -> Iterator[Block]:
    """Yield blocks as far as one message has room for them, and say how many are left out."""
    room = MAX_WIDTH - _KEPT_FREE - sum(map(width, after))
    for number, block in enumerate(blocks):
        room -= width(block)
        if room < 0 or number >= BLOCKS_SHOWN:
            yield context(wording.MORE_RULES.format(count=len(blocks) - number))
            return
        yield block


def _buttons(shown: Picture, deeds: Iterable[Deed]) -> Iterator[Block]:
    for deed in deeds:
        yield _press(deed, shown.id, shown.step)
    if not shown.is_gone:
        yield _opener(shown.id) if shown.is_bare else button(sayings.WHOLE_DRAFT, READ, f"0 {shown.id}")


def _press(deed: Deed, number: str, step: int) -> Block:
    sure = sayings.WITHDRAW_SURE if deed is Deed.WITHDRAW else ""
    style = _STYLES.get(deed, "")
    action = EXCEPT if deed is Deed.EXCEPT else f"{DO}:{deed}"
    return button(sayings.DEEDS[deed], action, f"{number} {step} {deed}", style=style, sure=sure)


def _opener(number: str) -> Block:
    return button(sayings.OPEN_REQUEST, OPEN, number)


def _pages(pieces: Iterable[tuple[str, bool]]) -> Iterator[list[Block]]:
    """Yield the draft in pages; a piece that does not fit goes on over the page."""
    page: list[Block] = []
    used = 0
    for text, is_marked in pieces:
        style = {"bold": True, "code": True} if is_marked else {}
        for element in words(printable(text), **style):
            if page and used + width(element) > PAGE_ROOM:
                yield page
                page, used = [], 0
            page.append(element)
            used += width(element)
    if page:
        yield page
