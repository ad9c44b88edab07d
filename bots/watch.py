"""Watch: what a server does by the clock: requests for review that are due, and the head of the record, published."""

from __future__ import annotations

import asyncio

import structlog

from bots.bootstrap import Services
from core.reviews.tending import tend

EVERY_SECONDS = 60.0

log = structlog.get_logger()


async def watch(services: Services) -> None:
    """Do what is due, each minute, until cancelled. A fault ends one round only."""
    while True:
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                await look(services)
        except Exception as error:
            log.error("watch.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def look(services: Services) -> None:
    """Do once what is due, and write the head of the audit record to the log: whoever keeps the log notices a cut."""
    for what, count in (await tend(services.reviews)).items():
        log.info("reviews.tended", result=what, count=count)
    seq, mac = await services.audit.head()
    if seq:
        log.info("audit.head", seq=seq, mac=mac)
