"""A draft that came in through Slack is nowhere afterwards: not in the database's files, not in a log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bots import labels
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


async def test_a_draft_from_a_form_a_shortcut_or_a_file_is_nowhere_afterwards(
    real, slack, tmp_path: Path, capfd: pytest.CaptureFixture[str], files_with: Any
) -> None:
    set_up_logging("DEBUG")
    caller = (await real()).caller

    def is_form(view: dict) -> bool:
        return view.get("submit", {}).get("text") == labels.FORM_SUBMIT

    await caller.command("")
    answer = await caller.submit(await slack.until_view(is_form), draft=f"Lunch with {CANARY}, ring +44 7700 900123")
    assert answer["response_action"] == "update"
    await slack.until_view(lambda view: CANARY in str(view) and not is_form(view))
    message = {"type": "message", "user": "UOTHER", "text": f"Lunch with {CANARY}", "ts": "1.1"}
    await caller.interaction("message_action", callback_id="check_message", message=message, channel={"id": "CTOWN"})
    shown = await slack.until_view(lambda view: is_form(view) and CANARY in str(view))
    assert CANARY not in str(shown.get("private_metadata"))
    file = slack.add_file("draft.txt", f"{CANARY} says ring +44 7700 900123".encode())
    await caller.json(caller.direct_message("", subtype="file_share", files=[file]))
    await slack.until_holds(lambda: CANARY in str(slack.posts))
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert CANARY not in "".join(capfd.readouterr())


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_draft_that_a_revoked_token_cannot_answer_is_nowhere_afterwards(
    real, slack, tmp_path: Path, capfd: pytest.CaptureFixture[str], files_with: Any, error: str
) -> None:
    set_up_logging("DEBUG")
    running = await real()
    for method in ("auth.test", "users.info", "conversations.open", "chat.postMessage"):
        slack.faults[method] = [{"ok": False, "error": error}] * 20
    slack.faults["response_url"] = [(404, {})] * 20
    await running.caller.json(running.caller.direct_message(f"{CANARY} is my supervisor and an idiot"))
    await running.caller.command(f"Lunch with {CANARY}, ring +44 7700 900123")
    output = ""
    async with asyncio.timeout(60):
        while output.count("slack.answer_lost") < 2:
            await asyncio.sleep(0.05)
            output += "".join(capfd.readouterr())
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert slack.said == []
    assert "xoxb-" not in output
    assert CANARY not in output
