"""Hashes: 64-bit hashes of any stretches of a text, all at once.

A hash is a polynomial modulo 2**64 over code points. With sums of prefixes, the hash of any stretch after any
one edit costs two or three multiplications, for all stretches at once.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MODULUS = 1 << 64
_LEAST_POWERS = 10


class Hashes:
    """The hashes of stretches of one text, given as its code points."""

    def __init__(self, codes: npt.NDArray[np.unsignedinteger]) -> None:
        self.codes = codes.astype(np.uint64)
        size = len(codes)
        self.powers, inverses = _powers(max((size + 2).bit_length(), _LEAST_POWERS))
        self._sums = np.zeros(size + 1, np.uint64)
        (self.codes * inverses[:size]).cumsum(out=self._sums[1:])

    def of(self, start: Places, end: Places) -> Numbers:
        """Hash text[start:end], none of them empty."""
        return self.part(start, end, end - 1)

    def part(self, start: Places, end: Places, top: Places) -> Numbers:
        """Hash text[start:end] so that the letter at place p counts times base**(top - p)."""
        return (self._sums[end] - self._sums[start]) * self.powers[top]


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def hash_word(word: str) -> int:
    """Hash one word alone, as `Hashes.of` does."""
    value = 0
    for char in word:
        value = (value * _BASE + ord(char)) % _MODULUS
    return value


@lru_cache(maxsize=4)
def _powers(bits: int) -> tuple[Numbers, Numbers]:
    """Return the first 2**bits powers of the base and of its inverse."""
    up, down = np.full(1 << bits, _BASE, np.uint64), np.full(1 << bits, _INVERSE, np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up), np.cumprod(down)
