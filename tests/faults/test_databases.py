"""Databases that fail: never a false ok, an answer in time, well again without a restart. Rows 6, 15 and 20.

A backup during writes (row 20) is rehearsed in tests/core/test_backup.py, a damaged policy or model (row 16) in
tests/core/test_packs.py and tests/core/model/test_reader.py.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core.audit import Audit
from core.checker import STORE_SECONDS
from core.db import init_database, open_database
from core.errors import CheckpostError, DatabaseError
from core.settings import Settings
from core.telemetry import set_up_logging
from core.terms.store import TermsStore
from core.terms.term import Kind, Term
from tests.patience import SHARED

TOKEN = "anchor-chain-9"
HARBOUR = str(Path(__file__).parents[1] / "bots" / "cli" / "harbour")
ANSWERED = STORE_SECONDS + SHARED
"""The database may take so long, and all the rest a second, or SHARED times as long."""

NAMED, HARMLESS = "Rope for Quorvane Holdings.", "Fog over the harbour."


@dataclass
class Program:
    """A program that sends drafts, and what came back."""

    url: str
    session: aiohttp.ClientSession
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    slowest: float = 0.0

    async def check(self, draft: str) -> str:
        """Send a draft and return its outcome; whatever is no answer fails."""
        began = time.monotonic()
        async with self.session.post(self.url + "/v1/check", json={"text": draft}) as response:
            assert response.status == 200
            outcome: str = (await response.json())["outcome"]
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.outcomes.append((draft, outcome))
        return outcome

    async def watch(self, health: list[float]) -> None:
        """Ask for /healthz until cancelled, and note the seconds of each answer."""
        while True:
            began = time.monotonic()
            async with self.session.get(self.url + "/healthz") as response:
                assert response.status == 200
            health.append(time.monotonic() - began)
            await asyncio.sleep(0.05)

    async def ready(self) -> bool:
        """Tell whether the server says that it is ready."""
        async with self.session.get(self.url + "/readyz") as response:
            return response.status == 200


@pytest.fixture
async def program(
    a_postgresql: Any, settings_for: Callable[..., Settings], serve: Any, load_tool: Any
) -> AsyncIterator[Any]:
    """A server over PostgreSQL behind a proxy, a program that calls it, and both to go wrong."""
    server = await asyncio.to_thread(a_postgresql, 18)
    url = await asyncio.to_thread(server.create)
    proxy = load_tool("proxy").Proxy(server.port)
    await proxy.open()
    settings = settings_for(url)
    await init_database(settings)
    database = await open_database(settings)
    await TermsStore(database).add(Term("Quorvane Holdings", Kind.CLIENT), "ann")
    key = settings.encryption_key.get_secret_value() if settings.encryption_key else ""
    running = await serve(
        CHECKPOST_DATABASE_URL=proxy.url(url), CHECKPOST_ENCRYPTION_KEY=key,
        CHECKPOST_API_TOKEN=TOKEN, CHECKPOST_POLICY_DIR=HARBOUR,
    )  # fmt: skip
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        yield Program(running.url, session), proxy, server, database
    proxy.set("pass")
    await proxy.close()
    await database.close()


def broken_by(fault: str, proxy: Any, server: Any) -> Callable[[], None]:
    """Let a fault begin, and return what ends it."""
    if fault == "stopped":
        server.stop(signal.SIGINT)
        return lambda: server.start()
    if fault == "frozen":
        server.freeze(True)
        return lambda: server.freeze(False)
    proxy.set(fault)
    return lambda: proxy.set("pass")


@pytest.mark.parametrize("fault", ["stopped", "frozen", "hang", "reset", "refuse", "slow"])
async def test_a_database_that_fails_makes_no_draft_look_fine_and_tells_nobody_of_it(
    program: Any, fault: str, files_with: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    sender, proxy, server, database = program
    set_up_logging("DEBUG")
    health: list[float] = []
    assert [await sender.check(NAMED), await sender.check(HARMLESS)] == ["block", "ok"]

    mend = await asyncio.to_thread(broken_by, fault, proxy, server)
    watching = asyncio.create_task(sender.watch(health))
    try:
        for _ in range(2):
            await asyncio.gather(*(sender.check(draft) for draft in (NAMED, HARMLESS) * 4))
        await asyncio.sleep(2)  # of a few answers of /healthz a tenth is what the machine did in one moment
        during = sender.outcomes[2:]
        slowest = sender.slowest
    finally:
        watching.cancel()
        await asyncio.to_thread(mend)
    began = time.monotonic()
    while not await sender.ready():
        assert time.monotonic() < began + 5 * SHARED, "it is ready again within five seconds"
        await asyncio.sleep(0.05)
    assert [await sender.check(NAMED), await sender.check(HARMLESS)] == ["block", "ok"]

    logs = "".join(capfd.readouterr())
    healthy = statistics.quantiles(health, n=10, method="inclusive")[-1]
    print(f"\n{fault}: slowest {slowest:.1f} s, {sorted({outcome for _, outcome in during})}, healthz {healthy:.3f} s")  # noqa: T201
    assert healthy < 0.1 * SHARED, "a database that hangs is no reason to end the process"
    assert "library.warned" in logs or "failed" in logs, "the log was on"
    assert [word for word in ("Quorvane", "harbour.") if word in logs] == []
    assert files_with(server.folder, "Quorvane") == []
    assert (NAMED, "ok") not in sender.outcomes
    assert slowest < ANSWERED
    if fault != "slow":
        assert {outcome for _, outcome in during} == {"unchecked"}
    told = Counter(outcome for _, outcome in sender.outcomes if outcome != "unchecked")
    kept = Counter([record["outcome"] async for record in Audit(database).records() if record["kind"] == "check"])
    del kept["unchecked"]
    # whose time was up was told "unchecked", and may be recorded with those who shared the transaction
    assert told <= kept if fault == "slow" else told == kept, "each has its record"
    await Audit(database).verify()


# --- a damaged file


async def test_a_flipped_byte_is_noticed_or_does_no_harm(settings: Settings, tmp_path: Path, times: Any) -> None:
    await init_database(settings)
    database, database_file = await open_database(settings), tmp_path / "checkpost.db"
    terms = TermsStore(database)
    await terms.import_csv("term,kind,aliases,note\n" + "".join(f"Name {n}x,client,,\n" for n in range(200)), "ann")
    expected = await terms.load()
    await database.close()
    whole = sqlite_settled(database_file)
    chance = random.Random(7)  # noqa: S311 (a fault that can be had again)
    harmless = refused = 0
    for _ in range(times(60, 1_000)):
        at = chance.randrange(len(whole))
        damaged = bytearray(whole)
        damaged[at] ^= 1 << chance.randrange(8)
        for left in database_file.parent.glob("checkpost.db-*"):
            left.unlink()
        await asyncio.to_thread(database_file.write_bytes, damaged)
        try:
            opened = await open_database(settings)
        except CheckpostError:
            refused += 1
            continue
        try:
            assert await TermsStore(opened).load() == expected, f"a list that is not ours passed, byte {at}"
            harmless += 1
        except DatabaseError:
            refused += 1
        finally:
            await opened.close()
    print(f"\nnoticed {refused}, harmless {harmless}")  # noqa: T201
    assert refused > 0


def sqlite_settled(path: Path) -> bytes:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.read_bytes()
