"""The bulletin in Teams: a card in the reviewers' channel, and the picture under it within what a message holds."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.bulletin import NAME, Bulletin
from bots.canvas import Panel, png
from bots.plots import Column, bars, columns
from bots.teams.bulletin import SCALES, post_bulletin, render
from bots.teams.connector import MAX_MESSAGE, Connector, size
from core.rota import Period, finish
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim

CHANNEL = {"CHECKPOST_REVIEW_CHANNEL": f"teams:{sim.REVIEWS}"}
PROOF = "checkpost audit verify --head 7:" + "ab" * 32


def draw(scale: float) -> bytes:
    """Draw as much as a report does: twelve weeks and eight rules."""
    some = [Column(f"{number} Mar", {"ok": 9 * number, "revise": number, "block": 3}, "p") for number in range(1, 13)]
    colours = {"ok": "#2f8f5b", "revise": "#d99a1c", "block": "#b3362f"}
    rows = [(f"personal-data/rule-{each}", each, 1) for each in range(1, 9)]
    return png(
        "Drafts checked",
        [Panel("a", columns("t", some, colours), colours, "n"), Panel("b", bars("t", rows, ("#4d7ea8", "#1d2b3a")))],
        scale,
    )


BULLETIN = Bulletin("Drafts checked", ("12 drafts & *more*",), PROOF, draw)


def test_card_and_picture_fit_a_message() -> None:
    message = render(BULLETIN)
    shown, picture = message["attachments"]
    assert rules.faults(shown["content"]) == []
    assert size(message) <= MAX_MESSAGE
    assert base64.b64decode(picture["contentUrl"].partition(",")[2]) in [draw(scale) for scale in SCALES]
    assert "verdict" in picture["name"]
    words = str(shown["content"]["body"])
    assert "12 drafts & *more*" in words
    assert PROOF in words


@pytest.mark.parametrize("picture", [None, lambda scale: b"\x89PNG" + bytes(60_000)])
def test_without_room_for_a_picture_the_card_goes_alone(picture: Any) -> None:
    (shown,) = render(Bulletin("Drafts checked", ("12 drafts",), PROOF, picture))["attachments"]
    assert rules.faults(shown["content"]) == []


async def test_a_server_posts_by_itself_what_is_due(
    teams: Any, open_desk: Callable[..., Awaitable[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.bulletin.EVERY_SECONDS", 0.2)
    before = await open_desk()
    long_ago = datetime(2026, 1, 5, tzinfo=UTC)
    await before.services.audit.record_false_alarm("teams", "house/moo", "sha256:ab")
    await finish(before.services.database, NAME, Period(long_ago, long_ago))
    await before.person.post(teams.installed("ann"))
    await open_desk(**CHANNEL)
    while not (posted := [call for call in teams.sent() if call.conversation == sim.REVIEWS]):
        await teams.settled(len(teams.sent()) + 1, seconds=20)
    assert "audit verify --head" in str(posted[0].body)


async def test_before_anybody_met_the_app_it_waits(teams: Any, open_desk: Callable[..., Awaitable[Any]]) -> None:
    desk = await open_desk(**CHANNEL)
    assert not await post_bulletin(desk.services, Connector(None, None), BULLETIN)  # type: ignore[arg-type]
    assert teams.sent() == []
