"""Bulletin: the report and the record's head, posted to the reviewers' channel."""

from __future__ import annotations

import asyncio

from bots.bulletin import Bulletin
from bots.slack.api import Api
from bots.slack.blocks import escaped
from bots.slack.workspaces import Workspaces

FILE, SCALE = "checkpost.png", 2.0
"""The picture's name, and its pixels to a point."""


async def post_bulletin(workspaces: Workspaces, address: str, bulletin: Bulletin) -> bool:
    """Post a bulletin to a channel, in the first workspace that has it, and tell whether it is there."""
    picture = await asyncio.to_thread(bulletin.draw, SCALE) if bulletin.draw else None
    channel = address.rpartition(":")[2]
    for door in await workspaces.doors():
        if await _post(door.api, channel, bulletin, picture):
            return True
    return False


async def _post(api: Api, channel: str, bulletin: Bulletin, picture: bytes | None) -> bool:
    """Post a bulletin; without the right to upload, without its picture."""
    words = _words(bulletin)
    if picture and await _upload(api, channel, picture, bulletin, words):
        return True
    posted = await api.call(
        api.client.chat_postMessage, channel=channel, text=words, parse="none", link_names=False, unfurl_links=False
    )
    return bool(posted["ok"])


async def _upload(api: Api, channel: str, picture: bytes, bulletin: Bulletin, words: str) -> bool:
    """Post a picture with words; three steps, https://docs.slack.dev/messaging/working-with-files."""
    client = api.client
    given = await api.call(client.files_getUploadURLExternal, filename=FILE, length=len(picture), alt_txt=bulletin.alt)
    file, url = given.get("file_id"), given.get("upload_url")
    if not file or not isinstance(url, str) or not await api.upload(url, picture):
        return False
    shared = await api.call(
        client.files_completeUploadExternal,
        files=[{"id": file, "title": bulletin.title}],
        channel_id=channel,
        initial_comment=words,
    )
    return bool(shared["ok"])


def _words(bulletin: Bulletin) -> str:
    lines = [f"*{escaped(bulletin.title)}*", *(escaped(line) for line in bulletin.lines)]
    return "\n".join([*lines, f"`{bulletin.proof}`"] if bulletin.proof else lines)
