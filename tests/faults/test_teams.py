"""Teams before a checkpost of its own process: forgers while the keys hang, and a crowd of authors. Rows 12, 17."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.bots.teams import keychain, simulator
from tests.patience import SHARED

DELAY = 0.05 * SHARED

CARD = "4111 1111 1111 1111"
BLOCKED = "Please do not post this"


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[Any]:
    """All of Teams that is outside of checkpost."""
    keychain.write_certificate(tmp_path)
    running = simulator.Simulator(tmp_path)
    await running.start()
    yield running
    await running.stop()
    running.judge_the_run()


@pytest.fixture
async def open_door(teams: Any, serve_apart: Any) -> AsyncIterator[Callable[[], Awaitable[tuple[Any, Any]]]]:
    """Start checkpost and return it with somebody who talks to it over as many connections as it takes."""
    started = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def start() -> tuple[Any, Any]:
            variables = teams.environment | {"REQUESTS_CA_BUNDLE": str(teams.ca), "NO_PROXY": "127.0.0.1"}
            started.append(await asyncio.to_thread(serve_apart, **variables))
            return started[-1], simulator.Person(teams, started[-1].url, session)

        yield start
    for served in started:
        await asyncio.to_thread(served.close)


async def forge(person: Any, key: Any, seconds: float) -> list[int]:
    """Send drafts under keys that nobody published, ten at once, and return the statuses."""
    until, told = time.monotonic() + seconds, []

    async def go_on(number: int) -> None:
        while time.monotonic() < until:
            kid = f"forged-{number}-{len(told)}"
            told.append((await person.post(person.teams.personal("x"), kid=kid, key=key))[0])
            await asyncio.sleep(0.05)

    await asyncio.gather(*map(go_on, range(10)))
    return told


async def test_forged_tokens_delay_nobody_while_the_keys_hang(teams: Any, open_door: Any) -> None:
    teams.key_delay = 60
    served, person = await open_door()
    key = simulator.new_key()
    with served.watched() as without_keys:
        refused = await forge(person, key, 5)
    teams.key_delay = 0
    async with asyncio.timeout(60):
        while (await person.post(teams.personal(f"Pay with {CARD}")))[0] != 200:  # noqa: ASYNC110 (no event tells it)
            await asyncio.sleep(0.5)
    teams.key_delay = 60
    with served.watched() as with_keys:
        forged = await forge(person, key, 5)
    (answer,) = await teams.settled()
    told = ", ".join(f"{sorted(each)[-2]:.3f} and {max(each):.3f} s" for each in (without_keys, with_keys))
    print(f"\n{len(refused)} and {len(forged)} forged, healthz slowest but one and slowest: {told}")  # noqa: T201
    assert BLOCKED in answer.words
    assert (set(refused), set(forged)) == ({503}, {401})
    assert min(len(without_keys), len(with_keys)) > 50 / SHARED
    assert max(sorted(each)[len(each) * 9 // 10] for each in (without_keys, with_keys)) < DELAY


async def test_two_hundred_drafts_twenty_at_once_get_their_own_verdicts_with_one_token(
    teams: Any, open_door: Any
) -> None:
    served, person = await open_door()
    card = f" Pay with {CARD}."
    drafts = [(f"p{number % 50}", f"Fog over pier {number}." + card * (number % 3 > 0)) for number in range(200)]
    random.Random(7).shuffle(drafts)  # noqa: S311 - an order, not a secret
    gate, took = asyncio.Semaphore(20), []

    async def say(author: str, text: str) -> None:
        async with gate:
            began = time.monotonic()
            assert (await person.post(teams.personal(text, author)))[0] == 200
            took.append(time.monotonic() - began)

    await say("first", "Fog over the mole.")
    with served.watched() as health:
        await asyncio.gather(*(say(author, text) for author, text in drafts))
    async with asyncio.timeout(120):
        while sum("Fog over" in call.words for call in teams.sent()) < 201:
            await teams.called()
    answers = [call for call in await teams.settled() if "Fog over" in call.words]  # not that a check goes on
    unread = sum("Could not be checked" in call.words for call in answers)
    told = f"longest {max(took):.2f} s, middle {sorted(took)[100]:.2f} s, healthz {max(health):.3f} s"
    print(f"\n{unread} of {len(answers)} could not be checked, {told}")  # noqa: T201
    assert len(answers) == 201
    for author, text in drafts:
        (mine,) = [call for call in answers if text.partition(".")[0] + "." in call.words]
        assert mine.conversation == f"a:{author}"
        assert (BLOCKED in mine.words) is (CARD in text)
    assert teams.token_fetches == 1
    assert sorted(took)[190] < 5 * SHARED
