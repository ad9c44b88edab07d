"""docs/features.md says what both chat platforms have, and neither has what it does not say."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bots.slack import app as slack
from bots.teams import app, press

TABLE = Path("docs/features.md").read_text(encoding="utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE if line.startswith("| ")]
HEAD = [cell.lower() for cell in ROWS[0]]
DOORS = sorted(path.parent.name for path in Path("bots").glob("*/intake.py"))
FEATURES = [row for row in ROWS if row[0] and not row[0].startswith("**")]
SLACK_TABLES = ("MESSAGES", "COMMANDS", "SHORTCUTS", "PRESSES", "FORMS")


def named(door: str) -> set[str]:
    return {name for row in FEATURES for name in re.findall(r"`([a-z_.]+)`", row[HEAD.index(door)])}


def known(functions: Iterable[Callable[..., Any]]) -> set[str]:
    return {f"{each.__module__.rpartition('.')[2]}.{each.__name__}" for each in functions}


def test_every_door_has_a_column_and_an_answer_in_every_row() -> None:
    assert sorted(HEAD) == ["", *DOORS]
    assert len(FEATURES) > 20
    assert [row for row in FEATURES if len(row) != len(HEAD) or not all(row)] == []


@pytest.mark.parametrize("door", DOORS)
def test_every_function_in_the_table_exists(door: str) -> None:
    for name in sorted(named(door)):
        module, _, function = name.partition(".")
        assert callable(getattr(importlib.import_module(f"bots.{door}.{module}"), function, None)), name


def test_everything_that_teams_answers_stands_in_the_table() -> None:
    journeys = {journey for journey in app.JOURNEYS.values() if journey not in (press.press, press.press_in_message)}
    assert known([*journeys, *press.LOOKS.values(), *press.DEEDS.values()]) == named("teams")


def test_everything_that_slack_answers_stands_in_the_table() -> None:
    answers = [each for table in SLACK_TABLES for each in getattr(slack, table).values()]
    assert known(answers) == named("slack")
