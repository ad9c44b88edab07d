"""The signing keys change, fail and hang, and the bot goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bots.teams import keys
from tests.bots.teams import simulator as sim


async def test_a_new_key_is_accepted_and_the_withdrawn_one_is_not(teams: Any, person: Any) -> None:
    assert (await person.post(teams.personal("hello")))[0] == 200
    teams.rotate("key-2")
    assert (await person.post(teams.personal("hello"), kid="key-2"))[0] == 200
    assert (await person.post(teams.personal("hello"), kid="key-1"))[0] == 401


async def test_forged_key_ids_cause_one_fetch_a_minute(teams: Any, person: Any) -> None:
    await person.post(teams.personal("hello"))
    before = teams.key_fetches
    for number in range(5):
        answer = await person.post(teams.personal("hello"), kid=f"forged-{number}", key=sim.new_key())
        assert answer[0] == 401
    assert teams.key_fetches - before == 1


async def test_known_keys_outlive_an_outage(teams: Any, person: Any) -> None:
    assert (await person.post(teams.personal("hello")))[0] == 200
    teams.key_status = 500
    assert (await person.post(teams.personal("hello"), kid="key-9", key=sim.new_key()))[0] == 401
    assert (await person.post(teams.personal("hello")))[0] == 200


@pytest.mark.parametrize("fault", ["status", "empty"])
async def test_without_any_key_the_fault_is_ours_and_passes(
    fault: str, teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keys, "UNKNOWN_SECONDS", 0.0)
    teams.key_status = 500 if fault == "status" else 200
    teams.published = []
    person = sim.Person(teams, (await open_door()).url, session)
    assert (await person.post(teams.personal("hello"))) == (503, "refused\n")
    teams.key_status, teams.published = 200, ["key-1"]
    assert (await person.post(teams.personal("hello")))[0] == 200


async def test_the_keys_come_back_by_themselves(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keys, "RETRY_SECONDS", 0.05)
    teams.key_status = 500
    person = sim.Person(teams, (await open_door()).url, session)
    assert (await person.post(teams.personal("hello")))[0] == 503
    teams.key_status = 200
    async with asyncio.timeout(60):
        while (await person.post(teams.personal("hello")))[0] != 200:  # noqa: ASYNC110 (no event tells it)
            await asyncio.sleep(0.05)


async def test_a_hanging_key_endpoint_delays_nobody_but_the_forger(teams: Any, person: Any) -> None:
    assert (await person.post(teams.personal("hello")))[0] == 200
    teams.key_delay, fetches, key = 300.0, teams.key_fetches, sim.new_key()
    forged = asyncio.create_task(person.post(teams.personal("x"), kid="forged", key=key))
    async with asyncio.timeout(60):
        while teams.key_fetches == fetches:  # noqa: ASYNC110 (a count tells nobody that it grew)
            await asyncio.sleep(0.01)
    assert (await person.post(teams.personal("hello")))[0] == 200
    assert (await person.post(teams.personal("x"), kid="forged-2", key=key))[0] == 401
    assert not forged.done()
    await person.stays_healthy()
    assert keys.FETCH_SECONDS == sim.HANGS
    async with asyncio.timeout(60):
        assert (await forged)[0] == 401


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"keys": 5},
        {"keys": [None, {"kty": "RSA"}, {"kty": "EC", "kid": "a"}, {"kty": "RSA", "kid": "b", "n": 5, "e": None}]},
        {"keys": [{"kty": "RSA", "kid": "c", "n": "!!", "e": "AQAB"}, {"kty": "oct", "kid": "d", "k": "AAAA"}]},
    ],
)
def test_what_is_no_signing_key_is_left_out(document: dict[str, Any]) -> None:
    assert keys._signing_keys(document) == {}


def test_a_private_key_in_the_document_is_not_taken() -> None:
    public = {**sim.public_jwk(sim.new_key()), "kid": "a"}
    assert list(keys._signing_keys({"keys": [public]})) == ["a"]


@pytest.mark.parametrize(
    ("url", "plain_loopback", "permitted"),
    [
        ("https://login.botframework.com/v1/.well-known/keys", False, True),
        ("http://login.botframework.com/v1/.well-known/keys", True, False),
        ("http://127.0.0.1:9/keys", True, True),
        ("http://127.0.0.1:9/keys", False, False),
        ("file:///etc/passwd", True, False),
    ],
)
async def test_keys_come_over_https_outside_of_tests(
    url: str, plain_loopback: bool, permitted: bool, session: aiohttp.ClientSession
) -> None:
    assert keys.SigningKeys(session, url, plain_loopback=plain_loopback)._permitted(url) is permitted
