"""Clocks that jump: the record goes by number and not by time, and limits by a clock that nobody can set. Row 13.

That a request of another time is refused is tested beside the doors, Slack's signature and the token of Teams, and
here on a whole server that has the wrong time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import core.audit
from bots.slack.signature import sign
from core.audit import Audit
from core.db import init_database, open_database
from core.draft import Author, Draft
from core.probing import CHECKS_A_MINUTE, PACE, Probing
from core.settings import Settings
from core.telemetry import REJECTED
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


SECRET, TOKEN = "a-signing-secret", "anchor-chain-9"
HARBOUR = Path(__file__).parents[1] / "bots" / "cli" / "harbour"
SHIFTS = {0: 200, 600: 401, -600: 401, 1: 200, -34_560_000: 401, 34_560_000: 401, -1: 200}
"""Seconds that the clock is off, one after the other, and what Slack is answered; a signature holds for 300."""


class AnyMoment(type):
    """Takes each moment for one of a clock that is off, as code expects that asks for the type."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class Off(datetime, metaclass=AnyMoment):
    """The clock of the machine, off by `seconds`."""

    seconds = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.now(tz) + timedelta(seconds=cls.seconds)


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> type[Off]:
    """Set the clock that all of checkpost reads; the monotonic one stays as it is."""
    machine = time.time
    monkeypatch.setattr(Off, "seconds", 0)
    monkeypatch.setattr(time, "time", lambda: machine() + Off.seconds)
    for name, module in list(sys.modules.items()):
        if name.startswith(("bots.", "core.")) and getattr(module, "datetime", None) is datetime:
            monkeypatch.setattr(module, "datetime", Off)
    return Off


async def test_a_server_whose_clock_jumps_refuses_slack_and_judges_as_before(serve: Any, off: type[Off]) -> None:
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    running = await serve(CHECKPOST_API_TOKEN=TOKEN, CHECKPOST_POLICY_DIR=str(HARBOUR), **slack)
    machine = int(time.time())

    async def statuses(session: aiohttp.ClientSession) -> tuple[int, str]:
        """Return what Slack and a program are answered."""
        body, now = json.dumps({"type": "url_verification", "challenge": "gull"}).encode(), str(machine)
        signed = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sign(SECRET, now, body)}
        headers = signed | {"Content-Type": "application/json"}
        async with session.post(f"{running.url}/slack/events", data=body, headers=headers) as response:
            status = response.status
        allowed, draft = {"Authorization": f"Bearer {TOKEN}"}, {"text": "Fog over the harbour."}
        async with session.post(f"{running.url}/v1/check", json=draft, headers=allowed) as response:
            return status, (await response.json())["outcome"]

    refused = REJECTED.labels(platform="slack", reason="timestamp_outside_window")._value
    answers, before = {}, refused.get()
    async with aiohttp.ClientSession() as session:
        for off.seconds in SHIFTS:
            answers[off.seconds] = await statuses(session)
    rows = [row async for row in running.services.audit.rows()]
    assert answers == {shift: (status, "ok") for shift, status in SHIFTS.items()}
    assert refused.get() - before == 4, "the alert on clocks is told by this"
    assert (await running.services.audit.verify())[0] == len(rows) == len(SHIFTS)
    assert [row.seq for row in rows] == list(range(1, len(SHIFTS) + 1))
    assert [round((row.at.timestamp() - machine - shift) / 60) for row, shift in zip(rows, SHIFTS, strict=True)] == [
        0
    ] * 7
