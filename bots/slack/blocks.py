"""Blocks: pieces of Block Kit within Slack's limits. Words from outside travel as literal rich text."""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
"""One block or rich text element, as https://docs.slack.dev/reference/block-kit/blocks has it."""

MAX_BLOCKS = 45
"""Blocks in one message; Slack refuses more than 50."""

MAX_WIDTH = 11_000
"""Width of all blocks of a message; Slack refuses from about 13,200 characters."""

MAX_VALUE = 2_000
"""Characters that a button carries."""

MAX_ELEMENT = 3_000
"""Characters in one text object, so that no limit on a single text is met."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. `text` is the notification and what screen readers speak."""

    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)


def header(text: str) -> Block:
    """Build a headline from our own words."""
    return {"type": "header", "text": {"type": "plain_text", "text": cut(text, 150)}}


def section(mrkdwn: str) -> Block:
    """Build a paragraph from our own words, in Slack's markup."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}


def escaped(text: str) -> str:
    """Make words from outside harmless inside our own markup: what is left of a tag or a mention is words."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def context(text: str) -> Block:
    """Build small print from our own words."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": text}]}


def button(label: str, action: str, value: str = "", *, style: str = "", sure: str = "") -> Block:
    """Build a button, which sends its value back; `sure` is what is asked before it counts."""
    element: Block = {"type": "button", "text": plain(cut(label, 75)), "action_id": action}
    if value:
        element["value"] = value[:MAX_VALUE]
    if style:
        element["style"] = style
    if sure:
        texts = {"title": plain(cut(label, 24)), "text": plain(cut(sure, 300))}
        element["confirm"] = texts | {"confirm": plain(cut(label, 30)), "deny": plain("Not now")}
    return element


def actions(*elements: Block) -> Block:
    """Build a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def plain(text: str) -> Block:
    """Build a text object in which nothing comes to life, not even an emoji's name."""
    return {"type": "plain_text", "text": text, "emoji": False}


def line(text: str, accessory: Block | None = None) -> Block:
    """Build a paragraph of literal words, with something to press beside it."""
    block: Block = {"type": "section", "text": plain(cut(text, 2_900) or " ")}
    return block | ({"accessory": accessory} if accessory else {})


def rich(*elements: Block) -> Block:
    """Build a rich text block out of paragraphs, quotes and preformatted texts."""
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*elements: Block) -> Block:
    """Build a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """Build an indented quotation."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def preformatted(text: str) -> Block:
    """Build a text that is copied as it stands."""
    return {"type": "rich_text_preformatted", "elements": list(words(text))}


def words(text: str, **style: bool) -> Iterator[Block]:
    """Yield literal text: no markup, mention or link in it comes to life."""
    for start in range(0, len(text), MAX_ELEMENT):
        element: Block = {"type": "text", "text": text[start : start + MAX_ELEMENT]}
        if style:
            element["style"] = dict(style)
        yield element


def prose(text: str, **style: bool) -> Block:
    """Build a paragraph of literal words by itself."""
    return rich(paragraph(*words(text, **style)))


def link(url: str, label: str) -> Block:
    """Build a link to an address that an operator wrote."""
    return {"type": "link", "url": url, "text": label}


def width(value: Any) -> int:
    """Measure a text or a block as it travels: the UTF-16 units of its JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, room: int) -> str:
    """Shorten a text to at most `room` of width, with an ellipsis where something is missing."""
    if width(text) <= room:
        return text
    return text[: _prefix(text, room - 1)].rstrip() + "…"


def slices(text: str, room: int) -> Iterator[str]:
    """Yield the text in pieces of at most `room` of width, broken at a line's end or a space where it can be."""
    while text:
        end = _prefix(text, room)
        if end < len(text):
            breaks = (text.rfind(space, end // 2, end) + 1 for space in "\n ")
            end = next(filter(None, breaks), end)
        yield text[:end]
        text = text[end:]


def pack(text: str, blocks: Iterable[Block]) -> tuple[Message, ...]:
    """Spread blocks over as few messages as Slack's limits allow, in order."""
    pages: list[list[Block]] = [[]]
    used = 0
    for block in blocks:
        size = width(block)
        if pages[-1] and (used + size > MAX_WIDTH or len(pages[-1]) == MAX_BLOCKS):
            pages.append([])
            used = 0
        pages[-1].append(block)
        used += size
    return tuple(Message(text, tuple(page)) for page in pages)


def _prefix(text: str, room: int) -> int:
    """Count the characters, at least one, whose width is at most `room`."""
    longest = min(len(text), room)
    fitting = bisect.bisect_right(range(longest + 1), room, key=lambda count: width(text[:count]))
    return max(1, fitting - 1)
