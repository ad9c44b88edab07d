"""Index: finds every listed name in a readable text, in any disguise that a reader would see through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import NamedTuple

import numpy as np

from core.finding import Span
from core.normalize import fold, folded, letters, letters_of, plain_bytes
from core.terms.boundary import SHORT, alone, stands
from core.terms.lexicon import is_countable, is_frequent, is_personal, is_word
from core.terms.segment import Entry, Segment, half
from core.terms.stretches import MOST, stretches
from core.terms.term import SECRET_TERM, TERM, Term
from core.terms.typos import one_edit_apart
from core.terms.usage import Named, Sense, at_work, cued, sense, unread

MAX_CANDIDATES = 10_000
NEAR = 60
"""So many characters may stand between a term that needs a cue and the term that is one."""
SURE, UNSURE = 1.0, 0.5

_DIGITS = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_LEET = re.compile(r"[013457@$!8](?<=[^\W\d_].)[013457@$!8]?(?=[^\W\d_])")
_NO_LEET = bytes(code for code in range(256) if chr(code) not in "013457@$!8")
_UTF8_HEAD, _UTF8_WITHIN = 0b1100_0000, 0b1000_0000
_LEET_LETTERS = str.maketrans("013457@$!8", "oieastasib"), str.maketrans("013457@$!8", "oleastaslb")
"""A 1 is an i or an l."""


class TooManyCandidates(Exception):  # noqa: N818
    """A draft made to exhaust the index; it cannot be called clean."""


class Sighting(NamedTuple):
    """A listed name in a text: score 1.0 where it is the name, 0.5 where its use is unclear.

    One that is not `cued` needs a cue and has none of its own: it counts beside another name.
    """

    label: str
    span: Span
    score: float
    cued: bool = True


class TermIndex:
    """An immutable snapshot of the list: a base, and what was added and taken away since it was built."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._lay(Segment(terms))

    def _lay(self, base: Segment) -> None:
        self._base = base
        self._added: dict[int, Term] = {}
        self._segments: tuple[Segment, ...] = (base,)
        self._gone: frozenset[int] = frozenset()
        self._hidden: frozenset[int] = frozenset()

    @classmethod
    def loads(cls, parts: Sequence[bytes]) -> TermIndex:
        """Return the index that `dumps` gave the parts of; anything else is undefined, so open own files only."""
        index = object.__new__(cls)
        index._lay(Segment.loads(parts))
        return index

    def dumps(self) -> list[bytes]:
        """Return the base as bytes, in parts; what was laid over it is left out."""
        return self._base.dumps()

    @property
    def size(self) -> int:
        """Return how many different names the base has."""
        return self._base.keys

    @property
    def overlay_size(self) -> int:
        """Return how many changes stand beside the base; past a thousand, the checker builds anew."""
        return len(self._added) + len(self._gone)

    def updated(self, changed: Iterable[Term], gone: Iterable[str]) -> TermIndex:
        """Return an index with these terms added or replaced, and those ids taken out, on the same base."""
        new = {half(term.id): term for term in changed}
        removed = {half(term_id) for term_id in gone}
        index = object.__new__(TermIndex)
        index._base, index._hidden = self._base, self._hidden
        index._gone = self._gone.union(removed, new)
        index._added = {key: term for key, term in (self._added | new).items() if key not in removed}
        index._segments = (self._base, Segment(index._added.values())) if index._added else (self._base,)
        return index

    def without(self, hidden: Iterable[str]) -> TermIndex:
        """Return the same index as it reads where the terms of these ids are not there."""
        index = copy(self)
        index._hidden = self._hidden.union(map(half, hidden))
        return index

    def find(self, text: str, *, typos: bool = True, named: Named = unread) -> Iterator[Sighting]:
        """Yield each listed name once; of names that share words, the rightly spelt, then the longest.

        `named` says how far a word that is also an ordinary one is used as a name.

        Raises:
            TooManyCandidates: more than 10,000 places look like names.
        """
        found = _sighted(text, self._exact(text), named, UNSURE)
        if typos:
            found += _sighted(text, self._mistyped(text), named, SURE)
        found.sort(key=_cued_first)
        taken: list[Sighting] = []
        for seen in found:
            if not any(seen.span.overlaps(other.span) for other in taken):
                taken.append(seen)
        sure = [seen.span for seen in taken if seen.cued]
        for seen in taken:
            if seen.cued or any(_beside(seen.span, other) for other in sure):
                yield seen

    def _exact(self, text: str) -> list[tuple[Span, Entry]]:
        """Look the text up, and once more, with digits read as letters, around each word that mixes both."""
        plain = plain_bytes(text)
        found = self._standing(text, text, plain, 0)
        if plain.translate(None, _NO_LEET):
            for match in _LEET.finditer(text):
                start = text.rfind(" ", 0, max(match.start() - MOST, 0)) + 1
                written = text[start : match.end() + MOST]
                for letters_meant in _LEET_LETTERS if "1" in written or "!" in written else _LEET_LETTERS[:1]:
                    reading = written.translate(letters_meant)
                    found += self._standing(text, reading, plain_bytes(reading), start)
        return found

    def _standing(self, text: str, reading: str, plain: bytes, offset: int) -> list[tuple[Span, Entry]]:
        """Return the names that stand in `reading`, which is how `text` reads from `offset` on."""
        spelt = letters_of(plain)
        found: list[tuple[Span, Entry]] = []
        for segment in self._segments:
            hits = segment.exact(spelt)
            if len(hits) > MAX_CANDIDATES:  # what is hidden here, as another workspace's, may not tell of itself so
                live = {key for key in {key for *_, key in hits} if any(self._live(segment, key))}
                hits = [hit for hit in hits if hit[2] in live]
            if len(hits) > MAX_CANDIDATES:
                raise TooManyCandidates
            if hits:
                found += self._checked(reading, spelt, offset, segment, hits)
        return found

    def _checked(
        self, reading: str, spelt: bytes, offset: int, segment: Segment, hits: list[tuple[int, int, int]]
    ) -> Iterator[tuple[Span, Entry]]:
        """Yield those of the hits that stand in the reading as names."""
        view = folded(reading)
        for start, end, key in hits if spelt.isascii() else _in_letters(spelt, hits):
            whole = view.original(Span(start, end))
            if not alone(reading, whole.start, whole.end, end - start):
                continue
            places = [view.original(Span(at, at + 1)) for at in range(start, end)]
            span = Span(offset + whole.start, offset + whole.end)
            for entry in self._live(segment, key):
                if stands(reading, places, entry.spelling, cased=not _told_by_use(entry, reading, whole)):
                    yield span, entry

    def _mistyped(self, text: str) -> Iterator[tuple[Span, Entry]]:
        some = stretches(text)
        for segment in self._segments:
            for number, key in segment.near(some):
                span = some.span(number)
                for entry in self._live(segment, key):
                    if _mistypes(text, span, some.spelt(number), entry.spelling):
                        yield span, entry

    def _live(self, segment: Segment, key: int) -> Iterator[Entry]:
        for entry in segment.entries(key):
            if entry.term not in self._hidden and (segment is not self._base or entry.term not in self._gone):
                yield entry


def _in_letters(spelt: bytes, hits: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield hits counted in letters instead of bytes of UTF-8."""
    begins = (np.frombuffer(spelt, np.uint8) & _UTF8_HEAD) != _UTF8_WITHIN
    at = [0, *np.cumsum(begins).tolist()]
    for start, end, key in hits:
        yield at[start], at[end], key


def _cued_first(seen: Sighting) -> bool:
    return not seen.cued


def _longest_first(seen: Sighting) -> tuple[int, float, int]:
    return seen.span.start - seen.span.end, -seen.score, seen.span.start


def _mistypes(text: str, span: Span, spelt: str, spelling: str) -> bool:
    """Tell whether the words of a span are a slip for this name, and not ordinary words of their own."""
    key = fold(spelling)
    if not one_edit_apart(spelt, key):
        return False
    if _DIGITS.findall(spelt) != _DIGITS.findall(key) and not _digit_for_letter(spelt, key):
        return False  # another number is another thing: Quillstone 3 is not Quillstone 4
    words = [letters(word) for word in _WORD.findall(text[span.start : span.end])]
    named = [letters(word) for word in _WORD.findall(spelling)]
    if all(is_word(word) or is_personal(word) for word in words) and not _is_like_surname(words, named):
        return False
    if len(words) == len(named):
        return True
    return not any(is_frequent(word) for word in (words[0], words[-1]))


def _is_like_surname(words: Sequence[str], named: Sequence[str]) -> bool:
    """Tell whether a family name is spelt in another way, beside words of the same name that are nobody's."""
    if len(words) != len(named) or len(words) < 2:
        return False
    unlike = [word for word, other in zip(words, named, strict=True) if word != other]
    alike = [word for word, other in zip(words, named, strict=True) if word == other]
    return len(unlike) == 1 and not is_word(unlike[0]) and not any(map(is_personal, alike))


def _digit_for_letter(spelt: str, key: str) -> bool:
    """Tell whether the one difference is a digit written where the key has a letter."""
    differing = [pair for pair in zip(spelt, key, strict=False) if pair[0] != pair[1]]
    return len(spelt) == len(key) and differing[0][0].isdigit() and differing[0][1].isalpha()


def _sighted(text: str, places: Iterable[tuple[Span, Entry]], named: Named, least: float) -> list[Sighting]:
    """Return the names that are used as such at least so surely, the longest first."""
    found = []
    for span, entry in places:
        if (score := _score(text, span, entry, named)) >= least:
            label = SECRET_TERM if entry.secret else f"{TERM}{entry.kind.name}"
            found.append(Sighting(label, span, score, not entry.cue or cued(text, span.start, span.end)))
    return sorted(found, key=_longest_first)


def _score(text: str, span: Span, entry: Entry, named: Named) -> float:
    """Return how sure it is that the name is meant, 0.0 where its words mean something else here."""
    if entry.common and entry.spelling.isupper() and not text[span.start : span.end].isupper():
        return 0.0  # RISE is not "rise"
    if entry.capital and not text[span.start].isupper():
        return 0.0
    meant = sense(text, span, entry.kind, named) if entry.common else Sense.NAMED
    return {Sense.NAMED: SURE, Sense.UNSURE: UNSURE, Sense.OTHER: 0.0}[meant]


def _told_by_use(entry: Entry, text: str, span: Span) -> bool:
    """Tell whether use tells a short name: a thing such as an elm or a gap, or no word, where work is spoken of."""
    word = entry.spelling.lower()
    if len(word) <= SHORT and not is_word(word):
        return at_work(text, span.start, span.end)
    return entry.common and entry.spelling != entry.spelling.upper() and is_countable(word) and not is_frequent(word)


def _beside(span: Span, other: Span) -> bool:
    return max(span.start - other.end, other.start - span.end) <= NEAR
