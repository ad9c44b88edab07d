"""Installations: where the app was installed by OAuth, and the tokens that it got there, encrypted."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database
from core.tables import installations as table


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one place, such as a workspace. `expires` is in seconds since 1970, None where it never does."""

    place: str
    token: str = field(repr=False)
    bot_user: str | None = None
    bot: str | None = None
    refresh_token: str | None = field(default=None, repr=False)
    expires: float | None = None


class Installations:
    """The installations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def save(self, installation: Installation) -> None:
        """Keep an installation in the place of an earlier one."""
        async with self._database.writing() as connection:
            await self._put(connection, installation)

    async def find(self, place: str) -> Installation | None:
        """Return the installation in a place, None where there is none."""
        async with self._database.reading() as connection:
            return await self._get(connection, select(table).where(table.c.place == place))

    async def places(self, beginning: str) -> list[str]:
        """Return all places whose name begins so."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(table.c.place).order_by(table.c.at, table.c.place))
        return [place for place in found.scalars() if place.startswith(beginning)]

    async def forget(self, place: str) -> bool:
        """Drop the installation in a place with its tokens; tell whether there was one."""
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(table).where(table.c.place == place))
        return bool(gone.rowcount)

    async def refresh(
        self, place: str, is_due: Callable[[Installation], bool], renew: Callable[[Installation], Awaitable[Any]]
    ) -> Installation | None:
        """Return the installation in a place; where it `is_due`, one caller at a time renews it and keeps the new one.

        Other processes wait for the row on PostgreSQL; SQLite serves one process. `renew` returns None where the
        installation stays as it is.
        """
        locked = select(table).where(table.c.place == place).with_for_update()
        async with self._turns[place]:
            if self._database.engine.dialect.name != "postgresql":
                # no lock on the file while somebody far away is asked
                found = await self.find(place)
                renewed = await renew(found) if found and is_due(found) else None
                if renewed:
                    await self.save(renewed)
                return renewed or found
            async with self._database.writing() as connection:
                found = await self._get(connection, locked)
                renewed = await renew(found) if found and is_due(found) else None
                if renewed:
                    await self._put(connection, renewed)
                return renewed or found

    async def _get(self, connection: AsyncConnection, query: Any) -> Installation | None:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Installation(**json.loads(self._database.keys.open(row.sealed, _box(row.place), row.key_id, "tokens")))

    async def _put(self, connection: AsyncConnection, installation: Installation) -> None:
        keys, place = self._database.keys, installation.place
        sealed = keys.seal(json.dumps(asdict(installation)).encode(), _box(place), "tokens")
        await connection.execute(delete(table).where(table.c.place == place))
        row = {"place": place, "at": datetime.now(UTC), "key_id": keys.active, "sealed": sealed}
        await connection.execute(insert(table), [row])


def _box(place: str) -> str:
    return f"installations|{place}"
