"""Sentences: where each sentence of a readable text begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import attrgetter

from core.finding import Span

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st no nr vs etc e.g i.e approx dept inc ltd co corp jr sr fig vol p pp tel ext".split()
)
_LAST = re.compile(r"[\w.]*$")
_END = re.compile(
    r"[.!?\n](?:(?<=[.!?])(?<![.!?][.!?])[.!?]*+[\"')\]*_]*(?:[^\S\n]+[.!?]+(?=\s|$))*(?=\s|$)|(?<=\n)\n*|(?<=[^\W\d_]\.)(?=[A-Z][a-z]))"
)
"""What decides looks back from the sign, so that the search goes from sign to sign; signs set apart are one end."""


def sentences(text: str) -> tuple[Span, ...]:
    """Return the spans of the sentences, in order and without gaps; an empty text has none.

    A line break always ends a sentence: posts are written in lines, and a list item is a thought of its own.
    """
    spans: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        if end[0] == "." and (_abbreviates(text, end.start(), end.end()) or _numbers(text[start : end.start()])):
            continue
        spans.append(Span(start, end.end()))
        start = end.end()
    if start < len(text):
        spans.append(Span(start, len(text)))
    return tuple(spans)


def sentence_at(spans: tuple[Span, ...], place: Span) -> Span:
    """Return the stretch of whole sentences that a place lies in."""
    first, last = (
        spans[max(bisect_right(spans, at, key=attrgetter("start")) - 1, 0)] for at in (place.start, place.end - 1)
    )
    return Span(first.start, last.end)


def _numbers(words: str) -> bool:
    """Tell whether a line's first words are nothing but the number of its item."""
    return len(words.strip()) <= 2 and words.strip().isdigit()


def _abbreviates(text: str, dot: int, after: int) -> bool:
    """Tell whether a full stop belongs to an abbreviation or initial and not to a sentence's end."""
    word = _LAST.search(text, max(dot - 10, 0), dot)
    token = word[0].lower() if word else ""
    if token in _ABBREVIATIONS or (len(token) == 1 and text[dot - 1].isupper()):
        return True
    return "." in token and text[after : after + 2].strip()[:1].islower()
