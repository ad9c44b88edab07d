"""The whole of checkpost behind the Slack door: real detection, a real database, a local Slack."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bots import wording
from bots.answer import unread

BLOCKED = "⛔ Please do not post this"
GOOD = "✅ Good to go"
DRAFT = "Proud to announce that we are now working with Northwind Traders on their new platform."


async def add_northwind(caller, slack) -> None:
    """Have the admin put the client on the list."""
    await caller.command('terms add "Northwind Traders" --kind client —alias Northwind', user="UADMIN")
    await slack.until(1)
    assert "Added: Northwind Traders" in slack.words()
    slack.answers.clear()


async def test_a_term_counts_from_the_next_draft_on(real, slack) -> None:
    caller = (await real()).caller
    await add_northwind(caller, slack)
    assert (await caller.command(DRAFT)).status == 200
    assert (await caller.json(caller.direct_message(DRAFT))).status == 200
    await slack.until(2)
    assert {message["text"] for message in slack.said} == {BLOCKED}
    await caller.command("terms remove Northwind Traders", user="UADMIN")
    await slack.until(3)
    await caller.command(DRAFT, user="UOTHER")
    await slack.until(4)
    assert slack.answers[-1]["text"] != BLOCKED


async def test_only_admins_see_and_change_the_list(real, slack) -> None:
    caller = (await real()).caller
    await add_northwind(caller, slack)
    for verb in ("list", "export", "add Falcon", "remove Northwind Traders"):
        await caller.command(f"terms {verb}")
    await slack.until(4)
    assert {wording.NOT_ADMIN.format(admins="<@UADMIN>")} == {answer["text"] for answer in slack.answers}
    slack.answers.clear()
    await caller.command("terms list", user="UADMIN")
    await slack.until(1)
    assert "1 of 1 terms" in slack.words()


async def test_rows_are_imported_and_exported(real, slack) -> None:
    caller = (await real()).caller
    rows = "term,kind,aliases,note\nNorthwind Traders,client,Northwind,R&amp;D until launch"
    await caller.command(f"terms import\n{rows}", user="UADMIN")
    await slack.until(1)
    assert "Imported: 1 new" in slack.words()
    await caller.command("terms export", user="UADMIN")
    await slack.until(2)
    assert "R&D until launch" in slack.words()


async def test_an_event_is_answered_once_also_after_a_restart(real, slack) -> None:
    first = await real()
    event = first.caller.direct_message("Happy Friday, everyone!")
    await first.caller.json(event)
    await slack.until(1)
    second = await real()
    assert (await second.caller.json(event)).status == 200
    await second.caller.until_done()
    assert len(slack.said) == 1


@pytest.mark.parametrize("length", [1, 3_001, 12_000, 40_000])
async def test_drafts_of_every_length_are_answered_within_the_limits(real, slack, length: int) -> None:
    caller = (await real()).caller
    await add_northwind(caller, slack)
    text = ("We met Northwind on Monday. " * 2_000)[:length]
    assert (await caller.command(text)).status == 200
    await slack.until_whole(wording.PRIVACY)
    if length > 100:
        assert slack.said[-1]["text"] == BLOCKED


async def test_a_draft_over_the_limit_is_unchecked(real, slack) -> None:
    caller = (await real()).caller
    await caller.command("word " * 8_001)
    await slack.until(1)
    assert unread("length") in slack.words()


async def test_a_lost_database_is_said_and_never_a_good_draft(real, slack) -> None:
    running = await real()
    await running.services.database.close()
    url = running.services.settings.database_url.get_secret_value()
    await asyncio.to_thread(Path(url.removeprefix("sqlite:///")).write_bytes, b"")
    await running.caller.command(DRAFT)
    await slack.until(1)
    assert {message["text"] for message in slack.said} == {wording.SORRY}


async def test_slack_is_closed_without_credentials(serve, slack) -> None:
    running = await serve()
    async with ClientSession() as session, session.post(running.url + "/slack/events") as response:
        assert response.status == 404
