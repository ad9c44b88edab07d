"""Proposals: names that staff would like on the list, for an admin to accept or decline."""

from __future__ import annotations

from bots import labels
from bots.echo import printable
from bots.listing import described, find_proposal
from bots.slack.blocks import Block, actions, button, context, line
from bots.slack.desk import PROPOSALS, refresh, shown
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.reply import update
from bots.slack.screen import Journey
from bots.slack.term import proposed
from bots.slack.terms import allowed
from bots.slack.views import View, modal

ACCEPT, DECLINE = "proposal_accept", "proposal_decline"

PAGE_SIZE = 20


async def open_proposals(door: Door, inquiry: Inquiry) -> None:
    """Show the proposals that wait, oldest first."""
    await shown(door, inquiry, lambda: _view(door))


async def accept(door: Door, inquiry: Inquiry) -> None:
    """Open the form of a term for what was proposed."""

    async def build() -> View:
        return proposed(await find_proposal(door.services, inquiry.text))

    await shown(door, inquiry, build)


async def decline(door: Door, inquiry: Inquiry) -> None:
    """Drop a proposal and show those that are left."""

    async def build() -> View:
        await door.services.proposals.decline(inquiry.text, str(inquiry.author))
        return await _view(door)

    view = await allowed(door, inquiry, build)
    if inquiry.address.view:
        await update(door.api, inquiry.address.view, view)
    await refresh(door, inquiry)


async def _view(door: Door) -> View:
    waiting = await door.services.proposals.waiting()
    blocks: list[Block] = [context(labels.PROPOSALS_COUNT.format(count=len(waiting)))]
    for number, each in enumerate(waiting[:PAGE_SIZE]):
        blocks.append(line(printable(described(each))))
        blocks.append(
            actions(
                button(labels.ACCEPT, f"{ACCEPT}:{number}", each.id, style="primary"),
                button(labels.DECLINE, f"{DECLINE}:{number}", each.id, sure=labels.DECLINE_SURE),
            )
        )
    return modal(labels.PROPOSALS, blocks)


PRESSES: dict[str, Journey] = {PROPOSALS: open_proposals, ACCEPT: accept, DECLINE: decline}
