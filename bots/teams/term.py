"""Term: the form in which an admin adds a term, changes one, accepts a proposal, or takes a term off the list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots import labels, wording
from bots.listing import fault_of, find_term, keep, read_fields, summary
from bots.teams.cards import Block, Card, button, card, choice, clipped, fits, moment, rows, sentence, text_input
from bots.teams.click import new_nonce
from bots.teams.desk import ADD, EDIT, ask, tell
from bots.teams.form import read_moment
from bots.teams.screen import Screen, Verb
from bots.teams.terms import LIST
from bots.teams.turn import Turn
from core.errors import DraftError, TermChanged, TermsError
from core.terms.proposals import Proposal
from core.terms.term import MAX_LENGTH, MAX_NOTE, Term

SAVE, RETIRE, RETIRE_SURE = "term_save", "term_retire", "term_retire_sure"

SUMMARY_ROOM = 2_000
"""Characters that are said of a term that was kept."""

PROPOSED = "proposal:"
"""Before the number of a proposal that the form accepts; anything else is a term's id and its mark as it was seen."""


async def add(turn: Turn) -> Screen:
    """Open an empty form."""
    return build_form(_filled(Term(name=""), turn.zone), labels.ADD_TERM)


async def edit(turn: Turn) -> Screen:
    """Open the form of one term."""
    return await _form_of(turn, turn.click.about)


def proposed(proposal: Proposal, zone: ZoneInfo) -> Screen:
    """Open the form of a proposal that somebody wants to accept."""
    term = Term(name=proposal.name, note=proposal.note)
    return build_form(_filled(term, zone), labels.ACCEPT, about=f"{PROPOSED}{proposal.id}")


def build_form(filled: Mapping[str, str], title: str, about: str = "", error: str = "") -> Screen:
    """Build the form with what was filled in and what is wrong with it."""
    shown = _laid_out(filled, about, error)
    if not fits(shown):  # more other spellings than a form holds: saving leaves them as they are
        shown = _laid_out({key: value for key, value in filled.items() if key != "aliases"}, about, error)
    return Screen(card=shown, title=title)


async def save(turn: Turn) -> Screen:
    """Add, change or accept the term of the form that was sent, or show it again with what is wrong."""
    try:
        term, done = await _kept(turn)
    except TermChanged as error:
        return await _form_of(turn, turn.click.about.partition(" ")[0], str(error))
    except TermsError as error:
        title = labels.EDIT_TITLE if turn.click.about else labels.ADD_TERM
        return build_form(turn.click.inputs, title, turn.click.about, str(error))
    return tell(clipped(f"{done} {summary(term)}", SUMMARY_ROOM), labels.TERM_COUNTS)


async def ask_to_retire(turn: Turn) -> Screen:
    """Say what retiring a term means before it is done."""
    term = await find_term(turn.services, turn.click.about)
    return ask(labels.RETIRE_SURE, labels.SURE_RETIRE, RETIRE_SURE, term.id)


async def retire(turn: Turn) -> Screen:
    """Take a term off the list; history keeps it."""
    term = await find_term(turn.services, turn.click.about)
    await turn.services.terms.remove(term.name, turn.actor)
    return tell(labels.RETIRED)


async def _form_of(turn: Turn, term_id: str, error: str = "") -> Screen:
    term = await find_term(turn.services, term_id)
    return build_form(_filled(term, turn.zone), labels.EDIT_TITLE, f"{term.id} {term.mark}", error)


def _laid_out(filled: Mapping[str, str], about: str, error: str) -> Card:
    said = dict([fault_of(error)])

    def text(name: str, label: str, **more: Any) -> list[Block]:
        return text_input(name, label, filled.get(name, ""), error=said.get(name, ""), **more)

    body = [
        *text("name", labels.TERM_NAME, most=MAX_LENGTH),
        choice("kind", labels.TERM_KIND, labels.KINDS, filled.get("kind", "")),
        choice("secrecy", labels.TERM_SECRECY, labels.SECRECIES, filled.get("secrecy", "")),
        sentence(labels.TERM_SECRECY_HINT, isSubtle=True, size="small"),
    ]
    if "aliases" in filled or not about:
        body += text("aliases", labels.TERM_ALIASES, lines=True)
        body.append(sentence(labels.TERM_ALIASES_HINT, isSubtle=True, size="small"))
    else:
        body.append(sentence(labels.TERM_ALIASES_LEFT, isSubtle=True))
    body += text("note", labels.TERM_NOTE, lines=True, most=MAX_NOTE)
    body += text("owner", labels.TERM_OWNER, most=MAX_NOTE)
    body.append(choice("needs", labels.TERM_NEEDS, labels.NEEDS, filled.get("needs", "")))
    for name, label in (("from", labels.TERM_FROM), ("until", labels.TERM_UNTIL)):
        day, time = filled.get(f"{name}_day", ""), filled.get(f"{name}_time", "")
        body += moment(name, label, day, time, error=said.get(name, ""))
    buttons = [button(labels.SAVE, SAVE, {"nonce": new_nonce(), "about": about}, style="positive")]
    if about and not about.startswith(PROPOSED):
        buttons.append(button(labels.RETIRE, RETIRE, {"about": about.partition(" ")[0]}, style="destructive"))
    body += rows(*buttons, button(labels.BACK, LIST))
    return card(body, wording.TERMS_SUMMARY)


async def _kept(turn: Turn) -> tuple[Term, str]:
    """Return the term of a form as it is kept now, and what was done."""
    proposal = turn.click.about.removeprefix(PROPOSED) if turn.click.about.startswith(PROPOSED) else ""
    term_id, _, seen = turn.click.about.partition(" ")
    before = await find_term(turn.services, term_id) if term_id and not proposal else None
    values = read_fields(turn.click.inputs) | _moments(turn.click.inputs, turn.zone, before or Term(name=""))
    return await keep(turn.services, turn.actor, values, before=before, seen=seen, proposal=proposal)


def _moments(filled: Mapping[str, str], zone: ZoneInfo, before: Term) -> dict[str, datetime | None]:
    """Return from when until when a name is guarded; a moment that was left alone stays to the second.

    Raises:
        TermsError: half a moment, or none.
    """
    moments: dict[str, datetime | None] = {}
    for name, old in (("from", before.active_from), ("until", before.active_until)):
        same = _parts(old, zone) == (filled.get(f"{name}_day", ""), filled.get(f"{name}_time", ""))
        try:
            moments[f"active_{name}"] = old if same else read_moment(filled, name, zone)
        except DraftError:
            raise TermsError(f"moment: {labels.TERM_MOMENT_HALF}") from None
    return moments


def _filled(term: Term, zone: ZoneInfo) -> dict[str, str]:
    """Return a term as the form shows it."""
    filled = {
        "name": term.name, "kind": term.kind.value, "secrecy": term.secrecy.value, "note": term.note,
        "owner": term.owner, "needs": term.needs.value if term.needs else "no", "aliases": "\n".join(term.aliases),
    }  # fmt: skip
    for name, at in (("from", term.active_from), ("until", term.active_until)):
        filled[f"{name}_day"], filled[f"{name}_time"] = _parts(at, zone)
    return filled


def _parts(at: datetime | None, zone: ZoneInfo) -> tuple[str, str]:
    local = at.astimezone(zone) if at else None
    return (f"{local:%Y-%m-%d}", f"{local:%H:%M}") if local else ("", "")


LOOKS: dict[str, Verb] = {ADD: add, EDIT: edit, RETIRE: ask_to_retire}
DEEDS: dict[str, Verb] = {SAVE: save, RETIRE_SURE: retire}
