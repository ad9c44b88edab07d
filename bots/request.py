"""Request: what a request for review shows, what its messages say, and what may be done in which state.

Lines are made of our own words and of people, whom each platform names in its own way; what people wrote stands apart,
so that a door can lay it out as literal text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bots import labels, sayings, wording
from bots.answer import Answer, answer_to, marked
from core.draft import Author, parse_author
from core.errors import DraftError
from core.reviews.notices import Audience, Notice
from core.reviews.review import Event, Review, State

Line = tuple[str | Author, ...]
"""A sentence of ours in parts: words, and people whom this platform can name."""

_OPEN_TO_AUTHOR = (State.DECLINED, State.LAPSED)
_ENDS = {
    "approve": State.APPROVED,
    "suggest": State.SUGGESTED,
    "decline": State.DECLINED,
    "lapse": State.LAPSED,
    "withdraw": State.WITHDRAWN,
}


class Deed(StrEnum):
    """What somebody can do about a request."""

    APPROVE = "approve"
    SUGGEST = "suggest"
    DECLINE = "decline"
    DELEGATE = "delegate"
    EXCEPT = "except"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


REASONED = frozenset({Deed.DECLINE, Deed.REOPEN, Deed.EXCEPT})
"""Deeds that need a reason; for the others one may be given, but a withdrawal."""

DECIDING = frozenset({Deed.APPROVE, Deed.SUGGEST, Deed.DECLINE, Deed.DELEGATE})
"""What is offered while a request waits; it counts for the step that the reviewer saw."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody did, with the words that they gave for it, and a text that they suggested."""

    line: Line
    words: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a request shows to people who may see it. `answer` and `pieces` are empty once its text is deleted.

    `is_bare` is one that stays where several people read it: decided, it holds no word of anybody's any more.
    """

    id: str
    step: int
    headline: str
    lines: tuple[Line, ...]
    note: str = field(repr=False)
    answer: Answer | None
    pieces: tuple[tuple[str, bool], ...] = field(repr=False)
    history: tuple[Remark, ...]
    is_gone: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """What a notice says. `words` are a person's reason, `text` what they suggest; `deeds` are its buttons.

    `stirs` asks for a message that is noticed; other changes only bring the last message about it up to date.
    """

    headline: str
    line: Line
    words: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    more: str = ""
    deeds: tuple[Deed, ...] = ()
    stirs: bool = True


def deeds(review: Review, *, is_author: bool, may_decide: bool) -> tuple[Deed, ...]:
    """Return what may be done about a request as it stands, in the order of its buttons."""
    if review.state is State.WAITING:
        decisions = (Deed.APPROVE, Deed.SUGGEST, Deed.DECLINE, Deed.DELEGATE)
        if is_author:
            return (Deed.WITHDRAW,)
        return (*decisions, *([Deed.EXCEPT] if review.draft else [])) if may_decide else ()
    if review.draft is None:
        return ()
    if is_author:
        return (Deed.REOPEN,) if review.state in _OPEN_TO_AUTHOR else ()
    return (Deed.REOPEN, Deed.EXCEPT) if may_decide else ()


def picture(review: Review, here: str, zone: ZoneInfo | None = None, *, lasting: bool = False) -> Picture:
    """Return what a request shows on the platform `here`, moments on the clock of `zone`, UTC by default.

    `lasting` is for a message that nobody takes away: what people wrote leaves it with the decision.
    """
    shown = _picture(review, here, zone)
    if not lasting or review.state is State.WAITING:
        return shown
    history = tuple(Remark(remark.line) for remark in shown.history)
    return replace(shown, note="", answer=None, pieces=(), history=history, is_bare=True)


def _picture(review: Review, here: str, zone: ZoneInfo | None) -> Picture:
    answer = answer_to(review.draft, review.verdict) if review.draft and review.verdict else None
    pieces = tuple(marked(review.draft, review.verdict)) if review.draft and review.verdict else ()
    return Picture(
        id=review.id,
        step=review.step,
        headline=headline(review),
        lines=tuple(_lines(review, here, zone)),
        note=review.note,
        answer=answer,
        pieces=pieces,
        history=tuple(_remark(event, here, zone) for event in review.events[1:]),
        is_gone=review.draft is None,
    )


def headline(review: Review) -> str:
    """Say in a few words how a request stands."""
    return f"{sayings.SIGNS[review.state]} {sayings.STATES[review.state]}"


def summary(review: Review, here: str, zone: ZoneInfo | None = None) -> Line:
    """Say in a line of a list whose request it is, how it stands and until when, without a word of the draft."""
    step = f" · {review.step + 1}/{len(review.steps)}" if len(review.steps) > 1 else ""
    until = f" · {labels.UNTIL} {moment(review.lapses_at, zone)}" if review.state is State.WAITING else ""
    return (f"{headline(review)} · ", person(review.author, here), f" · {moment(review.opened_at, zone)}{step}{until}")


def is_true(notice: Notice, review: Review) -> bool:
    """Tell whether what a notice says still holds: it may have waited while the request went on."""
    return notice.kind == "change" or review.state is _ENDS.get(notice.kind, State.WAITING)


def telling(notice: Notice, review: Review, here: str, zone: ZoneInfo | None = None) -> Telling:
    """Return what a notice says to its audience on the platform `here`; what holds no more, that it changed."""
    kind = notice.kind if is_true(notice, review) else "change"
    last = next((event for event in reversed(review.events) if event.kind == kind), None)
    who, lapses = person(last.actor if last else "", here), moment(review.lapses_at, zone)
    if notice.audience is not Audience.AUTHOR:
        told = sayings.REVIEWERS_TOLD if notice.audience is Audience.REVIEWERS else sayings.PERSON_TOLD
        line = sentence(told.get(kind, sayings.REVIEWERS_TOLD["change"]), who, lapses=lapses)
        words = last.reason if last and kind == "delegate" else ""
        offered = tuple(deed for deed in deeds(review, is_author=False, may_decide=True) if deed is not Deed.EXCEPT)
        stirs = notice.audience is Audience.PERSON or kind not in ("change", "lapse")
        return Telling(sayings.REQUEST, line, words=words, deeds=offered, stirs=stirs)
    title, words = sayings.AUTHOR_TOLD[kind]
    suggested = (last.text or "") if last else ""
    counts = sayings.SUGGESTED_COUNTS if review.step + 1 >= len(review.steps) else sayings.SUGGESTED_STEPS
    return Telling(
        headline=title,
        line=sentence(words, who, lapses=lapses),
        words=last.reason if last else "",
        text=suggested,
        more=counts if suggested else "",
        deeds=deeds(review, is_author=True, may_decide=False),
    )


def sentence(template: str, who: str | Author = "", **values: str) -> Line:
    """Fill a sentence of ours; the person in it stays a part by itself."""
    before, gap, after = template.partition("{who}")
    parts = (before.format(**values), who if gap else "", after.format(**values))
    return tuple(part for part in parts if part)


def person(name: str, here: str) -> str | Author:
    """Return somebody whom this platform can name, or words for one who is elsewhere."""
    try:
        known = parse_author(name)
    except DraftError:
        return sayings.SOMEBODY.get(name, sayings.SOMEBODY["cli"])
    return known if known.platform == here else sayings.SOMEBODY.get(known.platform, sayings.SOMEBODY["cli"])


def moment(at: datetime, zone: ZoneInfo | None = None) -> str:
    """Write a moment down with its clock."""
    return f"{at.astimezone(zone or UTC):%Y-%m-%d %H:%M} {zone.key if zone else 'UTC'}"


def asked(review: Review, began: datetime, zone: ZoneInfo | None) -> str:
    """Say to an author what becomes of their request, or that one of this draft waited before they `began` to ask."""
    if review.opened_at < began:
        return sayings.ASKED_BEFORE
    return sayings.ASKED.format(lapses=moment(review.lapses_at, zone))


def _lines(review: Review, here: str, zone: ZoneInfo | None) -> Iterator[Line]:
    author = person(review.author, here)
    if review.draft:
        network, account = labels.NETWORKS[review.draft.network], labels.ACCOUNTS[review.draft.account].lower()
        yield sentence(sayings.FROM, author, network=network, account=account)
    else:
        yield (author,)
    yield sentence(sayings.FROM_ON, at=moment(review.opened_at, zone))
    sign, said, _ = wording.HEADLINES[review.outcome]
    yield sentence(sayings.CHECK_SAYS, headline=f"{sign} {said}")
    if review.state is State.WAITING and review.turn:
        step, steps = str(review.step + 1), str(len(review.steps))
        lapses = moment(review.lapses_at, zone)
        yield sentence(sayings.TURN, step=step, steps=steps, title=review.turn.title, lapses=lapses)
    if review.state is State.WAITING and review.assigned:
        yield sentence(sayings.ASSIGNED, person(review.assigned, here))
    if review.draft is None:
        yield (sayings.GONE,)


def _remark(event: Event, here: str, zone: ZoneInfo | None) -> Remark:
    line = sentence(sayings.EVENTS[event.kind], person(event.actor, here), at=moment(event.at, zone))
    return Remark(line, event.reason, event.text or "")
