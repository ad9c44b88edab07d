"""Turn: one activity on its way through a journey: what the journey may use, where answers go, and what was pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bots.bootstrap import Services
from bots.teams.click import Click, Way
from bots.teams.intake import author, is_private, object_id, read_zone
from bots.teams.outbox import Outbox
from bots.teams.render import render_text
from core.draft import Author
from core.keys import KeyRing

NO_CLICK = Click(Way.MESSAGE, "")


@dataclass(frozen=True, slots=True)
class Turn:
    """An activity, whose outbox holds it as it came; where nobody pressed anything, `click` says nothing."""

    services: Services
    out: Outbox
    click: Click = NO_CLICK

    @property
    def raw(self) -> dict[str, Any]:
        """Return the activity."""
        return self.out.raw

    @property
    def author(self) -> Author:
        """Return its sender."""
        return author(self.raw)

    @property
    def actor(self) -> str:
        """Return its sender, as records name them."""
        return str(self.author)

    @property
    def zone(self) -> ZoneInfo:
        """Return the sender's clock."""
        return read_zone(self.raw)

    @property
    def is_private(self) -> bool:
        """Tell whether nobody but the sender reads its conversation."""
        return is_private(self.raw)

    @property
    def is_admin(self) -> bool:
        """Tell whether the sender is named in CHECKPOST_ADMINS, by Entra object id and nothing else."""
        person = object_id(self.raw)
        return bool(person) and f"teams:{person}" in self.services.settings.admins

    @property
    def keys(self) -> KeyRing:
        """Return the keys that seal what a card carries."""
        return self.services.database.keys

    async def say(self, text: str) -> None:
        """Answer with sentences of ours, where the activity came from."""
        await self.out.send(render_text(text))
