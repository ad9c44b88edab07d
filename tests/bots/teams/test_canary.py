"""A draft that came in through Teams is nowhere afterwards: not in the database's files, not in a log."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client import generate_latest

from bots import labels, wording
from core.telemetry import set_up_logging
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim

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


@pytest.mark.parametrize(
    ("name", "content", "is_read"),
    [
        (f"{CANARY}.txt", f"{CANARY} is my supervisor, ring +44 7700 900123".encode(), True),
        (f"{CANARY}.docx", CANARY.encode(), False),
        (f"{CANARY}.txt", CANARY.encode() + b"\xff\x00", False),
        (f"{CANARY}.txt", CANARY.encode() * 60_000, False),
        (f"{CANARY}.png", CANARY.encode(), False),
    ],
    ids=["text", "another kind", "no text", "too large", "no picture"],
)
async def test_a_file_dropped_in_teams_is_nowhere_afterwards(
    name: str,
    content: bytes,
    is_read: bool,
    teams: Any,
    bot: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    files_with: Any,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # what would lie there for a moment is searched too
    set_up_logging("DEBUG")
    await bot.person.post(teams.dropped(name, content))
    (answer,) = await teams.settled()
    assert (CANARY in str(answer.body)) is is_read
    kept = "".join([str(row.record) async for row in bot.services.audit.rows()])
    assert '"kind": "check"' in kept or not is_read
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert CANARY not in kept + "".join(capfd.readouterr())
    assert CANARY.encode() not in generate_latest()


async def test_a_file_that_cannot_be_fetched_from_teams_leaves_no_trace_of_its_name(
    teams: Any,
    bot: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    files_with: Any,
) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    set_up_logging("DEBUG")
    teams.faults.append(sim.Fault("file", 503, times=9))
    await bot.person.post(teams.dropped(f"{CANARY}.txt", CANARY.encode(), CANARY))
    (answer,) = await teams.settled()
    assert labels.FILE_OUT_OF_REACH in answer.words
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert CANARY not in "".join(capfd.readouterr())


async def test_a_draft_is_nowhere_where_our_secret_has_expired_or_the_keys_cannot_be_had(
    teams: Any,
    serve: Any,
    session: aiohttp.ClientSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    files_with: Any,
) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    set_up_logging("DEBUG")
    running = await serve(**teams.environment | {"TEAMS_APP_PASSWORD": "expired"})
    person = sim.Person(teams, running.url, session)
    assert (await person.post(teams.personal(f"{CANARY} is my supervisor and an idiot")))[0] == 200
    teams.key_delay = 30.0
    assert (await person.post(teams.personal(f"Lunch with {CANARY}"), kid="forged", key=sim.new_key()))[0] == 401
    output = ""
    async with asyncio.timeout(60):
        while not ("teams.verdict_lost" in output and "teams.keys_refresh_failed" in output):
            await asyncio.sleep(0.05)
            output += "".join(capfd.readouterr())
    (tmp_path / "planted.txt").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted.txt"]
    assert teams.sent() == []
    assert CANARY not in output
