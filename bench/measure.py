"""Measure: CPU time of several arms in shuffled rounds, so that ratios hold on a machine that others use too."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LEAST_SECONDS = 0.02
"""An arm repeats its drafts within a round until it has run so long; less is within the clock's noise."""


@dataclass
class Timing:
    """Microseconds a draft, one figure a round."""

    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def best(self) -> float:
        return min(self.rounds)


def ratio(of: Timing, to: Timing) -> float:
    """Return the median of the per-round ratios: both were measured within the same seconds."""
    return statistics.median(one / other for one, other in zip(of.rounds, to.rounds, strict=True))


def measure(
    work: Mapping[str, tuple[Callable[[Any], Any], Sequence[Any]]], rounds: int, seed: int = 1
) -> dict[str, Timing]:
    """Run every (function, inputs) once a round, in another order each time, on CPU time."""
    repeats = {name: _repeats(read, inputs) for name, (read, inputs) in work.items()}
    timings = {name: Timing() for name in work}
    order = list(work)
    shuffler = random.Random(seed)  # noqa: S311
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        shuffler.shuffle(order)
        for name in order:
            read, inputs = work[name]
            began = time.process_time()
            for _ in range(repeats[name]):
                for each in inputs:
                    read(each)
            taken = time.process_time() - began
            timings[name].rounds.append(taken * 1e6 / (repeats[name] * len(inputs)))
    gc.unfreeze()
    return timings


def cpu_seconds(work: Callable[[], Any], rounds: int = 1) -> float:
    """Return the least CPU time that a piece of work took."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def _repeats(read: Callable[[Any], Any], inputs: Sequence[Any]) -> int:
    for each in inputs:
        read(each)
    began = time.process_time()
    for each in inputs:
        read(each)
    return max(1, round(LEAST_SECONDS / max(time.process_time() - began, 1e-6)))
