"""Db: the open database; how one is opened, made and brought up to date, and that it is ours and fits its keys."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr
from sqlalchemy import insert, select, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from core import revisions
from core.engine import COMMAND_SECONDS, build_engine, database_url, file_number, sqlite_file
from core.errors import CheckpostError, CommitUnknown, DatabaseError, SettingsError
from core.keys import KeyRing, new_key, parse_key_ring
from core.settings import Settings
from core.tables import meta
from core.telemetry import DB_ERRORS

APPLICATION_ID = 0x63706F73  # "cpos", in the header of our SQLite files


@dataclass(frozen=True, slots=True)
class Database:
    """An open database of ours, with the keys that fit it. `file` is SQLite's, with its number on the disk.

    SQLite takes one writer at a time and lets the others knock in vain, longest the unlucky ones. Those of this process
    take turns instead, and queue for the next one; who is in a hurry does not queue.
    """

    engine: AsyncEngine
    keys: KeyRing
    file: tuple[Path, int] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)
    queue: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads.

        Raises:
            DatabaseError: the database did not answer, or its file is gone.
        """
        async with self._transaction(self.engine) as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that reads everything as it stands at one moment, whatever is written meanwhile.

        Raises:
            DatabaseError: the database did not answer, or its file is gone.
        """
        postgresql = self.engine.dialect.name == "postgresql"  # SQLite's readers have a snapshot by themselves
        engine = self.engine.execution_options(isolation_level="REPEATABLE READ") if postgresql else self.engine
        async with self._transaction(engine) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self, *, hurry: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that takes its place among writers at once, the first one in a `hurry`; commit at the end.

        Raises:
            DatabaseError: nothing was written. CommitUnknown: it was, or not: the commit itself failed.
        """
        queue = self.queue if self.file and not hurry else nullcontext()
        turn = self.turn if self.file else nullcontext()
        async with queue, turn, self._transaction(self.engine.execution_options(writer=True)) as connection:
            yield connection

    async def close(self) -> None:
        """Close all connections, those in use when they are given back: later nobody would close them."""
        pool = self.engine.pool
        with suppress(TimeoutError):
            async with asyncio.timeout(COMMAND_SECONDS):
                while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110  a pool has no event
                    await asyncio.sleep(0.01)
        await self.engine.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        if self.file and file_number(self.file[0]) != self.file[1]:
            raise DatabaseError(f"the database file {self.file[0]} was moved or removed: bring it back and start again")
        is_done = False
        try:
            async with engine.begin() as connection:
                yield connection
                is_done = True
        except (SQLAlchemyError, OSError) as error:
            kind = CommitUnknown if is_done else DatabaseError
            DB_ERRORS.labels(op="write" if engine.get_execution_options().get("writer") else "read").inc()
            raise kind(f"the database did not do its work ({_name(error)}): try again") from None


async def open_database(settings: Settings) -> Database:
    """Open the existing database and make sure that it is ours, whole, up to date and fits the key.

    Raises:
        DatabaseError: saying what is wrong and which command mends it. SettingsError: no usable key.
    """
    url = database_url(settings)
    if url.get_backend_name() == "sqlite" and not sqlite_file(url).is_file():
        raise DatabaseError(f"there is no database at {sqlite_file(url)}: run `checkpost db init`")
    engine = build_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_inspect)
            keys = _keys(settings, url, create=False)
            new_key = await connection.run_sync(_unlock, keys)
        if new_key:
            async with engine.execution_options(writer=True).begin() as connection:
                check = {"name": f"key:{keys.active}", "value": _key_check(keys, keys.active)}
                await connection.execute(insert(meta).values(check))
    except CheckpostError:
        await engine.dispose()
        raise
    except (SQLAlchemyError, OSError) as error:
        await engine.dispose()
        raise DatabaseError(f"the database cannot be opened ({_name(error)}): check CHECKPOST_DATABASE_URL") from None
    path = sqlite_file(url)
    return Database(engine, keys, (path, file_number(path)) if url.get_backend_name() == "sqlite" else None)


async def init_database(settings: Settings) -> bool:
    """Create the database, its tables and its identity. Return False, changing nothing, when it exists."""
    url = database_url(settings)
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and sqlite_file(url).is_file():
        await (await open_database(settings)).close()
        return False
    if sqlite and not sqlite_file(url).parent.is_dir():
        raise DatabaseError(f"there is no folder {sqlite_file(url).parent}: make it first")
    if sqlite and sqlite_file(url).is_dir():
        raise DatabaseError(f"{sqlite_file(url)} is a folder: name a file in it")
    keys = _keys(settings, url, create=True)
    engine = build_engine(url, create=True)
    try:
        async with engine.execution_options(writer=True).begin() as connection:
            return await connection.run_sync(_create, keys)
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseError(f"the database cannot be created ({_name(error)}): check CHECKPOST_DATABASE_URL") from None
    finally:
        await engine.dispose()


async def upgrade_database(settings: Settings) -> tuple[str, str]:
    """Bring the tables to this version's revision. Return the revision before and after."""
    url = database_url(settings)
    if url.get_backend_name() == "sqlite" and not sqlite_file(url).is_file():
        raise DatabaseError(f"there is no database at {sqlite_file(url)}: run `checkpost db init`")
    keys = _keys(settings, url, create=False)
    engine = build_engine(url)
    try:
        async with engine.execution_options(writer=True).begin() as connection:
            before = await connection.run_sync(revisions.revision)
            if before is None:
                raise DatabaseError("this database is not checkpost's: run `checkpost db init` on a new one")
            if before > revisions.head():
                raise DatabaseError("this database was made by a newer version of checkpost: install that one")
            await connection.run_sync(revisions.migrate)
            await connection.run_sync(_inspect)
            await connection.run_sync(_unlock, keys)
            return before, revisions.head()
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseError(f"the database cannot be upgraded ({_name(error)})") from None
    finally:
        await engine.dispose()


def _create(connection: Connection, keys: KeyRing) -> bool:
    if revisions.revision(connection) is not None:
        _inspect(connection)
        _unlock(connection, keys)
        return False
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
    revisions.migrate(connection)
    values = {
        "database_id": str(uuid.uuid4()),
        "terms_version": "0",
        f"key:{keys.active}": _key_check(keys, keys.active),
    }
    connection.execute(insert(meta), [{"name": name, "value": value} for name, value in values.items()])
    return True


def _inspect(connection: Connection) -> None:
    """Raise DatabaseError unless this is a whole checkpost database of this version."""
    if connection.dialect.name == "sqlite":
        if connection.execute(text("PRAGMA application_id")).scalar() != APPLICATION_ID:
            raise DatabaseError("this file is not a checkpost database: check CHECKPOST_DATABASE_URL")
        if connection.execute(text("PRAGMA quick_check")).scalar() != "ok":
            raise DatabaseError("this database is damaged: restore a backup")
    revision, needed = revisions.revision(connection), revisions.head()
    if revision is None:
        raise DatabaseError("this database is empty: run `checkpost db init`")
    if revision != needed:
        raise DatabaseError(f"this database is at revision {revision}, not {needed}: run `checkpost db upgrade`")


def _unlock(connection: Connection, keys: KeyRing) -> bool:
    """Raise DatabaseError unless the keys are those this database knows. Return True when the active one is new."""
    values = {row.name: row.value for row in connection.execute(select(meta))}
    if "database_id" not in values:
        raise DatabaseError("this database has lost its identity: restore a backup")
    for name, value in values.items():
        kind, _, key_id = name.partition(":")
        if kind == "key" and _key_check(keys, key_id) != value:
            raise DatabaseError(
                f"CHECKPOST_ENCRYPTION_KEY: the key '{key_id}' is not the one this database was made with"
            )
    return f"key:{keys.active}" not in values


def _key_check(keys: KeyRing, key_id: str) -> str:
    return keys.digest("check", b"checkpost", key_id).hex()


def at_file(settings: Settings, path: Path) -> Settings:
    """Return the settings for a SQLite file of its own that has the keys of the present database."""
    url = database_url(settings)
    key = settings.encryption_key or SecretStr(_key_file(url).read_text(encoding="utf-8").strip())
    there = SecretStr(f"sqlite:///{quote(str(path.absolute()))}")
    return settings.model_copy(update={"database_url": there, "encryption_key": key})


def _key_file(url: URL) -> Path:
    return sqlite_file(url).with_name(sqlite_file(url).name + ".key")


def _keys(settings: Settings, url: URL, *, create: bool) -> KeyRing:
    """Return the configured ring; in dev and test with SQLite, the one in the file beside the database."""
    if settings.encryption_key:
        return parse_key_ring(settings.encryption_key.get_secret_value())
    if settings.env == "production" or url.get_backend_name() != "sqlite":
        raise SettingsError("CHECKPOST_ENCRYPTION_KEY is not set: `openssl rand -base64 32` makes a key; write k1:<it>")
    path = _key_file(url)
    if create and not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key())
    try:
        return parse_key_ring(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        raise DatabaseError(
            f"the key file {path} is missing or damaged: bring it back, or set CHECKPOST_ENCRYPTION_KEY"
        ) from None


def _name(error: BaseException) -> str:
    """Name an error by its type alone: its text may hold what was being stored."""
    return type(getattr(error, "orig", None) or error).__name__
