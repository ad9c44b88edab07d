"""What stands under a verdict: each button does its one thing, once, for the author alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bots import labels, sayings, wording
from bots.teams import memo
from core.verdict import Approval
from tests import shipped
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim
from tests.bots.teams.traffic import texts

BLOCKED, GOOD = "Please do not post this", "Good to go"
DRAFT = "We are proud to work with Northwind."
SAFE = "We are proud to work with a client."
NEWER = ("unread", "approved", "notices")


@pytest.fixture
async def card(teams: Any, room: Any, person: Any) -> Any:
    """Ann's verdict with its buttons."""
    await person.post(teams.personal(DRAFT))
    (verdict,) = await teams.settled()
    teams.calls.clear()
    return verdict.card


@pytest.fixture
def alarms(room: Any) -> Any:
    """What was noted as a false alarm, with a rule that exists."""
    noted: list[Any] = []

    async def record_false_alarm(*one: str) -> None:
        noted.append(one)

    room.policy = SimpleNamespace(rules=shipped.policy().rules)
    room.audit = SimpleNamespace(record_false_alarm=record_false_alarm)
    return noted


def submit_of(button: dict[str, Any]) -> dict[str, Any]:
    """Return what an older client shows instead of a button."""
    return button["fallback"]


async def test_a_verdict_has_every_button_and_no_word_of_the_draft_in_any(card: Any) -> None:
    buttons = rules.buttons_of(card)
    wanted = [wording.FALSE_ALARM, labels.CLAUSE, labels.USE_SAFE, labels.EDIT_AGAIN]
    assert list(buttons) == wanted
    assert "Northwind" not in str([button["data"] for button in buttons.values()])


async def test_the_safe_version_is_checked_again_in_the_place_of_the_card(
    card: Any, teams: Any, room: Any, person: Any
) -> None:
    answer = await person.ask(teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card))
    assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert rules.faults(answer["value"]) == []
    said = "\n".join(texts(answer["value"]))
    assert GOOD in said
    assert said.index(labels.READY) < said.index(SAFE)
    assert [draft.text for draft in room.drafts] == [DRAFT, SAFE]
    assert teams.calls == []


async def test_an_older_client_gets_the_card_updated_once(card: Any, teams: Any, room: Any, person: Any) -> None:
    button = submit_of(rules.buttons_of(card)[labels.USE_SAFE])
    for _ in range(2):  # two activities: a double click
        assert await person.post(teams.pressed(button, "ann", card)) == (200, "")
    (update,) = teams.sent("update")
    assert (update.conversation, update.reply_to) == ("a:ann", "posted-1")
    assert SAFE in update.words
    assert len(room.drafts) == 2
    assert teams.sent() == []


@pytest.mark.parametrize("status", [400, 404])
async def test_a_card_that_is_gone_is_sent_anew(status: int, card: Any, teams: Any, person: Any) -> None:
    teams.faults.append(sim.Fault("update", status))
    await person.post(teams.pressed(submit_of(rules.buttons_of(card)[labels.USE_SAFE]), "ann", card))
    (verdict,) = await teams.settled()
    assert SAFE in verdict.words


async def test_an_invoke_that_is_repeated_has_the_same_answer_and_counts_once(
    card: Any, teams: Any, room: Any, person: Any
) -> None:
    press = teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card)
    answers = [await person.ask(press | {"id": str(number)}) for number in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(room.drafts) == 2


async def test_a_click_from_before_a_restart_is_not_counted_again(
    card: Any, teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.app.REPEAT_SECONDS", 0.0)  # what a process forgets, the database knows
    press = teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card)
    first, second = await person.ask(press), await person.ask(press)
    assert first["type"].endswith("adaptive")
    assert second == {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": labels.ALREADY}
    assert len(room.drafts) == 2


async def test_a_false_alarm_is_noted_on_the_card_and_the_rest_of_it_stays(
    card: Any, teams: Any, person: Any, alarms: Any
) -> None:
    press = teams.pressed(rules.buttons_of(card)[wording.FALSE_ALARM], "ann", card)
    press["value"]["action"]["data"]["about"] = f"confidential/client-name sha256:{'0' * 64}"
    answer = await person.ask(press)
    said = "\n".join(texts(answer["value"]))
    assert labels.NOTED in said
    assert BLOCKED in said
    assert DRAFT in said
    assert wording.FALSE_ALARM not in rules.buttons_of(answer["value"])
    assert labels.USE_SAFE in rules.buttons_of(answer["value"])
    assert alarms == [("teams", "confidential/client-name", f"sha256:{'0' * 64}")]


async def test_a_false_alarm_leaves_what_was_not_read_and_an_approval_on_the_card(
    teams: Any, room: Any, person: Any, alarms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, approval = room.check, Approval("r1", "slack:T1:U2", datetime(2026, 5, 4, 9, tzinfo=UTC))

    async def approved(draft: Any) -> Any:
        return replace(await judge(draft), approval=approval)

    monkeypatch.setattr(room, "check", approved)
    room.reviews.channel = "teams:19:reviewers"
    await person.post(teams.dropped("plan.pdf", b"%PDF-1.7", DRAFT))
    card = (await teams.settled())[-1].card
    press = teams.pressed(rules.buttons_of(card)[wording.FALSE_ALARM], "ann", card)
    press["value"]["action"]["data"]["about"] = f"confidential/client-name sha256:{'0' * 64}"
    again = (await person.ask(press))["value"]
    for shown in (card, again):
        assert {wording.FILE_UNREAD, wording.APPROVED.format(at="2026-05-04", number="r1")} <= set(texts(shown))
        assert sayings.ASK not in rules.buttons_of(shown)
    assert labels.NOTED in texts(again)


@pytest.mark.parametrize("title", [labels.USE_SAFE, labels.EDIT_AGAIN])
async def test_somebody_elses_card_is_shut(title: str, card: Any, teams: Any, room: Any, person: Any) -> None:
    answer = await person.ask(teams.pressed(rules.buttons_of(card)[title], "bob", card))
    assert labels.PRESS_OVER in (answer.get("value"), answer.get("task", {}).get("value"))
    assert len(room.drafts) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "0123456789abcdef"},
        {"memo": "k1.AAAA"},
        {"memo": "nokey"},
        {"memo": "k1." + "A" * 4_000},
        {"memo": "k9.AAAA"},
        {"memo": ""},
    ],
)
async def test_a_card_that_was_tampered_with_is_refused(
    changed: dict[str, str], card: Any, teams: Any, room: Any, person: Any
) -> None:
    press = teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card)
    press["value"]["action"]["data"] |= changed
    answer = await person.ask(press)
    assert answer["value"] == labels.PRESS_OVER
    assert len(room.drafts) == 1


async def test_a_memo_of_one_card_does_not_open_on_another(card: Any, teams: Any, room: Any, person: Any) -> None:
    await person.post(teams.personal("Northwind again."))
    (other,) = await teams.settled()
    press = teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card)
    press["value"]["action"]["data"]["memo"] = rules.buttons_of(other.card)[labels.USE_SAFE]["data"]["memo"]
    assert (await person.ask(press))["value"] == labels.PRESS_OVER


async def test_a_card_that_was_forwarded_to_others_shows_them_nothing(card: Any, teams: Any, person: Any) -> None:
    press = teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card)
    press["conversation"] = {"id": "19:group@thread.v2", "conversationType": "groupChat", "tenantId": sim.TENANT}
    answer = await person.ask(press)
    assert answer["value"] == labels.PRESS_OVER


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {},
        {"action": None},
        {"action": {"type": "Action.Submit", "data": {"verb": "check"}}},
        {"action": {"type": "Action.Execute", "data": []}},
        {"action": {"type": "Action.Execute", "data": {"verb": 5}}},
        {"action": {"type": "Action.Execute", "data": {"verb": "no such verb"}}},
        {"action": {"type": "Action.Execute", "verb": "use_safe"}},
        {"action": {"type": "Action.Execute", "data": {"verb": "use_safe", "memo": "x"}}},
        {"action": {"type": "Action.Execute", "data": {"verb": "form", **{str(n): "x" for n in range(99)}}}},
    ],
)
async def test_a_malformed_press_is_a_well_formed_error(value: Any, teams: Any, room: Any, person: Any) -> None:
    answer = await person.ask(teams.invoke("adaptiveCard/action", value))
    assert (answer["statusCode"], answer["type"]) == (400, "application/vnd.microsoft.error")
    assert answer["value"] == {"code": "BadRequest", "message": labels.MALFORMED}
    assert room.drafts == []


async def test_a_slow_check_answers_the_press_in_time_and_the_verdict_follows_once(
    card: Any, teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.app.INVOKE_SECONDS", 0.2)
    room.seconds = 1.0
    press = teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card)
    answers = [await person.ask(press) for _ in range(3)]
    assert {answer["value"] for answer in answers} == {labels.TAKES_LONGER}
    (verdict,) = await teams.settled()
    assert SAFE in verdict.words
    assert len(room.drafts) == 2


async def test_the_draft_on_a_card_is_in_no_log(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession
) -> None:
    door = await open_door()
    person = sim.Person(teams, door.url, session)
    with capture_logs() as logs:
        await person.post(teams.personal("Canaryword Northwind"))
        (verdict,) = await teams.settled()
        for title in (labels.USE_SAFE, labels.EDIT_AGAIN):
            await person.ask(teams.pressed(rules.buttons_of(verdict.card)[title], "ann", verdict.card))
    assert "Canaryword" not in str(logs)


async def test_a_database_that_does_not_answer_makes_no_press_a_good_verdict(
    card: Any, teams: Any, room: Any, person: Any
) -> None:
    room.fault = OSError("canary")
    with capture_logs() as logs:
        answer = await person.ask(teams.pressed(rules.buttons_of(card)[labels.USE_SAFE], "ann", card))
    assert answer["value"] == wording.SORRY
    assert "canary" not in str(logs)
    assert len(room.drafts) == 1


async def test_a_card_of_before_opens(teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = memo._packed
    monkeypatch.setattr(memo, "_packed", lambda kept: {k: v for k, v in now(kept).items() if k not in NEWER})
    await person.post(teams.dropped("plan.pdf", b"%PDF-1.7", "Lunch was great"))
    await person.post(teams.personal(DRAFT))
    unread, blocked = [call.card for call in await teams.settled(2)]
    answer = await person.ask(teams.pressed(rules.buttons_of(blocked)[labels.USE_SAFE], "ann", blocked))
    assert GOOD in "\n".join(texts(answer["value"]))
    form = await person.ask(teams.pressed(rules.buttons_of(unread)[labels.EDIT_AGAIN], "ann", unread))
    assert wording.UNREAD["file"] in str(form)
