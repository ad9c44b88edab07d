"""Typos: finds names of eight letters and more with one letter too many, too few, wrong, or two swapped.

Two spellings are one edit apart only if they agree once one letter is taken from each, or from one of them.
So the hash of every key, and of every key with one letter taken out, goes into a bit field; a stretch of the
draft is looked at only where its own hash, or that of itself with one letter taken out, is in there. For the
few that are, every repair is hashed and looked up among the keys.

Hashes are polynomials modulo 2**64 over code points. With sums of prefixes, the hash of any stretch after any
one edit costs two or three multiplications, for all stretches at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

LEAST = 8
MOST = 40

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIXERS = (np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F))
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", np.uint8).astype(np.uint64)
_BITS_A_KEY = 600
_MOST_BITS = 28
_CHUNK = 20_000


class TypoFilter:
    """An immutable set of keys that tells which of them are one edit from a stretch of text."""

    def __init__(self, keys: Sequence[str]) -> None:
        long = [number for number, key in enumerate(keys) if LEAST <= len(key) <= MOST]
        power = min(max((len(long) * _BITS_A_KEY).bit_length(), 12), _MOST_BITS)
        self._shift = np.uint64(64 - power)
        self._field = np.zeros(1 << (power - 3), np.uint8)
        hashes = [np.empty(0, np.uint64)]
        for first in range(0, len(long), _CHUNK):
            some = _Stretches.of_words([keys[number] for number in long[first : first + _CHUNK]])
            hashes.append(some.hashes())
            self._set(hashes[-1])
            self._set(some.without(*some.every_letter()))
        found = np.concatenate(hashes)
        order = np.argsort(found)
        self._hashes, self._numbers = found[order], np.array(long, np.int64)[order]

    def near(self, letters: str, stretches: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        """Return (stretch, key) numbers where letters[start:end] is one edit from a key, or equal to it.

        It never misses one; hashes may agree by chance, so the caller compares the letters.
        """
        if not stretches or not len(self._hashes):
            return set()
        some = _Stretches(letters, np.array(stretches, np.int64))
        whole = np.flatnonzero(self._has(some.hashes()))
        owner, at = some.every_letter()
        shorter = some.without(owner, at)
        lacking = np.flatnonzero(self._has(shorter))
        found = set(self._look_up(owner[lacking], shorter[lacking]))
        for repaired_owner, repaired in some.repairs(whole, owner[lacking], at[lacking]):
            found |= set(self._look_up(repaired_owner, repaired))
        return found

    def _look_up(self, owner: Places, hashes: Numbers) -> Iterator[tuple[int, int]]:
        at = np.searchsorted(self._hashes, hashes)
        hit = np.flatnonzero(self._hashes[np.minimum(at, len(self._hashes) - 1)] == hashes)
        for one in hit:
            place = at[one]
            while place < len(self._hashes) and self._hashes[place] == hashes[one]:
                yield int(owner[one]), int(self._numbers[place])
                place += 1

    def _set(self, hashes: Numbers) -> None:
        for mixer in _MIXERS:
            bits = (hashes * mixer) >> self._shift
            np.bitwise_or.at(self._field, bits >> np.uint64(3), _bit(bits))

    def _has(self, hashes: Numbers) -> npt.NDArray[np.bool_]:
        first, second = ((hashes * mixer) >> self._shift for mixer in _MIXERS)
        there = (self._field[first >> np.uint64(3)] & _bit(first)) != 0
        return np.asarray(there & ((self._field[second >> np.uint64(3)] & _bit(second)) != 0))


class _Stretches:
    """Stretches of one text, and the hashes of what one edit makes of them."""

    def __init__(self, letters: str, spans: Places) -> None:
        self._codes = np.frombuffer(letters.encode("utf-32-le"), np.uint32).astype(np.uint64)
        size = len(self._codes)
        self._powers, inverses = _powers(max((size + 2).bit_length(), 10))
        self._sums = np.zeros(size + 1, np.uint64)
        np.cumsum(self._codes * inverses[:size], out=self._sums[1:])
        self._start, self._end = spans[:, 0], spans[:, 1]

    @classmethod
    def of_words(cls, words: Sequence[str]) -> _Stretches:
        """Take each word as a stretch of all of them joined."""
        ends = np.cumsum([len(word) for word in words], dtype=np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        return cls("".join(words), np.column_stack([starts, ends]))

    def hashes(self) -> Numbers:
        """Hash each stretch as it is."""
        return self._part(self._start, self._end, self._end - 1)

    def every_letter(self) -> tuple[Places, Places]:
        """Return for each letter of each stretch the stretch's number and the letter's place in the text."""
        lengths = self._end - self._start
        owner = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        first = np.repeat(np.cumsum(lengths) - lengths, lengths)
        return owner, np.arange(len(owner), dtype=np.int64) - first + self._start[owner]

    def without(self, owner: Places, at: Places) -> Numbers:
        """Hash stretches with the letter at one place taken out."""
        end = self._end[owner]
        return self._part(self._start[owner], at, end - 2) + self._part(at + 1, end, end - 1)

    def repairs(self, whole: Places, owner: Places, at: Places) -> Iterator[tuple[Places, Numbers]]:
        """Yield hashes with one letter put in anywhere (`whole`), and with the letter `at` changed or swapped."""
        for one in whole:
            start, end = self._start[one], self._end[one]
            places = np.arange(start, end + 1)
            parts = self._part(np.full_like(places, start), places, end) + self._part(
                places, np.full_like(places, end), end - 1
            )
            put_in = parts[:, None] + self._powers[end - places][:, None] * _LETTERS[None, :]
            yield np.full(put_in.size, one, np.int64), put_in.ravel()
        end = self._end[owner]
        as_is = self._part(self._start[owner], end, end - 1)
        changed = as_is[:, None] + self._powers[end - 1 - at][:, None] * (_LETTERS[None, :] - self._codes[at][:, None])
        yield np.repeat(owner, len(_LETTERS)), changed.ravel()
        two = at + 1 < end
        here, place, last = self._codes[at[two]], at[two], end[two]
        difference = self._codes[place + 1] - here
        yield owner[two], as_is[two] + difference * (self._powers[last - 1 - place] - self._powers[last - 2 - place])

    def _part(self, start: Places, end: Places, top: Places) -> Numbers:
        """Hash text[start:end] so that the letter at place p counts times base**(top - p)."""
        return (self._sums[end] - self._sums[start]) * self._powers[top]


@lru_cache(maxsize=4)
def _powers(bits: int) -> tuple[Numbers, Numbers]:
    """Return the first 2**bits powers of the base and of its inverse."""
    up, down = np.full(1 << bits, _BASE, np.uint64), np.full(1 << bits, _INVERSE, np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up), np.cumprod(down)


def _bit(bits: Numbers) -> npt.NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (bits & np.uint64(7)).astype(np.uint8))


def one_edit_apart(left: str, right: str) -> bool:
    """Tell whether two different spellings are one edit apart: insert, delete, change, or swap of neighbours."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    same = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    rest = left[same:], right[same:]
    if len(left) != len(right):
        longer, shorter = sorted(rest, key=len, reverse=True)
        return longer[1:] == shorter
    return rest[0][1:] == rest[1][1:] or (rest[0][:2] == rest[1][1::-1] and rest[0][2:] == rest[1][2:])
