"""Receipts in Teams: an author gets their own last checks signed, in private; nobody gets another's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bots import labels
from core.draft import Author, Draft, Network
from core.errors import DatabaseError, RecordError
from core.privacy import Subjects
from core.receipts import verify
from core.verdict import Outcome, Verdict
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim

WORDS = "a canary under the awning"


def somebody(name: str) -> Author:
    return Author("teams", sim.TENANT, sim.object_id(name))


async def record(bot: Any, name: str, number: str, outcome: Outcome = Outcome.REVISE) -> None:
    draft = Draft(number, WORDS, somebody(name), Network.LINKEDIN)
    await bot.services.audit.record_check(draft, Verdict(number, outcome, "sha256:x"))


def lines_of(card: dict[str, Any]) -> list[str]:
    """Return what stands on a card to be copied."""
    runs = [run for block in card["body"] if block["type"] == "RichTextBlock" for run in block["inlines"]]
    return [run["text"] for run in runs if run.get("fontType") == "monospace"]


async def test_an_author_gets_their_own_checks_signed_and_nobody_elses(teams: Any, desk_bot: Any) -> None:
    for name, number in (("ann", "d1"), ("bob", "d2"), ("ann", "d3")):
        await record(desk_bot, name, number)
    await desk_bot.person.post(teams.personal("Receipts"))
    (page,) = await teams.settled()
    keys = desk_bot.services.database.keys
    assert [verify(keys, line)["id"] for line in lines_of(page.card)] == ["d3", "d1"]
    assert "checkpost audit check-receipt" in page.words
    assert WORDS not in str(page.body)
    with pytest.raises(RecordError):
        verify(keys, lines_of(page.card)[0].replace('"revise"', '"ok"'))


async def test_the_help_page_opens_them_in_a_dialog_that_is_turned(teams: Any, desk_bot: Any) -> None:
    for number in range(12):
        await record(desk_bot, "ann", f"d{number}")
    await record(desk_bot, "bob", "bob's")
    await desk_bot.person.post(teams.personal("help"))
    (page,) = await teams.settled()
    opened = await desk_bot.person.ask(teams.pressed(rules.buttons_of(page.card)[labels.RECEIPTS], "ann", page.card))
    seen = []
    while True:
        card = opened["task"]["value"]["card"]["content"]
        assert rules.faults(card, dialog=True) == []
        seen += [verify(desk_bot.services.database.keys, line)["id"] for line in lines_of(card)]
        later = rules.buttons_of(card).get(labels.LATER)
        if later is None:
            break
        opened = await desk_bot.person.ask(teams.sent_from_dialog(later, "ann", card))
    assert seen == [f"d{number}" for number in range(11, 1, -1)]


async def test_in_a_shared_conversation_nothing_of_them_is_shown(teams: Any, desk_bot: Any) -> None:
    await record(desk_bot, "ann", "d1")
    await desk_bot.person.post(teams.channel("receipts"))
    (answer,) = await teams.settled()
    assert answer.words == labels.RECEIPTS_ELSEWHERE


async def test_somebody_else_who_presses_the_button_sees_their_own(teams: Any, desk_bot: Any) -> None:
    await record(desk_bot, "ann", "d1")
    pressed = teams.invoke("task/fetch", {"data": {"verb": "guide", "about": "receipts"}}, "bob")
    answer = json.dumps(await desk_bot.person.ask(pressed))
    assert labels.HOME_NO_RECEIPTS in answer
    assert "signature" not in answer


async def test_after_privacy_delete_there_is_none(teams: Any, desk_bot: Any) -> None:
    await record(desk_bot, "ann", "d1")
    await Subjects(desk_bot.services.database).delete(str(somebody("ann")), "cli:op")
    await desk_bot.person.post(teams.personal("receipts"))
    (page,) = await teams.settled()
    assert labels.HOME_NO_RECEIPTS in page.words
    assert lines_of(page.card) == []


async def test_a_record_that_cannot_be_read_is_said(teams: Any, desk_bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("core.audit.Audit.receipts", lost)
    await desk_bot.person.post(teams.personal("receipts"))
    assert [call.words for call in await teams.settled()] == [labels.HOME_FAULT]
