"""Memory: what a worker weighs with a list of so many terms, measured in a fresh process.

`python -m bench.memory worker 100000 [built-file]` prints resident megabytes after everything not needed is freed;
`unread` in place of `worker` goes without the reader.
"""

from __future__ import annotations

import base64
import ctypes
import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.keys import KeyRing
    from core.terms.term import Term


def resident(what: str, count: int, built: Path | None = None) -> float:
    """Return the megabytes of a fresh process that holds `what`: `worker`, `unread` or the `raw` automaton."""
    command = [sys.executable, "-m", "bench.memory", what, str(count), *([str(built)] if built else [])]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(["."] + [path for path in sys.path if path])}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=True)  # noqa: S603
    return float(done.stdout.split()[-1])


def _hold(what: str, count: int, built: Path | None) -> object:
    if what == "raw":
        import daachorse

        from bench.names import terms
        from core.normalize import fold

        return daachorse.DoubleArrayAhoCorasick(sorted({fold(term.name).encode() for term in terms(count)}))
    if what == "unread":
        _hide_reader()
    return _worker(count, built)


def _hide_reader() -> None:
    from core.errors import ModelError
    from core.recognizers import reader

    def missing() -> reader.Reader:
        raise ModelError(Path("reader.json"), "missing", "left out to be weighed")

    reader.load_reader = missing


def _worker(count: int, built: Path | None) -> object:
    from core.draft import Author, Draft
    from core.judgement import build_analyzer, evaluate
    from core.policy import load_policy
    from core.terms.built import load

    policy = load_policy(Path("policies"))
    analyzer = build_analyzer(policy, load(built, keys(), 1).index if built else _terms(count))
    text = "Write to a@b.example or call +44 20 7946 0000 about this and that, and do so before we leave for the coast."
    return analyzer, evaluate(policy, analyzer, Draft("1", text, Author("cli", "", "me")))


def keys() -> KeyRing:
    """Return the key that the benchmark seals its built files with."""
    from core.keys import parse_key_ring

    return parse_key_ring("bench:" + base64.b64encode(bytes(32)).decode())


def _terms(count: int) -> list[Term]:
    from bench.names import terms

    return terms(count)


def _main() -> None:
    what, count, *rest = sys.argv[1:]
    held = _hold(what, int(count), Path(rest[0]) if rest else None)
    sys.stdout.write(f"{mine():.1f}\n")
    del held


def mine() -> float:
    """Return the resident megabytes of this process, after everything not needed is freed."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


if __name__ == "__main__":
    _main()
