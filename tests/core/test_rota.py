"""The rota: weeks and months as they are over, and one replica for each."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.db import Database
from core.rota import LEASE, START, Often, Period, finish, last_period, take

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
"""The first Monday of its month."""

WEEK = timedelta(weeks=1)
stores = pytest.mark.parametrize("store", ["sqlite", "postgresql16", "postgresql18"])


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("often", "now", "since", "until"),
    [
        ("weekly", MONDAY + START, day(2, 23), day(3, 2)),
        ("weekly", MONDAY + START - timedelta(seconds=1), day(2, 16), day(2, 23)),
        ("weekly", MONDAY + timedelta(days=6, hours=20), day(2, 23), day(3, 2)),
        ("monthly", MONDAY + START, day(2, 2), day(3, 2)),
        ("monthly", MONDAY + START - timedelta(seconds=1), day(1, 5), day(2, 2)),
        ("monthly", day(4, 1), day(2, 2), day(3, 2)),
        ("monthly", day(4, 6) + START, day(3, 2), day(4, 6)),
        ("monthly", day(1, 5) + START, datetime(2025, 12, 1, tzinfo=UTC), day(1, 5)),
    ],
)
def test_a_period_is_made_of_whole_weeks_that_are_over(
    often: Often, now: datetime, since: datetime, until: datetime
) -> None:
    assert last_period(often, now) == Period(since, until)


def test_months_leave_no_week_out_and_tell_of_none_twice() -> None:
    ends = {last_period("monthly", day(1, 5) + timedelta(days=number, hours=9)) for number in range(360)}
    ordered = sorted(ends, key=lambda period: period.since)
    assert [period.until for period in ordered[:-1]] == [period.since for period in ordered[1:]]


@stores
async def test_nothing_is_told_of_the_time_before_anybody_asked(database: Database) -> None:
    week = last_period("weekly", MONDAY + START)
    assert not await take(database, "x", week, MONDAY + START)
    assert not await take(database, "x", week, MONDAY + START + timedelta(days=3))
    assert await take(database, "x", last_period("weekly", MONDAY + WEEK + START), MONDAY + WEEK + START)


@stores
async def test_of_many_replicas_one_takes_what_is_due_and_what_is_done_stays_done(database: Database) -> None:
    now = MONDAY + WEEK + START
    week = last_period("weekly", now)
    await finish(database, "x", last_period("weekly", MONDAY + START))
    taken = await asyncio.gather(*(take(database, "x", week, now) for _ in range(8)))
    assert sorted(taken) == [False] * 7 + [True]
    await finish(database, "x", week)
    assert not await take(database, "x", week, now + 2 * LEASE)


@stores
async def test_what_was_taken_and_not_done_is_taken_again_after_a_while(database: Database) -> None:
    now = MONDAY + WEEK + START
    week = last_period("weekly", now)
    await finish(database, "x", last_period("weekly", MONDAY + START))
    assert await take(database, "x", week, now)
    assert not await take(database, "x", week, now + LEASE - timedelta(seconds=1))
    assert await take(database, "x", week, now + LEASE + timedelta(seconds=1))


async def test_one_errand_does_not_stand_in_for_another(database: Database) -> None:
    now = MONDAY + WEEK + START
    week = last_period("weekly", now)
    for name in ("x", "y"):
        await finish(database, name, last_period("weekly", MONDAY + START))
    assert await take(database, "x", week, now)
    assert await take(database, "y", week, now)
