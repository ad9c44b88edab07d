"""Rows: terms out of a CSV file or typed rows; what would change is shown before it counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from bots import labels
from bots.files import read_text
from bots.listing import counted, cut, digest, warnings
from bots.slack.blocks import Block, context, line
from bots.slack.blocks import cut as clipped
from bots.slack.desk import IMPORT, refresh, shown
from bots.slack.door import Door
from bots.slack.files import find_file
from bots.slack.intake import Inquiry
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.terms import refusal
from bots.slack.views import MAX_ERROR, View, file_input, modal, notice, text_input
from core.errors import CheckpostError, DraftError, TermsError
from core.terms.store import ImportReport

NAME, SURE = "rows", "rows_sure"

LINES_SHOWN = 40


async def open_rows(door: Door, inquiry: Inquiry) -> None:
    """Open the form that takes a file or rows."""

    async def build() -> View:
        return _form()

    await shown(door, inquiry, build)


async def try_out(door: Door, inquiry: Inquiry) -> Screen:
    """Show what the rows would change; they are not kept, so a file is read again when it counts."""
    if refused := await refusal(door, inquiry):
        return Screen(view=notice(refused))
    files = inquiry.form.get("file") or []
    try:
        rows, file = await _read(door, inquiry, files[0] if files else None)
        report = await door.services.terms.import_csv(rows, str(inquiry.author), dry_run=True)
    except (TermsError, DraftError) as error:
        return _refused(inquiry, error)
    return Screen(view=_asked(report, rows, file))


async def import_rows(door: Door, inquiry: Inquiry) -> Screen:
    """Import the rows that were tried out; others are tried out first."""
    if refused := await refusal(door, inquiry):
        return Screen(view=notice(refused))
    memo = json.loads(inquiry.memo or "{}")
    terms, actor = door.services.terms, str(inquiry.author)
    try:
        rows, file = await _read(door, inquiry, {"id": memo["file"]} if memo.get("file") else None)
        if digest(rows) != memo.get("digest"):
            return Screen(view=_asked(await terms.import_csv(rows, actor, dry_run=True), rows, file))
        report = await terms.import_csv(rows, actor)
    except (TermsError, DraftError) as error:
        return _refused(inquiry, error)
    view = notice(counted(report), labels.TERMS)
    return Screen(view=view, then=lambda: refresh(door, inquiry))


async def _read(door: Door, inquiry: Inquiry, file: dict[str, Any] | None) -> tuple[str, str]:
    """Return the rows, and the id of the file that they stand in."""
    if file is not None:
        return await read_text(await find_file(door.api, file)), str(file.get("id") or "")
    rows = str(inquiry.form.get("rows") or "")
    if not rows.strip():
        raise DraftError(labels.IMPORT_EMPTY)
    return rows, ""


def _form(rows: str = "", said: Iterable[Block] = ()) -> View:
    """Build the form, with rows that were typed and what is said about them."""
    fields = (
        file_input("file", labels.IMPORT_FILE, ["csv", "txt"], hint=labels.IMPORT_HINT),
        text_input("rows", labels.IMPORT_ROWS, rows, lines=True, optional=True),
    )
    return modal(labels.IMPORT_TITLE, [*fields, *said], name=NAME, submit=labels.IMPORT_TRY)


def _asked(report: ImportReport, rows: str, file: str) -> View:
    """Show a dry run. Rows that were typed stay in their field; what counts is what stands there then."""
    said, left = cut(warnings(report.triage), LINES_SHOWN)
    blocks: list[Block] = [] if file else [text_input("rows", labels.IMPORT_ROWS, rows, lines=True)]
    blocks.append(line(counted(report, dry_run=True)))
    blocks += [line(each) for each in said]
    blocks += [context(left)] if left else []
    memo = json.dumps({"file": file, "digest": digest(rows)})
    return modal(labels.IMPORT_TITLE, blocks, name=SURE, submit=labels.IMPORT, memo=memo)


def _refused(inquiry: Inquiry, error: CheckpostError) -> Screen:
    """Say what is wrong with the rows: in their field where it fits there, else under them."""
    lines = str(error).split("\n")
    if "rows" in inquiry.form and len(lines) == 1:
        return Screen(errors={"rows": clipped(lines[0], MAX_ERROR)})
    first, left = cut(lines, LINES_SHOWN)
    said = [*map(line, first), *([context(left)] if left else [])]
    return Screen(view=_form(str(inquiry.form.get("rows") or ""), said))


PRESSES: dict[str, Journey] = {IMPORT: open_rows}
FORMS: dict[str, Taking] = {NAME: try_out, SURE: import_rows}
