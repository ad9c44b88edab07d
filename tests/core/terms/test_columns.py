"""The columns of a list: built at once, they say what its names say one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.normalize import fold
from core.terms.columns import COMMON, KINDS, SECRET, columns
from core.terms.lexicon import is_common
from core.terms.segment import half
from core.terms.spellings import SUFFIX_ENDS, spellings
from core.terms.term import Kind, Secrecy, Term

LEGAL = (
    "Ltd Ltd. Limited LLC L.L.C. LLP Inc. Corp. Co. plc KG AG SE OHG UG e.V. mbH GmbH KGaA S.A.S. SAS S.A.R.L. SA S.A. "
    "S.R.L. S.p.A. S.L. S.L.U. B.V. N.V. Oy Oyj AB Abp A/S ApS AS ASA K.K. Kft Zrt Ltda EIRELI d.o.o. s.r.o. Bhd"
).split()
LEGAL += [
    "GmbH & Co. KG",
    "GmbH & Co KGaA",
    "Pty Ltd",
    "Pte. Ltd.",
    "Private Limited",
    "Sdn Bhd",
    "Sp. z o.o.",
    "sp zoo",
]

words = st.sampled_from([
    *LEGAL, "Rose", "Banks", "Summit", "Velmora", "Nord-Lumen", "O'Neil", "x", "Q7", "!!", "_and_", "and", "&", "+",
    "y", "UND", "Zürich", "Öst", "Straße", "Газ", "Ａｂ", "東京", "1234", "\n", "\u200b", "é",
])  # fmt: skip
names = st.tuples(st.lists(words, min_size=1, max_size=4), st.sampled_from([" ", ", ", "-", ""])).map(
    lambda pair: pair[1].join(pair[0])
)
lists = st.lists(
    st.builds(
        Term, names, st.sampled_from(KINDS), st.lists(names, max_size=3).map(tuple), secrecy=st.sampled_from(Secrecy)
    ),
    max_size=8,
)

Row = tuple[bytes, str, int, Kind, bool, bool]


def one_by_one(terms: Iterable[Term]) -> Iterator[Row]:
    """Yield the rows of a list as they are defined: each spelling of each name, unless the term has its letters."""
    for term in terms:
        seen = {""}
        for spelling in (form for name in (term.name, *term.aliases) for form in spellings(name)):
            key = fold(spelling)
            if key not in seen:
                seen.add(key)
                secret = term.secrecy is Secrecy.SECRET
                yield key.encode(), spelling, half(term.id), term.kind, secret, is_common(spelling)


def at_once(terms: Iterable[Term]) -> Iterator[Row]:
    """Yield the rows of the columns."""
    made = columns(terms)
    ends = [0, *made.ends.tolist()]
    for number, key in enumerate(made.keys):
        for at in range(made.first[number], made.first[number + 1]):
            spelling = made.block[ends[at] : ends[at + 1]].decode()
            flags = made.flags[at]
            yield key, spelling, int(made.terms[at]), KINDS[made.kinds[at]], bool(flags & SECRET), bool(flags & COMMON)


@given(lists)
def test_columns_say_what_the_names_say_one_by_one(terms: list[Term]) -> None:
    rows = list(at_once(terms))
    assert sorted(rows, key=lambda row: row[0]) == sorted(one_by_one(terms), key=lambda row: row[0])
    keys = columns(terms).keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("suffix", LEGAL)
def test_the_last_word_of_every_legal_suffix_is_known(suffix: str) -> None:
    last = "".join(char if char.isalnum() else " " for char in suffix.lower()).split()[-1]
    assert last in SUFFIX_ENDS
    assert len(list(spellings(f"Velmora {suffix}"))) > 1


def test_a_long_list_is_the_sum_of_its_parts() -> None:
    terms = [Term(f"Velmora {number} Ltd", KINDS[number % 6]) for number in range(5_000)]
    assert sorted(at_once(terms)) == sorted(one_by_one(terms))
