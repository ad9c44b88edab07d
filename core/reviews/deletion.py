"""Deletion: how the words of requests go: with time, with a withdrawal, and with their author."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.reviews import rows
from core.reviews.notices import Audience, is_pending, put
from core.reviews.review import State
from core.tables import count_rows, holds, notices, review_events, reviews

NOBODY = "deleted"
"""Whose a request is once its author was taken off it."""


async def is_held(connection: AsyncConnection) -> bool:
    """Tell whether a hold stands, which puts off every deletion."""
    return (await connection.execute(select(holds.c.id).limit(1))).first() is not None


async def erase(connection: AsyncConnection, review_id: str) -> None:
    """Take the words of a request away; what was decided stays."""
    await rows.change(connection, review_id, sealed=None, next_at=None)
    mine = review_events.c.review_id == review_id
    await connection.execute(update(review_events).where(mine).values(sealed=None))


async def disown(connection: AsyncConnection, author: str) -> None:
    """Take an author, and all that anybody wrote, off their requests; one that waits ends.

    Number, state and times stay until the messages in the reviewers' channel are up to date; `remove` is for then.
    """
    now = datetime.now(UTC)
    mine = select(reviews.c.id).where(reviews.c.author == author)
    await connection.execute(mine.with_for_update())  # whoever decides this moment is done with it
    to_reviewers = notices.c.audience == Audience.REVIEWERS
    shown = select(notices.c.review_id, notices.c.address).where(notices.c.review_id.in_(mine), to_reviewers)
    for review_id, address in (await connection.execute(shown.distinct())).all():
        await put(connection, review_id, "change", Audience.REVIEWERS, address)
    await connection.execute(delete(notices).where(notices.c.review_id.in_(mine), ~to_reviewers))
    await connection.execute(delete(review_events).where(review_events.c.review_id.in_(mine)))
    ended = case((reviews.c.state == State.WAITING, State.WITHDRAWN.value), else_=reviews.c.state)
    gone = {"author": NOBODY, "assigned": None, "digest": "", "sealed": None, "state": ended, "next_at": now}
    await connection.execute(update(reviews).where(reviews.c.author == author).values(gone))


async def remove(connection: AsyncConnection, review_id: str) -> bool:
    """Remove what is left of a request, unless one of its messages is still to be sent; tell whether it is gone."""
    mine = notices.c.review_id == review_id
    if await count_rows(connection, notices, mine, is_pending(notices, datetime.now(UTC))):
        return False
    await connection.execute(delete(notices).where(mine))
    await connection.execute(delete(reviews).where(reviews.c.id == review_id))
    return True
