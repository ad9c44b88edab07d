"""Deletion: how the words of requests go: with time, with a withdrawal, and with their author."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.reviews import rows
from core.tables import holds, review_events


async def is_held(connection: AsyncConnection) -> bool:
    """Tell whether a hold stands, which puts off every deletion."""
    return (await connection.execute(select(holds.c.id).limit(1))).first() is not None


async def erase(connection: AsyncConnection, review_id: str) -> None:
    """Take the words of a request away; what was decided stays."""
    await rows.change(connection, review_id, sealed=None, next_at=None)
    mine = review_events.c.review_id == review_id
    await connection.execute(update(review_events).where(mine).values(sealed=None))
