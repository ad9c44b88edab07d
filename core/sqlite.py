"""Sqlite: a connection to SQLite whose thread does a statement in one errand, rows and all.

aiosqlite sends the thread for a cursor, for the statement, for its rows and to close the cursor, and each time two
threads have to change places, which takes longer than SQLite itself.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import aiosqlite

AT_ONCE = 1_000
"""So many rows come with their statement; those of a longer answer stay in the database until they are asked for."""


def connect(path: str, **options: Any) -> Connection:
    """Return a connection to a file; awaiting it opens the file. `options` are those of `sqlite3.connect`."""
    made = Connection(lambda: sqlite3.connect(path, **options), AT_ONCE)
    made._thread.daemon = True  # as SQLAlchemy has it: a hanging disk holds up no exit
    return made


class Connection(aiosqlite.Connection):
    """What SQLAlchemy takes for aiosqlite's connection, with fewer errands."""

    _sure = True
    """Whether all that was sent to the thread has come back. Who gave up waiting left something under way there."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return what runs one statement. Nothing is sent to the thread yet."""
        return Cursor(self)

    async def rollback(self) -> None:
        """Undo the transaction, if there is one: SQLAlchemy asks for it after each commit, too."""
        if self.in_transaction or not self._sure:
            await super().rollback()
            self._sure = True

    async def errand(self, work: Callable[..., Any], *given: Any) -> Any:
        """Let the thread do some work and return what comes of it."""
        return await self._execute(work, *given)

    # all that aiosqlite itself sends the thread for goes this way, too
    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            self._sure = False
            raise


class Cursor:
    """Runs one statement and has its answer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self._more: sqlite3.Cursor | None = None
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Cursor:
        """Return itself: there is nothing to open."""
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Cursor:
        """Run a statement; its first rows come with it."""
        await self._connection.errand(self._run, self._connection._conn.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Cursor:
        """Run a statement once for each of several rows that are given."""
        await self._connection.errand(self._run, self._connection._conn.executemany, sql, parameters)
        return self

    def _run(self, run: Callable[..., sqlite3.Cursor], sql: str, parameters: Any) -> None:
        """Do a statement, in the thread."""
        cursor = run(sql, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchmany(AT_ONCE) if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        if len(self._rows) == AT_ONCE:
            self._more = cursor
        else:
            cursor.close()

    async def fetchmany(self, size: int) -> list[Any]:
        """Return the next rows, so many at most."""
        rows, self._rows = self._rows[:size], self._rows[size:]
        if len(rows) < size and self._more:
            rows += await self._connection.errand(self._more.fetchmany, size - len(rows))
        return rows

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        rows, self._rows = self._rows, []
        return rows + await self._connection.errand(self._more.fetchall) if self._more else rows

    async def close(self) -> None:
        """Let go of what was not fetched."""
        if self._more:
            more, self._more = self._more, None
            await self._connection.errand(more.close)
