"""Index: finds every listed name in a readable text, in any disguise that a reader would see through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from core.finding import Span
from core.normalize import fold, folded
from core.normalize import letters as letters_of
from core.terms.boundary import alone, follows, stands
from core.terms.lexicon import is_countable, is_frequent, is_personal, is_word
from core.terms.segment import Entry, Segment, half
from core.terms.term import SECRET_TERM, TERM, Term
from core.terms.typos import LEAST, MOST, one_edit_apart
from core.terms.usage import Sense, cued, sense

MAX_CANDIDATES = 10_000
WORDS_A_NAME = 5
NEAR = 60
"""So many characters may stand between a term that needs a cue and the term that is one."""
SURE, UNSURE = 1.0, 0.5

_DIGITS = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_LEET = re.compile(r"[013457@$!8](?<=[^\W\d_].)[013457@$!8]?(?=[^\W\d_])")
_LEET_LETTERS = str.maketrans("013457@$!8", "oieastasib"), str.maketrans("013457@$!8", "oleastaslb")
"""A 1 is an i or an l."""


class TooManyCandidates(Exception):  # noqa: N818
    """A draft made to exhaust the index; it cannot be called clean."""


class Sighting(NamedTuple):
    """A listed name in a text: score 1.0 where it is the name, 0.5 where its use is unclear."""

    label: str
    span: Span
    score: float


class TermIndex:
    """An immutable snapshot of the list: a base, and what was added and taken away since it was built."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._base = Segment(terms)
        self._added: dict[int, Term] = {}
        self._overlay: Segment | None = None
        self._gone: frozenset[int] = frozenset()

    @property
    def overlay_size(self) -> int:
        """Return how many changes stand beside the base; past some thousands, build anew."""
        return len(self._added) + len(self._gone)

    def updated(self, changed: Iterable[Term], gone: Iterable[str]) -> TermIndex:
        """Return an index with these terms added or replaced, and those ids taken out, on the same base."""
        new = {half(term.id): term for term in changed}
        removed = {half(term_id) for term_id in gone}
        index = object.__new__(TermIndex)
        index._base = self._base
        index._gone = self._gone.union(removed, new)
        index._added = {key: term for key, term in (self._added | new).items() if key not in removed}
        index._overlay = Segment(index._added.values()) if index._added else None
        return index

    def find(self, text: str, *, typos: bool = True) -> Iterator[Sighting]:
        """Yield each listed name once; of names that share words, the rightly spelt, then the longest.

        Raises:
            TooManyCandidates: more than 10,000 places look like names.
        """
        exact = sorted(self._exact(text), key=_longest_first)
        mistyped = sorted(self._mistyped(text), key=_longest_first) if typos else []
        taken: list[Sighting] = []
        for seen in sorted((*exact, *mistyped), key=_lacks_cue):
            if not any(seen.span.overlaps(other.span) for other in taken):
                taken.append(seen)
        sure = [seen.span for seen in taken if not _lacks_cue(seen)]
        for seen in taken:
            if not _lacks_cue(seen):
                yield seen
            elif any(_beside(seen.span, other) for other in sure):
                yield seen._replace(score=-seen.score)

    def _exact(self, text: str) -> Iterator[Sighting]:
        """Look the text up, and once more, with digits read as letters, around each word that mixes both."""
        yield from self._standing(text, text, 0)
        for match in _LEET.finditer(text):
            start = text.rfind(" ", 0, max(match.start() - MOST, 0)) + 1
            written = text[start : match.end() + MOST]
            for letters in _LEET_LETTERS if "1" in written or "!" in written else _LEET_LETTERS[:1]:
                yield from self._standing(text, written.translate(letters), start)

    def _standing(self, text: str, reading: str, offset: int) -> Iterator[Sighting]:
        """Yield the names that stand in `reading`, which is how `text` reads from `offset` on."""
        letters = letters_of(reading)
        for segment in self._segments():
            hits = segment.exact(letters)
            if len(hits) > MAX_CANDIDATES:
                raise TooManyCandidates
            view = folded(reading) if hits else None
            for start, end, key in hits:
                assert view is not None
                whole = view.original(Span(start, end))
                if not alone(reading, whole.start, whole.end, end - start):
                    continue
                places = [view.original(Span(at, at + 1)) for at in range(start, end)]
                span = Span(offset + whole.start, offset + whole.end)
                for entry in self._live(segment, key):
                    if stands(reading, places, entry.spelling, cased=not _told_by_use(entry)):
                        yield from _sighted(text, span, entry)

    def _mistyped(self, text: str) -> Iterator[Sighting]:
        words = [match.span() for match in _WORD.finditer(text)]
        parts = [letters_of(text[start:end]) for start, end in words]
        letters = "".join(parts)
        stretches = list(_stretches(text, words, parts))
        for segment in self._segments():
            for number, key in segment.near(letters, [(start, end) for start, end, _ in stretches]):
                start, end, span = stretches[number]
                for entry in self._live(segment, key):
                    if not entry.common and _mistypes(text, span, letters[start:end], entry.spelling):
                        yield from _sighted(text, span, entry)

    def _segments(self) -> Sequence[Segment]:
        return (self._base, self._overlay) if self._overlay else (self._base,)

    def _live(self, segment: Segment, key: int) -> Iterator[Entry]:
        for entry in segment.entries(key):
            if segment is not self._base or entry.term not in self._gone:
                yield entry


def _stretches(text: str, words: Sequence[tuple[int, int]], parts: Sequence[str]) -> Iterator[tuple[int, int, Span]]:
    """Yield (start, end, span) for runs of one to five words: in the joined letters, and in the text."""
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    for first in range(len(words)):
        for last in range(first, min(first + WORDS_A_NAME, len(words))):
            if last > first and not follows(text, words[last - 1][1], words[last][0]):
                break
            length = offsets[last + 1] - offsets[first]
            if length > MOST + 1:
                break
            if length >= LEAST - 1:
                yield offsets[first], offsets[last + 1], Span(words[first][0], words[last][1])


def _lacks_cue(seen: Sighting) -> bool:
    """Tell whether a name needs a cue and has none yet, as a score below zero says: it counts beside another name."""
    return seen.score < 0


def _longest_first(seen: Sighting) -> tuple[int, float, int]:
    return seen.span.start - seen.span.end, -seen.score, seen.span.start


def _mistypes(text: str, span: Span, letters: str, spelling: str) -> bool:
    """Tell whether the words of a span are a slip for this name, and not ordinary words of their own."""
    key = fold(spelling)
    if not one_edit_apart(letters, key):
        return False
    if _DIGITS.findall(letters) != _DIGITS.findall(key) and not _digit_for_letter(letters, key):
        return False  # another number is another thing: Quillstone 3 is not Quillstone 4
    words = [letters_of(word) for word in _WORD.findall(text[span.start : span.end])]
    if all(is_word(word) or is_personal(word) for word in words):
        return False
    if len(words) == len(_WORD.findall(spelling)):
        return True
    return not any(is_frequent(word) for word in (words[0], words[-1]))


def _digit_for_letter(letters: str, key: str) -> bool:
    """Tell whether the one difference is a digit written where the key has a letter."""
    differing = [pair for pair in zip(letters, key, strict=False) if pair[0] != pair[1]]
    return len(letters) == len(key) and differing[0][0].isdigit() and differing[0][1].isalpha()


def _sighted(text: str, span: Span, entry: Entry) -> Iterator[Sighting]:
    """Yield the name, unless its words mean something else here."""
    if entry.common and entry.spelling.isupper() and not text[span.start : span.end].isupper():
        return  # RISE is not "rise"
    if entry.capital and not text[span.start].isupper():
        return
    meant = sense(text, span.start, span.end, entry.kind) if entry.common else Sense.NAMED
    if meant is not Sense.OTHER:
        label = SECRET_TERM if entry.secret else f"{TERM}{entry.kind.name}"
        score = SURE if meant is Sense.NAMED else UNSURE
        yield Sighting(label, span, -score if entry.cue and not cued(text, span.start, span.end) else score)


def _told_by_use(entry: Entry) -> bool:
    """Tell whether a short name is a thing such as an elm or a gap, which its use tells from the name."""
    word = entry.spelling.lower()
    return entry.common and entry.spelling != entry.spelling.upper() and is_countable(word) and not is_frequent(word)


def _beside(span: Span, other: Span) -> bool:
    return max(span.start - other.end, other.start - span.end) <= NEAR
