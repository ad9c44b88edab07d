"""Versions: who changed the list and when, and the way back to an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from itertools import groupby
from typing import Any

from bots import labels, wording
from bots.desk import history_lines, step_line
from bots.slack.blocks import Block, button, context, line
from bots.slack.desk import HISTORY, refresh, shown
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.step import Step
from bots.slack.terms import refusal
from bots.slack.views import View, modal, notice
from core.errors import TermsError

NAME = "rollback"
BACK = "versions_back"

SHOWN = 30
CHANGES_SHOWN = 40


async def open_versions(door: Door, inquiry: Inquiry) -> None:
    """Show the last versions of the list, newest first."""

    async def build() -> View:
        present = await door.services.terms.version()
        entries = await door.services.terms.history(last=SHOWN)
        versions = [list(group) for _, group in groupby(entries, key=lambda entry: entry.version)]
        blocks: list[Block] = []
        for steps in reversed(versions):
            number = steps[0].version
            back = button(labels.BACK_TO, f"{BACK}:{number}", str(number)) if number != present else None
            blocks.append(line(wording.printable(history_lines(steps)[0]), back))
        return modal(labels.HISTORY, blocks or [context(labels.NO_HISTORY)])

    await shown(door, inquiry, build)


async def ask(door: Door, inquiry: Inquiry) -> None:
    """Show what a way back would change, before it does."""
    await shown(door, inquiry, lambda: _asked(door, inquiry.text))


async def roll_back(door: Door, inquiry: Inquiry) -> Step:
    """Go back to the version that was asked about, unless the list has changed since."""
    if refused := await refusal(door, inquiry):
        return Step(view=notice(refused))
    wanted, _, seen = inquiry.memo.partition(" ")
    terms = door.services.terms
    try:
        if str(await terms.version()) != seen:
            return Step(view=await _asked(door, wanted))
        number, step = await terms.rollback(_number(wanted), str(inquiry.author))
    except TermsError as error:
        return Step(view=notice(labels.NOT_DONE.format(reason=error)))
    count = len(step.added) + len(step.changed) + len(step.removed)
    view = notice(labels.ROLLED_BACK.format(version=number, wanted=wanted, count=count), labels.HISTORY)
    return Step(view=view, then=lambda: refresh(door, inquiry))


async def _asked(door: Door, wanted: str) -> View:
    terms, number = door.services.terms, _number(wanted)
    present = await terms.version()
    step = await terms.diff(present, number)
    pairs = [*((None, term) for term in step.added), *step.changed, *((term, None) for term in step.removed)]
    lines = [step_line(before, after) for before, after in pairs]
    blocks = [context(labels.BACK_ASK.format(version=number, count=len(lines)))]
    blocks += [line(wording.printable(each)) for each in lines[:CHANGES_SHOWN]]
    left = len(lines) - CHANGES_SHOWN
    blocks += [context(labels.MORE_CHANGES.format(count=left))] if left > 0 else []
    return modal(labels.HISTORY, blocks, name=NAME, submit=labels.BACK_TO, memo=f"{number} {present}")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise TermsError("there is no such version")
    return int(text)


PRESSES: dict[str, Callable[[Door, Inquiry], Coroutine[Any, Any, None]]] = {HISTORY: open_versions, BACK: ask}
FORMS: dict[str, Callable[[Door, Inquiry], Coroutine[Any, Any, Step]]] = {NAME: roll_back}
