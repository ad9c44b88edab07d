"""Gathering: what many ask of the database at the same time is asked of it once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from core.errors import CommitUnknown

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

AT_ONCE = 500
"""So many share a round at most."""

STALLED = 1.0
"""After so many seconds a round holds nobody up any more: the next one begins beside it."""


class Gathering(Generic[Asked, Answer]):
    """Does in one round of work all that was asked for while the round before it was under way.

    A round begins after everybody in it asked, so that nobody is answered with what was so before. `work` gets what was
    asked, in that order, and returns as many answers. Where it fails for several, it is done again for each by itself,
    so that nobody fails for another; not so if it may have been done all the same, nor longer than a round may take.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Coroutine[Any, Any, Sequence[Answer]]]) -> None:
        self._work = work
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._rounds: set[asyncio.Task[None]] = set()
        self._began = 0.0

    async def ask(self, asked: Asked) -> Answer:
        """Return the answer of the next round. Who stops waiting before it begins is left out of it; all, and it ends.

        Raises:
            Exception: what `work` raised.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        is_under_way = any(not each.done() for each in self._rounds)
        if not is_under_way or time.monotonic() - self._began > STALLED:
            self._began = time.monotonic()
            task = asyncio.create_task(self._work_off())
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)
        return await answer

    async def _work_off(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._began = began = time.monotonic()
            error = await self._round(some)
            is_for_all = len(some) == 1 or isinstance(error, CommitUnknown)
            for each in some if error else ():
                is_late = time.monotonic() - began > STALLED
                failed = error if is_for_all or is_late else await self._round([each])
                if failed and not each[1].done():
                    each[1].set_exception(failed)

    async def _round(self, some: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> Exception | None:
        """Answer those who still wait. Return what went wrong, and then nobody is answered."""
        some = [each for each in some if not each[1].done()]
        if not some:
            return None
        work = asyncio.create_task(self._work([asked for asked, _ in some]))  # noqa: RUF006 (it is awaited)
        for _, waiting in some:
            waiting.add_done_callback(partial(_let_go, work, some))
        await asyncio.wait({work})
        try:
            answers = work.result()
        except asyncio.CancelledError:  # nobody waits for it any more
            return None
        except Exception as error:
            return error
        for (_, waiting), answer in zip(some, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)
        return None


def _let_go(work: asyncio.Task[Any], some: Sequence[tuple[Any, asyncio.Future[Any]]], _: asyncio.Future[Any]) -> None:
    """Stop work that nobody waits for any more."""
    if not work.done() and all(answer.done() for _, answer in some):
        work.cancel()
