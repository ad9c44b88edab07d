"""People: what Slack knows about an author: their clock, and whether they may keep the list of terms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from bots.gate import object_in, text_in
from bots.reviewing import is_named
from bots.slack.api import Api
from core.draft import Author

CLOCK_SECONDS = 300
"""How long somebody's time zone is remembered."""

CLOCK_PATIENCE = 1.5
"""Seconds that a check waits for the time zone before it does without."""

PATIENCE = 5
"""Seconds that somebody waits for an answer about their rights."""

_REMEMBERED = 5_000
_OUTSIDERS = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
WORKSPACE_ADMINS, _GROUP = "slack:workspace-admins", "slack:@"
_UNKNOWN_CLOCK = ZoneInfo("UTC")


class People:
    """Asks users.info and user groups; `admins` are entries of CHECKPOST_ADMINS."""

    def __init__(self, api: Api, admins: tuple[str, ...]) -> None:
        self._api = api
        self._admins = admins
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
        zone = zone_of(user)
        if len(self._clocks) >= _REMEMBERED:
            self._clocks.clear()
        self._clocks[author] = (time.monotonic() + CLOCK_SECONDS, zone)
        return zone

    async def is_admin(self, author: Author) -> bool | None:
        """Ask Slack, each time anew, whether the author may change terms; None where it does not say in time."""
        return await self.is_among(self._admins, author)

    async def is_among(self, entries: tuple[str, ...], author: Author) -> bool | None:
        """Ask Slack, each time anew, whether a list of people names somebody; None where it does not say in time."""
        if not _may_stand_in(entries, author):
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                person = await self.look_up(author)
                return await self.stands_in(entries, author, person) if person else None
        except TimeoutError:
            return None

    async def look_up(self, author: Author) -> dict[str, Any] | None:
        """Return what Slack knows of somebody now; None where it does not say. Guests and others are `outside`."""
        identity = await self._api.learn()
        user = await self._user(author)
        if identity is None or user is None:
            return None
        outside = author.workspace != identity.workspace or any(user.get(flag) for flag in _OUTSIDERS)
        return user | {"outside": outside}

    async def stands_in(self, entries: Iterable[str], author: Author, person: dict[str, Any]) -> bool | None:
        """Tell whether somebody who was just looked up is named by a list of people; None where Slack does not say.

        Entries have the form of CHECKPOST_ADMINS, or are `slack:workspace:id`.
        """
        entries = tuple(entries)
        if person["outside"]:
            return False
        if is_named(entries, author):
            return True
        if WORKSPACE_ADMINS in entries and (person.get("is_admin") or person.get("is_owner")):
            return True
        return await self._in_a_group(
            author, [each.removeprefix(_GROUP) for each in entries if each.startswith(_GROUP)]
        )

    async def _in_a_group(self, author: Author, groups: Iterable[str]) -> bool | None:
        found: bool | None = False
        for group in groups:
            answer = await self._api.call(self._api.client.usergroups_users_list, usergroup=group)
            if not answer["ok"]:
                found = None
            elif author.id in (answer.get("users") or []):
                return True
        return found

    async def _user(self, author: Author) -> dict[str, Any] | None:
        user = (await self._api.call(self._api.client.users_info, user=author.id)).get("user")
        return user if isinstance(user, dict) else None


def _may_stand_in(entries: tuple[str, ...], author: Author) -> bool:
    """Tell whether it is worth asking Slack: nobody stands in a list that names others only."""
    return is_named(entries, author) or any(each == WORKSPACE_ADMINS or each.startswith(_GROUP) for each in entries)


def zone_of(person: dict[str, Any]) -> ZoneInfo:
    """Return the clock of somebody who was looked up, or UTC."""
    try:
        return ZoneInfo(text_in(person, "tz") or "UTC")
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return _UNKNOWN_CLOCK


def email_of(person: dict[str, Any]) -> str | None:
    """Return the e-mail address of somebody who was looked up, where the app may read it."""
    return text_in(object_in(person, "profile"), "email") or None
