"""People: who somebody is and what rights they have, looked up this moment, and how they are reached unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bots.bootstrap import Services
from bots.gate import text_in
from bots.request import Line
from bots.reviewing import Part, deciders, is_named, part, reviewers
from bots.sayings import SOMEBODY
from bots.teams.connector import Connector, ConnectorError
from bots.teams.intake import object_id
from bots.teams.outbox import Outbox, open_direct, outbox_to
from bots.teams.token import permitted_service
from bots.teams.turn import Turn
from core.contacts import Contact
from core.draft import Author, parse_author
from core.reviews.review import Person, Review
from core.settings import Settings

CHANNELS = "teams"
"""Under this name stands the way to the tenant's channels: a service, and who we are there."""

KEEP_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pressed or wrote, and whether they belong to the house: no guest, nobody of another tenant."""

    person: Person
    belongs: bool

    def may(self, entries: tuple[str, ...]) -> bool:
        """Tell whether they are named among those who may."""
        return self.belongs and is_named(entries, self.person.author)

    def part(self, services: Services, review: Review) -> Part:
        """Return what they may do about a request."""
        may_decide, is_reviewer = self.may(deciders(services, review)), self.may(reviewers(services))
        return part(review, self.person, may_decide=may_decide, is_reviewer=is_reviewer)


async def sender(turn: Turn) -> Sender:
    """Look up who somebody is, as Teams knows them now.

    Raises:
        ConnectorError: it could not be asked; no right may be assumed then.
    """
    member = await turn.out.sender()
    person = Person(turn.author, text_in(member, "email") or None)
    return Sender(person, bool(object_id(turn.raw)) and belongs(turn.services.settings, member))


def belongs(settings: Settings, member: dict[str, Any]) -> bool:
    """Tell whether a member is neither a guest nor from another tenant."""
    role, name, tenant = (str(member.get(key) or "") for key in ("userRole", "userPrincipalName", "tenantId"))
    if role.lower() in ("guest", "anonymous") or "#ext#" in name.lower():
        return False
    ours = settings.teams_tenant_id
    return not (ours and tenant) or tenant.lower() == ours.lower()


async def remember(turn: Turn) -> None:
    """Keep where the sender's direct chat is, and the way to the tenant's channels. A failure is logged."""
    raw, contacts = turn.raw, turn.services.contacts
    channels = Contact(raw["serviceUrl"], raw["recipient"]["id"])
    who, conversation = raw["from"], turn.out.conversation
    person = replace(channels, conversation=conversation, person=who["id"], called=text_in(who, "name"))
    try:
        async with asyncio.timeout(KEEP_SECONDS):
            await contacts.keep(CHANNELS, channels)
            if turn.is_private or conversation != raw["conversation"]["id"]:
                await contacts.keep(turn.actor, person)
    except Exception as error:  # what somebody came for matters more
        log.warning("teams.contact_lost", error=type(error).__name__)


async def reach(services: Services, connector: Connector, name: str) -> Outbox:
    """Return the direct chat with somebody, where they were last seen or, the first time, opened now.

    Raises:
        ConnectorError: nobody of this tenant was ever met, or the app is not installed for them.
    """
    known = parse_author(name)
    person = known if known.workspace else replace(known, workspace=services.settings.teams_tenant_id or "")
    if contact := await _contact(services, str(person)):
        return outbox_to(connector, contact)
    channels = await way_to_channels(services)
    opened = await open_direct(connector, channels.service, channels.bot, person.id, person.workspace)
    return outbox_to(connector, channels, opened)


async def way_to_channels(services: Services) -> Contact:
    """Return the service that leads to the tenant's channels, and who we are there.

    Raises:
        ConnectorError: the app was not met in Teams yet, or the service is permitted no more.
    """
    if channels := await _contact(services, CHANNELS):
        return channels
    raise ConnectorError(0, "no_contact")


async def names(services: Services, lines: Iterable[Line]) -> dict[Author, str]:
    """Return what the people in some lines are called."""
    found = {}
    for person in {each for line in lines for each in line if isinstance(each, Author)}:
        contact = await services.contacts.find(str(person))
        found[person] = contact.called if contact and contact.called else SOMEBODY["teams"]
    return found


def spelled(line: Line, called: dict[Author, str]) -> str:
    """Write a line out, with the names of the people in it."""
    return "".join(each if isinstance(each, str) else called[each] for each in line)


async def _contact(services: Services, name: str) -> Contact | None:
    """Return a contact whose service may still be sent to."""
    contact = await services.contacts.find(name)
    return contact if contact and permitted_service(contact.service, services.settings) else None
