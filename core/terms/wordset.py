"""Wordset: a fixed set of words in eight bytes a word, which also tells of many words at once."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.terms.hashes import Hashes, Numbers, code_points, hash_word

_AT_ONCE = 4_096


class WordSet:
    """The hashes of its words, in order. Of a hundred thousand words, chance lets one in 10**14 others in."""

    def __init__(self, words: Iterable[str]) -> None:
        words = [word for word in words if word]
        parts = [_hashed(words[at : at + _AT_ONCE]) for at in range(0, len(words), _AT_ONCE)]
        self._sorted = np.unique(np.concatenate([np.empty(0, np.uint64), *parts]))
        self._hashes = array("Q", self._sorted.tobytes())
        self._sorted = np.frombuffer(self._hashes, np.uint64)

    def __contains__(self, word: str) -> bool:
        wanted = hash_word(word)
        at = bisect_left(self._hashes, wanted)
        return at < len(self._hashes) and self._hashes[at] == wanted

    def holds(self, hashes: Numbers) -> npt.NDArray[np.bool_]:
        """Tell of each hash whether its word is in the set."""
        if not len(self._sorted):
            return np.zeros(len(hashes), np.bool_)
        at = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
        return np.asarray(self._sorted[at] == hashes)


def _hashed(words: list[str]) -> Numbers:
    ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    return Hashes(code_points("".join(words))).of(starts, ends)
