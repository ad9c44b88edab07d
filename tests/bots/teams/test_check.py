"""A draft comes in, and its verdict goes to its author and nobody else, once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bots import labels, tasks, wording
from core import checker
from core.tables import audit
from tests.bots.teams import simulator as sim
from tests.patience import SHARED

BLOCKED = "Please do not post this"
DRAFT = "We are proud to work with Northwind."


@pytest.mark.parametrize("form", ["{}", "/checkpost {}", "checkpost {}", "/checkpost --network linkedin {}"])
async def test_a_draft_in_the_direct_chat_gets_its_verdict(form: str, teams: Any, person: Any) -> None:
    assert await person.post(teams.personal(form.format(DRAFT))) == (200, "")
    (answer,) = await teams.settled()
    assert (answer.conversation, answer.status) == ("a:ann", 201)
    assert BLOCKED in answer.words
    assert DRAFT in answer.words
    assert "Northwind" not in answer.body["summary"]


async def test_the_whole_server_judges_and_records_without_the_text(teams: Any, bot: Any) -> None:
    assert await bot.person.post(teams.personal(DRAFT)) == (200, "")
    assert await bot.person.post(teams.personal("We had a lovely day at the sea.")) == (200, "")
    block, ok = await teams.settled(2)
    assert BLOCKED in block.words
    assert "Good to go" in ok.words
    async with bot.services.database.reading() as connection:
        records = [row.record for row in await connection.execute(select(audit))]
    checks = [record for record in records if '"kind": "check"' in record]
    assert len(checks) == 2
    assert '"actor": "person:' in checks[0]
    assert sim.object_id("ann") not in checks[0]
    assert not any("Northwind" in record for record in checks)


@pytest.mark.parametrize("text", ["", " \n ", "/checkpost", "checkpost  "])
async def test_nothing_to_check_is_said(text: str, teams: Any, room: Any, person: Any) -> None:
    await person.post(teams.personal(text))
    (answer,) = await teams.settled()
    assert (answer.words, room.drafts) == (wording.EMPTY, [])


async def test_a_file_is_not_passed_over_in_silence(teams: Any, person: Any) -> None:
    image = {"contentType": "image/png", "contentUrl": "https://example.com/x.png"}
    await person.post(teams.personal("", attachments=[image]))
    await person.post(teams.personal("Look at this", attachments=[image]))
    for answer in await teams.settled(2):
        assert labels.FILE_OUT_OF_REACH in answer.words
        assert "Could not be checked" in answer.words


@pytest.mark.parametrize(
    "text",
    [
        "**bold** [here](https://a.example) `x`\n- list\n\nend",
        "will <beat> the market, <at>Jane</at> <b>x</b>",
        "Fish &amp; chips &lt;3",
        "🎉👍🏽 emoji",
        "שלום עולם, مرحبا",
        "x" * 8_000,
    ],
)
async def test_a_draft_is_read_and_shown_verbatim(text: str, teams: Any, room: Any, person: Any) -> None:
    await person.post(teams.personal(text))
    (answer,) = await teams.settled()
    assert room.drafts[0].text == text
    assert text in answer.words


async def test_the_target_of_a_hidden_link_is_checked_and_shown(teams: Any, room: Any, person: Any) -> None:
    rich = {"contentType": "text/html", "content": '<p>Read <a href="https://Northwind.example/">this</a></p>'}
    await person.post(teams.personal("Read this", attachments=[rich]))
    (answer,) = await teams.settled()
    assert room.drafts[0].text == "Read this\nhttps://Northwind.example/"
    assert BLOCKED in answer.words


async def test_a_draft_that_is_too_long_is_unchecked_and_the_limit_named(teams: Any, bot: Any) -> None:
    await bot.person.post(teams.personal("word " * 12_000))
    (answer,) = await teams.settled()
    assert "Could not be checked" in answer.words
    assert "40,000" in answer.words


@pytest.mark.parametrize("place", ["channel", "group"])
async def test_a_mention_is_answered_in_the_thread_and_the_verdict_goes_to_the_author(
    place: str, teams: Any, room: Any, person: Any
) -> None:
    activity = getattr(teams, place)(DRAFT)
    assert await person.post(activity) == (200, "")
    verdict, notice = await teams.settled(2)
    assert room.drafts[0].text == DRAFT
    (created,) = teams.sent("create")
    assert created.body == {
        "isGroup": False,
        "bot": {"id": sim.BOT},
        "members": [{"id": "29:ann"}],
        "tenantId": sim.TENANT,
        "channelData": {"tenant": {"id": sim.TENANT}},
    }
    assert (verdict.conversation, verdict.reply_to) == ("a:ann", "")
    assert BLOCKED in verdict.words
    assert (notice.conversation, notice.reply_to) == (activity["conversation"]["id"], activity["id"])
    assert notice.words == wording.ANSWERED_PRIVATELY
    assert "Northwind" not in str(notice.body)


async def test_a_message_without_mention_is_not_read(teams: Any, room: Any, person: Any) -> None:
    assert await person.post(teams.channel(DRAFT, mention=False)) == (200, "")
    await asyncio.sleep(0.2)
    assert (teams.calls, room.drafts) == ([], [])


@pytest.mark.parametrize(("kind", "status"), [("create", 403), ("create", 404), ("post", 403)])
async def test_an_author_who_cannot_be_reached_is_told_so_in_the_thread(
    kind: str, status: int, teams: Any, person: Any
) -> None:
    teams.faults.append(sim.Fault(kind, status))
    await person.post(teams.channel(DRAFT))
    (notice,) = await teams.settled()
    assert notice.conversation.startswith("19:")
    assert notice.words == wording.UNDELIVERED


async def test_an_edited_draft_is_checked_again_and_each_edit_once(teams: Any, room: Any, person: Any) -> None:
    first = teams.personal("Hello")
    edit = {**first, "type": "messageUpdate", "text": DRAFT, "timestamp": "2026-03-01T10:00:00Z"}
    again = {**edit, "text": "Hello again", "timestamp": "2026-03-01T10:01:00Z"}
    for activity in (first, edit, edit, again):
        assert await person.post(activity) == (200, "")
    answers = await teams.settled(3)
    assert [draft.text for draft in room.drafts] == ["Hello", DRAFT, "Hello again"]
    assert [BLOCKED in answer.words for answer in answers] == [False, True, False]


async def test_one_activity_three_times_is_one_answer_and_one_record(teams: Any, bot: Any) -> None:
    activity = teams.personal(DRAFT)
    answers = await asyncio.gather(*(bot.person.post(activity) for _ in range(3)))
    assert answers == [(200, "")] * 3
    assert len(await teams.settled()) == 1
    async with bot.services.database.reading() as connection:
        records = [row.record for row in await connection.execute(select(audit))]
    assert sum('"kind": "check"' in record for record in records) == 1


@pytest.mark.parametrize("place", ["personal", "channel"])
async def test_a_slow_check_is_acknowledged_announced_and_answered_once(
    place: str, teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.tasks.SILENCE_SECONDS", 0.2)
    monkeypatch.setattr("bots.teams.app.ACK_SECONDS", 0.4)
    room.open.clear()
    began = time.monotonic()
    assert await person.post(getattr(teams, place)(DRAFT)) == (200, "")
    assert time.monotonic() - began > 0.3
    await teams.posted()
    room.open.set()
    notice, verdict, *rest = await teams.settled(2 if place == "personal" else 3)
    assert notice.words == wording.STILL_CHECKING
    assert BLOCKED in verdict.words
    assert [call.words for call in rest] == ([] if place == "personal" else [wording.ANSWERED_PRIVATELY])
    assert {call.conversation for call in teams.sent()[:2]} == {"a:ann"}


async def test_a_check_that_never_ends_is_given_up_aloud(
    teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.tasks.SILENCE_SECONDS", 0.05)
    monkeypatch.setattr("bots.tasks.ANSWER_SECONDS", 0.2)
    room.seconds = 60.0
    await person.post(teams.personal(DRAFT))
    _, answer = await teams.settled(2)
    assert answer.words == wording.SORRY


def test_a_slow_check_is_acknowledged_in_time_and_ends_within_a_minute() -> None:
    from bots.slack import api
    from bots.teams import app, bearer, connector

    assert tasks.SILENCE_SECONDS < app.ACK_SECONDS <= 5
    assert checker.LONGEST < tasks.ANSWER_SECONDS < 60 - max(connector.CALL_SECONDS, api.TIMEOUT)
    assert bearer.FETCH_SECONDS < connector.CALL_SECONDS


@pytest.mark.parametrize(
    ("fault", "posts", "last"),
    [
        (sim.Fault("post", 429, {"Retry-After": "1"}), 2, BLOCKED),
        (sim.Fault("post", 429, {"Retry-After": "soon"}), 2, BLOCKED),
        (sim.Fault("post", 412), 2, BLOCKED),
        (sim.Fault("post", 502, times=2), 3, BLOCKED),
        (sim.Fault("post", 503), 2, BLOCKED),
        (sim.Fault("post", 504), 2, BLOCKED),
        (sim.Fault("post", 413), 2, wording.NOT_SHOWN),
        (sim.Fault("post", 400), 2, wording.NOT_SHOWN),
        (sim.Fault("post", 500), 2, wording.UNSURE),
        (sim.Fault("post", 403), 1, None),
    ],
)
async def test_a_refused_verdict_is_repeated_or_replaced_and_never_lost_in_silence(
    fault: Any, posts: int, last: str | None, teams: Any, person: Any
) -> None:
    fault = sim.Fault(fault.kind, fault.status, fault.headers, times=fault.times)
    teams.faults.append(fault)
    with capture_logs() as logs:
        assert await person.post(teams.personal(DRAFT)) == (200, "")
        accepted = await teams.settled(1 if last else 0)
    assert len([call for call in teams.calls if call.kind == "post"]) == posts
    assert len(accepted) == (1 if last else 0)
    assert last is None or last in accepted[0].words
    assert any(entry["event"] in ("teams.send_repeated", "teams.verdict_refused") for entry in logs)
    assert "Northwind" not in str(logs)


async def test_a_verdict_that_may_have_arrived_is_not_sent_twice(
    teams: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector.TRY_SECONDS", 0.2)
    teams.faults.append(sim.Fault("post", delay=0.5))
    assert await person.post(teams.personal(DRAFT)) == (200, "")
    answers = await teams.settled(2)
    assert [BLOCKED in answer.words for answer in answers].count(True) == 1
    assert [answer.words for answer in answers].count(wording.UNSURE) == 1


async def test_when_nothing_gets_through_it_is_on_record(teams: Any, person: Any) -> None:
    teams.faults.append(sim.Fault("post", 500, times=9))
    with capture_logs() as logs:
        assert await person.post(teams.personal(DRAFT)) == (200, "")
    assert "teams.verdict_lost" in [entry["event"] for entry in logs]
    assert teams.sent() == []


async def test_a_slow_token_endpoint_delays_nobody_else(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession
) -> None:
    teams.token_delay = sim.HANGS
    person = sim.Person(teams, (await open_door()).url, session)
    waiting = [asyncio.create_task(person.post(teams.personal(DRAFT, f"p{number}"))) for number in range(5)]
    await asyncio.sleep(0.1)
    await person.stays_healthy()
    assert [await task for task in waiting] == [(200, "")] * 5
    assert len(await teams.settled(5)) == 5
    assert teams.token_fetches == 1


async def test_a_slow_connector_delays_nobody_else(teams: Any, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.teams.app.ACK_SECONDS", 0.5)
    teams.faults.append(sim.Fault("post", delay=sim.HANGS, times=5))
    waiting = [asyncio.create_task(person.post(teams.personal(DRAFT, f"p{number}"))) for number in range(5)]
    await asyncio.sleep(0.1)
    await person.stays_healthy()
    assert [await task for task in waiting] == [(200, "")] * 5
    assert teams.calls == [], "all of them were acknowledged before the first verdict got through"
    assert len(await teams.settled(5)) == 5


async def test_two_hundred_drafts_twenty_at_once_get_their_own_verdicts_with_one_token(
    teams: Any, room: Any, person: Any
) -> None:
    room.seconds = 0.02
    drafts = [
        (f"author{number % 50}", f"draft {number} " + ("Northwind" if number % 3 else "")) for number in range(200)
    ]
    random.Random(7).shuffle(drafts)  # noqa: S311 - an order, not a secret
    gate, took = asyncio.Semaphore(20), []

    async def say(author: str, text: str) -> None:
        async with gate:
            began = time.monotonic()
            assert (await person.post(teams.personal(text, author)))[0] == 200
            took.append(time.monotonic() - began)

    await asyncio.gather(*(say(author, text) for author, text in drafts))
    answers = await teams.settled(200, seconds=60)
    assert len(answers) == 200
    assert sorted(took)[190] < 5 * SHARED  # nineteen in twenty are answered before they would have to be announced
    for author, text in drafts:
        (mine,) = [call for call in answers if text.strip() in call.words.splitlines()]
        assert mine.conversation == f"a:{author}"
        assert (BLOCKED in mine.words) is ("Northwind" in text)
    assert teams.token_fetches == 1


async def test_a_conversation_gets_at_most_seven_sends_a_second(teams: Any, person: Any) -> None:
    await asyncio.gather(*(person.post(teams.personal(f"draft {number}")) for number in range(10)))
    assert len(await teams.settled(10)) == 10
    times = list(teams.doors[0].connector._pace._sent["a:ann"])  # when they went out; they arrive as the machine likes
    assert times[7] - times[0] >= 1
    assert times[8] - times[0] >= 2
    assert times[9] - times[1] >= 2
