"""Two versions at once: the code before the newest migration, out of the history, beside this one. Row 21.

A server of the version before goes on over the new tables; neither version starts on the tables of the other.
"""

from __future__ import annotations

import asyncio
import base64
import io
import subprocess
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from core import revisions
from core.audit import Audit
from core.db import init_database, open_database
from core.settings import Settings
from core.terms.store import TermsStore
from core.terms.term import Term
from tests.patience import SHARED

ROOT = Path(__file__).parents[2]
HARBOUR = Path("tests", "bots", "cli", "harbour")
KEY = "k1:" + base64.b64encode(b"1" * 32).decode()
NAMED, HARMLESS, LATER = "Rope for Quorvane Holdings.", "Fog over the harbour.", "Rope for Zwirnhold."


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it was before the newest migration, in a folder."""
    newest = max(ROOT.joinpath("core", "migrations", "versions").glob("0*.py"))
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest.relative_to(ROOT))).decode().strip()
    parts = ["bots", "core", "policies", str(HARBOUR), ":(exclude)core/model/training"]
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{added}^", *parts))) as archive:
        archive.extractall(folder, filter="data")
    assert not (folder / newest.relative_to(ROOT)).exists()
    return folder


def git(*words: str) -> bytes:
    try:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no history here that reaches back to the version before")


async def outcome(server: Any, session: aiohttp.ClientSession, draft: str) -> str:
    async with session.post(server.url + "/v1/check", json={"text": draft}) as response:
        assert response.status == 200
        return (await response.json())["outcome"]


async def done(server: Any, *words: str, root: Path = ROOT) -> tuple[int, str]:
    """Run a command to its end, and return its status and what it said."""
    start = server.log.stat().st_size
    status = await asyncio.to_thread(server.run(*words, root=root).wait, 120)
    return status, server.log.read_text()[start:]


async def both(server: Any, session: aiohttp.ClientSession) -> list[tuple[str, str]]:
    """Send a draft with a client's name and one without."""
    return [(draft, await outcome(server, session, draft)) for draft in (NAMED, HARMLESS)]


async def until(ended: asyncio.Event, server: Any, session: aiohttp.ClientSession) -> list[tuple[str, str]]:
    """Send both over and over, until it is said to be enough."""
    told = []
    while not ended.is_set():
        told += await both(server, session)
    return told


async def test_both_versions_serve_while_the_tables_change(before: Path, a_postgresql: Any, serve_apart: Any) -> None:
    database = await asyncio.to_thread(a_postgresql, 18)
    place = {"CHECKPOST_DATABASE_URL": await asyncio.to_thread(database.create), "CHECKPOST_ENCRYPTION_KEY": KEY}
    older = await asyncio.to_thread(
        lambda: serve_apart(root=before, CHECKPOST_POLICY_DIR=str(before / HARBOUR), **place)
    )
    async with older.program() as session:
        assert (await done(older, "terms", "add", "Quorvane Holdings", "--kind", "client", root=before))[0] == 0
        status, said = await done(older, "serve")
        assert status != 0
        assert "db upgrade" in said, "the new version does not start on the old tables"
        ended = asyncio.Event()
        under_way = asyncio.create_task(until(ended, older, session))
        assert (await done(older, "db", "upgrade"))[0] == 0
        newer = await asyncio.to_thread(lambda: serve_apart(CHECKPOST_POLICY_DIR=str(ROOT / HARBOUR), **place))
        ended.set()
        during = await under_way
        told = during + [each for server in (older, newer) * 5 for each in await both(server, session)]
        assert (await done(newer, "terms", "add", "Zwirnhold", "--kind", "client"))[0] == 0
        since = time.monotonic()
        while await outcome(older, session, LATER) != "block":
            assert time.monotonic() < since + SHARED, "the older one sees within a second what the newer one adds"
        assert await outcome(newer, session, LATER) == "block"
    status, said = await done(newer, "serve", root=before)
    assert status != 0
    assert "this database is at revision" in said, "the version before does not start on the new tables"
    assert (await done(newer, "audit", "verify"))[0] == 0
    print(f"\n{len(during)} answered by the older one while the tables changed, {Counter(told)}")  # noqa: T201
    assert len(during) > 10
    assert set(told) == {(NAMED, "block"), (HARMLESS, "ok")}


@pytest.mark.parametrize("store", ["sqlite", "postgresql16", "postgresql18"])
async def test_a_migration_leaves_all_that_an_older_version_uses_as_it_was(settings: Settings, store: str) -> None:
    """A process of the version before goes on while the new one migrates: tables are only added to."""
    await init_database(settings)
    database = await open_database(settings)

    def shapes(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
        looked = inspect(connection)
        names = sorted(name for name in looked.get_table_names() if name != "alembic_version")
        columns = {name: looked.get_columns(name) for name in names}
        return {name: [(c["name"], str(c["type"]), c["nullable"]) for c in columns[name]] for name in names}

    def went(connection: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
        config = revisions._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        old = shapes(connection)
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('of the older version', 'kept')"))
        command.upgrade(config, "head")
        return old, shapes(connection)

    await TermsStore(database).add(Term("Quorvane"), "ann")
    async with database.writing() as connection:
        old, new = await connection.run_sync(went)
    assert {name: new[name] for name in old} == old
    assert len(new) > len(old)
    assert [term.name for term in (await TermsStore(database).load())[1]] == ["Quorvane"]
    await TermsStore(database).add(Term("Zwirnhold"), "ann")
    assert (await Audit(database).verify())[0] == 2
    await database.close()
