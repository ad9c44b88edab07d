"""Rows: the terms list as CSV, read with every bad row named, written so that it reads back the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from core.errors import TermRowsError, TermsError
from core.terms.term import Kind, Needs, Secrecy, Term, check_term, read_moment, same_letters, tidy

REQUIRED = ("term", "kind", "aliases", "note")
OPTIONAL = ("secrecy", "active_from", "active_until", "owner", "needs")
COLUMNS = (*REQUIRED, *OPTIONAL)
BETWEEN_ALIASES = ";"

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """A term as the line of a file gives it. `given` are the optional columns that the file has."""

    line: int
    term: Term
    given: frozenset[str] = frozenset()

    def over(self, before: Term) -> Term:
        """Return a listed term as this row leaves it: what the file has no column for stays."""
        kept = {name: getattr(before, name) for name in OPTIONAL if name not in self.given}
        return replace(self.term, id=before.id, workspace=before.workspace, **kept)


def read_rows(text: str) -> list[Term]:
    """Read CSV as `read_lines` does and return the terms alone."""
    return [row.term for row in read_lines(text)]


def read_lines(text: str) -> list[Row]:
    """Read CSV with a header of `term,kind,aliases,note` and, if wanted, the optional columns.

    Raises:
        TermRowsError: every bad row by its line in the file; nothing is returned then.
    """
    records = _records(text.lstrip("\ufeff"))
    _, header = next(records, (1, None))
    columns = tuple(tidy(name).lower() for name in header or ())
    if not set(REQUIRED) <= set(columns) <= set(COLUMNS) or len(set(columns)) < len(columns):
        raise TermRowsError(
            [(1, f"the first line must name the columns: {','.join(REQUIRED)} [,{','.join(OPTIONAL)}]")]
        )
    given = frozenset(OPTIONAL) & frozenset(columns)
    rows: list[Row] = []
    bad: list[tuple[int, str]] = []
    first_seen: dict[str, int] = {}
    for line, cells in records:
        try:
            term = _term(columns, cells)
            earlier = first_seen.setdefault(same_letters(term.name), line)
            if earlier != line:
                raise TermsError(f"the same name stands in line {earlier}; keep one")
            rows.append(Row(line, term, given))
        except TermsError as error:
            bad.append((line, str(error)))
    if bad:
        raise TermRowsError(bad)
    return rows


def write_rows(terms: Iterable[Term]) -> str:
    """Write terms as CSV that `read_rows` takes, sorted by name."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in sorted(terms, key=lambda term: (same_letters(term.name), term.name)):
        writer.writerow(
            (
                term.name,
                term.kind.value,
                BETWEEN_ALIASES.join(term.aliases),
                term.note,
                term.secrecy.value,
                term.active_from.isoformat() if term.active_from else "",
                term.active_until.isoformat() if term.active_until else "",
                term.owner,
                term.needs or "",
            )
        )
    return out.getvalue()


def choose(kind: type[Choice], field: str, value: str) -> Choice:
    """Return the member of an enumeration that a person wrote.

    Raises:
        TermsError: naming those there are.
    """
    try:
        return kind(value.lower())
    except ValueError:
        raise TermsError(f"{field}: use one of {' '.join(kind)}") from None


def _records(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each record that is not empty with the line it begins in; None is one that is not CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
        else:
            if cells:
                yield line, cells


def _term(columns: tuple[str, ...], values: list[str] | None) -> Term:
    if values is None:
        raise TermsError("this is not CSV: put a value with a comma, quote or line break in double quotes")
    if len(values) != len(columns):
        raise TermsError("this row has more or fewer columns than the first line: check commas and quotes")
    cells = dict(zip(columns, map(tidy, values), strict=True))
    if not cells["term"]:
        raise TermsError("term: is empty; write the name")
    return check_term(
        Term(
            name=cells["term"],
            kind=choose(Kind, "kind", cells["kind"] or Kind.OTHER.value),
            aliases=tuple(tidy(alias) for alias in cells["aliases"].split(BETWEEN_ALIASES) if tidy(alias)),
            note=cells["note"],
            secrecy=choose(Secrecy, "secrecy", cells.get("secrecy") or Secrecy.OPEN.value),
            active_from=read_moment("active_from", cells.get("active_from", "")),
            active_until=read_moment("active_until", cells.get("active_until", "")),
            owner=cells.get("owner", ""),
            needs=choose(Needs, "needs", cells["needs"]) if cells.get("needs") else None,
        )
    )
