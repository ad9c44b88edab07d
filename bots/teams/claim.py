"""Claim: Teams sends some calls more than once, and each is acted on once."""

from __future__ import annotations

import asyncio

from bots.gate import object_in
from bots.teams.turn import Turn

CLAIM_SECONDS = 5.0


async def claim_activity(turn: Turn) -> bool:
    """Return True the first time an activity comes in; an edit counts by when it was made.

    Raises:
        Exception: the database does not answer; TimeoutError after 5 s.
    """
    raw = turn.raw
    if not raw.get("id"):
        return True
    edited = raw.get("timestamp") or raw.get("localTimestamp") if raw["type"] == "messageUpdate" else ""
    return await _claim(turn, f"teams:{raw['conversation']['id']}:{raw['type']}:{raw['id']}:{edited}")


async def claim_welcome(turn: Turn) -> bool:
    """Return True for the first of the two calls that announce one installation."""
    place = object_in(object_in(turn.raw, "channelData"), "team").get("id")
    return await _claim(turn, f"teams:welcome:{place or turn.raw['conversation']['id']}")


async def claim_click(turn: Turn) -> bool:
    """Return True the first time that somebody does this on a card; clients repeat what is not answered in time."""
    return await _claim(turn, _click(turn))


async def release_click(turn: Turn) -> None:
    """Let somebody do on a card what failed, once more."""
    await turn.services.deliveries.release(_click(turn))


def _click(turn: Turn) -> str:
    return f"teams:click:{turn.raw['from']['id']}:{turn.click.fingerprint}"


async def _claim(turn: Turn, key: str) -> bool:
    async with asyncio.timeout(CLAIM_SECONDS):
        return await turn.services.deliveries.claim(key)
