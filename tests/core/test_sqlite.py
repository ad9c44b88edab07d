"""SQLite's connection: a statement is one errand of its thread, and answers are what they were."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

import core.sqlite
from core.engine import build_engine
from core.sqlite import AT_ONCE, Connection, connect

COUNT = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT i FROM n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one table and nothing in it."""
    made = sqlite3.connect(tmp_path / "moo.db")
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("CREATE TABLE cows (name TEXT PRIMARY KEY)")
    made.close()
    return tmp_path / "moo.db"


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[AsyncEngine]:
    """An engine over it."""
    built = build_engine(make_url(f"sqlite:///{path}"))
    yield built
    await built.dispose()


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., Any]]:
    """What the threads of all connections were sent for."""
    sent: list[Callable[..., Any]] = []
    plain = Connection._execute

    async def noted(self: Connection, fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
        sent.append(fn)
        return await plain(self, fn, *args, **more)

    monkeypatch.setattr(Connection, "_execute", noted)
    return sent


async def test_a_transaction_takes_one_errand_a_statement_besides_its_begin_and_commit(
    engine: AsyncEngine, errands: list[Callable[..., Any]]
) -> None:
    async with engine.connect():
        pass  # a connection that lies in the pool
    errands.clear()
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO cows VALUES ('Bess'), ('Moll')"))
        found = (await connection.execute(text("SELECT name FROM cows ORDER BY name"))).scalars().all()
    assert found == ["Bess", "Moll"]
    assert len(errands) == 4


@pytest.mark.parametrize("last", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
async def test_an_answer_is_whole_however_long(engine: AsyncEngine, last: int) -> None:
    expected = list(range(1, max(last, 1) + 1))
    async with engine.connect() as connection:
        assert (await connection.execute(COUNT, {"last": last})).scalars().all() == expected
        streamed = await connection.stream_scalars(COUNT, {"last": last})
        assert [number async for number in streamed] == expected
        parts = (await connection.stream_scalars(COUNT, {"last": last})).partitions(AT_ONCE - 300)
        assert [len(part) async for part in parts][:-1] == [AT_ONCE - 300] * ((len(expected) - 1) // (AT_ONCE - 300))


async def test_a_stream_is_not_read_to_its_end_before_that_is_asked_for(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        streamed = await connection.stream_scalars(COUNT, {"last": 10**12})  # all of it would take days
        assert (await streamed.fetchmany(3), await streamed.fetchmany(2)) == ([1, 2, 3], [4, 5])
        await streamed.close()


async def test_rows_that_are_written_are_counted(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        rows = [{"name": name} for name in ("Bess", "Moll", "Peg")]
        await connection.execute(text("INSERT INTO cows VALUES (:name)"), rows)
        assert (await connection.execute(text("UPDATE cows SET name = name || 'y' WHERE name > 'C'"))).rowcount == 2
        gone = await connection.execute(text("DELETE FROM cows RETURNING name"))
        assert sorted(gone.scalars()) == ["Bess", "Molly", "Pegy"]


async def test_a_statement_that_fails_undoes_its_transaction(engine: AsyncEngine) -> None:
    bess = text("INSERT INTO cows VALUES ('Bess')")
    for wrong, kind in ((bess, IntegrityError), (text("SELECT * FROM geese"), OperationalError)):
        async with engine.connect() as connection:
            await connection.execute(bess)
            with pytest.raises(kind):
                await connection.execute(wrong)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT * FROM cows"))).all() == []


async def test_who_stops_waiting_for_a_statement_leaves_no_transaction_open(path: Path) -> None:
    busy = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    busy.execute("BEGIN IMMEDIATE")
    connection = await connect(str(path), isolation_level=None)
    try:
        waiting = asyncio.create_task(connection.cursor().execute("BEGIN IMMEDIATE"))
        await asyncio.sleep(0.05)
        waiting.cancel()
        undone = asyncio.create_task(connection.rollback())
        await asyncio.sleep(0.05)
        assert not connection.in_transaction, "it still knocks"
        busy.execute("ROLLBACK")
        await undone
        await connection.cursor().execute("SELECT 1")
        assert not connection.in_transaction
        busy.execute("BEGIN IMMEDIATE")
    finally:
        busy.close()
        await connection.close()


async def test_a_connection_that_is_forgotten_holds_up_no_exit(path: Path) -> None:
    connection = await core.sqlite.connect(str(path))
    assert connection._thread.daemon
    await connection.close()
