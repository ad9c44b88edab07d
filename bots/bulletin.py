"""Bulletin: what the reviewers' channel is told by the calendar: the report with a picture, and the record's head."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import structlog

from bots.bootstrap import Services
from bots.canvas import Panel, png
from bots.paper import LEFT_OUT, LEGEND, OUTCOMES, draw_rules, draw_weeks
from bots.rounds import Round, rounds
from core.report import LEAST_PEOPLE, Report, build_report
from core.rota import Period, finish, last_period, take

EVERY_SECONDS = 60.0
SEND_SECONDS = 120.0
WEEKS = 12
"""So many weeks are drawn; what is counted besides is of the period alone."""

MOST_RULES = 8
NAME = "bulletin"

HEAD = "The head of the audit record. Keep this message: it shows later whether anything was cut off."
VERIFY = "checkpost audit verify --head {seq}:{mac}"
READ = "An empty box is a week of few people. A triangle: a new policy came into force."
ALT = "Drafts a week by verdict over {weeks} weeks, and the rules that were found most."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One message: a title and lines, the command that proves the record, and a picture where there is a report."""

    title: str
    lines: tuple[str, ...] = ()
    proof: str = ""
    draw: Callable[[float], bytes] | None = field(default=None, repr=False)

    @property
    def alt(self) -> str:
        """Say what the picture shows to whoever does not see it."""
        return ALT.format(weeks=WEEKS)


Send = Callable[[Bulletin], Awaitable[bool]]
"""Posts a bulletin and tells whether it is there."""


@asynccontextmanager
async def publishing(services: Services, platform: str, send: Send) -> AsyncIterator[None]:
    """Post what is due to the reviewers' channel while the context is open, where that is on this platform."""
    if not (services.settings.review_channel or "").startswith(f"{platform}:"):
        yield
        return

    async def look() -> bool:
        await publish(services, platform, send)
        return False

    async with rounds(Round(look, EVERY_SECONDS, "bulletin.failed", platform)):
        yield


async def publish(services: Services, platform: str, send: Send, now: datetime | None = None) -> bool:
    """Post the bulletin if it is due and nobody else does; tell whether it was posted."""
    now = now or datetime.now(UTC)
    week = last_period("weekly", now)
    if not await take(services.database, NAME, week, now):
        return False
    async with asyncio.timeout(SEND_SECONDS):
        sent = await send(await build_bulletin(services, now))
    if sent:
        await finish(services.database, NAME, week)
        log.info("bulletin.sent", platform=platform)
    else:
        log.error("bulletin.not_sent", platform=platform)
    return sent


async def build_bulletin(services: Services, now: datetime) -> Bulletin:
    """Put together what is due: the record's head each week, the report as often as the settings say."""
    seq, mac = await services.audit.head()
    proof = VERIFY.format(seq=seq, mac=mac) if seq else ""
    period = _reported(services, now)
    if period is None:
        return Bulletin("checkpost", (HEAD,), proof)
    report = await build_report(services.database, period.since, period.until)
    trend = await build_report(services.database, period.until - timedelta(weeks=WEEKS), period.until)
    title = f"Drafts checked, {_days(period)}"
    lines = (*_lines(report), *((HEAD,) if proof else ()))
    draw = partial(_draw, title, report, trend) if trend.weeks else None
    return Bulletin(title, lines, proof, draw)


def _reported(services: Services, now: datetime) -> Period | None:
    """Return the time of which the report is due with this week's bulletin."""
    often = services.settings.report
    if often == "never":
        return None
    period = last_period(often, now)
    return period if period.until == last_period("weekly", now).until else None


def _lines(report: Report) -> Iterator[str]:
    shown, outcomes = report.outcomes.total(), report.outcomes
    if not report.checks:
        yield "Nothing was checked in this time."
        return
    parts = (f"{outcomes[name] / shown:.0%} {words}" for name, (words, _) in OUTCOMES.items() if outcomes[name])
    if not shown:
        yield f"Fewer than {LEAST_PEOPLE} people sent drafts, so nothing is told of them."
        return
    yield f"{report.checks:,} drafts: {', '.join(parts)}."
    if left := report.checks - shown:
        yield LEFT_OUT.format(left=left)
    if wrong := [line for line in report.lines if line.false_alarms]:
        said = ", ".join(f"{line.rule} ({line.false_alarms} of {line.found})" for line in wrong[:3])
        yield f"Most often called a false alarm: {said}."
    if (asked := report.reviews["open"]) and not report.few_asked:
        waits = f"; half were answered within {median(report.waits):.1f} hours" if report.waits else ""
        yield f"{asked:,} requests for review{waits}."
    if len(report.policies) > 1:
        yield "The policy changed in this time."


def _draw(title: str, report: Report, trend: Report, scale: float) -> bytes:
    panels = [Panel(f"{WEEKS} weeks, by verdict", draw_weeks(trend), dict(OUTCOMES.values()), READ)]
    if report.lines:
        panels.append(Panel("What was found", draw_rules(report, MOST_RULES), LEGEND))
    return png(title, panels, scale)


def _days(period: Period) -> str:
    last = period.until - timedelta(days=1)
    return f"{period.since:%-d %B} to {last:%-d %B %Y}"
