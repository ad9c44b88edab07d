"""Store: keeps the terms, encrypted, and every version of the list."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.db import Database
from core.errors import TermChanged, TermsError
from core.tables import terms as table
from core.terms import history
from core.terms.history import Entry, make_change, take_turn
from core.terms.rows import Row, read_lines, write_rows
from core.terms.sealing import fingerprint, fingerprints, open_term
from core.terms.term import Term, check_term, same_letters
from core.terms.triage import Triage, triage

_AT_ONCE = 2_000
"""So many rows are read at once that nobody else on the event loop waits long."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do; `triage` says what an admin should look at."""

    added: int
    changed: int
    same: int
    triage: Triage


@dataclass(frozen=True, slots=True)
class Difference:
    """What it takes to get from one list to another; of each changed term, how it is and how it will be."""

    added: tuple[Term, ...]
    changed: tuple[tuple[Term, Term], ...]
    removed: tuple[Term, ...]

    @property
    def pairs(self) -> list[tuple[Term | None, Term | None]]:
        """Return each of these terms as it is and as it will be, None where it is not."""
        return [*((None, term) for term in self.added), *self.changed, *((term, None) for term in self.removed)]


@dataclass(frozen=True, slots=True)
class TermsStore:
    """The terms list in the database: what is guarded in every workspace, or one `workspace`'s own beside that.

    A workspace sees what is guarded in all and changes only its own.
    """

    database: Database
    workspace: str = ""

    def sees(self, term: Term) -> bool:
        """Tell whether a term may be shown to whoever keeps this list."""
        return term.workspace in ("", self.workspace)

    def owns(self, term: Term) -> bool:
        """Tell whether whoever keeps this list may change a term."""
        return term.workspace == self.workspace

    async def version(self) -> int:
        """Return the number of the list's last change."""
        async with self.database.reading() as connection:
            return await history.current_version(connection)

    async def mark(self, version: int) -> str | None:
        """Return what tells a version from another of the same number, as `history.mark` says."""
        async with self.database.reading() as connection:
            return await history.mark(connection, version)

    async def load(self) -> tuple[int, list[Term]]:
        """Return the version and every term of it that the workspace sees."""
        version, terms = await self.load_all()
        return version, list(filter(self.sees, terms))

    async def load_all(self) -> tuple[int, list[Term]]:
        """Return the version and every term of it, whichever workspace they are of."""
        async with self.database.reading() as connection:
            return await history.current_version(connection), await self._all(connection)

    async def changes_since(self, version: int) -> tuple[int, list[Term], list[str]]:
        """Return the present version, the terms to put and the ids to take out, as `history.changes_since` says."""
        async with self.database.reading() as connection:
            return await history.changes_since(connection, self.database.keys, version)

    async def add(self, term: Term, actor: str) -> None:
        """Add one term.

        Raises:
            TermsError: it cannot be guarded, or its name is on the list already.
        """
        async with self.database.writing() as connection:
            mine = replace(term, workspace=self.workspace)
            await add_term(connection, self.database, mine, actor, "terms.add")

    async def edit(self, name: str, actor: str, /, *, seen: str = "", **values: Any) -> Term:
        """Give the term of this name, in any spelling, other values and return it; other fields stay.

        `seen` is the mark of the term as whoever changes it saw it, where that counts.

        Raises:
            TermsError: no term has this name, the new one is taken, or the outcome cannot be guarded.
            TermChanged: it is not as it was seen.
        """
        async with self.database.writing() as connection:
            await take_turn(connection)
            before = await self._named(connection, name)
            if seen not in ("", before.mark):
                raise TermChanged(
                    "somebody changed this term meanwhile, so nothing was saved; here is how it stands now"
                )
            term = check_term(replace(before, **values))
            is_renamed = same_letters(term.name) != same_letters(before.name)
            if is_renamed and await _find(connection, self.database, term.name, self.workspace):
                raise TermsError("another term has the new name already: remove one of the two")
            if term != before:
                keys = self.database.keys
                was = fingerprint(keys, before.name, self.workspace)
                await make_change(connection, keys, actor, "terms.edit", put=[term], before=was)
            return term

    async def remove(self, name: str, actor: str) -> Term:
        """Take the term of this name, in any spelling, off the list and return it; history keeps it.

        Raises:
            TermsError: no term has this name.
        """
        async with self.database.writing() as connection:
            await take_turn(connection)
            term = await self._named(connection, name)
            await make_change(connection, self.database.keys, actor, "terms.remove", gone=[term])
            return term

    async def import_csv(self, text: str, actor: str, *, dry_run: bool = False) -> ImportReport:
        """Add the rows of a CSV file; a name that is on the list already gets the row's other values.

        Columns that the file leaves out stay as they are. All or nothing: a bad row, and nothing is changed.

        Raises:
            TermRowsError: every bad row by line.
        """
        rows = await asyncio.to_thread(read_lines, text)
        # what is locked is locked briefly: a dry run changes nothing and stops nobody
        async with self.database.reading() if dry_run else self.database.writing() as connection:
            if not dry_run:
                await take_turn(connection)
            listed = list(filter(self.sees, await self._all(connection)))
            new, changed = await asyncio.to_thread(_sorted_out, rows, listed, self.workspace)
            if not dry_run and (new or changed):
                await make_change(connection, self.database.keys, actor, "terms.import", put=[*new, *changed])
        found = await asyncio.to_thread(triage, rows, listed, corpus=dry_run)
        return ImportReport(len(new), len(changed), len(rows) - len(new) - len(changed), found)

    async def export_csv(self, actor: str) -> str:
        """Return the workspace's own list as CSV, and record who took it out."""
        async with self.database.writing() as connection:
            terms = await self._own(connection)
            record = {"count": len(terms)}
            await audit.append(connection, self.database.keys, "terms.export", actor, record)
        return write_rows(terms)

    async def history(self, *, last: int | None = None) -> list[Entry]:
        """Return who did what to which of its terms and when, oldest first; of the last `last` versions, or of all."""
        async with self.database.reading() as connection:
            found = await history.entries(connection, self.database.keys, last=last)
        return [entry for entry in found if entry.workspace == self.workspace]

    async def diff(self, version: int, later: int | None = None) -> Difference:
        """Return what happened between two versions, the present one by default.

        Raises:
            TermsError: the list never had one of them.
        """
        async with self.database.reading() as connection:
            old = await self._state_at(connection, version)
            until = await history.current_version(connection) if later is None else later
            new = await self._state_at(connection, until)
        return _difference(old, new)

    async def rollback(self, version: int, actor: str) -> tuple[int, Difference]:
        """Make the list exactly what it was in `version`, as a new version; return that and what changed.

        Where nothing would change, the version stays.

        Raises:
            TermsError: the list never had this version.
        """
        keys = self.database.keys
        async with self.database.writing() as connection:
            present = await take_turn(connection)
            wanted = await self._state_at(connection, version)
            step = _difference({term.id: term for term in await self._own(connection)}, wanted)
            if not step.pairs:
                return present, step
            put = [*step.added, *(after for _, after in step.changed)]
            new = await make_change(connection, keys, actor, "terms.rollback", put=put, gone=step.removed, to=version)
            return new, step

    async def _all(self, connection: AsyncConnection) -> list[Term]:
        opened: list[Term] = []
        async for rows in (await connection.stream(select(table))).partitions(_AT_ONCE):
            opened += await asyncio.to_thread(_all_opened, self.database, rows)
        return opened

    async def _own(self, connection: AsyncConnection) -> list[Term]:
        return list(filter(self.owns, await self._all(connection)))

    async def _state_at(self, connection: AsyncConnection, version: int) -> dict[str, Term]:
        """Return its own list as it stood in `version`, by id."""
        state = await history.state_at(connection, self.database.keys, version)
        return {term_id: term for term_id, term in state.items() if self.owns(term)}

    async def _named(self, connection: AsyncConnection, name: str) -> Term:
        row = await _find(connection, self.database, name, self.workspace)
        if row is not None:
            return _opened(self.database, row)
        if self.workspace and await _find(connection, self.database, name, ""):
            raise TermsError("this name is guarded in all workspaces: ask the operator to change it")
        raise TermsError("no term has this name: `terms list` shows all; an alias goes with its term")


async def add_term(
    connection: AsyncConnection, database: Database, term: Term, actor: str, action: str, **details: Any
) -> None:
    """Add one term inside the caller's writing transaction.

    Raises:
        TermsError: it cannot be guarded, or its name is on the list already.
    """
    check_term(term)
    await take_turn(connection)
    if await _find(connection, database, term.name, term.workspace):
        raise TermsError("this name is on the list already: change it with `terms edit`, or remove it first")
    await make_change(connection, database.keys, actor, action, put=[term], **details)


async def _find(connection: AsyncConnection, database: Database, name: str, workspace: str) -> Any:
    wanted = table.c.fingerprint.in_(fingerprints(database.keys, name, workspace))
    return (await connection.execute(select(table).where(wanted))).one_or_none()


def _all_opened(database: Database, rows: Iterable[Any]) -> list[Term]:
    return [_opened(database, row) for row in rows]


def _opened(database: Database, row: Any) -> Term:
    return open_term(database.keys, row.sealed, f"terms|{row.id}", row.key_id, row.id)


def _sorted_out(rows: Iterable[Row], listed: Iterable[Term], workspace: str) -> tuple[list[Term], list[Term]]:
    """Return the terms that rows would add to a workspace's own, and those of these that they would change."""
    by_name = {same_letters(term.name): term for term in listed if term.workspace == workspace}
    new, changed = [], []
    for row in rows:
        before = by_name.get(same_letters(row.term.name))
        if before is None:
            new.append(replace(row.term, workspace=workspace))
        elif (after := row.over(before)) != before:
            changed.append(after)
    return new, changed


def _difference(old: dict[str, Term], new: dict[str, Term]) -> Difference:
    return Difference(
        added=_by_name(term for term in new.values() if term.id not in old),
        changed=tuple((old[term.id], term) for term in _by_name(new.values()) if old.get(term.id, term) != term),
        removed=_by_name(term for term in old.values() if term.id not in new),
    )


def _by_name(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: (same_letters(term.name), term.name)))
