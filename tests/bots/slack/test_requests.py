"""What comes to POST /slack/events: believed or not, once or again, with or without a database."""

from __future__ import annotations

import json
import logging
import time
from urllib.parse import urlencode

import pytest
import structlog

from bots import wording
from bots.slack.api import response_urls
from core.telemetry import ALLOWED
from tests.patience import SHARED

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def nothing_comes_of_it(caller) -> None:
    """Wait until all that was sent is dealt with: nobody was told anything."""
    await caller.until_done()
    assert caller.fake.said == []


@pytest.mark.parametrize(
    "tamper",
    [
        lambda caller, body: caller.signed(body, secret="another"),
        lambda caller, body: caller.signed(body + b"x"),
        lambda caller, body: {},
        lambda caller, body: caller.signed(body) | {"X-Slack-Signature": ""},
        lambda caller, body: {"X-Slack-Signature": caller.signed(body)["X-Slack-Signature"]},
        lambda caller, body: caller.signed(body, at=time.time() - 301),
        lambda caller, body: caller.signed(body, at=time.time() + 400),
        lambda caller, body: caller.signed(body) | {"X-Slack-Request-Timestamp": "9" * 400},
        lambda caller, body: caller.signed(body) | {"X-Slack-Request-Timestamp": "abc"},
        lambda caller, body: caller.signed(body) | {"X-Slack-Signature": "v0=é"},
    ],
)
async def test_a_request_that_is_not_slacks_has_no_effect(caller, tamper) -> None:
    body = caller.command_body("We won Northwind")
    response = await caller.send(body, FORM | tamper(caller, body))
    assert (response.status, response.text) == (401, "")
    await nothing_comes_of_it(caller)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{broken", "application/json"),
        (b"payload=zzz", "application/x-www-form-urlencoded"),
        (b"[1, 2]", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"null", "application/json"),
        (b'{"type": "event_callback", "event": {"type": "message"}, "event_id": "E"}', "text/xml"),
    ],
)
@pytest.mark.parametrize("is_signed", [True, False])
async def test_nonsense_is_refused_and_never_ends_in_a_fault(caller, body, content_type, is_signed) -> None:
    headers = caller.signed(body) if is_signed else {}
    response = await caller.send(body, headers | {"Content-Type": content_type})
    assert response.status == (400 if is_signed else 401)
    await nothing_comes_of_it(caller)


async def test_a_huge_body_is_refused(caller) -> None:
    body = b"x" * 600_000
    assert (await caller.send(body, caller.signed(body) | FORM)).status == 413


@pytest.mark.parametrize(
    "changes",
    [
        {"authorizations": [5]},
        {"authorizations": 5},
        {"team": 7},
        {"user": 7},
        {"event": {"type": "message", "user": {"id": []}, "channel": 5, "channel_type": "im"}},
        {"event": {"type": "message", "channel_type": "im", "files": 5, "text": ["a"]}},
    ],
)
async def test_a_signed_event_of_another_shape_never_ends_in_a_fault(caller, changes) -> None:
    response = await caller.json(caller.event(type="message") | changes)
    assert response.status in (200, 400)
    await nothing_comes_of_it(caller)


async def test_a_signed_interaction_of_another_shape_never_ends_in_a_fault(caller) -> None:
    for nonsense in ({"event": "x"}, {"actions": 5}, {"user": 5}, {"view": 5, "team": []}):
        form = {"payload": json.dumps({"type": "block_actions"} | nonsense)}
        assert 400 <= (await caller.form(urlencode(form).encode())).status < 500
    await nothing_comes_of_it(caller)


async def test_the_challenge_is_answered_only_when_signed(caller) -> None:
    challenge = {"type": "url_verification", "token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY"}
    response = await caller.json(challenge)
    assert (response.status, json.loads(response.text)) == (200, {"challenge": challenge["challenge"]})
    unsigned = await caller.send(json.dumps(challenge).encode(), {"Content-Type": "application/json"})
    assert (unsigned.status, unsigned.text) == (401, "")


async def test_a_certificate_check_is_answered(caller) -> None:
    body = b"ssl_check=1&token=legacy"
    assert (await caller.send(body, FORM)).status == 200
    assert (await caller.form(body)).status == 200
    await nothing_comes_of_it(caller)


async def test_a_replayed_command_has_no_second_effect(caller, slack) -> None:
    body = caller.command_body("Happy Friday")
    headers = caller.signed(body) | FORM
    assert [(await caller.send(body, headers)).status for _ in range(3)] == [200, 200, 200]
    await caller.until_done()
    assert len(slack.said) == 1


async def test_an_event_that_slack_repeats_is_answered_once(caller, slack) -> None:
    event = caller.direct_message("Happy Friday")
    for number in range(4):
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
        response = await caller.json(event, **again)
        assert response.status == 200
        assert response.seconds < SHARED
    await caller.until_done()
    assert len(slack.said) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "user": "UBOT", "text": "own", "channel_type": "im", "channel": "D1"},
        {"type": "message", "user": "UX", "bot_id": "BX", "text": "x", "channel_type": "im", "channel": "D1"},
        {"type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "D1"},
        {"type": "message", "subtype": "message_deleted", "channel_type": "im", "channel": "D1"},
        {"type": "message", "subtype": "channel_join", "user": "U1", "channel_type": "im", "channel": "D1"},
        {"type": "message", "user": "UALICE", "text": "to all", "channel_type": "channel", "channel": "C1"},
        {"type": "reaction_added", "user": "UALICE", "item": {"type": "message", "channel": "C1", "ts": "1.1"}},
        {"type": "app_home_opened", "user": "UALICE", "tab": "home", "channel": "D1"},
        {"type": "team_join", "user": {"id": "U1"}},
        {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}},
        {"type": "app_uninstalled"},
    ],
)
async def test_what_is_not_for_us_is_acknowledged_in_silence(caller, event) -> None:
    assert (await caller.json(caller.event(**event))).status == 200
    await nothing_comes_of_it(caller)


async def test_an_edited_draft_is_not_read_again(caller) -> None:
    edited = {"user": "UALICE", "text": "We won Northwind", "ts": "1.1", "edited": {"user": "UALICE", "ts": "1.2"}}
    event = caller.event(
        type="message", subtype="message_changed", channel="DUALICE", channel_type="im", message=edited
    )
    assert (await caller.json(event)).status == 200
    await nothing_comes_of_it(caller)


async def test_without_a_database_the_author_hears_that_it_was_not_checked(running, caller, slack) -> None:
    running.services.deliveries.fault = OSError("disk full")
    assert (await caller.command("We won Northwind")).status == 200
    assert (await caller.json(caller.direct_message("We won Northwind"))).status == 200
    await slack.until(2)
    assert {message["text"] for message in slack.said} == {wording.SORRY}
    assert running.services.checker.drafts == []


async def test_without_a_database_slack_brings_other_events_again(running, caller) -> None:
    running.services.deliveries.fault = OSError("disk full")
    assert (await caller.json(caller.event(type="app_uninstalled"))).status == 503


async def test_a_full_house_turns_drafts_away_visibly(caller, monkeypatch) -> None:
    monkeypatch.setattr("bots.slack.work.CAPACITY", 0)
    response = await caller.command("Happy Friday")
    assert (response.status, json.loads(response.text)["text"]) == (200, wording.SORRY)
    assert json.loads(response.text)["response_type"] == "ephemeral"
    assert (await caller.json(caller.direct_message("Happy Friday"))).status == 503
    await nothing_comes_of_it(caller)


async def test_an_oauth_application_in_the_environment_does_not_take_the_token_away(bot, slack, monkeypatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    running = await bot()
    await running.caller.json(running.caller.direct_message("Happy Friday"))
    await slack.until(1)
    assert slack.posts[0]["text"] == "✅ Good to go"


async def test_no_draft_token_or_secret_is_logged(running, caller, slack, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs:
        body = caller.command_body("canary one")
        await caller.send(body, FORM | caller.signed(body, secret="wrong"))
        await caller.form(b"payload=canary")
        await caller.command("canary two Northwind")
        await caller.until_done()
        slack.faults["response_url"] = [(404, {})]
        slack.faults["chat.postMessage"] = [{"ok": False, "error": "invalid_auth"}]
        await caller.command("canary three Northwind")
        running.services.checker.fault = RuntimeError("canary four")
        await caller.json(caller.direct_message("canary five"))
        await caller.until_done()
        running.services.deliveries.fault = OSError("canary six")
        await caller.command("canary seven")
        await caller.until_done()
    assert {entry["event"] for entry in logs} >= {
        "slack.request_rejected",
        "slack.journey_failed",
        "slack.claim_failed",
        "slack.api_failed",
        "slack.answer_lost",
    }
    written = json.dumps(logs) + "\n".join(record.getMessage() for record in caplog.records)
    for word in ("canary", "Northwind", "xoxb-", "8f742231b"):
        assert word not in written
    assert {key for entry in logs for key in entry} - {"log_level"} <= ALLOWED


@pytest.mark.parametrize(
    ("api", "url", "allowed"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/commands/T1/2/x", True),
        ("https://slack.com/api/", "https://hooks.slack.com/app?a=%20b", True),
        ("https://slack-gov.com/api/", "https://hooks.slack-gov.com/commands/x", True),
        ("https://slack-gov.com/api/", "https://hooks.slack.com/commands/x", False),
        ("https://slack.com/api/", "http://hooks.slack.com/commands/x", False),
        ("https://slack.com/api/", "https://hooks.slack.com", False),
        ("https://slack.com/api/", "https://hooks.slack.com.evil.example/", False),
        ("https://slack.com/api/", "https://hooks.slack.com./", False),
        ("https://slack.com/api/", "https://hooks.slack.com:444/", False),
        ("https://slack.com/api/", "https://me@hooks.slack.com/", False),
        ("https://slack.com/api/", "https://hooks.slack.com@evil.example/", False),
        ("https://slack.com/api/", "https://hooks.slack.com\\@evil.example/", False),
        ("https://slack.com/api/", "https://hooks.ѕlack.com/", False),
        ("https://slack.com/api/", "https://[::1", False),
        ("https://slack.com/api/", "https://127.0.0.1/", False),
        ("https://slack.com/api/", "https://hooks.slack.com/a b", False),
        ("https://slack.com/api/", "https://hooks.slack.com/a\r\nHost: x", False),
        ("https://slack.com/api/", "", False),
        ("http://127.0.0.1:8055/api/", "http://127.0.0.1:9000/response/1", True),
        ("http://[::1]:8055/api/", "http://[::1]:9000/response/1", True),
        ("http://localhost/api/", "http://localhost/response/1", True),
        ("http://127.0.0.1:8055/api/", "http://127.0.0.1.evil.example/", False),
        ("http://127.0.0.1:8055/api/", "http://localhost:9000/", False),
        ("http://127.0.0.1:8055/api/", "https://hooks.slack.com/x", False),
    ],
)
def test_answers_go_to_slack_only(api: str, url: str, allowed: bool) -> None:
    assert bool(response_urls(api).fullmatch(url)) is allowed
