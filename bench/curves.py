"""Curves: what the figures of the whole check look like, and what they mean for a number of staff."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.endpoint import Load
from bench.report import table

STAFF = (1_000, 100_000, 1_000_000)
DRAFTS_A_DAY = 1 / 20
"""Each member of staff sends a draft once a month, of twenty working days."""

BUSIEST_HOUR, BURST, BUSY = 0.2, 3.0, 0.7
"""The share of a day's drafts in its busiest hour, how far a minute may exceed that hour, and the load to plan for."""


def concurrency(loads: Sequence[Load]) -> str:
    """Return what the service did with so many requests in flight, as a table."""
    rows = [[str(each.at_once), f"{each.rate:.1f}", f"{each.half:.0f}", f"{each.most:.0f}"] for each in loads]
    head = ["in flight", "drafts a second", "half within, ms", "99 in 100 within, ms"]
    note = "One process on two cores that others use too, wall time; an idle host is faster:"
    return f"{note}\n\n{table(head, rows)}"


def staff(milliseconds: float) -> str:
    """Return what a number of staff needs, worked out from what a draft of 280 characters cost."""
    rows = []
    for people in STAFF:
        a_day = people * DRAFTS_A_DAY
        peak = a_day * BUSIEST_HOUR / 3600 * BURST
        cores = peak * milliseconds / 1000 / BUSY
        shape = "one replica, SQLite" if people <= 10_000 else f"{max(2, math.ceil(cores) + 1)} replicas, PostgreSQL"
        rows.append([f"{people:,}", f"{a_day:,.0f}", f"{peak:.2f}", f"{cores:.2f}", shape])
    head = ["staff", "drafts a day", "drafts a second, at most", "cores", "enough is"]
    said = (
        f"What a number of staff needs. Measured: {milliseconds:.1f} ms of CPU a draft of 280 characters, "
        "reader and all. "
        "Worked out: everybody sends a draft once a month, a fifth of a day's drafts fall into its busiest hour, "
        "a minute may have three times that, and cores are kept at 70 % at most; one replica more than that, "
        "so that one may fail."
    )
    return f"{said}\n\n{table(head, rows)}"


def plot(by_length: Mapping[int, tuple[float, float]], by_terms: Mapping[int, float], path: Path) -> None:
    """Draw cost against length and against the list, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "checkpost", "font.size": 9})
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    for at, label, colour in ((0, "whole check", "#0b6e4f"), (1, "reader left out", "#2f6fb3")):
        left.loglog(list(by_length), [each[at] for each in by_length.values()], marker="o", color=colour, label=label)
    left.set_xlabel("characters")
    left.set_ylabel("milliseconds of CPU a draft")
    left.legend(frameon=False)
    right.plot([f"{size:,}" for size in by_terms], list(by_terms.values()), marker="o", color="#2f6fb3")
    right.set_ylim(bottom=0)
    right.set_xlabel("names on the list (reader left out, 280 characters)")
    for axis in (left, right):
        axis.grid(visible=True, which="major", alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
