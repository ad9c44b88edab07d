"""Endpoint: what a request costs the server's process, how it bears many at once, and what a start costs."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.names import SHORT, drafts
from bench.server import TOKEN

KINDS = ("bare", "unread", "whole")
FIRST_VERDICT = """
from bench.whole import Offline, our_check
with Offline():
    verdict = our_check([])("Lunch with the team today, call me on +44 20 7946 0958 if you would like to come along.")
    assert verdict.findings and not verdict.incomplete
"""
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """So many requests in flight: drafts a second, and wall milliseconds that half and 99 in 100 waited at most."""

    at_once: int
    rate: float
    half: float
    most: float


def costs(rounds: int, requests: int) -> dict[str, float]:
    """Return microseconds of CPU a request, by kind of server: the median of rounds in which each had its turn."""
    with _server("bare") as bare, _server("unread") as mine, _server("whole") as whole:
        servers = dict(zip(KINDS, (bare, mine, whole), strict=True))
        taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for _ in range(rounds):
            for kind, (pid, url) in servers.items():
                count = requests if kind != "whole" else max(10, requests // 5)
                before = _cpu(pid)
                asyncio.run(_ask(url, count, 8))
                taken[kind].append((_cpu(pid) - before) * 1e6 / count)
    return {kind: statistics.median(each) for kind, each in taken.items()}


def loads(requests: int) -> list[Load]:
    """Return what the whole service does with one, eight and fifty requests in flight, measured from outside."""
    found = []
    with _server("whole") as (_, url):
        for at_once in (1, 8, 50):
            began = time.perf_counter()
            waits = sorted(asyncio.run(_ask(url, requests, at_once)))
            rate = requests / (time.perf_counter() - began)
            found.append(Load(at_once, rate, waits[len(waits) // 2] * 1e3, waits[int(len(waits) * 0.99)] * 1e3))
    return found


def start_seconds(code: str) -> float:
    """Return the CPU seconds of the better of two fresh processes that run some code."""
    taken = []
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=_environ())  # noqa: S603
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


async def _ask(url: str, count: int, at_once: int) -> list[float]:
    """Send drafts, so many in flight, and return how long each took, in seconds."""
    texts, waits, turns = drafts(SHORT, 50), [], asyncio.Semaphore(at_once)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=120)) as session:

        async def one(number: int) -> None:
            async with turns:
                began = time.perf_counter()
                async with session.post(f"{url}/v1/check", json={"text": texts[number % len(texts)]}) as response:
                    await response.read()
                    assert response.status == 200, response.status
                waits.append(time.perf_counter() - began)

        await asyncio.gather(*(one(number) for number in range(count)))
    return waits


@contextmanager
def _server(kind: str) -> Iterator[tuple[int, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "bench.server", kind, str(port)], env=_environ(), stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield process.pid, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1_200):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start within two minutes")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _environ() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(["."] + [path for path in sys.path if path])}
