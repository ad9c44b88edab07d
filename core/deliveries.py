"""Deliveries: which requests of a platform were already taken up, across restarts and replicas."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from core.db import Database
from core.tables import deliveries

KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Claims deliveries, so that each is handled once."""

    database: Database

    async def claim(self, key: str) -> bool:
        """Return True to the first who asks for this delivery, False to everybody after, for ten minutes."""
        now = datetime.now(UTC)
        dialect = postgresql if self.database.engine.dialect.name == "postgresql" else sqlite
        hashed = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
        async with self.database.writing() as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.claimed_at < now - KEPT))
            claimed = await connection.execute(
                dialect.insert(deliveries).values(key=hashed, claimed_at=now).on_conflict_do_nothing()
            )
        return bool(claimed.rowcount)
