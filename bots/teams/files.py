"""Files: what somebody dropped into the direct chat, fetched from where Teams keeps it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import structlog

from bots import wording
from bots.files import Sent
from bots.gate import object_in, text_in
from bots.teams.turn import Turn
from core.errors import DraftError
from core.settings import Settings, is_loopback

DROPPED = "application/vnd.microsoft.teams.file.download.info"

_STORES = {
    "smba.infra.gov.teams.microsoft.us": "sharepoint.us",
    "smba.infra.dod.teams.microsoft.us": "sharepoint-mil.us",
}
"""Where a national cloud keeps its files, by the host of its service; everybody else's are at sharepoint.com."""

log = structlog.get_logger()


async def find_file(turn: Turn, file: dict[str, Any]) -> Sent:
    """Return what Teams tells of a file that was dropped, or a picture that was pasted, into the direct chat.

    Raises:
        DraftError: it is something else, or elsewhere.
    """
    kind, content, name = text_in(file, "contentType"), object_in(file, "content"), text_in(file, "name")
    if not turn.is_private:
        raise DraftError(wording.FILE_UNREAD)
    if kind.startswith("image/"):
        return Sent(name, kind, None, partial(_pasted, turn, text_in(file, "contentUrl")))
    if kind != DROPPED or not content:
        raise DraftError(wording.FILE_UNREAD)
    name = name if "." in name else f"{name}.{content.get('fileType')}"
    return Sent(name, "", None, partial(_dropped, turn, text_in(content, "downloadUrl")))


async def _dropped(turn: Turn, url: str, most: int) -> bytes | None:
    """Fetch a file from where Teams keeps it; the address carries the right to be read."""
    if permitted_store(url, turn.services.settings):
        return await turn.out.connector.fetch(url, most)
    log.error("teams.download_refused")
    return None


async def _pasted(turn: Turn, url: str, most: int) -> bytes | None:
    """Fetch a picture from the service that the activity came from, which knows us by our token."""
    ours = f"{turn.raw['serviceUrl'].rstrip('/')}/v3/attachments/"
    if url.startswith(ours) and url.isascii() and url.isprintable():
        return await turn.out.connector.fetch(url, most, known=True)
    log.error("teams.download_refused")
    return None


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
