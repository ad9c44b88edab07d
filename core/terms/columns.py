"""Columns: a list of terms as arrays, a row for each spelling, sorted by what it folds to.

Nearly all names are plain ASCII and have no other spelling. These are folded and looked over many at once; names
that could have other spellings, and names in other letters, are taken one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt

from core.normalize import fold
from core.terms import lexicon
from core.terms.hashes import Hashes, Numbers, Places
from core.terms.spellings import JOINS, SIGNS, SUFFIX_ENDS, spellings
from core.terms.term import Kind, Needs, Secrecy, Term
from core.terms.wordset import WordSet

KINDS = tuple(Kind)
SECRET, COMMON, CAPITAL, CUE = 1, 2, 4, 8
_NEEDS = {None: 0, Needs.CAPITAL: CAPITAL, Needs.CUE: CUE}

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

_AT_ONCE = 4_096
"""So many names are taken at once that the work on them fits the processor's cache and no other thread waits long."""

_ID, _HALF = 36, [*range(8), *range(9, 13), *range(14, 18)]
_SORTED_BY = 8
_ALNUM = np.array([chr(code).isalnum() for code in range(128)])
_SIGN = np.array([chr(code) in SIGNS for code in range(128)])
_END = ord("\n")
_JOINS, _SUFFIX_ENDS = WordSet(JOINS), WordSet(SUFFIX_ENDS)


@dataclass(frozen=True, slots=True)
class Columns:
    """Row n is the spelling `block[ends[n - 1]:ends[n]]`; rows `first[k]` to `first[k + 1]` share key k."""

    keys: Sequence[bytes] = field(repr=False)
    first: npt.NDArray[np.uint32] = field(repr=False)
    block: bytes = field(repr=False)
    ends: npt.NDArray[np.uint32] = field(repr=False)
    terms: Numbers = field(repr=False)
    kinds: Bytes = field(repr=False)
    flags: Bytes = field(repr=False)


def columns(terms: Iterable[Term]) -> Columns:
    """Return the columns of a list."""
    terms = list(terms)
    spelt: list[str] = []
    keys: list[bytes] = []
    owners, common = [np.empty(0, np.int64)], [np.empty(0, np.bool_)]
    ids, kinds, flags = [np.empty(0, np.uint64)], [np.empty(0, np.uint8)], [np.empty(0, np.uint8)]
    for at in range(0, len(terms), _AT_ONCE):
        some = terms[at : at + _AT_ONCE]
        names = list(chain.from_iterable((term.name, *term.aliases) for term in some))
        forms, folded, place, ordinary = _rows(names)
        spelt += forms
        keys += folded
        owners.append(np.repeat(np.arange(at, at + len(some)), [1 + len(term.aliases) for term in some])[place])
        common.append(ordinary)
        ids.append(halves([term.id for term in some]))
        kinds.append(np.fromiter((KINDS.index(term.kind) for term in some), np.uint8, len(some)))
        flags.append(np.fromiter((_flags(term) for term in some), np.uint8, len(some)))
    owner = np.concatenate(owners)
    order, starts = _sorted(keys, owner)
    owner = owner[order]
    encoded = [spelt[at].encode() for at in order.tolist()]
    return Columns(
        keys=[keys[at] for at in order[starts].tolist()],
        first=np.append(starts, len(order)).astype(np.uint32),
        block=b"".join(encoded),
        ends=np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded))).astype(np.uint32),
        terms=np.concatenate(ids)[owner],
        kinds=np.concatenate(kinds)[owner],
        flags=np.concatenate(flags)[owner] | np.where(np.concatenate(common)[order], COMMON, 0).astype(np.uint8),
    )


def halves(ids: Sequence[str]) -> Numbers:
    """Return the first half of each term's id: 64 random bits, enough to tell a million terms apart."""
    codes = np.frombuffer("".join(ids).encode(), np.uint8).reshape(len(ids), _ID)
    return np.frombuffer(bytes.fromhex(codes[:, _HALF].tobytes().decode()), ">u8").astype(np.uint64)


def _flags(term: Term) -> int:
    return _NEEDS[term.needs] | (SECRET if term.secrecy is Secrecy.SECRET else 0)


def _sorted(keys: Sequence[bytes], owner: Places) -> tuple[Places, Places]:
    """Return the rows to keep, sorted, and where among these another key begins; a term has each key once.

    Sorted by eight letters alone: the automaton wants neighbours in memory to begin alike, and no more.
    """
    if not keys:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    size = np.fromiter(map(len, keys), np.int64, len(keys))
    front, whole = [], []
    for at in range(0, len(keys), _AT_ONCE):
        codes = np.frombuffer(b"".join(keys[at : at + _AT_ONCE]), np.uint8)
        sizes = size[at : at + _AT_ONCE]
        end = np.cumsum(sizes)
        place = (end - sizes)[:, None] + np.arange(_SORTED_BY)
        letters = np.where(place < end[:, None], codes[np.minimum(place, len(codes) - 1)], np.uint8(0))
        front.append(letters.view(">u8").ravel().astype(np.uint64))
        whole.append(Hashes(codes).of(end - sizes, end))
    hashes = np.concatenate(whole)
    order = np.lexsort((hashes, np.concatenate(front)))
    same = np.append(False, (np.diff(hashes[order]) == 0) & (np.diff(size[order]) == 0))
    kept = ~(same & np.append(False, np.diff(owner[order]) == 0))
    return order[kept], np.flatnonzero(~same[kept])


def _rows(names: Sequence[str]) -> tuple[list[str], list[bytes], Places, Bools]:
    """Return the spellings of some names, what each folds to, which name it is of and whether it is ordinary words."""
    odd = np.array([not (name.isascii() and name.isprintable()) for name in names], np.bool_)
    plain = [name if fits else "" for name, fits in zip(names, (~odd).tolist(), strict=True)] if odd.any() else names
    keys, ordinary, several = _looked_over(plain)
    several |= odd
    place = np.flatnonzero(~several & np.fromiter(map(bool, keys), np.bool_, len(keys)))
    if not several.any() and len(place) == len(names):
        return list(names), keys, place, ordinary
    rows = [(at, names[at], keys[at], bool(ordinary[at])) for at in place.tolist()]
    for at in np.flatnonzero(several).tolist():
        rows += [(at, form, fold(form).encode(), lexicon.is_common(form)) for form in spellings(names[at])]
    rows.sort(key=lambda row: row[0])
    return (
        [row[1] for row in rows],
        [row[2] for row in rows],
        np.array([row[0] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.bool_),
    )


def _looked_over(names: Sequence[str]) -> tuple[list[bytes], Bools, Bools]:
    """Return what plain names fold to, which are ordinary words, and which could have other spellings."""
    codes = np.frombuffer(("\n".join(names).lower() + "\n").encode(), np.uint8)
    letter, ends = _ALNUM[codes], codes == _END
    line = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(ends)[:-1] + 1])
    edges = np.flatnonzero(np.diff(letter, prepend=False, append=False))
    left, right = edges[::2], edges[1::2]
    words = Hashes(codes).of(left, right)
    first = np.searchsorted(left, line)
    count = np.diff(first, append=len(left))
    one, two = np.flatnonzero(count == 1), np.flatnonzero(count == 2)
    ordinary = np.zeros(len(names), np.bool_)
    ordinary[one] = lexicon.are_words(words[first[one]])
    ordinary[two] = lexicon.are_given(words[first[two]]) & lexicon.are_words(words[first[two] + 1])
    several = np.logical_or.reduceat(_SIGN[codes], line)
    several[np.searchsorted(line, left[_JOINS.holds(words)], "right") - 1] = True
    more = np.flatnonzero(count > 1)
    several[more] |= _SUFFIX_ENDS.holds(words[first[more] + count[more] - 1])
    return codes[letter | ends].tobytes().split(b"\n")[:-1], ordinary, several
