"""Door: everything that a journey through Slack may use in one workspace."""

from __future__ import annotations

from dataclasses import dataclass

from bots.bootstrap import Services
from bots.slack.api import Api
from bots.slack.installation import Installation
from bots.slack.people import People
from core.keys import KeyRing


@dataclass(frozen=True, slots=True)
class Door:
    """The open Slack door of one workspace."""

    services: Services
    api: Api
    installation: Installation
    people: People

    @property
    def keys(self) -> KeyRing:
        """Return the keys that seal what a button carries."""
        return self.services.database.keys


def build_door(services: Services, api: Api, installation: Installation) -> Door:
    """Put a door together."""
    return Door(services, api, installation, People(api, installation, services.settings.admins))
