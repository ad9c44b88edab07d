"""Guided: lets all parsers read what a fuzzer thinks of, guided by coverage; on demand, where atheris is installed.

python tests/faults/guided.py SECONDS
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any


def load_parsers(atheris: Any) -> Any:
    """Load the table of parsers, with our own code watched and nobody else's."""
    spec = importlib.util.spec_from_file_location("faults_parsers", Path(__file__).with_name("parsers.py"))
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    with atheris.instrument_imports(include=["bots", "core"], enable_loader_override=False):
        spec.loader.exec_module(module)
    return module


def main(seconds: int) -> None:
    """Run until the time is over or a parser fails."""
    try:
        import atheris
    except ImportError:
        sys.exit("atheris is not installed here: `pip install atheris`")
    parsers = load_parsers(atheris)
    each = list(parsers.PARSERS.values())

    def one(data: bytes) -> None:
        if data:
            parsers.run(each[data[0] % len(each)], data[1:])

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=4096"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]))
