"""Answer: a verdict in words, which the doors only lay out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from bots.echo import printable
from bots.wording import (
    ADD,
    APPROVED,
    BETTER,
    GREETING,
    HEADLINES,
    HONEST_VERSION,
    NO_VERSION,
    PARTS,
    PRIVACY,
    SAFE_VERSION,
    UNREAD,
    UNREAD_PART,
)
from core.draft import MAX_CHARACTERS, Draft
from core.finding import Action, Finding, Mend, Span
from core.verdict import Outcome, Verdict

SILENT_RULES = frozenset({"personal-data/person-name"})
"""Notes of these rules are for programs only (docs/programs.md)."""

PLACES = 3
"""How many places of one rule are quoted; the rest is a number."""

QUOTED = 1_000
"""Characters of one quote; a sentence may be as long as a draft, and no chat shows more."""


_GREETING = re.compile(
    r"(?:hi|hello|hey|thanks?|thank you|thx|test(?:ing)?|ping|ok(?:ay)?|good (?:morning|afternoon|evening))"
    r"(?: (?:there|you|bot|checkpost|test|\d))?[\s\W]*|[^\w\s]{1,8}",
    re.IGNORECASE,
)
"""What people send who want to see whether somebody answers: a word, or a picture alone."""


@dataclass(frozen=True, slots=True)
class Item:
    """All findings of one rule, in words. `quotes` are the first places; `count` is how many there are."""

    rule: str
    action: Action
    title: str
    why: str
    suggest: tuple[str, ...]
    learn: str | None
    count: int
    quotes: tuple[str, ...] = field(repr=False)
    adds: bool = False

    @property
    def offer(self) -> str:
        """Say what the suggested words are for."""
        return ADD if self.adds else BETTER

    @property
    def more(self) -> str:
        """Say how many places are not quoted, or nothing."""
        hidden = self.count - len(self.quotes)
        return f"and {hidden} more" if self.quotes and hidden else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the author reads. `summary` goes into notifications and holds no word of the draft."""

    sign: str
    headline: str
    lead: str
    items: tuple[Item, ...]
    unread: tuple[str, ...]
    rewrite: str | None = field(repr=False)
    no_rewrite: str = ""
    rewrite_title: str = SAFE_VERSION
    policy: str = ""
    check: str = ""
    approved: str = ""
    privacy: str = PRIVACY

    @property
    def summary(self) -> str:
        """Return sign and headline, fit for a lock screen."""
        return f"{self.sign} {self.headline}"

    def alarm(self, item: Item) -> str:
        """Return what the button that calls a finding wrong carries: the rule, the policy's version and the check."""
        return f"{item.rule} {self.policy} {self.check}"


def answer_to(draft: Draft, verdict: Verdict) -> Answer:
    """Put a verdict into words: strictest first, equal findings grouped by rule."""
    sign, headline, lead = HEADLINES[verdict.outcome]
    if verdict.outcome is Outcome.OK and _GREETING.fullmatch(draft.text.strip()):
        lead = GREETING
    return Answer(
        sign=sign,
        headline=headline,
        lead=lead,
        items=tuple(_items(draft, verdict)),
        unread=tuple(unread(reason) for reason in verdict.incomplete),
        rewrite=verdict.rewrite,
        no_rewrite=NO_VERSION if _lacks_version(verdict) else "",
        rewrite_title=HONEST_VERSION if verdict.outcome is Outcome.OK else SAFE_VERSION,
        policy=verdict.policy,
        check=verdict.id,
        approved=APPROVED.format(at=f"{by.at:%Y-%m-%d}", number=by.review) if (by := verdict.approval) else "",
    )


def _lacks_version(verdict: Verdict) -> bool:
    """Tell whether a version was looked for, and there is none."""
    return verdict.rewrite is None and not verdict.incomplete and verdict.outcome in (Outcome.REVISE, Outcome.BLOCK)


def visible(verdict: Verdict) -> tuple[Finding, ...]:
    """Return the findings that a person is shown."""
    return tuple(f for f in verdict.findings if f.action is not Action.NOTE or f.rule not in SILENT_RULES)


def marked(draft: Draft, verdict: Verdict) -> Iterator[tuple[str, bool]]:
    """Yield the draft piece by piece with whether a shown finding covers it, secret terms left unmarked."""
    spans = sorted(finding.span for finding in visible(verdict) if _quotes(draft, verdict, finding))
    at = 0
    for span in _joined(spans):
        if span.start > at:
            yield draft.text[at : span.start], False
        yield draft.text[span.start : span.end], True
        at = span.end
    if at < len(draft.text):
        yield draft.text[at:], False


def unread(reason: str) -> str:
    """Say in a sentence what one entry of `incomplete` means for the author."""
    name, _, detail = reason.partition(":")
    return UNREAD.get(name, UNREAD_PART).format(name=PARTS.get(name, name), detail=detail, most=MAX_CHARACTERS)


def _quotes(draft: Draft, verdict: Verdict, finding: Finding) -> bool:
    """Tell whether a finding's words are shown: not those beside a secret term, nor a note on the draft as a whole."""
    whole = finding.action is Action.NOTE and finding.span == Span(0, len(draft.text))
    return verdict.may_quote(finding) and not whole


def _items(draft: Draft, verdict: Verdict) -> Iterator[Item]:
    ordered = sorted(visible(verdict), key=lambda finding: (-finding.action, finding.rule, finding.span))
    for _, group in groupby(ordered, key=lambda finding: (finding.action, finding.rule)):
        equal = list(group)
        first = equal[0]
        quotes = [draft.text[f.span.start : f.span.end] for f in equal[:PLACES] if _quotes(draft, verdict, f)]
        yield Item(
            rule=first.rule,
            action=first.action,
            title=first.title,
            why=first.why,
            suggest=first.suggest,
            learn=first.learn,
            count=len(equal),
            quotes=tuple(map(_quoted, quotes)),
            adds=first.mend is Mend.ADD,
        )


def _quoted(words: str) -> str:
    return printable(words[:QUOTED]) + ("…" if len(words) > QUOTED else "")


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield sorted spans with overlapping ones made one."""
    open_span: Span | None = None
    for span in spans:
        if open_span and span.start <= open_span.end:
            open_span = Span(open_span.start, max(open_span.end, span.end))
            continue
        if open_span:
            yield open_span
        open_span = span
    if open_span:
        yield open_span
