"""What Microsoft documents of Adaptive Cards in Teams, as a linter. Imports nothing of the bot.

Version 1.5 and its schema; 28 KB; six buttons in a row; no file upload, no media; in a dialog Action.Submit alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

ELEMENTS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "TextBlock": {"text": str, "wrap": bool, "size": str, "weight": str, "color": str, "isSubtle": bool},
    "RichTextBlock": {"inlines": list},
    "Container": {"items": list},
    "ActionSet": {"actions": list},
    "Input.Text": {"label": str, "value": str, "isMultiline": bool, "maxLength": int},
    "Input.ChoiceSet": {"label": str, "value": str, "style": str, "choices": list, "choices.data": dict},
    "Input.Date": {"label": str, "value": str},
    "Input.Time": {"label": str, "value": str},
    "TextRun": {
        "text": str, "size": str, "weight": str, "color": str, "isSubtle": bool, "italic": bool, "highlight": bool,
        "underline": bool,
        "fontType": str,
    },
    "Action.Execute": {"title": str, "verb": str, "data": dict, "style": str, "fallback": dict},
    "Action.Submit": {"title": str, "data": dict, "style": str},
}  # fmt: skip
EVERYWHERE = {"type", "id", "separator", "spacing", "isRequired", "errorMessage"}
NEEDS = {
    "TextBlock": {"text", "wrap"},
    "RichTextBlock": {"inlines"},
    "Container": {"items"},
    "ActionSet": {"actions"},
    "TextRun": {"text"},
    "Action.Execute": {"title", "verb", "data", "fallback"},
    "Action.Submit": {"title", "data"},
}
VALUES = {
    "size": {"default", "small", "medium", "large", "extraLarge"},
    "weight": {"default", "lighter", "bolder"},
    "color": {"default", "accent", "good", "warning", "attention"},
    "fontType": {"default", "monospace"},
}
STYLES = {"default", "positive", "destructive"}
CARRIED = {"verb", "nonce", "memo", "about", "msteams"}
INSIDE = {"Container": "items", "ActionSet": "actions", "RichTextBlock": "inlines"}


def faults(card: dict[str, Any], *, dialog: bool = False) -> list[str]:
    """Return what is wrong with a card; a dialog's may hold no Action.Execute and open no other dialog."""
    found = []
    if (card.get("type"), card.get("version")) != ("AdaptiveCard", "1.5"):
        found.append("not a card of version 1.5")
    if len(json.dumps(card, ensure_ascii=False).encode("utf-16-le")) > 28 * 1024:
        found.append("over 28 KB")
    if not card.get("fallbackText"):
        found.append("no fallback text")
    if extra := card.keys() - {"type", "version", "$schema", "fallbackText", "msteams", "body"}:
        found.append(f"unknown in a card: {extra}")
    nodes = list(_nodes(card.get("body"), "body"))
    for where, node in nodes:
        found += [f"{where}: {fault}" for fault in _node_faults(where, node, dialog)]
    ids = [node["id"] for _, node in nodes if "id" in node]
    if len(ids) != len(set(ids)):
        found.append("an id twice")
    if set(ids) & CARRIED:
        found.append("an input takes the name of what a button carries")
    return found


def inputs_of(card: dict[str, Any]) -> dict[str, str]:
    """Return what a client sends of the fields that nobody touched."""
    nodes = (node for _, node in _nodes(card.get("body"), "body"))
    return {node["id"]: node["value"] for node in nodes if node["type"].startswith("Input.") and node.get("value")}


def buttons_of(card: dict[str, Any]) -> dict[str, Any]:
    """Return the buttons of a card by their title; of several of one title, the first."""
    named: dict[str, Any] = {}
    for _, node in _nodes(card.get("body"), "body"):
        if node["type"].startswith("Action."):
            named.setdefault(node["title"], node)
    return named


def _nodes(nodes: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for at, node in enumerate(nodes if isinstance(nodes, list) else []):
        place = f"{where}[{at}]"
        yield place, node
        inner = INSIDE.get(node.get("type", ""))
        if inner:
            yield from _nodes(node.get(inner), f"{place}.{inner}")


def _node_faults(where: str, node: dict[str, Any], dialog: bool) -> Iterator[str]:
    kind = node.get("type", "")
    known = ELEMENTS.get(kind)
    if known is None:
        yield f"{kind} is no element that we use"
        return
    if missing := NEEDS.get(kind, {"id", "label"}) - node.keys():
        yield f"{kind} lacks {missing}"
    if extra := node.keys() - known.keys() - EVERYWHERE:
        yield f"{kind} has {extra}"
    yield from (f"{kind}.{key} is a {type(node[key]).__name__}" for key in known if not _typed(node, key, known[key]))
    yield from (f"{key}: {node[key]}" for key, allowed in VALUES.items() if key in node and node[key] not in allowed)
    in_place = {"actions": kind.startswith("Action."), "inlines": kind == "TextRun"}
    if not in_place.get(where.rsplit(".", 1)[-1].partition("[")[0], not kind.startswith(("Action.", "TextRun"))):
        yield f"{kind} may not stand here"
    if kind == "TextBlock" and (not node.get("wrap") or not node.get("text")):
        yield "a TextBlock that is empty or cut off at its line's end"
    if kind == "ActionSet" and not 1 <= len(node.get("actions", ())) <= 6:
        yield "no button, or more than six"
    if kind == "ActionSet" and len(node["actions"]) > 1 and _width(node["actions"]) > 36:
        yield "a row of buttons that no phone shows whole"
    if kind == "Input.ChoiceSet":
        yield from _choice_faults(node)
    if kind.startswith("Action."):
        yield from _action_faults(node, dialog)


def _width(actions: list[dict[str, Any]]) -> int:
    return sum(len(action["title"]) + 4 for action in actions)


def _typed(node: dict[str, Any], key: str, wanted: type | tuple[type, ...]) -> bool:
    return key not in node or isinstance(node[key], wanted)


def _choice_faults(node: dict[str, Any]) -> Iterator[str]:
    values = [choice.get("value") for choice in node["choices"]]
    search = node.get("choices.data")  # the people picker: the client searches the tenant
    if search not in (None, {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}):
        yield "choices from an unknown place"
    chosen = [node["value"]] if "value" in node or not search else []
    if not set(chosen) <= set(values) or len(set(values)) != len(values) or not all(values):
        yield "choices that are empty, twice there, or without the chosen one"
    if any("," in value or ";" in value for value in values):
        yield "a choice's value holds a comma"


def _action_faults(node: dict[str, Any], dialog: bool) -> Iterator[str]:
    data = node["data"]
    if not 1 <= len(node["title"]) <= 40:
        yield "a title that no phone shows"
    if node.get("style", "default") not in STYLES:
        yield "an unknown style"
    if data.keys() - CARRIED or not all(isinstance(data[key], str) for key in data.keys() - {"msteams"}):
        yield f"carries {data.keys() - CARRIED}"
    if " " in data.get("memo", ""):
        yield "carries words"
    if dialog and (node["type"] != "Action.Submit" or "msteams" in data):
        yield "cannot be pressed in a dialog"
    if node["type"] == "Action.Execute":
        fallback = node.get("fallback", {})
        if (fallback.get("type"), fallback.get("data")) != ("Action.Submit", data) or data.get("verb") != node["verb"]:
            yield "older clients get another button"
