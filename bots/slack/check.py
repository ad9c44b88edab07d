"""Check: a draft comes in, its verdict goes out; in between, at most a few seconds of silence."""

from __future__ import annotations

import asyncio

from bots import wording
from bots.slack.door import Door
from bots.slack.intake import Inquiry, read_draft
from bots.slack.render import render_sentence, render_verdict
from bots.slack.reply import reply
from core.draft import Draft
from core.errors import DraftError
from core.verdict import Verdict

SILENCE = 3
"""Seconds without a verdict after which the author is told that we are still at it."""

SECONDS = 50
"""Seconds after which a check is given up."""


async def check(door: Door, inquiry: Inquiry) -> None:
    """Check a draft and tell its author."""
    judging = asyncio.create_task(_judge(door, inquiry))
    try:
        async with asyncio.timeout(SECONDS):
            done, _ = await asyncio.wait({judging}, timeout=SILENCE)
            if not done:
                await reply(door.api, inquiry.address, render_sentence(wording.STILL_CHECKING))
            draft, verdict = await judging
    except DraftError as error:
        await reply(door.api, inquiry.address, render_sentence(str(error)))
        return
    finally:
        judging.cancel()
    await reply(door.api, inquiry.address, render_verdict(draft, verdict, inquiry.notices))


async def _judge(door: Door, inquiry: Inquiry) -> tuple[Draft, Verdict]:
    draft = read_draft(inquiry, await door.people.timezone(inquiry.author))
    if not draft.text:
        raise DraftError(wording.FILE_UNREAD if inquiry.notices else wording.EMPTY)
    return draft, await door.services.checker.check(draft)
