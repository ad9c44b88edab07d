"""Deliveries: which requests of a platform were already taken up, across restarts and replicas."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from core.db import Database
from core.tables import deliveries, insert_into

KEPT = timedelta(minutes=10)

_AT_ONCE = 500

Claim = tuple[str, "asyncio.Future[bool]"]


class Deliveries:
    """Claims deliveries, so that each is handled once.

    Claims that come while another is written wait for it and share the next transaction: a disk writes some eighty
    of them a second, and a busy minute brings more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[Claim] = []
        self._writing: asyncio.Task[None] | None = None

    async def claim(self, key: str) -> bool:
        """Return True to the first who asks for this delivery, False to everybody after, for ten minutes."""
        hashed = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
        claimed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((hashed, claimed))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await claimed

    async def _write(self) -> None:
        while self._waiting:
            claims, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            try:
                first = await self._first({key for key, _ in claims})
            except Exception as error:
                for _, claimed in claims:
                    if not claimed.done():
                        claimed.set_exception(error)
                continue
            for key, claimed in claims:
                if not claimed.done():
                    claimed.set_result(key in first)
                first.discard(key)

    async def _first(self, keys: set[str]) -> set[str]:
        """Write keys down and return those that nobody had."""
        now = datetime.now(UTC)
        # the rows go beside the statement, which else is compiled anew for each number of them, on the loop
        rows = [{"key": key, "claimed_at": now} for key in sorted(keys)]
        # somebody's acknowledgement waits for this, and nobody's for what else is written
        async with self._database.writing(hurry=True) as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.claimed_at < now - KEPT))
            put = insert_into(connection, deliveries).on_conflict_do_nothing().returning(deliveries.c.key)
            return set((await connection.execute(put, rows)).scalars())
