"""Gauges: what a running server measures of itself between requests."""

from __future__ import annotations

import asyncio
import platform
import time
from collections import deque
from functools import partial
from importlib.metadata import version

from bots.bootstrap import Services
from bots.rounds import Round
from core.pulse import take_pulse
from core.telemetry import AUDIT_HEAD, BUILD, LOOP_LAG, POLICY_VERSION, TERMS_AGE, TERMS_COUNT, TERMS_VERSION

STEP, REMEMBERED = 1.0, 30
"""Seconds between two looks at the loop, and looks for which its longest lag stays."""

LOOK, LOOK_SECONDS = 15.0, 60.0
"""Seconds between two looks at the database, and that one may take; a list that takes longer to build goes on."""


def measure(services: Services) -> tuple[Round, Round]:
    """Return the rounds that look at the loop and at the database; what stays as it is is measured now."""
    BUILD.labels(version=version("checkpost"), python=platform.python_version()).set(1)
    POLICY_VERSION.labels(version=services.checker.policy.version).set(1)
    _counts_from(time.monotonic())
    return (
        Round(_LoopWatch(STEP).look, STEP, "gauges.failed"),
        Round(partial(_look_at_database, services), LOOK, "gauges.failed"),
    )


class _LoopWatch:
    """Measures how much later than every `step` seconds the loop comes round to it."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._due = float("inf")
        self._lags = deque([0.0], maxlen=REMEMBERED)

    async def look(self) -> bool:
        now = time.monotonic()
        self._lags.append(max(0.0, now - self._due))
        self._due = now + self._step
        LOOP_LAG.set(max(self._lags))
        return False


async def _look_at_database(services: Services) -> bool:
    """Take in the list of terms, and count."""
    async with asyncio.timeout(LOOK_SECONDS):
        await services.checker.refresh()
        pulse = await take_pulse(services.database)
    _counts_from(time.monotonic())
    TERMS_COUNT.set(pulse.terms)
    TERMS_VERSION.set(pulse.version)
    AUDIT_HEAD.set(pulse.head[0])
    return False


def _counts_from(moment: float) -> None:
    """Let the age of the list count from a moment."""
    TERMS_AGE.set_function(lambda: time.monotonic() - moment)
