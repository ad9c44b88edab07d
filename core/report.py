"""Report: how many checks there were, what they found, and which findings were called false alarms; no people."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from core.audit import CHECK, FALSE_ALARM


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
    """Counts over a time. `alarms` counts by rule and policy version."""

    outcomes: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    alarms: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the rules, those that are most often called wrong first."""
        wrong: Counter[str] = Counter()
        for (rule, _), count in self.alarms.items():
            wrong[rule] += count
        each = (Line(rule, self.found[rule], wrong[rule]) for rule in {*self.found, *wrong})
        return tuple(sorted(each, key=lambda line: (-line.false_alarms, -line.found, line.rule)))


async def build_report(records: AsyncIterator[dict[str, Any]]) -> Report:
    """Count audit records."""
    report = Report()
    async for record in records:
        if record["kind"] == CHECK:
            report.outcomes[record["outcome"]] += 1
            report.found.update(record["rules"])
        elif record["kind"] == FALSE_ALARM:
            report.alarms[record["rule"], record["policy"]] += 1
    return report
