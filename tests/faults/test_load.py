"""Load: many drafts at once, slow callers, hung services, hard drafts, a stop in the middle. Rows 10 to 12, 18."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import statistics
import time
from collections import Counter
from contextlib import closing
from typing import Any

import aiohttp
import pytest

from tests.patience import SHARED

HEALTHY = 0.1 * SHARED
DRAFTS = [
    "The new till finally prints receipts. I may have cheered.",
    "Write to ines.larraga82@mail.example about the boat, she knows.",
    "Our trainees built a kiosk from scrap wood, and it stands straight.",
    "What a morning! Fog over the harbour, coffee, and a gull that stole my roll.",
]


async def outcome(server: Any, session: aiohttp.ClientSession, draft: str) -> str:
    """Send a draft and return what became of it: an outcome, or the status of a refusal."""
    async with session.post(server.url + "/v1/check", json={"text": draft}) as response:
        answer = await response.json()
        return answer["outcome"] if response.status == 200 else str(response.status)


def beyond(seconds: list[float], share: int = 95) -> float:
    """Return what so many per cent stay under."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[share - 1]


async def test_five_hundred_drafts_at_once_are_answered_or_visibly_refused(served: Any) -> None:
    async with served.program() as session:
        for draft in DRAFTS:
            await outcome(served, session, draft)
        before, began = served.megabytes(), time.monotonic()
        with served.watched() as health:
            answers = await asyncio.gather(*(outcome(served, session, DRAFTS[n % 4]) for n in range(500)))
        took, after = time.monotonic() - began, served.megabytes()
    counts = Counter(answers)
    print(f"\n{dict(counts)} in {took:.0f} s, {before:.0f} to {after:.0f} MB; {told(health)}")  # noqa: T201
    assert sum(counts.values()) == 500
    assert set(counts) <= {"ok", "block", "revise", "unchecked", "429", "503"}
    assert counts["ok"] <= 375, "a draft with an address is never ok"
    assert counts["ok"] > 20, "those whose turn comes are read"
    assert took < 60
    assert after - before < 150
    assert beyond(health, 90) < HEALTHY


async def test_slow_callers_hold_nobody_up(served: Any, times: Any) -> None:
    number = times(400, 1_500)
    opened = []
    with served.watched() as health:
        for _ in range(number):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(b"POST /v1/check HTTP/1.1\r\nHost: h\r\nX-Slow: ")
            opened.append((reader, writer))
        await asyncio.sleep(times(8, 20))
    left = 0
    for reader, writer in opened:
        try:
            async with asyncio.timeout(0.01):
                await reader.read(1)
        except TimeoutError:
            left += 1
        except OSError:
            pass
        writer.close()
    print(f"\n{left} of {number} open; {told(health)}")  # noqa: T201
    assert left < 50
    assert beyond(health) < HEALTHY


async def test_a_server_that_stands_still_would_be_seen(served: Any) -> None:
    with served.watched() as health:
        for signalled in (signal.SIGSTOP, signal.SIGCONT) * 3:
            served.process.send_signal(signalled)
            await asyncio.sleep(3 * HEALTHY if signalled == signal.SIGSTOP else HEALTHY / 4)
    assert beyond(health) > HEALTHY, "this test could not fail"


def told(health: list[float]) -> str:
    shares = ", ".join(f"{share} % {beyond(health, share):.3f} s" for share in (50, 90, 95))
    return f"healthz {shares}, longest {max(health):.3f} s"


async def test_a_stop_under_load_answers_all_and_ends_well(serve_apart: Any) -> None:
    served = await asyncio.to_thread(serve_apart)
    async with served.program() as session:
        running = [asyncio.create_task(outcome(served, session, DRAFTS[n % 4])) for n in range(50)]
        await asyncio.sleep(0.2)
        served.process.send_signal(signal.SIGTERM)
        answers = await asyncio.gather(*running)
    status = await asyncio.to_thread(served.process.wait, 45)
    assert len(answers) == 50
    assert set(answers) <= {"ok", "block", "revise", "unchecked"}
    assert len(answers) - answers.count("unchecked") > 0
    assert status == 0
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", served.port)


HARD = {
    "a megabyte": "x" * 1_000_000,
    "over the limit": "x" * 40_001,
    "one word at the limit": "x" * 39_900,
    "combining marks": "a" + "\u0301" * 39_899,
    "bidi": "\u202egnahc\u202c " * 4_000,
    "joiners": "a\u200d" * 19_900,
    "one ligature": "\ufdfa" * 2_000,
    "right to left": "שלום עולם " * 3_500,
    "emoji": "👩‍👩‍👧‍👦" * 5_000,
    "look-alikes": "Νоrthwіnd Тradеrs " * 2_000,
    "surrogates": "\\ud800" * 6_000,
    "brackets": "([{" * 13_000,
    "slashes": "/" * 39_900,
}
UNRECORDED = '"event": "audit.failed"'
TOLD, ADDRESS = ". Write to ines.larraga82@mail.example about the boat.", "ines.larraga82@mail.example"


@pytest.mark.parametrize("name", HARD)
async def test_a_hard_draft_is_answered_in_time_and_stops_nobody(served: Any, name: str) -> None:
    body = f'{{"text": "{HARD[name]}{TOLD}"}}'
    async with served.program() as session:
        began, worked = time.monotonic(), served.worked()
        sent = asyncio.create_task(session.post(served.url + "/v1/check", data=body.encode()).__aenter__())
        await asyncio.sleep(0.05)
        with served.watched() as health:
            response = await sent
        took, worked = time.monotonic() - began, served.worked() - worked
        answer = await response.json()
    print(f"\n{name}: {response.status} {answer.get('outcome')}, {took:.1f} s, {worked:.1f} of work")  # noqa: T201
    assert worked < 2, "seconds of a processor: what it takes by the clock depends on who else works here"
    assert took < 22
    assert max(health, default=0) < SHARED
    assert response.status in (200, 413)
    if response.status == 200:
        draft = json.loads(body)["text"]
        seen = [each for each in answer["findings"] if each["text"]]
        assert [each["text"] for each in seen] == [draft[each["start"] : each["end"]] for each in seen]
        assert answer["outcome"] == "unchecked" or ADDRESS in {each["text"] for each in seen}


async def test_nothing_of_all_these_drafts_is_in_its_files_or_its_log(served: Any, files_with: Any) -> None:
    folder = served.log.parent
    before = served.log.read_text().count(UNRECORDED)
    with closing(sqlite3.connect(folder / "served.db")) as another:
        another.execute("BEGIN IMMEDIATE")  # nobody else can write now, so that this draft has to be told of
        async with served.program() as session:
            assert {await outcome(served, session, draft) for draft in DRAFTS[:2]} == {"unchecked"}
    assert served.log.read_text().count(UNRECORDED) == before + 2
    assert [files_with(folder, word) for word in ("larraga82", "northwіnd", "gull that stole")] == [[], [], []]
    (folder / "planted").write_text(TOLD)
    assert files_with(folder, "larraga82") == ["planted"]
