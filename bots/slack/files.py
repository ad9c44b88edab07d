"""Files: what somebody dropped into the direct chat, fetched from Slack."""

from __future__ import annotations

from functools import partial
from typing import Any

from bots.files import Sent
from bots.gate import object_in, text_in
from bots.slack.api import Api


async def find_file(api: Api, file: dict[str, Any]) -> Sent:
    """Return what Slack tells of a file, and the way to fetch it."""
    if not isinstance(file.get("url_private_download"), str):
        file = object_in(await api.call(api.client.files_info, file=text_in(file, "id")), "file") or file
    fetch = partial(api.download, text_in(file, "url_private_download"))
    return Sent(text_in(file, "name"), text_in(file, "mimetype"), file.get("size"), fetch)
