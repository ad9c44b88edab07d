"""Load: many drafts at once, slow callers, a stop in the middle, half an hour on end. Rows 10 to 12, 18.

The server is a process of its own, so that what is measured is not the test.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core.db import init_database
from core.settings import load_settings

TOKEN = "anchor-chain-9"
DRAFTS = [
    "The new till finally prints receipts. I may have cheered.",
    "Write to ines.larraga82@mail.example about the boat, she knows.",
    "Our trainees built a kiosk from scrap wood, and it stands straight.",
    "What a morning! Fog over the harbour, coffee, and a gull that stole my roll.",
]


class Served:
    """A server in its own process."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.url, self.port = process, f"http://127.0.0.1:{port}", port

    @property
    def megabytes(self) -> float:
        """Return how much memory it holds."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    async def get(self, session: aiohttp.ClientSession, path: str) -> float:
        """Ask an operator's route; return the seconds it took."""
        began = time.monotonic()
        async with session.get(self.url + path) as response:
            assert response.status == 200
            await response.read()
        return time.monotonic() - began


@pytest.fixture
async def served(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Served]:
    """Start `checkpost serve` over a fresh database and the shipped policy, and wait until it is ready."""
    await init_database(load_settings(environ))
    port = free_port()
    variables = {"CHECKPOST_API_TOKEN": TOKEN, "PORT": str(port), "PATH": os.environ["PATH"]}
    variables["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(  # noqa: ASYNC220 (starts at once, and is not waited for here)
        [sys.executable, "-m", "bots.cli", "serve"], env=environ | variables, stdout=log, stderr=log
    )
    server = Served(process, port)
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            with suppress(aiohttp.ClientError):
                async with session.get(server.url + "/readyz") as response:
                    if response.status == 200:
                        break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("the server did not become ready")
    yield server
    process.kill()
    process.wait()
    log.close()


@asynccontextmanager
async def a_program() -> AsyncIterator[aiohttp.ClientSession]:
    """A program with as many connections as it likes."""
    connector, limit = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=90)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(connector=connector, timeout=limit, headers=headers) as session:
        yield session


async def outcome(server: Served, session: aiohttp.ClientSession, draft: str) -> str:
    """Send a draft and return what became of it: an outcome, or the status of a refusal."""
    async with session.post(server.url + "/v1/check", json={"text": draft}) as response:
        answer = await response.json()
        return answer["outcome"] if response.status == 200 else str(response.status)


async def test_five_hundred_drafts_at_once_are_answered_or_visibly_refused(served: Served) -> None:
    async with a_program() as session, aiohttp.ClientSession() as operator:
        for draft in DRAFTS:
            await outcome(served, session, draft)
        before, health = served.megabytes, []

        async def watch() -> None:
            while True:
                health.append(await served.get(operator, "/healthz"))
                await asyncio.sleep(0.1)

        watching = asyncio.create_task(watch())
        began = time.monotonic()
        answers = await asyncio.gather(*(outcome(served, session, DRAFTS[n % 4]) for n in range(500)))
        took = time.monotonic() - began
        watching.cancel()
        after = served.megabytes
    counts = Counter(answers)
    print(f"\n{dict(counts)} in {took:.0f} s, {before:.0f} to {after:.0f} MB, healthz max {max(health):.3f} s")  # noqa: T201
    assert sum(counts.values()) == 500
    assert set(counts) <= {"ok", "block", "revise", "unchecked", "429", "503"}
    assert counts["ok"] <= 375, "a draft with an address is never ok"
    assert counts["ok"] > 20, "those whose turn comes are read"
    assert took < 60
    assert after - before < 150


async def test_slow_callers_hold_nobody_up(served: Served, times: Any) -> None:
    number = times(400, 1_500)
    opened = []
    for _ in range(number):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"POST /v1/check HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        opened.append((reader, writer))
    health = []
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            health.append(await served.get(session, "/healthz"))
            await asyncio.sleep(0.1)
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
    print(f"\n{left} of {number} open, healthz median {statistics.median(health):.4f} s, max {max(health):.3f} s")  # noqa: T201
    assert left < 50
    assert statistics.quantiles(health, n=20)[-1] < 0.1


async def test_a_stop_under_load_answers_all_and_ends_well(served: Served) -> None:
    async with a_program() as session:
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
    "one word at the limit": "x" * 40_000,
    "combining marks": "a" + "\u0301" * 39_999,
    "bidi": "\u202egnahc\u202c " * 4_000,
    "joiners": "a\u200d" * 20_000,
    "one ligature": "\ufdfa" * 2_000,
    "right to left": "שלום עולם " * 3_500,
    "emoji": "👩‍👩‍👧‍👦" * 5_000,
    "look-alikes": "Νоrthwіnd Тradеrs " * 2_000,
    "surrogates": "\\ud800" * 6_000,
    "brackets": "([{" * 13_000,
}


@pytest.mark.parametrize("name", HARD)
async def test_a_hard_draft_is_answered_in_time_and_stops_nobody(served: Served, name: str) -> None:
    body = f'{{"text": "{HARD[name]}"}}'.encode("utf-8", "surrogatepass")
    async with a_program() as session, aiohttp.ClientSession() as operator:
        began = time.monotonic()
        sent = asyncio.create_task(session.post(served.url + "/v1/check", data=body).__aenter__())
        await asyncio.sleep(0.05)
        health = await served.get(operator, "/healthz")
        response = await sent
        took = time.monotonic() - began
        answer = await response.json()
    print(f"\n{name}: {response.status} {answer.get('outcome')} {answer.get('incomplete')} {took:.1f} s")  # noqa: T201
    assert response.status in (200, 413)
    assert took < 22
    assert health < 1


async def test_memory_does_not_grow(served: Served, times: Any) -> None:
    async with a_program() as session:
        await work(served, session, times(10, 120))
        before = served.megabytes
        checked = await work(served, session, times(20, 1_800))
        after = served.megabytes
    print(f"\n{checked} drafts, {before:.0f} to {after:.0f} MB, {after / before - 1:+.1%}")  # noqa: T201
    assert after / before < 1.05


async def work(server: Served, session: aiohttp.ClientSession, seconds: float) -> int:
    """Send drafts, each different, four at a time; return how many."""
    until, sent = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        drafts = (f"{DRAFTS[n]} Number {sent + n}, word{sent * 7 + n}." for n in range(4))
        await asyncio.gather(*(outcome(server, session, draft) for draft in drafts))
        sent += 4
    return sent


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
