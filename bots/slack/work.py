"""Work: what is answered after the acknowledgement, in the background and in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog

from bots.tasks import Tasks

log = structlog.get_logger()

COURTESY = 0.5
"""Seconds that an answer may wait for the acknowledgement of others."""

CAPACITY = 500
"""Answers in the making at once; more is refused at the door."""


class Work:
    """Everything that is being answered right now."""

    def __init__(self) -> None:
        self._tasks = Tasks("slack.work_failed")
        self._arriving = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def full(self) -> bool:
        """Tell whether nothing more may be started."""
        return len(self._tasks) >= CAPACITY

    @contextmanager
    def arrival(self) -> Iterator[None]:
        """Mark the time in which somebody waits for an acknowledgement."""
        self._arriving += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._arriving -= 1
            if not self._arriving:
                self._quiet.set()

    def start(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run an errand in the background."""
        self._tasks.start(self._in_turn(errand))

    async def _in_turn(self, errand: Coroutine[Any, Any, None]) -> None:
        """Let those be acknowledged first who are arriving: of a crowd, nobody waits for the answers of others."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(COURTESY):
                    await self._quiet.wait()
            await errand
        finally:
            errand.close()

    async def drain(self, seconds: float) -> None:
        """Wait for what is running, at most `seconds`, and give up on the rest."""
        if late := await self._tasks.finish(seconds):
            log.error("slack.work_abandoned", count=late)
