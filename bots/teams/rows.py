"""Rows: terms out of typed or pasted rows; what would change is shown before it counts."""

from __future__ import annotations

from bots import labels, wording
from bots.listing import counted, cut, digest, warnings
from bots.teams.cards import Block, Card, button, card, clipped, fits, plain, sentence, text_input
from bots.teams.cards import rows as in_rows
from bots.teams.click import new_nonce
from bots.teams.desk import ROWS, tell
from bots.teams.screen import Screen, Verb
from bots.teams.terms import LIST
from bots.teams.turn import Turn
from core.errors import TermsError

TRY, IMPORT = "rows_try", "rows_import"

LINES_SHOWN = 30
LINE_ROOM = 200


async def open_rows(turn: Turn) -> Screen:
    """Open the form that takes rows."""
    return Screen(card=_form("", []), title=labels.IMPORT_TITLE)


async def try_out(turn: Turn) -> Screen:
    """Show what the rows would change. They stay in their field, and what counts is what stands there then."""
    rows = turn.click.inputs.get("rows", "")
    if not rows.strip():
        return Screen(card=_form("", [], labels.IMPORT_EMPTY), title=labels.IMPORT_TITLE)
    try:
        report = await turn.services.terms.import_csv(rows, turn.actor, dry_run=True)
    except TermsError as error:
        first, *lines = str(error).split("\n")
        return Screen(card=_form(rows, lines, first), title=labels.IMPORT_TITLE)
    said = [counted(report, dry_run=True), *warnings(report.triage)]
    return Screen(card=_form(rows, said, tried=digest(rows)), title=labels.IMPORT_TITLE)


async def import_rows(turn: Turn) -> Screen:
    """Import the rows that were tried out; others are tried out first."""
    rows = turn.click.inputs.get("rows", "")
    if digest(rows) != turn.click.about:
        return await try_out(turn)
    report = await turn.services.terms.import_csv(rows, turn.actor)
    return tell(counted(report))


def _form(rows: str, said: list[str], error: str = "", tried: str = "") -> Card:
    """Build the form; rows that it cannot hold are left out, and that is said."""
    built = _laid_out(rows, said, error, tried)
    return built if fits(built) else _laid_out("", [], labels.ROWS_TOO_MANY, "")


def _laid_out(rows: str, said: list[str], error: str, tried: str) -> Card:
    first, left = cut(said, LINES_SHOWN)
    lines: list[Block] = [plain(clipped(each, LINE_ROOM)) for each in first]
    lines += [sentence(left, isSubtle=True)] if left else []
    buttons = [button(labels.IMPORT_TRY, TRY, style="default" if tried else "positive")]
    if tried:
        buttons.insert(0, button(labels.IMPORT, IMPORT, {"nonce": new_nonce(), "about": tried}, style="positive"))
    body = [
        *text_input("rows", labels.IMPORT_ROWS, rows, lines=True, error=error),
        sentence(labels.IMPORT_HINT, isSubtle=True, size="small"),
        *lines,
        *in_rows(*buttons, button(labels.BACK, LIST)),
    ]
    return card(body, wording.TERMS_SUMMARY)


LOOKS: dict[str, Verb] = {ROWS: open_rows, TRY: try_out}
DEEDS: dict[str, Verb] = {IMPORT: import_rows}
