"""Backup: the whole database as one file, and back again, between SQLite and PostgreSQL too.

A backup is a SQLite database of ours, whatever the source: read in one snapshot while others write, whole or not there
at all, and as sealed as the source; the keys are not in it. A restore is one transaction that says so in the record.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audit import Audit, AuditBroken, append
from core.db import Database, at_file, init_database, open_database, upgrade_database
from core.errors import DatabaseError
from core.settings import Settings
from core.tables import metadata

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the head of the record that came back, and the file that keeps what it replaced, if any."""

    head: tuple[int, str]
    replaced: Path | None


async def back_up(settings: Settings, path: Path) -> tuple[int, str]:
    """Write a backup to a new file, verify it, and return the head of its audit record.

    Raises:
        DatabaseError: the file exists, or cannot be written; AuditBroken: the record does not hold.
    """
    if await asyncio.to_thread(path.exists):
        raise DatabaseError(f"{path} exists already: name a new file")
    database = await open_database(settings)
    try:
        return await _write(database, settings, path)
    except OSError as error:
        raise DatabaseError(f"{path} cannot be written ({type(error).__name__})") from None
    finally:
        await database.close()


async def restore(settings: Settings, path: Path, actor: str) -> Restored:
    """Put a backup in the place of everything that the existing database holds, which is first saved beside the file.

    A backup of an older version is brought to this one on the way. The file itself is only read.

    Raises:
        DatabaseError: there is no database, or the file is no backup that fits its keys; AuditBroken: its record does
            not hold. In each case nothing is changed.
    """
    if not await asyncio.to_thread(path.is_file):
        raise DatabaseError(f"there is no backup at {path}")
    database = await open_database(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="checkpost-restore-") as folder:
            copy = at_file(settings, Path(folder) / "backup.db")
            await asyncio.to_thread(shutil.copyfile, path, Path(folder) / "backup.db")
            await upgrade_database(copy)
            source = await open_database(copy)
            try:
                head = await _verified(source, "the backup")
                replaced = await _saved(database, settings, path)
                await _replace(source, database, head, actor)
                return Restored(head, replaced)
            finally:
                await source.close()
    except OSError as error:
        raise DatabaseError(f"the backup cannot be restored ({type(error).__name__})") from None
    finally:
        await database.close()


async def _write(database: Database, settings: Settings, path: Path) -> tuple[int, str]:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        there = at_file(settings, part)
        await init_database(there)
        part.chmod(0o600)
        copy = await open_database(there)
        try:
            async with database.snapshot() as reading, copy.writing() as writing:
                await _copy(reading, writing)
            head = await _verified(copy, "the database")
        finally:
            await copy.close()
        await asyncio.to_thread(_settled, part)
        part.rename(path)
        return head
    finally:
        for left in part.parent.glob(f"{part.name}*"):
            left.unlink(missing_ok=True)


def _settled(path: Path) -> None:
    """Leave a database as one file on the disk, without the log beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with path.open("rb") as file:
        os.fsync(file.fileno())


async def _verified(database: Database, what: str) -> tuple[int, str]:
    try:
        return await Audit(database).verify()
    except AuditBroken as broken:
        raise AuditBroken(f"{what}: {broken}") from None


async def _saved(database: Database, settings: Settings, path: Path) -> Path | None:
    """Save what a restore is about to replace, unless nothing was ever done to it."""
    async with database.reading() as connection:
        used = (await connection.execute(select(metadata.tables["audit"].c.seq).limit(1))).first()
    if used is None:
        return None
    kept = path.with_name(f"{path.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    await _write(database, settings, kept)
    return kept


async def _replace(source: Database, target: Database, head: tuple[int, str], actor: str) -> None:
    async with source.snapshot() as reading, target.writing() as writing:
        await _copy(reading, writing)
        await append(writing, target.keys, "db.restore", actor, {"seq": head[0], "mac": head[1]})


async def _copy(reading: AsyncConnection, writing: AsyncConnection) -> None:
    """Make every table hold exactly the rows of another database."""
    tables = metadata.sorted_tables
    if writing.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables)
        await writing.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    for table in reversed(tables):
        await writing.execute(delete(table))
    for table in tables:
        async for rows in (await reading.stream(select(table))).partitions(_AT_ONCE):
            await writing.execute(insert(table), _values(rows))


def _values(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
