"""Admins read and change the list of terms, in their own direct chat only."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bots import wording
from bots.teams.outbox import Outbox
from bots.teams.turn import Turn
from core.settings import load_settings
from core.tables import audit
from tests.bots.teams import simulator as sim


async def names(desk_bot: Any) -> set[str]:
    _, terms = await desk_bot.services.terms.load()
    return {term.name for term in terms}


async def records(desk_bot: Any, kind: str) -> list[dict[str, Any]]:
    async with desk_bot.services.database.reading() as connection:
        rows = [json.loads(row.record) for row in await connection.execute(select(audit).order_by(audit.c.seq))]
    return [record for record in rows if record["kind"] == kind]


async def test_an_admin_adds_lists_and_removes_terms(teams: Any, desk_bot: Any) -> None:
    for said in (
        "terms add Bluebird --kind project --secrecy secret",
        "/checkpost terms list",
        "terms remove Bluebird",
    ):
        assert await desk_bot.person.post(teams.personal(said, "admin")) == (200, "")
    added, listed, removed = await teams.settled(3)
    assert "Bluebird" in added.words
    assert "Bluebird" in listed.words
    assert "Northwind" in listed.words
    assert "Bluebird" in removed.words
    assert await names(desk_bot) == {"Northwind"}
    for answer in (added, listed, removed):
        assert answer.conversation == "a:admin"
        assert answer.body["summary"] == answer.card["fallbackText"] == wording.TERMS_SUMMARY


async def test_rows_are_imported_from_a_message(teams: Any, desk_bot: Any) -> None:
    await desk_bot.person.post(teams.personal("terms import\nterm,kind,aliases,note\nBluebird,project,,", "admin"))
    await teams.settled()
    assert await names(desk_bot) == {"Northwind", "Bluebird"}


@pytest.mark.parametrize("said", ["terms list", "terms add Bluebird", "terms remove Northwind", "terms export"])
@pytest.mark.parametrize("who", ["ann", "no object id", "a name like the admin's", "guest"])
async def test_everybody_else_is_refused_on_record_and_told_whom_to_ask(
    said: str, who: str, teams: Any, desk_bot: Any
) -> None:
    activity = teams.personal(said, "admin" if who == "guest" else "ann")
    if who == "no object id":
        del activity["from"]["aadObjectId"]
    if who == "a name like the admin's":
        activity["from"] |= {"name": "Admin", "id": sim.ADMIN, "userPrincipalName": "admin@example.com"}
    if who == "guest":
        teams.roles["29:admin"] = "guest"
    assert await desk_bot.person.post(activity) == (200, "")
    (answer,) = await teams.settled()
    assert sim.ADMIN in answer.words
    assert "kept by" in answer.words
    assert "Northwind" not in str(answer.body)
    assert await names(desk_bot) == {"Northwind"}
    (refusal,) = await records(desk_bot, "terms.refuse")
    assert "Northwind" not in str(refusal)
    assert refusal["actor"].startswith("person:")


async def test_rights_that_cannot_be_looked_up_are_not_assumed(teams: Any, desk_bot: Any) -> None:
    teams.faults.append(sim.Fault("member", 500))
    await desk_bot.person.post(teams.personal("terms remove Northwind", "admin"))
    (answer,) = await teams.settled()
    assert answer.words == wording.RIGHTS_UNKNOWN
    assert await names(desk_bot) == {"Northwind"}


@pytest.mark.parametrize("place", ["channel", "group"])
async def test_terms_are_not_spoken_of_among_others(place: str, teams: Any, desk_bot: Any) -> None:
    await desk_bot.person.post(getattr(teams, place)("terms list", "admin"))
    (answer,) = await teams.settled()
    assert answer.words == wording.TERMS_ELSEWHERE
    assert "Northwind" not in str(teams.calls)


async def test_an_edited_command_is_not_carried_out_again(teams: Any, desk_bot: Any) -> None:
    said = teams.personal("terms remove Northwind", "admin")
    assert await desk_bot.person.post({**said, "type": "messageUpdate"}) == (200, "")
    assert (await names(desk_bot), teams.calls) == ({"Northwind"}, [])


async def test_a_failure_is_not_taken_for_done(teams: Any, desk_bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> str:
        raise RuntimeError("Bluebird")

    monkeypatch.setattr("bots.teams.terms.terms_command", fail)
    with capture_logs() as logs:
        await desk_bot.person.post(teams.personal("terms add Bluebird", "admin"))
        (answer,) = await teams.settled()
    assert answer.words == wording.TERMS_UNSURE
    assert "Bluebird" not in str(logs)


@pytest.mark.parametrize(
    ("admins", "person", "allowed"),
    [
        (f"teams:{sim.ADMIN}", sim.ADMIN, True),
        (f"teams:{sim.ADMIN.upper()}", sim.ADMIN, True),
        (f"teams:{sim.ADMIN}", sim.ADMIN.upper(), True),
        (f"teams:{sim.ADMIN}", sim.object_id("ann"), False),
        (f"teams:{sim.ADMIN}", "", False),
        (f"teams:{sim.ADMIN}", None, False),
        ("slack:U012AB3CD", "U012AB3CD", False),
        ("", "", False),
    ],
)
def test_an_admin_is_known_by_object_id_and_nothing_else(admins: str, person: str | None, allowed: bool) -> None:
    raw = {"from": {"id": "29:x", "aadObjectId": person}}
    services: Any = SimpleNamespace(settings=load_settings({"CHECKPOST_ADMINS": admins}))
    assert Turn(services, Outbox(None, raw, "")).is_admin is allowed  # type: ignore[arg-type]
