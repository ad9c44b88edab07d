"""Verdict: the machine's answer to one draft, and how findings become an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.finding import Action, Finding, Span

PRECEDENCE = (
    "confidential_term",
    "secret",
    "personal_data",
    "private_meeting",
    "client_news",
    "offensive",
    "venting",
    "unverified_claim",
    "personal_disclosure",
)
"""Words that fit several categories are reported once, in the first of these."""

SURE = 0.9
"""A sentence that says something with less than this is only likely to."""

_TONE = frozenset({"offensive", "venting"})
_BESIDE: Mapping[str, frozenset[str]] = {
    "confidential_term": _TONE | {"private_meeting", "unverified_claim"},
    "secret": _TONE,
    "personal_data": _TONE | {"private_meeting"},
    "private_meeting": _TONE | {"personal_disclosure"},
    "client_news": _TONE | {"personal_disclosure"},
    "offensive": frozenset({"personal_disclosure"}),
    "venting": frozenset({"personal_disclosure"}),
    "unverified_claim": frozenset({"personal_disclosure"}),
}
"""What a sentence can say besides the words in it that fit an earlier category. Anything else it says by these words:
an address is where somebody can be found, a listed name is the news."""


class Outcome(StrEnum):
    """What the author is told, in one word."""

    OK = "ok"
    REVISE = "revise"
    BLOCK = "block"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's decision, in a review, that exactly this text may be posted under this policy version."""

    review: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one draft.

    `incomplete` names what could not run (`terms`, `language:de`, a recognizer's name, ...); while it is
    not empty the outcome is `unchecked` or `block`. `policy` is `sha256:` and the hash of the rules in
    force. `trial` holds what rules on trial found: recorded, never shown. `approval` changes nothing of the outcome:
    machines give verdicts, people make decisions, and both are shown.
    """

    id: str
    outcome: Outcome
    policy: str
    findings: tuple[Finding, ...] = ()
    incomplete: tuple[str, ...] = ()
    language: str = "en"
    rewrite: str | None = field(default=None, repr=False)
    trial: tuple[Finding, ...] = field(default=(), repr=False)
    approval: Approval | None = None

    def may_quote(self, finding: Finding) -> bool:
        """Tell whether a finding's words may be repeated: in the sentence of a secret term, those of open terms alone.

        Whatever else is found there may be the term under another name, and one left out among others would tell it.
        """
        if not finding.quotable or finding.category == "confidential_term":
            return finding.quotable
        return all(other.quotable or not other.span.overlaps(finding.span) for other in self.findings)


def decide(findings: Iterable[Finding], incomplete: Iterable[str]) -> Outcome:
    """Return the outcome that the strictest action and the gaps in the reading call for.

    `unchecked` beats `ok` and `revise`, and never `block`.
    """
    strictest = max((finding.action for finding in findings), default=Action.NOTE)
    if strictest is Action.BLOCK:
        return Outcome.BLOCK
    if any(incomplete):
        return Outcome.UNCHECKED
    return Outcome.REVISE if strictest is Action.REVISE else Outcome.OK


def settle(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Report the same words once, in order of appearance.

    Of two findings about the same words, the one whose category comes first in PRECEDENCE stays, with the
    stricter of both actions; in one category the stricter, then the one that knows its words, then the longer. Words
    are the same when the one covers at least half of the other: a name inside a leaked sentence is a second leak.
    What is told of a sentence as a whole is the same as the words found in it, unless they cannot be all that it says
    (`_BESIDE`) and it surely says it: what is only likely yields to all that is found in its sentence, but for an
    attack on a listed name. A finding whose words may not be shown stands beside all others: it covers a sentence
    only to hide which word it is about. Notes push nothing out, and are only dropped when a finding of their own
    rule covers the same words. What reads as secret or said in private because a number or address of somebody stands
    in it is told as that number.
    """
    found = tuple(findings)
    identifiers = tuple(each.span for each in found if _is_identifier(each))
    kept: list[Finding] = []
    for finding in sorted((each for each in found if not _is_explained(each, identifiers)), key=_rank):
        rival = next((at for at, other in enumerate(kept) if _outranks(other, finding)), None)
        if rival is None:
            kept.append(finding)
        elif kept[rival].action < finding.action:
            kept[rival] = replace(kept[rival], action=finding.action)
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.rule)))


def _is_identifier(finding: Finding) -> bool:
    """Tell whether the words are a number or address of somebody, which has better words, and nothing told of them."""
    return finding.category == "personal_data" and bool(finding.suggest) and finding.action is Action.BLOCK


def _is_explained(finding: Finding, identifiers: Iterable[Span]) -> bool:
    """Tell whether an identifier is why a sentence, of which nobody can say by which words, reads as confidential.

    The price: a way in or a meeting that is told beside somebody's number is not told of until the number is gone.
    """
    guessed = finding.whole and not finding.suggest and finding.category in ("secret", "private_meeting")
    return guessed and any(finding.span.overlaps(each) for each in identifiers)


def _rank(finding: Finding) -> tuple[bool, bool, int, int, bool, int, str]:
    """Order findings so that one that can push another out comes before it."""
    category = PRECEDENCE.index(finding.category) if finding.category in PRECEDENCE else len(PRECEDENCE)
    length = finding.span.end - finding.span.start
    note, guess = finding.action is Action.NOTE, _is_guess(finding)
    return (note, guess, category, -finding.action, finding.whole, -length, finding.rule)


def _is_guess(finding: Finding) -> bool:
    """Tell whether a sentence is only likely to say it."""
    return finding.whole and finding.quotable and finding.score < SURE


def _outranks(stronger: Finding, weaker: Finding) -> bool:
    """Tell whether a finding that is kept leaves nothing to say for another."""
    if not (stronger.quotable and weaker.quotable):
        return stronger.rule == weaker.rule and stronger.span == weaker.span
    same = 2 * stronger.span.shared(weaker.span) >= weaker.span.end - weaker.span.start
    if weaker.action is Action.NOTE:
        return same and stronger.rule == weaker.rule
    if stronger.action is Action.NOTE:
        return False
    if _is_identifier(stronger) and weaker.category == "personal_disclosure" and stronger.span.overlaps(weaker.span):
        return True  # of a place that is told of, its address is the better part
    return same or (weaker.whole and stronger.span.overlaps(weaker.span) and _says_all(stronger, weaker))


def _says_all(words: Finding, sentence: Finding) -> bool:
    """Tell whether words that are found in a sentence are all that is told of it."""
    if _is_guess(sentence) and not (words.category == "confidential_term" and sentence.category in _TONE):
        return True
    told = words.category == "personal_data" and not words.suggest  # of somebody, in words; no number or address
    return sentence.category not in _BESIDE.get(words.category, ()) or (told and sentence.category != "offensive")
