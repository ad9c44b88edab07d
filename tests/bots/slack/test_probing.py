"""In Slack somebody who asks for names is slowed down, stopped and sent to compliance."""

from __future__ import annotations

from bots.answer import unread
from core.probing import CHECKS_A_MINUTE, LIMIT, PACE, SECRET_FINDINGS_A_DAY
from core.terms.term import Secrecy, Term


async def test_the_limits_hold_from_the_command_to_the_answer(real, slack) -> None:
    running = await real()
    await running.services.terms.add(Term("Zarquil", secrecy=Secrecy.SECRET), "test")
    for number in range(CHECKS_A_MINUTE["slack"] + 2):
        await running.caller.command(f"Lunch {number} with Zarquil.")
        await slack.until(number + 1)

    assert [answer["text"][0] for answer in slack.answers] == ["⛔"] * SECRET_FINDINGS_A_DAY + ["❔"] * 12
    assert slack.words().count(unread(LIMIT)) == CHECKS_A_MINUTE["slack"] - SECRET_FINDINGS_A_DAY
    assert slack.words().count(unread(PACE)) == 2
    await running.caller.command("Lunch with Zarquil.", user="UADMIN")
    await slack.until(CHECKS_A_MINUTE["slack"] + 3)
    assert slack.answers[-1]["text"].startswith("⛔")
