"""Watch: what a running server measures between requests, and the audit's head that it writes into the log."""

from __future__ import annotations

import asyncio
import platform
from collections import deque
from importlib.metadata import version

import structlog

from bots.bootstrap import Services
from core.pulse import Pulse, take_pulse
from core.telemetry import AUDIT_HEAD, BUILD, LOOP_LAG, POLICY_VERSION, TERMS_AGE, TERMS_COUNT, TERMS_VERSION

STEP = 1.0
"""Seconds between two looks at the loop."""

LOOK, PUBLISH, REMEMBERED = 15, 60, 30
"""Steps between two looks at the database, between two lines with the audit's head, and that the longest lag stays."""

LOOK_SECONDS = 5.0

log = structlog.get_logger()


async def watch(services: Services) -> None:
    """Measure until cancelled. What fails is logged and tried again; it never ends the server."""
    BUILD.labels(version=version("checkpost"), python=platform.python_version()).set(1)
    POLICY_VERSION.labels(version=services.checker.policy.version).set(1)
    loop, lags = asyncio.get_running_loop(), deque([0.0], maxlen=REMEMBERED)
    seen, published, step = loop.time(), 0, 0
    while True:
        if step % LOOK == 0 and (pulse := await _look(services)):
            seen = loop.time()
            if step % PUBLISH == 0 and pulse.head[0] != published:
                published = pulse.head[0]
                log.info("audit.head", seq=published, mac=pulse.head[1])
        before = loop.time()
        await asyncio.sleep(STEP)
        lags.append(max(0.0, loop.time() - before - STEP))
        LOOP_LAG.set(max(lags))
        TERMS_AGE.set(loop.time() - seen)
        step += 1


async def _look(services: Services) -> Pulse | None:
    """Take in the list of terms, and look at the database; None where it does not answer."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await services.checker.refresh()
            pulse = await take_pulse(services.database)
    except Exception as error:
        log.warning("watch.failed", error=type(error).__name__)
        return None
    TERMS_COUNT.set(pulse.terms)
    TERMS_VERSION.set(pulse.version)
    AUDIT_HEAD.set(pulse.head[0])
    return pulse
