"""Alarms: somebody says that a finding is none; the rule and the policy's version are noted, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bots import labels, wording
from bots.bootstrap import Services
from bots.desk import note_false_alarm
from bots.teams.check import memo_of, show
from bots.teams.click import Click
from bots.teams.outbox import Outbox
from bots.teams.step import Step


async def note_alarm(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Note which rule is called wrong, and say so on the card; where it does not bring the draft, in a sentence."""
    memo = memo_of(services, raw, click)
    if click.memo and memo is None:
        return Step(labels.PRESS_OVER)
    if not await note_false_alarm(services, "teams", click.about):
        return Step(labels.MALFORMED, wrong=True)
    if memo is None:
        return Step(wording.THANKS_FOR_ALARM)
    rule = click.about.partition(" ")[0]
    return show(services, replace(memo, noted=memo.noted | {rule}))
