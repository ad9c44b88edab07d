"""Outbox: where the answers to one activity go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bots.teams.connector import Connector
from bots.teams.intake import is_private, tenant
from core.contacts import Contact


@dataclass(frozen=True, slots=True)
class Outbox:
    """Answers in the conversation that an activity came from, or privately to its sender."""

    connector: Connector
    raw: dict[str, Any] = field(repr=False)
    conversation: str
    reply_to: str | None = None

    async def send(self, message: dict[str, Any]) -> str:
        """Send a message and return its id.

        Raises:
            ConnectorError: it was refused, or nobody knows whether it arrived.
        """
        return await self.connector.post(
            self.raw["serviceUrl"], self.conversation, self._addressed(message), self.reply_to
        )

    async def update(self, activity: str, message: dict[str, Any]) -> None:
        """Put a message in the place of one that we sent.

        Raises:
            ConnectorError: it was refused, or nobody knows whether it arrived.
        """
        await self.connector.update(self.raw["serviceUrl"], self.conversation, activity, self._addressed(message))

    def _addressed(self, message: dict[str, Any]) -> dict[str, Any]:
        sender = {"from": {"id": self.raw["recipient"]["id"]}, "conversation": {"id": self.conversation}}
        return message | sender | ({"replyToId": self.reply_to} if self.reply_to else {})

    async def private(self) -> Outbox:
        """Return the outbox of the direct chat with the sender, which is opened where there is none.

        Raises:
            ConnectorError: the app is not installed for this person, or has been blocked.
        """
        if is_private(self.raw):
            return self
        raw = self.raw
        opened = await open_direct(
            self.connector, raw["serviceUrl"], raw["recipient"]["id"], raw["from"]["id"], tenant(raw)
        )
        return Outbox(self.connector, raw, opened)

    async def sender(self) -> dict[str, Any]:
        """Return what Teams knows of the sender: userRole, userPrincipalName, tenantId, ...

        Raises:
            ConnectorError: it could not be asked.
        """
        where, _, _ = self.conversation.partition(";messageid=")  # a channel has members, its threads have none
        return await self.connector.member(self.raw["serviceUrl"], where, self.raw["from"]["id"])


def open_outbox(connector: Connector, raw: dict[str, Any]) -> Outbox:
    """Return the outbox that answers an activity in its own conversation and thread."""
    reply_to = raw.get("id") if raw["type"] in ("message", "messageUpdate") else None
    return Outbox(connector, raw, raw["conversation"]["id"], reply_to)


def outbox_to(connector: Connector, contact: Contact, conversation: str = "") -> Outbox:
    """Return the outbox of a conversation in which nobody wrote: that of the contact, or another one there."""
    place = conversation or contact.conversation
    raw = {
        "type": "", "serviceUrl": contact.service, "recipient": {"id": contact.bot}, "from": {"id": contact.person},
        "conversation": {"id": place},
    }  # fmt: skip
    return Outbox(connector, raw, place)


async def open_direct(connector: Connector, service: str, bot: str, person: str, tenant_id: str) -> str:
    """Return the direct chat with a person, which is opened where there is none.

    Raises:
        ConnectorError: the app is not installed for this person, or has been blocked.
    """
    parameters: dict[str, Any] = {"isGroup": False, "bot": {"id": bot}, "members": [{"id": person}]}
    if tenant_id:
        parameters |= {"tenantId": tenant_id, "channelData": {"tenant": {"id": tenant_id}}}
    return await connector.create(service, parameters)
