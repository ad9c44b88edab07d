"""Platforms: the one table knows every place that drafts come from, and a door cannot be opened beside it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bots.sayings import SOMEBODY
from bots.web import ACKNOWLEDGED
from core.platforms import PLATFORMS, PRIVATE

ROOT = Path(__file__).resolve().parents[2]
DOORS = sorted(path.parent.name for path in (ROOT / "bots").glob("*/intake.py"))
NAMES = {"Author": 0, "delivering": 1, "publishing": 1}
"""Where code names a platform, and as which argument."""


def named() -> set[str]:
    """Return the platforms that the code of the doors names, in calls and as `platform=`."""
    found = set()
    for path in (ROOT / "bots").rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
        for call in calls:
            at = NAMES.get(getattr(call.func, "id", ""))
            said = [call.args[at]] if at is not None and len(call.args) > at else []
            said += [each.value for each in call.keywords if each.arg == "platform"]
            found |= {each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found


def test_every_platform_that_a_door_names_is_in_the_table_and_no_other() -> None:
    assert named() == set(PLATFORMS)


def test_every_folder_that_takes_drafts_in_is_a_platform_of_private_persons() -> None:
    assert set(DOORS) == PRIVATE
    assert len(DOORS) > 1


@pytest.mark.parametrize("name", DOORS)
def test_a_door_has_its_limit_its_people_its_path_and_its_word(name: str) -> None:
    door = PLATFORMS[name]
    assert door.checks_a_minute
    assert door.person
    assert door.channel
    assert name in ACKNOWLEDGED.values()
    assert SOMEBODY[name]
