"""What Slack, its people and its bad days do to an app: S01 to S26 of docs/slack-scenarios.md.

checkpost is a process of its own that knows of Slack from its environment alone. Starting one takes long, so these
tests share it, and those that need a new one start it anew.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from types import SimpleNamespace

import aiohttp
import pytest

from bots import labels, wording
from tests.patience import SHARED, Share

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
BLOCKED, GOOD = "⛔ Please do not post this", "✅ Good to go"
CARD = "Pay with 4111 1111 1111 1111, canary."
STILL = wording.STILL_CHECKING
APOLOGIES = (wording.SORRY, STILL, wording.UNSURE)
LOUD = ("<!channel>", "<!here>", "<!everyone>", "<@U", "<#C", "<!subteam", "<http")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def slack(app):
    """Return the process's Slack, which remembers nothing of the test before."""
    app.slack.forget()
    return app.slack


@pytest.fixture
def caller(app):
    """Return somebody who talks to the process, and has sent no draft yet."""
    app.caller.user = f"U{next(app.slack.numbers):05}"
    return app.caller


def answers(slack) -> list[dict]:
    """Return what people see that is no apology and no word of patience."""
    return [each for each in slack.said if not any(words in str(each) for words in APOLOGIES)]


async def quiet(slack, seconds: float = 0.5) -> None:
    """Give what must not happen the time to happen; all that was asked before has its answer already."""
    slack.calls.clear()
    before = len(slack.said)
    await asyncio.sleep(seconds)
    assert (len(slack.said), [name for name, _ in slack.calls if name.startswith(("chat.", "views."))]) == (before, [])


async def logged(process, event: str, times: int = 1, seconds: float = 60) -> None:
    """Wait until an event stands in the log so many times."""
    async with asyncio.timeout(seconds):
        while process.said().count(event) < times:  # noqa: ASYNC110 (a log tells nobody that it grew)
            await asyncio.sleep(0.05)


async def one_more(slack, before: int = 0, seconds: float = 60) -> dict:
    """Wait for exactly one more answer and return it."""
    await slack.until_holds(lambda: len(answers(slack)) > before, seconds)
    await asyncio.sleep(0.3)
    assert len(answers(slack)) == before + 1
    return answers(slack)[-1]


async def test_who_is_not_slack_changes_nothing_and_leaves_no_trace(app, caller, slack) -> None:
    """S01, S02, S04."""
    body = caller.command_body(CARD)
    signed, stamp = caller.signed(body), "X-Slack-Request-Timestamp"
    forged = [
        caller.signed(body, secret="another"),
        caller.signed(body + b"x"),
        {stamp: signed[stamp]},
        signed | {"X-Slack-Signature": ""},
        {"X-Slack-Signature": signed["X-Slack-Signature"]},
        caller.signed(body, at=time.time() - 301),
        caller.signed(body, at=time.time() + 303),
    ]
    assert [(await caller.send(body, FORM | each)).status for each in forged] == [401] * 7
    hostile = [
        (b"{broken", JSON),
        (b"payload=zzz", FORM),
        (b"[1, 2]", JSON),
        (b"\xff\xfe\xff", JSON),
        (b"x" * 3_000_000, JSON),
        (b"{}", JSON | {stamp: "abc"}),
        (b"{}", JSON | {stamp: "9" * 400}),
        (b"{}", JSON | {stamp: signed[stamp], "X-Slack-Signature": "v0=é"}),
        (b"[" * 100_000, JSON),
    ]
    statuses = [(await caller.send(body, headers)).status for body, headers in hostile]
    assert all(400 <= status < 500 for status in statuses), statuses
    challenge = json.dumps({"type": "url_verification", "challenge": "challenge-1"}).encode()
    unsigned = await caller.send(challenge, JSON)
    assert (unsigned.status, "challenge-1" in unsigned.text) == (401, False)
    answer = await caller.json(challenge)
    assert (answer.status, "challenge-1" in answer.text) == (200, True)
    assert (await caller.form(b"ssl_check=1&token=legacy")).status == 200
    assert (await caller.send(b"ssl_check=1&token=legacy", FORM)).status == 200
    await quiet(slack)


async def test_whatever_comes_again_is_answered_once_also_after_a_restart(app, caller, slack) -> None:
    """S03, S05, S06, S07, S18."""
    body = caller.command_body(CARD)
    headers = caller.signed(body) | FORM
    assert [(await caller.send(body, headers)).status for _ in range(3)] == [200] * 3
    await one_more(slack)
    event = caller.direct_message(CARD)
    first = await caller.json(event)
    assert (first.status, first.seconds < SHARED) == (200, True)
    await one_more(slack, 1)
    for number in range(1, 4):
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
        assert (await caller.json(event, **again)).status == 200
    await quiet(slack)
    slack.faults["auth.test"] = [{"ok": False, "error": "invalid_auth"}]
    assert (await app.process.stop())[0] == 0
    await app.process.start()
    assert (await caller.json(caller.direct_message(CARD))).status == 200
    await one_more(slack, 2)
    assert (await caller.command(CARD)).status == 200
    await one_more(slack, 3)
    assert slack.faults["auth.test"] == []
    assert "reinstall" not in str(slack.said).lower()
    assert (await caller.json(event, **{"X-Slack-Retry-Num": "3"})).status == 200
    assert (await caller.send(body, headers)).status == 200
    await quiet(slack)


async def test_a_slow_slack_holds_up_no_acknowledgement(app, caller, slack) -> None:
    """S08."""
    slack.asleep = True
    response = await caller.command(CARD)
    assert (response.status, slack.kept_waiting()) == (200, True), response
    slack.asleep = False
    assert (await one_more(slack))["text"] == BLOCKED


TEXTS = {
    "the word payload": "Our new payload of 300 kg, payload={} and payload=x",
    "broadcasts": "<!channel> <!here> <!everyone> see <#C0123|town> and <@U0123|ana>",
    "a link with another label": "Read <https://evil.example/login|https://bank.example/>",
    "entities twice": "Fish &amp; chips &amp;lt;b&amp;gt; &lt;!channel&gt; &amp;amp;",
    "formatting": "*bold* _it_ ~no~ `code` ```block``` > quote",
    "curly quotes": "“Done” — it’s ‘fine’…",
    "emoji": "We did it 👩‍👩‍👧‍👦🏳️‍🌈 :tada:",
    "right to left": "שלום \u202eabc\u202c مرحبا",
    "nothing to see": "zero\u200bwidth\u2060joi\u200dner",
    "combining": "Z̸a̸l̸g̸o̸ é",
    "control characters": "a\x01b\x07c",
    "lines": "one\ntwo\r\nthree\n\n\nfour",
    "full width": "ＦＵＬＬ　ｗｉｄｔｈ　１２３",
}


async def test_every_text_is_answered_by_both_doors_and_nothing_in_it_comes_alive(app, caller, slack) -> None:
    """S09, S10, S12, S13."""
    for number, text in enumerate(TEXTS.values()):
        user = f"{caller.user}{number:02}"
        before = len(answers(slack))
        assert (await caller.command(f"{text} {CARD}", user)).status == 200
        assert (await caller.json(caller.direct_message(f"{text} {CARD}", user))).status == 200
        await slack.until_holds(lambda seen=before: len(answers(slack)) == seen + 2)
    assert {each["text"] for each in answers(slack)} == {BLOCKED}
    marked_up = [
        part["text"]
        for each in answers(slack)
        for part in walk(each)
        if part.get("type") == "mrkdwn" or part.get("type") == "markdown"
    ]
    assert [text for text in marked_up if any(loud in text for loud in LOUD)] == []
    assert (await caller.command("")).status == 200
    form = await slack.until_view(lambda view: view.get("callback_id") == "check")
    assert form["title"]["text"] == labels.FORM_TITLE


def walk(value: object) -> list[dict]:
    """Return every object inside a message."""
    if isinstance(value, list | tuple):
        return [found for part in value for found in walk(part)]
    if not isinstance(value, dict):
        return []
    return [value] + [found for part in value.values() for found in walk(part)]


async def test_long_drafts_are_answered_by_both_doors_within_every_limit(app, caller, slack) -> None:
    """S11."""
    for length, command in ((40_000, True), (12_000, False)):
        text = (f"{CARD} We met on the pier and talked about the boat and the weather. " * 600)[:length]
        before = len(answers(slack))
        if command:
            assert (await caller.command(text)).status == 200
        else:
            assert (await caller.json(caller.direct_message(text))).status == 200
        await slack.until_holds(lambda seen=before: any(wording.PRIVACY in str(each) for each in answers(slack)[seen:]))


SILENT = [
    {"type": "message", "user": "UBOT", "text": CARD, "channel_type": "im", "channel": "D1"},
    {"type": "message", "user": "UX", "bot_id": "BX", "text": CARD, "channel_type": "im", "channel": "D1"},
    {"type": "message", "subtype": "bot_message", "bot_id": "BX", "text": CARD, "channel_type": "im", "channel": "D1"},
    {"type": "message", "subtype": "message_changed", "message": {"user": "U1", "text": CARD}, "channel_type": "im"},
    {"type": "message", "subtype": "message_deleted", "channel_type": "im", "channel": "D1"},
    {"type": "message", "subtype": "channel_join", "user": "U1", "channel_type": "im", "channel": "D1"},
    {"type": "reaction_added", "user": "UALICE", "item": {"type": "message", "channel": "C1", "ts": "1.1"}},
    {"type": "team_join", "user": {"id": "U1"}},
    {"type": "channel_created", "channel": {"id": "C2", "name": "new"}},
    {"type": "something_of_next_year", "user": "UALICE"},
]


async def test_what_is_not_for_us_is_acknowledged_in_silence(app, caller, slack) -> None:
    """S14, S15."""
    for event in SILENT:
        response = await caller.json(caller.event(**event))
        assert (response.status, response.seconds < SHARED) == (200, True), event
    await quiet(slack)


RETRY = (429, {"Retry-After": "1"})


@pytest.mark.parametrize(
    "faults", [[RETRY, RETRY], ["drop"], [(503, {})]], ids=["limited twice", "dropped", "unavailable"]
)
async def test_an_answer_arrives_once_on_a_bad_day(app, caller, slack, faults: list) -> None:
    """S16, S17."""
    slack.faults["response_url"] = list(faults)
    assert (await caller.command(CARD)).status == 200
    await one_more(slack)
    slack.faults["chat.postMessage"] = list(faults)
    assert (await caller.json(caller.direct_message(CARD))).status == 200
    await one_more(slack, 1)


async def test_a_command_in_a_channel_is_between_its_author_and_us(app, caller, slack) -> None:
    """S19, S20."""
    for number, (channel, name) in enumerate((("CTOWN", "town"), ("CAWAY", "away"), ("GSECRET", "privategroup"))):
        assert (await caller.command(CARD, channel_id=channel, channel_name=name)).status == 200
        assert (await one_more(slack, number))["response_type"] == "ephemeral"
    assert slack.posts == []
    assert "in_channel" not in str(slack.answers)


async def test_neither_draft_nor_token_nor_secret_is_in_the_log_whatever_happens(app, caller, slack) -> None:
    """S21: the fixture searches the log."""
    body = caller.command_body(f"{CARD} Northwind")
    await caller.send(body, FORM | caller.signed(body, secret="wrong"))
    await caller.form(b"payload=canary")
    await caller.json(b'{"type": "canary", "event": "Northwind"}')
    await caller.command(f"{CARD} Northwind")
    slack.faults["response_url"] = [(404, {})]
    slack.faults["chat.postMessage"] = [{"ok": False, "error": "invalid_auth"}]
    await caller.command("Northwind canary two")
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    await caller.interaction("message_action", callback_id="check_message", message={"text": "canary"})
    slack.faults["users.info"] = [(500, {})]
    await caller.json(caller.direct_message("Northwind canary three"))
    await slack.until_holds(lambda: len([each for each in slack.said if STILL not in str(each)]) >= 3)
    await logged(app.process, "slack.answer_lost")


async def test_an_answer_under_way_outlives_the_process(app, caller, slack) -> None:
    """S22."""
    slack.delay = 2
    assert (await caller.command(CARD)).status == 200
    status, seconds = await app.process.stop()
    assert (status, seconds < SHARED * 12) == (0, True), (status, seconds)
    slack.delay = 0
    await app.process.start()
    assert (await one_more(slack))["text"] == BLOCKED


async def test_home_is_a_page_for_a_member_an_admin_and_a_guest(app, caller, slack) -> None:
    """S24."""
    for user, keeps_terms in (("UALICE", False), ("UADMIN", True), ("UGUEST", False)):
        event = caller.event(type="app_home_opened", user=user, tab="home", channel=f"D{user}")
        assert (await caller.json(event)).status == 200
        await slack.until_holds(lambda who=user: who in slack.homes)
        assert (labels.TERMS in str(slack.homes[user])) is keeps_terms


async def test_nothing_is_called_but_slack(app, caller, slack) -> None:
    """S25: the fixture refuses and reports every other connection."""
    await caller.json(caller.direct_message(CARD))
    await caller.command("See https://example.com/page and write to ana@example.com")
    await caller.json(caller.event(type="app_home_opened", user="UALICE", tab="home", channel="D1"))
    await slack.until_holds(lambda: slack.homes and len(answers(slack)) == 2)
    probe = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    with pytest.raises(Exception, match="exit status 1"):
        await asyncio.to_thread(app.process.python, "-c", probe)
    assert app.process.escapes.read_text("utf-8") == "192.0.2.1\n"
    app.process.escapes.unlink()


async def test_being_taken_out_or_locked_out_ends_nothing_else(app, caller, slack) -> None:
    """S26."""
    for event in ({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, {"type": "app_uninstalled"}):
        assert (await caller.json(caller.event(**event))).status == 200
    for method in ("auth.test", "chat.postMessage", "users.info", "conversations.open"):
        slack.faults[method] = [{"ok": False, "error": "account_inactive"}] * 20
    lost = app.process.said().count("slack.answer_lost")
    for _ in range(2):
        assert (await caller.json(caller.direct_message(CARD))).status == 200
    await logged(app.process, "slack.answer_lost", lost + 2)
    await quiet(slack)
    await app.process.until_ready("/healthz")
    await app.process.until_ready()
    slack.faults.clear()
    assert (await caller.json(caller.direct_message(CARD))).status == 200
    await one_more(slack)


async def crowd(app, caller, slack, people: int, each: int, at_once: int) -> list[float]:
    """Have people send drafts, so many at once; return the seconds to each acknowledgement, once all were answered.

    On a busy machine, they are seconds in which the process was at work: it is all the time that others let it.
    """
    seconds: list[float] = []
    share = Share(app.process.worked)
    places = asyncio.Semaphore(at_once)
    drafts = [f"{person:02}{turn:02}" for turn in range(each) for person in range(people)]
    slack.answered.clear()

    async def ask(number: str) -> None:
        text, url = f"draft {number} is paid with 4111 1111 1111 1111", f"{slack.url}response/{number}"
        body = caller.command_body(text, f"{caller.user}{number[:2]}", response_url=url)
        async with places:
            response = await sent(caller, body)
        assert response.status == 200
        seconds.append(response.seconds)

    def told() -> Counter[str]:
        """Count what each was told, and be it that nothing was checked: where it is quiet, all are read."""
        final = {number: [each for each in said if STILL not in str(each)] for number, said in slack.answered.items()}
        return Counter({number: len(said) for number, said in final.items()})

    await asyncio.gather(*map(ask, drafts))
    got = share.so_far() if SHARED > 1 else 1
    await slack.until_holds(lambda: told().total() >= len(drafts), 300)
    await asyncio.sleep(1)
    assert told() == dict.fromkeys(drafts, 1)
    quoted = [
        (number, *re.findall(r"draft (\d{4}) is", str(message))[:1])
        for number, messages in slack.answered.items()
        for message in messages
    ]
    assert [each for each in quoted if len(set(each)) > 1] == []
    read = len({number for number, *draft in quoted if draft})
    print(f"\n{len(drafts) - read} of {len(drafts)} could not be checked")  # noqa: T201
    wanted = len(drafts) if SHARED == 1 else min(21, len(drafts) // 2)
    # with little of a processor nobody's turn comes in time, and all are told so
    assert read >= wanted or (SHARED > 1 and share.so_far() < 0.5), "those whose turn comes are read"
    assert slack.posts == []
    return sorted(each * got for each in seconds)


async def sent(caller, body: bytes) -> SimpleNamespace:
    """Send a command; where a busy machine takes longer to begin with it than a connection may be silent, once more."""
    while True:
        try:
            return await caller.form(body)
        except aiohttp.ClientConnectionError:
            assert SHARED > 1, "nobody is hung up on where it is quiet"


async def test_three_hundred_commands_by_thirty_people_thirty_at_once(app, caller, slack) -> None:
    """S23."""
    await crowd(app, caller, slack, people=30, each=1, at_once=5)
    before = app.process.megabytes()
    seconds = await crowd(app, caller, slack, people=30, each=10, at_once=30)
    grown = app.process.megabytes() - before
    told = f"slowest {seconds[-1]:.2f} s, p95 {seconds[284]:.2f} s, grown {grown:.0f} MB"
    print(told)  # noqa: T201
    assert (seconds[-1] < SHARED * 3, seconds[284] < SHARED * 1.5, grown < 80) == (True, True, True), told


@pytest.mark.parametrize(("drafts", "share"), [(300, 1), (500, 0.99)], ids=["300", "500"])
async def test_hundreds_of_drafts_by_fifty_people_at_once(app, caller, slack, drafts: int, share: float) -> None:
    """Each of 300 is acknowledged within a second, and 99 in 100 of 500."""
    await crowd(app, caller, slack, people=8, each=1, at_once=4)
    seconds = await crowd(app, caller, slack, people=50, each=drafts // 50, at_once=drafts)
    told = f"slowest {seconds[-1]:.2f} s, middle {seconds[drafts // 2]:.2f} s"
    print(told)  # noqa: T201
    assert seconds[int(drafts * share) - 1] < SHARED, told
