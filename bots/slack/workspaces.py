"""Workspaces: which door a delivery belongs to: the only one, or that of the workspace where the app was installed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import aiohttp
import structlog

from bots.bootstrap import Services
from bots.gate import object_in, text_in
from bots.slack.api import Api, Identity
from bots.slack.door import Door, build_door
from core.errors import CheckpostError, DatabaseError
from core.installations import Installation, Installations

log = structlog.get_logger()

RENEW_BEFORE = 2 * 3_600
"""Seconds before a token expires from which on it is replaced."""


class OneWorkspace:
    """The workspace of a token that the operator set."""

    def __init__(self, services: Services, session: aiohttp.ClientSession) -> None:
        token = services.settings.slack_bot_token
        api = Api(services.settings, session, token.get_secret_value() if token else None)
        self._door = build_door(services, api)

    async def door(self, body: dict[str, Any]) -> Door | None:
        """Return the door; one that was closed is opened again where Slack takes us back."""
        if self._door.api.closed:
            await self._door.api.reopen()
        return self._door

    async def door_at(self, workspace: str) -> Door | None:
        """Return the door where it is that of a workspace, or where none is named."""
        door = await self.door({})
        identity = await door.api.learn() if door else None
        return door if not workspace or (identity and identity.workspace == workspace) else None

    async def doors(self) -> list[Door]:
        """Return all doors."""
        door = await self.door({})
        return [door] if door else []

    async def leave(self, body: dict[str, Any]) -> None:
        """Send nothing more."""
        self._door.api.close()

    async def warm_up(self) -> None:
        """Find out early who we are; nothing waits for it and its failure stops nobody."""
        await self._door.api.learn()


class ManyWorkspaces:
    """The workspaces where the app was installed by OAuth; tokens are read from the database each time.

    Each has terms of its own, and changes no other's.
    """

    def __init__(self, services: Services, session: aiohttp.ClientSession) -> None:
        self._services = services
        self._session = session
        self._store = Installations(services.database)
        self._doors: dict[str, tuple[str, Door]] = {}
        self._own = OneWorkspace(services, session) if services.settings.slack_bot_token else None
        self._slack = Api(services.settings, session, None)

    async def door(self, body: dict[str, Any]) -> Door | None:
        """Return the door of the workspace that a delivery comes from, None where the app is not installed."""
        for place in places(body):
            try:
                found = await self._store.find(place)
                if found and _is_due(found):
                    found = await self._store.refresh(place, _is_due, self._renewed)
            except DatabaseError:
                if place not in self._doors:
                    raise
                return self._doors[place][1]  # somebody has to be told that nothing can be checked
            if found:
                return self._door_of(found)
        door = await self._own.door(body) if self._own else None
        identity = await door.api.learn() if door else None
        if door is None or identity is None or f"slack:{identity.workspace}" not in places(body):
            return None
        return replace(door, services=self._services.within(identity.workspace))

    async def door_at(self, workspace: str) -> Door | None:
        """Return the door of a workspace, None where the app is not installed."""
        return await self.door({"team_id": workspace})

    async def doors(self) -> list[Door]:
        """Return all doors, that of the operator's own token first."""
        found = [await self._own.door({})] if self._own else []
        found += [await self.door_at(place.removeprefix("slack:")) for place in await self._store.places("slack:")]
        return [door for door in found if door]

    async def trade(self, **given: str) -> dict[str, Any]:
        """Trade a code or a refresh token for tokens."""
        settings = self._services.settings
        secret = settings.slack_client_secret
        ours = {"client_id": settings.slack_client_id, "client_secret": secret.get_secret_value() if secret else ""}
        # in the body: the SDK's own method uses what aiohttp is about to take away
        client = self._slack.client
        return await self._slack.call(client.api_call, api_method="oauth.v2.access", data=ours | given)

    async def save(self, installation: Installation) -> None:
        """Keep a new installation, or new tokens of one."""
        await self._store.save(installation)

    async def leave(self, body: dict[str, Any]) -> None:
        """Forget the tokens of a workspace."""
        for place in places(body):
            await self._store.forget(place)
            if known := self._doors.pop(place, None):
                known[1].api.close()

    async def warm_up(self) -> None:
        """Find out early whose the operator's own token is; every other workspace is known by its installation."""
        if self._own:
            await self._own.warm_up()

    def _door_of(self, found: Installation) -> Door:
        token, door = self._doors.get(found.place, ("", None))
        if door is None or token != found.token:
            identity = Identity(found.place.rpartition(":")[2], found.bot_user, found.bot)
            api = Api(self._services.settings, self._session, found.token, identity)
            door = build_door(self._services.within(identity.workspace), api)
            self._doors[found.place] = (found.token, door)
        return door

    async def _renewed(self, old: Installation) -> Installation | None:
        """Trade a refresh token for new tokens; the old ones go on where Slack does not answer and they still hold."""
        answer = await self.trade(grant_type="refresh_token", refresh_token=old.refresh_token or "")
        if not answer["ok"]:
            log.error("slack.token_not_renewed")
            return None
        return installed(answer, old.place)


Workspaces = OneWorkspace | ManyWorkspaces


def open_workspaces(services: Services, session: aiohttp.ClientSession) -> Workspaces:
    """Return the one workspace of a token, or all where a client id is set."""
    many = services.settings.slack_client_id is not None
    return ManyWorkspaces(services, session) if many else OneWorkspace(services, session)


async def leave(workspaces: Workspaces, body: dict[str, Any]) -> None:
    """Send nothing more to a workspace that the app was removed from: forget its token, keep the records."""
    event = body["event"]
    # people's own tokens come and go; only the bot's is what we answer with
    if event["type"] == "tokens_revoked" and not object_in(event, "tokens").get("bot"):
        return
    try:
        await workspaces.leave(body)
    except CheckpostError as error:
        log.error("slack.tokens_not_forgotten", error=type(error).__name__)
    else:
        log.warning("slack.uninstalled")


def places(body: dict[str, Any]) -> list[str]:
    """Return where the installation may be that a delivery comes from: the workspace, else its organisation."""
    user, team, enterprise = (object_in(body, key) for key in ("user", "team", "enterprise"))
    workspace = text_in(body, "team_id") or text_in(team, "id") or text_in(user, "team_id")
    organisation = text_in(body, "enterprise_id") or text_in(enterprise, "id")
    return [f"slack:{each}" for each in (workspace, organisation) if each]


def installed(answer: dict[str, Any], place: str | None = None) -> Installation | None:
    """Read what oauth.v2.access gives; None when it gives no bot token or names no place."""
    token = text_in(answer, "access_token")
    of_all = object_in(answer, "enterprise") if answer.get("is_enterprise_install") is True else {}
    where = text_in(of_all, "id") or text_in(object_in(answer, "team"), "id")
    place = place or (f"slack:{where}" if where else None)
    if not token or not place:
        return None
    seconds = answer.get("expires_in")
    return Installation(
        place=place,
        token=token,
        bot_user=text_in(answer, "bot_user_id") or None,
        refresh_token=text_in(answer, "refresh_token") or None,
        expires=time.time() + seconds if isinstance(seconds, int) else None,
    )


def _is_due(installation: Installation) -> bool:
    left = (installation.expires or float("inf")) - time.time()
    return installation.refresh_token is not None and left < RENEW_BEFORE
