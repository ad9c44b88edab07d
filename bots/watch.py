"""Watch: what a server does by the clock: requests for review that are due, and the head of the record, published."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from bots.bootstrap import Services
from bots.rounds import Round
from core.reviews.tending import tend

EVERY_SECONDS = 60.0

log = structlog.get_logger()


def watch(services: Services) -> Round:
    """Return the round of what is due, once a minute."""
    return Round(partial(look, services), EVERY_SECONDS, "watch.failed")


async def look(services: Services) -> bool:
    """Do once what is due, and write the head of the audit record to the log: whoever keeps the log notices a cut."""
    async with asyncio.timeout(EVERY_SECONDS):
        for what, count in (await tend(services.reviews)).items():
            log.info("reviews.tended", result=what, count=count)
        seq, mac = await services.audit.head()
    if seq:
        log.info("audit.head", seq=seq, mac=mac)
    return False
