"""Rows: requests and their events in the database, inside the caller's transaction."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database
from core.errors import ReviewError
from core.reviews.review import Event, Review, State, outline, unpacked
from core.tables import count_rows, review_events, reviews


async def find(connection: AsyncConnection, review_id: str, *, lock: bool = False) -> Any:
    """Return the row of one request, kept from others until the transaction ends where `lock` is true.

    Raises:
        ReviewError: there is none of this number.
    """
    wanted = select(reviews).where(reviews.c.id == review_id.strip().lower())
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
    if row is None:
        raise ReviewError("no request has this number")
    return row


async def change(connection: AsyncConnection, review_id: str, **values: Any) -> None:
    """Give a request other values."""
    await connection.execute(update(reviews).where(reviews.c.id == review_id).values(**values))


async def add_event(
    connection: AsyncConnection, database: Database, row: Any, actor: str, kind: str, step: int,
    reason: str = "", text: str | None = None, digest: str | None = None, email: str | None = None,
) -> None:  # fmt: skip
    """Write down what happened to a request; `digest` stands for the text that this approves."""
    number = await count_rows(connection, review_events, review_events.c.review_id == row.id) + 1
    keys, place = database.keys, f"review_events|{row.id}|{number}"
    sealed = keys.seal(json.dumps([reason, text, email]).encode(), place) if reason or text or email else None
    values = {"review_id": row.id, "number": number, "at": datetime.now(UTC), "actor": actor, "kind": kind}
    more = {"step": step, "digest": digest, "key_id": keys.active, "sealed": sealed}
    await connection.execute(insert(review_events), [values | more])


async def read(connection: AsyncConnection, database: Database, row: Any) -> Review:
    """Return the request of a row with all that happened to it; one that was withdrawn without a word, also on hold."""
    told = row.sealed is not None and row.state != State.WITHDRAWN
    mine = select(review_events).where(review_events.c.review_id == row.id).order_by(review_events.c.number)
    events = [_event(database, each, told=told) for each in (await connection.execute(mine)).all()]
    if not told:
        return Review(**outline(row), events=tuple(events))
    return unpacked(database.keys.open(row.sealed, f"reviews|{row.id}", row.key_id), row, events)


def _event(database: Database, row: Any, *, told: bool) -> Event:
    place = f"review_events|{row.review_id}|{row.number}"
    words = json.loads(database.keys.open(row.sealed, place, row.key_id)) if row.sealed and told else ()
    return Event(row.at, row.actor, row.kind, row.step, *words)
