"""Sieve: which of many patterns may fit a text, told from the needles that it holds, without running any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import daachorse

from core.needles import MOST_SETS, Needles, haystack


class Sieve:
    """Patterns, known by their numbers and needles.

    Each set of words has a bit of its own: of the first sets in the lowest bits, one a pattern, then of the second
    and the third. A pattern may fit where all its bits are set; those of sets that it lacks always are. Without one of
    its signs it does not fit either.
    """

    def __init__(self, patterns: Sequence[Needles]) -> None:
        bits: defaultdict[str, int] = defaultdict(int)
        self._size = len(patterns)
        self._lacking = 0
        self._signs: defaultdict[str, int] = defaultdict(int)
        for number, (sets, signs) in enumerate(patterns):
            for rank in range(MOST_SETS):
                bit = 1 << (rank * self._size + number)
                if rank >= len(sets):
                    self._lacking |= bit
                for word in sets[rank] if rank < len(sets) else ():
                    bits[word] |= bit
            for sign in signs:
                self._signs[sign] |= 1 << number
        words = [word.encode() for word in bits]
        self._automaton: Any = daachorse.DoubleArrayAhoCorasick(words) if words else None
        self._bits = list(bits.values())

    def passing(self, text: str) -> Iterator[int]:
        """Yield the numbers of the patterns that may fit a readable text, in order."""
        held = self._lacking
        if self._automaton:
            for word in {word for _, _, word in self._automaton.find_overlapping(haystack(text))}:
                held |= self._bits[word]
        whole = (1 << self._size) - 1
        for rank in range(MOST_SETS):
            whole &= held >> (rank * self._size)
        for sign, numbers in self._signs.items():
            if sign not in text:
                whole &= ~numbers
        while whole:
            lowest = whole & -whole
            yield lowest.bit_length() - 1
            whole ^= lowest
