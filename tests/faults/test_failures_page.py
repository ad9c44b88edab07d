"""The page of failures names what there is: a row for each fault, and for each row a test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", PAGE, re.MULTILINE)


def test_each_fault_has_a_row() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, 23))


def test_each_row_is_tried_somewhere() -> None:
    named = {path for _, tried in ROWS for path in re.findall(r"`([^`]+)`", tried)}
    assert all(re.findall(r"`tests/[^`]+\.py`", tried) for _, tried in ROWS)
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_each_test_of_faults_has_its_row() -> None:
    ours = {f"tests/faults/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    assert sorted(path for path in ours if path not in PAGE and path != f"tests/faults/{Path(__file__).name}") == []
