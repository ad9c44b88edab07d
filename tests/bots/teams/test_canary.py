"""A draft that came in through Teams is nowhere afterwards: not in the database's files, not in a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.telemetry import set_up_logging

CANARY = "Plimquarrow7Vexthorne"


async def test_a_draft_through_teams_is_nowhere_afterwards(
    teams: Any, bot: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], files_with: Any
) -> None:
    set_up_logging("DEBUG")
    await bot.person.post(teams.personal(f"Lunch with {CANARY}, ring +44 7700 900123", "ann"))
    await bot.person.post(teams.personal(f"/checkpost {CANARY} is my supervisor and an idiot", "ann"))
    await bot.person.post(teams.personal(f"{CANARY}", "ann") | {"type": "somethingElse"})
    answers = await teams.settled(2)
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert CANARY in str([answer.body for answer in answers])
    assert CANARY not in "".join(capfd.readouterr())
