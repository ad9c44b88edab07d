"""Terms: an admin reads and changes the list of confidential terms, in the direct chat only."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bots import wording
from bots.bootstrap import Services
from bots.desk import is_public, terms_command
from bots.teams.connector import ConnectorError
from bots.teams.intake import author, is_private, object_id, read_inquiry
from bots.teams.outbox import Outbox
from bots.teams.render import render_listing, render_text
from core.audit import append
from core.settings import Settings

RECORD_SECONDS = 5.0

log = structlog.get_logger()


async def answer_terms(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Carry out the words after `terms` for an admin; everybody else may propose a name, and is told whom to ask."""
    if not is_private(raw):
        await out.send(render_text(wording.TERMS_ELSEWHERE))
        return
    try:
        permitted = is_public(read_inquiry(raw).words) or await _may_keep(services.settings, raw, out)
    except ConnectorError as error:
        log.warning("teams.rights_unknown", status=error.status)
        await out.send(render_text(wording.RIGHTS_UNKNOWN))
        return
    if not permitted:
        await _record_refusal(services, str(author(raw)))
        await out.send(render_text(wording.NOT_ADMIN.format(admins=_admins(services.settings))))
        return
    try:
        answer = await terms_command(services, str(author(raw)), read_inquiry(raw).words)
    except Exception as error:  # whatever it was, the admin must not take it for done
        log.error("teams.terms_failed", error=type(error).__name__)
        await out.send(render_text(wording.TERMS_UNSURE))
        return
    for message in render_listing(answer):
        await out.send(message)


async def _may_keep(settings: Settings, raw: dict[str, Any], out: Outbox) -> bool:
    """Tell whether the sender may change the list; Teams itself says who is no guest."""
    return is_admin(settings, raw) and _belongs(settings, await out.sender())


def is_admin(settings: Settings, raw: dict[str, Any]) -> bool:
    """Tell whether the sender is named in CHECKPOST_ADMINS, by Entra object id and nothing else."""
    person = object_id(raw)
    return bool(person) and f"teams:{person}" in settings.admins


async def _record_refusal(services: Services, actor: str) -> None:
    """Put a refusal on record; it stands also where that fails."""
    try:
        async with asyncio.timeout(RECORD_SECONDS), services.database.writing() as connection:
            await append(connection, services.database.keys, "terms_refused", actor, {})
    except Exception as error:
        log.error("audit.failed", error=type(error).__name__)


def _belongs(settings: Settings, member: dict[str, Any]) -> bool:
    """Tell whether a member is neither a guest nor from another tenant."""
    role, name, tenant = (str(member.get(key) or "") for key in ("userRole", "userPrincipalName", "tenantId"))
    if role.lower() in ("guest", "anonymous") or "#ext#" in name.lower():
        return False
    ours = settings.teams_tenant_id
    return not (ours and tenant) or tenant.lower() == ours.lower()


def _admins(settings: Settings) -> str:
    """Name the admins: Teams shows a bot nobody's name but its own partner's, so these are object ids."""
    ids = [person.removeprefix("teams:") for person in settings.admins if person.startswith("teams:")]
    return wording.OBJECT_IDS.format(ids=", ".join(ids)) if ids else wording.NO_ADMINS
