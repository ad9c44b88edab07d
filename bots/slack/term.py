"""Term: the form in which an admin adds a term, changes one, accepts a proposal, or takes a term off the list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bots import labels
from bots.listing import fault_of, find_term, keep, read_fields, summary
from bots.slack.blocks import Block, actions, button, context, cut, line
from bots.slack.desk import ADD, EDIT, refresh, shown
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.reply import update
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.terms import allowed, refusal
from bots.slack.views import MAX_ERROR, MAX_INPUT, View, choice, modal, moment, notice, text_input, ticks
from core.errors import TermChanged, TermsError
from core.terms.proposals import Proposal
from core.terms.term import MAX_LENGTH, MAX_NOTE, Term

NAME = "term"
RETIRE = "term_retire"

SUMMARY_ROOM = 1_900
"""Width of what is said of a term that was kept: small print holds 2,000 characters."""


async def add(door: Door, inquiry: Inquiry) -> None:
    """Open an empty form."""

    async def build() -> View:
        return build_form(Term(name=""), labels.ADD_TERM, {})

    await shown(door, inquiry, build)


async def edit(door: Door, inquiry: Inquiry) -> None:
    """Open the form of one term."""

    async def build() -> View:
        term = await find_term(door.services, inquiry.text)
        retire = button(labels.RETIRE, RETIRE, term.id, style="danger", sure=labels.RETIRE_SURE)
        return build_form(term, labels.EDIT_TITLE, {"term": term.id, "seen": term.mark}, actions(retire))

    await shown(door, inquiry, build)


def build_form(term: Term, title: str, memo: dict[str, str], *more: Block) -> View:
    """Build the form with what is known of a term; its memo says whose it is."""
    aliases = "\n".join(term.aliases)
    blocks = [
        text_input("name", labels.TERM_NAME, term.name, most=MAX_LENGTH),
        choice("kind", labels.TERM_KIND, labels.KINDS, term.kind.value),
        choice("secrecy", labels.TERM_SECRECY, labels.SECRECIES, term.secrecy.value, hint=labels.TERM_SECRECY_HINT),
    ]
    if len(aliases) <= MAX_INPUT:
        hint = labels.TERM_ALIASES_HINT
        blocks.append(text_input("aliases", labels.TERM_ALIASES, aliases, lines=True, optional=True, hint=hint))
    else:
        blocks.append(context(labels.TERM_ALIASES_LEFT))
    blocks += [
        text_input("note", labels.TERM_NOTE, term.note, most=MAX_NOTE, lines=True, optional=True),
        text_input("owner", labels.TERM_OWNER, term.owner, most=MAX_NOTE, optional=True),
        choice("needs", labels.TERM_NEEDS, labels.NEEDS, term.needs or "no"),
        moment("from", labels.TERM_FROM, _seconds(term.active_from)),
        moment("until", labels.TERM_UNTIL, _seconds(term.active_until)),
    ]
    if term.active_from or term.active_until:
        blocks.append(ticks("free", labels.TERM_EMBARGO, {"none": labels.TERM_NO_EMBARGO}))
    return modal(title, [*blocks, *more], name=NAME, submit=labels.SAVE, memo=json.dumps(memo))


async def take(door: Door, inquiry: Inquiry) -> Screen:
    """Add, change or accept the term of the form that was sent, or say by field what is wrong with it."""
    if refused := await refusal(door, inquiry):
        return Screen(view=notice(refused))
    try:
        term, done = await _kept(door, inquiry)
    except TermChanged as error:
        return Screen(view=await allowed(door, inquiry, partial(_as_it_stands, door, inquiry, str(error))))
    except TermsError as error:
        field, said = fault_of(str(error))
        return Screen(errors={field: cut(said, MAX_ERROR)})
    view = modal(labels.TERMS, [context(cut(f"{done} {summary(term)}", SUMMARY_ROOM)), context(labels.TERM_COUNTS)])
    return Screen(view=view, then=lambda: refresh(door, inquiry))


async def retire(door: Door, inquiry: Inquiry) -> None:
    """Take a term off the list; history keeps it."""

    async def build() -> View:
        term = await find_term(door.services, inquiry.text)
        await door.services.terms.remove(term.name, str(inquiry.author))
        return notice(labels.RETIRED, labels.TERMS)

    view = await allowed(door, inquiry, build)
    if inquiry.address.view:
        await update(door.api, inquiry.address.view, view)
    await refresh(door, inquiry)


async def _as_it_stands(door: Door, inquiry: Inquiry, said: str) -> View:
    """Show a term and the way to its form; the form itself would keep what was typed into it."""
    term = await find_term(door.services, json.loads(inquiry.memo)["term"])
    lead = context(labels.NOT_DONE.format(reason=said))
    return modal(labels.EDIT_TITLE, [lead, line(summary(term), button(labels.EDIT_TERM, EDIT, term.id))])


async def _kept(door: Door, inquiry: Inquiry) -> tuple[Term, str]:
    """Return the term of a form as it is kept now, and what was done."""
    memo = json.loads(inquiry.memo or "{}")
    before = await find_term(door.services, memo["term"]) if "term" in memo else None
    values = read_fields(inquiry.form) | _moments(inquiry.form)
    seen, proposal = memo.get("seen", ""), memo.get("proposal", "")
    return await keep(door.services, str(inquiry.author), values, before=before, seen=seen, proposal=proposal)


def _moments(filled: Mapping[str, Any]) -> dict[str, datetime | None]:
    """Return from when until when a name is guarded.

    Raises:
        TermsError: no moment that the form offers.
    """
    free = "none" in (filled.get("free") or ())
    given = {f"active_{name}": None if free else filled.get(name) for name in ("from", "until")}
    try:
        return {
            name: datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
            for name, seconds in given.items()
        }
    except (ValueError, OverflowError, OSError):
        raise TermsError(labels.FORM_UNKNOWN) from None


def proposed(proposal: Proposal) -> View:
    """Build the form of a proposal that somebody wants to accept."""
    term = Term(name=proposal.name, note=proposal.note)
    return build_form(term, labels.ACCEPT, {"proposal": proposal.id})


def _seconds(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


PRESSES: dict[str, Journey] = {ADD: add, EDIT: edit, RETIRE: retire}
FORMS: dict[str, Taking] = {NAME: take}
