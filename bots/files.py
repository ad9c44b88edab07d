"""Files: the text of a file that somebody sent us, read once and kept nowhere; the doors fetch it."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from bots import labels, wording
from core.errors import DraftError

MAX_BYTES = 1_000_000

Fetch = Callable[[int], Awaitable[bytes | None]]
"""Returns a file's content, cut after one byte more than it is told; None where it is out of reach."""

_ENDINGS = (".txt", ".text", ".md", ".csv")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


async def with_files(
    text: str, files: Sequence[dict[str, Any]], read: Callable[[dict[str, Any]], Awaitable[str]]
) -> tuple[str, tuple[str, ...]]:
    """Return the draft out of what was typed and the one file that is read, and what was not read."""
    texts, notices = [text], list[str]()
    for file in files[:1]:
        try:
            texts.append(await read(file))
        except DraftError as error:
            notices.append(str(error))
    notices += [labels.FILE_ONE] if len(files) > 1 else []
    return "\n\n".join(filter(str.strip, texts)), tuple(notices)


async def read_text(name: str, kind: str, size: object, fetch: Fetch) -> str:
    """Return the text of a file; `kind` is its media type and `size` its bytes, as far as the platform says.

    Raises:
        DraftError: it is too large, no text, or out of reach; the message quotes nothing of it.
    """
    if isinstance(size, int) and size > MAX_BYTES:
        raise DraftError(labels.FILE_TOO_LARGE)
    if not kind.startswith("text/") and not name.lower().endswith(_ENDINGS):
        raise DraftError(wording.FILE_UNREAD)
    content = await fetch(MAX_BYTES)
    if content is None:
        raise DraftError(labels.FILE_OUT_OF_REACH)
    if len(content) > MAX_BYTES:
        raise DraftError(labels.FILE_TOO_LARGE)
    return _decoded(content)


async def first(parts: AsyncIterator[bytes], count: int) -> bytes:
    """Return at most so many bytes of what arrives, and wait for no more."""
    content = bytearray()
    async for part in parts:
        content += part
        if len(content) >= count:
            break
    return bytes(content[:count])


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
