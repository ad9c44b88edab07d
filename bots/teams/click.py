"""Click: a pressed button or a form that was sent, in whichever of Teams' ways it comes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

COMMAND = "checkPost"
"""The message extension's one command."""

COMPOSE = "compose"
"""The verb of what opens the message extension's dialog."""

_OURS = ("verb", "nonce", "memo", "about", "msteams")
MAX_INPUTS = 40


class Way(Enum):
    """How a click comes in, and so how it is answered."""

    MESSAGE = auto()
    """Action.Submit: a message with a value; the answer is a message, or another card in the place of this one."""
    CARD = auto()
    """Action.Execute: an invoke; the answer is the card that takes this one's place."""
    DIALOG = auto()
    """A dialog opens, or was sent: an invoke; the answer is what the dialog shows next."""


@dataclass(frozen=True, slots=True)
class Click:
    """What somebody pressed. `about` says which of several things, by id; `inputs` is what they filled in."""

    way: Way
    verb: str
    nonce: str = ""
    memo: str = field(default="", repr=False)
    about: str = field(default="", repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def fingerprint(self) -> str:
        """Return what tells this click from another on the same card."""
        said = json.dumps([self.verb, self.nonce, self.about, sorted(self.inputs.items())])
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def new_nonce() -> str:
    """Return a number that no other card has."""
    return secrets.token_hex(8)


def read_way(raw: dict[str, Any]) -> Way:
    """Tell in which way an activity came."""
    if raw["type"] != "invoke":
        return Way.MESSAGE
    return Way.CARD if raw.get("name") == "adaptiveCard/action" else Way.DIALOG


def read_click(raw: dict[str, Any]) -> Click:
    """Read a click.

    Raises:
        ValueError: it is none of ours; the message quotes nothing.
    """
    way = read_way(raw)
    value: Any = raw.get("value")
    if not isinstance(value, dict):
        raise ValueError("no value")
    if raw.get("name") == "composeExtension/fetchTask":
        if value.get("commandId") != COMMAND:
            raise ValueError("another command")
        return Click(way, COMPOSE)
    data: Any = value
    if way is Way.CARD:
        action = value.get("action")
        if not isinstance(action, dict) or action.get("type") != "Action.Execute":
            raise ValueError("no action")
        data = action.get("data") or {}
    elif way is Way.DIALOG:
        data = value.get("data")
    if not isinstance(data, dict):
        raise ValueError("no data")
    return _click(way, data)


def _click(way: Way, data: dict[str, Any]) -> Click:
    ours = {key: data.get(key) or "" for key in _OURS if key != "msteams"}
    if not ours["verb"] or not all(isinstance(value, str) for value in ours.values()):
        raise ValueError("no verb")
    given = {key: value for key, value in data.items() if key not in _OURS and isinstance(value, str)}
    if len(given) > MAX_INPUTS:
        raise ValueError("too many fields")
    return Click(way, **ours, inputs=given)
