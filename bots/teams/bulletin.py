"""Bulletin: the report and the record's head, posted to the reviewers' channel."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import structlog

from bots.bootstrap import Services
from bots.bulletin import Bulletin
from bots.teams.cards import card, message, plain, sentence
from bots.teams.connector import MAX_MESSAGE, Connector, ConnectorError, size
from bots.teams.outbox import outbox_to
from bots.teams.people import way_to_channels

SCALES = (1.25, 1.0, 0.75)
"""Pixels to a point, the sharpest first; Teams shows pictures of at most 1,024 pixels a side."""

log = structlog.get_logger()


async def post_bulletin(services: Services, connector: Connector, bulletin: Bulletin) -> bool:
    """Post a bulletin to the channel that the settings name, and tell whether it is there."""
    channel = (services.settings.review_channel or "").removeprefix("teams:")
    try:
        place = outbox_to(connector, await way_to_channels(services), channel)
        await place.send(await asyncio.to_thread(render, bulletin))
    except ConnectorError as error:
        log.warning("teams.bulletin_refused", status=error.status)
        return False
    return True


def render(bulletin: Bulletin) -> dict[str, Any]:
    """Return a bulletin as a card, and under it the sharpest picture that a message has room for."""
    lines = [plain(line) for line in bulletin.lines]
    proof = [plain(bulletin.proof, fontType="monospace", size="small")] if bulletin.proof else []
    told = message(
        card([sentence(bulletin.title, weight="bolder", size="medium"), *lines, *proof], bulletin.title), bulletin.title
    )
    for scale in SCALES if bulletin.draw else ():
        assert bulletin.draw
        data = base64.b64encode(bulletin.draw(scale)).decode()
        shown = {"contentType": "image/png", "name": bulletin.alt, "contentUrl": f"data:image/png;base64,{data}"}
        full = told | {"attachments": [*told["attachments"], shown]}
        if size(full) <= MAX_MESSAGE:
            return full
    return told
