"""Proposals: names that staff would like on the list, for an admin to accept or decline."""

from __future__ import annotations

from bots import labels, wording
from bots.listing import described, find_proposal
from bots.teams.cards import Block, button, card, clipped, entry, plain, row, sentence
from bots.teams.desk import PROPOSALS, tell
from bots.teams.desk import ask as ask_whether
from bots.teams.screen import Screen, Verb
from bots.teams.term import proposed
from bots.teams.terms import LIST
from bots.teams.turn import Turn

ACCEPT, DECLINE, DECLINE_SURE = "proposal_accept", "proposal_decline", "proposal_decline_sure"

PAGE_SIZE = 10
LINE_ROOM = 300


async def open_proposals(turn: Turn) -> Screen:
    """Show the proposals that wait, oldest first."""
    waiting = await turn.services.proposals.waiting()
    body: list[Block] = [sentence(labels.PROPOSALS_COUNT.format(count=len(waiting)))]
    for each in waiting[:PAGE_SIZE]:
        data = {"about": each.id}
        buttons = row(button(labels.ACCEPT, ACCEPT, data, style="positive"), button(labels.DECLINE, DECLINE, data))
        body.append(entry(plain(clipped(described(each), LINE_ROOM)), buttons))
    body.append(row(button(labels.BACK, LIST)))
    return Screen(card=card(body, wording.TERMS_SUMMARY), title=labels.PROPOSALS)


async def accept(turn: Turn) -> Screen:
    """Open the form of a term for what was proposed."""
    return proposed(await find_proposal(turn.services, turn.click.about), turn.zone)


async def ask(turn: Turn) -> Screen:
    """Say what declining means before it is done."""
    return ask_whether(labels.DECLINE_SURE, labels.SURE_DECLINE, DECLINE_SURE, turn.click.about)


async def decline(turn: Turn) -> Screen:
    """Drop a proposal."""
    declined = await turn.services.proposals.decline(turn.click.about, turn.actor)
    return tell(labels.DECLINED.format(name=declined.name))


LOOKS: dict[str, Verb] = {PROPOSALS: open_proposals, ACCEPT: accept, DECLINE: ask}
DEEDS: dict[str, Verb] = {DECLINE_SURE: decline}
