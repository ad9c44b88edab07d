"""Kills: whatever dies, nothing that was acknowledged is lost, and every change has its record. Rows 1 to 5, 19."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.audit import Audit
from core.db import init_database, open_database
from core.errors import DatabaseError
from core.settings import Settings
from core.terms.store import TermsStore
from core.terms.term import Term

Written = Callable[..., list[str]]


def test_a_writer_killed_on_sqlite_loses_nothing(written: Written, compare: Any, times: Any) -> None:
    acknowledged = written(times(40, 1_000))
    found = asyncio.run(compare(acknowledged))
    print(f"\nacknowledged {len(acknowledged)}, lost {len(found.lost)}")  # noqa: T201
    assert len(acknowledged) > times(40, 1_000) / 4, "the writer wrote"
    assert found.holds, found


@pytest.mark.parametrize("store", ["postgresql18"])
def test_a_writer_killed_on_postgresql_loses_nothing(written: Written, compare: Any, times: Any, store: str) -> None:
    acknowledged = written(times(20, 300))
    found = asyncio.run(compare(acknowledged))
    print(f"\nacknowledged {len(acknowledged)}, lost {len(found.lost)}")  # noqa: T201
    assert len(acknowledged) > times(20, 300) / 4, "the writer wrote"
    assert found.holds, found


@pytest.mark.parametrize("store", ["sqlite", "postgresql18"])
def test_checks_that_are_recorded_together_are_on_disk_before_anybody_is_answered(
    written: Written, settings: Settings, times: Any, store: str
) -> None:
    async def kept() -> list[str]:
        database = await open_database(settings)
        audit = Audit(database)
        numbers = [record["id"] async for record in audit.records()]
        assert (await audit.verify())[0] == len(numbers)
        await database.close()
        return numbers

    acknowledged = written(times(12, 300), "checks")
    recorded = asyncio.run(kept())
    print(f"\nacknowledged {len(acknowledged)}, recorded {len(recorded)}")  # noqa: T201
    assert len(acknowledged) > times(12, 300) * 3, "checks were recorded, together"
    assert set(acknowledged) <= set(recorded)
    assert len(set(recorded)) == len(recorded), "none twice"


def test_a_writer_that_runs_out_of_memory_loses_nothing(written: Written, compare: Any, little_memory: Any) -> None:
    acknowledged = [name for start in (1, 2) for name in written(start, "hungry", little_memory, status=-9)]
    found = asyncio.run(compare(acknowledged))
    print(f"\nacknowledged {len(acknowledged)}, lost {len(found.lost)}")  # noqa: T201
    assert len(acknowledged) > 10, "the writer wrote, and the next one after it"
    assert found.holds, found


@pytest.mark.parametrize("mode", ["early", "unrecorded"])
def test_a_writer_that_lies_is_found_out(written: Written, compare: Any, mode: str) -> None:
    acknowledged = written(15, mode)
    found = asyncio.run(compare(acknowledged))
    assert not found.holds, "this test could not fail"
    assert bool(found.lost) is (mode == "early")
    assert (found.records < found.version) is (mode == "unrecorded")


async def test_a_killed_server_loses_nothing(a_postgresql: Any, times: Any, settings_for: Any, found_in: Any) -> None:
    server = await asyncio.to_thread(a_postgresql, 18, fsync=True)
    settings: Settings = settings_for(await asyncio.to_thread(server.create))
    await init_database(settings)
    database = await open_database(settings)
    terms, acknowledged, over = TermsStore(database), [], asyncio.Event()

    async def write(who: int) -> None:
        for each in itertools.count():
            if over.is_set():
                return
            try:
                await terms.add(Term(f"Name {who} {each}x"), "writer")
                acknowledged.append(f"Name {who} {each}x")
            except DatabaseError:  # not acknowledged: it may be there or not
                await asyncio.sleep(0.01)

    writers = [asyncio.create_task(write(who)) for who in range(3)]
    for _ in range(times(5, 50)):
        before = len(acknowledged)
        await asyncio.to_thread(server.stop, signal.SIGKILL)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(30):
            while len(acknowledged) < before + 3:  # noqa: ASYNC110 (the model is a list, not an event)
                await asyncio.sleep(0.02)
    over.set()
    await asyncio.gather(*writers)
    found = await found_in(database, acknowledged)
    await database.close()
    print(f"\nacknowledged {len(acknowledged)}, lost {len(found.lost)}")  # noqa: T201
    assert found.holds, found


@pytest.mark.skipif(not shutil.which("strace"), reason="strace counts what reaches the disk, and is not here")
@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_each_commit_reaches_the_disk_before_it_is_acknowledged(
    environ: dict[str, str], settings: Settings, tmp_path: Path, synchronous: str
) -> None:
    asyncio.run(init_database(settings))
    script = tmp_path / "commits.py"
    script.write_text(COMMITS)
    traced = ["-f", "-e", "trace=fdatasync,fsync,write", "-o", str(tmp_path / "calls")]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        ["strace", *traced, sys.executable, str(script), synchronous],
        env=environ | {"PYTHONPATH": ":".join([root, *sys.path])},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if "PTRACE" in done.stderr or "ptrace" in done.stderr:
        pytest.skip("this place allows no strace")
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text(encoding="utf-8", errors="replace")
    before_each = [len(re.findall(r"f(?:data)?sync\(", part)) for part in calls.split('write(1, "acknowledged')]
    assert len(before_each) == 21, "twenty commits were acknowledged"
    if synchronous == "FULL":
        assert min(before_each[:20]) >= 1, "what is acknowledged has reached the disk"
    else:
        assert min(before_each[1:20]) == 0, "the negative control: this test could not fail"


COMMITS = """
import asyncio, os, sys
import core.db
import core.engine
from core.settings import load_settings
from core.terms.store import TermsStore
from core.terms.term import Term

as_shipped = core.engine._connected

def relaxed(connection, record):
    as_shipped(connection, record)
    connection.execute("PRAGMA synchronous=NORMAL").close()

async def main():
    database = await core.db.open_database(load_settings(os.environ))
    for number in range(20):
        await TermsStore(database).add(Term(f"Name {number}x"), "writer")
        os.write(1, b"acknowledged\\n")
    os._exit(0)

if sys.argv[1] == "NORMAL":
    core.engine._connected = relaxed
asyncio.run(main())
"""
