"""Versions: who changed the list and when, and the way back to an earlier one."""

from __future__ import annotations

from bots import labels
from bots.echo import printable
from bots.listing import cut, go_back, versions, way_back
from bots.slack.blocks import Block, button, context, line
from bots.slack.desk import HISTORY, refresh, shown
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.terms import refusal
from bots.slack.views import View, modal, not_done, notice
from core.errors import TermsError

NAME = "rollback"
BACK = "versions_back"

SHOWN = 30
CHANGES_SHOWN = 40


async def open_versions(door: Door, inquiry: Inquiry) -> None:
    """Show the last versions of the list, newest first."""

    async def build() -> View:
        blocks: list[Block] = []
        for each in await versions(door.services, SHOWN):
            back = None if each.is_present else button(labels.BACK_TO, f"{BACK}:{each.number}", str(each.number))
            blocks.append(line(printable(each.line), back))
        return modal(labels.HISTORY, blocks or [context(labels.NO_HISTORY)])

    await shown(door, inquiry, build)


async def ask(door: Door, inquiry: Inquiry) -> None:
    """Show what a way back would change, before it does."""
    await shown(door, inquiry, lambda: _asked(door, inquiry.text))


async def roll_back(door: Door, inquiry: Inquiry) -> Screen:
    """Go back to the version that was asked about, unless the list has changed since."""
    if refused := await refusal(door, inquiry):
        return Screen(view=notice(refused))
    wanted, _, seen = inquiry.memo.partition(" ")
    try:
        done = await go_back(door.services, str(inquiry.author), wanted, seen)
        if not done:
            return Screen(view=await _asked(door, wanted))
    except TermsError as error:
        return Screen(view=not_done(str(error)))
    return Screen(view=notice(done, labels.HISTORY), then=lambda: refresh(door, inquiry))


async def _asked(door: Door, wanted: str) -> View:
    way = await way_back(door.services, wanted)
    lines, left = cut(way.lines, CHANGES_SHOWN)
    blocks = [context(labels.BACK_ASK.format(version=way.number, count=len(way.lines)))]
    blocks += [line(printable(each)) for each in lines]
    blocks += [context(left)] if left else []
    return modal(labels.HISTORY, blocks, name=NAME, submit=labels.BACK_TO, memo=f"{way.number} {way.present}")


PRESSES: dict[str, Journey] = {HISTORY: open_versions, BACK: ask}
FORMS: dict[str, Taking] = {NAME: roll_back}
