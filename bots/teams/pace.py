"""Pace: holds sends back so that no conversation gets more than Teams accepts."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0))
"""At most so many sends within so many seconds, a conversation (Microsoft's limits for bots)."""

CONVERSATIONS = 10_000


class Pace:
    """Remembers when we last sent to each of the conversations used most recently."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    async def wait(self, conversation: str) -> None:
        """Return when the next send to this conversation is within every window."""
        loop = asyncio.get_running_loop()
        delay = self._delay(conversation, loop.time())
        while delay > 0:
            await asyncio.sleep(delay)
            delay = self._delay(conversation, loop.time())
        times = self._sent.setdefault(conversation, deque(maxlen=max(count for count, _ in WINDOWS)))
        times.append(loop.time())
        self._sent.move_to_end(conversation)
        if len(self._sent) > CONVERSATIONS:
            self._sent.popitem(last=False)

    def _delay(self, conversation: str, now: float) -> float:
        times = self._sent.get(conversation, ())
        full = (times[-count] + seconds - now for count, seconds in WINDOWS if len(times) >= count)
        return max(full, default=0.0)
