"""Report: what was checked, found, called wrong and decided over a time, in counts that name nobody."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from core.audit import CHECK, FALSE_ALARM, PERSON
from core.db import Database
from core.platforms import PRIVATE
from core.tables import audit, term_history, terms

LEAST_PEOPLE = 5
"""A count over the drafts of fewer people than this is withheld: it might tell of one of them."""

AGES = {"up to a month": 31, "up to three months": 92, "up to half a year": 183, "up to a year": 366, "older": 0}
"""How terms are grouped by age, in days."""

_PRIVATE = (PERSON, *(f"{name}:" for name in PRIVATE))
"""Authors who are private persons. A program's token or the operator is not, and counts as nobody."""

_ANSWERS = {"review.approve", "review.suggest", "review.decline"}


@dataclass(slots=True)
class Tally:
    """Counts, and whose drafts they are of."""

    counts: Counter[str] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set, repr=False)

    def add(self, what: str, actor: str) -> None:
        """Count one draft of somebody."""
        self.counts[what] += 1
        if actor.startswith(_PRIVATE):
            self.people.add(actor)

    @property
    def few(self) -> bool:
        """Tell whether these are the drafts of so few people that the counts are withheld."""
        return 0 < len(self.people) < LEAST_PEOPLE


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: in how many checks it was found, and how often that was called a false alarm."""

    rule: str
    found: int
    false_alarms: int

    @property
    def share(self) -> str:
        """Return the false alarms as a share of what was found; one check may be called so more than once."""
        return f"{self.false_alarms / self.found:.0%}" if self.found else "-"


@dataclass(slots=True)
class Report:
    """Counts over a time. `weeks` begin on Mondays; `alarms` counts by rule and policy version; `waits` are hours."""

    since: datetime
    until: datetime
    weeks: dict[date, Tally] = field(default_factory=lambda: defaultdict(Tally))
    found: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    alarms: Counter[tuple[str, str]] = field(default_factory=Counter)
    policies: dict[str, datetime] = field(default_factory=dict)
    ages: Counter[str] = field(default_factory=Counter)
    reviews: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    opened: dict[str, datetime] = field(default_factory=dict, repr=False)
    askers: Tally = field(default_factory=Tally, repr=False)

    @property
    def checks(self) -> int:
        """Return how many drafts were checked."""
        return sum(tally.counts.total() for tally in self.weeks.values())

    @property
    def outcomes(self) -> Counter[str]:
        """Return the outcomes of all weeks but those of few people, which nobody may work out from the rest."""
        return sum((tally.counts for tally in self.weeks.values() if not tally.few), Counter())

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the rules, most often called wrong first, but those that were found with fewer than five people."""
        wrong: Counter[str] = Counter()
        for (rule, _), count in self.alarms.items():
            wrong[rule] += count
        found = {rule: self.found.get(rule, Tally()) for rule in {*self.found, *wrong}}
        each = (Line(rule, tally.counts[rule], wrong[rule]) for rule, tally in found.items() if not tally.few)
        return tuple(sorted(each, key=lambda line: (-line.false_alarms, -line.found, line.rule)))

    @property
    def few_asked(self) -> bool:
        """Tell whether so few people asked for reviews that nothing is told of them."""
        return self.askers.few

    @property
    def withheld(self) -> int:
        """Return how many rules `lines` leaves out."""
        return sum(tally.few for tally in self.found.values())


async def build_report(database: Database, since: datetime | None = None, now: datetime | None = None) -> Report:
    """Count the audit record from a moment on and before `now`, and the list as it stands."""
    until = now or datetime.now(UTC)
    report = Report(since or until, until)
    wanted = select(audit.c.at, audit.c.record).where(audit.c.at < until).order_by(audit.c.seq)
    async with database.reading() as connection:
        rows = await connection.stream(wanted.where(audit.c.at >= since) if since else wanted)
        async for row in rows:
            report.since = min(report.since, row.at)
            _count(report, row.at, json.loads(row.record))
        began = select(func.min(term_history.c.at).label("at")).join(terms, terms.c.id == term_history.c.term_id)
        ages = await connection.execute(began.group_by(terms.c.id))
        report.ages.update(_ages((row.at for row in ages), until))
    return report


def _count(report: Report, at: datetime, record: dict[str, Any]) -> None:
    kind, actor = record["kind"], record["actor"]
    if kind == CHECK:
        report.weeks[(at - timedelta(days=at.weekday())).date()].add(record["outcome"], actor)
        for rule in record["rules"]:
            report.found[rule].add(rule, actor)
        report.policies.setdefault(record["policy"], at)
    elif kind == FALSE_ALARM:
        report.alarms[record["rule"], record["policy"]] += 1
    elif kind.startswith("review.") and "review" in record:
        report.reviews[kind.removeprefix("review.")] += 1
        if kind == "review.open":
            report.askers.add(kind, actor)
            report.opened[record["review"]] = at
        elif kind in _ANSWERS and (opened := report.opened.pop(record["review"], None)):
            report.waits.append((at - opened) / timedelta(hours=1))


def _ages(began: Iterable[datetime], until: datetime) -> Counter[str]:
    groups: Counter[str] = Counter()
    for at in began:
        groups[next((name for name, most in AGES.items() if (until - at).days <= most), "older")] += 1
    return groups
