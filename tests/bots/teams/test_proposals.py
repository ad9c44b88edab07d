"""In Teams everybody may propose a name, in their own chat; only admins see what was proposed."""

from __future__ import annotations

from typing import Any

import pytest

from bots import wording
from tests.bots.teams import simulator as sim


@pytest.mark.parametrize("who", ["ann", "admin"])
async def test_everybody_may_propose_a_name(teams: Any, desk_bot: Any, who: str) -> None:
    await desk_bot.person.post(teams.personal("terms propose Bluebird", who))
    (answer,) = await teams.settled()
    assert wording.PROPOSED in answer.words
    (waiting,) = await desk_bot.services.proposals.waiting()
    assert waiting.name == "Bluebird"
    assert waiting.actor.startswith(f"teams:{sim.TENANT}:")


@pytest.mark.parametrize(
    "said", ["terms proposals", "terms accept 1", "terms decline 1", "terms edit X", "terms history"]
)
async def test_the_rest_is_for_admins(said: str, teams: Any, desk_bot: Any) -> None:
    await desk_bot.services.proposals.propose("Bluebird", "ann")
    await desk_bot.person.post(teams.personal(said, "ann"))
    (answer,) = await teams.settled()
    assert "kept by" in answer.words
    assert "Northwind" not in str(answer.body)
    assert "Bluebird" not in str(answer.body)


@pytest.mark.parametrize("place", ["channel", "group"])
async def test_nobody_proposes_among_others(place: str, teams: Any, desk_bot: Any) -> None:
    await desk_bot.person.post(getattr(teams, place)("terms propose Bluebird", "ann"))
    (answer,) = await teams.settled()
    assert answer.words == wording.TERMS_ELSEWHERE
    assert await desk_bot.services.proposals.waiting() == []
