"""The report: counts of checks, findings and false alarms, and nobody's name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from core.audit import Audit
from core.db import Database
from core.draft import Draft
from core.finding import Action, Finding, Span
from core.report import LEAST_PEOPLE, Line, build_report
from core.tables import audit, term_history, terms
from core.verdict import Outcome, Verdict

FOUND = Finding("house/moo", "venting", Action.REVISE, Span(0, 3), 1.0, "t", "w")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(weeks=6)

Fill = Callable[..., Awaitable[None]]


@pytest.fixture
def fill(database: Database) -> Fill:
    """Put records straight into the table: (moment, kind, actor, details)."""

    async def put(*records: tuple[datetime, str, str, dict[str, Any]]) -> None:
        rows = [
            {"seq": seq, "at": at, "record": json.dumps({"kind": kind, "actor": who, **more}), "key_id": "k", "mac": ""}
            for seq, (at, kind, who, more) in enumerate(records, 1)
        ]
        async with database.writing() as connection:
            await connection.execute(insert(audit), rows)

    return put


def a_check(at: datetime, who: str, outcome: str = "ok", *rules: str, policy: str = "p1") -> Any:
    return at, "check", who, {"outcome": outcome, "rules": list(rules), "policy": policy}


def by(count: int, at: datetime = MONDAY, **more: Any) -> list[Any]:
    """Give one draft each of so many people."""
    return [a_check(at, f"slack:T:U{number}", **more) for number in range(count)]


async def test_a_false_alarm_is_kept_without_person_or_text(database: Database) -> None:
    record = Audit(database)
    await record.record_false_alarm("slack", "house/moo", "sha256:ab")
    (kept,) = [each async for each in record.records()]
    assert kept == {"kind": "false_alarm", "actor": "slack", "rule": "house/moo", "policy": "sha256:ab"}
    assert (await record.verify())[0] == 1


async def test_a_report_counts_by_outcome_and_rule(database: Database, a_draft: Callable[..., Draft]) -> None:
    record = Audit(database)
    for outcome, found in ((Outcome.REVISE, (FOUND, FOUND)), (Outcome.REVISE, (FOUND,)), (Outcome.OK, ())):
        await record.record_check(a_draft("moo"), Verdict("d", outcome, "sha256:ab", found))
    for policy in ("sha256:ab", "sha256:cd"):
        await record.record_false_alarm("teams", "house/moo", policy)
    await record.record_false_alarm("teams", "house/gone", "sha256:ab")
    report = await build_report(database)
    assert report.outcomes == {"revise": 2, "ok": 1}
    assert report.lines == (Line("house/moo", 2, 2), Line("house/gone", 0, 1))
    assert [line.share for line in report.lines] == ["100%", "-"]
    assert report.alarms["house/moo", "sha256:cd"] == 1


async def test_a_report_may_begin_at_a_day(database: Database) -> None:
    await Audit(database).record_false_alarm("slack", "house/moo", "sha256:ab")
    assert (await build_report(database, datetime.now(UTC) + timedelta(days=1))).lines == ()


async def test_weeks_begin_on_mondays(database: Database, fill: Fill) -> None:
    await fill(*(each for days in (0, 6, 7) for each in by(LEAST_PEOPLE, MONDAY + timedelta(days=days))))
    report = await build_report(database, now=LATER)
    assert {week: tally.counts.total() for week, tally in report.weeks.items()} == {
        date(2026, 3, 2): 2 * LEAST_PEOPLE,
        date(2026, 3, 9): LEAST_PEOPLE,
    }
    assert (report.since, report.until) == (MONDAY, LATER)


async def test_counts_of_few_people_are_withheld_and_cannot_be_worked_out(database: Database, fill: Fill) -> None:
    few = [a_check(MONDAY + timedelta(weeks=1), "slack:T:U1", "block", "house/rare") for _ in range(40)]
    await fill(*by(LEAST_PEOPLE, outcome="ok"), *few)
    report = await build_report(database, now=LATER)
    assert report.checks == LEAST_PEOPLE + 40
    assert report.outcomes == Counter(ok=LEAST_PEOPLE)
    assert (report.lines, report.withheld) == ((), 1)


@pytest.mark.parametrize(
    ("actor", "withheld"),
    [("slack:T:U1", 1), ("teams:t:a", 1), ("person:0f", 1), ("api::token", 0), ("cli::root", 0), ("page::visitor", 0)],
)
async def test_a_program_is_no_private_person(database: Database, fill: Fill, actor: str, withheld: int) -> None:
    await fill(a_check(MONDAY, actor, "block", "house/moo"))
    assert (await build_report(database, now=LATER)).withheld == withheld


async def test_one_person_more_is_enough(database: Database, fill: Fill) -> None:
    await fill(*(a_check(MONDAY, f"person:{number}", "block", "house/moo") for number in range(LEAST_PEOPLE)))
    report = await build_report(database, now=LATER)
    assert report.lines == (Line("house/moo", LEAST_PEOPLE, 0),)


async def test_a_policy_counts_from_its_first_check(database: Database, fill: Fill) -> None:
    then = LATER - timedelta(hours=1)
    await fill(a_check(MONDAY, "cli::a"), a_check(then, "cli::a", policy="p2"), a_check(then, "cli::a"))
    assert (await build_report(database, now=LATER)).policies == {"p1": MONDAY, "p2": then}


async def test_a_report_ends_before_its_last_moment(database: Database, fill: Fill) -> None:
    await fill(*by(LEAST_PEOPLE), *by(LEAST_PEOPLE, LATER))
    assert (await build_report(database, now=LATER)).checks == LEAST_PEOPLE


@pytest.mark.parametrize(("people", "few"), [(LEAST_PEOPLE - 1, True), (LEAST_PEOPLE, False)])
async def test_reviews_that_few_people_asked_for_are_not_told_of(
    database: Database, fill: Fill, people: int, few: bool
) -> None:
    await fill(*((MONDAY, "review.open", f"person:{number}", {"review": f"r{number}"}) for number in range(people)))
    assert (await build_report(database, now=LATER)).few_asked is few


async def test_reviews_are_timed_from_request_to_first_answer(database: Database, fill: Fill) -> None:
    def note(hours: float, kind: str, review: str = "r1") -> Any:
        return MONDAY + timedelta(hours=hours), f"review.{kind}", "person:1", {"review": review}

    await fill(
        note(0, "open"), note(1, "delegate"), note(3, "approve"), note(9, "approve"),
        note(0, "open", "r2"), note(5, "withdraw", "r2"),
    )  # fmt: skip
    report = await build_report(database, now=LATER)
    assert report.reviews == {"open": 2, "delegate": 1, "approve": 2, "withdraw": 1}
    assert report.waits == [3.0]


async def test_names_are_grouped_by_when_they_came_and_gone_ones_do_not_count(database: Database) -> None:
    def row(term: str, days: int, version: int) -> dict[str, Any]:
        return {"version": version, "term_id": term, "at": LATER - timedelta(days=days), "actor": "cli:me",
                "action": "terms.add", "key_id": "k", "sealed": b""}  # fmt: skip

    kept = [{"id": term, "fingerprint": term, "key_id": "k", "sealed": b""} for term in ("new", "old")]
    async with database.writing() as connection:
        await connection.execute(insert(terms), kept)
        rows = [row("new", 3, 1), row("old", 400, 2), row("old", 2, 3), row("gone", 3, 4)]
        await connection.execute(insert(term_history), rows)
    assert (await build_report(database, now=LATER)).ages == {"up to a month": 1, "older": 1}
