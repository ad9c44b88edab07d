"""Rota: what is due by the calendar, and which of the replicas does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database
from core.tables import insert_into, meta

Often = Literal["weekly", "monthly"]

START = timedelta(hours=7)
"""So long after a period's end, at midnight UTC, what is told of it is due: in the morning, not at night."""

LEASE = timedelta(minutes=30)
"""So long one replica has for what it took; then it counts as failed, and another takes it."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole weeks, from a Monday on and before another, at midnight UTC."""

    since: datetime
    until: datetime


def last_period(often: Often, now: datetime) -> Period:
    """Return the last week, or the weeks that began in the last month, as far as it is over and may be told of."""
    today = (now - START).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    if often == "weekly":
        return Period(monday - timedelta(weeks=1), monday)
    until = _first_monday(monday)
    return Period(_first_monday(until - timedelta(weeks=1)), until)


async def take(database: Database, name: str, period: Period, now: datetime) -> bool:
    """Tell whether the caller is the one to do something for a period; nobody else is for a while.

    The first time that anybody asks, the period counts as done: nothing is told of the time before.
    """
    until = period.until.isoformat()
    async with database.reading() as connection:
        done = await _read(connection, f"{name}.done")
    if done is None:
        await finish(database, name, period)
    if done is None or done >= until:
        return False
    async with database.writing() as connection:
        ours = await _put(connection, f"{name}.taken", (now + LEASE).isoformat(), over=now.isoformat())
        return ours and (await _read(connection, f"{name}.done") or "") < until


async def finish(database: Database, name: str, period: Period) -> None:
    """Note that something was done for a period."""
    async with database.writing() as connection:
        await _put(connection, f"{name}.done", period.until.isoformat(), over=period.until.isoformat())


def _first_monday(moment: datetime) -> datetime:
    first = moment.replace(day=1)
    return first + timedelta(days=-first.weekday() % 7)


async def _read(connection: AsyncConnection, name: str) -> str | None:
    return (await connection.execute(select(meta.c.value).where(meta.c.name == name))).scalar_one_or_none()


async def _put(connection: AsyncConnection, name: str, value: str, *, over: str) -> bool:
    """Write a value where there is none, or one before `over`; tell whether it was written."""
    insert = insert_into(connection, meta).values(name=name, value=value)
    written = insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}, where=meta.c.value < over)
    return bool((await connection.execute(written.returning(meta.c.name))).all())
