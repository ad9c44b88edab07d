"""Door: everything that a journey through Slack may use, built once per process."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from bots.bootstrap import Services
from bots.slack.api import Api
from bots.slack.installation import Installation
from bots.slack.people import People
from bots.slack.work import Work


@dataclass(frozen=True, slots=True)
class Door:
    """The open Slack door."""

    services: Services
    api: Api
    installation: Installation
    people: People
    work: Work


def build_door(services: Services, session: aiohttp.ClientSession) -> Door:
    """Put the door together around one pool of connections."""
    api = Api(services.settings, session)
    installation = Installation(api)
    people = People(api, installation, services.settings.admins)
    return Door(services, api, installation, people, Work())
