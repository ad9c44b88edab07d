"""A checkpost of its own, and Debian's Chromium, for the tests of the try-it page."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHECKPOST_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60
"""Seconds until a server that does not answer counts as broken; the first start compiles and loads a lot."""

ANSWERED = "body:not(.is-busy) #verdict:focus"


class Visit:
    """A page, with everything that it asked for and everything that went wrong in it."""

    def __init__(self, page: Page) -> None:
        """Listen from the first request on."""
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []
        page.context.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dialog)

    def check(self, text: str) -> None:
        """Put `text` into the draft, ask, and wait for the answer."""
        self.page.fill("textarea", text)
        self.page.get_by_role("button", name="Check this draft").click()
        self.answered()

    def answered(self) -> None:
        """Wait until the answer is on show and has the focus."""
        self.page.wait_for_selector(ANSWERED)

    def reply(self, **response: Any) -> None:
        """Answer every check from here on with `response`, without asking the server."""
        self.page.unroute("**/try")
        self.page.route("**/try", lambda route: route.fulfill(**response))

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once a file; it must be gone before a test elsewhere starts an event loop."""
    if not shutil.which(CHROMIUM):
        if os.environ.get("CHECKPOST_REQUIRE_BROWSER") == "1":
            pytest.fail(f"no Chromium at {CHROMIUM}: install it, or name it in CHECKPOST_CHROMIUM")
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve checkpost from a database of its own and return its address."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="checkpost-page-") as folder:
        environment = _environment(Path(folder), port)
        log = Path(folder) / "server.log"
        command = [sys.executable, "-m", "bots.cli"]
        subprocess.run([*command, "db", "init"], cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, "serve"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            try:
                _wait_until_healthy(f"http://127.0.0.1:{port}/healthz", server, log)
                yield f"http://127.0.0.1:{port}/"
            finally:
                _stop(server)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens the page in a browser window of its own.

    However the visit goes, no dialog may open and no request may leave the server under test.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def _visit(**options: Any) -> Visit:
        context = browser.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        seen = Visit(context.new_page())
        visits.append(seen)
        seen.page.goto(site)
        return seen

    yield _visit
    for context in contexts:
        context.close()
    for seen in visits:
        assert not seen.dialogs
        assert all(url.startswith(site) for url in seen.requests), seen.requests


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Return the folder for pictures."""
    folder = Path(os.environ.get("CHECKPOST_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Return an environment with nothing of checkpost's but what these tests set."""
    foreign = ("CHECKPOST_", "SLACK_", "TEAMS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "CHECKPOST_ENV": "dev",
        "CHECKPOST_DATABASE_URL": f"sqlite:///{folder}/x.db",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def _wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail(f"checkpost serve did not become healthy:\n{log.read_text()[-4000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
