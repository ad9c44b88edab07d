"""How long tests wait for what a machine does in no time when nothing else runs on it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

SHARED = 1 if os.environ.get("CHECKPOST_QUIET") else 4
"""So many times as long may it take where others keep the machine busy; CHECKPOST_QUIET=1 says that nothing else runs.

What a test is about is asked for in other words: whether something came before something else, and not how soon.
"""


class Share:
    """How much of a processor this process gets from now on: 1 on a quiet machine, where it has something to do.

    `worked` tells the same of another process, in seconds of a processor.
    """

    def __init__(self, worked: Callable[[], float] = time.process_time) -> None:
        self._now = worked
        self._began, self._worked = time.perf_counter(), worked()

    def so_far(self) -> float:
        """Return the share until now, 1 at most."""
        return min(1.0, (self._now() - self._worked) / (time.perf_counter() - self._began))
