"""A text file dropped into the direct chat is a draft; everything else is refused kindly and kept nowhere."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from bots import labels, wording
from bots.answer import unread
from bots.teams.files import permitted_store
from core.settings import load_settings
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim
from tests.bots.teams.traffic import texts

BLOCKED = "Please do not post this"
DRAFT = "We won Northwind"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("draft.txt", DRAFT.encode()),
        ("DRAFT.MD", b"\xef\xbb\xbf" + DRAFT.encode()),
        ("draft.csv", DRAFT.encode("utf-16")),
        ("draft.txt", f"Zoë & <b> {DRAFT} &amp; more\r\n".encode()),
    ],
)
async def test_a_text_file_is_a_draft(name: str, content: bytes, teams: Any, room: Any, person: Any) -> None:
    assert await person.post(teams.dropped(name, content)) == (200, "")
    (answer,) = await teams.settled()
    assert BLOCKED in answer.words
    assert DRAFT in room.drafts[0].text
    assert "\r" not in room.drafts[0].text


async def test_the_words_beside_a_file_belong_to_the_draft_and_may_hold_options(
    teams: Any, room: Any, person: Any
) -> None:
    await person.post(teams.dropped("draft.md", DRAFT.encode(), "checkpost --network linkedin Read this:"))
    await teams.settled()
    (draft,) = room.drafts
    assert (draft.text, draft.network.value) == (f"Read this:\n\n{DRAFT}", "linkedin")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("draft.txt", b"x" * 1_000_001, labels.FILE_TOO_LARGE),
        ("draft.docx", b"PK\x03\x04", wording.FILE_UNREAD),
        ("draft", b"x", wording.FILE_UNREAD),
        ("draft.txt", b"", labels.FILE_EMPTY),
        ("draft.txt", b" \n", labels.FILE_EMPTY),
        ("draft.txt", "Zoë".encode("latin-1"), labels.FILE_NO_TEXT),
        ("draft.txt", b"MZ\x00\x01", labels.FILE_NO_TEXT),
    ],
)
async def test_what_is_no_readable_text_is_refused_with_its_reason(
    name: str, content: bytes, said: str, teams: Any, room: Any, person: Any
) -> None:
    assert await person.post(teams.dropped(name, content)) == (200, "")
    (answer,) = await teams.settled()
    assert (answer.words, room.drafts) == (said, [])


async def test_a_file_whose_name_has_no_ending_goes_by_the_kind_that_teams_names(
    teams: Any, room: Any, person: Any
) -> None:
    await person.post(teams.dropped("draft", DRAFT.encode(), fileType="txt"))
    assert BLOCKED in (await teams.settled())[0].words


@pytest.mark.parametrize(
    "fault",
    [{"status": 404}, {"status": 302, "headers": {"Location": "/files/other.txt"}}, {"status": 503, "times": 9}],
)
async def test_a_file_that_cannot_be_had_is_not_passed_over(
    fault: dict[str, Any], teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    teams.files["other.txt"] = b"elsewhere"
    teams.faults.append(sim.Fault("file", **fault))
    await person.post(teams.dropped("draft.txt", DRAFT.encode()))
    (answer,) = await teams.settled()
    assert (answer.words, room.drafts) == (labels.FILE_OUT_OF_REACH, [])


async def test_a_store_that_is_busy_is_asked_again(
    teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    teams.faults.append(sim.Fault("file", 429, times=2))
    await person.post(teams.dropped("draft.txt", DRAFT.encode()))
    assert BLOCKED in (await teams.settled())[0].words


async def test_a_store_that_hangs_ends_in_an_answer(
    teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector.FETCH_SECONDS", 0.2)
    monkeypatch.setattr("bots.tasks.SILENCE_SECONDS", 0.1)
    teams.faults.append(sim.Fault("file", delay=1.0))
    await person.post(teams.dropped("draft.txt", DRAFT.encode()))
    said = [call.words for call in await teams.settled(2)]
    assert said == [wording.STILL_CHECKING, labels.FILE_OUT_OF_REACH]


@pytest.mark.parametrize("url", ["https://contoso.sharepoint.com.evil.example/x", "http://169.254.169.254/latest", ""])
async def test_nothing_is_fetched_from_anywhere_else(url: str, teams: Any, room: Any, person: Any) -> None:
    await person.post(teams.dropped("draft.txt", DRAFT.encode(), downloadUrl=url))
    (answer,) = await teams.settled()
    assert (answer.words, room.drafts) == (labels.FILE_OUT_OF_REACH, [])
    assert teams.sent("file") == []


async def test_the_bots_token_stays_with_the_connector(teams: Any, person: Any) -> None:
    await person.post(teams.dropped("draft.txt", DRAFT.encode()))
    await teams.settled()
    assert [call.status for call in teams.calls if call.kind == "file"] == [200]


async def test_of_several_files_one_is_read_and_that_is_said(teams: Any, room: Any, person: Any) -> None:
    first, second = teams.dropped("a.txt", DRAFT.encode()), teams.dropped("b.txt", b"Falcon")
    await person.post(first | {"attachments": first["attachments"] + second["attachments"]})
    (answer,) = await teams.settled()
    assert labels.FILE_ONE in answer.words
    assert [draft.text for draft in room.drafts] == [DRAFT]


async def test_a_file_in_a_shared_conversation_is_not_fetched(teams: Any, room: Any, person: Any) -> None:
    file = teams.dropped("draft.txt", DRAFT.encode())["attachments"]
    await person.post(teams.group("Look at this", attachments=file))
    verdict, _ = await teams.settled(2)
    assert wording.FILE_UNREAD in verdict.words
    assert (room.drafts[0].text, teams.sent("file")) == ("Look at this", [])


async def test_a_text_of_more_than_a_draft_may_have_is_not_called_good(teams: Any, bot: Any) -> None:
    await bot.person.post(teams.dropped("draft.txt", b"word " * 9_000))
    (answer,) = await teams.settled()
    assert unread("length") in answer.words


async def test_nothing_of_a_file_is_in_a_log(teams: Any, person: Any) -> None:
    with capture_logs() as logs:
        await person.post(teams.dropped("canaryname.txt", b"Canaryword Northwind"))
        await person.post(teams.dropped("canaryname.txt", b"Canaryword\x00"))
        await teams.settled(2)
    assert "canary" not in json.dumps(logs, default=str).lower()


LIVE = {"TEAMS_APP_ID": "a", "TEAMS_APP_PASSWORD": "b", "TEAMS_TENANT_ID": "c"}
GOV, DOD = "smba.infra.gov.teams.microsoft.us", "smba.infra.dod.teams.microsoft.us"


@pytest.mark.parametrize(
    ("more", "url", "permitted"),
    [
        ({}, "https://contoso-my.sharepoint.com/personal/a/_layouts/15/download.aspx?UniqueId=1&tempauth=x", True),
        ({}, "https://CONTOSO.sharepoint.com/x", True),
        ({}, "http://contoso.sharepoint.com/x", False),
        ({}, "https://contoso.sharepoint.com:8443/x", False),
        ({}, "https://sharepoint.com/x", False),
        ({}, "https://contoso.sharepoint.com@evil.example/x", False),
        ({}, "https://me@contoso.sharepoint.com/x", False),
        ({}, "https://evil.example/contoso.sharepoint.com/x", False),
        ({}, "https://evil.example#.sharepoint.com/x", False),
        ({}, "https://contoso.sharepoint.com/x\ny", False),
        ({}, "https://contoso.sharepoint.us/x", False),
        ({"TEAMS_SERVICE_URL_HOSTS": GOV}, "https://contoso.sharepoint.us/x", True),
        ({"TEAMS_SERVICE_URL_HOSTS": GOV}, "https://contoso.sharepoint.com/x", False),
        ({"TEAMS_SERVICE_URL_HOSTS": DOD}, "https://contoso.sharepoint-mil.us/x", True),
        ({"TEAMS_SERVICE_URL_HOSTS": "127.0.0.1"}, "http://127.0.0.1:9/x", False),
        ({"TEAMS_SERVICE_URL_HOSTS": "127.0.0.1", "CHECKPOST_ENV": "test"}, "http://127.0.0.1:9/x", True),
        ({"TEAMS_SERVICE_URL_HOSTS": "127.0.0.1", "CHECKPOST_ENV": "test"}, "http://localhost:9/x", False),
        ({"TEAMS_SERVICE_URL_HOSTS": "10.0.0.1", "CHECKPOST_ENV": "test"}, "http://10.0.0.1/x", False),
    ],
)
def test_files_are_fetched_from_where_teams_keeps_them_only(more: dict[str, str], url: str, permitted: bool) -> None:
    assert permitted_store(url, load_settings(LIVE | more)) is permitted


async def heard(teams: Any, words: str) -> Any:
    """Wait for the message with these words, and return it; a picture takes a while on a busy machine."""
    async with asyncio.timeout(120):
        while not (found := [each for each in teams.sent() if words in each.words]):
            await teams.settled(len(teams.sent()) + 1, seconds=120)
    return found[-1]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give pictures more time than authors have: a busy machine takes many times as long."""
    monkeypatch.setattr("bots.bootstrap.PICTURE_SECONDS", 120.0)


@pytest.mark.parametrize("way", ["dropped", "pasted"])
async def test_words_in_a_picture_are_a_draft(way: str, teams: Any, room: Any, person: Any, a_picture: Any) -> None:
    await person.post(getattr(teams, way)("shot.png", a_picture(DRAFT)))
    answer = await heard(teams, BLOCKED)
    assert labels.PICTURE_READ in answer.words
    assert [(draft.text, draft.unread) for draft in room.drafts] == [(DRAFT, ())]
    assert [call.status for call in teams.sent("file")] == [200]


@pytest.mark.parametrize("text", ["", "A fine day."])
async def test_a_picture_that_cannot_be_read_is_never_called_good(text: str, teams: Any, bot: Any) -> None:
    await bot.person.post(teams.dropped("photo.png", b"\x89PNG\r\n", text))
    answer = await heard(teams, "Could not be checked")
    assert "this is no picture that can be read" in answer.words


async def test_a_pasted_picture_is_fetched_from_the_service_alone(teams: Any, room: Any, person: Any) -> None:
    raw = teams.pasted("shot.png", b"x")
    raw["attachments"][0]["contentUrl"] = f"{teams.url}/files/shot.png"
    await person.post(raw)
    assert labels.FILE_OUT_OF_REACH in (await teams.settled())[-1].words
    assert teams.sent("file") == []


@pytest.mark.parametrize("room_for_a_memo", [True, False])
async def test_a_file_that_was_left_out_is_not_forgotten_behind_a_button(
    room_for_a_memo: bool, teams: Any, person: Any
) -> None:
    await person.post(teams.dropped("plan.pdf", b"%PDF-1.7", "Lunch was great"))
    card = (await teams.settled())[-1].card
    edit = rules.buttons_of(card)[labels.EDIT_AGAIN]
    edit["data"] |= {} if room_for_a_memo else {"memo": ""}
    form = (await person.ask(teams.pressed(edit, "ann", card)))["task"]["value"]["card"]["content"]
    for text in ("", "Dinner was great"):
        assert unread("file") in texts(form)
        check = teams.sent_from_dialog(rules.buttons_of(form)[labels.FORM_SUBMIT], "ann", form, draft=text)
        form = (await person.ask(check))["task"]["value"]["card"]["content"]
    assert "❔ Could not be checked" in texts(form)


async def test_a_form_that_was_tampered_with_names_nothing_else_as_unread(teams: Any, room: Any, person: Any) -> None:
    form = (await person.ask(teams.extension(None)))["task"]["value"]["card"]["content"]
    check = rules.buttons_of(form)[labels.FORM_SUBMIT]
    check["data"]["about"] = "[all](https://evil.example) fine"
    await person.ask(teams.sent_from_dialog(check, "ann", form, draft="Dinner was great"))
    assert [draft.unread for draft in room.drafts] == [()]
