"""Render: a verdict or a sentence becomes a Teams message that fits and shows a draft word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bots import labels, sayings, wording
from bots.answer import Answer, Item, answer_to, marked
from bots.echo import printable
from bots.teams.cards import (
    Block,
    Card,
    button,
    card,
    clipped,
    entry,
    fits,
    message,
    opener,
    plain,
    rows,
    run,
    sentence,
)
from bots.teams.connector import size
from core.draft import Draft
from core.finding import Action
from core.guidance import Page
from core.verdict import Outcome, Verdict

PAGE_CARD = 20 * 1024
"""Bytes of one card of a long page, with room for what ends it."""

MAX_LISTING = 6_000
"""Code points of terms in one card: at four bytes each, the most there is, below MAX_CARD."""

MAX_LISTINGS = 10
"""Cards in one answer about terms; the rest is a number."""

ALARM, CLAUSE, USE_SAFE, EDIT, ASK = "alarm", "clause", "use_safe", "edit", "ask"
"""Verbs of the buttons under a verdict; an alarm is about `Answer.alarm`, a clause about a rule."""

COLORS = {
    Outcome.OK: "good",
    Outcome.REVISE: "warning",
    Outcome.BLOCK: "attention",
    Outcome.UNCHECKED: "warning",
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each part a card shows, in code points; `items` is a number of rules."""

    draft: int
    rewrite: int
    items: int
    words: int


ROOMS = (
    Room(draft=10_000, rewrite=10_000, items=20, words=600),
    Room(draft=4_000, rewrite=8_000, items=20, words=400),
    Room(draft=1_000, rewrite=6_000, items=20, words=300),
    Room(draft=0, rewrite=4_000, items=20, words=200),
    Room(draft=0, rewrite=1_000, items=12, words=150),
    Room(draft=0, rewrite=0, items=5, words=100),
)
"""Tried in this order until the card fits: the echo of the draft goes first."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What the buttons under a verdict bring back; `memo` is left out where a card has no room for it.

    `noted` are rules whose finding its author called none; `ready` is true for a safe version that was checked again;
    `may_ask` where there are reviewers to ask.
    """

    nonce: str = ""
    memo: str = field(default="", repr=False)
    noted: frozenset[str] = frozenset()
    ready: bool = False
    may_ask: bool = False


def verdict_card(
    draft: Draft, verdict: Verdict, notices: Iterable[str] = (), carried: Carried | None = None
) -> Card | None:
    """Return the card that shows a verdict to its author, or None where not even the shortest fits.

    `notices` says what was not read.
    """
    answer, extra, carried = answer_to(draft, verdict), tuple(notices), carried or Carried()
    lean = replace(carried, memo="")
    ways = [(ROOMS[0], carried, carried), *((room, carried, lean) for room in ROOMS[:4])]
    ways += [(room, lean, lean) for room in ROOMS]
    for room, steps, alarms in ways:
        body = _body(draft, verdict, answer, extra, room, steps, alarms)
        if fits(shown := card(body, answer.summary)):
            return shown
    return None


def render_brief(draft: Draft, verdict: Verdict) -> dict[str, Any]:
    """Return the verdict without its details, for when the card does not get through."""
    answer = answer_to(draft, verdict)
    return render_text(f"{answer.summary}. {answer.lead} {wording.NOT_SHOWN}")


def render_text(text: str) -> dict[str, Any]:
    """Return a message with sentences of our own."""
    return {"type": "message", "textFormat": "markdown", "text": text.replace("\n• ", "\n- ")}


def render_page(page: Page) -> Iterator[dict[str, Any]]:
    """Yield the messages that show a page of guidance, as many as its cards take."""
    for shown in page_cards(page):
        yield message(shown, page.title)


def page_cards(page: Page) -> Iterator[Card]:
    """Yield the cards of a page of guidance."""
    body = [plain(page.title, size="large", weight="bolder"), *(plain(line) for line in page.lead)]
    for part in page.sections:
        pieces = [plain(part.heading, weight="bolder")]
        pieces += [plain(line, fontType="monospace" if part.copied else "default") for line in part.lines]
        for piece in pieces:
            if size(card([*body, piece], page.title)) > PAGE_CARD:
                yield card(body, page.title)
                body = []
            body.append(piece)
    if page.closing:
        body.append(plain(page.closing, isSubtle=True, size="small"))
    yield card(body, page.title)


def runs(pieces: Iterable[tuple[str, bool]], room: int) -> list[Block]:
    """Return a draft's pieces, marked or not, as far as there is room for its code points.

    Dark and high-contrast themes show no highlight, so marks are bold and underlined too.
    """
    inlines: list[Block] = []
    left = room
    for piece, is_marked in pieces:
        if left <= 0:
            break
        shown, left = printable(piece[:left]), left - len(piece)
        inlines.append(run(shown, highlight=True, weight="bolder", underline=True) if is_marked else run(shown))
    return inlines


def render_help(text: str, buttons: Iterable[Block]) -> dict[str, Any]:
    """Return the message with sentences of our own and buttons under them."""
    body = [sentence(part.replace("\n• ", "\n- ").replace("• ", "- ", 1)) for part in text.split("\n\n")]
    summary = text.partition("\n")[0].partition(". ")[0]
    return message(card([*body, *rows(*buttons)], summary), summary)


def render_listing(text: str) -> Iterator[dict[str, Any]]:
    """Yield the messages that show an answer about terms: its words stay out of notifications."""
    parts = list(_parts(printable(text).splitlines(keepends=True), MAX_LISTING))
    for part in parts[:MAX_LISTINGS]:
        yield message(card([plain(part, fontType="monospace")], wording.TERMS_SUMMARY), wording.TERMS_SUMMARY)
    if rest := parts[MAX_LISTINGS:]:
        yield render_text(wording.REST_CUT.format(count=sum(len(part.splitlines()) for part in rest)))


def _parts(lines: Iterable[str], limit: int) -> Iterator[str]:
    """Yield the lines in parts of at most `limit` code points, a longer line in pieces."""
    part = ""
    for line in lines:
        for start in range(0, len(line), limit):
            piece = line[start : start + limit]
            if len(part) + len(piece) > limit:
                yield part
                part = ""
            part += piece
    if part:
        yield part


def _body(
    draft: Draft,
    verdict: Verdict,
    answer: Answer,
    notices: tuple[str, ...],
    room: Room,
    steps: Carried,
    alarms: Carried,
) -> list[Block]:
    color = COLORS[verdict.outcome]
    body = [
        sentence(f"{answer.sign} {answer.headline}", size="large", weight="bolder", color=color),
        sentence(answer.lead),
        *(sentence(said) for said in (*answer.unread, *notices, *filter(None, [answer.approved]))),
    ]
    for item in answer.items[: room.items]:
        body.append(entry(*_item(item, room, answer.alarm(item), alarms)))
    if hidden := len(answer.items[room.items :]):
        body.append(sentence(wording.MORE_RULES.format(count=hidden)))
    if answer.rewrite:
        body.append(sentence(answer.rewrite_title, weight="bolder", separator=True))
        body.append(plain(clipped(answer.rewrite, room.rewrite)))
    if answer.no_rewrite:
        body.append(sentence(answer.no_rewrite, separator=True))
    body += _next_steps(draft, verdict, steps)
    if steps.ready and verdict.outcome is Outcome.OK:
        body.append(sentence(labels.READY, weight="bolder", separator=True))
    return [*body, *_echo(draft, verdict, room.draft), sentence(answer.privacy, isSubtle=True, size="small")]


def _next_steps(draft: Draft, verdict: Verdict, carried: Carried) -> Iterator[Block]:
    """Yield the buttons of what the author may do next, as far as the card carries the draft."""
    if verdict.outcome is Outcome.OK:
        return
    data = {"nonce": carried.nonce, "memo": carried.memo}
    buttons = []
    if carried.memo and verdict.rewrite and not verdict.incomplete:
        buttons.append(button(labels.USE_SAFE, USE_SAFE, data, style="positive"))
    buttons.append(opener(labels.EDIT_AGAIN, EDIT, data | {"about": " ".join(draft.unread)}))
    if carried.may_ask and verdict.approval is None:
        buttons.append(opener(sayings.ASK, ASK, data))
    yield from rows(*buttons)


def _item(item: Item, room: Room, about: str, carried: Carried) -> Iterator[Block]:
    yield sentence(f"{wording.ASKS[item.action]}: {clipped(item.title, room.words)}", weight="bolder")
    yield sentence(clipped(item.why, room.words))
    for quote in item.quotes:
        yield plain(f"“{clipped(quote, room.words)}”", italic=True)
    if item.more:
        yield sentence(item.more, isSubtle=True)
    if item.suggest:
        yield plain(f"{item.offer}: {clipped(', '.join(item.suggest), room.words)}")
    if item.learn:
        yield sentence(f"[{wording.LEARN}]({item.learn})")
    if item.action is Action.NOTE:
        return
    if item.rule in carried.noted:
        yield sentence(labels.NOTED, isSubtle=True)
        return
    data = {"nonce": carried.nonce, "about": about}
    alarm = button(wording.FALSE_ALARM, ALARM, data | ({"memo": carried.memo} if carried.memo else {}))
    yield from rows(alarm, opener(labels.CLAUSE, CLAUSE, {"about": item.rule}))


def _echo(draft: Draft, verdict: Verdict, room: int) -> Iterator[Block]:
    """Yield the draft with its places marked, and say so where it is not, or not wholly, shown."""
    inlines = runs(marked(draft, verdict), room)
    marks = any(each.get("highlight") for each in inlines)
    if marks:
        yield sentence(wording.YOUR_DRAFT, weight="bolder", separator=True)
    if inlines:
        yield {"type": "RichTextBlock", "separator": not marks, "inlines": inlines}
    if len(draft.text) > room:
        yield sentence(wording.DRAFT_CUT if inlines else wording.DRAFT_LEFT_OUT, isSubtle=True)
