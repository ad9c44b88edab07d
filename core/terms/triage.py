"""Triage: what an admin should look at before an import: rows in each other's way, and names that cry wolf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from core.terms.index import TermIndex
from core.terms.lexicon import is_common
from core.terms.rows import Row
from core.terms.term import Secrecy, Term, same_letters


@dataclass(frozen=True, slots=True)
class Expected:
    """What the names of a file find in ordinary posts: `by_line` is (line of the file, posts that it stops)."""

    posts: int
    stopped: int
    by_line: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """What is worth a look, by line of the file. Nothing of it stops an import.

    `shared` has (line, line of the other row, or 0 for a term on the list) where two terms share a spelling;
    `common` has the lines with a name that is an ordinary word and needs neither a capital nor a
    cue. `expected` is None where nobody asked for it.
    """

    shared: tuple[tuple[int, int], ...] = ()
    common: tuple[int, ...] = ()
    expected: Expected | None = field(default=None)


def triage(rows: Sequence[Row], listed: Iterable[Term], *, corpus: bool) -> Triage:
    """Look the rows of a file over; with `corpus`, also for what they would find in ordinary posts."""
    return Triage(
        shared=tuple(_shared(rows, listed)),
        common=tuple(row.line for row in rows if not row.term.needs and any(map(is_common, _spellings(row.term)))),
        expected=_expected(rows) if corpus else None,
    )


@cache
def ordinary_posts() -> tuple[str, ...]:
    """Return 300 invented posts in which nothing is confidential."""
    return tuple((files("core.terms") / "ordinary.txt").read_text("utf-8").splitlines())


def _shared(rows: Iterable[Row], listed: Iterable[Term]) -> list[tuple[int, int]]:
    """Return the rows with a spelling that another row, or another listed term, has too."""
    rows = tuple(rows)
    in_file = {same_letters(row.term.name) for row in rows}
    owners: dict[str, int] = {}
    for term in listed:
        if same_letters(term.name) not in in_file:  # a listed term of the same name becomes the row
            owners |= dict.fromkeys(map(same_letters, _spellings(term)), 0)
    found = []
    for row in rows:
        spellings = set(map(same_letters, _spellings(row.term)))
        found += [(row.line, other) for other in sorted({owners[each] for each in spellings if each in owners})]
        owners |= {each: row.line for each in spellings if each not in owners}
    return found


def _expected(rows: Iterable[Row]) -> Expected:
    """Read the ordinary posts with nothing but the names of a file on the list."""
    rows = tuple(rows)
    lines = {same_letters(name): row.line for row in reversed(rows) for name in _spellings(row.term)}
    index = TermIndex(replace(row.term, secrecy=Secrecy.OPEN) for row in rows)
    stopped, by_line = 0, Counter[int]()
    for post in ordinary_posts():
        spans = [span for _, span, *_ in index.find(post)]
        stopped += bool(spans)
        found = {_line(lines, same_letters(post[span.start : span.end])) for span in spans}
        by_line.update(found - {0})
    return Expected(len(ordinary_posts()), stopped, tuple(by_line.most_common()))


def _line(lines: dict[str, int], spelling: str) -> int:
    """Return the line of the row that was found, 0 where it is in a form that no row has."""
    ends = ("", "s", "es", "ed")
    return next((lines[cut] for end in ends if (cut := spelling.removesuffix(end)) in lines), 0)


def _spellings(term: Term) -> tuple[str, ...]:
    return (term.name, *term.aliases)
