"""What the fault plan shares: how long it is, a writer to kill, and the model that the database is compared with."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.audit import Audit, AuditBroken
from core.db import Database, init_database, open_database
from core.settings import Settings, load_settings
from core.terms.store import TermsStore

KEY = "k1:" + base64.b64encode(b"1" * 32).decode()
LONG = os.environ.get("CHECKPOST_FAULTS") == "long"


@dataclass(frozen=True)
class Found:
    """How a database compares with what was acknowledged."""

    lost: set[str]
    terms: int
    version: int
    records: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether nothing is lost, each change has its record, and the chain and the file are good."""
        return not self.lost and not self.faults and self.terms == self.version == self.records


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def times() -> Callable[[int, int], int]:
    """Return how often to do something: the first number in the short form, the second in the long one."""
    return lambda short, long: long if LONG else short


@pytest.fixture(scope="session")
def load_tool() -> Callable[[str], Any]:
    """Load a module that lies beside this one."""

    def load(name: str) -> Any:
        spec = importlib.util.spec_from_file_location(f"faults_{name}", Path(__file__).with_name(f"{name}.py"))
        assert spec
        assert spec.loader
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def serve_apart(load_tool: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start `checkpost serve` as a process of its own, over a fresh database: `serve_apart(SLACK_BOT_TOKEN=...)`.

    `root=` names the folder of another version's code.
    """
    module, started = load_tool("served"), []

    def start(**variables: Any) -> Any:
        started.append(module.Served(tmp_path_factory.mktemp("served"), **variables))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="session")
def served(serve_apart: Any) -> Any:
    """One such server for all tests that leave it as it was: it takes some seconds to start."""
    return serve_apart()


@pytest.fixture
def written(environ: dict[str, str]) -> Callable[..., list[str]]:
    """Kill a writer so many times over the database of the test, or let it be killed; return what it acknowledged."""

    def run(rounds: int, mode: str = "honest", within: Sequence[str] = (), status: int = 0) -> list[str]:
        asyncio.run(init_database(load_settings(environ)))
        command = [*within, sys.executable, str(Path(__file__).with_name("writer.py")), mode, str(rounds)]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        place = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
        done = subprocess.run(
            command, env=kept | environ | place, capture_output=True, text=True, timeout=1_800, check=False
        )
        assert done.returncode == status, done.stderr
        return done.stdout.split("\n")[1:-1] if within else done.stdout.splitlines()

    return run


@pytest.fixture
def little_memory() -> Iterator[list[str]]:
    """Return what to put before a command, so that the kernel kills it once it holds more than 300 MB (cgroups)."""
    older = Path("/sys/fs/cgroup/memory")
    group = (older if older.is_dir() else older.parent) / f"checkpost-faults-{os.getpid()}"
    try:
        group.mkdir()
        limit = group / ("memory.limit_in_bytes" if older.is_dir() else "memory.max")
        limit.write_text(str(300 << 20))
    except OSError:
        with suppress(OSError):
            group.rmdir()
        pytest.skip("a limit on memory takes root and a control group of one's own")
    yield ["sh", "-c", f'echo $$ > "{group}/cgroup.procs" && exec "$@"', "sh"]
    group.rmdir()


@pytest.fixture
def compare(settings: Settings) -> Callable[[list[str]], Awaitable[Found]]:
    """Compare the database of the test with what was acknowledged."""

    async def look(acknowledged: list[str]) -> Found:
        database = await open_database(settings)
        try:
            return await _found(database, acknowledged)
        finally:
            await database.close()

    return look


@pytest.fixture
def found_in() -> Callable[[Database, list[str]], Awaitable[Found]]:
    """Compare an open database with what was acknowledged."""
    return _found


@pytest.fixture
def settings_for(environ: dict[str, str]) -> Callable[..., Settings]:
    """Return the settings of the test for another database."""

    def load(url: str, **variables: str) -> Settings:
        return load_settings({**environ, "CHECKPOST_ENCRYPTION_KEY": KEY, "CHECKPOST_DATABASE_URL": url, **variables})

    return load


async def _found(database: Database, acknowledged: list[str]) -> Found:
    version, terms = await TermsStore(database).load()
    faults = []
    try:
        records, _ = await Audit(database).verify()
    except AuditBroken as broken:
        records = -1
        faults.append(str(broken))
    if database.engine.dialect.name == "sqlite":
        async with database.reading() as connection:
            whole = (await connection.execute(text("PRAGMA integrity_check"))).scalar()
        faults += [] if whole == "ok" else ["integrity_check"]
    lost = set(acknowledged) - {term.name for term in terms}
    return Found(lost, len(terms), version, records, tuple(faults))
