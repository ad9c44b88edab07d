"""Terms: an admin reads and changes the list of confidential terms, in the direct chat only.

Rights are looked up at every single step: cards are forwarded and replayed, and what they send is the caller's word.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bots import labels, wording
from bots.bootstrap import Services
from bots.desk import is_public, terms_command
from bots.teams.cards import card, message, opener, row, sentence
from bots.teams.click import Click
from bots.teams.connector import ConnectorError
from bots.teams.intake import author, is_private, object_id, read_inquiry
from bots.teams.outbox import Outbox
from bots.teams.people import belongs
from bots.teams.render import render_listing, render_text
from bots.teams.step import Step
from core.audit import append
from core.errors import TermsError
from core.settings import Settings

RECORD_SECONDS = 5.0

LIST = "terms"
"""The verb that opens the list."""

Verb = Callable[[Services, dict[str, Any], Outbox, Click], Awaitable[Step]]

log = structlog.get_logger()


async def answer_terms(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Carry out the words after `terms` for an admin; everybody else may propose a name, and is told whom to ask."""
    words = read_inquiry(raw).words
    if not is_private(raw):
        await out.send(render_text(wording.TERMS_ELSEWHERE))
        return
    if not is_public(words) and (refused := await refusal(services, raw, out)):
        await out.send(render_text(refused))
        return
    try:
        answer = await terms_command(services, str(author(raw)), words)
    except Exception as error:  # whatever it was, the admin must not take it for done
        log.error("teams.terms_failed", error=type(error).__name__)
        await out.send(render_text(wording.TERMS_UNSURE))
        return
    if not words or words.lower() == "help":
        await out.send(_way_in())
    for shown in render_listing(answer):
        await out.send(shown)


def for_admins(verb: Verb) -> Verb:
    """Let a verb answer admins in their own chat; refuse everybody else, on record, and name no term to them."""

    @functools.wraps(verb)
    async def guarded(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
        if not is_private(raw):
            return Step(wording.TERMS_ELSEWHERE)
        if refused := await refusal(services, raw, out):
            return Step(refused)
        try:
            return await verb(services, raw, out, click)
        except TermsError as error:
            return Step(labels.NOT_DONE.format(reason=error))
        except Exception as error:  # whatever it was, the admin must not take it for done
            log.error("teams.terms_failed", error=type(error).__name__)
            return Step(wording.TERMS_UNSURE)

    return guarded


async def refusal(services: Services, raw: dict[str, Any], out: Outbox) -> str:
    """Say why the sender may not change the list, or nothing where they may; a refusal is put on record."""
    try:
        if is_admin(services.settings, raw) and belongs(services.settings, await out.sender()):
            return ""
    except ConnectorError as error:
        log.warning("teams.rights_unknown", status=error.status)
        return wording.RIGHTS_UNKNOWN
    await _record_refusal(services, str(author(raw)))
    return wording.NOT_ADMIN.format(admins=_admins(services.settings))


def is_admin(settings: Settings, raw: dict[str, Any]) -> bool:
    """Tell whether the sender is named in CHECKPOST_ADMINS, by Entra object id and nothing else."""
    person = object_id(raw)
    return bool(person) and f"teams:{person}" in settings.admins


def _way_in() -> dict[str, Any]:
    body = [sentence(labels.TERMS_LEAD), row(opener(labels.OPEN_TERMS, LIST, style="positive"))]
    return message(card(body, wording.TERMS_SUMMARY), wording.TERMS_SUMMARY)


async def _record_refusal(services: Services, actor: str) -> None:
    """Put a refusal on record; it stands also where that fails."""
    try:
        async with asyncio.timeout(RECORD_SECONDS), services.database.writing() as connection:
            await append(connection, services.database.keys, "terms_refused", actor, {})
    except Exception as error:
        log.error("audit.failed", error=type(error).__name__)


def _admins(settings: Settings) -> str:
    """Name the admins: Teams shows a bot nobody's name but its own partner's, so these are object ids."""
    ids = [person.removeprefix("teams:") for person in settings.admins if person.startswith("teams:")]
    return wording.OBJECT_IDS.format(ids=", ".join(ids)) if ids else wording.NO_ADMINS
