"""docs/teams-scenarios.md names what is tried, and each test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path("docs/teams-scenarios.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
CELLS = [row[-1] for row in ROWS if "`" in row[-1]]


def test_every_scenario_is_tried() -> None:
    numbers = [int(row[0]) for row in ROWS if row[0].isdecimal()]
    assert numbers == list(range(1, 23))
    assert all(re.search(r"`\w+\.py`: `\w+`|`tests/[\w/]+\.py`: `\w+`", cell) for cell in CELLS)
    assert len(CELLS) == len(ROWS) - 2, "a row without a test; two are headings"


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell[:40])
def test_each_named_test_exists(cell: str) -> None:
    for part in cell.split("; "):
        file, _, names = part.partition(": ")
        path = Path(file.strip("`"))
        source = (path if path.parts[0] == "tests" else Path(__file__).with_name(path.name)).read_text("utf-8")
        named = re.findall(r"`(\w+)`", names)
        assert named
        assert [name for name in named if f"def {name}(" not in source] == []
