"""Engine: which database the settings name, and how each connection to it begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.errors import SettingsError
from core.settings import Settings
from core.sqlite import connect

COMMAND_SECONDS = 5


def database_url(settings: Settings) -> URL:
    """Return the address of the database.

    Raises:
        SettingsError: it is that of neither SQLite nor PostgreSQL.
    """
    try:
        url = make_url(settings.database_url.get_secret_value())
    except ArgumentError:
        raise SettingsError("CHECKPOST_DATABASE_URL: write sqlite:///file or postgresql://user@host/name") from None
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+asyncpg")
    raise SettingsError("CHECKPOST_DATABASE_URL: write sqlite:///file or postgresql://user@host/name")


def sqlite_file(url: URL) -> Path:
    """Return where the file of a SQLite database lies."""
    return Path(url.database or "").absolute()


def file_number(path: Path) -> int:
    """Return a file's number on its disk, 0 when there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def build_engine(url: URL, *, create: bool = False) -> AsyncEngine:
    """Build the engine, which opens nothing yet; a SQLite file that is not there is made only with `create`."""
    if url.get_backend_name() == "sqlite":
        mode = "rwc" if create else "rw"
        path = f"file:{quote(str(sqlite_file(url)))}"
        url = URL.create("sqlite+aiosqlite", database=path, query={"mode": mode, "uri": "true"})
        # all connections are kept: to open one anew takes longer than what it is asked
        engine = create_async_engine(
            url, hide_parameters=True, connect_args={"async_creator_fn": connect}, pool_size=15, max_overflow=0
        )
        event.listen(engine.sync_engine, "connect", _connected)
        event.listen(engine.sync_engine, "begin", _begun)
        if create:
            event.listen(engine.sync_engine, "connect", _created)
        return engine
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=0,
        pool_timeout=3,
        connect_args={"timeout": 3, "command_timeout": COMMAND_SECONDS},
    )


def _connected(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves: the driver's own comes too late
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _created(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL").close()  # stays with the file; one not ours is left as it is


def _begun(connection: Connection) -> None:
    writer = connection.get_execution_options().get("writer")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
