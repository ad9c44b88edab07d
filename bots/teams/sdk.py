"""Sdk: the one module that knows Microsoft's archived SDK, which runs what we do about an activity as one of its turns.

Callers are checked before it, the logic reads the raw activity, and nothing is sent by it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from botbuilder.core import CloudAdapterBase
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bots import wording
from bots.teams.intake import object_id
from bots.teams.outbox import Outbox
from bots.teams.render import render_text
from bots.teams.screen import Screen
from bots.teams.turn import Turn

log = structlog.get_logger()


class Turns:
    """Runs turns; whatever fails in one ends in an apology."""

    def __init__(self) -> None:
        self._adapter = CloudAdapterBase(ClosedAuthentication())
        self._adapter.on_turn_error = apologize

    async def run(self, turn: Turn, logic: Callable[[Turn], Awaitable[Screen | None]]) -> Screen | None:
        """Run one turn, and return what somebody sees next."""
        steps: list[Screen | None] = []

        async def run(_: Any) -> None:
            steps.append(await logic(turn))

        passed = AuthenticateRequestResult()
        passed.claims_identity = ClaimsIdentity({}, True)
        passed.connector_factory = OutboxFactory(turn.out)
        await self._adapter.process_activity(passed, _activity(turn.raw), run)
        return steps[0] if steps else None


class OutboxFactory(ConnectorFactory):  # type: ignore[misc]
    """Makes our outbox the turn's connector client, so that nothing is sent by the SDK."""

    def __init__(self, out: Outbox) -> None:
        self._out = out

    async def create(self, service_url: str, audience: str) -> Outbox:
        """Return the outbox of the activity."""
        return self._out


class ClosedAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """Lets nobody in: calls were checked before the SDK sees them, and its own way in accepts emulator tokens."""

    async def authenticate_request(self, *_: Any) -> Any:
        """Refuse."""
        raise PermissionError("callers are checked before the SDK sees them")

    authenticate_streaming_request = authenticate_channel_request = authenticate_request

    def create_connector_factory(self, claims_identity: Any) -> Any:
        """Refuse."""
        raise PermissionError("callers are checked before the SDK sees them")

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """Return nothing: nobody signs in through the bot."""


async def apologize(context: Any, error: Exception) -> None:
    """Tell the author that the draft could not be checked; log what failed and where, and none of its words."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    log.error("teams.turn_failed", error=type(error).__name__, name=where)
    if context.activity.type in ("message", "messageUpdate"):
        with contextlib.suppress(Exception):  # the connector has logged it, and there is no other way to the author
            out = context.turn_state[CloudAdapterBase.BOT_CONNECTOR_CLIENT_KEY]
            await out.send(render_text(wording.SORRY))


def _activity(raw: dict[str, Any]) -> Any:
    """Build the SDK's Activity from the few fields that its turn needs; it trips over some of the others."""
    strings = {name: value for name in ("name", "locale") if isinstance(value := raw.get(name), str)}
    return Activity(
        type=raw["type"],
        id=raw.get("id"),
        channel_id=raw["channelId"],
        service_url=raw["serviceUrl"],
        conversation=ConversationAccount(id=raw["conversation"]["id"]),
        from_property=ChannelAccount(id=raw["from"]["id"], aad_object_id=object_id(raw) or None),
        recipient=ChannelAccount(id=raw["recipient"]["id"]),
        reply_to_id=raw.get("replyToId"),
        **strings,
    )
