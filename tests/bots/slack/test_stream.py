"""The same journeys over Socket Mode: no port is open, and a connection that ends is opened anew."""

from __future__ import annotations

import asyncio
import itertools
import json
from urllib.parse import parse_qsl

import pytest

from bots import labels, wording

BLOCKED = "⛔ Please do not post this"
GOOD = "✅ Good to go"


class Wire:
    """Slack's end of the connection."""

    def __init__(self, slack, caller) -> None:
        self.slack, self.caller, self.numbers = slack, caller, itertools.count(1)

    async def send(self, kind: str, payload: dict, envelope: str = "") -> dict:
        """Send an envelope and return the payload of its acknowledgement."""
        envelope = envelope or f"E{next(self.numbers)}"
        self.slack.acks.pop(envelope, None)
        message = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        await self.slack.sockets[-1].send_str(json.dumps(message))
        async with asyncio.timeout(5):
            while envelope not in self.slack.acks:
                self.slack.changed.clear()
                await self.slack.changed.wait()
        return self.slack.acks[envelope]

    async def command(self, text: str, user: str = "UALICE") -> dict:
        """Type a command."""
        return await self.send("slash_commands", dict(parse_qsl(self.caller.command_body(text, user).decode())))

    async def interaction(self, kind: str, **fields: object) -> dict:
        """Press or send something."""
        body = {"type": kind, "team": {"id": "T0001"}, "user": {"id": "UALICE"}, "trigger_id": self.slack.trigger()}
        return await self.send("interactive", body | fields)


@pytest.fixture
async def wire(stored, slack):
    """Serve with an app token, and return Slack's end once it is connected."""
    running = await stored(SLACK_APP_TOKEN="xapp-test")
    await slack.until_connected()
    wire = Wire(slack, running.caller)
    wire.services = running.services
    return wire


async def test_a_command_and_a_direct_message_are_answered(wire, slack) -> None:
    await wire.command("our payload=secret: we won Northwind")
    await wire.send("events_api", wire.caller.direct_message("Happy Friday"))
    await slack.until(2)
    assert ([answer["text"] for answer in slack.answers], [post["text"] for post in slack.posts]) == ([BLOCKED], [GOOD])


async def test_a_form_is_answered_in_its_acknowledgement_and_then_in_the_view(wire, slack) -> None:
    await wire.command("")
    form = await slack.until_view(lambda view: view.get("callback_id") == "check")
    assert (await wire.interaction("view_submission", view=form))["errors"] == {"draft": labels.FORM_EMPTY}
    values = {"draft": {"draft": {"type": "plain_text_input", "value": "We won Northwind"}}}
    answer = await wire.interaction("view_submission", view=form | {"state": {"values": values}})
    assert answer["response_action"] == "update"
    await slack.until_view(lambda view: BLOCKED in str(view))


async def test_home_and_the_message_shortcut_are_there_too(wire, slack) -> None:
    await wire.send("events_api", wire.caller.event(type="app_home_opened", user="UALICE", tab="home"))
    await slack.until_view(lambda view: view["type"] == "home")
    await wire.interaction("message_action", callback_id="check_message", message={"text": "Hi"}, channel={"id": "C1"})
    await slack.until_view(lambda view: view.get("callback_id") == "check")


async def test_an_event_is_answered_once_by_whichever_way_it_comes(wire, slack) -> None:
    event = wire.caller.direct_message("Happy Friday")
    await wire.send("events_api", event)
    await wire.send("events_api", event)
    assert (await wire.caller.json(event)).status == 200
    await slack.until(1)
    await asyncio.sleep(0.2)
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
        async with asyncio.timeout(0.5):
            await wire.send("events_api", wire.caller.event(type="app_uninstalled"))
    await wire.command("We won Northwind")
    await slack.until(1)
    assert slack.answers[0]["text"] == wording.SORRY


async def test_slack_out_of_reach_at_the_start_is_tried_again(stored, slack, caplog) -> None:
    slack.faults["apps.connections.open"] = [{"ok": False, "error": "internal_error"}]
    await stored(SLACK_APP_TOKEN="xapp-test")
    await slack.until_connected()
    assert "apps.connections.open" not in caplog.text
