"""Manifest: what Slack is told of the app: its ways in, its few rights, and why it has each of them.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bots import labels
from core.settings import Settings

EVENTS_PATH, REDIRECT_PATH = "/slack/events", "/slack/oauth_redirect"

SCOPES = {
    "commands": "the command /checkpost and the shortcuts",
    "chat:write": "answers, in the direct chat with whoever asked, and what is for the reviewers' channel; it posts "
    "nowhere else",
    "im:history": "reads what people write to the app in their direct chat with it, and nothing else",
    "im:read": "knows which conversation is that direct chat",
    "im:write": "opens that chat, where an answer cannot be given in place",
    "users:read": "the author's time zone, and whether somebody is an admin, a guest or gone",
    "files:read": "reads a text file or picture that its author drops into the direct chat, or an admin's CSV file",
}
"""Each right and its reason; nothing here reads a channel."""

USERGROUPS = {"usergroups:read": "who is in the user groups that CHECKPOST_ADMINS or CHECKPOST_REVIEWERS names"}

UPLOADS = {"files:write": "the picture of the report, in the channel that CHECKPOST_REVIEW_CHANNEL names"}
EMAILS = {
    "users:read.email": "knows an author in Slack who is a reviewer in Teams as one person, whose own request it is; "
    "only where requests for review pass between both"
}

EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked")

COMMAND = "/checkpost"
SHORTCUT, MESSAGE_SHORTCUT = "check_post", "check_message"


def rights(settings: Settings) -> dict[str, str]:
    """Return the rights that these settings call for, and why."""
    groups = any(person.startswith("slack:@") for person in (*settings.admins, *settings.reviewers))
    posts = (settings.review_channel or "").startswith("slack:")
    meet = settings.review_channel is not None and settings.teams_on
    return SCOPES | (UPLOADS if posts else {}) | (USERGROUPS if groups else {}) | (EMAILS if meet else {})


def build_manifest(url: str, scopes: Iterable[str], *, socket_mode: bool, several: bool) -> dict[str, Any]:
    """Return the manifest of an app that is reached at `url`, or over Socket Mode.

    `several` is for installing into more workspaces than one, by OAuth with tokens that rotate.
    """
    requests = {} if socket_mode else {"request_url": f"{url}{EVENTS_PATH}"}
    return {
        "display_information": {
            "name": labels.NAME,
            "description": labels.APP_LINE,
            "long_description": labels.APP_ABOUT,
            "background_color": "#1d3a5f",
        },
        "features": _features({} if socket_mode else {"url": f"{url}{EVENTS_PATH}"}),
        "oauth_config": {"scopes": {"bot": list(scopes)}}
        | ({"redirect_urls": [f"{url}{REDIRECT_PATH}"]} if several else {}),
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | requests,
            "interactivity": {"is_enabled": True} | requests,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": several,
        },
    }


def _features(url: dict[str, str]) -> dict[str, Any]:
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": labels.NAME, "always_online": True},
        "shortcuts": [
            {"name": name, "type": kind, "callback_id": action, "description": labels.SHORTCUT_ABOUT}
            for name, kind, action in (
                (labels.SHORTCUT, "global", SHORTCUT),
                (labels.MESSAGE_SHORTCUT, "message", MESSAGE_SHORTCUT),
            )
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                "description": labels.COMMAND_ABOUT,
                "usage_hint": labels.COMMAND_HINT,
                "should_escape": True,
            }
            | url
        ],
    }
