"""What a running server measures of itself."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

import aiohttp
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

import bots.gauges
from bots.bootstrap import Services
from bots.gauges import measure
from bots.rounds import rounds
from core.draft import Author, Draft
from core.errors import DatabaseError
from core.pulse import Pulse, take_pulse
from core.terms.term import Term


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def watched(services: Services, monkeypatch: pytest.MonkeyPatch, looks: int = 3) -> None:
    """Measure at a faster pace, until the database was looked at so many times."""
    done, look = asyncio.Semaphore(0), bots.gauges._look_at_database

    async def counted(services: Services) -> bool:
        try:
            return await look(services)
        finally:
            done.release()

    for name, faster in {"STEP": 0.05, "LOOK": 0.05, "_look_at_database": counted}.items():
        monkeypatch.setattr(bots.gauges, name, faster)
    async with rounds(*measure(services)), asyncio.timeout(60):
        for _ in range(looks):
            await done.acquire()


async def test_the_list_and_the_record_are_counted(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    await services.terms.add(Term("Quorvellan"), "cli:me")
    began = time.monotonic()
    await watched(services, monkeypatch)
    age = value("checkpost_terms_age_seconds")
    assert age < time.monotonic() - began - 0.09, "it counts from the third look, a tenth of a second after the first"
    pulse = await take_pulse(services.database)
    assert (pulse.terms, pulse.version, pulse.head) == (1, 1, await services.audit.verify())
    assert value("checkpost_terms_count") == value("checkpost_terms_version") == value("checkpost_audit_head_seq") == 1
    assert value("checkpost_policy_version_info", version=services.checker.policy.version) == 1


async def test_an_empty_database_has_a_pulse_too(services: Services) -> None:
    assert await take_pulse(services.database) == Pulse(0, 0, (0, ""))


async def test_a_database_that_does_not_answer_makes_the_list_old_and_ends_nothing(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: Any) -> int:
        raise DatabaseError("it is away")

    monkeypatch.setattr(type(services.terms), "version", silent)
    await watched(services, monkeypatch)
    assert value("checkpost_terms_age_seconds") >= 0.1


async def test_a_loop_that_is_held_up_shows(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bots.gauges, "STEP", 0.01)
    loop, _ = measure(services)
    async with rounds(loop):
        await asyncio.sleep(0.05)
        time.sleep(0.2)  # noqa: ASYNC251  the very thing
        await asyncio.sleep(0.05)
    assert value("checkpost_event_loop_lag_seconds") >= 0.15


async def test_the_list_is_taken_in_before_anybody_asks(services: Services) -> None:
    await services.terms.add(Term("Quorvellan"), "cli:me")
    await services.checker.refresh()
    draft = Draft("d", "A fine day at Quorvellan, all of us were there to see it.", Author("cli", "", "me"))
    assert (await services.checker.check(draft)).outcome.value == "block"


async def test_a_verdict_that_could_not_be_recorded_is_counted(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> None:
        raise DatabaseError("the disk is full")

    before = value("checkpost_audit_write_errors_total")
    monkeypatch.setattr(type(services.audit), "record_check", full)
    await services.checker.check(Draft("d", "A fine day.", Author("cli", "", "me")))
    assert value("checkpost_audit_write_errors_total") == before + 1
    assert value("checkpost_queue_depth") == 0


async def test_how_long_a_platform_waits_is_measured_for_platforms_alone(serve: Any) -> None:
    running = await serve(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s" * 32)
    before = value("checkpost_ack_duration_seconds_count", platform="slack")
    async with aiohttp.ClientSession() as session:
        await session.post(running.url + "/slack/events", data=b"unsigned")
        await session.get(running.url + "/healthz")
        text = await (await session.get(running.url + "/metrics")).text()
    assert value("checkpost_ack_duration_seconds_count", platform="slack") == before + 1
    assert set(re.findall(r'checkpost_ack_duration_seconds_count\{platform="(\w+)"\}', text)) <= {"slack", "teams"}


def series(name: str) -> float:
    """Return the sum of every series of a metric."""
    return sum(sample.value for metric in REGISTRY.collect() for sample in metric.samples if sample.name == name)


COUNTED = (
    "checks_total", "check_duration_seconds_count", "queue_rejected_total", "audit_write_errors_total",
    "db_errors_total",
)  # fmt: skip


async def test_what_happens_to_drafts_is_counted(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name: series(f"checkpost_{name}") for name in COUNTED}
    draft = Draft("d", "A quiet day.", Author("test", "w", "u"))
    await services.checker.check(draft)
    monkeypatch.setattr("core.checker.QUEUE_SECONDS", 0.01)
    monkeypatch.setattr(services.checker, "_places", asyncio.Semaphore(0))
    assert (await services.checker.check(draft)).incomplete == ("busy",)
    monkeypatch.undo()
    async with services.database.writing() as connection:
        await connection.execute(text("ALTER TABLE audit RENAME TO gone"))
    await services.checker.check(draft)
    grown = {name: series(f"checkpost_{name}") - count for name, count in before.items()}
    assert grown.pop("db_errors_total") >= 1
    assert grown == {
        "checks_total": 3, "check_duration_seconds_count": 3, "queue_rejected_total": 1, "audit_write_errors_total": 1,
    }  # fmt: skip
