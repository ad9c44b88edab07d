"""A delivery of a platform is taken up once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.db import Database, open_database
from core.deliveries import KEPT, Deliveries
from core.errors import DatabaseError
from core.settings import Settings
from core.tables import deliveries


async def test_the_first_to_ask_gets_it_and_nobody_after(database: Database) -> None:
    store = Deliveries(database)
    assert [await store.claim("Ev1"), await store.claim("Ev1"), await store.claim("Ev2")] == [True, False, True]


async def test_a_claim_that_was_taken_back_is_free_again(database: Database) -> None:
    store = Deliveries(database)
    await store.claim("Ev1")
    await store.claim("Ev2")
    await store.release("Ev1")
    assert [await store.claim("Ev1"), await store.claim("Ev2")] == [True, False]


async def test_of_many_at_once_one_gets_it(database: Database) -> None:
    claims = await asyncio.gather(*(Deliveries(database).claim("Ev1") for _ in range(8)))
    assert sorted(claims) == [False] * 7 + [True]


async def test_two_replicas_share_what_they_know(database: Database, settings: Settings) -> None:
    other = await open_database(settings)
    claims = await asyncio.gather(Deliveries(database).claim("Ev1"), Deliveries(other).claim("Ev1"))
    await other.close()
    assert sorted(claims) == [False, True]


async def test_a_delivery_is_forgotten_after_ten_minutes_and_no_sooner(database: Database) -> None:
    store = Deliveries(database)
    await store.claim("Ev1")
    for age, again in ((KEPT - timedelta(seconds=30), False), (KEPT + timedelta(seconds=1), True)):
        async with database.writing() as connection:
            await connection.execute(update(deliveries).values(claimed_at=datetime.now(UTC) - age))
        assert await store.claim("Ev1") is again
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(deliveries))).scalar() == 1


async def test_a_key_is_kept_as_a_hash_whatever_it_holds(database: Database, database_file: Path) -> None:
    store = Deliveries(database)
    for key in ("canary", "", "\ud800", "x" * 10_000, "ü\x00"):
        assert await store.claim(key)
    await database.close()
    assert b"canary" not in b"".join(path.read_bytes() for path in database_file.parent.glob("checkpost.db*"))


async def test_many_claims_at_once_share_their_transactions_and_each_counts_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, writing, transactions = Deliveries(database), Database.writing, []

    def counted(self: Database, **how: Any) -> Any:
        transactions.append(1)
        return writing(self, **how)

    monkeypatch.setattr(Database, "writing", counted)
    keys = [f"Ev{number % 200}" for number in range(600)]
    claims = await asyncio.gather(*(store.claim(key) for key in keys))
    assert sum(claims) == 200
    assert claims[:200] == [True] * 200
    assert 0 < len(transactions) < 5


async def test_a_claim_that_was_given_up_stops_nobody_elses(database: Database) -> None:
    store = Deliveries(database)
    first, second = asyncio.create_task(store.claim("Ev1")), asyncio.create_task(store.claim("Ev2"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second


async def test_a_lost_database_fails_every_claim_and_a_later_one_is_tried_anew(database: Database, monkeypatch) -> None:
    store = Deliveries(database)

    def lost(*_: object, **how: object) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", lost)
        failed = await asyncio.gather(store.claim("Ev1"), store.claim("Ev2"), return_exceptions=True)
    assert [type(each) for each in failed] == [DatabaseError, DatabaseError]
    assert await store.claim("Ev1")
