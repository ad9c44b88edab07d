"""What is sent, under whose token, and how often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bots.teams.bearer import Bearer, TokenError
from bots.teams.connector import Connector, ConnectorError
from bots.teams.pace import WINDOWS, Pace
from core.settings import load_settings
from tests.bots.teams import simulator as sim

HELLO = {"type": "message", "text": "hello", "from": {"id": sim.BOT}, "conversation": {"id": "a:ann"}}


@pytest.fixture
async def bearer(teams: Any) -> AsyncIterator[Bearer]:
    held = Bearer(load_settings(teams.environment))
    yield held
    await held.close()


@pytest.fixture
def connector(session: aiohttp.ClientSession, bearer: Bearer) -> Connector:
    return Connector(session, bearer)


async def test_ids_are_encoded_into_the_path(teams: Any, connector: Connector) -> None:
    odd = "19:a/b?c#d;messageid=1 %2F@thread.tacv2"
    posted = await connector.post(teams.service_url, odd, HELLO | {"conversation": {"id": odd}}, "1/2")
    assert posted.startswith("posted-")
    assert [(call.conversation, call.reply_to) for call in teams.sent()] == [(odd, "1/2")]


async def test_twenty_senders_cost_one_token(teams: Any, connector: Connector) -> None:
    teams.token_delay = 0.2
    sends = (connector.post(teams.service_url, f"a:{n}", HELLO | {"conversation": {"id": f"a:{n}"}}) for n in range(20))
    await asyncio.gather(*sends)
    assert (len(teams.sent()), teams.token_fetches) == (20, 1)


async def test_a_refused_token_is_fetched_anew_once(teams: Any, connector: Connector) -> None:
    await connector.post(teams.service_url, "a:ann", HELLO)
    teams.faults.append(sim.Fault("create", 401))
    assert await connector.create(teams.service_url, {"members": [{"id": "29:ann"}]}) == "a:ann"
    assert teams.token_fetches == 2
    teams.calls.clear()


async def test_a_wrong_secret_is_an_error_without_secrets(teams: Any) -> None:
    held = Bearer(load_settings(teams.environment | {"TEAMS_APP_PASSWORD": "another-password"}))
    with pytest.raises(TokenError) as caught:
        await held.header()
    assert str(caught.value) == "refused"
    await held.close()


async def test_a_hanging_token_endpoint_ends_in_an_error(
    teams: Any, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.bearer.FETCH_SECONDS", 0.2)
    teams.token_delay = 3.0
    began = time.monotonic()
    with pytest.raises(ConnectorError):
        await connector.post(teams.service_url, "a:ann", HELLO)
    assert time.monotonic() - began < teams.token_delay
    assert teams.calls == []


async def test_a_message_over_the_limit_is_not_sent(teams: Any, connector: Connector) -> None:
    with pytest.raises(ConnectorError) as caught:
        await connector.post(teams.service_url, "a:ann", HELLO | {"text": "👍" * 21_000})
    assert (caught.value.status, teams.calls) == (413, [])
    await connector.post(teams.service_url, "a:ann", HELLO | {"text": "👍" * 20_000})


async def test_an_endless_retry_after_is_capped(
    teams: Any, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector.LONGEST_WAIT", 0.1)
    teams.faults.append(sim.Fault("post", 429, {"Retry-After": "86400"}, times=2))
    await connector.post(teams.service_url, "a:ann", HELLO)
    assert [call.status for call in teams.calls] == [429, 429, 201]


async def test_repeats_end(teams: Any, connector: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.teams.connector.LONGEST_WAIT", 0.01)
    teams.faults.append(sim.Fault("post", 502, times=99))
    with pytest.raises(ConnectorError) as caught:
        await connector.post(teams.service_url, "a:ann", HELLO)
    assert (caught.value.status, len(teams.calls)) == (502, 4)


async def test_one_deadline_is_around_all_repeats(
    teams: Any, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector.CALL_SECONDS", 0.3)
    teams.faults.append(sim.Fault("post", 429, {"Retry-After": "5"}, times=99))
    with pytest.raises(ConnectorError) as caught:
        await connector.post(teams.service_url, "a:ann", HELLO)
    assert caught.value.status == 0


async def test_a_connector_that_is_not_there_is_tried_again_and_reported(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    with pytest.raises(ConnectorError) as caught:
        await connector.post("http://127.0.0.1:9/", "a:ann", HELLO)
    assert caught.value.status == 0


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
@pytest.mark.parametrize("kind", ["create", "update", "post", "member"])
async def test_every_call_that_is_refused_for_now_is_repeated(
    kind: str, status: int, teams: Any, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    teams.faults.append(sim.Fault(kind, status, times=2))
    await {
        "create": lambda: connector.create(teams.service_url, {"members": [{"id": "29:ann"}]}),
        "update": lambda: connector.update(teams.service_url, "a:ann", "1", HELLO),
        "post": lambda: connector.post(teams.service_url, "a:ann", HELLO),
        "member": lambda: connector.member(teams.service_url, "a:ann", "29:ann"),
    }[kind]()
    assert [call.status // 100 for call in teams.calls] == [status // 100, status // 100, 2]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500])
async def test_a_call_that_is_refused_for_good_is_not(status: int, teams: Any, connector: Connector) -> None:
    teams.faults.append(sim.Fault("create", status, times=9))
    with pytest.raises(ConnectorError):
        await connector.create(teams.service_url, {"members": [{"id": "29:ann"}]})
    assert len(teams.calls) == (2 if status == 401 else 1)
    teams.calls.clear()


@pytest.mark.parametrize("kind", ["create", "update", "post"])
async def test_what_ran_out_of_time_is_repeated_unless_it_would_be_seen_twice(
    kind: str, teams: Any, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    await connector.create(teams.service_url, {"members": [{"id": "29:ann"}]})  # the token is there
    teams.calls.clear()
    monkeypatch.setattr("bots.teams.connector.TRY_SECONDS", 1.0)
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    teams.faults.append(sim.Fault(kind, delay=1.5))
    calls = {
        "create": lambda: connector.create(teams.service_url, {"members": [{"id": "29:ann"}]}),
        "update": lambda: connector.update(teams.service_url, "a:ann", "1", HELLO),
        "post": lambda: connector.post(teams.service_url, "a:ann", HELLO),
    }
    if kind == "post":
        with pytest.raises(ConnectorError):
            await calls[kind]()
    else:
        await calls[kind]()
    async with asyncio.timeout(60):
        while len(teams.calls) < (1 if kind == "post" else 2):
            await teams.called()
    assert len(teams.calls) == (1 if kind == "post" else 2)


async def test_redirects_are_not_followed(teams: Any, connector: Connector) -> None:
    teams.faults.append(sim.Fault("post", 307, {"Location": f"{teams.service_url}v3/conversations/a:x/activities"}))
    with pytest.raises(ConnectorError):
        await connector.post(teams.service_url, "a:ann", HELLO)
    assert len(teams.calls) == 1


async def test_the_pace_keeps_every_window_and_forgets_old_conversations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.teams.pace.CONVERSATIONS", 3)
    pace = Pace()
    for number in range(10):
        await pace.wait(f"a:{number}")
    assert list(pace._sent) == ["a:7", "a:8", "a:9"]
    assert WINDOWS[0] == (7, 1.0)
    await asyncio.gather(*(pace.wait("a:9") for _ in range(7)))
    times = list(pace._sent["a:9"])
    assert times[7] - times[0] >= 1
    assert [pace._delay("a:9", times[0] + after) for after in (1.5, 2)] == pytest.approx([0.5, 0])
