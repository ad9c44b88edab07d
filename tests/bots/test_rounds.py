"""What a server does again and again: a fault ends one round, and the end of the server none that is under way."""

from __future__ import annotations

import asyncio

import structlog

from bots.rounds import Round, rounds


async def test_a_fault_ends_one_round_and_is_logged_without_its_words() -> None:
    done = asyncio.Semaphore(0)

    async def act() -> bool:
        done.release()
        raise ValueError("somebody's words")

    with structlog.testing.capture_logs() as logs:
        async with rounds(Round(act, 0.001, "watch.failed", "slack")), asyncio.timeout(60):
            for _ in range(3):
                await done.acquire()
    assert logs[0] == {"event": "watch.failed", "platform": "slack", "error": "ValueError", "log_level": "error"}


async def test_a_round_that_says_so_begins_again_at_once() -> None:
    counted, five = [], asyncio.Event()

    async def act() -> bool:
        counted.append(1)
        if len(counted) == 5:
            five.set()
        return len(counted) < 5

    async with rounds(Round(act, 3600, "never")):
        async with asyncio.timeout(60):
            await five.wait()
        await asyncio.sleep(0.05)
    assert len(counted) == 5


async def test_what_is_under_way_at_the_end_is_finished() -> None:
    began, done = asyncio.Event(), []

    async def act() -> bool:
        began.set()
        await asyncio.sleep(0.05)
        done.append(1)
        return True

    async with rounds(Round(act, 3600, "never")):
        await began.wait()
    assert done == [1]


async def test_what_takes_longer_than_anybody_waits_is_cut() -> None:
    began, ended = asyncio.Event(), []

    async def act() -> bool:
        began.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(1)
        return True

    async with rounds(Round(act, 1, "never"), patience=0.01):
        await began.wait()
    assert ended == [1]
