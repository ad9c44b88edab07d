"""Benchmark of the whole check and the endpoint: `python -m bench.service [--quick] [--write]`.

What must hold are ratios of figures from one run, on CPU time; milliseconds decide nothing, and what they mean for a
number of staff is worked out from them. Exits with 1 when something that must hold does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import curves, endpoint, report, whole
from bench.gate import Gate
from bench.measure import cpu_seconds, measure, ratio
from bench.names import LONG, SHORT, drafts, terms

STOCK_LIMITS = {SHORT: ("T4", 0.35), LONG: ("T5", 0.5)}
SHAPE_LIMIT = 0.115
"""250 ms over the 2,170 ms that stock Presidio took for its worst shape on the machine that the target was set on."""

STOCK_SHAPE = "address-like"
RATE_LEAST = 0.5
START_LIMIT = 1.87
"""2 s over the 1.07 s that importing presidio_analyzer alone took on that machine."""

UNREAD = "checkpost, reader left out"
POSTS = Path("tests/quality/posts")
LENGTHS = (20, 80, SHORT, 1_000, LONG)


@dataclass
class Results:
    """Everything that one run measured. Milliseconds of CPU a draft, by length and by terms."""

    quick: bool
    gates: list[Gate] = field(default_factory=list)
    by_length: dict[int, tuple[float, float]] = field(default_factory=dict)
    by_terms: dict[int, float] = field(default_factory=dict)
    endpoint: list[endpoint.Load] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(*, quick: bool) -> Results:
    """Run everything and return what was measured."""
    results = Results(quick)
    sizes = (0, 1_000, 10_000) if quick else (0, 1_000, 10_000, 100_000)
    rounds, count = (3, 20) if quick else (7, 60)
    with whole.Offline():
        stock = whole.stock_check()
        mine = {size: whole.our_check(terms(size)) for size in sizes}
        _against_stock(results, stock, mine[sizes[-1]], rounds, count, sizes[-1])
        _by_length(results, mine[sizes[-1]], rounds)
        some = drafts(SHORT, count)
        timings = measure({str(size): (unread(check), some) for size, check in mine.items()}, rounds)
        results.by_terms = {size: timings[str(size)].median / 1_000 for size in sizes}
        _shapes(results, stock, mine[sizes[-1]])
        _unseen(results, stock, mine[sizes[-1]])
    _start(results)
    _endpoint(results, quick)
    return results


def unread(check: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a check that leaves the reader's two encoders out."""

    def run(text: str) -> Any:
        with whole.reader_left_out():
            return check(text)

    return run


def _against_stock(
    results: Results, stock: Callable[[str], Any], mine: Callable[[str], Any], rounds: int, count: int, size: int
) -> None:
    for length, (target, limit) in STOCK_LIMITS.items():
        some = drafts(length, count if length == SHORT else max(3, count // 6))
        timings = measure({UNREAD: (unread(mine), some), whole.STOCK: (stock, some)}, rounds)
        what = f"{UNREAD}, {size:,} terms, to stock AnalyzerEngine, {length:,} characters"
        results.gates.append(Gate(target, what, ratio(timings[UNREAD], timings[whole.STOCK]), limit))


def _by_length(results: Results, mine: Callable[[str], Any], rounds: int) -> None:
    for length in LENGTHS:
        some = [text[:length] for text in drafts(max(length, SHORT), 12 if length < LONG else 3)]
        timings = measure({whole.OURS: (mine, some), UNREAD: (unread(mine), some)}, rounds)
        results.by_length[length] = (timings[whole.OURS].median / 1_000, timings[UNREAD].median / 1_000)


def _shapes(results: Results, stock: Callable[[str], Any], mine: Callable[[str], Any]) -> None:
    (slowest, name), *_ = whole.slowest_shapes(unread(mine))
    worst = whole.seconds_of(stock, STOCK_SHAPE)
    what = f"slowest shape ({name}) to stock AnalyzerEngine's ({STOCK_SHAPE})"
    results.gates.append(Gate("T6", what, slowest / worst, SHAPE_LIMIT))
    results.notes.append(
        f"slowest shape, reader left out: {name}, {slowest * 1000:.0f} ms; stock {worst * 1000:.0f} ms"
    )


def _unseen(results: Results, stock: Callable[[str], Any], mine: Callable[[str], Any]) -> None:
    """Read posts once that were never read before: what was learned from a draft read twice does not help there."""
    posts = [json.loads(line)["text"] for path in sorted(POSTS.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    ours, theirs = (
        cpu_seconds(lambda check=check: [check(post) for post in posts]) * 1000 / len(posts)  # type: ignore[misc]
        for check in (unread(mine), stock)
    )
    length = sum(map(len, posts)) / len(posts)
    results.notes.append(
        f"{len(posts)} posts of {length:.0f} characters, each read once, patterns compiled on the way: "
        f"{ours:.2f} ms; stock {theirs:.2f} ms"
    )


def _start(results: Results) -> None:
    first, bare = endpoint.start_seconds(endpoint.FIRST_VERDICT), endpoint.start_seconds("import presidio_analyzer")
    results.gates.append(Gate("T11", "start to first verdict to importing Presidio", first / bare, START_LIMIT))
    results.notes.append(f"start to first verdict, no connection: {first:.2f} s CPU; importing Presidio {bare:.2f} s")


def _endpoint(results: Results, quick: bool) -> None:
    costs = endpoint.costs(rounds=3 if quick else 7, requests=60 if quick else 300)
    share = costs["bare"] / costs["unread"]
    what = "rate of POST /v1/check, reader left out, to the bare aiohttp server's"
    results.gates.append(Gate("T10", what, share, RATE_LEAST, at_least=True))
    results.notes.append(
        "CPU a request: " + ", ".join(f"{kind} {microseconds / 1000:.2f} ms" for kind, microseconds in costs.items())
    )
    results.endpoint = endpoint.loads(requests=60 if quick else 300)


def as_text(results: Results) -> str:
    """Return the whole run as Markdown."""
    kind = "A quick run: few drafts and rounds, a shorter list." if results.quick else "A full run."
    lengths = [[f"{length:,}", f"{a:.2f}", f"{b:.2f}"] for length, (a, b) in results.by_length.items()]
    sizes = [[f"{size:,}", f"{cost:.2f}"] for size, cost in results.by_terms.items()]
    parts = [
        kind,
        "![Milliseconds of CPU a draft by its length and by the list's](cost.svg)",
        "Milliseconds of CPU a draft, by its length:\n\n"
        + report.table(["characters", whole.OURS, "reader left out"], lengths),
        "The same, reader left out, 280 characters, by names on the list:\n\n" + report.table(["terms", "ms"], sizes),
        curves.concurrency(results.endpoint),
        report.gates(results.gates),
        "\n".join(f"- {note}" for note in results.notes),
        curves.staff(results.by_length[SHORT][0]),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Run, print, write the page if asked to, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.service", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="up to 10,000 terms, few drafts and rounds")
    parser.add_argument("--write", action="store_true", help="write the tables and the plot into docs/")
    options = parser.parse_args()
    results = run(quick=options.quick)
    text = as_text(results)
    sys.stdout.write(text)
    if options.write:
        report.put("service", text, Path("docs"))
        curves.plot(results.by_length, results.by_terms, Path("docs") / "cost.svg")
    failed = [gate for gate in results.gates if gate.holds is False]
    sys.stdout.write(f"\n{len(failed)} of {len(results.gates)} gates failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
