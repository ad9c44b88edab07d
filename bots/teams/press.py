"""Press: the one table that says what each button and form does, and does it once."""

from __future__ import annotations

from dataclasses import replace

from bots import labels
from bots.reviewing import refused
from bots.teams import check, decide, desk, guidance, proposals, review, rows, term, terms, versions
from bots.teams.claim import claim_click, release_click
from bots.teams.click import COMPOSE, Way, read_click
from bots.teams.connector import ConnectorError
from bots.teams.form import CHECK
from bots.teams.render import ALARM, CLAUSE, EDIT, USE_SAFE
from bots.teams.screen import Screen, Verb, as_message
from bots.teams.turn import Turn
from core.errors import ReviewError
from core.telemetry import DUPLICATES

LOOKS: dict[str, Verb] = {
    COMPOSE: check.open_on_message,
    guidance.FORM: check.open_form,
    EDIT: check.edit_again,
    guidance.GUIDE: guidance.open_guide,
    CLAUSE: guidance.open_clause,
    **review.LOOKS,
    **decide.LOOKS,
    **{verb: terms.for_admins(look) for verb, look in (desk.LOOKS | term.LOOKS | rows.LOOKS).items()},
    **{verb: terms.for_admins(look) for verb, look in (versions.LOOKS | proposals.LOOKS).items()},
}
"""What only shows something, as often as it is asked."""

DEEDS: dict[str, Verb] = {
    CHECK: check.send_form,
    USE_SAFE: check.use_safe_version,
    ALARM: check.note_alarm,
    **review.DEEDS,
    **decide.DEEDS,
    **{verb: terms.for_admins(deed) for verb, deed in (desk.DEEDS | term.DEEDS | rows.DEEDS).items()},
    **{verb: terms.for_admins(deed) for verb, deed in (versions.DEEDS | proposals.DEEDS).items()},
}
"""What is put on record, or changes something: each click counts once, also after a restart, unless it failed."""


async def press(turn: Turn) -> Screen:
    """Do what a click says; what is private is never laid out in a shared conversation."""
    try:
        click = read_click(turn.raw)
    except ValueError:
        return Screen(labels.MALFORMED, wrong=True)
    turn, verb = replace(turn, click=click), LOOKS.get(click.verb) or DEEDS.get(click.verb)
    if verb is None:
        return Screen(labels.MALFORMED, wrong=True)
    if click.way is not Way.DIALOG and not turn.is_private:
        return Screen(labels.PRESS_OVER)
    if click.verb not in DEEDS:
        return await _screen(turn, verb)
    if not click.nonce:
        return Screen(labels.MALFORMED, wrong=True)
    if not await claim_click(turn):
        DUPLICATES.inc()
        return Screen(labels.ALREADY)
    screen = None
    try:
        screen = await _screen(turn, verb)
        return screen
    finally:
        if screen is None or screen.failed:
            await release_click(turn)


async def press_in_message(turn: Turn) -> None:
    """Answer a click that came as a message: another card takes the place of its own, and anything else is said.

    A button of another app is not ours, and a click that was answered needs no second answer.
    """
    screen = await press(turn)
    if screen.wrong or screen.said == labels.ALREADY:
        return
    shown = as_message(screen)
    if screen.card and turn.raw.get("replyToId"):
        try:
            await turn.out.update(turn.raw["replyToId"], shown)
            return
        except ConnectorError as error:
            if error.status not in (400, 404, 405):  # the card is gone, or was never ours
                raise
    await turn.out.send(shown)


async def _screen(turn: Turn, verb: Verb) -> Screen:
    try:
        return await verb(turn)
    except ReviewError as error:
        return Screen(refused(error), failed=True)
