"""Where the app was installed: one installation a place, under our key, renewed by one caller at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from core.db import Database
from core.installations import Installation, Installations

OLD = Installation("slack:T1", "token-one", "UBOT", refresh_token="refresh-one", expires=1.0)


async def test_a_place_holds_its_last_installation_until_it_is_forgotten(database: Database) -> None:
    store = Installations(database)
    await store.save(OLD)
    await store.save(replace(OLD, token="token-two"))
    await store.save(Installation("slack:T2", "token-three"))
    assert await store.find("slack:T1") == replace(OLD, token="token-two")
    assert [await store.forget("slack:T1"), await store.forget("slack:T1")] == [True, False]
    assert await store.find("slack:T1") is None
    assert await store.find("slack:T2") is not None


async def test_of_many_who_ask_for_new_tokens_one_fetches_them(database: Database) -> None:
    store = Installations(database)
    await store.save(OLD)
    asked: list[str] = []

    async def renew(old: Installation) -> Installation:
        asked.append(old.token)
        await asyncio.sleep(0.05)
        return replace(old, token="token-two", expires=None)

    def is_due(installation: Installation) -> bool:
        return installation.expires is not None

    found = await asyncio.gather(*(store.refresh("slack:T1", is_due, renew) for _ in range(10)))
    assert {each.token for each in found if each} == {"token-two"}
    assert asked == ["token-one"]
    assert await store.refresh("slack:T9", is_due, renew) is None


async def test_what_cannot_be_renewed_stays_as_it_is(database: Database) -> None:
    store = Installations(database)
    await store.save(OLD)

    async def refused(_: Installation) -> None:
        return None

    assert await store.refresh("slack:T1", lambda _: True, refused) == OLD
    assert await store.find("slack:T1") == OLD


async def test_no_token_lies_readable_in_the_database_or_a_log(database: Database, database_file: Path) -> None:
    await Installations(database).save(OLD)
    await database.close()
    kept = b"".join(path.read_bytes() for path in database_file.parent.glob("checkpost.db*"))
    assert b"token-one" not in kept
    assert b"refresh-one" not in kept
    assert "token-one" not in repr(OLD)
