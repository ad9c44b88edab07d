"""A delivery of a platform is taken up once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from core.db import Database, open_database
from core.deliveries import KEPT, Deliveries
from core.settings import Settings
from core.tables import deliveries


async def test_the_first_to_ask_gets_it_and_nobody_after(database: Database) -> None:
    store = Deliveries(database)
    assert [await store.claim("Ev1"), await store.claim("Ev1"), await store.claim("Ev2")] == [True, False, True]


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
