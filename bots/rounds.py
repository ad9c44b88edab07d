"""Rounds: what a server does again and again while its ports are open; what is under way at the end is finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

FINISH_SECONDS = 15.0
"""So long a round that is under way is waited for when the server stops. One that is cut leaves its connection open."""


@asynccontextmanager
async def rounds(act: Callable[[], Awaitable[bool]], every: float) -> AsyncIterator[None]:
    """Call `act`, which never raises, while the context is open: at once again if it says so, else after `every` s."""
    stop = asyncio.Event()
    task = asyncio.create_task(_go(act, every, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait({task}, timeout=FINISH_SECONDS)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _go(act: Callable[[], Awaitable[bool]], every: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        if not await act():
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await stop.wait()
