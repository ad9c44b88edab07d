"""Files: what somebody dropped into the direct chat, fetched from Slack."""

from __future__ import annotations

from functools import partial
from typing import Any

from bots.files import Sent
from bots.slack.api import Api


async def find_file(api: Api, file: dict[str, Any]) -> Sent:
    """Return what Slack tells of a file, and the way to fetch it."""
    if not isinstance(file.get("url_private_download"), str):
        answer = await api.call(api.client.files_info, file=str(file.get("id") or ""))
        file = answer["file"] if isinstance(answer.get("file"), dict) else file
    url = str(file.get("url_private_download") or "")
    name, kind = str(file.get("name") or ""), str(file.get("mimetype") or "")
    return Sent(name, kind, file.get("size"), partial(api.download, url))
