"""What goes on in the background is waited for with what it begins, given up after a time, and never fails unseen."""

from __future__ import annotations

import asyncio

import structlog

from bots.tasks import Tasks


async def test_what_a_task_begins_is_waited_for_too() -> None:
    tasks, done = Tasks("failed"), []

    async def second() -> None:
        await asyncio.sleep(0.01)
        done.append(2)

    async def first() -> None:
        await asyncio.sleep(0.01)
        tasks.start(second())
        done.append(1)

    tasks.start(first())
    assert await tasks.finish(5) == 0
    assert done == [1, 2]
    assert len(tasks) == 0


async def test_what_does_not_end_is_given_up_and_counted() -> None:
    tasks = Tasks("failed")
    never = tasks.start(asyncio.sleep(3600))
    assert await tasks.finish(0.01) == 1
    assert never.cancelled()


async def test_a_failure_is_logged_without_its_words() -> None:
    async def fail() -> None:
        raise ValueError("somebody's words")

    tasks = Tasks("teams.turn_failed")
    with structlog.testing.capture_logs() as logs:
        tasks.start(fail())
        await tasks.finish(5)
    assert logs == [{"event": "teams.turn_failed", "error": "ValueError", "log_level": "error"}]
