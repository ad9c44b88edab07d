"""The welcome after an installation, and the help page."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from bots import labels, wording
from bots.teams.cards import MAX_CARD
from bots.teams.connector import size
from bots.teams.render import render_page
from core.guidance import guide, load_guidance
from core.settings import DEFAULT_POLICY_DIR
from tests import shipped
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim

PLACES = {
    "personal": ({"id": "a:ann", "conversationType": "personal"}, {}),
    "group": ({"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True}, {}),
    "team": (
        {"id": "19:general@thread.tacv2", "conversationType": "channel", "isGroup": True},
        {"team": {"id": "19:team@thread.tacv2"}},
    ),
}


@pytest.mark.parametrize("place", PLACES)
async def test_an_installation_is_welcomed_once(place: str, teams: Any, person: Any) -> None:
    conversation, more = PLACES[place]
    data = {"channelData": {"tenant": {"id": sim.TENANT}, **more}}
    added = [{"id": sim.BOT}]
    for kind, fields in (("installationUpdate", {"action": "add"}), ("conversationUpdate", {"membersAdded": added})):
        assert await person.post(teams.activity(kind, "ann", conversation, **fields, **data)) == (200, "")
    (welcome,) = await teams.settled()
    assert (welcome.conversation, welcome.reply_to) == (conversation["id"], "")
    assert "`checkpost your draft`" in welcome.words


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("installationUpdate", {"action": "remove"}),
        ("installationUpdate", {"action": "add-upgrade"}),
        ("installationUpdate", {}),
        ("conversationUpdate", {"membersAdded": [{"id": "29:bob"}]}),
        ("conversationUpdate", {"membersRemoved": [{"id": sim.BOT}]}),
        ("conversationUpdate", {"topicName": "new"}),
    ],
)
async def test_nobody_else_is_welcomed(kind: str, fields: dict[str, Any], teams: Any, person: Any) -> None:
    conversation, _ = PLACES["personal"]
    assert await person.post(teams.activity(kind, "ann", conversation, **fields)) == (200, "")
    assert teams.calls == []


async def test_help_tells_admins_more_but_only_in_private(teams: Any, person: Any) -> None:
    await person.post(teams.personal("help"))
    await person.post(teams.personal("/checkpost help", "admin"))
    await person.post(teams.channel("help", "admin"))
    ann, admin, channel = await teams.settled(3)
    assert ["terms add" in call.words for call in (ann, admin, channel)] == [False, True, False]


@pytest.fixture
def desk(room: Any) -> Any:
    """The Teams door with the shipped policy and guidance behind it, and no detection."""
    room.checker = SimpleNamespace(policy=shipped.policy())
    room.guidance = load_guidance(DEFAULT_POLICY_DIR)
    room.alarms = []

    async def record_false_alarm(*noted: str) -> None:
        room.alarms.append(noted)

    room.audit = SimpleNamespace(record_false_alarm=record_false_alarm)
    return room


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("checkpost policy claims/claim-without-source", "please change it"),
        ("policy no-such-clause", "No clause has this name"),
        ("reply friend request", "in person or by phone first"),
        ("trail", "Would you sign it in a year?"),
        ("Privacy", "Deleting it"),
    ],
)
async def test_every_page_of_the_desk_is_there(desk: Any, teams: Any, person: Any, asked: str, words: str) -> None:
    await person.post(teams.personal(asked))
    (page,) = await teams.settled()
    assert words in page.words


async def test_a_page_that_no_card_holds_comes_in_several(desk: Any) -> None:
    messages = list(render_page(guide(desk.checker.policy, desk.guidance, "policy")))
    shown = json.dumps(messages)
    assert len(messages) > 1
    assert all(size(message["attachments"][0]["content"]) <= MAX_CARD for message in messages)
    assert all(rule.id in shown for rule in desk.checker.policy.rules if rule.status == "active")


def alarm(about: str, **more: Any) -> dict[str, Any]:
    return {"verb": "alarm", "nonce": "1", "about": about} | more


async def test_a_false_alarm_is_noted_once_without_person_or_text(desk: Any, teams: Any, person: Any) -> None:
    version = desk.checker.policy.version
    about = f"claims/claim-without-source {version} d1"
    for nonce in ("1", "1", "another card"):
        await person.post(teams.personal(None, value=alarm(about, nonce=nonce)))
    thanks, again = await teams.settled(2)
    assert "none of your words" in thanks.words
    assert again.words == thanks.words
    assert desk.alarms == [("teams", "claims/claim-without-source", version)]


@pytest.mark.parametrize(
    "value",
    [
        alarm("claims/claim-without-source my draft"),
        {"verb": "alarm", "nonce": "1", "about": 5},
        {"verb": "alarm", "about": "claims/claim-without-source sha256:0"},
        {"verb": "x"},
        {},
        "text",
        5,
    ],
)
async def test_a_press_that_names_no_rule_and_version_is_not_noted(
    desk: Any, teams: Any, person: Any, value: Any
) -> None:
    assert (await person.post(teams.personal(None, value=value)))[0] == 200
    assert (desk.alarms, teams.calls) == ([], [])


async def test_the_help_page_opens_the_form_and_the_desk_in_dialogs(desk: Any, teams: Any, person: Any) -> None:
    await person.post(teams.personal("help"))
    (page,) = await teams.settled()
    buttons = rules.buttons_of(page.card)
    assert list(buttons) == [labels.SHORTCUT, labels.HOME_POLICY, labels.HOME_KEPT, labels.HOME_TRAIL, labels.RECEIPTS]
    for title in (labels.HOME_KEPT, labels.HOME_TRAIL):
        opened = await person.ask(teams.pressed(buttons[title], "ann", page.card))
        assert rules.faults(dialog_of(opened), dialog=True) == []


async def test_a_long_page_is_turned_in_its_dialog(desk: Any, teams: Any, person: Any) -> None:
    opened = await person.ask(teams.invoke("task/fetch", {"data": {"verb": "guide", "about": "policy"}}))
    seen = []
    while True:
        card = dialog_of(opened)
        assert rules.faults(card, dialog=True) == []
        seen.append(json.dumps(card))
        later = rules.buttons_of(card).get(labels.LATER)
        if later is None:
            break
        opened = await person.ask(teams.sent_from_dialog(later, "ann", card))
    assert len(seen) > 2
    active = [rule.id for rule in desk.checker.policy.rules if rule.status == "active"]
    assert all(any(rule in shown for shown in seen) for rule in active)


@pytest.mark.parametrize("about", ["policy#0", "policy#99999999999", "policy#x", "policy#-1", "no such page", ""])
async def test_a_page_that_there_is_not_is_no_fault(desk: Any, teams: Any, person: Any, about: str) -> None:
    answer = await person.ask(teams.invoke("task/fetch", {"data": {"verb": "guide", "about": about}}))
    assert answer["task"]["type"] in ("continue", "message")
    assert wording.SORRY not in str(answer)


async def test_a_finding_leads_to_its_clause(desk: Any, teams: Any, person: Any) -> None:
    answer = await person.ask(
        teams.invoke("task/fetch", {"data": {"verb": "clause", "about": "claims/claim-without-source"}})
    )
    assert "claims/claim-without-source" in json.dumps(dialog_of(answer))


def dialog_of(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["task"]["type"] == "continue", answer
    return answer["task"]["value"]["card"]["content"]
