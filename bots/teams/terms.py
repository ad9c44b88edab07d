"""Terms: an admin reads and changes the list of confidential terms, in the direct chat only.

Rights are looked up at every single step: cards are forwarded and replayed, and what they send is the caller's word.
"""

from __future__ import annotations

import functools
from typing import Any

import structlog

from bots import labels, wording
from bots.desk import is_public, record_refusal, terms_command
from bots.teams.cards import card, message, opener, row, sentence
from bots.teams.connector import ConnectorError
from bots.teams.intake import read_inquiry
from bots.teams.people import belongs
from bots.teams.render import render_listing
from bots.teams.screen import Screen, Verb
from bots.teams.turn import Turn
from core.errors import TermsError
from core.settings import Settings

LIST = "terms"
"""The verb that opens the list."""

log = structlog.get_logger()


async def answer_terms(turn: Turn) -> None:
    """Carry out the words after `terms` for an admin; everybody else may propose a name, and is told whom to ask."""
    words = read_inquiry(turn.raw).words
    if not turn.is_private:
        await turn.say(wording.TERMS_ELSEWHERE)
        return
    if not is_public(words) and (refused := await refusal(turn)):
        await turn.say(refused)
        return
    try:
        answer = await terms_command(turn.services, turn.actor, words)
    except Exception as error:  # whatever it was, the admin must not take it for done
        log.error("teams.terms_failed", error=type(error).__name__)
        await turn.say(wording.TERMS_UNSURE)
        return
    if not words or words.lower() == "help":
        await turn.out.send(_way_in())
    for shown in render_listing(answer):
        await turn.out.send(shown)


def for_admins(verb: Verb) -> Verb:
    """Let a verb answer admins in their own chat; refuse everybody else, on record, and name no term to them."""

    @functools.wraps(verb)
    async def guarded(turn: Turn) -> Screen:
        if not turn.is_private:
            return Screen(wording.TERMS_ELSEWHERE)
        if refused := await refusal(turn):
            return Screen(refused, failed=True)
        try:
            return await verb(turn)
        except TermsError as error:
            return Screen(labels.NOT_DONE.format(reason=error), failed=True)
        except Exception as error:  # whatever it was, the admin must not take it for done
            log.error("teams.terms_failed", error=type(error).__name__)
            return Screen(wording.TERMS_UNSURE, failed=True)

    return guarded


async def refusal(turn: Turn) -> str:
    """Say why the sender may not change the list, or nothing where they may; a refusal is put on record."""
    try:
        if turn.is_admin and belongs(turn.services.settings, await turn.out.sender()):
            return ""
    except ConnectorError as error:
        log.warning("teams.rights_unknown", status=error.status)
        return wording.RIGHTS_UNKNOWN
    await record_refusal(turn.services, turn.author)
    return wording.NOT_ADMIN.format(admins=_admins(turn.services.settings))


def _way_in() -> dict[str, Any]:
    body = [sentence(labels.TERMS_LEAD), row(opener(labels.OPEN_TERMS, LIST, style="positive"))]
    return message(card(body, wording.TERMS_SUMMARY), wording.TERMS_SUMMARY)


def _admins(settings: Settings) -> str:
    """Name the admins: Teams shows a bot nobody's name but its own partner's, so these are object ids."""
    ids = [person.removeprefix("teams:") for person in settings.admins if person.startswith("teams:")]
    return wording.OBJECT_IDS.format(ids=", ".join(ids)) if ids else wording.NO_ADMINS
