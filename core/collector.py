"""Collector: Python's garbage collector, told to wait while much is built that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """Let the collector wait: it would go through all that is loaded again and again and find nothing to free.

    Also a decorator. Where several threads build at once it may begin again early, which only costs time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
