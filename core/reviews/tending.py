"""Tending: what happens to requests by time alone: a reminder, a word before a lapse, the lapse, the end of a text."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.reviews import rows
from core.reviews.deletion import NOBODY, erase, is_held, remove
from core.reviews.notices import Audience, put
from core.reviews.review import State
from core.reviews.store import Reviews
from core.tables import reviews

SELF = "checkpost"
_OPENED, _REMINDED, _WARNED = range(3)
_AT_ONCE = 100


async def tend(kept: Reviews, now: datetime | None = None) -> Counter[str]:
    """Do what is due at `now`, the present by default, and return how often what was done.

    Replicas may all call it: each request is taken by one. Nothing lapses that nobody was warned of before.
    """
    now = now or datetime.now(UTC)
    done: Counter[str] = Counter()
    async with kept.database.writing() as connection:
        due = select(reviews).where(reviews.c.next_at <= now).order_by(reviews.c.next_at).limit(_AT_ONCE)
        for row in (await connection.execute(due.with_for_update(skip_locked=True))).all():
            act = _ACTS[row.stage] if row.state == State.WAITING else _delete
            done[await act(connection, kept, row, now)] += 1
    return done


async def _remind(connection: AsyncConnection, kept: Reviews, row: Any, now: datetime) -> str:
    await _tell(connection, kept, row, "remind")
    next_at = max(row.waits_since + kept.plan.warn, now)
    await rows.change(connection, row.id, stage=_REMINDED, next_at=next_at)
    return "remind"


async def _warn(connection: AsyncConnection, kept: Reviews, row: Any, now: datetime) -> str:
    await put(connection, row.id, "warn", Audience.AUTHOR, row.author)
    await _tell(connection, kept, row, "warn")
    for deputy in kept.plan.deputies:
        await put(connection, row.id, "warn", Audience.PERSON, deputy)
    # after a long silence of our own, whoever is told still has the time that the plan gives
    lapses_at = max(row.lapses_at, now + kept.plan.lapse - kept.plan.warn)
    await rows.change(connection, row.id, stage=_WARNED, lapses_at=lapses_at, next_at=lapses_at)
    return "warn"


async def _lapse(connection: AsyncConnection, kept: Reviews, row: Any, now: datetime) -> str:
    await rows.add_event(connection, kept.database, row, SELF, "lapse", row.step)
    await rows.change(connection, row.id, state=State.LAPSED.value, next_at=now + kept.plan.keep)
    details = {"review": row.id, "step": row.step, "policy": row.policy}
    await audit.append(connection, kept.database.keys, "review.lapse", SELF, details)
    await put(connection, row.id, "lapse", Audience.AUTHOR, row.author)
    await _tell(connection, kept, row, "lapse")
    return "lapse"


async def _delete(connection: AsyncConnection, kept: Reviews, row: Any, now: datetime) -> str:
    """Take the words of a request away that waits no more; what was decided stays. A hold puts it off.

    One whose author was taken off it goes whole, once the messages about it were sent.
    """
    gone = not await is_held(connection) and (row.author != NOBODY or await remove(connection, row.id))
    if not gone:
        await rows.change(connection, row.id, next_at=now + kept.plan.remind)
        return "held"
    await erase(connection, row.id)
    await audit.append(connection, kept.database.keys, "review.delete", SELF, {"review": row.id})
    return "delete"


async def _tell(connection: AsyncConnection, kept: Reviews, row: Any, kind: str) -> None:
    if row.assigned:
        await put(connection, row.id, kind, Audience.PERSON, row.assigned)
    if kept.channel:
        await put(connection, row.id, kind, Audience.REVIEWERS, kept.channel)


_ACTS = {_OPENED: _remind, _REMINDED: _warn, _WARNED: _lapse}
