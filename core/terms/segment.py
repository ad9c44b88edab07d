"""Segment: a built, immutable part of the list: an automaton over folded names, and what each of them stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import daachorse
import numpy as np

from core.terms.columns import CAPITAL, COMMON, CUE, KINDS, SECRET, columns
from core.terms.stretches import Stretches
from core.terms.term import Kind, Term
from core.terms.typos import TypoFilter


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
        made = columns(terms)
        self.keys = len(made.keys)
        self._first, self._block, self._ends = made.first, made.block, made.ends
        self._terms, self._kinds, self._flags = made.terms, made.kinds, made.flags
        self._typos = TypoFilter.of(made.keys)
        self._automaton = daachorse.DoubleArrayAhoCorasick(made.keys) if made.keys else None

    @classmethod
    def loads(cls, parts: Sequence[bytes]) -> Self:
        """Return the segment that `dumps` gave the parts of; anything else is undefined, so open own files only."""
        segment = object.__new__(cls)
        automaton, first, segment._block, ends, terms, kinds, flags, *typos = parts
        segment._first, segment._ends = np.frombuffer(first, np.uint32), np.frombuffer(ends, np.uint32)
        segment._terms = np.frombuffer(terms, np.uint64)
        segment._kinds, segment._flags = np.frombuffer(kinds, np.uint8), np.frombuffer(flags, np.uint8)
        segment.keys = len(segment._first) - 1
        segment._typos = TypoFilter.loads(typos)
        segment._automaton = daachorse.DoubleArrayAhoCorasick.deserialize(automaton) if automaton else None
        return segment

    def dumps(self) -> list[bytes]:
        """Return the segment as bytes, in parts."""
        arrays = (self._ends, self._terms, self._kinds, self._flags)
        automaton = self._automaton.serialize() if self._automaton else b""
        return [
            automaton,
            self._first.tobytes(),
            self._block,
            *(each.tobytes() for each in arrays),
            *self._typos.dumps(),
        ]

    def exact(self, letters: bytes) -> list[tuple[int, int, int]]:
        """Return (start, end, key), counted in bytes, for every key that stands somewhere in the folded letters."""
        return self._automaton.find_overlapping(letters) if self._automaton else []

    def near(self, stretches: Stretches) -> set[tuple[int, int]]:
        """Return (stretch, key) numbers of stretches that may be one edit from a key."""
        return self._typos.near(stretches)

    def entries(self, key: int) -> Iterator[Entry]:
        """Yield the entries of one key."""
        for at in range(int(self._first[key]), int(self._first[key + 1])):
            start = int(self._ends[at - 1]) if at else 0
            flags = int(self._flags[at])
            yield Entry(
                spelling=self._block[start : int(self._ends[at])].decode(),
                term=int(self._terms[at]),
                kind=KINDS[self._kinds[at]],
                secret=bool(flags & SECRET),
                common=bool(flags & COMMON),
                capital=bool(flags & CAPITAL),
                cue=bool(flags & CUE),
            )


def half(term_id: str) -> int:
    """Return the first half of a term's id: 64 random bits, enough to tell a million terms apart."""
    return int(term_id[:8] + term_id[9:13] + term_id[14:18], 16)
