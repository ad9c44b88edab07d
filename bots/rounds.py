"""Rounds: what a server does again and again while its ports are open; what is under way at the end is finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

FINISH_SECONDS = 15.0
"""So long a round that is under way is waited for when the server stops. One that is cut leaves its connection open."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What to do: at once again where `act` says so, else after `every` seconds.

    What it raises ends this round alone and is logged as the event `failed`, of a `platform` where it is one's own.
    """

    act: Callable[[], Awaitable[bool]]
    every: float
    failed: str
    platform: str = ""

    async def go(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set, and end no round for it."""
        while not stop.is_set():
            if not await self._once():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.every):
                        await stop.wait()

    async def _once(self) -> bool:
        try:
            return await self.act()
        except Exception as error:
            where = {"platform": self.platform} if self.platform else {}
            log.error(self.failed, error=type(error).__name__, **where)
            return False


@asynccontextmanager
async def rounds(*each: Round, patience: float = FINISH_SECONDS) -> AsyncIterator[None]:
    """Go the rounds while the context is open; those under way at its end have `patience` seconds, all together."""
    stop = asyncio.Event()
    tasks = {asyncio.create_task(one.go(stop)) for one in each}
    try:
        yield
    finally:
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
