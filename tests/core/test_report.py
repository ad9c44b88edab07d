"""The report: counts of checks, findings and false alarms, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.audit import Audit
from core.db import Database
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.report import FEW, MIN_GROUP, Line, build_report
from core.verdict import Outcome, Verdict

FOUND = Finding("house/moo", "venting", Action.REVISE, Span(0, 3), 1.0, "t", "w")


async def test_a_false_alarm_is_kept_without_person_or_text(database: Database) -> None:
    audit = Audit(database)
    await audit.record_false_alarm("slack", "house/moo", "sha256:ab")
    (record,) = [record async for record in audit.records()]
    assert record == {"kind": "false_alarm", "actor": "slack", "rule": "house/moo", "policy": "sha256:ab"}
    assert (await audit.verify())[0] == 1


async def test_a_report_counts_by_outcome_and_rule(database: Database, a_draft: Callable[..., Draft]) -> None:
    audit = Audit(database)
    for outcome, found in ((Outcome.REVISE, (FOUND, FOUND)), (Outcome.REVISE, (FOUND,)), (Outcome.OK, ())):
        await audit.record_check(a_draft("moo"), Verdict("d", outcome, "sha256:ab", found))
    for policy in ("sha256:ab", "sha256:cd"):
        await audit.record_false_alarm("teams", "house/moo", policy)
    await audit.record_false_alarm("teams", "house/gone", "sha256:ab")
    report = await build_report(audit.records())
    assert report.outcomes == {"revise": 2, "ok": 1}
    assert report.lines == (Line("house/moo", 2, 2), Line("house/gone", 0, 1))
    assert [line.share for line in report.lines] == ["100%", "-"]
    assert report.alarms["house/moo", "sha256:cd"] == 1


async def test_a_rule_that_few_people_in_chat_met_is_not_told_apart(
    database: Database, a_draft: Callable[..., Draft]
) -> None:
    audit = Audit(database)
    rare, common = (replace(FOUND, rule=f"house/{name}") for name in ("rare", "common"))
    for number in range(MIN_GROUP):
        draft = a_draft("moo", author=Author("slack", "T1", f"U{number}"))
        await audit.record_check(draft, Verdict("d", Outcome.REVISE, "sha256:ab", (common,)))
        if number:
            await audit.record_check(draft, Verdict("d", Outcome.REVISE, "sha256:ab", (rare,)))
    await audit.record_check(a_draft("moo"), Verdict("d", Outcome.REVISE, "sha256:ab", (FOUND,)))
    report = await build_report(audit.records())
    assert report.lines == (Line("house/common", 5, 0), Line("house/moo", 1, 0), Line(FEW, 4, 0))
    await audit.record_check(
        a_draft("moo", author=Author("teams", "t", "29:x")), Verdict("d", Outcome.REVISE, "sha256:ab", (rare,))
    )
    assert Line("house/rare", 5, 0) in (await build_report(audit.records())).lines


async def test_a_report_may_begin_at_a_day(database: Database) -> None:
    audit = Audit(database)
    await audit.record_false_alarm("slack", "house/moo", "sha256:ab")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert (await build_report(audit.records(tomorrow))).lines == ()
