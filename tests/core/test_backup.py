# ruff: noqa: ASYNC240 (a test may look at its files)
"""Backup and restore, rehearsed: what was acknowledged comes back, chain and published head included."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.audit import Audit, AuditBroken
from core.backup import back_up, restore
from core.db import Database, init_database, open_database
from core.errors import DatabaseError
from core.settings import Settings, load_settings
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from tests.databases import new_database

STORES = ["sqlite", "postgresql18"]
each_store = pytest.mark.parametrize("store", STORES)


async def used(settings: Settings) -> Database:
    await new_database(settings)
    database = await open_database(settings)
    await TermsStore(database).add(Term("Quorvane", Kind.DEAL, ("Zwirnhold",), secrecy=Secrecy.SECRET), "ann")
    await TermsStore(database).import_csv("term,kind,aliases,note\nHaxtedgate,client,,\n", "ann")
    return database


async def names(settings: Settings) -> set[str]:
    database = await open_database(settings)
    try:
        return {term.name for term in (await TermsStore(database).load())[1]}
    finally:
        await database.close()


@each_store
async def test_a_restore_brings_back_what_was_there_and_saves_what_is_there(settings: Settings, tmp_path: Path) -> None:
    database = await used(settings)
    file = tmp_path / "monday.backup"
    head = await back_up(settings, file)
    assert head == await Audit(database).verify()
    await TermsStore(database).remove("Quorvane", "ann")
    await TermsStore(database).add(Term("Plimquay"), "ann")
    await database.close()

    restored = await restore(settings, file, "cli:ann")

    assert await names(settings) == {"Quorvane", "Haxtedgate"}
    assert restored.head == head
    again = await open_database(settings)
    assert (await Audit(again).verify(head))[0] == head[0] + 1, "the restore itself is on record"
    await again.close()
    assert restored.replaced is not None
    await restore(settings, restored.replaced, "cli:ann")
    assert await names(settings) == {"Plimquay", "Haxtedgate"}


@pytest.mark.parametrize(("store", "other"), [("sqlite", "postgresql18"), ("postgresql18", "sqlite")])
async def test_a_backup_moves_a_site_to_the_other_kind_of_database(
    settings: Settings, environ: dict[str, str], store: str, other: str, tmp_path: Path, a_postgresql: Any
) -> None:
    await (await used(settings)).close()
    file = tmp_path / "moving.backup"
    head = await back_up(settings, file)
    key = environ.get("CHECKPOST_ENCRYPTION_KEY") or (tmp_path / "checkpost.db.key").read_text().strip()
    url = await asyncio.to_thread(a_postgresql(18).create) if other != "sqlite" else f"sqlite:///{tmp_path}/new.db"
    there = load_settings({**environ, "CHECKPOST_DATABASE_URL": url, "CHECKPOST_ENCRYPTION_KEY": key})
    await init_database(there)

    restored = await restore(there, file, "cli:ann")

    assert restored.replaced is None, "a database that nobody used is not worth a file"
    assert await names(there) == {"Quorvane", "Haxtedgate"}
    moved = await open_database(there)
    assert (await Audit(moved).verify(head))[0] == head[0] + 1
    assert [e.action for e in await TermsStore(moved).history()] == ["terms.add", "terms.import"]
    await moved.close()


@each_store
async def test_a_backup_during_writes_is_whole(settings: Settings, tmp_path: Path) -> None:
    database = await used(settings)
    terms = TermsStore(database)
    done, written = asyncio.Event(), []

    async def write() -> None:
        while not done.is_set():
            await terms.add(Term(f"Written {len(written)}x"), "ann")
            written.append(1)
            await asyncio.sleep(0.005)

    writer, heads, during = asyncio.create_task(write()), [], 0
    async with asyncio.timeout(120):
        while len(heads) < 3 or during == 0:  # until something was written beside one
            before = len(written)
            heads.append(await back_up(settings, tmp_path / f"{len(heads)}.backup"))
            during += len(written) - before
    done.set()
    await writer
    await database.close()
    for number, head in enumerate(heads):
        await restore(settings, tmp_path / f"{number}.backup", "cli:ann")
        assert len(await names(settings)) == head[0], "two terms and two records came first, then one of each a write"


async def test_a_backup_is_one_file_for_its_owner_and_shows_no_name(settings: Settings, tmp_path: Path) -> None:
    await (await used(settings)).close()
    folder = tmp_path / "backups"
    folder.mkdir()
    await back_up(settings, folder / "a.db")

    assert [path.name for path in folder.iterdir()] == ["a.db"]
    assert (folder / "a.db").stat().st_mode & 0o777 == 0o600
    content = (folder / "a.db").read_bytes().lower()
    assert b"terms.import" in content
    assert not [word for word in (b"quorvane", b"zwirnhold", b"haxtedgate") if word in content]


async def test_no_file_is_overwritten_and_none_is_left_half_done(
    settings: Settings, tmp_path: Path, database_file: Path
) -> None:
    await (await used(settings)).close()
    for existing in (database_file, tmp_path / "mine"):
        existing.exists() or existing.write_text("mine")
        before = existing.read_bytes()
        with pytest.raises(DatabaseError, match="exists already"):
            await back_up(settings, existing)
        assert existing.read_bytes() == before
    with pytest.raises(DatabaseError):
        await back_up(settings, tmp_path / "nowhere" / "a.db")
    assert not list(tmp_path.rglob("*.part*"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9_000])


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE geese (name TEXT)")


def edited(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE audit SET record = replace(record, 'ann', 'bob') WHERE seq = 1")
        connection.commit()


DAMAGE = {
    "cut": cut,
    "empty": lambda path: path.write_bytes(b""),
    "random": lambda path: path.write_bytes(os.urandom(20_000)),
    "foreign": foreign,
    "record edited": edited,
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path, damage: Any) -> None:
    database = await used(settings)
    await back_up(settings, tmp_path / "a.backup")
    damage(tmp_path / "a.backup")
    before = await Audit(database).verify()

    with pytest.raises((DatabaseError, AuditBroken)):
        await restore(settings, tmp_path / "a.backup", "cli:ann")

    assert await Audit(database).verify() == before
    assert await names(settings) == {"Quorvane", "Haxtedgate"}
    await database.close()
    assert not list(tmp_path.glob("*replaced*"))


async def test_a_backup_needs_the_key_it_was_made_with(settings: Settings, tmp_path: Path) -> None:
    await (await used(settings)).close()
    await back_up(settings, tmp_path / "a.backup")
    other = load_settings({"CHECKPOST_ENV": "test", "CHECKPOST_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"})
    await init_database(other)
    with pytest.raises(DatabaseError, match="CHECKPOST_ENCRYPTION_KEY"):
        await restore(other, tmp_path / "a.backup", "cli:ann")


async def test_a_restore_makes_no_database(settings: Settings, tmp_path: Path, database_file: Path) -> None:
    await (await used(settings)).close()
    await back_up(settings, tmp_path / "a.backup")
    for path in tmp_path.glob("checkpost.db*"):
        if path.suffix != ".key":
            path.unlink()
    with pytest.raises(DatabaseError, match="checkpost db init"):
        await restore(settings, tmp_path / "a.backup", "cli:ann")
    await init_database(settings)
    await restore(settings, tmp_path / "a.backup", "cli:ann")
    assert await names(settings) == {"Quorvane", "Haxtedgate"}
