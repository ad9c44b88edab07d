"""People: what Slack knows about an author: their clock, and whether they may keep the list of terms."""

from __future__ import annotations

import asyncio
import time
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from bots.slack.api import Api
from bots.slack.installation import Installation
from core.draft import Author

CLOCK_SECONDS = 300
"""How long somebody's time zone is remembered."""

CLOCK_PATIENCE = 1.5
"""Seconds that a check waits for the time zone before it does without."""

PATIENCE = 5
"""Seconds that somebody waits for an answer about their rights."""

_REMEMBERED = 5_000
_OUTSIDERS = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
_UNKNOWN_CLOCK = ZoneInfo("UTC")


class Rights(Enum):
    """Whether somebody may change terms."""

    ADMIN = auto()
    NONE = auto()
    UNKNOWN = auto()


class People:
    """Asks users.info and user groups; `admins` are entries of CHECKPOST_ADMINS."""

    def __init__(self, api: Api, installation: Installation, admins: tuple[str, ...]) -> None:
        self._api = api
        self._installation = installation
        names = [name.removeprefix("slack:") for name in admins if name.startswith("slack:")]
        self.admins = tuple(name for name in names if name[0] in "UW")
        self.groups = tuple(name.removeprefix("@") for name in names if name[0] == "@")
        self.workspace_admins = "workspace-admins" in names
        self._clocks: dict[Author, tuple[float, ZoneInfo]] = {}

    async def timezone(self, author: Author) -> ZoneInfo:
        """Return the author's time zone, or UTC when Slack does not say in time."""
        known = self._clocks.get(author)
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            async with asyncio.timeout(CLOCK_PATIENCE):
                user = await self._user(author)
        except TimeoutError:
            return _UNKNOWN_CLOCK
        if user is None:
            return _UNKNOWN_CLOCK
        zone = _zone(user.get("tz"))
        if len(self._clocks) >= _REMEMBERED:
            self._clocks.clear()
        self._clocks[author] = (time.monotonic() + CLOCK_SECONDS, zone)
        return zone

    async def rights(self, author: Author) -> Rights:
        """Ask Slack, each time anew, whether the author may change terms."""
        if not (self.admins or self.groups or self.workspace_admins):
            return Rights.NONE
        if author.id not in self.admins and not (self.groups or self.workspace_admins):
            return Rights.NONE
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(author)
        except TimeoutError:
            return Rights.UNKNOWN

    async def _ask(self, author: Author) -> Rights:
        identity = await self._installation.learn()
        user = await self._user(author)
        if identity is None or user is None:
            return Rights.UNKNOWN
        if author.workspace != identity.workspace or any(user.get(flag) for flag in _OUTSIDERS):
            return Rights.NONE
        if author.id in self.admins:
            return Rights.ADMIN
        if self.workspace_admins and (user.get("is_admin") or user.get("is_owner")):
            return Rights.ADMIN
        return await self._in_a_group(author)

    async def _in_a_group(self, author: Author) -> Rights:
        rights = Rights.NONE
        for group in self.groups:
            answer = await self._api.call(self._api.client.usergroups_users_list, usergroup=group)
            if not answer["ok"]:
                rights = Rights.UNKNOWN
            elif author.id in (answer.get("users") or []):
                return Rights.ADMIN
        return rights

    async def _user(self, author: Author) -> dict[str, Any] | None:
        answer = await self._api.call(self._api.client.users_info, user=author.id)
        user = answer.get("user")
        return user if isinstance(user, dict) else None


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else _UNKNOWN_CLOCK
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return _UNKNOWN_CLOCK
