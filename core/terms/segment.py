"""Segment: a built, immutable part of the list: an automaton over folded names, and what each of them stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import daachorse
import numpy as np

from core.normalize import fold
from core.terms.lexicon import is_common
from core.terms.spellings import spellings
from core.terms.term import Kind, Needs, Secrecy, Term
from core.terms.typos import TypoFilter

_KINDS = tuple(Kind)
_SECRET, _COMMON, _CAPITAL, _CUE = 1, 2, 4, 8
_NEEDS = {None: 0, Needs.CAPITAL: _CAPITAL, Needs.CUE: _CUE}


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling of one term. `term` is the first half of the term's id."""

    spelling: str
    term: int
    kind: Kind
    secret: bool
    common: bool
    capital: bool
    cue: bool


class Segment:
    """Keys by number, and the entries that share a key side by side.

    Spellings lie in one block of bytes, ids and flags in arrays: a million names take tens of megabytes,
    where Python objects would take hundreds.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        rows = sorted(_rows(terms), key=lambda row: row[0])
        keys = [key for at, (key, _, _) in enumerate(rows) if at == 0 or rows[at - 1][0] != key]
        self.keys = len(keys)
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(keys) if keys else None
        encoded = [spelling.encode() for _, spelling, _ in rows]
        self._block = b"".join(encoded)
        self._ends = np.cumsum([len(each) for each in encoded], dtype=np.uint32)
        self._terms = np.array([half(term.id) for _, _, term in rows], np.uint64)
        self._kinds = np.array([_KINDS.index(term.kind) for _, _, term in rows], np.uint8)
        self._flags = np.array([_flags(spelling, term) for _, spelling, term in rows], np.uint8)
        starts = [at for at, (key, _, _) in enumerate(rows) if at == 0 or rows[at - 1][0] != key]
        self._first = np.array([*starts, len(rows)], np.uint32)
        self._typos = TypoFilter(keys)

    def exact(self, letters: str) -> list[tuple[int, int, int]]:
        """Return (start, end, key) for every key that stands somewhere in the folded letters."""
        return self._automaton.find_overlapping(letters) if self._automaton else []

    def near(self, letters: str, stretches: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """Return (stretch, key) numbers of stretches that may be one edit from a key."""
        return self._typos.near(letters, stretches)

    def entries(self, key: int) -> Iterator[Entry]:
        """Yield the entries of one key."""
        for at in range(int(self._first[key]), int(self._first[key + 1])):
            start = int(self._ends[at - 1]) if at else 0
            flags = int(self._flags[at])
            yield Entry(
                spelling=self._block[start : int(self._ends[at])].decode(),
                term=int(self._terms[at]),
                kind=_KINDS[self._kinds[at]],
                secret=bool(flags & _SECRET),
                common=bool(flags & _COMMON),
                capital=bool(flags & _CAPITAL),
                cue=bool(flags & _CUE),
            )


def half(term_id: str) -> int:
    """Return the first half of a term's id: 64 random bits, enough to tell a million terms apart."""
    return int(term_id[:8] + term_id[9:13] + term_id[14:18], 16)


def _rows(terms: Iterable[Term]) -> Iterator[tuple[str, str, Term]]:
    for term in terms:
        seen: set[str] = set()
        for name in (term.name, *term.aliases):
            for spelling in spellings(name):
                key = fold(spelling)
                if key not in seen:
                    seen.add(key)
                    yield key, spelling, term


def _flags(spelling: str, term: Term) -> int:
    secret = _SECRET if term.secrecy is Secrecy.SECRET else 0
    return secret | _NEEDS[term.needs] | (_COMMON if is_common(spelling) else 0)
