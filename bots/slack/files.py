"""Files: what somebody dropped into the direct chat, fetched from Slack."""

from __future__ import annotations

from typing import Any

from bots.files import read_text
from bots.slack.api import Api


async def read_file(api: Api, file: dict[str, Any]) -> str:
    """Return the text of a file.

    Raises:
        DraftError: it is too large, no text, or out of reach; the message quotes nothing of it.
    """
    if not isinstance(file.get("url_private_download"), str):
        answer = await api.call(api.client.files_info, file=str(file.get("id") or ""))
        file = answer["file"] if isinstance(answer.get("file"), dict) else file
    url = str(file.get("url_private_download") or "")
    name, kind = str(file.get("name") or ""), str(file.get("mimetype") or "")
    return await read_text(name, kind, file.get("size"), lambda most: api.download(url, most))
