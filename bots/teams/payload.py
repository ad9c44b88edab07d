"""Payload: the message on which somebody chose "Check this post", read as the text that its readers see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bots.gate import object_in, objects_in, text_in

_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "tr", "table"})
_SILENT = frozenset({"script", "style", "head"})
_PICTURES = frozenset({"img", "video", "audio", "attachment"})
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Payload:
    """`text` is what stands there, `targets` is where its links lead, `files` tells that something was not text."""

    text: str = field(repr=False)
    targets: tuple[str, ...] = field(default=(), repr=False)
    files: bool = False


def read_payload(raw: dict[str, Any]) -> Payload | None:
    """Read the message of a message extension's invoke; None where it was chosen elsewhere, as in the compose box."""
    payload = object_in(raw, "value").get("messagePayload")
    if not isinstance(payload, dict):
        return None
    body, files = object_in(payload, "body"), bool(objects_in(payload, "attachments"))
    content = text_in(body, "content")
    if body.get("contentType") == "text":
        return Payload(content.strip(), files=files)
    reader = _Reader()
    reader.feed(content)
    reader.close()
    text = "\n".join(line.strip() for line in "".join(reader.words).replace("\xa0", " ").split("\n"))
    return Payload(_BLANK_LINES.sub("\n\n", text).strip(), tuple(reader.targets), files or reader.files)


class _Reader(HTMLParser):
    """Keeps the words and the targets of links; never fails, whatever it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.targets: list[str] = []
        self.files = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag means for the text."""
        values = {key: value or "" for key, value in attrs}
        if tag == "br" or tag in _BLOCKS:
            self.words.append("\n")
        if tag == "li":
            self.words.append("- ")
        if tag == "emoji":
            self.words.append(values.get("alt", ""))
        if tag == "a" and values.get("href"):
            self.targets.append(values["href"].strip())
        self.files = self.files or tag in _PICTURES
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        """End a line after a block."""
        if tag in _BLOCKS:
            self.words.append("\n")
        self._silent = max(self._silent - (tag in _SILENT), 0)

    def handle_data(self, data: str) -> None:
        """Take the words."""
        if not self._silent:
            self.words.append(data)
