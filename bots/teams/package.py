"""Package: what Teams is told of the app, as the zip file that an administrator uploads: manifest and icons.

https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from importlib import resources
from typing import Any

from bots import labels
from bots.teams.click import COMMAND

ICONS = ("color.png", "outline.png")
SCOPES = ("personal", "team", "groupChat")

COMMANDS = {
    "personal": {
        "checkpost": labels.COMMAND_ABOUT,
        "help": labels.TEAMS_HELP,
        "policy": labels.HOME_POLICY,
        "privacy": labels.HOME_KEPT,
        "trail": labels.HOME_TRAIL,
        "receipts": labels.RECEIPTS,
    },
    "others": {"checkpost": labels.COMMAND_ABOUT, "help": labels.TEAMS_HELP},
}
"""What the bot offers to be typed, by scope."""

_SAME_TIME = (1980, 1, 1, 0, 0, 0)
"""Every entry of the zip has this date, so that the same app gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who answers for the app; Teams shows these addresses to everybody who looks at it."""

    name: str
    website: str
    privacy: str
    terms: str


def build_manifest(app_id: str, publisher: Publisher, version: str, *, slash: bool) -> dict[str, Any]:
    """Return the app's manifest: a bot and one message extension, and no right beyond the two.

    Slash commands exist from schema 1.29, which older clients do not read; without them 1.25 is enough.
    """
    schema = "1.29" if slash else "1.25"
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{schema}/MicrosoftTeams.schema.json",
        "manifestVersion": schema,
        "version": version,
        "id": app_id,
        "developer": {
            "name": publisher.name,
            "websiteUrl": publisher.website,
            "privacyUrl": publisher.privacy,
            "termsOfUseUrl": publisher.terms,
        },
        "name": {"short": labels.NAME, "full": labels.NAME},
        "description": {"short": labels.APP_LINE, "full": labels.APP_ABOUT},
        "icons": dict(zip(("color", "outline"), ICONS, strict=True)),
        "accentColor": "#17324a",
        "bots": [_bot(app_id, slash)],
        "composeExtensions": [_extension(app_id, slash)],
    }


def build_package(manifest: dict[str, Any]) -> bytes:
    """Return the zip file: the manifest at its root, and the icons beside it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False).encode()}
        folder = resources.files("bots").joinpath("teams", "icons")
        files |= {name: folder.joinpath(name).read_bytes() for name in ICONS}
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _SAME_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _bot(app_id: str, slash: bool) -> dict[str, Any]:
    shared = [scope for scope in SCOPES if scope != "personal"]
    lists = [_listed(["personal"], COMMANDS["personal"], slash), _listed(shared, COMMANDS["others"], slash)]
    bot = {"botId": app_id, "scopes": list(SCOPES), "supportsFiles": True, "isNotificationOnly": False}
    return {**bot, **({"supportsTargetedMessages": True} if slash else {}), "commandLists": lists}


def _listed(scopes: list[str], commands: dict[str, str], slash: bool) -> dict[str, Any]:
    triggers = {"triggers": ["mention", "slash"]} if slash else {}
    return {
        "scopes": scopes,
        **triggers,
        "commands": [{"title": title, "description": about} for title, about in commands.items()],
    }


def _extension(app_id: str, slash: bool) -> dict[str, Any]:
    command = {
        "id": COMMAND,
        "type": "action",
        "title": labels.MESSAGE_SHORTCUT,
        "description": labels.SHORTCUT_ABOUT,
        "context": ["message", "compose"],
        "fetchTask": True,
        **({"triggers": ["slash"]} if slash else {}),
    }
    return {"botId": app_id, "commands": [command]}
