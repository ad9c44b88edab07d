"""Check: a draft comes in, and its verdict goes to its author and nobody else, once."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bots import wording
from bots.bootstrap import Services
from bots.teams.connector import ConnectorError
from bots.teams.intake import is_private, read_draft, read_inquiry
from bots.teams.outbox import Outbox
from bots.teams.render import render_brief, render_text, render_verdict
from core.draft import Draft
from core.errors import DraftError
from core.verdict import Outcome, Verdict

NOTICE_SECONDS = 4.0
VERDICT_SECONDS = 35.0
"""After this a check counts as failed; with the time to send it, the author knows within a minute."""

log = structlog.get_logger()


async def check_draft(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Check the draft in a message; what is said in a shared conversation quotes nothing."""
    inquiry = read_inquiry(raw)
    try:
        draft = read_draft(raw, inquiry)
    except DraftError as error:
        await out.send(render_text(str(error)))
        return
    notices = (wording.FILE_UNREAD,) if inquiry.files else ()
    try:
        place = await out.private()
    except ConnectorError as error:
        log.warning("teams.author_unreachable", status=error.status)
        await out.send(render_text(wording.UNDELIVERED))
        return
    verdict = await _verdict(services, draft, place)
    told = await _deliver(place, draft, verdict, notices)
    if not is_private(raw):
        await out.send(render_text(wording.ANSWERED_PRIVATELY if told else wording.UNDELIVERED))


async def ask_for_draft(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Answer a message without words."""
    files = read_inquiry(raw).files
    await out.send(render_text(wording.FILE_UNREAD if files else wording.EMPTY))


async def _verdict(services: Services, draft: Draft, place: Outbox) -> Verdict:
    """Wait for the verdict, and say after 4 s that it takes longer."""
    check = asyncio.ensure_future(services.checker.check(draft))
    try:
        async with asyncio.timeout(VERDICT_SECONDS):
            done, _ = await asyncio.wait({check}, timeout=NOTICE_SECONDS)
            if not done:
                await _say_still_checking(place)
            return await check
    except TimeoutError:
        log.error("teams.check_timed_out")
        return Verdict(draft.id, Outcome.UNCHECKED, policy="", incomplete=("time",))
    finally:
        check.cancel()


async def _say_still_checking(place: Outbox) -> None:
    try:
        await place.send(render_text(wording.STILL_CHECKING))
    except ConnectorError as error:
        log.warning("teams.notice_lost", status=error.status)


async def _deliver(place: Outbox, draft: Draft, verdict: Verdict, notices: tuple[str, ...]) -> bool:
    """Send the verdict, or else say that there is one; return whether the author was told anything.

    A verdict that may have arrived is not sent twice.
    """
    try:
        await place.send(render_verdict(draft, verdict, notices))
        return True
    except ConnectorError as error:
        status = error.status
    log.warning("teams.verdict_refused", status=status)
    if status in (403, 404):  # the app was removed or blocked
        return False
    too_much = status in (400, 413)
    try:
        await place.send(render_brief(draft, verdict) if too_much else render_text(wording.UNSURE))
    except ConnectorError as error:
        log.error("teams.verdict_lost", status=error.status)
        return False
    return True
