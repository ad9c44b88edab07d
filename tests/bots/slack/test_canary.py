"""A draft that came in through Slack is nowhere afterwards: not in the database's files, not in a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.telemetry import set_up_logging

CANARY = "Plimquarrow7Vexthorne"


async def test_a_draft_through_slack_is_nowhere_afterwards(
    real, slack, tmp_path: Path, capfd: pytest.CaptureFixture[str], files_with: Any
) -> None:
    set_up_logging("DEBUG")
    caller = (await real()).caller
    await caller.command(f"Lunch with {CANARY}, ring +44 7700 900123")
    await caller.json(caller.direct_message(f"{CANARY} is my supervisor and an idiot"))
    await caller.json(caller.event(type="reaction_added", text=CANARY, user="UALICE"))
    await caller.form(f"payload={CANARY}".encode())
    await slack.until(2)
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert CANARY in str(slack.said)
    output = "".join(capfd.readouterr())
    assert "xoxb-" not in output
    assert CANARY not in output
