"""Versions: who changed the list and when, and the way back to an earlier one."""

from __future__ import annotations

from dataclasses import replace

from bots import labels, wording
from bots.listing import cut, go_back, versions, way_back
from bots.teams.cards import Block, button, card, clipped, entry, plain, row, rows, sentence
from bots.teams.click import new_nonce
from bots.teams.desk import HISTORY, tell
from bots.teams.screen import Screen, Verb
from bots.teams.terms import LIST
from bots.teams.turn import Turn

BACK, BACK_SURE = "back", "back_sure"

SHOWN = 12
CHANGES_SHOWN = 40
LINE_ROOM = 200


async def open_versions(turn: Turn) -> Screen:
    """Show the last versions of the list, newest first."""
    found = await versions(turn.services, SHOWN)
    body: list[Block] = [] if found else [sentence(labels.NO_HISTORY)]
    for each in found:
        back = [] if each.is_present else [row(button(labels.BACK_TO, BACK, {"about": str(each.number)}))]
        body.append(entry(plain(clipped(each.line, LINE_ROOM)), *back))
    body.append(row(button(labels.BACK, LIST)))
    return Screen(card=card(body, wording.TERMS_SUMMARY), title=labels.HISTORY)


async def ask(turn: Turn) -> Screen:
    """Show what a way back would change, before it does."""
    way = await way_back(turn.services, turn.click.about)
    lines, left = cut(way.lines, CHANGES_SHOWN)
    body: list[Block] = [sentence(labels.BACK_ASK.format(version=way.number, count=len(way.lines)))]
    body += [plain(clipped(each, LINE_ROOM)) for each in lines]
    body += [sentence(left, isSubtle=True)] if left else []
    data = {"nonce": new_nonce(), "about": f"{way.number} {way.present}"}
    body += rows(button(labels.BACK_TO, BACK_SURE, data, style="destructive"), button(labels.BACK, LIST))
    return Screen(card=card(body, wording.TERMS_SUMMARY), title=labels.HISTORY)


async def roll_back(turn: Turn) -> Screen:
    """Go back to the version that was asked about, unless the list has changed since."""
    wanted, _, seen = turn.click.about.partition(" ")
    done = await go_back(turn.services, turn.actor, wanted, seen)
    return tell(done) if done else await ask(replace(turn, click=replace(turn.click, about=wanted)))


LOOKS: dict[str, Verb] = {HISTORY: open_versions, BACK: ask}
DEEDS: dict[str, Verb] = {BACK_SURE: roll_back}
