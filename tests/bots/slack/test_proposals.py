"""In Slack everybody may propose a name; only admins see what was proposed."""

from __future__ import annotations

import pytest

from bots import wording


@pytest.mark.parametrize("user", ["UALICE", "UADMIN"])
async def test_everybody_may_propose_a_name(real, slack, user: str) -> None:
    running = await real()
    await running.caller.command("terms propose Blue Heron", user=user)
    await slack.until(1)
    assert wording.PROPOSED in slack.words()
    (waiting,) = await running.services.proposals.waiting()
    assert (waiting.name, waiting.actor) == ("Blue Heron", f"slack:T0001:{user}")


@pytest.mark.parametrize(
    "typed", ["terms proposals", "terms accept 1", "terms decline 1", "terms edit X", "terms history"]
)
async def test_the_rest_is_for_admins(real, slack, typed: str) -> None:
    running = await real()
    await running.services.proposals.propose("Blue Heron", "slack:T0001:UALICE")
    await running.caller.command(typed)
    await slack.until(1)
    assert "kept by" in slack.words()
    assert "Blue Heron" not in slack.words()


async def test_an_admin_sees_what_waits(real, slack) -> None:
    running = await real()
    await running.services.proposals.propose("Blue Heron", "slack:T0001:UALICE")
    await running.caller.command("terms proposals", user="UADMIN")
    await slack.until(1)
    assert "Blue Heron" in slack.words()
