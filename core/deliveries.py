"""Deliveries: which requests of a platform were already taken up, across restarts and replicas."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from core.db import Database
from core.gathering import Gathering
from core.tables import deliveries, insert_into

KEPT = timedelta(minutes=10)


class Deliveries:
    """Claims deliveries, so that each is handled once.

    Claims that come while another is written wait for it and share the next transaction: a disk writes some eighty
    of them a second, and a busy minute brings more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claims = Gathering(self._write)

    async def claim(self, key: str) -> bool:
        """Return True to the first who asks for this delivery, False to everybody after, for ten minutes."""
        return await self._claims.ask(_hashed(key))

    async def release(self, key: str) -> None:
        """Take a claim back, since what was claimed could not be done."""
        async with self._database.writing() as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.key == _hashed(key)))

    async def _write(self, keys: Sequence[str]) -> list[bool]:
        """Write keys down and tell of each whether nobody had it; of equal ones, the first is told so."""
        now = datetime.now(UTC)
        # the rows go beside the statement, which else is compiled anew for each number of them, on the loop
        rows = [{"key": key, "claimed_at": now} for key in sorted(set(keys))]
        # somebody's acknowledgement waits for this, and nobody's for what else is written
        async with self._database.writing(hurry=True) as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.claimed_at < now - KEPT))
            put = insert_into(connection, deliveries).on_conflict_do_nothing().returning(deliveries.c.key)
            new = set((await connection.execute(put, rows)).scalars())
        answers = []
        for key in keys:
            answers.append(key in new)
            new.discard(key)
        return answers


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
