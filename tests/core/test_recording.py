"""Checks that end at the same time are recorded together, and each is answered as if it were alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

import core.sqlite
from core.audit import Audit, take_chain
from core.db import Database, open_database
from core.draft import Author, Draft
from core.errors import CommitUnknown, DatabaseError
from core.privacy import Subjects
from core.settings import Settings
from core.tables import audit as table
from core.tables import people
from core.verdict import Outcome, Verdict

ANN, BOB = Author("slack", "T1", "UANN"), Author("teams", "t", "29:bob")
NOBODY = Author("slack", "T1", "\ud800")
"""A name that no database takes; no door lets it in."""

ADraft = Callable[..., Draft]
both = pytest.mark.parametrize("store", ["sqlite", "postgresql18"])


def verdict(number: object) -> Verdict:
    return Verdict(str(number), Outcome.OK, "sha256:0")


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each transaction of checks had."""
    counted: list[int] = []
    plain = core.audit.append_all

    async def noted(connection: Any, keys: Any, told: Any) -> None:
        counted.append(len(told))
        await plain(connection, keys, told)

    monkeypatch.setattr(core.audit, "append_all", noted)
    return counted


async def recorded(database: Database) -> list[str]:
    """The numbers of the checks on record, and that the chain holds."""
    audit = Audit(database)
    numbers = [record["id"] async for record in audit.records() if record["kind"] == "check"]
    assert (await audit.verify())[0] >= len(numbers)
    return numbers


@both
async def test_many_at_once_share_transactions_and_each_returns_once_it_is_on_disk(
    settings: Settings, database: Database, a_draft: ADraft, transactions: list[int]
) -> None:
    audit, other = Audit(database), await open_database(settings)

    async def record(number: int) -> None:
        author = (ANN, BOB, Author("api", "", "token"))[number % 3]
        await audit.record_check(a_draft("moo", author=author), verdict(number))
        assert str(number) in await recorded(other)

    await asyncio.gather(*map(record, range(30)))
    await other.close()
    assert sorted(map(int, await recorded(database))) == list(range(30))
    assert sum(transactions) == 30
    assert len(transactions) < 10
    assert (await Subjects(database).kept(str(ANN))).records == 10


@both
async def test_replicas_that_record_at_once_make_one_chain_and_know_each_person_once(
    settings: Settings, database: Database, a_draft: ADraft, transactions: list[int]
) -> None:
    opened = [database, await open_database(settings), await open_database(settings)]
    crowd = [Author("slack", "T1", f"U{number}") for number in range(12)]

    async def record(audit: Audit, number: int) -> None:
        await audit.record_check(a_draft("moo", author=crowd[number % 12]), verdict(number))

    audits = [Audit(each) for each in opened]
    # each replica meets the crowd in another order
    orders = [range(36), range(71, 35, -1), [72 + (7 * each) % 36 for each in range(36)]]
    await asyncio.gather(*(record(audit, n) for audit, order in zip(audits, orders, strict=True) for n in order))
    assert sorted(map(int, await recorded(database))) == list(range(108))
    async with database.reading() as connection:
        assert len((await connection.execute(select(people.c.id))).all()) == 12
    for each in opened[1:]:
        await each.close()


@both
async def test_a_record_that_cannot_be_written_costs_the_others_nothing(
    database: Database, a_draft: ADraft, transactions: list[int]
) -> None:
    audit = Audit(database)
    authors = [ANN, BOB, NOBODY, ANN]
    told = await asyncio.gather(
        *(audit.record_check(a_draft("moo", author=author), verdict(n)) for n, author in enumerate(authors)),
        return_exceptions=True,
    )
    assert [each is None for each in told] == [True, True, False, True]
    assert sorted(await recorded(database)) == ["0", "1", "3"]


async def test_a_commit_that_fails_is_told_to_all_and_not_tried_again(
    database: Database, a_draft: ADraft, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = core.sqlite.Connection.commit

    async def lost(self: core.sqlite.Connection) -> None:
        await commit(self)
        raise sqlite3.OperationalError("disk I/O error")

    audit = Audit(database)
    with monkeypatch.context() as patched:
        patched.setattr(core.sqlite.Connection, "commit", lost)
        records = (audit.record_check(a_draft("moo"), verdict(number)) for number in range(4))
        told = await asyncio.gather(*records, return_exceptions=True)
    assert [type(each) for each in told] == [CommitUnknown] * 4
    assert await recorded(database) == ["0", "1", "2", "3"], "they are there, and once"
    await audit.record_check(a_draft("moo"), verdict(4))


@both
async def test_who_left_before_a_record_is_written_is_not_in_it(database: Database, a_draft: ADraft) -> None:
    audit = Audit(database)
    await audit.record_check(a_draft("moo", author=ANN), verdict(0))
    async with database.writing() as connection:
        await take_chain(connection)
        waiting = [
            asyncio.create_task(audit.record_check(a_draft("moo", author=author), verdict(number)))
            for number, author in enumerate((BOB, ANN), 1)
        ]
        await asyncio.sleep(0.3)  # on PostgreSQL they know by now who she was, and wait for the chain
        before = (await connection.execute(select(people.c.id))).scalars().all()
        await connection.execute(delete(people))
    await asyncio.gather(*waiting)

    assert await recorded(database) == ["0", "1", "2"]
    async with database.reading() as connection:
        now = (await connection.execute(select(people.c.id))).scalars().all()
    written = [record["actor"] async for record in audit.records()][1:]
    assert {each.removeprefix("person:") for each in written} == set(now)
    assert not set(now) & set(before)
    assert (await Subjects(database).kept(str(ANN))).records == 1, "what came after goes with the next deletion"


async def test_who_stops_waiting_leaves_the_others_on_record(database: Database, a_draft: ADraft) -> None:
    audit = Audit(database)
    async with database.writing():
        early = [asyncio.create_task(audit.record_check(a_draft("moo"), verdict(n))) for n in range(2)]
        await asyncio.sleep(0.05)
        late = [asyncio.create_task(audit.record_check(a_draft("moo"), verdict(n))) for n in range(2, 4)]
        await asyncio.sleep(0.05)
        early[0].cancel()
        late[0].cancel()
        await asyncio.sleep(0.05)
    await asyncio.gather(early[1], late[1])
    assert await recorded(database) == ["0", "1", "3"], "what was under way is written, what was not begun is left out"


async def test_what_is_not_on_disk_when_everybody_was_told_so_does_not_come_there_later(
    database: Database, a_draft: ADraft
) -> None:
    audit = Audit(database)
    async with database.writing():
        waiting = [asyncio.create_task(audit.record_check(a_draft("moo"), verdict(n))) for n in range(3)]
        await asyncio.sleep(0.05)
        for each in waiting:
            each.cancel()
        await asyncio.wait(waiting)
    await audit.record_check(a_draft("moo"), verdict(3))
    assert await recorded(database) == ["3"]


async def test_a_database_that_is_full_is_told_to_each_check(
    database: Database, database_file: Path, a_draft: ADraft
) -> None:
    connection = sqlite3.connect(database_file)
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    connection.commit()
    audit = Audit(database)
    records = (audit.record_check(a_draft("moo"), verdict(number)) for number in range(4))
    assert [type(each) for each in await asyncio.gather(*records, return_exceptions=True)] == [DatabaseError] * 4
    connection.execute("DROP TRIGGER full")
    connection.commit()
    connection.close()
    await audit.record_check(a_draft("moo"), verdict(9))
    async with database.reading() as reading:
        assert len((await reading.execute(select(table.c.seq))).all()) == 1
