"""Bitfield: a set of hashes that forgets nothing and takes one in some hundreds of others for its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.terms.hashes import Numbers

_BITS_A_HASH = 20
_LEAST_POWER, _MOST_POWER = 12, 28
_WHERE, _WHICH = np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F)
_ONE, _SIX, _LOW = np.uint64(1), np.uint64(6), np.uint64(63)
_TWELVE, _EIGHTEEN, _TOP_BITS = np.uint64(12), np.uint64(18), np.uint64(64 - 24)


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
        """Put hashes in."""
        where, bits = self._places(hashes)
        while len(where):
            self.words[where] |= bits  # of several for one word the last one wins: put the others in again
            lost = np.flatnonzero(self.words[where] & bits != bits)
            where, bits = where[lost], bits[lost]

    def holds(self, hashes: Numbers) -> npt.NDArray[np.bool_]:
        """Tell of each hash whether it may be in the set; False is certain."""
        where, bits = self._places(hashes)
        return np.asarray(self.words[where] & bits == bits)

    def _places(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        which = hashes * _WHICH >> _TOP_BITS
        bits = (_ONE << (which & _LOW)) | (_ONE << (which >> _SIX & _LOW))
        bits |= (_ONE << (which >> _TWELVE & _LOW)) | (_ONE << (which >> _EIGHTEEN))
        return hashes * _WHERE >> self._shift, bits
