"""A draft goes in, its verdict comes out: privately, once, and in spite of Slack's bad days."""

from __future__ import annotations

import asyncio
import time

import pytest

from bots import labels, wording
from bots.slack import reply
from core.draft import Account, Author, Network
from tests.patience import SHARED

BLOCKED = "⛔ Please do not post this"
GOOD = "✅ Good to go"
UNCHECKED = "❔ Could not be checked"


async def test_a_command_is_answered_to_its_author_alone(running, caller, slack) -> None:
    response = await caller.command("We won Northwind")
    assert (response.status, response.text) == (200, "")
    await slack.until(1)
    (answer,) = slack.answers
    assert (answer["text"], answer["response_type"]) == (BLOCKED, "ephemeral")
    assert slack.posts == []
    (draft,) = running.services.checker.drafts
    assert (draft.text, draft.author) == ("We won Northwind", Author("slack", "T0001", "UALICE"))
    assert str(draft.timezone) == "Europe/Berlin"


async def test_a_direct_message_is_answered_in_the_conversation(caller, slack) -> None:
    response = await caller.json(caller.direct_message("We won Northwind", thread_ts="1700000000.000001"))
    assert response.status == 200
    assert response.seconds < SHARED
    await slack.until(1)
    (post,) = slack.posts
    assert (post["text"], post["channel"]) == (BLOCKED, "DUALICE")
    assert post["thread_ts"] == "1700000000.000001"
    assert not post["unfurl_links"]
    assert slack.answers == []


async def test_a_message_outside_a_thread_is_not_answered_in_one(caller, slack) -> None:
    await caller.json(caller.direct_message("Happy Friday"))
    await slack.until(1)
    assert "thread_ts" not in slack.posts[0]


@pytest.mark.parametrize(
    "text",
    [
        "our payload=secret and payload",
        "terms and conditions apply",
        "help wanted: we are hiring",
        "terms of service",
        "“curly” ‘quotes’ — and emoji 🎉🇩🇪",
        "مرحبا بالعالم \u202eRTL\u202c",
        "zero\u200bwidth e\u0301 a\u0308",
        "control\x07\x1b[31m\x00",
        "line\nbreaks\r\n\n\nand\ttabs",
        "Ｆｕｌｌｗｉｄｔｈ ＆ ＜ｔａｇｓ＞",
        "<!channel> <!here> <@U12AB|anna> <#C1AB|town> <https://a.example|x> *b* _i_ &amp;lt;",
        "&lt;!channel&gt; &amp;amp;",
        "{json: [1",
        "payload",
        "%00%ff+%2B",
    ],
)
@pytest.mark.parametrize("marker", ["", " Northwind"])
async def test_every_draft_is_answered_by_both_ways_in(caller, slack, text: str, marker: str) -> None:
    for response in (
        await caller.command(text + marker),
        await caller.json(caller.direct_message(text + marker)),
    ):
        assert response.status == 200
    await slack.until(2)
    assert {message["text"] for message in slack.said} == {BLOCKED if marker else GOOD}
    assert all("<!" not in str(block) for message in slack.said for block in message["blocks"][:1])


@pytest.mark.parametrize("filler", ["word ", "👩", "&"])
async def test_long_drafts_are_answered_within_every_limit(caller, slack, filler: str) -> None:
    long = ("Northwind " + filler * 40_000)[:40_000]
    assert (await caller.command(long)).status == 200
    await slack.until_whole(wording.PRIVACY)
    slack.answers.clear()
    slack.posts.clear()
    assert (await caller.json(caller.direct_message(long[:12_000]))).status == 200
    await slack.until_whole(wording.PRIVACY)
    assert wording.DRAFT_CUT in slack.words()


async def test_options_reach_the_draft(running, caller, slack) -> None:
    await caller.command("—network linkedin —account brand Happy Friday")
    await slack.until(1)
    (draft,) = running.services.checker.drafts
    assert (draft.text, draft.network, draft.account) == ("Happy Friday", Network.LINKEDIN, Account.BRAND)


async def test_an_unknown_network_is_named_back_with_those_there_are(running, caller, slack) -> None:
    await caller.command("--network myspace Happy Friday")
    await slack.until(1)
    assert "linkedin" in slack.words()
    assert running.services.checker.drafts == []


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP"])
async def test_usage_is_shown_on_request_or_where_no_form_can_be_opened(caller, slack, text: str) -> None:
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    response = await caller.command(text)
    assert response.status == 200
    await slack.until(1)
    assert "`/checkpost your draft`" in slack.words()
    assert "For admins" not in slack.words()


async def test_an_admins_help_shows_how_terms_are_kept(caller, slack) -> None:
    await caller.command("help", user="UADMIN")
    await slack.until(1)
    assert "`/checkpost terms add" in slack.words()


async def test_help_is_also_there_in_the_direct_conversation(caller, slack) -> None:
    await caller.json(caller.direct_message("help"))
    await slack.until(1)
    assert "`/checkpost your draft`" in slack.words()


@pytest.mark.parametrize(("text", "verdict"), [("", None), ("We won Northwind", BLOCKED), ("Fine", UNCHECKED)])
async def test_a_file_out_of_reach_is_not_read_and_that_is_said(caller, slack, text: str, verdict: str | None) -> None:
    files = [{"id": "F1", "name": "draft.txt"}]
    await caller.json(caller.direct_message(text, subtype="file_share", files=files))
    await slack.until(1)
    assert labels.FILE_OUT_OF_REACH in slack.words()
    assert verdict is None or slack.posts[0]["text"] == verdict


async def test_the_target_of_a_hidden_link_is_checked_and_shown_by_both_ways_in(running, caller, slack) -> None:
    draft = "See <https://wiki.example/Northwind|our plan> at <https://a.example|a.example>"
    await caller.json(caller.direct_message(draft))
    await caller.command(f"--network x {draft}")
    await slack.until(2)
    read = {each.text for each in running.services.checker.drafts}
    assert read == {"See our plan at a.example\nhttps://wiki.example/Northwind"}
    assert {each["text"] for each in slack.said} == {BLOCKED}
    assert "\nhttps://wiki.example/" in slack.words()


async def test_a_slow_check_says_so_and_then_answers_once(running, caller, slack, monkeypatch) -> None:
    monkeypatch.setattr("bots.tasks.SILENCE_SECONDS", 0.1)
    running.services.checker.delay = 0.6
    await caller.command("Happy Friday")
    await slack.until(2)
    assert [answer["text"] for answer in slack.answers] == [wording.STILL_CHECKING, GOOD]


async def test_a_check_that_never_ends_is_given_up_aloud(running, caller, slack, monkeypatch) -> None:
    monkeypatch.setattr("bots.tasks.ANSWER_SECONDS", 0.2)
    running.services.checker.delay = 60
    await caller.command("Happy Friday")
    await slack.until(1)
    assert slack.answers[0]["text"] == wording.SORRY


async def test_a_fault_is_an_apology_and_never_a_verdict(running, caller, slack) -> None:
    running.services.checker.fault = RuntimeError("broken")
    await caller.command("Happy Friday")
    await caller.json(caller.direct_message("Happy Friday"))
    await slack.until(2)
    assert {message["text"] for message in slack.said} == {wording.SORRY}


async def test_a_slow_slack_delays_no_acknowledgement(caller, slack) -> None:
    slack.asleep = True
    response = await caller.command("Happy Friday")
    assert (response.status, slack.kept_waiting()) == (200, True)
    slack.asleep = False
    await slack.until(1)
    assert slack.answers[0]["text"] == GOOD


async def test_a_failing_auth_test_at_the_start_is_survived(slack, bot) -> None:
    slack.faults["auth.test"] = [{"ok": False, "error": "invalid_auth"}]
    running = await bot()
    assert (await running.caller.command("Happy Friday")).status == 200
    assert (await running.caller.json(running.caller.direct_message("Happy Friday"))).status == 200
    await slack.until(2)
    assert {message["text"] for message in slack.said} == {GOOD}


async def test_an_unknown_time_zone_is_utc(running, caller, slack) -> None:
    slack.people["UALICE"]["tz"] = "Mars/Olympus"
    await caller.command("Happy Friday")
    await caller.command("Happy Friday", user="UNOBODY")
    await slack.until(2)
    assert {str(draft.timezone) for draft in running.services.checker.drafts} == {"UTC"}


async def test_a_time_zone_is_asked_for_once_in_a_while(caller, slack) -> None:
    for number in range(3):
        await caller.command("Happy Friday")
        await slack.until(number + 1)
    assert [name for name, _ in slack.calls].count("users.info") == 1


SLOW_DOWN = (429, {"Retry-After": "0"})


@pytest.mark.parametrize(
    "faults",
    [
        [SLOW_DOWN, SLOW_DOWN],
        ["drop"],
        ["drop", "drop"],
        [(503, {})],
        [(500, {}), (502, {})],
    ],
)
@pytest.mark.parametrize("way", ["response_url", "chat.postMessage"])
async def test_an_answer_arrives_once_in_spite_of(caller, slack, monkeypatch, faults, way: str) -> None:
    monkeypatch.setattr("bots.slack.api.BACKOFF", 0.01)
    slack.faults[way] = list(faults)
    if way == "response_url":
        await caller.command("Happy Friday")
    else:
        await caller.json(caller.direct_message("Happy Friday"))
    await caller.until_done()
    assert slack.faults[way] == []
    assert [message["text"] for message in slack.said] == [GOOD]


@pytest.mark.parametrize("way", ["response_url", "chat.postMessage"])
async def test_slacks_own_waiting_time_is_kept(caller, slack, monkeypatch, way: str) -> None:
    monkeypatch.setattr("bots.slack.api.BACKOFF", 0.01)
    slack.faults[way] = [(429, {"Retry-After": "1"})]
    began = time.monotonic()
    if way == "response_url":
        await caller.command("Happy Friday")
    else:
        await caller.json(caller.direct_message("Happy Friday"))
    await slack.until(1)
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("error", ["ratelimited", "service_unavailable", "fatal_error", "internal_error"])
async def test_a_passing_refusal_of_slack_is_tried_again(caller, slack, monkeypatch, error: str) -> None:
    monkeypatch.setattr("bots.slack.api.BACKOFF", 0.01)
    slack.faults["chat.postMessage"] = [{"ok": False, "error": error}] * 2
    await caller.json(caller.direct_message("Happy Friday"))
    await slack.until(1)
    assert [post["text"] for post in slack.posts] == [GOOD]


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "channel_not_found"])
async def test_a_lasting_refusal_of_slack_is_not_tried_again(caller, slack, error: str) -> None:
    slack.faults["chat.postMessage"] = [{"ok": False, "error": error}] * 2
    await caller.json(caller.direct_message("Happy Friday"))
    await caller.until_done()
    assert len(slack.faults["chat.postMessage"]) == 1
    assert slack.said == []


@pytest.mark.parametrize("way", ["response_url", "chat.postMessage"])
async def test_an_answer_is_tried_again_after_a_time_out(bot, slack, monkeypatch, way: str) -> None:
    monkeypatch.setattr("bots.slack.route.TIMEOUT", 1)
    monkeypatch.setattr("bots.slack.api.BACKOFF", 0.01)
    caller = (await bot()).caller
    slack.faults[way] = ["hang"]
    if way == "response_url":
        await caller.command("Happy Friday")
    else:
        await caller.json(caller.direct_message("Happy Friday"))
    await slack.until(1)
    assert [message["text"] for message in slack.said] == [GOOD]


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_what_slack_does_not_lay_out_is_at_least_named(caller, slack, error: str) -> None:
    slack.faults["chat.postMessage"] = [{"ok": False, "error": error}]
    await caller.json(caller.direct_message("We won Northwind"))
    await slack.until(1)
    (post,) = slack.posts
    assert post["text"] == f"{BLOCKED}\n{wording.NOT_SHOWN}"
    assert "blocks" not in post


@pytest.mark.parametrize(
    "fault", [(404, {}), (410, {}), {"ok": False, "error": "expired_url"}, (307, {"Location": "/response/99"})]
)
async def test_a_response_url_that_is_over_is_replaced_by_a_direct_message(caller, slack, fault) -> None:
    slack.faults["response_url"] = [fault]
    await caller.command("We won Northwind")
    await slack.until(1)
    (post,) = slack.posts
    assert (post["channel"], post["text"]) == ("DUALICE", BLOCKED)
    assert slack.answers == []


async def test_what_follows_a_lost_response_url_keeps_its_order_by_direct_message(caller, slack) -> None:
    slack.faults["response_url"] = [(404, {})]
    await caller.command("Northwind " + "".join(f"{number:05} " for number in range(4_000)))
    await slack.until_whole(wording.PRIVACY)
    assert len(slack.posts) > 1
    assert slack.answers == []
    assert slack.posts[0]["blocks"][0]["type"] == "header"


@pytest.mark.parametrize("url", ["https://hooks.slack.com.evil.example/x", "http://169.254.169.254/latest", ""])
async def test_a_foreign_response_url_is_never_called(caller, slack, url: str) -> None:
    await caller.command("We won Northwind", response_url=url)
    await slack.until(1)
    assert [post["text"] for post in slack.posts] == [BLOCKED]


async def test_a_response_url_on_another_host_is_never_called(caller, slack) -> None:
    foreign = slack.response_url().replace("127.0.0.1", "localhost")
    await caller.command("We won Northwind", response_url=foreign)
    await slack.until(1)
    assert (len(slack.answers), len(slack.posts)) == (0, 1)


async def test_the_sixth_message_goes_by_direct_message(caller, slack) -> None:
    used = caller.fake.response_url()
    for number in range(6):
        await caller.command("We won Northwind", response_url=used)
        await slack.until(number + 1)
    assert (len(slack.answers), len(slack.posts)) == (5, 1)


async def test_an_answer_that_slack_holds_up_too_long_is_given_up(caller, slack, monkeypatch) -> None:
    monkeypatch.setattr(reply, "SECONDS", 0.2)
    slack.faults["chat.postMessage"] = [(429, {"Retry-After": "3600"})]
    await caller.json(caller.direct_message("Happy Friday"))
    await caller.until_done()
    assert slack.said == []


async def test_stopping_waits_for_the_answer(running, caller, slack) -> None:
    slack.asleep = True
    await caller.command("Happy Friday")
    closing = asyncio.create_task(running.server.close())
    done, _ = await asyncio.wait({closing}, timeout=0.5)
    assert (done, slack.answers) == (set(), [])
    slack.asleep = False
    await closing
    assert [answer["text"] for answer in slack.answers] == [GOOD]


async def test_many_authors_at_once_each_get_their_own_answer(running, caller, slack) -> None:
    async def ask(number: int) -> None:
        text = f"draft {number} Northwind"
        response = await caller.command(text, user=f"U{number:04}")
        assert response.status == 200
        assert response.seconds < 3 * SHARED

    await asyncio.gather(*(ask(number) for number in range(60)))
    await slack.until(60)
    assert len(slack.answers) == 60
    for number in range(60):
        mine = [answer for answer in slack.answers if f"draft {number} " in str(answer)]
        assert len(mine) == 1
