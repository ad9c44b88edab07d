"""Three hundred drafts by fifty people at once: none is lost, crossed or answered twice, each is acknowledged."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import aiohttp
import pytest

from tests.patience import SHARED, Share

PEOPLE, DRAFTS = 50, 300

ACK_SECONDS = 1.0
"""On a quiet machine (`make crowds`). Where others keep it busy, SHARED times as long."""


def number_in(value: object) -> str:
    """Return the number of the draft that an answer is about, or nothing where it is about none."""
    found = re.search(r"draft number (\d+)", str(value))
    return found[1] if found else ""


@pytest.mark.parametrize("way", ["command", "message", "form"])
async def test_each_of_many_authors_gets_each_answer_once(stored, slack, way: str) -> None:
    caller = (await stored()).caller
    slack.people |= {f"U{number:04}": {"tz": "Europe/Berlin"} for number in range(PEOPLE)}
    for number in range(DRAFTS):
        slack.views[f"V{number:04}"] = {"id": f"V{number:04}", "callback_id": "check", "type": "modal"}
        slack.stacks[f"V{number:04}"] = [f"V{number:04}"]
    seconds: list[float] = []

    async def ask(number: int) -> None:
        user, text = f"U{number % PEOPLE:04}", f"draft number {number:04} for Northwind"
        if way == "command":
            response = await caller.command(text, user)
        elif way == "message":
            response = await caller.json(caller.direct_message(text, user))
        else:
            state = {"values": {"draft": {"draft": {"type": "plain_text_input", "value": text}}}}
            view = slack.views[f"V{number:04}"] | {"state": state}
            response = await caller.interaction("view_submission", user, view=view)
        assert response.status == 200
        seconds.append(response.seconds)

    async def send_all(person: int) -> None:
        for number in range(person, DRAFTS, PEOPLE):
            await ask(number)

    share = Share()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        caller.session = session
        await asyncio.gather(*(send_all(person) for person in range(PEOPLE)))
    got = share.so_far() if SHARED > 1 else 1  # a crowd keeps this process at work for all of the time that it gets
    async with asyncio.timeout(60):
        while len(answers(slack, way)) < DRAFTS:
            slack.changed.clear()
            await slack.changed.wait()
    await caller.until_done()
    assert Counter(answers(slack, way)) == {f"{number:04}": 1 for number in range(DRAFTS)}
    for post in slack.posts:
        assert post["channel"] == f"DU{int(number_in(post)) % PEOPLE:04}"
    told = f"slowest acknowledgement {got * max(seconds):.2f} s at work, {max(seconds):.2f} s by the clock"
    print(f"\n{way}: {told}")  # noqa: T201
    assert got * max(seconds) < SHARED * ACK_SECONDS, told


def answers(slack, way: str) -> list[str]:
    """Return the numbers of the drafts that were answered; that a check goes on is no answer."""
    if way == "form":
        updates = [arguments for name, arguments in slack.calls if name == "views.update"]
        return [number_in(each["view"]) for each in updates if number_in(each["view"])]
    return [number_in(message) for message in slack.said if number_in(message)]
