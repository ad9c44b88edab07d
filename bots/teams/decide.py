"""Decide: the form of each thing that may be done about a request, and doing it. Rights are read at every press."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bots import labels, sayings
from bots.bootstrap import Services
from bots.gate import text_in
from bots.request import DECIDING, REASONED, Deed
from bots.reviewing import do, missing, reviewers, said_of
from bots.teams.cards import Block, button, card, choose_person, fault, fits, plain, row, sentence, text_input
from bots.teams.click import new_nonce
from bots.teams.connector import ConnectorError
from bots.teams.exception import build_exception, free
from bots.teams.intake import tenant
from bots.teams.people import reach, sender
from bots.teams.request import DEED
from bots.teams.review import present, rights_unknown
from bots.teams.screen import Screen, Verb
from bots.teams.turn import Turn
from core.draft import Author
from core.errors import DraftError, ExceptionError, ReviewError
from core.reviews.review import Person, Review

SEND = "deed_send"

MAX_REASON = 2_000
MAX_TEXT = 10_000
"""Code points of a suggested text that a form holds."""

_ABOUT = re.compile(rf"(?P<review>[0-9a-f-]{{1,36}}) (?P<deed>{'|'.join(Deed)}) (?P<step>[0-9]{{1,3}})")
_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do about a request, and may: for the step that they were shown."""

    deed: Deed
    step: int
    review: Review
    by: Person


async def open_deed(turn: Turn) -> Screen:
    """Open the form of what somebody wants to do, or show the request as it stands where they may not, or no more."""
    wish = await _wish(turn)
    return wish if isinstance(wish, Screen) else await _form(turn, wish)


async def do_deed(turn: Turn) -> Screen:
    """Do what the form says that was sent; what is wrong with it is said, and what was filled in stays."""
    wish = await _wish(turn)
    if isinstance(wish, Screen):
        return wish
    try:
        return await _done(turn, wish)
    except (ReviewError, ExceptionError, DraftError) as error:
        said = str(error)
    wish = await _wish(turn)  # it may have gone on meanwhile
    return wish if isinstance(wish, Screen) else await _form(turn, wish, said[:1].upper() + said[1:])


async def _wish(turn: Turn) -> Wish | Screen:
    """Return what somebody wants and may do now; else the request as it stands, or why it is not shown."""
    asked = _ABOUT.fullmatch(turn.click.about)
    if not asked:
        return Screen(labels.MALFORMED, wrong=True)
    deed, step = Deed(asked["deed"]), int(asked["step"])
    try:
        review, by = await turn.services.reviews.get(asked["review"]), await sender(turn)
    except ConnectorError as error:
        return rights_unknown(error)
    part = by.part(turn.services, review)
    if late := part.late(deed, review, step):
        return await present(turn, review, part, (late,))
    return Wish(deed, step, review, by.person)


async def _done(turn: Turn, wish: Wish) -> Screen:
    """Do it, and say what was done.

    Raises:
        ReviewError, ExceptionError, DraftError: something is missing or wrong, or somebody else was faster.
    """
    if wish.deed is Deed.EXCEPT:
        return await free(turn, wish.review, wish.by)
    filled = turn.click.inputs
    reason, text = filled.get("reason", "")[:MAX_REASON].strip(), filled.get("text", "")
    for said in missing(wish.deed, reason, text).values():
        raise ReviewError(said)
    to = await _asked_by_name(turn) if wish.deed is Deed.DELEGATE else None
    seen = wish.step if wish.deed in DECIDING else None
    review = await do(turn.services, wish.deed, wish.review, wish.by, step=seen, reason=reason, text=text, to=to)
    return Screen(said_of(wish.deed, review))


async def _form(turn: Turn, wish: Wish, error: str = "") -> Screen:
    """Build the form of a deed with what was filled in and what is wrong with it."""
    deed, review, filled = wish.deed, wish.review, turn.click.inputs
    fields = await _fields(turn, deed, review)
    if not fields and deed is Deed.EXCEPT:
        return Screen(sayings.EXCEPTION_NOTHING)
    if deed not in (Deed.WITHDRAW, Deed.EXCEPT):
        label = sayings.REASON if deed in REASONED else sayings.REASON_OPTIONAL
        fields += text_input("reason", label, filled.get("reason", ""), lines=True, most=MAX_REASON)
        fields.append(sentence(sayings.REASON_HINT, isSubtle=True, size="small"))
    data = {"nonce": new_nonce(), "about": f"{review.id} {deed} {wish.step}"}
    style = "destructive" if deed in (Deed.DECLINE, Deed.WITHDRAW) else "positive"
    title = sayings.DEEDS[deed]
    return Screen(card=card([*fault(error), *fields, row(button(title, SEND, data, style=style))], title), title=title)


async def _fields(turn: Turn, deed: Deed, review: Review) -> list[Block]:
    """Build what only this deed asks for."""
    filled = turn.click.inputs
    if deed is Deed.EXCEPT:
        return await build_exception(turn, review)
    if deed is Deed.SUGGEST:
        return _suggestion(review, filled)
    if deed is Deed.WITHDRAW:
        return [sentence(sayings.WITHDRAW_SURE)]
    if deed is not Deed.DELEGATE:
        return []
    known = await _known_reviewers(turn.services, review)
    hint = sentence(sayings.DELEGATE_HINT, isSubtle=True, size="small")
    return [*choose_person("to", sayings.DELEGATE_TO, known, filled.get("to", "")), hint]


def _suggestion(review: Review, filled: Mapping[str, str]) -> list[Block]:
    """Build the field for another text, with the draft in it where a form can hold it."""
    text = filled.get("text") or (review.draft.text if review.draft else "")
    field = text_input("text", sayings.SUGGESTION, text, lines=True, most=MAX_TEXT)
    if len(text) <= MAX_TEXT and fits(card(field, "")):
        return [*field, sentence(sayings.SUGGESTION_HINT, isSubtle=True, size="small")]
    empty = text_input("text", sayings.SUGGESTION, "", lines=True, most=MAX_TEXT)
    return [*empty, plain(sayings.SUGGESTION_LONG, isSubtle=True)]


async def _known_reviewers(services: Services, review: Review) -> dict[str, str]:
    """Return the reviewers of Teams whose name is known, by object id; never the author."""
    known = {}
    for entry in reviewers(services):
        platform, _, person = entry.rpartition(":")
        if not platform.startswith("teams") or review.author.endswith(f":{person}"):
            continue
        name = str(Author("teams", services.settings.teams_tenant_id or "", person))
        if (contact := await services.contacts.find(name)) and contact.called:
            known[person] = contact.called
    return known


async def _asked_by_name(turn: Turn) -> Person:
    """Return who is asked, once it is sure that they can be told.

    Raises:
        ReviewError: nobody was chosen, or the app cannot write to them.
    """
    chosen = turn.click.inputs.get("to", "").strip().lower()
    if not _OBJECT_ID.fullmatch(chosen):
        raise ReviewError(sayings.DELEGATE_NOBODY)
    asked = Author("teams", tenant(turn.raw), chosen)
    try:
        there = await reach(turn.services, turn.out.connector, str(asked))
        known = await there.connector.member(there.raw["serviceUrl"], there.conversation, chosen)
    except ConnectorError:
        raise ReviewError(sayings.DELEGATE_UNREACHED) from None
    return Person(asked, text_in(known, "email") or None)


LOOKS: dict[str, Verb] = {DEED: open_deed}
DEEDS: dict[str, Verb] = {SEND: do_deed}
