"""Cards: the parts that our Adaptive Cards are made of. Version 1.5, the last that Teams renders.

https://adaptivecards.io/explorer/
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from bots import labels
from bots.echo import printable
from bots.leaf import Leaf
from bots.teams.connector import size

Card = dict[str, Any]
Block = dict[str, Any]

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"

MAX_CARD = 28 * 1024
"""Bytes of a card as UTF-16 that Teams still shows."""

ROW_WIDTH, BUTTON_EDGE = 36, 4
"""Letters that a row of buttons has on a phone, and how many of them the edges of each button take."""


def card(body: Sequence[Block], summary: str) -> Card:
    """Return a card; `summary` stands in its place where no card is shown, and names nothing."""
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": summary,
        "msteams": {"width": "Full"},
        "body": list(body),
    }


def message(shown: Card, summary: str) -> dict[str, Any]:
    """Return the message that carries a card."""
    return {"type": "message", "summary": summary, "attachments": [attachment(shown)]}


def attachment(shown: Card) -> dict[str, Any]:
    """Return a card as messages and dialogs hold it."""
    return {"contentType": CONTENT_TYPE, "content": shown}


def fits(shown: Card) -> bool:
    """Tell whether Teams shows a card of this size."""
    return size(shown) <= MAX_CARD


def sentence(text: str, **style: Any) -> Block:
    """Lay out our own words: a TextBlock reads Markdown and drops tags."""
    return {"type": "TextBlock", "text": text, "wrap": True, **style}


def plain(text: str, **style: Any) -> Block:
    """Lay out anybody else's words, as they are."""
    return {"type": "RichTextBlock", "inlines": [run(printable(text), **style)]}


def run(text: str, **style: Any) -> Block:
    """Return a stretch of words inside a RichTextBlock."""
    return {"type": "TextRun", "text": text, **style}


def row(*buttons: Block) -> Block:
    """Lay buttons side by side."""
    return {"type": "ActionSet", "actions": list(buttons)}


def entry(*items: Block) -> Block:
    """Lay out one of several things, set off from the one before."""
    return {"type": "Container", "separator": True, "items": list(items)}


def pager(page: Leaf[Any], verb: str, about: str = "") -> list[Block]:
    """Lay out the way to the pages before and after, whose number follows `about`; nothing where there is one."""
    turns = [button(title, verb, {"about": f"{about}{to}"}) for title, to in page.turns]
    return [sentence(page.place, isSubtle=True), row(*turns)] if turns else []


def clipped(text: str, room: int) -> str:
    """Return the beginning of a text, with a sign where that is not all of it."""
    return text if len(text) <= room else text[:room] + "…"


def rows(*buttons: Block) -> list[Block]:
    """Lay buttons out in as many rows as a phone's width asks for."""
    laid: list[list[Block]] = []
    room = 0
    for each in buttons:
        room -= len(each["title"]) + BUTTON_EDGE
        if room < 0:
            laid.append([])
            room = ROW_WIDTH - len(each["title"]) - BUTTON_EDGE
        laid[-1].append(each)
    return [row(*each) for each in laid]


def button(title: str, verb: str, data: Mapping[str, str] | None = None, *, style: str = "default") -> Block:
    """Return a button that changes the card in place; older clients send it as a message instead."""
    carried = {**(data or {}), "verb": verb}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": verb,
        "data": carried,
        "style": style,
        "fallback": {"type": "Action.Submit", "title": title, "data": carried, "style": style},
    }


def opener(title: str, verb: str, data: Mapping[str, str] | None = None, *, style: str = "default") -> Block:
    """Return a button that opens a dialog."""
    carried = {**(data or {}), "verb": verb, "msteams": {"type": "task/fetch"}}
    return {"type": "Action.Submit", "title": title, "data": carried, "style": style}


def text_input(
    name: str,
    label: str,
    value: str = "",
    *,
    lines: bool = False,
    most: int = 0,
    error: str = "",
) -> list[Block]:
    """Return a field for text, with what is wrong with it above; `most` is how many characters it takes."""
    field: Block = {"type": "Input.Text", "id": name, "label": label, "value": _typed(value), "isMultiline": lines}
    if most:
        field["maxLength"] = most
    return [*fault(error), field]


def choice(name: str, label: str, options: Mapping[str, str], value: str) -> Block:
    """Return a field for one of several values."""
    choices = [{"title": title, "value": key} for key, title in options.items()]
    kept = value if value in options else next(iter(options))
    return {
        "type": "Input.ChoiceSet", "id": name, "label": label, "style": "compact", "choices": choices, "value": kept,
    }  # fmt: skip


def choose_person(name: str, label: str, known: Mapping[str, str], value: str = "") -> list[Block]:
    """Return a field for somebody of the tenant, searched for by the client; `known` are offered by object id.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker
    """
    choices = [{"title": title, "value": key} for key, title in known.items()]
    search = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    field: Block = {"type": "Input.ChoiceSet", "id": name, "label": label, "choices": choices, "choices.data": search}
    return [{**field, "value": value} if value in known else field]


def moment(name: str, label: str, day: str = "", time: str = "", error: str = "") -> list[Block]:
    """Return two fields, `<name>_day` and `<name>_time`, for a moment on its author's clock."""
    return [
        *fault(error),
        {"type": "Input.Date", "id": f"{name}_day", "label": label, "value": day},
        {"type": "Input.Time", "id": f"{name}_time", "label": labels.TIME_OF_DAY, "value": time},
    ]


def for_dialog(shown: Card) -> Card:
    """Return a card as a dialog takes it: there every button is an Action.Submit, and none opens another dialog."""
    return {**shown, "body": [_in_dialog(block) for block in shown["body"]]}


def _in_dialog(block: Block) -> Block:
    if "items" in block:
        return {**block, "items": [_in_dialog(each) for each in block["items"]]}
    if block["type"] != "ActionSet":
        return block
    return {**block, "actions": [_submits(action) for action in block["actions"]]}


def _submits(action: Block) -> Block:
    carried = {key: value for key, value in action["data"].items() if key != "msteams"}
    return {"type": "Action.Submit", "title": action["title"], "style": action["style"], "data": carried}


def fault(error: str) -> list[Block]:
    """Lay out what is wrong with a form, where something is."""
    return [sentence(error, color="attention", weight="bolder")] if error else []


def _typed(value: str) -> str:
    """Drop control characters, which nobody types and JSON writes with six letters each."""
    return "".join(char for char in value if char in "\n\t" or unicodedata.category(char) != "Cc")
