"""Bitfield: a set of hashes that forgets nothing and takes one in some hundreds of others for its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.terms.hashes import Numbers, Places

_BITS_A_HASH = 20
_LEAST_POWER, _MOST_POWER = 12, 28
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_TWELVE, _LOW = np.uint64(12), np.uint64(4_095)
_PAIRS = np.array([1 << (pair & 63) | 1 << (pair >> 6) for pair in range(4_096)], np.uint64)


class Bitfield:
    """Four bits for each hash, all within one word of 64, so that asking costs one look into memory."""

    def __init__(self, words: Numbers) -> None:
        self.words = words
        self._shift = np.uint64(64 - (len(words).bit_length() - 1))

    @classmethod
    def sized(cls, hashes: int) -> Bitfield:
        """Return an empty field for so many hashes."""
        power = min(max((hashes * _BITS_A_HASH).bit_length(), _LEAST_POWER), _MOST_POWER)
        return cls(np.zeros(1 << (power - 6), np.uint64))

    def add(self, hashes: Numbers) -> None:
        """Put hashes in; sorted, so that they are set down side by side in memory."""
        if not len(hashes):
            return
        where, bits = self._places(np.sort(hashes * _MIXER))
        firsts = np.append(0, np.diff(where).nonzero()[0] + 1)
        self.words[where[firsts]] |= np.bitwise_or.reduceat(bits, firsts)

    def holds(self, hashes: Numbers) -> npt.NDArray[np.bool_]:
        """Tell of each hash whether it may be in the set; False is certain."""
        where, bits = self._places(hashes * _MIXER)
        return np.asarray(self.words[where] & bits == bits)

    def _places(self, mixed: Numbers) -> tuple[Places, Numbers]:
        """Return the word of each hash, named by its highest bits, and four bits in it, named by those that follow."""
        next_bits = mixed >> (self._shift - _TWELVE - _TWELVE)
        bits = _PAIRS[(next_bits & _LOW).view(np.int64)] | _PAIRS[(next_bits >> _TWELVE & _LOW).view(np.int64)]
        return (mixed >> self._shift).view(np.int64), bits
