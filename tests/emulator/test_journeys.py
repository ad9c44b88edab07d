"""The journeys against a third-party Slack: people write, press and send; what they see lies in its store."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace

from tests.patience import SHARED

GOOD, BLOCKED = "✅ Good to go", "⛔ Please do not post this"
CARD = "Pay with 4111 1111 1111 1111, canary."


async def direct_chat(slack, name: str) -> str:
    """Return the direct chat of somebody with the bot, from the emulator."""
    opened = await slack.upstream_call("conversations.open", {"users": "U0CHECKPOST"}, f"xoxp-{name}")
    return opened["channel"]["id"]


async def write(slack, name: str, text: str) -> str:
    """Have somebody write to the bot, and return the chat."""
    channel = await direct_chat(slack, name)
    posted = await slack.upstream_call("chat.postMessage", {"channel": channel, "text": text}, f"xoxp-{name}")
    assert posted["ok"], posted
    return channel


def calls(slack, method: str) -> list[dict]:
    """Return the arguments of all calls of a method."""
    return [arguments for name, arguments in slack.calls if name == method]


async def test_a_direct_message_is_answered_where_it_was_written_and_once_over_a_restart(slack, start) -> None:
    bot = await start()
    channel = await write(slack, "anna", CARD)
    await slack.until(lambda: any(post["text"] == BLOCKED for post in slack.posts))
    history = await slack.upstream_call("conversations.history", {"channel": channel}, "xoxp-anna")
    assert [message["text"] for message in history["messages"]].count(BLOCKED) == 1
    event = next(each for each in slack.events if each["event"].get("user") == slack.people["anna"])
    before = len(slack.posts)
    assert (await bot.stop())[0] == 0
    await bot.start()
    for _ in range(3):
        await slack.deliver(event, retries=0)
    assert slack.acks[-1][0] == 200
    await asyncio.sleep(1)
    assert len(slack.posts) == before
    own = [each for each in slack.events if each["event"].get("user") == "U0CHECKPOST"]
    assert own, "the bot's own messages came back as events, and were not answered"


async def test_a_form_is_opened_once_by_a_trigger_and_its_verdict_comes_into_the_view(slack, start) -> None:
    await start()
    anna = slack.people["anna"]
    used = await slack.trigger(anna)
    assert await slack.command(anna, "", trigger_id=used) == 200
    await slack.until(lambda: slack.views)
    form = slack.views[0]
    values = {"draft": {"draft": {"type": "plain_text_input", "value": CARD}}}
    assert await slack.interaction("view_submission", anna, view=form | {"state": {"values": values}}) == 200
    await slack.until(lambda: any(BLOCKED in str(view) for view in slack.views))
    assert slack.views[-1]["id"] == form["id"]
    assert await slack.command(anna, "", trigger_id=used) == 200  # the same delivery once more: nothing happens
    assert await slack.command(anna, "", trigger_id="made.up") == 200
    await slack.until(lambda: len(slack.answers) == 1)
    old = await slack.trigger(anna)
    await asyncio.sleep(4.1)
    assert await slack.command(anna, "", trigger_id=old) == 200
    await slack.until(lambda: len(slack.answers) == 2)
    assert len({view["id"] for view in slack.views}) == 1


async def test_home_is_published_for_a_member_an_admin_and_a_guest(slack, start) -> None:
    await start()
    for name, keeps_terms in (("anna", False), ("ben", True), ("guest", False)):
        event = {"type": "app_home_opened", "user": slack.people[name], "tab": "home", "channel": "D1"}
        envelope = {"type": "event_callback", "team_id": "T000000001", "event_id": f"Ev{name}", "event": event}
        await slack.deliver(envelope)
        await slack.until(
            lambda who=name: len(calls(slack, "views.publish")) == 1 + ["anna", "ben", "guest"].index(who)
        )
        view = calls(slack, "views.publish")[-1]["view"]
        assert ("Confidential terms" in str(view)) is keeps_terms


async def test_a_text_file_is_read_from_the_emulator_and_answered(slack, start) -> None:
    await start()
    channel, content = await direct_chat(slack, "anna"), CARD.encode()
    token = "xoxp-anna"
    asked = {"filename": "draft.txt", "length": len(content)}
    upload = await slack.upstream_call("files.getUploadURLExternal", asked, token)
    async with slack.session.post(upload["upload_url"], data=content) as response:
        assert response.status == 200
    done = {"files": [{"id": upload["file_id"], "title": "draft.txt"}], "channel_id": channel}
    file = (await slack.upstream_call("files.completeUploadExternal", done, token))["files"][0]
    info = (await slack.upstream_call("files.info", {"file": file["id"]}, token))["file"]
    url = re.sub(r"^https?://[^/]+", slack.url, info["url_private_download"])
    shared = info | {"url_private_download": url, "mimetype": "text/plain"}
    event = {"type": "message", "subtype": "file_share", "channel": channel, "user": slack.people["anna"], "text": ""}
    await slack.deliver(slack.completed({"type": "event_callback", "event": event | {"files": [shared], "ts": "1.1"}}))
    await slack.until(lambda: any(post["text"] == BLOCKED for post in slack.posts))


async def test_a_workspace_installs_the_app_on_the_emulators_page_and_is_answered(slack, start) -> None:
    bot = await start(SLACK_CLIENT_ID="111.222", SLACK_CLIENT_SECRET="client-secret", SLACK_BOT_TOKEN="")
    async with slack.session.get(f"{slack.bot_url}/slack/install", allow_redirects=False) as response:
        page, cookie = response.headers["Location"], response.cookies["checkpost-slack-state"].value
    assert page.startswith(f"{slack.url}/oauth/v2/authorize?")
    async with slack.session.get(page) as response:
        html = await response.text()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    assert fields["client_id"] == "111.222", html[:2_000]
    target = f"{slack.upstream}/oauth/v2/authorize/callback"
    async with slack.session.post(target, data=fields, allow_redirects=False) as response:
        back = response.headers["Location"]
    slack.session.cookie_jar.clear()
    async with slack.session.get(back, cookies={"checkpost-slack-state": cookie}) as response:
        assert (response.status, "is installed" in await response.text()) == (200, True)
    await write(slack, "anna", CARD)
    await slack.until(lambda: any(post["text"] == BLOCKED for post in slack.posts))
    event = {
        "type": "event_callback",
        "team_id": "T000000001",
        "event_id": "EvGone",
        "event": {"type": "app_uninstalled"},
    }
    await slack.deliver(event)
    async with asyncio.timeout(60):
        while "slack.uninstalled" not in bot.said():  # noqa: ASYNC110 (a log tells nobody that it grew)
            await asyncio.sleep(0.05)
    before = len(slack.posts)
    await write(slack, "anna", CARD)
    await asyncio.sleep(2)
    assert (len(slack.posts), slack.acks[-1][0]) == (before, 200)


async def test_bad_days_of_slack_lose_nothing_and_double_nothing(slack, start) -> None:
    await start()
    for fault in (429, "drop", 503):
        slack.faults["chat.postMessage"] = [fault, fault]
        before = len(slack.posts)
        await write(slack, "anna", "Happy Friday, everyone!")
        await slack.until(lambda seen=before: len(slack.posts) > seen)
        await asyncio.sleep(0.5)
        assert len(slack.posts) == before + 1
    slack.faults["auth.test"] = [{"ok": False, "error": "invalid_auth"}]
    assert await slack.command(slack.people["anna"], "Our payload=1 is &lt;!channel&gt; <!channel> big.") == 200
    await slack.until(lambda: slack.answers)
    assert slack.answers[-1]["response_type"] == "ephemeral"


async def test_an_answer_under_way_survives_the_end_of_the_process(slack, start) -> None:
    bot = await start()
    slack.delay = 1.5
    assert await slack.command(slack.people["anna"], CARD) == 200
    status, seconds = await bot.stop()
    assert (status, seconds < SHARED * 12) == (0, True)
    slack.delay = 0
    await bot.start()
    await asyncio.sleep(1)
    assert [answer["text"] for answer in slack.said if "Still" not in answer["text"]] == [BLOCKED]


async def test_three_hundred_commands_by_thirty_people_are_each_answered_once(slack, start) -> None:
    bot = await start()
    await slack.command("U0WARM", "Happy Friday")
    await slack.until(lambda: slack.answers)
    slack.told.clear()
    slack.acks.clear()
    memory = bot.megabytes()

    async def person(number: int) -> None:
        for turn in range(10):
            text = f"draft {number:02}{turn} is paid with 4111 1111 1111 1111"
            assert await slack.command(f"U{number:04}", text, trigger_id=f"{number}.{turn}") == 200

    await asyncio.gather(*(person(number) for number in range(30)))
    await slack.until(lambda: sum(map(verdicts, slack.told.values())) >= 300, seconds=300)
    await asyncio.sleep(1)
    # on a machine at work a turn may not come: that is said as well, and once
    assert list(map(verdicts, slack.told.values())) == [1] * 300
    assert len(set(numbers(slack))) == len(numbers(slack)) > 20
    seconds = sorted(each for _, each in slack.acks)
    figures = SimpleNamespace(worst=seconds[-1], p95=seconds[284], grown=bot.megabytes() - memory)
    assert figures.worst < SHARED * 3, figures
    assert figures.p95 < SHARED * 1.5, figures
    assert figures.grown < 80, figures


def verdicts(messages: list[dict]) -> int:
    """Count what is said, but for the word that it takes longer."""
    return sum("Still" not in message["text"] for message in messages)


def numbers(slack) -> list[str]:
    """Return the numbers of the drafts that were answered."""
    found = (re.search(r"draft (\d{3}) is", str(messages)) for messages in slack.told.values())
    return [each[1] for each in found if each]
