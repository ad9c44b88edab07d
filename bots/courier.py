"""Courier: takes the messages that requests for review call for, and has one platform's door send them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bots.bootstrap import Services
from bots.request import is_true
from bots.rounds import Round, rounds
from core.reviews.notices import LEASE, Audience, Notice
from core.reviews.review import Review

Send = Callable[[Notice, Review], Awaitable[str | None]]
"""Sends one message and returns where it stands, for `Notice.ref`; raises where it could not be sent."""

EVERY_SECONDS = 1.0
"""Between two looks at what waits."""

SEND_SECONDS = LEASE.total_seconds() - 10
"""So long one message may take: well within the time for which no other replica takes it."""

log = structlog.get_logger()


@asynccontextmanager
async def delivering(services: Services, platform: str, send: Send) -> AsyncIterator[None]:
    """Send what waits for a platform while the context is open; what is on its way at the end is finished."""
    deliver = partial(deliver_next, services, platform, send)
    async with rounds(Round(deliver, EVERY_SECONDS, "notices.failed", platform)):
        yield


async def deliver_next(services: Services, platform: str, send: Send) -> bool:
    """Take one message that waits, send it, and tell whether there was one; what is true no more is left out.

    One at a time: a message that was taken and has to wait for others would be taken by another replica, too.
    """
    notice = await services.notices.take(platform)
    if notice is None:
        return False
    try:
        async with asyncio.timeout(SEND_SECONDS):
            review = await services.reviews.get(notice.review_id)
            told = notice.audience is Audience.REVIEWERS or is_true(notice, review)
            ref = await send(notice, review) if told else None
    except Exception as error:
        log.warning("notice.not_sent", platform=platform, error=type(error).__name__)
        await services.notices.failed(notice.id)
    else:
        await services.notices.sent(notice.id, ref)
    return True
