"""Alarms: somebody says that a finding is none; the rule and the policy's version are noted, nothing else."""

from __future__ import annotations

from bots import wording
from bots.desk import note_false_alarm
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.reply import say


async def note_alarm(door: Door, inquiry: Inquiry) -> None:
    """Note which rule is called wrong, and thank whoever said so."""
    if await note_false_alarm(door.services, "slack", inquiry.text):
        await say(door.api, inquiry.address, wording.THANKS_FOR_ALARM)
