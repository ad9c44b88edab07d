"""A real server on a loopback port, with its own database, for the flow tests of every door."""

from __future__ import annotations

import base64
import functools
import io
import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from PIL import ImageDraw, ImageFont

from bots.bootstrap import Services, build_services
from bots.web import build_app
from core.judgement import shared_recognizers
from core.policy import Policy, load_policy
from core.recognizers import Recognizer
from core.settings import DEFAULT_POLICY_DIR, Settings, load_settings
from tests import postgresql, shipped
from tests.databases import new_database
from tests.together import Together


@dataclass(frozen=True)
class Running:
    """A server that answers at `url`, and what it works with."""

    url: str
    services: Services
    app: web.Application


Serve = Callable[..., Awaitable[Running]]

MEMORY = Path("/dev/shm")  # noqa: S108  a disk that is none
PLENTY = 2 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests write in memory where there is plenty: a disk takes milliseconds for each of many commits.

    The fault plan is about disks and stays on one.
    """
    if config.option.markexpr != "faults" and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Let one worker run what belongs together."""
    return Together(config, log)


KEY = "k1:" + base64.b64encode(b"1" * 32).decode()


@pytest.fixture(scope="session")
def a_postgresql() -> Iterator[Callable[..., Any]]:
    """Return the running server of a major version: `a_postgresql(18)`; `fsync=True` gives one that keeps what it says.

    Where there is none to start, the test is skipped, or fails when CHECKPOST_REQUIRE_POSTGRES is set.
    """
    servers = []

    @functools.cache
    def start(version: int = 18, *, fsync: bool = False) -> Any:
        try:
            servers.append(postgresql.Server(postgresql.find_programs(version), fsync=fsync))
        except postgresql.NoServer as reason:
            if os.environ.get("CHECKPOST_REQUIRE_POSTGRES"):
                raise
            pytest.skip(str(reason))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def a_picture() -> Callable[..., bytes]:
    """Return how to draw lines of text, black on white; `place` is where the file says it was taken, in degrees."""
    image = pytest.importorskip("PIL.Image", reason="the `pictures` extra is not installed")
    pytest.importorskip("rapidocr", reason="the `pictures` extra is not installed")

    def draw(*lines: str, kind: str = "PNG", place: tuple[int, int] | None = None) -> bytes:
        picture = image.new("RGB", (760, 740), "white")  # what is smaller is made larger before it is read
        pen, font = ImageDraw.Draw(picture), ImageFont.load_default(30)
        for number, line in enumerate(lines):
            pen.text((40, 40 + number * 50), line, fill="black", font=font)
        exif = image.Exif()
        if place:
            exif[0x8825] = {1: "N", 2: (place[0], 19, 23.88), 3: "E", 4: (place[1], 7, 22)}
        file = io.BytesIO()
        picture.save(file, kind, exif=exif)
        return file.getvalue()

    return draw


@pytest.fixture
def store() -> str:
    """Where a test keeps its data; one parametrized by `store` runs on `postgresql16` and `postgresql18` too."""
    return "sqlite"


@pytest.fixture
def environ(tmp_path: Path, store: str, a_postgresql: Callable[..., Any]) -> dict[str, str]:
    """The least that checkpost needs to run in a test."""
    if store == "sqlite":
        return {"CHECKPOST_ENV": "test", "CHECKPOST_DATABASE_URL": f"sqlite:///{tmp_path}/checkpost.db"}
    url = a_postgresql(int(store.removeprefix("postgresql"))).create()
    return {"CHECKPOST_ENV": "test", "CHECKPOST_DATABASE_URL": url, "CHECKPOST_ENCRYPTION_KEY": KEY}


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    """Settings of a test, without any door."""
    return load_settings(environ)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """Services over a fresh database and the shipped policy."""
    await new_database(settings)
    built = await build_services(settings)
    yield built
    await built.close()


@pytest.fixture
async def serve(environ: dict[str, str]) -> AsyncIterator[Serve]:
    """Start a server with the given environment variables: `running = await serve(SLACK_BOT_TOKEN=...)`.

    A second call in one test starts another server on the same database, as after a restart.
    """
    async with AsyncExitStack() as stack:

        async def start(**variables: str) -> Running:
            settings = load_settings(environ | variables)
            await new_database(settings)
            services = await build_services(settings)
            stack.push_async_callback(services.close)
            app = build_app(services)
            runner = web.AppRunner(app, access_log=None, handle_signals=False)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = runner.addresses[0][1]
            return Running(f"http://127.0.0.1:{port}", services, app)

        yield start


@pytest.fixture(scope="session", autouse=True)
def _built_once() -> Iterator[None]:
    """Let every server of a run share the shipped policy and what reads texts for it; another is built each time."""

    def load(folder: Path) -> Policy:
        return shipped.policy() if folder == DEFAULT_POLICY_DIR else load_policy(folder)

    def recognizers(policy: Policy) -> list[Recognizer]:
        return shipped.recognizers() if policy is shipped.policy() else shared_recognizers(policy)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bots.bootstrap.load_policy", load)
        patch.setattr("core.checker.shared_recognizers", recognizers)
        yield


@pytest.fixture
def files_with() -> Callable[[Path, str], list[str]]:
    """Search a folder: the names of the files under it that hold a word, in any case."""

    def search(folder: Path, word: str) -> list[str]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return [path.name for path in files if word.lower().encode() in path.read_bytes().lower()]

    return search


@pytest.fixture(autouse=True)
def _reset_logging() -> object:
    """Undo what a command under test did to logging."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close the run with what tests recorded as `quality`; with xdist, it comes from the worker's report."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, lines in getattr(report, "user_properties", ()) if getattr(report, "when", "") == "call" else ():
                if name == "quality":
                    terminalreporter.section("quality")
                    for line in lines:
                        terminalreporter.line(line)
