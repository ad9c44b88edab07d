"""Report: how many checks there were, what they found, and which findings were called false alarms; no people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from core.audit import CHECK, FALSE_ALARM, PERSON

MIN_GROUP = 5
"""A rule that fewer people in chat met than this is not told apart from others."""

FEW = f"rules met by fewer than {MIN_GROUP} people"


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
    """Counts over a time. `alarms` counts by rule and policy version, `met` who in chat met a rule.

    Operators and programs are no people: what they found is counted as it is.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    alarms: Counter[tuple[str, str]] = field(default_factory=Counter)
    met: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the rules, those that are most often called wrong first; last, as one, those that few people met."""
        wrong: Counter[str] = Counter()
        for (rule, _), count in self.alarms.items():
            wrong[rule] += count
        rules = {*self.found, *wrong}
        few = {rule for rule in rules if 0 < len(self.met.get(rule, ())) < MIN_GROUP}
        each = (Line(rule, self.found[rule], wrong[rule]) for rule in rules - few)
        shown = sorted(each, key=lambda line: (-line.false_alarms, -line.found, line.rule))
        together = Line(FEW, sum(self.found[rule] for rule in few), sum(wrong[rule] for rule in few))
        return (*shown, together) if few else tuple(shown)


async def build_report(records: AsyncIterator[dict[str, Any]]) -> Report:
    """Count audit records."""
    report = Report()
    async for record in records:
        if record["kind"] == CHECK:
            report.outcomes[record["outcome"]] += 1
            report.found.update(record["rules"])
            if record["actor"].startswith(PERSON):
                for rule in record["rules"]:
                    report.met[rule].add(record["actor"])
        elif record["kind"] == FALSE_ALARM:
            report.alarms[record["rule"], record["policy"]] += 1
    return report
