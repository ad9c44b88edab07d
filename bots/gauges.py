"""Gauges: what a running server measures of itself between requests."""

from __future__ import annotations

import asyncio
import platform
import time
from collections import deque
from functools import partial
from importlib.metadata import version

import structlog

from bots.bootstrap import Services
from core.pulse import take_pulse
from core.telemetry import AUDIT_HEAD, BUILD, LOOP_LAG, POLICY_VERSION, TERMS_AGE, TERMS_COUNT, TERMS_VERSION

STEP, REMEMBERED = 1.0, 30
"""Seconds between two looks at the loop, and looks for which its longest lag stays."""

LOOK, LOOK_SECONDS = 15.0, 60.0
"""Seconds between two looks at the database, and that one may take: a long list is read anew in it."""

log = structlog.get_logger()


async def keep_gauges(services: Services) -> None:
    """Measure until cancelled. What fails is logged and tried again; it never ends the server."""
    BUILD.labels(version=version("checkpost"), python=platform.python_version()).set(1)
    POLICY_VERSION.labels(version=services.checker.policy.version).set(1)
    await asyncio.gather(_watch_loop(), _watch_database(services))


async def _watch_loop() -> None:
    lags = deque([0.0], maxlen=REMEMBERED)
    while True:
        before = time.monotonic()
        await asyncio.sleep(STEP)
        lags.append(max(0.0, time.monotonic() - before - STEP))
        LOOP_LAG.set(max(lags))


async def _watch_database(services: Services) -> None:
    began = time.monotonic()
    while True:
        TERMS_AGE.set_function(partial(_since, began))
        if await _look(services):
            began = time.monotonic()
            TERMS_AGE.set_function(partial(_since, began))
        await asyncio.sleep(LOOK)


def _since(moment: float) -> float:
    return time.monotonic() - moment


async def _look(services: Services) -> bool:
    """Take in the list of terms, and look at the database; False where it does not answer."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await services.checker.refresh()
            pulse = await take_pulse(services.database)
    except Exception as error:
        log.warning("gauges.failed", error=type(error).__name__)
        return False
    TERMS_COUNT.set(pulse.terms)
    TERMS_VERSION.set(pulse.version)
    AUDIT_HEAD.set(pulse.head[0])
    return True
