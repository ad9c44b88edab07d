"""The terms list as CSV: read strictly, written so that it reads back the same."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TermRowsError, TermsError
from core.normalize import fold
from core.terms.rows import COLUMNS, read_rows, write_rows
from core.terms.term import Kind, Needs, Secrecy, Term, check_term

HEADER = "term,kind,aliases,note\n"
FULL = "term,kind,aliases,note,secrecy,active_from,active_until,owner,needs\n"


def plain(terms: list[Term]) -> list[Term]:
    return [replace(term, id="") for term in terms]


def complaints(text: str) -> list[tuple[int, str]]:
    with pytest.raises(TermRowsError) as error:
        read_rows(text)
    return error.value.rows


def test_a_row_becomes_a_term() -> None:
    (term,) = read_rows(
        FULL
        + 'Quorvane,client,"Quorvane Partners; QV & Co",old friend,secret,2026-05-04T09:00+02:00,,ruby@x.example,cue\n'
    )
    assert term.name == "Quorvane"
    assert term.kind is Kind.CLIENT
    assert term.aliases == ("Quorvane Partners", "QV & Co")
    assert term.note == "old friend"
    assert term.secrecy is Secrecy.SECRET
    assert term.active_from == datetime(2026, 5, 4, 7, tzinfo=UTC)
    assert term.active_until is None
    assert term.owner == "ruby@x.example"
    assert term.needs is Needs.CUE


def test_what_is_left_empty_gets_its_default() -> None:
    (term,) = read_rows(HEADER + "Quorvane,,,\n")
    assert replace(term, id="") == Term("Quorvane", id="")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + "Quorvane,client,,\n",
        HEADER.replace("\n", "\r\n") + "Quorvane,client,,\r\n",
        HEADER + "Quorvane,client,,",
        " term , kind,aliases ,note\nQuorvane,client,,\n",
        "note,aliases,kind,term\n,,client,Quorvane\n",
        HEADER + "Quorvane,CLIENT,,\n",
        HEADER + "  Quorvane  ,client,;;,\n",
        HEADER + "\nQuorvane,client,,\n\n",
    ],
)
def test_harmless_differences_are_taken(text: str) -> None:
    assert plain(read_rows(text)) == [Term("Quorvane", Kind.CLIENT, id="")]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "first line"),
        ("Quorvane,client,,\n", 1, "first line"),
        ("term,kind,aliases\nQuorvane,client,\n", 1, "first line"),
        ("term,kind,aliases,note,colour\nQuorvane,client,,,red\n", 1, "first line"),
        ("term,kind,aliases,note,note\nQuorvane,client,,a,b\n", 1, ""),
        (HEADER + "Quorvane,customer,,\n", 2, "client project product deal person other"),
        (FULL + "Quorvane,client,,,hidden,,,,\n", 2, "open secret"),
        (FULL + "Quorvane,client,,,,2026-05-04,,,\n", 2, "active_from"),
        (FULL + "Quorvane,client,,,,,2026-05-04T09:00,,\n", 2, "active_until"),
        (FULL + "Quorvane,client,,,,,soon,,\n", 2, "active_until"),
        (FULL + "Quorvane,client,,,,,,,luck\n", 2, "capital cue"),
        (HEADER + ",client,,\n", 2, "term"),
        (HEADER + "!,client,,\n", 2, "two letters"),
        (HEADER + "Q,client,,\n", 2, "two letters"),
        (HEADER + "Quorvane,client,?,\n", 2, "two letters"),
        (HEADER + f"{'q' * 201},client,,\n", 2, "200"),
        (HEADER + "Quorvane,client\n", 2, "columns"),
        (HEADER + "Quorvane,client,,,,\n", 2, "columns"),
        (HEADER + "Quorvane,client,,\nQUORVANE,deal,,\n", 3, "line 2"),
        (HEADER + 'Quor"vane,client,,"x"y\n', 2, "CSV"),
        (HEADER + '"Quorvane,client,,\n', 2, "CSV"),
        (HEADER + 'Sundrelin,client,,"a\nb\nc"\n!,client,,\n', 5, "two letters"),
        (HEADER + "\n\nQuorvane,customer,,\n", 4, "client"),
    ],
)
def test_a_bad_row_is_named_by_its_line(text: str, line: int, says: str) -> None:
    ((where, why),) = complaints(text)
    assert where == line
    assert says in why
    assert "Quor" not in why


def test_all_bad_rows_are_named_at_once() -> None:
    rows = complaints(HEADER + "A1,boss,,\nSundrelin,client,,\n!,client,,\nsundrelin,,,\n")
    assert [line for line, _ in rows] == [2, 4, 5]


odd = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)
names = st.builds(lambda before, inside, behind: f"{before}qu{inside}ov{behind}", odd, odd, odd)
moments = st.none() | st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
terms = st.builds(
    Term,
    name=names.map(str.strip),
    kind=st.sampled_from(Kind),
    aliases=st.lists(names.map(lambda name: name.replace(";", "").strip()), max_size=3).map(tuple),
    note=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20).map(str.strip),
    secrecy=st.sampled_from(Secrecy),
    active_from=moments,
    owner=odd.map(str.strip),
    needs=st.none() | st.sampled_from(Needs),
    id=st.just(""),
)


def takeable(term: Term) -> bool:
    """Tell whether the list would take this term."""
    try:
        check_term(term)
    except TermsError:
        return False
    return True


@given(st.lists(terms.filter(takeable), max_size=4, unique_by=lambda term: fold(term.name)))
def test_what_is_written_reads_back_the_same(wanted: list[Term]) -> None:
    read = plain(read_rows(write_rows(wanted)))
    assert sorted(read, key=lambda term: term.name) == sorted(wanted, key=lambda term: term.name)


@pytest.mark.parametrize("alias", ["Quor;vane", "", "Quor\nvane", ";", '"Quorvane"', "=Quorvane"])
def test_an_alias_is_refused_or_survives_the_round_trip(alias: str) -> None:
    term = Term("Sundrelin", aliases=(alias,), id="")
    assert not takeable(term) or plain(read_rows(write_rows([term]))) == [term]


@given(st.binary(max_size=80) | st.text("term,kindaliseo\n\r\"; '", max_size=60).map(str.encode))
def test_any_text_is_a_list_or_an_error_by_line(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for content in (text, HEADER + text, FULL + text):
        with contextlib.suppress(TermRowsError):
            assert all(term.name for term in read_rows(content))


def test_the_header_is_that_of_the_contract() -> None:
    assert ",".join(COLUMNS) + "\n" == FULL
    assert write_rows([]) == FULL
