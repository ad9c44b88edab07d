"""Delivery: Teams sends some calls more than once, and each is acted on once."""

from __future__ import annotations

import asyncio
from typing import Any

from bots.bootstrap import Services
from bots.teams.click import Click

CLAIM_SECONDS = 5.0


async def claim_activity(services: Services, raw: dict[str, Any]) -> bool:
    """Return True the first time an activity comes in; an edit counts by when it was made.

    Raises:
        Exception: the database does not answer; TimeoutError after 5 s.
    """
    if not raw.get("id"):
        return True
    edited = raw.get("timestamp") or raw.get("localTimestamp") if raw["type"] == "messageUpdate" else ""
    return await _claim(services, f"teams:{raw['conversation']['id']}:{raw['type']}:{raw['id']}:{edited}")


async def claim_welcome(services: Services, raw: dict[str, Any]) -> bool:
    """Return True for the first of the two calls that announce one installation."""
    team = (raw.get("channelData") or {}).get("team")
    place = team.get("id") if isinstance(team, dict) else None
    return await _claim(services, f"teams:welcome:{place or raw['conversation']['id']}")


async def claim_click(services: Services, raw: dict[str, Any], click: Click) -> bool:
    """Return True the first time that somebody does this on a card; clients repeat what is not answered in time."""
    return await _claim(services, f"teams:click:{raw['from']['id']}:{click.fingerprint}")


async def _claim(services: Services, key: str) -> bool:
    async with asyncio.timeout(CLAIM_SECONDS):
        return await services.deliveries.claim(key)
