"""Stretches: the runs of words of a text that could be one name, and their hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from core.finding import Span
from core.normalize import fold_lengths, letters
from core.terms.boundary import follows
from core.terms.hashes import Hashes, Numbers, Places, code_points

WORDS = 5
LEAST, MOST = 8, 40
"""A name of so many letters is looked for with a typo; a stretch may have one letter less, or more."""

_ASCII = 127
_ALNUM = np.array([chr(code).isalnum() for code in range(_ASCII + 1)])
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
    def halves(self) -> tuple[Numbers, Numbers]:
        """Hash the letters in front of the middle of each stretch, and those behind it."""
        return halves(self.hashes, self.start, self.end, (self.end - self.start - 1) >> 1)


def halves(hashes: Hashes, start: Places, end: Places, size: Places) -> tuple[Numbers, Numbers]:
    """Hash the first and the last `size` letters, so that neither passes for the other or for another size."""
    front = hashes.of(start, start + size) + _FRONT[size]
    return front, hashes.of(end - size, end) + _BEHIND[size]


_SALTS: Numbers = np.cumprod(np.full(2 * MOST, 0xD1342543DE82EF95, np.uint64), dtype=np.uint64)
_FRONT, _BEHIND = _SALTS[:MOST], _SALTS[MOST:]


def stretches(text: str) -> Stretches:
    """Return every run of one to five words that could belong together and is about as long as a name may be."""
    codes: npt.NDArray[Any] = np.frombuffer(text.encode(), np.uint8) if text.isascii() else code_points(text)
    left, right = _words(text, codes)
    if text.isascii():
        spelt, ends = letters(text), (right - left).cumsum()
    else:
        words = "".join([text[start:end] for start, end in zip(left.tolist(), right.tolist(), strict=True)])
        spelt, ends = letters(words), _sums(fold_lengths(words))[(right - left).cumsum()]
    offsets = np.zeros(len(left) + 1, np.int64)
    offsets[1:] = ends
    first, last = _runs(offsets, _breaks(text, codes, left, right))
    return Stretches(spelt, offsets[first], offsets[last + 1], left[first], right[last])


def _words(text: str, codes: npt.NDArray[Any]) -> tuple[Places, Places]:
    """Return where words begin and end."""
    wordish = np.zeros(len(codes) + 2, np.bool_)
    wordish[1:-1] = _ALNUM[codes if text.isascii() else np.minimum(codes, len(_ALNUM) - 1)]
    if not text.isascii():
        for at in (codes > _ASCII).nonzero()[0].tolist():
            wordish[at + 1] = text[at].isalnum()
    edges = (wordish[1:] != wordish[:-1]).nonzero()[0]
    return edges[::2], edges[1::2]


def _sums(numbers: Places) -> Places:
    """Return the sums of the first 0, 1, 2 ... numbers."""
    sums = np.zeros(len(numbers) + 1, np.int64)
    numbers.cumsum(out=sums[1:])
    return sums


def _breaks(text: str, codes: npt.NDArray[Any], left: Places, right: Places) -> Places:
    """Return for each word how many places before it no name can reach across."""
    gaps = left[1:] - right[:-1]
    broken = (gaps != 1) | (codes[right[:-1]] != _BLANK)
    odd = broken.nonzero()[0]
    for at, start, end in zip(odd.tolist(), right[odd].tolist(), left[odd + 1].tolist(), strict=True):
        broken[at] = end - start > _LONGEST_GAP or not _joins(text[start:end])
    return _sums(broken)


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
    chosen, width = fits.nonzero()
    return chosen, chosen + width
