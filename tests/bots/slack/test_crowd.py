"""Three hundred drafts by fifty people at once: none lost, none crossed, none twice, and each acknowledged in time."""

from __future__ import annotations

import asyncio
import re

import pytest

PEOPLE, DRAFTS = 50, 300
ACK_SECONDS = 1.0
SHARED = 3


@pytest.mark.parametrize("way", ["command", "message", "form"])
async def test_each_of_many_authors_gets_each_answer_once(stored, slack, way: str) -> None:
    caller = (await stored()).caller
    seconds: list[float] = []

    async def ask(number: int) -> None:
        user, text = f"U{number % PEOPLE:04}", f"draft number {number:04} for Northwind"
        if way == "command":
            response = await caller.command(text, user)
        elif way == "message":
            response = await caller.json(caller.direct_message(text, user))
        else:
            response = await send(number, user, text)
        assert response.status == 200
        seconds.append(response.seconds)

    async def send(number: int, user: str, text: str):
        slack.views[f"V{number:04}"] = {"id": f"V{number:04}", "callback_id": "check"}
        slack.stacks[f"V{number:04}"] = [f"V{number:04}"]
        values = {"draft": {"draft": {"type": "plain_text_input", "value": text}}}
        view = slack.views[f"V{number:04}"] | {"type": "modal", "state": {"values": values}}
        return await caller.interaction("view_submission", user, view=view)

    await asyncio.gather(*(ask(number) for number in range(DRAFTS)))
    if way == "form":
        await slack.until_view(lambda _: all("Northwind" in str(view) for view in slack.views.values()), seconds=60)
        told = [(name, str(view)) for name, view in slack.views.items()]
        assert [re.search(r"draft number (\d+)", words)[1] for _, words in told] == [name[1:] for name, _ in told]
        assert len(told) == DRAFTS
    else:
        await slack.until(DRAFTS, seconds=60)
        await asyncio.sleep(0.2)
        answered = [re.search(r"draft number (\d+)", str(message))[1] for message in slack.said]
        assert sorted(answered) == [f"{number:04}" for number in range(DRAFTS)]
    for post in slack.posts:
        number = int(re.search(r"draft number (\d+)", str(post))[1])
        assert post["channel"] == f"DU{number % PEOPLE:04}"
    # on a machine of its own the slowest takes less than a second; this one may be shared with other work
    assert max(seconds) < SHARED * ACK_SECONDS, (
        f"slowest {max(seconds):.2f} s, middle {sorted(seconds)[DRAFTS // 2]:.2f}"
    )
