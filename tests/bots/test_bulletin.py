"""The bulletin: the report and the record's head, once a week, in words and as a picture."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import insert

from bots.bulletin import HEAD, Bulletin, build_bulletin, publish, publishing
from bots.canvas import Panel, png
from bots.plots import Column, bars, columns
from core.audit import Audit
from core.db import open_database
from core.report import LEAST_PEOPLE
from core.rota import START, finish, last_period
from core.settings import load_settings
from core.tables import audit
from tests.databases import new_database

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
NOW = MONDAY + START
CHANNEL = {"CHECKPOST_REVIEW_CHANNEL": "slack:C1"}


@pytest.fixture
async def services(environ: dict[str, str]) -> AsyncIterator[Any]:
    """Give a database with a head, and settings that name a channel."""
    settings = load_settings(environ | CHANNEL)
    await new_database(settings)
    database = await open_database(settings)
    await Audit(database).record_false_alarm("slack", "house/moo", "sha256:ab")
    yield SimpleNamespace(settings=settings, database=database, audit=Audit(database))
    await database.close()


def often(services: Any, value: str) -> Any:
    """Give the same services under another setting."""
    settings = services.settings.model_copy(update={"report": value})
    return SimpleNamespace(**vars(services) | {"settings": settings})


async def note(services: Any, kind: str, *people: int, at: datetime = MONDAY - timedelta(days=3), **more: Any) -> None:
    """Put a record of each person straight into the table."""
    seq, _ = await services.audit.head()
    values = {"kind": kind, "outcome": "ok", "rules": [], "policy": "p1"} | more
    rows = [
        {"seq": seq + number, "at": at, "record": json.dumps(values | {"actor": f"person:{who}"}), "key_id": "k"}
        for number, who in enumerate(people, 1)
    ]
    async with services.database.writing() as connection:
        await connection.execute(insert(audit), [row | {"mac": "0" * 64} for row in rows])


def opened(bulletin: Bulletin, scale: float = 1.0) -> Any:
    """Draw a bulletin's picture and open it."""
    assert bulletin.draw
    return Image.open(io.BytesIO(bulletin.draw(scale)))


async def test_a_week_is_told_in_words_and_as_a_picture(services: Any) -> None:
    everybody = range(LEAST_PEOPLE)
    await note(services, "check", *everybody, *everybody, *everybody)
    await note(services, "check", *everybody, outcome="block", rules=["house/moo"])
    await note(services, "false_alarm", 1, rule="house/moo", policy="p1")
    await note(services, "review.open", *everybody, review="r1")
    bulletin = await build_bulletin(services, NOW)
    words = "\n".join(bulletin.lines)
    assert bulletin.title == "Drafts checked, 2 March to 8 March 2026"
    assert "20 drafts: 75% good to go, 25% do not post this." in words
    assert "house/moo (1 of 5)" in words
    assert f"{LEAST_PEOPLE} requests for review" in words
    assert re.fullmatch(r"checkpost audit verify --head \d+:[0-9a-f]{64}", bulletin.proof)
    picture = opened(bulletin)
    assert picture.format == "PNG"
    colours = {colour[:3] for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    assert any(red > 150 > green and blue < 100 for red, green, blue in colours), "a column of drafts not to be posted"


async def test_few_people_are_not_told_of(services: Any) -> None:
    await note(services, "check", *range(LEAST_PEOPLE - 1), outcome="block", rules=["house/moo"])
    await note(services, "review.open", 1, review="r1")
    words = "\n".join((await build_bulletin(services, NOW)).lines)
    assert "Fewer than 5 people sent drafts" in words
    assert not re.search(r"house/moo|\d drafts|requests", words)


async def test_an_empty_week_is_told_without_a_picture(services: Any) -> None:
    bulletin = await build_bulletin(services, NOW)
    assert bulletin.lines == ("Nothing was checked in this time.", HEAD)
    assert bulletin.draw is None


@pytest.mark.parametrize(
    ("value", "now", "reports"),
    [
        ("weekly", NOW, True),
        ("monthly", NOW, False),
        ("monthly", NOW + timedelta(weeks=4), True),
        ("never", NOW, False),
    ],
)
async def test_the_head_goes_out_each_week_and_the_report_as_often_as_is_set(
    services: Any, value: str, now: datetime, reports: bool
) -> None:
    bulletin = await build_bulletin(often(services, value), now)
    assert ("Drafts checked" in bulletin.title) is reports
    assert bulletin.proof.startswith("checkpost audit verify --head 1:")


async def test_it_goes_out_once_and_again_where_that_failed(services: Any) -> None:
    await finish(services.database, "bulletin", last_period("weekly", NOW - timedelta(weeks=1)))
    sent: list[Bulletin] = []

    async def refuse(bulletin: Bulletin) -> bool:
        return False

    async def send(bulletin: Bulletin) -> bool:
        sent.append(bulletin)
        return True

    assert not await publish(services, "slack", refuse, NOW)
    later = NOW + timedelta(hours=1)
    assert sorted(await asyncio.gather(*(publish(services, "slack", send, later) for _ in range(4))))[-2:] == [
        False,
        True,
    ]
    assert not await publish(services, "slack", send, later + timedelta(hours=1))
    assert len(sent) == 1


@pytest.mark.parametrize(("platform", "posts"), [("slack", True), ("teams", False)])
async def test_it_is_posted_where_the_channel_is(services: Any, platform: str, posts: bool) -> None:
    await finish(services.database, "bulletin", last_period("weekly", datetime.now(UTC) - timedelta(weeks=2)))
    sent: asyncio.Queue[Bulletin] = asyncio.Queue()

    async def send(bulletin: Bulletin) -> bool:
        await sent.put(bulletin)
        return True

    async with publishing(services, platform, send):
        if posts:
            await asyncio.wait_for(sent.get(), 20)
        else:
            await asyncio.sleep(0.5)
    assert sent.empty()


def test_a_picture_is_small_enough_for_a_card_and_sharp_enough_for_a_chat() -> None:
    some = [Column(f"{number} Mar", {"ok": number, "block": 3}, "p" * (number % 2)) for number in range(1, 13)]
    some[3] = Column("4 Mar", None)
    weeks = Panel("weeks", columns("t", some, {"ok": "#2f8f5b", "block": "#b3362f"}), {"a": "#2f8f5b"}, "a note")
    rules = Panel("rules", bars("t", [(f"house/rule-{each}", each, 1) for each in range(1, 9)], ("#4d7ea8", "#1d2b3a")))
    small, large = (png("Title", [weeks, rules], scale) for scale in (1.0, 2.0))
    assert len(small) < 25_000
    assert len(large) < 100_000
    with Image.open(io.BytesIO(small)) as one, Image.open(io.BytesIO(large)) as two:
        assert (two.width, two.height) == (2 * one.width, 2 * one.height)
        drawn = {colour: count for count, colour in one.convert("RGB").getcolors(1 << 20)}
    assert drawn[255, 255, 255] < 0.95 * one.width * one.height
