"""Clocks that jump: the record goes by number and not by time, and limits by a clock that nobody can set. Row 13.

That a request of another time is refused is tested beside the doors: Slack's signature and the token of Teams.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest

import core.audit
from core.audit import Audit
from core.db import init_database, open_database
from core.draft import Author, Draft
from core.probing import CHECKS_A_MINUTE, PACE, Probing
from core.settings import Settings
from core.verdict import Outcome, Verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JUMPS = (0, 10, -600, 1, 86_400, -86_400 * 400, 2)


class Jumping(datetime):
    """A clock that another moment is read from each time."""

    moments: Iterator[datetime]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return next(cls.moments)


async def test_a_clock_that_jumps_breaks_no_chain(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await init_database(settings)
    database = await open_database(settings)
    Jumping.moments = (NOW + timedelta(seconds=jump) for jump in JUMPS)
    monkeypatch.setattr(core.audit, "datetime", Jumping)
    audit = Audit(database)
    for _ in JUMPS:
        await audit.record_check(Draft("d", "moo", Author("cli", "", "ann")), Verdict("d", Outcome.OK, "sha256:1"))
    monkeypatch.undo()
    rows = [row async for row in audit.rows()]
    assert (await audit.verify())[0] == len(JUMPS)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.at for row in rows] == [NOW + timedelta(seconds=jump) for jump in JUMPS]
    await database.close()


async def test_setting_the_clock_gives_nobody_more_checks(settings: Settings) -> None:
    await init_database(settings)
    database = await open_database(settings)
    moments = iter([NOW + timedelta(hours=number) for number in range(1_000)])
    probing = Probing(database, now=lambda: next(moments))
    ann = Author("slack", "T1", "U1")
    refused = [await probing.refusal(ann) for _ in range(CHECKS_A_MINUTE["slack"] + 3)]
    assert refused == [""] * CHECKS_A_MINUTE["slack"] + [PACE] * 3
    assert Probing(database)._clock is time.monotonic
    await database.close()
