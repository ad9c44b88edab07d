"""Place: a name in its sentence, with the words on both sides and what a capital says there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum

from core.terms import cues

WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")
_REACH = 120
"""How far to read on either side, in characters."""
_BREAK = re.compile(r"[.!?]+[\"')\]*_]*(?=\s|$)|\n+")
_ENDING = re.compile(r"(?:s|es|ed)(?![^\W_])", re.IGNORECASE)
_CAPITALS = re.compile(r"(?:^|[.!?]\s+)[A-Z]|\bI\b")


class Style(IntEnum):
    """How the writer uses capitals around the name."""

    SILENT = 0
    """A passage in capitals or a headline, where a capital says nothing."""
    SENTENCE = 1
    LOWER = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A name in its sentence. `left` and `right` are the other words, lower-case, nearest first."""

    name: str = field(repr=False)
    tail: str = field(repr=False)
    style: Style
    left: list[str] = field(repr=False)
    right: list[str] = field(repr=False)
    beside: tuple[str, str] = field(repr=False)
    """The two neighbours as they are written."""
    gaps: tuple[str, str] = field(repr=False)
    """What stands between the name and them."""
    closes: bool
    """Whether the clause ends after the first word behind."""
    around: str = field(repr=False)
    """The sentences before and after."""

    @property
    def capital(self) -> bool:
        return self.name[0].isupper()

    @property
    def telling(self) -> bool:
        """Whether the capital is one that only a name has."""
        return self.capital and self.style is not Style.SILENT and bool(self.left)

    @property
    def owns(self) -> bool:
        """Whether a thing of working life follows at once: the Summit contract, Summit's contract."""
        follows = self.right[1:4] if self.right[:1] == ["s"] else self.right[:1]
        things = (word.removesuffix("'s") for word in follows)
        return not self.gaps[1].strip(" '\"*_") and not cues.POSSESSIONS.isdisjoint(things)


def place_at(text: str, start: int, end: int) -> Place:
    """Cut out the sentence around a name and split it into words."""
    floor = max(0, start - _REACH)
    begin = max((found.end() for found in _BREAK.finditer(text, floor, start)), default=floor)
    tail = _ENDING.match(text, end)
    after = tail.end() if tail else end
    stop = _BREAK.search(text, after, after + _REACH)
    finish = stop.start() if stop else min(len(text), after + _REACH)
    before, behind = text[begin:start], text[after:finish]
    left, right = WORD.findall(before)[::-1], WORD.findall(behind)
    around = f"{text[floor:begin]} {text[finish : finish + _REACH]}"
    rest = behind[behind.find(right[0]) + len(right[0]) :].strip() if right else ""
    return Place(
        name=text[start:end],
        tail=tail[0] if tail else "",
        style=_style(text[start:end], left, right, around),
        left=[word.lower() for word in left],
        right=[word.lower() for word in right],
        beside=(left[0] if left else "", right[0] if right else ""),
        gaps=(
            before[before.rfind(left[0]) + len(left[0]) :] if left else before,
            behind[: behind.find(right[0])] if right else behind,
        ),
        closes=not rest or rest[0] in ",;.!",
        around=around,
    )


def _style(name: str, left: list[str], right: list[str], around: str) -> Style:
    """Tell what a capital says here."""
    words = [word for word in (*left, *right) if len(word) > 3]
    if name[0].isupper() and len(words) > 2 and sum(word[0].isupper() for word in words) > 0.6 * len(words):
        return Style.SILENT
    if "i" in left or "i" in right:
        return Style.LOWER  # a telephone makes the first letter of a post a capital, and this one no other
    first = next((word for word in reversed(left) if word[0].isalpha()), name)
    if first[0].islower() and "I" not in left and "I" not in right and not _CAPITALS.search(around):
        return Style.LOWER
    return Style.SENTENCE
