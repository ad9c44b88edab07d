"""Detection and Finding: what a recognizer saw, and what a rule makes of it. Both hold spans, never quotes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Action(IntEnum):
    """What a finding asks of the author; a higher one is stricter."""

    NOTE = 1
    REVISE = 2
    BLOCK = 3


class Mend(StrEnum):
    """How the safe version of a draft mends a finding.

    `WORDS`: better words take the place of its own; without any, the passage goes. `NAMES`: the names in its sentence
    make way, by the better words of the notes on them. `ADD`: its better words are added to the sentence.
    """

    WORDS = "words"
    NAMES = "names"
    ADD = "add"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the draft: code points from `start` up to, not including, `end`."""

    start: int
    end: int

    def trimmed(self, text: str) -> Span:
        """Return the span without the blanks at its ends in a text."""
        words = text[self.start : self.end]
        return Span(self.end - len(words.lstrip()), self.start + len(words.rstrip()))

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def shared(self, other: Span) -> int:
        """Return how many characters the two share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True, order=True)
class Detection:
    """What one recognizer saw: a label such as `EMAIL_ADDRESS`, where, and how sure it is (0 to 1)."""

    span: Span
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A detection that a rule cares about.

    `quotable` is False for a secret term: its words are never repeated to anybody. `whole` says that its span is a
    sentence because nobody can say by which words of it.
    """

    rule: str
    category: str
    action: Action
    span: Span
    score: float
    title: str
    why: str
    suggest: tuple[str, ...] = ()
    learn: str | None = None
    quotable: bool = True
    mend: Mend = Mend.WORDS
    whole: bool = False


def finding_of(values: Mapping[str, Any]) -> Finding:
    """Build a finding out of its fields as JSON gives them back, its span by name or as a pair."""
    span = values["span"]
    kinds = {"action": Action(values["action"]), "mend": Mend(values["mend"]), "suggest": tuple(values["suggest"])}
    return Finding(**{**values, **kinds, "span": Span(**span) if isinstance(span, dict) else Span(*span)})
