"""Reviews between Slack and Teams: one server, its author on the one platform and its reviewers on the other."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bots import sayings
from core.draft import Author
from core.reviews.review import Person, State
from core.reviews.tending import tend
from core.terms.term import Kind, Term
from tests.bots.teams.traffic import Fault

at_slack = importlib.import_module("tests.bots.slack.conftest")
at_teams = importlib.import_module("tests.bots.teams.conftest")
in_slack = importlib.import_module("tests.bots.slack.test_reviews")
in_teams = importlib.import_module("tests.bots.teams.test_review")
slack, teams, certificates = at_slack.slack, at_teams.teams, at_teams.certificates

DRAFT = in_slack.DRAFT
SOMEWHERE = {"slack": "somebody in Slack", "teams": "somebody in Teams"}


@pytest.fixture
async def both(
    slack: Any, teams: Any, serve: Callable[..., Awaitable[Any]], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Serve both doors in one process, and return how to start it and to talk to either side."""
    monkeypatch.setattr("bots.courier.EVERY_SECONDS", 0.05)
    slack.channels.add(f"{at_slack.TEAM}/{in_slack.CHANNEL}")
    for user in ("UALICE", "UBOB"):
        slack.people[user] = {"tz": "Europe/Berlin", "profile": {"email": f"{user.lower()}@wharf.example"}}

    async with aiohttp.ClientSession() as session:

        async def start(channel: str) -> SimpleNamespace:
            running = await serve(
                **teams.environment,
                SLACK_BOT_TOKEN=at_slack.TOKEN,
                SLACK_SIGNING_SECRET=at_slack.SECRET,
                SLACK_API_URL=slack.url + "api/",
                CHECKPOST_REVIEW_CHANNEL=channel,
                CHECKPOST_REVIEWERS=f"slack:UBOB,teams:{in_teams.BOB},teams:{in_teams.sim.object_id('ubob')}",
            )
            await running.services.terms.add(Term(name="Northwind", kind=Kind.CLIENT), "cli:op")
            person = at_teams.simulator.Person(teams, running.url, session)
            house = in_teams.House(teams, SimpleNamespace(services=running.services, person=person))
            await in_teams.meet(house, "ann", "bob")
            caller = at_slack.Caller(session, running.url, slack)
            return SimpleNamespace(services=running.services, caller=caller, house=house)

        yield start


TO_TEAMS, TO_SLACK = f"teams:{in_teams.sim.REVIEWS}", f"slack:{in_slack.CHANNEL}"


async def test_an_author_in_slack_and_a_reviewer_in_teams_meet(both: Any, slack: Any) -> None:
    running = await both(TO_TEAMS)
    view = await in_slack.ask(running, slack, note="for the fair")
    assert sayings.ASKED[:40] in str(view)

    (posted,) = await running.house.channel()
    for words in (DRAFT, "for the fair", SOMEWHERE["slack"], "Step 1 of 1"):
        assert words in posted.words
    assert "UALICE" not in posted.words
    await running.house.clicks("Approve", "bob")
    assert sayings.DONE["approve"] in await running.house.send("Approve", "bob", reason="Sail well.")

    told = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["approve"][0])
    assert "Sail well." in str(told["blocks"])
    assert SOMEWHERE["teams"] in str(told["blocks"])
    (changed,) = [call for call in await running.house.channel(2) if call.kind == "update"][-1:]
    assert "Northwind" not in changed.words

    seen = len(slack.answers)
    await running.caller.command(DRAFT + " ")
    await slack.until(seen + 1 + len(slack.posts))
    assert "approved exactly this text" not in str(slack.answers[-1])
    await running.caller.command(f"--network linkedin {DRAFT}")
    await slack.until(seen + 2 + len(slack.posts))
    later = str(slack.answers[-1])
    assert "approved exactly this text" in later
    assert "Please do not post this" in later
    assert sayings.ASK not in later


async def test_an_author_in_teams_and_a_reviewer_in_slack_meet(both: Any, slack: Any) -> None:
    running = await both(TO_SLACK)
    assert (await running.house.asks()).startswith("Your request is with the reviewers.")
    post = await in_slack.request(slack)
    for words in ("Northwind", "for the fair", SOMEWHERE["teams"]):
        assert words in str(post["blocks"])

    view = await in_slack.form(running, slack, post, sayings.DEEDS["suggest"])
    await running.caller.submit(view, "UBOB", text="We are proud to work with a client.", reason="Not announced.")

    told = await running.house.told("ann", "Not announced.")
    for words in ("We are proud to work with a client.", SOMEWHERE["slack"], sayings.SUGGESTED_COUNTS):
        assert words in told.words
    closed = await in_slack.request(slack, "✏️")
    assert "Northwind" not in str(closed["blocks"])


async def test_a_request_that_is_declined_in_slack_is_opened_again_in_teams(both: Any, slack: Any) -> None:
    running = await both(TO_SLACK)
    await running.house.asks()
    await in_slack.decide(running, slack, await in_slack.request(slack), sayings.DEEDS["decline"], reason="Not yet.")
    told = await running.house.told("ann", "Not yet.")
    await running.house.press(
        running.house.teams.pressed(in_teams.rules.buttons_of(told.card)[sayings.DEEDS["reopen"]], "ann", told.card)
    )
    await running.house.send(sayings.DEEDS["reopen"], "ann", reason="It is signed.")

    again = await in_slack.request(slack)
    assert "Northwind" in str(again["blocks"])


async def test_nobody_decides_on_their_own_request_from_the_other_platform(both: Any, slack: Any) -> None:
    running = await both(TO_TEAMS)
    await in_slack.ask(running, slack, user="UBOB")
    await running.house.channel()
    await in_teams.meet(running.house, "ubob")

    said = await running.house.clicks("Approve", "ubob")

    assert sayings.OWN_REQUEST in said
    assert running.house.card is not None
    assert sayings.DEEDS["approve"] not in in_teams.rules.buttons_of(running.house.card)
    (review,) = await running.services.reviews.of(f"slack:{at_slack.TEAM}:UBOB")
    assert review.state is State.WAITING


async def test_a_lapse_is_told_on_both_platforms(both: Any, slack: Any) -> None:
    running = await both(TO_TEAMS)
    await in_slack.ask(running, slack)
    await running.house.channel()
    now = datetime.now(UTC)
    for hours in (5, 61, 80):
        await tend(running.services.reviews, now + timedelta(hours=hours))
    await slack.until_told("UALICE", sayings.AUTHOR_TOLD["lapse"][0])
    lapsed = await running.house.until(lambda call: sayings.STATES["lapsed"] in call.words)
    assert all("Northwind" not in call.words for call in lapsed)


async def test_one_platform_that_is_away_holds_up_nothing_on_the_other(both: Any, slack: Any, teams: Any) -> None:
    running = await both(TO_TEAMS)
    teams.faults.append(Fault("post", status=403, times=99))
    await in_slack.ask(running, slack)
    (review,) = await running.services.reviews.waiting()
    async with asyncio.timeout(60):
        while not [call for call in teams.calls if call.status == 403]:
            await teams.called()

    by = Person(Author("slack", at_slack.TEAM, "UBOB"))
    await running.services.reviews.decline(review.id, by, "Not yet.")

    await slack.until_told("UALICE", "Not yet.")
