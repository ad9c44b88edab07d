"""Report: the results of a run as text, as a page of the docs and as a plot."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bench import arms, names, whole
from bench.measure import Timing, ratio

if TYPE_CHECKING:
    from bench.gate import Gate
    from bench.terms import Results

_PACKAGES = ("daachorse", "presidio-analyzer", "spacy", "flashtext", "pyahocorasick")
_COLOURS = {
    arms.OURS: "#0b6e4f", arms.TYPOS: "#4caf7d", arms.RAW: "#555555", arms.PYAHOCORASICK: "#8a6d3b",
    arms.FLASHTEXT: "#7b4fa3", arms.PHRASES: "#2f6fb3", arms.DENY_LIST: "#b3362f",
}  # fmt: skip


def as_text(results: Results) -> str:
    """Return the whole run as text for a terminal; it is the same Markdown that the page holds."""
    parts = [_speed(results), _ratios(results), _found(results), _whole(results), gates(results.gates)]
    parts.append("\n".join(f"- {note}" for note in results.notes))
    return "\n\n".join(part for part in parts if part) + "\n"


def write(results: Results, folder: Path) -> None:
    """Put the tables between the markers of `performance.md`, and the plot beside it."""
    kind = "quick run" if results.quick else "full run"
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    head = f"From a {kind} of {results.rounds} rounds, Python {platform.python_version()}; {packages}."
    plot = "![Microseconds a draft by length of the list](performance.svg)"
    put("bench", f"{head}\n\n{plot}\n\n{as_text(results)}", folder)
    _plot(results, folder / "performance.svg")


def put(part: str, text: str, folder: Path) -> None:
    """Put text between the markers of a part of `performance.md`."""
    page = folder / "performance.md"
    begin, end = f"<!-- {part}: begin -->\n", f"<!-- {part}: end -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    page.write_text(f"{before}{begin}{text}{end}{rest.split(end)[1]}", encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in rows)])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _engines(results: Results) -> list[str]:
    used = {name for (size, _), timings in results.timings.items() if size for name in timings}
    return [
        name for name in dict.fromkeys((arms.RAW, arms.OURS, arms.TYPOS, arms.MIXED, *arms.BUILDERS)) if name in used
    ]


def _cell(results: Results, size: int, name: str) -> str:
    pair = [results.timings[size, length].get(name) for length in (names.SHORT, names.LONG)]
    return " / ".join(_figure(timing.median) for timing in pair if timing) or "-"


def _speed(results: Results) -> str:
    rows = [[name, *(_cell(results, size, name) for size in results.sizes)] for name in _engines(results)]
    title = f"Microseconds of CPU a draft of {names.SHORT} / {names.LONG:,} characters, by number of terms (median):"
    return f"{title}\n\n" + table(["engine", *(f"{size:,}" for size in results.sizes)], rows)


def _ratios(results: Results) -> str:
    def cell(size: int, name: str) -> str:
        pairs = [results.timings[size, length] for length in (names.SHORT, names.LONG)]
        return " / ".join(_figure(ratio(each[name], each[arms.RAW])) for each in pairs if name in each) or "-"

    rows = [[name, *(cell(size, name) for size in results.sizes)] for name in _engines(results) if name != arms.RAW]
    title = "Times as long as the raw automaton takes on text folded in advance, same rounds:"
    return f"{title}\n\n" + table(["engine", *(f"{size:,}" for size in results.sizes)], rows)


def _found(results: Results) -> str:
    engines = list(results.recall)
    rows = [[form, *(f"{results.recall[name][form]:.0%}" for name in engines)] for form in names.FORMS]
    title = "Share of planted names found, by the form they are written in, 1,000 terms:"
    return f"{title}\n\n" + table(["form", *engines], rows)


def _whole(results: Results) -> str:
    rows = []
    for length in (names.SHORT, names.LONG):
        timings: dict[str, Timing] = results.timings.get((0, length), {})
        if timings:
            mine, stock = timings[whole.OURS], timings[whole.STOCK]
            rows.append([f"{length:,}", f"{mine.median / 1000:.2f}", f"{stock.median / 1000:.2f}",
                         f"{ratio(mine, stock):.2f}"])  # fmt: skip
    title = "The whole check with 100,000 terms, milliseconds a draft, for information:"
    return f"{title}\n\n" + table(["characters", whole.OURS, whole.STOCK, "ratio"], rows) if rows else ""


def gates(some: Sequence[Gate]) -> str:
    """Return what must hold, and whether it did, as a table."""
    words = {True: "holds", False: "FAILS", None: "not measured"}
    rows = [
        [gate.target, gate.what, "-" if gate.value is None else f"{gate.value:.4g}",
         f"{'≥' if gate.at_least else '≤'} {gate.limit:g}", words[gate.holds]]
        for gate in some
    ]  # fmt: skip
    return "What must hold:\n\n" + table(["target", "figure", "measured", "limit", ""], rows)


def _plot(results: Results, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "checkpost", "font.size": 9})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
    for axis, length in zip(axes, (names.SHORT, names.LONG), strict=True):
        for name, colour in _COLOURS.items():
            points = [(size, results.timings[size, length][name].median) for size in results.sizes
                      if name in results.timings[size, length]]  # fmt: skip
            if points:
                axis.loglog(*zip(*points, strict=True), marker="o", markersize=4, color=colour, label=name)
        axis.set_title(f"{length:,} characters")
        axis.set_xlabel("terms")
        axis.grid(visible=True, which="major", alpha=0.3)
    axes[0].set_ylabel("microseconds of CPU a draft")
    axes[1].legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
