"""The reviewers' channel of the third-party Slack: the report with its picture, and a request that is decided there."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from bots import sayings
from tests.emulator import bridge

DRAFT = "Pay for the canary with 4111 1111 1111 1111."


@pytest.fixture
async def channel(slack) -> str:
    """Return the channel in which all people are, once one of them invited checkpost there."""
    channels = (await slack.upstream_call("conversations.list", {}, "xoxp-ben"))["channels"]
    channel = next(each["id"] for each in channels if each["name"] == "town")
    assert not await slack.may_post(channel)
    asked = {"channel": channel, "users": bridge.BOT_USER}
    assert (await slack.upstream_call("conversations.invite", asked, "xoxp-ben"))["ok"]
    return channel


async def posted(slack, channel: str, holds: Callable[[dict], object]) -> dict:
    """Wait until the one message of checkpost in a channel, in the emulator's store, is as it should be; return it."""
    async with asyncio.timeout(60):
        while True:
            history = await slack.upstream_call("conversations.history", {"channel": channel}, "xoxp-ben")
            ours = [each for each in history["messages"] if each["user"] == bridge.BOT_USER]
            if ours and holds(ours[0]):
                assert len(ours) == 1
                return ours[0]
            await asyncio.sleep(0.1)


def buttons(value: object) -> Iterator[dict]:
    """Find every button in a message or a view."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and value.get("type") == "button":
        yield value
    for part in parts:
        yield from buttons(part)


async def press(slack, where: dict, label: str, user: str) -> None:
    """Press a button of a message or a view."""
    (button,) = (each for each in buttons(where["blocks"]) if each["text"]["text"] == label)
    action = {"type": "button", "block_id": "b", "action_id": button["action_id"], "value": button.get("value")}
    assert await slack.interaction("block_actions", user, actions=[action], channel={"id": "C1"}) == 200


async def submit(slack, callback: str, user: str, **typed: str) -> None:
    """Fill in the form that is open, and send it."""
    await slack.until(lambda: any(view["callback_id"] == callback for view in slack.views))
    form = next(view for view in reversed(slack.views) if view["callback_id"] == callback)
    values = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in typed.items()}
    assert await slack.interaction("view_submission", user, view=form | {"state": {"values": values}}) == 200


async def test_the_weeks_report_arrives_with_a_picture_and_its_proof_holds(slack, start, channel) -> None:
    bot = await start("tests.emulator.history", CHECKPOST_REVIEW_CHANNEL=f"slack:{channel}")
    message = await posted(slack, channel, lambda message: message.get("files"))
    assert re.match(r"\*Drafts checked, .*\*\n16 drafts: \d\d% good to go, \d\d% do not post this\.\n", message["text"])
    (file,) = message["files"]
    path = re.sub(r"^https?://[^/]+", "", file["url_private"])
    async with slack.session.get(slack.url + path, headers={"Authorization": f"Bearer {bridge.TOKEN}"}) as response:
        picture = Image.open(io.BytesIO(await response.read()))
    assert (picture.format, file["mimetype"], picture.width > 1000) == ("PNG", "image/png", True)
    (proof,) = re.findall(r"`checkpost (audit verify --head \d+:\w+)`", message["text"])
    bot.run(*proof.split())


async def test_a_request_is_decided_in_the_channel_and_its_author_told(slack, start, channel) -> None:
    anna, ben = slack.people["anna"], slack.people["ben"]
    await start(CHECKPOST_REVIEW_CHANNEL=f"slack:{channel}", CHECKPOST_REVIEWERS=f"slack:{ben}")
    assert await slack.command(anna, DRAFT) == 200
    await slack.until(lambda: any("Please do not post" in answer["text"] for answer in slack.answers))
    await press(slack, slack.answers[-1], sayings.ASK, anna)
    await submit(slack, "ask", anna, draft=DRAFT, note="A test card of the bank.")
    await slack.until(lambda: any(post["channel"] == channel for post in slack.posts))
    (request,) = (post for post in slack.posts if post["channel"] == channel)
    assert "A test card of the bank." in str(request["blocks"])
    before = len(slack.views)
    await press(slack, request, "Approve", anna)
    await slack.until(lambda: any(sayings.OWN_REQUEST in str(view) for view in slack.views[before:]))
    await press(slack, request, "Approve", ben)
    await submit(slack, "review", ben)
    headline, _ = sayings.AUTHOR_TOLD["approve"]
    await slack.until(lambda: any(headline in str(post["blocks"]) for post in slack.posts))
    decided = await posted(slack, channel, lambda message: sayings.STATES["approved"] in str(message["blocks"]))
    assert "4111" not in str(decided), "with the decision the draft is taken out of the channel"
