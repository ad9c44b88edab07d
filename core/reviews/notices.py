"""Notices: the messages that a request for review calls for, kept until a door has sent them.

They are written in the transaction of what they tell, so that none is lost and none tells what did not happen; and each
platform's door takes its own, so that an author in Slack and a reviewer in Teams meet. They hold no words of a draft.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import ColumnElement, FromClause, exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database
from core.tables import notices as table

LEASE = timedelta(seconds=60)
"""So long a door may take to send what it took; then another takes it."""

MAX_TRIES = 8
"""After so many, each a minute or more apart, a notice is given up."""

log = structlog.get_logger()


class Audience(StrEnum):
    """Whom a notice is for: the author, the reviewers' channel, or one person who was asked by name."""

    AUTHOR = "author"
    REVIEWERS = "reviewers"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to send. `address` is `platform:...`: a person as records name them, or the reviewers' channel.

    `kind` is what happened: asked, step, remind, warn, lapse, approve, suggest, decline, delegate, reopen, withdraw,
    change. `ref` is where the door put the last message to this address about this request: it may change that one.
    """

    id: str
    review_id: str
    kind: str
    audience: Audience
    address: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class Notices:
    """The messages that wait to be sent."""

    database: Database

    async def take(self, platform: str) -> Notice | None:
        """Return the oldest notice that waits for a platform, if any, and keep others from it for a minute.

        One waits for those before it about the same request to the same address: what is sent last is what holds.
        """
        now = datetime.now(UTC)
        due = select(table).where(table.c.platform == platform, table.c.due_at <= now, table.c.tries < MAX_TRIES)
        due = due.where(~exists().where(_before(now)))
        async with self.database.reading() as connection:  # a door looks each second, and mostly for nothing
            if (await connection.execute(due.limit(1))).first() is None:
                return None
        async with self.database.writing() as connection:
            chosen = due.order_by(table.c.at, table.c.id).limit(1).with_for_update(skip_locked=True)
            row = (await connection.execute(chosen)).first()
            if row is None:
                return None
            mine = table.c.id == row.id
            await connection.execute(update(table).where(mine).values(due_at=now + LEASE, tries=table.c.tries + 1))
            return await _opened(connection, row)

    async def sent(self, notice_id: str, ref: str | None = None) -> None:
        """Note that a notice was sent, and where its message stands."""
        async with self.database.writing() as connection:
            await connection.execute(update(table).where(table.c.id == notice_id).values(due_at=None, ref=ref))

    async def failed(self, notice_id: str, *, wait: timedelta = LEASE) -> None:
        """Note that a notice could not be sent; it is due again after a while that grows with each try, or given up."""
        now = datetime.now(UTC)
        async with self.database.writing() as connection:
            mine = table.c.id == notice_id
            tries = (await connection.execute(select(table.c.tries).where(mine))).scalar_one()
            again = now + wait * 2 ** max(tries - 1, 0) if tries < MAX_TRIES else None
            await connection.execute(update(table).where(mine).values(due_at=again))
        if tries >= MAX_TRIES:
            log.error("notice.given_up", count=tries)


async def put(connection: AsyncConnection, review_id: str, kind: str, audience: Audience, address: str) -> None:
    """Add a notice inside the caller's writing transaction."""
    now = datetime.now(UTC)
    platform = address.partition(":")[0]
    values = {"review_id": review_id, "at": now, "kind": kind, "audience": audience.value, "platform": platform}
    row = {"id": uuid.uuid4().hex, **values, "address": address, "due_at": now, "tries": 0}
    await connection.execute(insert(table), [row])


def is_pending(notices: FromClause, now: datetime) -> ColumnElement[bool]:
    """Say of which notices nobody knows yet that they were sent, nor that they are given up."""
    return notices.c.due_at.is_not(None) & ((notices.c.tries < MAX_TRIES) | (notices.c.due_at > now))


def _before(now: datetime) -> ColumnElement[bool]:
    other = table.alias("other")
    same = (other.c.review_id == table.c.review_id) & (other.c.address == table.c.address)
    return same & (tuple_(other.c.at, other.c.id) < tuple_(table.c.at, table.c.id)) & is_pending(other, now)


async def _opened(connection: AsyncConnection, row: Any) -> Notice:
    same = (table.c.review_id == row.review_id) & (table.c.address == row.address) & table.c.ref.is_not(None)
    before = select(table.c.ref).where(same).order_by(table.c.at.desc(), table.c.id).limit(1)
    ref = (await connection.execute(before)).scalar_one_or_none()
    return Notice(row.id, row.review_id, row.kind, Audience(row.audience), row.address, ref)
