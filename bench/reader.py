"""Benchmark of the reader: `python -m bench.reader [--write] [--drafts N]`.

The two encoders beside the tokenizer that feeds them and beside Presidio as it comes, in shuffled rounds of one
process. What must hold are ratios; milliseconds decide nothing. `--drafts 100000` reads so many drafts and tells how
much memory that took. Exits with 1 when something that must hold does not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench import report, whole
from bench.gate import Gate
from bench.measure import Timing, measure, ratio
from bench.memory import mine, resident
from bench.names import LONG, SHORT, drafts
from core.model.reader import FOLDER, Reader, load_reader
from core.sentences import sentences

TOKENIZER, BOTH = "tokenizer", "both encoders"
ROUNDS = 7
COUNTS = {SHORT: 40, LONG: 5}
TOKENIZER_LIMIT = 174
STOCK_LIMITS = {SHORT: 16, LONG: 19}
"""15 and 150 ms, over what the tokenizer (0.086 and 0.869 ms) and stock Presidio (0.92 and 7.9 ms) took on the machine
that the targets were set on."""
MOST_FILES, MOST_RESIDENT, MOST_GROWTH = 50, 120, 10
"""Megabytes."""


def speed(reader: Reader) -> tuple[list[Gate], str]:
    """Measure what reading costs."""
    stock = whole.stock_check()
    gates, rows = [], []
    for length, count in COUNTS.items():
        some = drafts(length, count)
        arms = {
            TOKENIZER: (reader.vocabulary.tokenizer.encode, some),
            "names": (lambda text: list(reader.page(text, sentences(text)).names()), some),
            "statements": (partial(_say, reader), some),
            BOTH: (partial(_read, reader), some),
            whole.STOCK: (stock, some),
        }
        timings = measure(arms, ROUNDS)
        rows.append([f"{length:,}", *(f"{timings[name].median / 1_000:.2f}" for name in arms)])
        gates += _gates(timings, length)
    title = "Milliseconds of CPU a draft (median):"
    return gates, f"{title}\n\n" + report.table(["characters", *arms], rows)


def _read(reader: Reader, text: str) -> None:
    page = reader.page(text, sentences(text))
    list(page.names())
    list(page.statements())


def _say(reader: Reader, text: str) -> None:
    list(reader.page(text, sentences(text)).statements())


def _gates(timings: dict[str, Timing], length: int) -> list[Gate]:
    both = timings[BOTH]
    what = f"{BOTH} to {{}}, {length:,} characters"
    return [
        Gate("cost", what.format(TOKENIZER), ratio(both, timings[TOKENIZER]), TOKENIZER_LIMIT),
        Gate("cost", what.format(whole.STOCK), ratio(both, timings[whole.STOCK]), STOCK_LIMITS[length]),
    ]


def weight() -> list[Gate]:
    """Measure the files, and what they add to a fresh process that checks a draft."""
    files = sum(path.stat().st_size for path in FOLDER.iterdir()) / 1e6
    added = resident("worker", 0) - resident("unread", 0)
    return [
        Gate("weight", "model files, MB", files, MOST_FILES),
        Gate("weight", "memory above the same process without them, MB", added, MOST_RESIDENT),
    ]


def steadiness(reader: Reader, count: int) -> list[Gate]:
    """Read many drafts of all lengths and measure what memory grew by after the first tenth."""
    some: Sequence[str] = [text for length in (40, 120, SHORT, 700) for text in drafts(length, 250)]
    before = 0.0
    for number in range(count):
        _read(reader, some[number * 7 % len(some)][: 20 + number % 130])
        if number == count // 10:
            before = mine()
    return [Gate("memory", f"growth over {count:,} drafts after the first tenth, MB", mine() - before, MOST_GROWTH)]


def main() -> int:
    """Run, print, write the page if asked to, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.reader", description=__doc__)
    parser.add_argument("--drafts", type=int, default=5_000, help="how many drafts to read one after the other")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/")
    options = parser.parse_args()
    gates = weight()
    reader = load_reader()
    more, table = speed(reader)
    gates += more + steadiness(reader, options.drafts)
    text = f"{table}\n\n{report.gates(gates)}\n"
    sys.stdout.write(text)
    if options.write:
        report.put("reader", text, Path("docs"))
    failed = [gate for gate in gates if gate.holds is False]
    sys.stdout.write(f"\n{len(failed)} of {len(gates)} gates failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
