"""Door: everything that a journey through Slack may use in one workspace."""

from __future__ import annotations

from dataclasses import dataclass

from bots.bootstrap import Services
from bots.slack.api import Api
from bots.slack.people import People
from core.keys import KeyRing


@dataclass(frozen=True, slots=True)
class Door:
    """The open Slack door of one workspace."""

    services: Services
    api: Api
    people: People

    @property
    def keys(self) -> KeyRing:
        """Return the keys that seal what a button carries."""
        return self.services.database.keys


def build_door(services: Services, api: Api) -> Door:
    """Put a door together."""
    return Door(services, api, People(api, services.settings.admins))
