"""Gate: something that must hold in a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Gate:
    """Something that must hold: a figure and its limit. `value` is None where it could not be measured."""

    target: str
    what: str
    value: float | None
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool | None:
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit
