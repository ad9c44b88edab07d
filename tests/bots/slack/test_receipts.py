"""Receipts in Slack: an author gets their own last checks signed, for their eyes only; nobody gets another's."""

from __future__ import annotations

import pytest

from bots import labels
from core.draft import Author, Draft, Network
from core.errors import DatabaseError, RecordError
from core.privacy import Subjects
from core.receipts import verify
from core.verdict import Outcome, Verdict

WORDS = "a canary under the awning"


async def record(running, user: str, number: str) -> None:
    draft = Draft(number, WORDS, Author("slack", "T0001", user), Network.LINKEDIN)
    await running.services.audit.record_check(draft, Verdict(number, Outcome.REVISE, "sha256:x"))


def lines_of(blocks: list[dict]) -> list[str]:
    """Return what stands in blocks to be copied."""
    elements = [each for block in blocks if block["type"] == "rich_text" for each in block["elements"]]
    copied = [each for each in elements if each["type"] == "rich_text_preformatted"]
    return ["".join(part["text"] for part in each["elements"]) for each in copied]


async def test_an_author_gets_their_own_checks_signed_and_nobody_elses(stored, slack) -> None:
    running = await stored()
    for user, number in (("UALICE", "d1"), ("UALICEX", "d2"), ("UALICE", "d3")):
        await record(running, user, number)
    await running.caller.command("Receipts", "UALICE")
    await slack.until(1)
    (answer,) = slack.answers
    assert answer["response_type"] == "ephemeral"
    assert slack.posts == []
    keys, lines = running.services.database.keys, lines_of(answer["blocks"])
    assert [verify(keys, line)["id"] for line in lines] == ["d3", "d1"]
    assert "checkpost audit check-receipt" in slack.words()
    assert WORDS not in str(answer)
    with pytest.raises(RecordError):
        verify(keys, lines[0].replace('"revise"', '"ok"'))


async def test_they_come_in_the_direct_conversation_too_and_only_the_last_ten(stored, slack) -> None:
    running = await stored()
    for number in range(12):
        await record(running, "UALICE", f"d{number}")
    await running.caller.json(running.caller.direct_message("receipts"))
    await slack.until_whole("Times are in")
    lines = [line for message in slack.posts for line in lines_of(message["blocks"])]
    told = [verify(running.services.database.keys, line)["id"] for line in lines]
    assert told == [f"d{number}" for number in range(11, 1, -1)]
    assert {message["channel"] for message in slack.posts} == {running.caller.direct_message("x")["event"]["channel"]}


async def test_home_opens_them_and_whoever_presses_sees_their_own(stored, slack) -> None:
    running = await stored()
    await record(running, "UALICE", "d1")
    event = running.caller.event(type="app_home_opened", user="UALICE", tab="home", channel="DUALICE")
    await running.caller.json(event)
    home = await slack.until_view(lambda shown: labels.RECEIPTS in str(shown))
    await running.caller.press(home, labels.RECEIPTS, "UBOB")
    await slack.until_view(lambda shown: shown["type"] == "modal" and labels.HOME_NO_RECEIPTS in str(shown))
    await running.caller.press(home, labels.RECEIPTS, "UALICE")
    view = await slack.until_view(lambda shown: lines_of(shown["blocks"]))
    assert [verify(running.services.database.keys, line)["id"] for line in lines_of(view["blocks"])] == ["d1"]


async def test_after_privacy_delete_there_is_none(stored, slack) -> None:
    running = await stored()
    await record(running, "UALICE", "d1")
    await Subjects(running.services.database).delete("slack:T0001:UALICE", "cli:op")
    await running.caller.command("receipts", "UALICE")
    await slack.until(1)
    assert labels.HOME_NO_RECEIPTS in slack.words()
    assert lines_of(slack.answers[0]["blocks"]) == []


async def test_a_record_that_cannot_be_read_is_said(stored, slack, monkeypatch) -> None:
    async def lost(*_: object) -> None:
        raise DatabaseError("gone")

    running = await stored()
    monkeypatch.setattr("core.audit.Audit.receipts", lost)
    await running.caller.command("receipts", "UALICE")
    await slack.until(1)
    assert labels.HOME_FAULT in slack.words()
