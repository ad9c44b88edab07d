"""Typos: finds names of eight letters and more with one letter too many, too few, wrong, or two swapped.

Two spellings are one edit apart only if they agree once one letter is taken from each, or from one of them; and
then they also agree in the letters before their middle, or in those behind it. So the hashes of every key's
halves, of the key, and of the key with one letter taken out go into a bit field. A stretch of the draft is looked
at closely only where one of its halves is in there, and then where its own hash is, or that of itself with one
letter taken out. For the few that are, every repair is hashed and looked up among the keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.terms.bitfield import Bitfield
from core.terms.hashes import Hashes, Numbers, Places, code_points
from core.terms.stretches import LEAST, MOST, Stretches, halves

_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", np.uint8).astype(np.uint64)
_AT_ONCE = 2_048
_HASHES_A_KEY = 5
"""Beside one for each letter: the key itself, and two halves of two sizes."""


class TypoFilter:
    """An immutable set of keys that tells which of them are one edit from a stretch of text."""

    def __init__(self, field: Bitfield, hashes: Numbers, numbers: npt.NDArray[Any]) -> None:
        self._field = field
        self._hashes = hashes
        self._numbers = np.asarray(numbers, np.uint32)

    @classmethod
    def of(cls, keys: Sequence[bytes]) -> TypoFilter:
        """Build the filter for folded names in UTF-8; it knows them by their place in the sequence."""
        sizes = np.array([len(key) for key in keys], np.int64)
        field = Bitfield.sized(int(sizes.sum()) + _HASHES_A_KEY * len(keys))
        hashes, numbers = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for first in range(0, len(keys), _AT_ONCE):
            some = b"".join(keys[first : first + _AT_ONCE])
            lengths = sizes[first : first + _AT_ONCE]
            codes: npt.NDArray[Any] = np.frombuffer(some, np.uint8)
            if not some.isascii():
                codes = code_points(some.decode())
                lengths = np.array([len(key.decode()) for key in keys[first : first + _AT_ONCE]])
            long = (lengths >= LEAST) & (lengths <= MOST)
            end = lengths.cumsum()
            text = _Text(Hashes(codes), (end - lengths)[long], end[long])
            hashes.append(text.whole())
            numbers.append(long.nonzero()[0] + first)
            field.add(np.concatenate([hashes[-1], text.without(*text.every_letter()), *text.halves()]))
        found, number = np.concatenate(hashes), np.concatenate(numbers)
        order = np.argsort(found)
        return cls(field, found[order], number[order])

    @classmethod
    def loads(cls, parts: Sequence[bytes]) -> TypoFilter:
        """Return the filter that `dumps` gave the parts of."""
        field, hashes, numbers = parts
        return cls(
            Bitfield(np.frombuffer(field, np.uint64)),
            np.frombuffer(hashes, np.uint64),
            np.frombuffer(numbers, np.uint32),
        )

    def dumps(self) -> list[bytes]:
        """Return the filter as bytes, in parts."""
        return [self._field.words.tobytes(), self._hashes.tobytes(), self._numbers.tobytes()]

    def near(self, stretches: Stretches) -> set[tuple[int, int]]:
        """Return (stretch, key) numbers where a stretch is one edit from a key, or equal to it.

        It never misses one; hashes may agree by chance, so the caller compares the letters.
        """
        if not len(stretches) or not len(self._hashes):
            return set()
        halves_known = self._field.holds(np.concatenate(stretches.halves)).reshape(2, -1)
        likely = (halves_known[0] | halves_known[1]).nonzero()[0]
        some = _Text(stretches.hashes, stretches.start[likely], stretches.end[likely])
        owner, at = some.every_letter()
        shorter = some.without(owner, at)
        known = self._field.holds(np.concatenate([some.whole(), shorter])).nonzero()[0]
        if not len(known):
            return set()
        whole, lacking = known[known < len(likely)], known[known >= len(likely)] - len(likely)
        found = set(self._look_up(owner[lacking], shorter[lacking]))
        for repaired_owner, repaired in some.repairs(whole, owner[lacking], at[lacking]):
            found |= set(self._look_up(repaired_owner, repaired))
        return {(int(likely[stretch]), key) for stretch, key in found}

    def _look_up(self, owner: Places, hashes: Numbers) -> Iterator[tuple[int, int]]:
        at = np.searchsorted(self._hashes, hashes)
        hit = np.flatnonzero(self._hashes[np.minimum(at, len(self._hashes) - 1)] == hashes)
        for one in hit:
            place = at[one]
            while place < len(self._hashes) and self._hashes[place] == hashes[one]:
                yield int(owner[one]), int(self._numbers[place])
                place += 1


class _Text:
    """Stretches of one text, and the hashes of what one edit makes of them."""

    def __init__(self, hashes: Hashes, start: Places, end: Places) -> None:
        self._hashes = hashes
        self._start, self._end = start, end

    def whole(self) -> Numbers:
        """Hash each stretch as it is."""
        return self._hashes.of(self._start, self._end)

    def halves(self) -> Iterator[Numbers]:
        """Hash the halves of each stretch, in both sizes that those of a stretch one edit away may have."""
        for change in (-1, 1):
            yield from halves(self._hashes, self._start, self._end, (self._end - self._start + change - 1) // 2)

    def every_letter(self) -> tuple[Places, Places]:
        """Return for each letter of each stretch the stretch's number and the letter's place in the text."""
        lengths = self._end - self._start
        owner = np.arange(len(lengths)).repeat(lengths)
        return owner, np.arange(len(owner)) + (self._start - lengths.cumsum() + lengths)[owner]

    def without(self, owner: Places, at: Places) -> Numbers:
        """Hash stretches with the letter at one place taken out."""
        end = self._end[owner]
        return self._hashes.part(self._start[owner], at, end - 2) + self._hashes.part(at + 1, end, end - 1)

    def repairs(self, whole: Places, owner: Places, at: Places) -> Iterator[tuple[Places, Numbers]]:
        """Yield hashes with one letter put in anywhere (`whole`), and with the letter `at` changed or swapped."""
        powers, codes = self._hashes.powers, self._hashes.codes
        for one in whole:
            start, end = self._start[one], self._end[one]
            places = np.arange(start, end + 1)
            parts = self._hashes.part(np.full_like(places, start), places, end) + self._hashes.part(
                places, np.full_like(places, end), end - 1
            )
            put_in = parts[:, None] + powers[end - places][:, None] * _LETTERS[None, :]
            yield np.full(put_in.size, one, np.int64), put_in.ravel()
        end = self._end[owner]
        as_is = self._hashes.of(self._start[owner], end)
        changed = as_is[:, None] + powers[end - 1 - at][:, None] * (_LETTERS[None, :] - codes[at][:, None])
        yield np.repeat(owner, len(_LETTERS)), changed.ravel()
        two = at + 1 < end
        here, place, last = codes[at[two]], at[two], end[two]
        difference = codes[place + 1] - here
        yield owner[two], as_is[two] + difference * (powers[last - 1 - place] - powers[last - 2 - place])


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
