"""Stretches: the runs of words of a text that could be one name, and their hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from core.finding import Span
from core.normalize import fold_lengths, letters
from core.terms.boundary import follows
from core.terms.hashes import Hashes, Numbers, Places, code_points

WORDS = 5
LEAST, MOST = 8, 40
"""A name of so many letters is looked for with a typo; a stretch may have one letter less, or more."""

_ALNUM = np.array([chr(code).isalnum() for code in range(128)])
_BLANK = ord(" ")
_WIDTHS = np.arange(WORDS)
_LONGEST_GAP = 5


@dataclass(frozen=True)
class Stretches:
    """`letters[start[n]:end[n]]` are the folded letters of stretch n, `text[left[n]:right[n]]` how it is written."""

    letters: str = field(repr=False)
    start: Places = field(repr=False)
    end: Places = field(repr=False)
    left: Places = field(repr=False)
    right: Places = field(repr=False)

    def __len__(self) -> int:
        return len(self.start)

    def span(self, number: int) -> Span:
        """Return where one stretch stands in the text."""
        return Span(int(self.left[number]), int(self.right[number]))

    def spelt(self, number: int) -> str:
        """Return the letters of one stretch."""
        return self.letters[self.start[number] : self.end[number]]

    @cached_property
    def hashes(self) -> Hashes:
        """Hash the letters, once for all who look the stretches up."""
        return Hashes(code_points(self.letters))

    @cached_property
    def whole(self) -> Numbers:
        """Hash each stretch as it is."""
        return self.hashes.of(self.start, self.end)

    @cached_property
    def halves(self) -> tuple[Numbers, Numbers]:
        """Hash the letters in front of the middle of each stretch, and those behind it."""
        return halves(self.hashes, self.start, self.end, (self.end - self.start - 1) // 2)


def halves(hashes: Hashes, start: Places, end: Places, size: Places) -> tuple[Numbers, Numbers]:
    """Hash the first and the last `size` letters, so that neither passes for the other or for another size."""
    salt = size.astype(np.uint64) << np.uint64(1)
    front = hashes.of(start, start + size) + _SALTS[salt]
    return front, hashes.of(end - size, end) + _SALTS[salt + np.uint64(1)]


_SALTS = np.cumprod(np.full(2 * MOST + 4, 0xD1342543DE82EF95, np.uint64))


def stretches(text: str) -> Stretches:
    """Return every run of one to five words that could belong together and is about as long as a name may be."""
    codes = code_points(text)
    wordish = _ALNUM[np.minimum(codes, 127)] & (codes < 128)
    for at in np.flatnonzero(codes > 127).tolist():
        wordish[at] = text[at].isalnum()
    edges = np.flatnonzero(np.diff(wordish, prepend=False, append=False))
    left, right = edges[::2], edges[1::2]
    words = text if wordish.all() else codes[wordish].tobytes().decode("utf-32-le", "surrogatepass")
    offsets = _offsets(words, right - left)
    first, last = _runs(offsets, _breaks(text, codes, left, right))
    return Stretches(letters(words), offsets[first], offsets[last + 1], left[first], right[last])


def _offsets(words: str, sizes: Places) -> Places:
    """Return where each word begins among the folded letters of all, and where the last one ends."""
    ends = np.cumsum(sizes)
    if not words.isascii():
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(fold_lengths(words))])[ends]
    return np.concatenate([np.zeros(1, np.int64), ends])


def _breaks(text: str, codes: npt.NDArray[np.uint32], left: Places, right: Places) -> Places:
    """Return for each word how many places before it no name can reach across."""
    gaps = left[1:] - right[:-1]
    broken = (gaps != 1) | (codes[right[:-1]] != _BLANK)
    for at in np.flatnonzero(broken).tolist():
        broken[at] = gaps[at] > _LONGEST_GAP or not _joins(text[right[at] : left[at + 1]])
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(broken)])


@lru_cache(maxsize=4_096)
def _joins(gap: str) -> bool:
    """Tell whether the signs between two words, never letters or digits, let them belong to one name."""
    return follows(gap, 0, len(gap))


def _runs(offsets: Places, breaks: Places) -> tuple[Places, Places]:
    """Return the first and the last word of each run."""
    count = len(offsets) - 1
    first = np.arange(count)[:, None]
    last = first + _WIDTHS
    within = np.minimum(last, count - 1)
    length = offsets[within + 1] - offsets[first]
    fits = (last < count) & (breaks[within] == breaks[first]) & (length >= LEAST - 1) & (length <= MOST + 1)
    chosen, width = np.nonzero(fits)
    return chosen, chosen + width
