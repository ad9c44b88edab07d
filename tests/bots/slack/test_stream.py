"""Socket Mode: no port is open, and a connection that ends is opened anew; the journeys are where `way` is."""

from __future__ import annotations

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from bots import wording

BLOCKED = "⛔ Please do not post this"
GOOD = "✅ Good to go"


@pytest.fixture
def way() -> str:
    """Return how Slack reaches us."""
    return "socket"


@pytest.fixture
async def wire(stored):
    """Serve with an app token, and return Slack's end of the connection."""
    return (await stored()).caller


async def test_a_command_and_a_direct_message_are_answered(wire, slack) -> None:
    await wire.command("our payload=secret: we won Northwind")
    await wire.json(wire.direct_message("Happy Friday"))
    await slack.until(2)
    assert ([answer["text"] for answer in slack.answers], [post["text"] for post in slack.posts]) == ([BLOCKED], [GOOD])


async def test_an_event_is_answered_once_by_whichever_way_it_comes(wire, slack) -> None:
    event = wire.direct_message("Happy Friday")
    await wire.json(event)
    await wire.json(event)
    body = json.dumps(event).encode()
    headers = wire.signed(body) | {"Content-Type": "application/json"}
    async with wire.session.post(wire.url, data=body, headers=headers) as response:
        assert response.status == 200
    await wire.until_done()
    assert len(slack.said) == 1


async def test_a_connection_that_ends_is_opened_anew(wire, slack) -> None:
    await wire.command("Happy Friday")
    await slack.until(1)
    await slack.sockets[-1].close()
    await slack.until_connected(2)
    await asyncio.sleep(0.1)
    await wire.command("We won Northwind")
    await slack.until(2)
    assert slack.answers[-1]["text"] == BLOCKED


async def test_nonsense_is_passed_over_and_what_follows_is_answered(wire, slack) -> None:
    for kind, payload in (("slash_commands", {}), ("interactive", {}), ("events_api", {"type": "x"}), ("other", {})):
        await slack.sockets[-1].send_json({"type": kind, "envelope_id": "bad", "payload": payload})
    await wire.command("Happy Friday")
    await slack.until(1)
    assert "bad" not in slack.acks


async def test_what_cannot_be_claimed_is_not_acknowledged_unless_somebody_waits(wire, slack, monkeypatch) -> None:
    async def lost(*_: object) -> bool:
        raise OSError("gone")

    monkeypatch.setattr("core.deliveries.Deliveries.claim", lost)
    with pytest.raises(TimeoutError):
        await wire.envelope("events_api", wire.event(type="app_uninstalled"), seconds=0.5)
    await wire.command("We won Northwind")
    await slack.until(1)
    assert slack.answers[0]["text"] == wording.SORRY


async def test_slack_out_of_reach_at_the_start_is_tried_again(stored, slack, caplog) -> None:
    slack.faults["apps.connections.open"] = [{"ok": False, "error": "internal_error"}]
    await stored()
    assert "apps.connections.open" not in caplog.text


@pytest.mark.parametrize(("said", "advised"), [("invalid_auth", True), ("internal_error", False)])
async def test_a_refused_app_token_is_told_in_the_log_and_not_shown(stored, slack, said: str, advised: bool) -> None:
    slack.faults["apps.connections.open"] = [{"ok": False, "error": said}]
    with capture_logs() as logs:
        await stored()
    (line,) = [each for each in logs if each["event"] == "slack.stream_refused"]
    assert (line["log_level"], line["reason"]) == ("error", said)
    assert ("SLACK_APP_TOKEN" in line["advice"]) is advised
    assert "xapp-1" not in str(logs)
