"""A draft that came in through Teams is nowhere afterwards: not in the database's files, not in a log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bots import labels, wording
from core.telemetry import set_up_logging

rules: Any = sys.modules["teams_card_rules"]

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


async def test_a_draft_that_went_through_forms_and_buttons_is_nowhere_afterwards(
    teams: Any, bot: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], files_with: Any
) -> None:
    set_up_logging("DEBUG")
    form = await bot.person.ask(teams.extension({"contentType": "html", "content": f"<p>{CANARY} at Northwind</p>"}))
    card = form["task"]["value"]["card"]["content"]
    sent = teams.sent_from_dialog(rules.buttons_of(card)[labels.FORM_SUBMIT], "ann", card)
    verdict = await bot.person.ask(sent)
    assert CANARY in json.dumps(verdict)
    card = verdict["task"]["value"]["card"]["content"]
    for title in (labels.USE_SAFE, labels.EDIT_AGAIN, wording.FALSE_ALARM):
        shown = await bot.person.ask(teams.sent_from_dialog(rules.buttons_of(card)[title], "ann", card))
        assert CANARY in json.dumps(shown), title
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert CANARY not in "".join(capfd.readouterr())
