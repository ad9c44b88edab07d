"""Files: the text of a file that somebody sent us, read once and kept nowhere."""

from __future__ import annotations

import codecs
from typing import Any

from bots import labels, wording
from bots.slack.api import Api
from core.errors import DraftError

MAX_BYTES = 1_000_000

_ENDINGS = (".txt", ".text", ".md", ".csv")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


async def read_file(api: Api, file: dict[str, Any]) -> str:
    """Return the text of a file.

    Raises:
        DraftError: it is too large, no text, or out of reach; the message quotes nothing of it.
    """
    if not isinstance(file.get("url_private_download"), str):
        answer = await api.call(api.client.files_info, file=str(file.get("id") or ""))
        file = answer["file"] if isinstance(answer.get("file"), dict) else file
    if _size(file) > MAX_BYTES:
        raise DraftError(labels.FILE_TOO_LARGE)
    url = file.get("url_private_download")
    if not _is_text(file) or not isinstance(url, str):
        raise DraftError(wording.FILE_UNREAD)
    content = await api.download(url, MAX_BYTES)
    if content is None:
        raise DraftError(labels.FILE_OUT_OF_REACH)
    if len(content) > MAX_BYTES:
        raise DraftError(labels.FILE_TOO_LARGE)
    return _decoded(content)


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding, "strict")
    except UnicodeDecodeError:
        raise DraftError(labels.FILE_NO_TEXT) from None
    if "\x00" in text:
        raise DraftError(labels.FILE_NO_TEXT)
    if not text.strip():
        raise DraftError(labels.FILE_EMPTY)
    return text.replace("\r\n", "\n")


def _is_text(file: dict[str, Any]) -> bool:
    kind, name = str(file.get("mimetype") or ""), str(file.get("name") or "")
    return kind.startswith("text/") or name.lower().endswith(_ENDINGS)


def _size(file: dict[str, Any]) -> int:
    size = file.get("size")
    return size if isinstance(size, int) else 0
