"""The door: the order of its checks, the table behind it, and how it starts and stops."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from bots import labels, wording
from bots.cli import main
from bots.gate import MAX_BODY
from bots.teams.app import JOURNEYS
from bots.teams.screen import Screen
from bots.teams.sdk import ClosedAuthentication
from bots.teams.turn import Turn
from core.telemetry import REJECTED
from tests.bots.teams import simulator as sim
from tests.patience import SHARED


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"\xff\xfe", 400),
        (b'{"a": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400),
        (b"{}", 400),
        (b'{"type": "message"}', 400),
    ],
)
async def test_signed_nonsense_is_400(body: bytes, status: int, teams: Any, room: Any, person: Any) -> None:
    assert await person.post_raw(body, f"Bearer {teams.token()}") == (status, "refused\n")
    assert (room.drafts, teams.calls) == ([], [])


@pytest.mark.parametrize("field", ["type", "channelId", "serviceUrl", "from", "conversation", "recipient"])
async def test_an_activity_without_an_essential_field_is_400(field: str, teams: Any, person: Any) -> None:
    activity = teams.personal("hello")
    del activity[field]
    assert (await person.post(activity))[0] == 400


async def test_the_token_is_looked_at_before_the_body_and_the_type_before_both(teams: Any, person: Any) -> None:
    assert (await person.post_raw(b"not json", None))[0] == 401
    assert (await person.post_raw(b"not json", None, **{"Content-Type": "text/plain"}))[0] == 415
    body = json.dumps(teams.personal("hello")).encode()
    typed = {"Content-Type": "application/json; charset=utf-8"}
    assert (await person.post_raw(body, f"Bearer {teams.token()}", **typed))[0] == 200


async def test_a_body_that_grows_over_the_limit_unannounced_is_413_too(
    teams: Any, door: Any, session: aiohttp.ClientSession
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 65_536 + 1):
            yield b" " * 65_536

    headers = {"Authorization": f"Bearer {teams.token()}", "Content-Type": "application/json"}
    async with session.post(f"{door.url}/api/messages", data=parts(), headers=headers) as response:
        assert response.status == 413


async def test_a_body_that_does_not_arrive_is_408(
    teams: Any, door: Any, room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.gate.BODY_SECONDS", 0.1)
    url = urlsplit(door.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    lines = ("POST /api/messages HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 99", "", "{")
    writer.write("\r\n".join(lines).encode())
    async with asyncio.timeout(60):
        assert b" 408 " in await reader.readline()
    writer.close()
    assert (room.drafts, teams.calls) == ([], [])


async def test_a_body_over_the_limit_is_413(teams: Any, person: Any) -> None:
    assert (await person.post_raw(b" " * (MAX_BODY + 1), f"Bearer {teams.token()}"))[0] == 413


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "typing"},
        {"type": "event", "name": "x"},
        {"type": "messageReaction"},
        {"type": "endOfConversation"},
        {"type": "message", "text": None, "value": {"verb": "x"}},
        {"type": "messageUpdate", "text": ""},
    ],
)
async def test_what_the_table_does_not_name_is_ignored(activity: dict[str, Any], teams: Any, person: Any) -> None:
    assert await person.post(teams.personal("hello") | activity) == (200, "")
    assert teams.calls == []


@pytest.mark.parametrize("name", ["composeExtension/query", "fileConsent/invoke", "x", None, 7])
async def test_an_unknown_invoke_is_501(name: object, teams: Any, person: Any) -> None:
    counted = REJECTED.labels(platform="teams", reason="unknown_invoke")._value
    before = counted.get()
    status, answer = await person.post(teams.personal(None) | {"type": "invoke", "name": name, "value": {"a": 1}})
    assert counted.get() == before + 1
    assert (status, json.loads(answer)) == (501, {"error": {"code": "NotImplemented"}})
    assert teams.calls == []


async def test_a_row_in_the_table_is_all_that_an_invoke_needs(
    teams: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(*_: Any) -> Screen:
        return Screen("done")

    monkeypatch.setitem(JOURNEYS, "invoke task/fetch", answer)
    assert await person.ask(teams.invoke("task/fetch", {})) == {"task": {"type": "message", "value": "done"}}


@pytest.mark.parametrize("name", ["task/fetch", "adaptiveCard/action", "composeExtension/submitAction"])
async def test_a_failed_invoke_has_a_well_formed_answer(
    name: str, teams: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise ValueError("canary")

    monkeypatch.setitem(JOURNEYS, f"invoke {name}", fail)
    answer = await person.ask(teams.invoke(name, {"action": {}}))
    assert wording.SORRY in (answer.get("value"), answer.get("task", {}).get("value"))
    assert "canary" not in str(answer)
    assert teams.calls == []


@pytest.mark.parametrize("outcome", ["done", "failed"])
async def test_what_an_invoke_is_too_late_with_follows_once_in_the_direct_chat(
    outcome: str, teams: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = asyncio.Event()

    async def answer(*_: Any) -> Screen:
        await told.wait()
        if outcome == "failed":
            raise ValueError("canary")
        return Screen("done")

    monkeypatch.setattr("bots.teams.app.INVOKE_SECONDS", 0.1)
    monkeypatch.setitem(JOURNEYS, "invoke task/fetch", answer)
    invoke = teams.invoke("task/fetch", {"data": {"verb": "form", "nonce": "1"}})
    answers = await asyncio.gather(*(person.ask(invoke) for _ in range(3)))
    assert answers == [{"task": {"type": "message", "value": labels.TAKES_LONGER}}] * 3
    told.set()
    (late,) = await teams.settled()
    assert late.words == ("done" if outcome == "done" else wording.SORRY)
    assert late.conversation == "a:ann"


@pytest.mark.parametrize("place", ["personal", "channel"])
async def test_a_fault_ends_in_an_apology_that_quotes_nothing(
    place: str, teams: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(turn: Turn) -> None:
        raise PermissionError(turn.raw["text"])

    monkeypatch.setitem(JOURNEYS, "message check", fail)
    with capture_logs() as logs:
        assert await person.post(getattr(teams, place)("canary")) == (200, "")
        (answer,) = await teams.settled()
    assert answer.words == wording.SORRY
    (failed,) = [entry for entry in logs if entry["event"] == "teams.turn_failed"]
    assert failed["error"] == "PermissionError"
    assert failed["name"].startswith("test_app.py:")
    assert "canary" not in str(logs)


async def test_a_database_that_does_not_answer_is_said(teams: Any, room: Any, person: Any) -> None:
    room.fault = OSError("canary")
    with capture_logs() as logs:
        assert await person.post(teams.personal("hello")) == (200, "")
        (answer,) = await teams.settled()
    assert (answer.words, room.drafts) == (wording.SORRY, [])
    assert "canary" not in str(logs)


async def test_an_apology_that_does_not_get_through_is_no_error_for_the_caller(
    teams: Any, room: Any, person: Any
) -> None:
    room.fault = OSError()
    teams.faults.append(sim.Fault("post", 403, times=9))
    assert await person.post(teams.personal("hello")) == (200, "")


async def test_when_too_much_is_in_progress_more_is_refused(
    teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.app.CAPACITY", 2)
    room.open.clear()
    waiting = [asyncio.create_task(person.post(teams.personal("x", f"p{number}"))) for number in range(2)]
    await room.until_asked(2)
    assert (await person.post(teams.personal("x", "late")))[0] == 503
    room.open.set()
    assert [await task for task in waiting] == [(200, "")] * 2


async def test_what_is_in_progress_is_finished_before_the_process_stops(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.app.ACK_SECONDS", 0.1)
    door = await open_door()
    door.room.seconds = 0.6
    person = sim.Person(teams, door.url, session)
    assert await person.post(teams.personal("hello")) == (200, "")
    await door.stop()
    assert "Good to go" in teams.sent()[0].words


async def test_a_turn_that_hangs_does_not_keep_the_process_alive(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.app.ACK_SECONDS", 0.1)
    monkeypatch.setattr("bots.teams.app.DRAIN_SECONDS", 0.2)
    door = await open_door()
    door.room.seconds = 60.0
    assert await sim.Person(teams, door.url, session).post(teams.personal("hello")) == (200, "")
    began = time.monotonic()
    await door.stop()
    assert time.monotonic() - began < 30


FAILED = {"teams.keys_refresh_failed", "teams.token_prewarm_failed"}


async def test_the_door_opens_while_everything_outside_is_down(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession
) -> None:
    teams.key_status = 500
    with capture_logs() as logs:
        door = await open_door(TEAMS_AUTHORITY="https://127.0.0.1:9/adfs")
        assert await sim.Person(teams, door.url, session).healthz() < 0.5 * SHARED
        async with asyncio.timeout(60):
            while not {each["event"] for each in logs} >= FAILED:  # noqa: ASYNC110 (a log tells nobody that it grew)
                await asyncio.sleep(0.02)
    assert sim.PASSWORD not in str(logs)


@pytest.mark.parametrize(
    "way", ["authenticate_request", "authenticate_streaming_request", "authenticate_channel_request"]
)
async def test_nothing_enters_by_the_sdks_own_authentication(way: str) -> None:
    arguments = [None] * (1 if way == "authenticate_channel_request" else 2)
    with pytest.raises(PermissionError):
        await getattr(ClosedAuthentication(), way)(*arguments)


ALL = {"TEAMS_APP_ID": "an-app", "TEAMS_APP_PASSWORD": "canary-password", "TEAMS_TENANT_ID": "a-tenant"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        *((ALL | {left_out: ""}, left_out) for left_out in ALL),
        ({"TEAMS_ALLOW_ANONYMOUS": "1", "CHECKPOST_ENV": "production"}, "TEAMS_ALLOW_ANONYMOUS"),
        ({"TEAMS_ALLOW_ANONYMOUS": "1", "CHECKPOST_ENV": "test", **ALL}, "TEAMS_ALLOW_ANONYMOUS"),
        ({"TEAMS_ALLOW_ANONYMOUS": "1", "CHECKPOST_ENV": "test", "HOST": "192.0.2.1"}, "TEAMS_ALLOW_ANONYMOUS"),
        ({**ALL, "TEAMS_OPENID_METADATA_URL": "http://login.example/"}, "TEAMS_OPENID_METADATA_URL"),
    ],
)
def test_the_server_does_not_start_half_set_up_or_open_to_everybody(
    given: dict[str, str], named: str, environ: dict[str, str]
) -> None:
    done = CliRunner().invoke(main, ["serve"], env=environ | given)
    assert done.exit_code not in (0, None)
    assert named in done.output
    assert "canary-password" not in done.output + str(done.exception)


async def test_a_database_that_is_locked_makes_no_draft_a_good_one(
    teams: Any, desk_bot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.claim.CLAIM_SECONDS", 0.3)
    with sqlite3.connect(tmp_path / "checkpost.db", isolation_level=None) as other, capture_logs() as logs:
        other.execute("BEGIN EXCLUSIVE")
        assert await desk_bot.person.post(teams.personal("canary")) == (200, "")
        (answer,) = await teams.settled()
        other.execute("ROLLBACK")
    assert (answer.words, desk_bot.services.drafts) == (wording.SORRY, [])
    assert "canary" not in str(logs)


async def test_teams_is_off_without_credentials(serve: Callable[..., Any], session: aiohttp.ClientSession) -> None:
    running = await serve()
    async with session.post(f"{running.url}/api/messages", json={}) as response:
        assert response.status == 404
