"""Columns: a list of terms as arrays, a row for each spelling, sorted by what it folds to.

Nearly all names are plain ASCII and have no other spelling. These are folded and looked over many at once; names
that could have other spellings, and names in other letters, are taken one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.normalize import fold
from core.terms import lexicon
from core.terms.hashes import Hashes, Numbers, Places
from core.terms.spellings import JOINS, NUMBER_ENDS, SIGNS, SUFFIX_ENDS, spellings
from core.terms.term import Kind, Needs, Secrecy, Term
from core.terms.wordset import WordSet

KINDS = tuple(Kind)
SECRET, COMMON, CAPITAL, CUE = 1, 2, 4, 8
_NEEDS = {None: 0, Needs.CAPITAL: CAPITAL, Needs.CUE: CUE}

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

_AT_ONCE = 2_048
"""So many names are taken at once that the work on them fits the processor's cache and no other thread waits long."""

_ID, _HALF = 36, [*range(8), *range(9, 13), *range(14, 18)]
_SORTED_BY = "S8"
_ALNUM = np.array([chr(code).isalnum() for code in range(128)])
_SIGN = np.array([chr(code) in SIGNS for code in range(128)])
_END = ord("\n")
_JOINS, _ENDS = WordSet(JOINS), WordSet((*SUFFIX_ENDS, *NUMBER_ENDS))


@dataclass(frozen=True, slots=True)
class Columns:
    """Row n is the spelling `block[ends[n - 1]:ends[n]]`; rows `first[k]` to `first[k + 1]` share key k."""

    keys: list[bytes] = field(repr=False)
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
        forms, folded, owner, ordinary = _rows(some)
        spelt += forms
        keys += folded
        owners.append(owner + at)
        common.append(ordinary)
        ids.append(half_ids([term.id for term in some]))
        kinds.append(np.array([KINDS.index(term.kind) for term in some], np.uint8))
        flags.append(np.array([_flags(term) for term in some], np.uint8))
    owner = np.concatenate(owners)
    order, starts = _sorted(keys, owner)
    owner = owner[order]
    block, ends = _block([spelt[at] for at in order.tolist()])
    return Columns(
        keys=[keys[at] for at in order[starts].tolist()],
        first=np.append(starts, len(order)).astype(np.uint32),
        block=block,
        ends=ends,
        terms=np.concatenate(ids)[owner],
        kinds=np.concatenate(kinds)[owner],
        flags=np.concatenate(flags)[owner] | np.where(np.concatenate(common)[order], COMMON, 0).astype(np.uint8),
    )


def half_ids(ids: Sequence[str]) -> Numbers:
    """Return the first half of each term's id: 64 random bits, enough to tell a million terms apart."""
    codes = np.frombuffer("".join(ids).encode(), np.uint8).reshape(len(ids), _ID)
    return np.frombuffer(bytes.fromhex(codes[:, _HALF].tobytes().decode()), ">u8").astype(np.uint64)


def _flags(term: Term) -> int:
    return _NEEDS[term.needs] | (SECRET if term.secrecy is Secrecy.SECRET else 0)


def _block(spelt: Sequence[str]) -> tuple[bytes, npt.NDArray[np.uint32]]:
    """Return spellings in UTF-8 one after the other, and where each ends."""
    whole = "".join(spelt)
    sizes = [len(each) for each in (spelt if whole.isascii() else map(str.encode, spelt))]
    return whole.encode(), np.array(sizes, np.int64).cumsum().astype(np.uint32)


def _sorted(keys: Sequence[bytes], owner: Places) -> tuple[Places, Places]:
    """Return the rows to keep, sorted, and where among these another key begins; a term has each key once.

    Sorted by eight letters alone: the automaton wants neighbours in memory to begin alike, and no more.
    """
    if not keys:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    size = np.array([len(key) for key in keys], np.int64)
    front, whole = [], []
    for at in range(0, len(keys), _AT_ONCE):
        some, sizes = keys[at : at + _AT_ONCE], size[at : at + _AT_ONCE]
        end = sizes.cumsum()
        front.append(np.array(some, _SORTED_BY).view(">u8").astype(np.uint64))
        whole.append(Hashes(np.frombuffer(b"".join(some), np.uint8)).of(end - sizes, end))
    hashes = np.concatenate(whole)
    order = np.lexsort((hashes, np.concatenate(front)))  # stable: of one key, the first on the list comes first
    same = np.append(False, (np.diff(hashes[order]) == 0) & (np.diff(size[order]) == 0))
    kept = (size[order] > 0) & ~(same & np.append(False, np.diff(owner[order]) == 0))
    return order[kept], (~same[kept]).nonzero()[0]


def _rows(terms: Sequence[Term]) -> tuple[list[str], list[bytes], Places, Bools]:
    """Return the spellings of some terms, what each folds to, which term it is of and whether it is ordinary words."""
    names = [term.name for term in terms]
    owner = np.arange(len(terms))
    if any(term.aliases for term in terms):
        names = [name for term in terms for name in (term.name, *term.aliases)]
        owner = owner.repeat([1 + len(term.aliases) for term in terms])
    keys, common, several = _looked_over(names)
    if not several.any():
        return names, keys, owner, common
    spelt: list[str] = []
    folded: list[bytes] = []
    counts, done = np.ones(len(names), np.int64), 0
    for at in several.nonzero()[0].tolist():
        forms = list(spellings(names[at]))
        counts[at] = len(forms)
        spelt += names[done:at] + forms
        folded += keys[done:at] + [b""] * len(forms)
        done = at + 1
    spelt += names[done:]
    folded += keys[done:]
    common, others = common.repeat(counts), several.repeat(counts).nonzero()[0]
    more, common[others], _ = _looked_over([spelt[at] for at in others.tolist()])
    for at, key in zip(others.tolist(), more, strict=True):
        folded[at] = key or fold(spelt[at]).encode()
    return spelt, folded, owner.repeat(counts), common


def _looked_over(names: Sequence[str]) -> tuple[list[bytes], Bools, Bools]:
    """Return what names fold to, which are ordinary words, and which could have other spellings.

    A name that is not plain ASCII could, and what it folds to is left out.
    """
    whole = "".join(names)
    if whole.isascii() and whole.isprintable():
        return _plain(names)
    plain = [name if name.isascii() and name.isprintable() else "" for name in names]
    keys, ordinary, several = _plain(plain)
    odd = [at for at, name in enumerate(names) if name != plain[at]]
    ordinary[odd] = [lexicon.is_common(names[at]) for at in odd]
    return keys, ordinary, several


def _plain(names: Sequence[str]) -> tuple[list[bytes], Bools, Bools]:
    """Look over names in ASCII without line breaks; empty ones, put in place of others, could have other spellings."""
    codes = np.frombuffer(("\n".join(names).lower() + "\n").encode(), np.uint8)
    letter, end = _ALNUM[codes], codes == _END
    keys = codes[letter | end].tobytes().split(b"\n")[:-1]
    line = np.append(0, end.nonzero()[0][:-1] + 1)
    edges = np.diff(letter, prepend=False, append=False).nonzero()[0]
    left, right = edges[::2], edges[1::2]
    words, first = Hashes(codes).of(left, right), np.searchsorted(left, line)
    count = np.diff(first, append=len(left))
    one, two, some = ((count == 1).nonzero()[0], (count == 2).nonzero()[0], (count > 1).nonzero()[0])
    ordinary = np.zeros(len(line), np.bool_)
    ordinary[one] = lexicon.are_words(words[first[one]])
    two = two[lexicon.are_given(words[first[two]])]
    ordinary[two] = lexicon.are_words(words[first[two] + 1])
    several = np.logical_or.reduceat(_SIGN[codes], line)
    several[np.searchsorted(line, left[_JOINS.holds(words)], "right") - 1] = True
    several[count == 0] = True
    several[some] |= _ENDS.holds(words[first[some] + count[some] - 1])
    return keys[: len(names)], ordinary[: len(names)], several[: len(names)]
