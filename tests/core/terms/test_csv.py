"""The list as CSV: every row comes back as it was, and every bad one is named by its line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TermRowsError, TermsError
from core.normalize import fold
from core.terms.rows import read_lines, read_rows, write_rows
from core.terms.term import Kind, Needs, Secrecy, Term, check_term, read_moment, tidy

HEADER = "term,kind,aliases,note"

moments = st.none() | st.datetimes(
    min_value=datetime(1980, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(timezone(timedelta(hours=2))),
)
values = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=30).map(tidy)
names = values.filter(lambda text: len(fold(text)) >= 2)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Any term that can be guarded."""
    begins, ends = sorted([draw(moments), draw(moments)], key=lambda each: (each is None, each or 0))
    return Term(
        name=draw(names),
        kind=draw(st.sampled_from(Kind)),
        aliases=tuple(draw(st.lists(names.filter(lambda text: ";" not in text), max_size=3))),
        note=draw(values),
        secrecy=draw(st.sampled_from(Secrecy)),
        active_from=begins,
        active_until=ends if ends != begins else None,
        owner=draw(values),
        needs=draw(st.none() | st.sampled_from(Needs)),
        id="x",
    )


def lists() -> st.SearchStrategy[list[Term]]:
    """Any list: no two of its names are the same when folded."""
    return st.lists(terms(), max_size=5, unique_by=lambda term: fold(term.name))


@given(lists())
def test_what_is_written_reads_back_the_same(listed: list[Term]) -> None:
    for term in listed:
        check_term(term)
    text = write_rows(listed)

    rows = read_rows(text)

    assert write_rows(rows) == text
    fields = ("name", "kind", "aliases", "note", "secrecy", "active_from", "active_until", "owner", "needs")
    read = {fold(term.name): term for term in rows}
    for term in listed:
        assert [getattr(read[fold(term.name)], field) for field in fields] == [getattr(term, field) for field in fields]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_by_line(text: str) -> None:
    refused: list[tuple[int, str]] = [(1, "")]
    try:
        read_rows(f"{HEADER}\n{text}")
    except TermRowsError as error:
        refused = error.rows
    assert refused
    assert all(line >= 1 for line, _ in refused)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{HEADER}\nGull,boat,,\n", [2]),
        (f"{HEADER}\n\n\nGull,boat,,\n", [4]),
        (f'{HEADER}\nTern,,,"a\nb\nc"\nGull,boat,,\n', [5]),
        (f'{HEADER}\n\nTern,,,"a\r\n\r\nb"\r\n\r\nGull,boat,,\nSkua,boat,,', [7, 8]),
        (f"{HEADER}\nTern,,,\nTERN,,,\ntérn,,,\n", [3, 4]),
        (f"{HEADER}\nGull,,a;?;b,\n", [2]),
        (f"{HEADER},active_from,active_until\nGull,,,,2026-05-04T09:00Z,2026-05-04T09:00Z\n", [2]),
        (f"{HEADER},active_until\nGull,,,,2026-05-04T09:00\n", [2]),
        (f"{HEADER},active_until\nGull,,,,0001-01-01T00:00+14:00\n", [2]),
        (f'{HEADER}\nTern,,,\n"Gull,,,\n', [3]),
        ("", [1]),
        ("\n\n", [1]),
        ("term,kind,aliases\nGull,,\n", [1]),
        (f"{HEADER},note\nGull,,,,\n", [1]),
    ],
)
def test_bad_rows_are_named_as_an_editor_counts_lines(text: str, lines: list[int]) -> None:
    with pytest.raises(TermRowsError) as caught:
        read_rows(text)

    assert [line for line, _ in caught.value.rows] == lines


def test_a_row_leaves_alone_what_the_file_has_no_column_for() -> None:
    before = Term(
        "Gull",
        Kind.DEAL,
        ("Seagull",),
        "note",
        Secrecy.SECRET,
        None,
        datetime(2030, 1, 1, tzinfo=UTC),
        "ann",
        Needs.CUE,
    )

    (short,) = read_lines(f"{HEADER}\nGULL,client,,new\n")
    (full,) = read_lines(f"{HEADER},secrecy,active_from,active_until,owner,needs\nGULL,client,,new,,,,,\n")

    kept = short.over(before)
    assert (kept.name, kept.kind, kept.aliases, kept.note) == ("GULL", Kind.CLIENT, (), "new")
    assert (kept.secrecy, kept.active_until) == (Secrecy.SECRET, before.active_until)
    assert (kept.owner, kept.needs) == ("ann", Needs.CUE)
    assert (full.over(before).secrecy, full.over(before).active_until) == (Secrecy.OPEN, None)
    assert full.over(before).needs is None
    assert kept.id == full.over(before).id == before.id


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term("x"), "two letters"),
        (Term("Gull", aliases=("x",)), "two letters"),
        (Term("x" * 201), "200 characters"),
        (Term("Gull", aliases=("a gull; a tern",)), "semicolon"),
        (Term("Gull", note="x" * 2_001), "2,000 characters"),
        (Term("Gull\ud800"), "type it anew"),
        (Term("Gull", note="\x00"), "type it anew"),
        (
            Term("Gull", active_from=datetime(2026, 1, 2, tzinfo=UTC), active_until=datetime(2026, 1, 1, tzinfo=UTC)),
            "later than",
        ),
    ],
)
def test_what_cannot_be_guarded_is_refused_without_being_repeated(term: Term, said: str) -> None:
    with pytest.raises(TermsError, match=said) as caught:
        check_term(term)

    assert "Gull" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "zone", "read"),
    [
        ("2026-05-04T09:00+02:00", None, "2026-05-04T09:00:00+02:00"),
        ("2026-05-04T09:00Z", "Europe/Berlin", "2026-05-04T09:00:00+00:00"),
        ("2026-05-04T09:00", "Europe/Berlin", "2026-05-04T09:00:00+02:00"),
        ("2026-12-04 09:30", "Europe/Berlin", "2026-12-04T09:30:00+01:00"),
        ("2026-05-04", "Asia/Kathmandu", "2026-05-04T00:00:00+05:45"),
    ],
)
def test_a_moment_is_read_in_its_zone_and_kept_with_its_offset(text: str, zone: str | None, read: str) -> None:
    moment = read_moment("until", text, ZoneInfo(zone) if zone else None)

    assert moment is not None
    assert moment.isoformat() == read


@pytest.mark.parametrize("text", ["tomorrow", "2026-05-04T09:00", "2026-13-01T00:00Z", "1969-01-01T00:00Z"])
def test_a_moment_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(TermsError, match=r"until: write a moment with its zone, for example 2026"):
        read_moment("until", text)
