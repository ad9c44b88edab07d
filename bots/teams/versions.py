"""Versions: who changed the list and when, and the way back to an earlier one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from bots import labels, wording
from bots.bootstrap import Services
from bots.desk import history_lines, step_line
from bots.teams.cards import Block, button, card, plain, row, rows, sentence
from bots.teams.click import Click, new_nonce
from bots.teams.desk import HISTORY, clipped, tell
from bots.teams.intake import author
from bots.teams.outbox import Outbox
from bots.teams.step import Step
from bots.teams.terms import LIST, Verb
from core.errors import TermsError

BACK, BACK_SURE = "back", "back_sure"

SHOWN = 12
CHANGES_SHOWN = 40
LINE_ROOM = 200


async def open_versions(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Show the last versions of the list, newest first."""
    present = await services.terms.version()
    entries = await services.terms.history(last=SHOWN)
    versions = [list(group) for _, group in groupby(entries, key=lambda entry: entry.version)]
    body: list[Block] = [] if versions else [sentence(labels.NO_HISTORY)]
    for steps in reversed(versions):
        number = steps[0].version
        items = [plain(clipped(history_lines(steps)[0], LINE_ROOM))]
        if number != present:
            items.append(row(button(labels.BACK_TO, BACK, {"about": str(number)})))
        body.append({"type": "Container", "separator": True, "items": items})
    body.append(row(button(labels.BACK, LIST)))
    return Step(card=card(body, wording.TERMS_SUMMARY), title=labels.HISTORY)


async def ask(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Show what a way back would change, before it does."""
    number, present = _number(click.about), await services.terms.version()
    step = await services.terms.diff(present, number)
    pairs = [*((None, term) for term in step.added), *step.changed, *((term, None) for term in step.removed)]
    lines = [clipped(step_line(before, after), LINE_ROOM) for before, after in pairs]
    body: list[Block] = [sentence(labels.BACK_ASK.format(version=number, count=len(lines)))]
    body += [plain(line) for line in lines[:CHANGES_SHOWN]]
    left = len(lines) - CHANGES_SHOWN
    body += [sentence(labels.MORE_CHANGES.format(count=left), isSubtle=True)] if left > 0 else []
    data = {"nonce": new_nonce(), "about": f"{number} {present}"}
    body += rows(button(labels.BACK_TO, BACK_SURE, data, style="destructive"), button(labels.BACK, LIST))
    return Step(card=card(body, wording.TERMS_SUMMARY), title=labels.HISTORY)


async def roll_back(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Go back to the version that was asked about, unless the list has changed since."""
    wanted, _, seen = click.about.partition(" ")
    if str(await services.terms.version()) != seen:
        return await ask(services, raw, out, Click(click.way, BACK, about=wanted))
    number, step = await services.terms.rollback(_number(wanted), str(author(raw)))
    count = len(step.added) + len(step.changed) + len(step.removed)
    return tell(labels.ROLLED_BACK.format(version=number, wanted=wanted, count=count))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise TermsError("there is no such version")
    return int(text)


LOOKS: dict[str, Verb] = {HISTORY: open_versions, BACK: ask}
DEEDS: dict[str, Verb] = {BACK_SURE: roll_back}
