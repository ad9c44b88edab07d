"""Files: the text of a file or picture that somebody sent us, read once and kept nowhere; the doors fetch it."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots import labels, wording
from core import pictures
from core.errors import DraftError, PictureError
from core.pictures import Pictures

MAX_BYTES = 1_000_000

Fetch = Callable[[int], Awaitable[bytes | None]]
"""Returns a file's content, cut after one byte more than it is told; None where it is out of reach."""

_TEXTS = (".txt", ".text", ".md", ".csv")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".bmp", ".tif", ".tiff")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent; `kind` is its media type and `size` its bytes, as far as the platform says."""

    name: str = field(repr=False)
    kind: str
    size: object
    fetch: Fetch = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What there is to check; `notices` say what else to know, `unread` names what was not read (Draft.unread)."""

    text: str = field(repr=False)
    notices: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to give a verdict on. A picture is a draft, also where it cannot be read."""
        return not self.text.strip() and "picture" not in self.unread


def read_unread(carried: str) -> tuple[str, ...]:
    """Return what of a draft was not read, as a form carries it; names that are none of ours count for nothing."""
    return tuple(name for name in ("picture", "file") if name in carried.split())


async def with_files(
    text: str, files: Sequence[dict[str, Any]], find: Callable[[dict[str, Any]], Awaitable[Sent]], reader: Pictures
) -> Content:
    """Return the draft out of what was typed and the one file that is read, and what was not read."""
    if not files:
        return Content(text)
    try:
        read = await _read(await find(files[0]), reader)
    except DraftError as error:
        read = Content("", (str(error),), ("file",))
    if len(files) > 1:
        read = Content(read.text, (*read.notices, labels.FILE_ONE), (*read.unread, "file"))
    return Content("\n\n".join(filter(str.strip, (text, read.text))), read.notices, read.unread)


async def read_text(sent: Sent) -> str:
    """Return the text of a file.

    Raises:
        DraftError: it is too large, no text, or out of reach; the message quotes nothing of it.
    """
    if isinstance(sent.size, int) and sent.size > MAX_BYTES:
        raise DraftError(labels.FILE_TOO_LARGE)
    if not sent.kind.startswith("text/") and not sent.name.lower().endswith(_TEXTS):
        raise DraftError(wording.FILE_UNREAD)
    content = await _fetched(sent, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise DraftError(labels.FILE_TOO_LARGE)
    return _decoded(content)


async def _read(sent: Sent, reader: Pictures) -> Content:
    if not sent.kind.startswith("image/") and not sent.name.lower().endswith(_PICTURES):
        return Content(await read_text(sent))
    try:
        picture = await reader.read(await _fetched(sent, pictures.MAX_BYTES))
    except PictureError as error:
        return Content("", (labels.PICTURE_UNREAD.format(reason=error),), ("picture",))
    except DraftError as error:
        return Content("", (str(error),), ("picture",))
    notices = [labels.PICTURE_READ if picture.text else labels.PICTURE_EMPTY]
    notices += [labels.PICTURE_PLACE] if picture.place else []
    notices += [] if picture.sure else [labels.PICTURE_UNSURE]
    return Content(picture.draft, tuple(notices), () if picture.sure else ("picture",))


async def _fetched(sent: Sent, most: int) -> bytes:
    content = await sent.fetch(most)
    if content is None:
        raise DraftError(labels.FILE_OUT_OF_REACH)
    return content


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
