"""Render: a verdict or a sentence becomes a Teams message that fits and shows a draft word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bots import wording
from bots.teams.connector import size
from bots.wording import Answer, Item
from core.draft import Draft
from core.finding import Action
from core.guidance import Page
from core.verdict import Outcome, Verdict

MAX_CARD = 28 * 1024
"""Bytes of a card as UTF-16 that Teams still shows."""

PAGE_CARD = 20 * 1024
"""Bytes of one card of a long page, with room for what ends it."""

MAX_LISTING = 6_000
"""Code points of terms in one card: at four bytes each, the most there is, below MAX_CARD."""

MAX_LISTINGS = 10
"""Cards in one answer about terms; the rest is a number."""

ALARM = "false_alarm"
"""The key under which the button of a finding sends its rule and the policy's version."""

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


def render_verdict(draft: Draft, verdict: Verdict, notices: Iterable[str] = ()) -> dict[str, Any]:
    """Return the message that shows a verdict to its author; `notices` says what was not read."""
    answer = wording.answer(draft, verdict)
    extra = tuple(notices)
    cards = (_card(_body(draft, verdict, answer, extra, room), answer.summary) for room in ROOMS)
    card = next((card for card in cards if size(card) <= MAX_CARD), None)
    return _message(card, answer.summary) if card else render_brief(draft, verdict)


def render_brief(draft: Draft, verdict: Verdict) -> dict[str, Any]:
    """Return the verdict without its details, for when the card does not get through."""
    answer = wording.answer(draft, verdict)
    return render_text(f"{answer.summary}. {answer.lead} {wording.NOT_SHOWN}")


def render_text(text: str) -> dict[str, Any]:
    """Return a message with sentences of our own."""
    return {"type": "message", "textFormat": "markdown", "text": text.replace("\n• ", "\n- ")}


def render_page(page: Page) -> Iterator[dict[str, Any]]:
    """Yield the messages that show a page of guidance, as many as its cards take."""
    body = [_plain(page.title, size="Large", weight="Bolder"), *(_plain(line) for line in page.lead)]
    for part in page.sections:
        pieces = [_plain(part.heading, weight="Bolder")]
        pieces += [_plain(line, fontType="Monospace" if part.copied else "Default") for line in part.lines]
        for piece in pieces:
            if size(_card([*body, piece], page.title)) > PAGE_CARD:
                yield _message(_card(body, page.title), page.title)
                body = []
            body.append(piece)
    if page.closing:
        body.append(_plain(page.closing, isSubtle=True, size="Small"))
    yield _message(_card(body, page.title), page.title)


def render_listing(text: str) -> Iterator[dict[str, Any]]:
    """Yield the messages that show an answer about terms: its words stay out of notifications."""
    parts = list(_parts(wording.printable(text).splitlines(keepends=True), MAX_LISTING))
    for part in parts[:MAX_LISTINGS]:
        card = _card([_plain(part, fontType="Monospace")], wording.TERMS_SUMMARY)
        yield _message(card, wording.TERMS_SUMMARY)
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


def _message(card: dict[str, Any], summary: str) -> dict[str, Any]:
    return {
        "type": "message",
        "summary": summary,
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _card(body: list[dict[str, Any]], summary: str) -> dict[str, Any]:
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": summary,
        "msteams": {"width": "Full"},
        "body": body,
    }


def _body(draft: Draft, verdict: Verdict, answer: Answer, notices: tuple[str, ...], room: Room) -> list[dict[str, Any]]:
    color = COLORS[verdict.outcome]
    body = [
        _sentence(f"{answer.sign} {answer.headline}", size="Large", weight="Bolder", color=color),
        _sentence(answer.lead),
        *(_sentence(sentence) for sentence in (*answer.unread, *notices)),
    ]
    for item in answer.items[: room.items]:
        body.append({"type": "Container", "separator": True, "items": list(_item(item, room, answer.policy))})
    if hidden := len(answer.items[room.items :]):
        body.append(_sentence(wording.MORE_RULES.format(count=hidden)))
    if answer.rewrite:
        body.append(_sentence(answer.rewrite_title, weight="Bolder", separator=True))
        body.append(_plain(_cut(answer.rewrite, room.rewrite)))
    if answer.no_rewrite:
        body.append(_sentence(answer.no_rewrite, separator=True))
    return [*body, *_echo(draft, verdict, room.draft), _sentence(answer.privacy, isSubtle=True, size="Small")]


def _item(item: Item, room: Room, policy: str) -> Iterator[dict[str, Any]]:
    yield _sentence(f"{wording.ASKS[item.action]}: {_cut(item.title, room.words)}", weight="Bolder")
    yield _sentence(_cut(item.why, room.words))
    for quote in item.quotes:
        yield _plain(f"“{_cut(quote, room.words)}”", italic=True)
    if item.more:
        yield _sentence(item.more, isSubtle=True)
    if item.suggest:
        yield _plain(f"{item.offer}: {_cut(', '.join(item.suggest), room.words)}")
    if item.learn:
        yield _sentence(f"[{wording.LEARN}]({item.learn})")
    if item.action is not Action.NOTE:
        data = {ALARM: f"{item.rule} {policy}"}
        yield {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": wording.FALSE_ALARM, "data": data}]}


def _echo(draft: Draft, verdict: Verdict, room: int) -> Iterator[dict[str, Any]]:
    """Yield the draft with its places marked, and say so where it is not, or not wholly, shown."""
    inlines: list[dict[str, Any]] = []
    left, marks = room, False
    for piece, marked in wording.marked(draft, verdict):
        if left <= 0:
            break
        shown, left, marks = wording.printable(piece[:left]), left - len(piece), marks or marked
        inlines.append(_run(shown, highlight=True, weight="Bolder") if marked else _run(shown))
    if marks:
        yield _sentence(wording.YOUR_DRAFT, weight="Bolder", separator=True)
    if inlines:
        yield {"type": "RichTextBlock", "separator": not marks, "inlines": inlines}
    if len(draft.text) > room:
        yield _sentence(wording.DRAFT_CUT if inlines else wording.DRAFT_LEFT_OUT, isSubtle=True)


def _sentence(text: str, **style: Any) -> dict[str, Any]:
    """Our own words: a TextBlock reads Markdown and drops tags."""
    return {"type": "TextBlock", "text": text, "wrap": True, **style}


def _plain(text: str, **style: Any) -> dict[str, Any]:
    """Anybody else's words, shown as they are."""
    return {"type": "RichTextBlock", "inlines": [_run(wording.printable(text), **style)]}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[:room] + "…"
