"""Patience: how long somebody waits, all in all, for several answers that may each take their time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Patience:
    """How long one author still waits for the database."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def extend(self, seconds: float) -> None:
        """Give it some seconds more, whatever is left."""
        self._left = max(self._left, 0.0) + seconds

    async def ask(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of `work`, waiting no longer than what is left.

        Work that takes longer is let go: to give a lost connection back takes seconds, and nobody waits for that.

        Raises:
            TimeoutError: nothing is left.
        """
        task = asyncio.create_task(work)
        try:
            return await self.wait(task)
        finally:
            if not task.done():
                _let_go(task)

    async def wait(self, task: asyncio.Task[Result]) -> Result:
        """Return the result of a task, waiting no longer than what is left; a task that takes longer goes on.

        Raises:
            TimeoutError: nothing is left.
        """
        began = time.monotonic()
        try:
            await asyncio.wait({task}, timeout=max(self._left, 0.0))
        finally:
            self._left -= time.monotonic() - began
        if not task.done():
            raise TimeoutError
        return task.result()


_LET_GO: set[asyncio.Task[Any]] = set()
"""Asyncio itself keeps only a weak reference to what goes on in the background."""


def _let_go(task: asyncio.Task[Any]) -> None:
    task.cancel()
    _LET_GO.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Any]) -> None:
    _LET_GO.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, so that asyncio does not print it
