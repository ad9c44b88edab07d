"""docs/slack-scenarios.md and docs/teams-scenarios.md name what is tried, and each test that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NUMBERS = {"slack": [f"S{number:02}" for number in range(1, 27)], "teams": [str(number) for number in range(1, 23)]}


def rows(platform: str) -> list[list[str]]:
    """Return the cells of all rows of a platform's page, those of headings included."""
    page = Path(f"docs/{platform}-scenarios.md").read_text(encoding="utf-8")
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")
    ]


CELLS = [(platform, row[-1]) for platform in NUMBERS for row in rows(platform) if "`" in row[-1]]


@pytest.mark.parametrize("platform", NUMBERS)
def test_every_scenario_is_tried(platform: str) -> None:
    numbers = [row[0] for row in rows(platform) if re.fullmatch(r"S?\d+", row[0])]
    assert numbers == NUMBERS[platform]
    cells = [cell for other, cell in CELLS if other == platform]
    assert all(re.search(r"`\w+\.py`: `\w+`|`tests/[\w/]+\.py`: `\w+`", cell) for cell in cells)
    assert len(cells) == len(rows(platform)) - 2, "a row without a test; two are headings"


@pytest.mark.parametrize(("platform", "cell"), CELLS, ids=lambda value: value[:40])
def test_each_named_test_exists(platform: str, cell: str) -> None:
    for part in cell.split("; "):
        file, _, names = part.partition(": ")
        path = Path(file.strip("`"))
        source = (path if path.parts[0] == "tests" else HERE / platform / path.name).read_text("utf-8")
        named = re.findall(r"`(\w+)`", names)
        assert named
        assert [name for name in named if f"def {name}(" not in source] == []
