"""Term: the form in which an admin adds a term, changes one, accepts a proposal, or takes a term off the list."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from bots import labels
from bots.slack.blocks import Block, actions, button, context
from bots.slack.desk import ADD, EDIT, refresh, shown, summary
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.reply import update
from bots.slack.step import Step
from bots.slack.terms import allowed, refusal
from bots.slack.views import MAX_INPUT, View, choice, modal, moment, notice, text_input, ticks
from core.errors import TermsError
from core.terms.proposals import Proposal
from core.terms.term import MAX_LENGTH, MAX_NOTE, Kind, Needs, Secrecy, Term, tidy

NAME = "term"
RETIRE = "term_retire"

_FIELDS = {"alias": "aliases", "note": "note", "active_until": "until"}
"""Of what a sentence about a term begins with, the field it is about; any other is about the name."""


async def add(door: Door, inquiry: Inquiry) -> None:
    """Open an empty form."""

    async def build() -> View:
        return build_form(Term(name=""), labels.ADD_TERM, {})

    await shown(door, inquiry, build)


async def edit(door: Door, inquiry: Inquiry) -> None:
    """Open the form of one term."""

    async def build() -> View:
        term = await _found(door, inquiry.text)
        retire = button(labels.RETIRE, RETIRE, term.id, style="danger", sure=labels.RETIRE_SURE)
        return build_form(term, labels.EDIT_TITLE, {"term": term.id}, actions(retire))

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


async def take(door: Door, inquiry: Inquiry) -> Step:
    """Add, change or accept the term of the form that was sent, or say by field what is wrong with it."""
    if refused := await refusal(door, inquiry):
        return Step(view=notice(refused))
    try:
        term, done = await _kept(door, inquiry, json.loads(inquiry.memo or "{}"), _values(inquiry.form))
    except TermsError as error:
        said = str(error)
        return Step(errors={_FIELDS.get(said.partition(":")[0], "name"): said[:150]})
    view = modal(labels.TERMS, [context(f"{done} {summary(term)}"[:1_900]), context(labels.TERM_COUNTS)])
    return Step(view=view, then=lambda: refresh(door, inquiry))


async def retire(door: Door, inquiry: Inquiry) -> None:
    """Take a term off the list; history keeps it."""

    async def build() -> View:
        term = await _found(door, inquiry.text)
        await door.services.terms.remove(term.name, str(inquiry.author))
        return notice(labels.RETIRED, labels.TERMS)

    view = await allowed(door, inquiry, build)
    if inquiry.address.view:
        await update(door.api, inquiry.address.view, view)
    await refresh(door, inquiry)


async def _kept(door: Door, inquiry: Inquiry, memo: dict[str, str], values: dict[str, Any]) -> tuple[Term, str]:
    """Return the term as it is kept now, and what was done."""
    services, actor = door.services, str(inquiry.author)
    if "proposal" in memo:
        return await services.proposals.accept(memo["proposal"], actor, **values), labels.ADDED
    if "term" in memo:
        before = await _found(door, memo["term"])
        return await services.terms.edit(before.name, actor, **values), labels.CHANGED
    term = Term(**values)
    await services.terms.add(term, actor)
    return term, labels.ADDED


def _values(filled: Any) -> dict[str, Any]:
    """Return the fields of a term that the form holds.

    Raises:
        TermsError: something that the form does not offer.
    """
    try:
        values: dict[str, Any] = {
            "name": tidy(str(filled.get("name") or "")),
            "kind": Kind(filled.get("kind") or Kind.OTHER),
            "secrecy": Secrecy(filled.get("secrecy") or Secrecy.OPEN),
            "note": tidy(str(filled.get("note") or "")),
            "owner": tidy(str(filled.get("owner") or "")),
            "needs": None if filled.get("needs") in (None, "no") else Needs(filled["needs"]),
        }
        free = "none" in (filled.get("free") or ())
        for name in ("from", "until"):
            seconds = None if free else filled.get(name)
            values[f"active_{name}"] = datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (ValueError, OverflowError, OSError):
        raise TermsError("choose from what the form offers") from None
    if "aliases" in filled:
        values["aliases"] = tuple(filter(None, map(tidy, str(filled["aliases"] or "").splitlines())))
    return values


async def _found(door: Door, term_id: str) -> Term:
    _, terms = await door.services.terms.load()
    term = next((term for term in terms if term.id == term_id), None)
    if term is None:
        raise TermsError("this term is no longer on the list")
    if not door.services.terms.owns(term):
        raise TermsError("this name is guarded in all workspaces: ask the operator to change it")
    return term


def proposed(proposal: Proposal) -> View:
    """Build the form of a proposal that somebody wants to accept."""
    term = Term(name=proposal.name, note=proposal.note)
    return build_form(term, labels.ACCEPT, {"proposal": proposal.id})


def _seconds(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


PRESSES: dict[str, Callable[[Door, Inquiry], Coroutine[Any, Any, None]]] = {ADD: add, EDIT: edit, RETIRE: retire}
FORMS: dict[str, Callable[[Door, Inquiry], Coroutine[Any, Any, Step]]] = {NAME: take}
