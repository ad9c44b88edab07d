# ruff: noqa: ASYNC240 (a test may look at its files)
"""The database: only ours is opened, a second init changes nothing, and migrations give the tables of the code."""

from __future__ import annotations

import asyncio
import base64
import os
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import Connection

from core import revisions, tables
from core.db import APPLICATION_ID, Database, init_database, open_database, upgrade_database
from core.errors import CheckpostError, DatabaseError, SettingsError
from core.settings import Settings, load_settings
from core.terms.store import TermsStore
from core.terms.term import Secrecy, Term

KEY = "k1:" + base64.b64encode(b"1" * 32).decode()
OTHER_KEY = "k1:" + base64.b64encode(b"2" * 32).decode()


def settings_for(path: Path, **more: str) -> Settings:
    return load_settings(
        {
            "CHECKPOST_ENV": "test",
            "CHECKPOST_DATABASE_URL": f"sqlite:///{path}",
            "CHECKPOST_ENCRYPTION_KEY": KEY,
            **more,
        }
    )


def change(path: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_init_makes_a_database_that_opens(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "c.db")
    assert await init_database(settings) is True
    database = await open_database(settings)
    await database.close()
    connection = sqlite3.connect(tmp_path / "c.db")
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    names = {name for (name,) in connection.execute("SELECT name FROM meta")}
    connection.close()
    assert {"database_id", "terms_version", "key:k1"} <= names


async def test_a_second_init_changes_nothing(settings: Settings, database_file: Path) -> None:
    assert await init_database(settings) is True
    key_file = database_file.with_name(database_file.name + ".key")
    before = (database_file.read_bytes(), key_file.read_bytes())
    assert await init_database(settings) is False
    assert (database_file.read_bytes(), key_file.read_bytes()) == before


async def test_two_inits_at_once_make_one_database(settings: Settings) -> None:
    made = await asyncio.gather(init_database(settings), init_database(settings), return_exceptions=True)
    assert made.count(True) == 1
    await (await open_database(settings)).close()


async def test_a_key_is_made_for_ones_own_eyes(settings: Settings, database_file: Path) -> None:
    before = os.umask(0)
    try:
        await init_database(settings)
    finally:
        os.umask(before)
    key_file = database_file.with_name(database_file.name + ".key")
    assert key_file.stat().st_mode & 0o777 == 0o600


async def test_production_makes_no_key_by_itself(tmp_path: Path) -> None:
    settings = load_settings({"CHECKPOST_DATABASE_URL": f"sqlite:///{tmp_path}/c.db"})
    with pytest.raises(SettingsError, match="CHECKPOST_ENCRYPTION_KEY is not set"):
        await init_database(settings)
    assert list(tmp_path.iterdir()) == []
    await init_database(settings_for(tmp_path / "c.db"))
    with pytest.raises(SettingsError, match="CHECKPOST_ENCRYPTION_KEY is not set"):
        await open_database(settings)
    assert not list(tmp_path.glob("*.key"))


async def test_a_missing_database_is_not_made_on_the_way(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "c.db")
    for attempt in (open_database, upgrade_database):
        with pytest.raises(DatabaseError, match=r"no database at .* run `checkpost db init`"):
            await attempt(settings)
    assert list(tmp_path.iterdir()) == []


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="folder"):
        await init_database(settings_for(tmp_path / "nowhere" / "c.db"))


def foreign(path: Path) -> None:
    change(path, "CREATE TABLE geese (name TEXT)")
    change(path, "INSERT INTO geese VALUES ('Hilda')")


NOT_OURS = {
    "empty": lambda path: path.write_bytes(b""),
    "random bytes": lambda path: path.write_bytes(bytes(range(1, 256)) * 40),
    "text": lambda path: path.write_text("goose\n" * 900),
    "another application's": foreign,
}


@pytest.mark.parametrize("make", NOT_OURS.values(), ids=NOT_OURS.keys())
@pytest.mark.parametrize("attempt", [open_database, init_database, upgrade_database])
async def test_a_file_that_is_not_ours_is_refused_and_left_as_it_was(tmp_path: Path, make: Any, attempt: Any) -> None:
    path = tmp_path / "c.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseError):
        await attempt(settings_for(path))
    assert path.read_bytes() == before


async def ready(tmp_path: Path) -> tuple[Path, Settings]:
    path = tmp_path / "c.db"
    await init_database(settings_for(path))
    return path, settings_for(path)


async def test_a_cut_or_overwritten_database_is_refused(tmp_path: Path) -> None:
    path, settings = await ready(tmp_path)
    whole = path.read_bytes()
    page = 4096
    damaged = (
        whole[: len(whole) // 2],
        b"\0" * 100 + whole[100:],
        whole[:page] + os.urandom(len(whole) - page),
    )
    for content in damaged:
        for left in tmp_path.glob("c.db-*"):
            left.unlink()
        path.write_bytes(content)
        with pytest.raises(DatabaseError):
            await open_database(settings)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM meta WHERE name = 'database_id'",
        "DROP TABLE meta",
        "DELETE FROM alembic_version",
        "PRAGMA application_id = 7",
    ],
)
async def test_a_database_that_lost_its_identity_is_refused(tmp_path: Path, statement: str) -> None:
    path, settings = await ready(tmp_path)
    change(path, statement)
    with pytest.raises(DatabaseError):
        await open_database(settings)


async def test_an_older_revision_is_told_to_upgrade(tmp_path: Path) -> None:
    path, settings = await ready(tmp_path)
    change(path, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(DatabaseError, match="revision 0000"):
        await open_database(settings)


async def test_a_newer_revision_is_refused_by_open_and_by_upgrade(tmp_path: Path) -> None:
    path, settings = await ready(tmp_path)
    change(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    for attempt in (open_database, upgrade_database, init_database):
        with pytest.raises(DatabaseError, match=r"newer|9999"):
            await attempt(settings)
    assert path.read_bytes() == before


async def test_an_upgrade_of_a_current_database_changes_nothing(tmp_path: Path) -> None:
    path, settings = await ready(tmp_path)
    before = path.read_bytes()
    assert len(set(await upgrade_database(settings))) == 1
    assert path.read_bytes() == before


async def test_a_wrong_key_is_refused_at_start(tmp_path: Path) -> None:
    path, _ = await ready(tmp_path)
    for wrong in (OTHER_KEY, OTHER_KEY.replace("k1", "k2")):
        with pytest.raises(DatabaseError, match="CHECKPOST_ENCRYPTION_KEY"):
            await open_database(settings_for(path, CHECKPOST_ENCRYPTION_KEY=wrong))


async def test_a_key_added_in_front_opens_the_old_database(tmp_path: Path) -> None:
    path, settings = await ready(tmp_path)
    database = await open_database(settings)
    await TermsStore(database).add(Term("Quorvane"), "me")
    await database.close()
    rotated = settings_for(path, CHECKPOST_ENCRYPTION_KEY=OTHER_KEY.replace("k1", "k2") + "," + KEY)
    database = await open_database(rotated)
    assert [term.name for term in (await TermsStore(database).load())[1]] == ["Quorvane"]
    await database.close()


async def test_a_wrong_key_in_front_is_refused_once_it_has_written(tmp_path: Path) -> None:
    path, _ = await ready(tmp_path)
    second, third = (f"k2:{base64.b64encode(byte * 32).decode()}," + KEY for byte in (b"2", b"3"))
    database = await open_database(settings_for(path, CHECKPOST_ENCRYPTION_KEY=second))
    await TermsStore(database).add(Term("Quorvane"), "me")
    await database.close()
    with pytest.raises(DatabaseError, match="k2"):
        await (await open_database(settings_for(path, CHECKPOST_ENCRYPTION_KEY=third))).close()


@pytest.mark.parametrize("content", [None, b"", b"goose", b"\xff\xfe\x00", b"k1:AAAA"])
async def test_a_key_file_that_is_missing_or_spoilt_is_named(
    settings: Settings, database_file: Path, content: bytes | None
) -> None:
    await init_database(settings)
    key_file = database_file.with_name(database_file.name + ".key")
    key_file.unlink()
    if content is not None:
        key_file.write_bytes(content)
    for attempt in (open_database, init_database):
        with pytest.raises(CheckpostError, match=r"key|KEY"):
            await attempt(settings)
    assert key_file.exists() is (content is not None)


@pytest.mark.parametrize("name", ["h#x", "h x", "hé", "h&x=1", "h+x"])
async def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    settings = settings_for(folder / "c.db")
    assert await init_database(settings)
    await (await open_database(settings)).close()
    assert (folder / "c.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "url",
    [
        "goose",
        "mysql://canary@h/x",
        "sqlite://",
        "sqlite:///",
        "sqlite+pysqlite:///canary",
        "oracle://canary:canary@h/x",
    ],
)
async def test_a_url_of_another_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="CHECKPOST_DATABASE_URL") as error:
        await open_database(load_settings({"CHECKPOST_DATABASE_URL": url, "CHECKPOST_ENCRYPTION_KEY": KEY}))
    assert "canary" not in str(error.value)


async def test_a_database_in_memory_would_be_forgotten_and_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpostError, match="CHECKPOST_DATABASE_URL"):
        await init_database(
            load_settings({"CHECKPOST_DATABASE_URL": "sqlite:///:memory:", "CHECKPOST_ENCRYPTION_KEY": KEY})
        )
    assert list(tmp_path.iterdir()) == []


async def test_no_name_stands_in_the_files_in_clear(tmp_path: Path) -> None:
    path, settings = await ready(tmp_path)
    database = await open_database(settings)
    store = TermsStore(database)
    planted = [b"Quorvane", b"Zwirnhold", b"a canary note", b"Ruby Oakapple"]
    await store.add(
        Term("Quorvane", aliases=("Zwirnhold",), note="a canary note", owner="Ruby Oakapple", secrecy=Secrecy.SECRET),
        "me",
    )
    await store.import_csv("term,kind,aliases,note\nSundrelin,client,,\n", "me")
    await store.remove("Sundrelin", "me")
    assert b"terms" in everything_in(tmp_path)
    seen = everything_in(tmp_path).lower()
    assert (path.parent / "c.db-wal").stat().st_size > 0
    await database.close()
    seen += everything_in(tmp_path).lower()
    assert not [
        word for word in (*planted, b"Sundrelin") if word.lower() in seen or word.decode().encode("utf-16-le") in seen
    ]


async def run_sync(database: Database, work: Any) -> Any:
    async with database.writing() as connection:
        return await connection.run_sync(work)


async def test_the_migrations_give_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata)

    assert await run_sync(database, differences) == []


async def test_the_migrations_go_down_and_up_again(database: Database) -> None:
    def down_and_up(connection: Connection) -> tuple[set[str], set[str]]:
        config = revisions._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        low = set(inspect(connection).get_table_names())
        command.upgrade(config, "head")
        return low, set(inspect(connection).get_table_names())

    low, high = await run_sync(database, down_and_up)
    assert low == {"alembic_version"}
    assert high == {"alembic_version", *tables.metadata.tables}


async def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    moment = datetime(2026, 3, 3, 10, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    async with database.writing() as connection:
        await connection.execute(tables.deliveries.insert().values(key="a", claimed_at=moment))
    async with database.reading() as connection:
        found = (await connection.execute(select(tables.deliveries.c.claimed_at))).scalar_one()
    assert found == moment
    assert found.tzinfo is UTC


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match=r"time zone|ValueError"):
        async with database.writing() as connection:
            await connection.execute(tables.deliveries.insert().values(key="a", claimed_at=datetime(2026, 3, 3)))  # noqa: DTZ001


async def test_a_failed_write_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with database.writing() as connection:
            await connection.execute(tables.meta.insert().values(name="goose", value="1"))
            raise RuntimeError
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM meta WHERE name = 'goose'"))).scalar() == 0


async def test_a_commit_is_on_the_disk_before_it_is_acknowledged(database: Database) -> None:
    async with database.reading() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar() == 2
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1


async def test_an_error_of_the_database_shows_no_values(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(tables.meta.insert().values(name="canary-name", value="canary-value"))
    with pytest.raises(Exception, match=r"UNIQUE|IntegrityError") as error:
        async with database.writing() as connection:
            await connection.execute(tables.meta.insert().values(name="canary-name", value="canary-value"))
    assert "canary" not in str(error.value)


async def test_a_database_closes_when_what_is_under_way_is_done(settings: Settings) -> None:
    await init_database(settings)
    database = await open_database(settings)
    async with database.reading() as connection:
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
        assert (await connection.execute(text("select 1"))).scalar_one() == 1
    await closing
