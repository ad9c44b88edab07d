"""Tasks: what goes on in the background, held until it is done, also while the process stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

SILENCE_SECONDS = 4.0
"""After so long without a verdict its author is told that we are still at it; within five something must show."""

ANSWER_SECONDS = 38.0
"""After so long a check, its file included, is given up: with the time to send, its author knows within a minute."""

Result = TypeVar("Result")

log = structlog.get_logger()


class Tasks:
    """Tasks that outlive whoever began them: asyncio itself keeps only a weak reference.

    What one raises is logged as the event `failed`, whether or not somebody waits for it.
    """

    def __init__(self, failed: str) -> None:
        self._failed = failed
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begin some work in the background and return its task."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._forget)
        return task

    async def finish(self, seconds: float) -> int:
        """Wait for what is running and what that begins, at most `seconds`; give up on the rest and return how many."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self._running and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._running, timeout=left)
        late = set(self._running)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)
        return len(late)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error(self._failed, error=type(error).__name__)


async def announced(work: Coroutine[Any, Any, Result], tell: Callable[[], Awaitable[None]]) -> Result:
    """Return what somebody's check comes to; `tell` them where that takes a while. It ends with whoever waits.

    Raises:
        TimeoutError: it was given up.
    """
    task = asyncio.create_task(work)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            if not (await asyncio.wait({task}, timeout=SILENCE_SECONDS))[0]:
                await tell()
            return await task
    finally:
        task.cancel()
