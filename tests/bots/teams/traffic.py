"""What the connector gets, and what it does with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """One request that the connector got."""

    method: str
    kind: str
    conversation: str
    reply_to: str
    body: dict[str, Any]
    status: int
    at: float

    @property
    def card(self) -> dict[str, Any] | None:
        attachments = self.body.get("attachments")
        return attachments[0].get("content") if attachments else None

    @property
    def words(self) -> str:
        """Everything a reader sees: the text, or the card's texts one a line."""
        return "\n".join(texts(self.card)) if self.card else self.body.get("text", "")


@dataclass
class Fault:
    """What the connector does instead, `times` times."""

    kind: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    times: int = 1


def utf16(value: Any) -> int:
    """Return the bytes that Teams counts."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le"))


def texts(node: Any) -> list[str]:
    """Return everything that a card says, one paragraph each."""
    if isinstance(node, dict):
        if node.get("type") == "RichTextBlock":
            return ["".join(run["text"] for run in node["inlines"])]
        if node.get("type") == "TextBlock":
            return [node["text"]]
        return [text for key in ("body", "items") for text in texts(node.get(key))]
    return [text for entry in node for text in texts(entry)] if isinstance(node, list) else []
