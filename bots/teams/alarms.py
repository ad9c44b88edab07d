"""Alarms: somebody says that a finding is none; the rule and the policy's version are noted, nothing else."""

from __future__ import annotations

from typing import Any

from bots import wording
from bots.bootstrap import Services
from bots.desk import note_false_alarm
from bots.teams.outbox import Outbox
from bots.teams.render import ALARM, render_text


async def note_alarm(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Note which rule is called wrong, and thank whoever said so; a button of another app is not ours."""
    value = raw["value"]
    pressed = value.get(ALARM) if isinstance(value, dict) else None
    if isinstance(pressed, str) and await note_false_alarm(services, "teams", pressed):
        await out.send(render_text(wording.THANKS_FOR_ALARM))
