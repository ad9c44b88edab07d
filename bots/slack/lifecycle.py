"""Lifecycle: the app was taken out of a workspace, or its token was: forget the token, keep the records."""

from __future__ import annotations

from typing import Any

import structlog

from bots.slack.workspaces import Workspaces
from core.errors import CheckpostError

log = structlog.get_logger()


async def leave(workspaces: Workspaces, body: dict[str, Any]) -> None:
    """Send nothing more to a workspace that the app was removed from."""
    event = body["event"]
    tokens = event.get("tokens")
    # people's own tokens come and go; only the bot's is what we answer with
    if event["type"] == "tokens_revoked" and not (isinstance(tokens, dict) and tokens.get("bot")):
        return
    try:
        await workspaces.leave(body)
    except CheckpostError as error:
        log.error("slack.tokens_not_forgotten", error=type(error).__name__)
    else:
        log.warning("slack.uninstalled")
