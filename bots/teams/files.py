"""Files: what somebody dropped into the direct chat, fetched from where Teams keeps it."""

from __future__ import annotations

import re
from typing import Any

import structlog

from bots import wording
from bots.files import read_text
from bots.teams.intake import is_private
from bots.teams.outbox import Outbox
from core.errors import DraftError
from core.settings import Settings, is_loopback

DROPPED = "application/vnd.microsoft.teams.file.download.info"

_STORES = {
    "smba.infra.gov.teams.microsoft.us": "sharepoint.us",
    "smba.infra.dod.teams.microsoft.us": "sharepoint-mil.us",
}
"""Where a national cloud keeps its files, by the host of its service; everybody else's are at sharepoint.com."""

log = structlog.get_logger()


async def read_file(settings: Settings, out: Outbox, file: dict[str, Any]) -> str:
    """Return the text of a file that was dropped into the direct chat.

    Raises:
        DraftError: it is elsewhere, too large, no text, or out of reach; the message quotes nothing of it.
    """
    content = file.get("content")
    if file.get("contentType") != DROPPED or not isinstance(content, dict) or not is_private(out.raw):
        raise DraftError(wording.FILE_UNREAD)
    url = str(content.get("downloadUrl") or "")

    async def fetch(most: int) -> bytes | None:
        if permitted_store(url, settings):
            return await out.connector.fetch(url, most)
        log.error("teams.download_refused")
        return None

    name = f"{file.get('name') or ''}"
    return await read_text(name if "." in name else f"{name}.{content.get('fileType')}", "", None, fetch)


def permitted_store(url: str, settings: Settings) -> bool:
    """Tell whether a file may be fetched from here: https at SharePoint, or in dev and test a listed loopback host."""
    hosts = settings.teams_service_url_hosts
    domains = {_STORES.get(host, "sharepoint.com") for host in hosts if not is_loopback(host)}
    if any(re.fullmatch(rf"https://[A-Za-z0-9-]+\.{re.escape(domain)}/[!-~]*", url) for domain in domains):
        return True
    local = re.fullmatch(r"https?://(\[[0-9a-f:]+\]|[\w.-]+)(?::\d{1,5})?/[!-~]*", url, re.ASCII)
    host = local[1].strip("[]") if local else ""
    listed = host in hosts or settings.teams_app_id is None
    return settings.env != "production" and listed and is_loopback(host)
