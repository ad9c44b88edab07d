"""Step: what somebody sees next who pressed a button or sent a form, in the way that Teams wants it."""

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
class Step:
    """A card, or a sentence of ours where there is none. `wrong` says that what came in was no click of ours."""

    said: str = ""
    card: Card | None = field(default=None, repr=False)
    title: str = labels.NAME
    wrong: bool = False


Verb = Callable[[Turn], Awaitable[Step]]
"""What a button or form does."""


def answer(step: Step, way: Way) -> dict[str, Any]:
    """Return the body of an invoke's answer, for status 200 whatever happened: others show as "unable to reach app"."""
    if way is Way.DIALOG:
        return {"task": _dialog(step)}
    if step.wrong:
        said = {"code": "BadRequest", "message": step.said}
        return {"statusCode": 400, "type": _ERROR, "value": said}
    shown = (CONTENT_TYPE, step.card) if step.card else (_MESSAGE, step.said)
    return {"statusCode": 200, "type": shown[0], "value": shown[1]}


def as_message(step: Step) -> dict[str, Any]:
    """Return a step as a message in the direct chat."""
    return message(step.card, step.card["fallbackText"]) if step.card else render_text(step.said)


def _dialog(step: Step) -> dict[str, Any]:
    if step.card is None:
        return {"type": "message", "value": step.said}
    shown = {"title": step.title, "height": "large", "width": "medium", "card": attachment(for_dialog(step.card))}
    return {"type": "continue", "value": shown}
