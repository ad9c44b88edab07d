"""The welcome after an installation, and the help page."""

from __future__ import annotations

import sys
from typing import Any

import pytest

sim: Any = sys.modules["teams_simulator"]

PLACES = {
    "personal": ({"id": "a:ann", "conversationType": "personal"}, {}),
    "group": ({"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True}, {}),
    "team": (
        {"id": "19:general@thread.tacv2", "conversationType": "channel", "isGroup": True},
        {"team": {"id": "19:team@thread.tacv2"}},
    ),
}


@pytest.mark.parametrize("place", PLACES)
async def test_an_installation_is_welcomed_once(place: str, teams: Any, person: Any) -> None:
    conversation, more = PLACES[place]
    data = {"channelData": {"tenant": {"id": sim.TENANT}, **more}}
    added = [{"id": sim.BOT}]
    for kind, fields in (("installationUpdate", {"action": "add"}), ("conversationUpdate", {"membersAdded": added})):
        assert await person.post(teams.activity(kind, "ann", conversation, **fields, **data)) == (200, "")
    (welcome,) = await teams.settled()
    assert (welcome.conversation, welcome.reply_to) == (conversation["id"], "")
    assert "`checkpost your draft`" in welcome.words


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("installationUpdate", {"action": "remove"}),
        ("installationUpdate", {"action": "add-upgrade"}),
        ("installationUpdate", {}),
        ("conversationUpdate", {"membersAdded": [{"id": "29:bob"}]}),
        ("conversationUpdate", {"membersRemoved": [{"id": sim.BOT}]}),
        ("conversationUpdate", {"topicName": "new"}),
    ],
)
async def test_nobody_else_is_welcomed(kind: str, fields: dict[str, Any], teams: Any, person: Any) -> None:
    conversation, _ = PLACES["personal"]
    assert await person.post(teams.activity(kind, "ann", conversation, **fields)) == (200, "")
    assert teams.calls == []


async def test_help_tells_admins_more_but_only_in_private(teams: Any, person: Any) -> None:
    await person.post(teams.personal("help"))
    await person.post(teams.personal("/checkpost help", "admin"))
    await person.post(teams.channel("help", "admin"))
    ann, admin, channel = await teams.settled(3)
    assert ["terms add" in call.words for call in (ann, admin, channel)] == [False, True, False]
