"""Screen: what somebody sees next who pressed a button or sent a form, in the way that Teams wants it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bots import labels
from bots.teams.cards import CONTENT_TYPE, Card, attachment, for_dialog, message
from bots.teams.click import Way
from bots.teams.render import render_text
from bots.teams.turn import Turn

_MESSAGE = "application/vnd.microsoft.activity.message"
_ERROR = "application/vnd.microsoft.error"


@dataclass(frozen=True, slots=True)
class Screen:
    """A card, or a sentence of ours where there is none. `wrong` says that what came in was no click of ours.

    `failed` says that nothing was done, so that the same click may be tried once more.
    """

    said: str = ""
    card: Card | None = field(default=None, repr=False)
    title: str = labels.NAME
    wrong: bool = False
    failed: bool = False


Verb = Callable[[Turn], Awaitable[Screen]]
"""What a button or form does."""


def answer(screen: Screen, way: Way) -> dict[str, Any]:
    """Return the body of an invoke's answer, for status 200 whatever happened: others show as "unable to reach app"."""
    if way is Way.DIALOG:
        return {"task": _dialog(screen)}
    if screen.wrong:
        said = {"code": "BadRequest", "message": screen.said}
        return {"statusCode": 400, "type": _ERROR, "value": said}
    shown = (CONTENT_TYPE, screen.card) if screen.card else (_MESSAGE, screen.said)
    return {"statusCode": 200, "type": shown[0], "value": shown[1]}


def as_message(screen: Screen) -> dict[str, Any]:
    """Return a screen as a message in the direct chat."""
    return message(screen.card, screen.card["fallbackText"]) if screen.card else render_text(screen.said)


def _dialog(screen: Screen) -> dict[str, Any]:
    if screen.card is None:
        return {"type": "message", "value": screen.said}
    shown = {"title": screen.title, "height": "large", "width": "medium", "card": attachment(for_dialog(screen.card))}
    return {"type": "continue", "value": shown}
