"""Docket: the requests for review on the Home tab: an author's own, and those that wait for whoever may decide."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bots import sayings
from bots.leaf import leaf
from bots.reviewing import queue
from bots.slack.blocks import Block, actions, context, header
from bots.slack.door import Door
from bots.slack.request import opener, summary_line
from bots.slack.views import pager
from core.draft import Author
from core.reviews.review import Review

TURN = "review_queue"
"""The action of the buttons that turn the page of what waits."""

PAGE_SIZE, OWN = 8, 5


async def docket(door: Door, author: Author, zone: ZoneInfo, page: int) -> list[Block]:
    """Build what somebody sees of requests for review: no word of a draft, and nothing of other workspaces."""
    own = [review for review in await door.services.reviews.of(str(author)) if review.draft is not None]
    blocks: list[Block] = [header(sayings.MINE)] if own else []
    for number, review in enumerate(reversed(own[-OWN:])):
        blocks += _listed(review, zone, number)
    waiting = await queue(door.services, author, lambda entries: door.people.is_among(entries, author))
    if waiting is None:
        return blocks
    here = leaf(waiting, PAGE_SIZE, page)
    said = sayings.QUEUE_LEAD.format(count=len(waiting)) if waiting else sayings.QUEUE_EMPTY
    blocks += [header(sayings.QUEUE), context(said)]
    for number, review in enumerate(here.items, OWN):
        blocks += _listed(review, zone, number)
    return [*blocks, *pager(here, "", TURN)]


def _listed(review: Review, zone: ZoneInfo, number: int) -> list[Block]:
    return [summary_line(review, zone), actions(opener(review, number))]
