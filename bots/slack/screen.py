"""Screen: what somebody sees next who sent a form, for which Slack waits three seconds; and what leads to a screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.views import View


@dataclass(frozen=True, slots=True)
class Screen:
    """The form again with what is wrong by field, or a view in its place, or neither: it closes.

    `then` is work that begins once this is shown.
    """

    errors: Mapping[str, str] = field(default_factory=dict, repr=False)
    view: View | None = field(default=None, repr=False)
    then: Callable[[], Awaitable[None]] | None = None

    def response(self) -> dict[str, Any]:
        """Return the arguments of the acknowledgement."""
        if self.errors:
            return {"response_action": "errors", "errors": dict(self.errors)}
        return {"response_action": "update", "view": self.view} if self.view else {}


Journey = Callable[[Door, Inquiry], Coroutine[Any, Any, None]]
"""Answers what somebody wrote, chose or pressed."""

Taking = Callable[[Door, Inquiry], Coroutine[Any, Any, Screen]]
"""Takes the form that somebody sent."""
