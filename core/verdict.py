"""Verdict: the machine's answer to one draft, and how findings become an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from core.finding import Action, Finding

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


class Outcome(StrEnum):
    """What the author is told, in one word."""

    OK = "ok"
    REVISE = "revise"
    BLOCK = "block"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one draft.

    `incomplete` names what could not run (`terms`, `language:de`, a recognizer's name, ...); while it is
    not empty the outcome is `unchecked` or `block`. `policy` is `sha256:` and the hash of the rules in
    force. `trial` holds what rules on trial found: recorded, never shown.
    """

    id: str
    outcome: Outcome
    policy: str
    findings: tuple[Finding, ...] = ()
    incomplete: tuple[str, ...] = ()
    language: str = "en"
    rewrite: str | None = field(default=None, repr=False)
    trial: tuple[Finding, ...] = field(default=(), repr=False)


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

    Of two findings that share words, the one whose category comes first in PRECEDENCE stays; in one
    category the stricter, then the longer. Notes never push anything out and are only dropped when a
    finding of their own rule covers the same words.
    """
    kept: list[Finding] = []
    for finding in sorted(findings, key=_rank):
        rivals = (other for other in kept if other.span.overlaps(finding.span))
        if not any(_outranks(other, finding) for other in rivals):
            kept.append(finding)
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.rule)))


def _rank(finding: Finding) -> tuple[bool, int, int, int, str]:
    """Order findings so that one that can push another out comes before it."""
    category = PRECEDENCE.index(finding.category) if finding.category in PRECEDENCE else len(PRECEDENCE)
    length = finding.span.end - finding.span.start
    return (finding.action is Action.NOTE, category, -finding.action, -length, finding.rule)


def _outranks(stronger: Finding, weaker: Finding) -> bool:
    if weaker.action is Action.NOTE:
        return stronger.rule == weaker.rule
    return stronger.action is not Action.NOTE
