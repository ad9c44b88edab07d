"""The journeys in Microsoft's Agents Playground: an optional look at how Teams draws the cards (`make e2e-teams`).

Bot, Playground and browser share a network that has only a loopback interface. Its licence is for evaluation: nothing
of it is kept here, and no release waits for it. It knows neither dialogs nor tokens; the simulator does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

PROGRAM = os.environ.get("CHECKPOST_PLAYGROUND", "")
SHOTS = Path("build/playground/screenshots")
BOT, PAGE = 39780, 39781
CHROMIUM = "/usr/bin/chromium"

pytestmark = [
    pytest.mark.playground,
    pytest.mark.skipif(not PROGRAM, reason="CHECKPOST_PLAYGROUND names no Agents Playground (make e2e-teams)"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The Playground's page, with the bot behind it."""
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("playground")
    environ = {
        **os.environ, "CHECKPOST_ENV": "dev", "TEAMS_ALLOW_ANONYMOUS": "1", "HOST": "127.0.0.1", "PORT": str(BOT),
        "CHECKPOST_DATABASE_URL": f"sqlite:///{folder}/checkpost.db", "BROWSER": "none", "PYTHONPATH": str(Path.cwd()),
    }  # fmt: skip
    command = [sys.executable, "-m", "bots.cli"]
    subprocess.run([*command, "db", "init", "--sample"], env=environ, check=True)
    opener = folder / "xdg-open"  # the Playground opens a browser of its own, and ends where there is none
    opener.write_text("#!/bin/sh\n")
    opener.chmod(0o755)
    endpoint = f"http://127.0.0.1:{BOT}/api/messages"
    start = [str(Path(PROGRAM).resolve()), "start", "-e", endpoint, "-c", "msteams", "-p", str(PAGE)]
    running = [
        subprocess.Popen([*command, "serve"], env=environ),
        subprocess.Popen(
            [*start, "--disable-telemetry"],
            env=environ | {"PATH": f"{folder}{os.pathsep}{environ['PATH']}"},
            cwd=folder,
        ),
    ]
    try:
        for url in (f"http://127.0.0.1:{BOT}/readyz", f"http://127.0.0.1:{PAGE}/"):
            _wait_for(url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            opened = browser.new_page(viewport={"width": 1200, "height": 1000})
            opened.route("**/*", _only_here)
            opened.goto(f"http://127.0.0.1:{PAGE}/")
            SHOTS.mkdir(parents=True, exist_ok=True)
            yield opened
            browser.close()
    finally:
        for process in running:
            process.terminate()
            process.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")


def _only_here(route: Any) -> None:
    here = route.request.url.startswith((f"http://127.0.0.1:{PAGE}", "data:", "blob:"))
    route.continue_() if here else route.abort()


def say(page: Any, text: str) -> None:
    page.locator("[contenteditable=true], textarea, input[type=text]").first.click()
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def see(page: Any, words: str, shot: str) -> None:
    page.get_by_text(words).last.wait_for(timeout=30_000)
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / f"{shot}.png")


def test_a_draft_is_judged_and_its_safe_version_takes_the_place_of_the_card(page: Any) -> None:
    see(page, "I keep no drafts", "1-welcome")
    say(page, "We are proud to work with Velmora on <their> *new* shop.")
    see(page, "Please do not post this", "2-verdict")
    assert page.get_by_text("on <their> *new* shop.").count() >= 2, "the safe version and the draft, word for word"
    page.get_by_role("button", name="Use the safe version").last.click()
    see(page, "Ready to copy", "3-ready")
    assert page.get_by_text("Please do not post this").count() == 0


def test_help_and_the_guidance_desk_are_drawn(page: Any) -> None:
    say(page, "help")
    see(page, "three questions before you post", "4-help")
    say(page, "trail")
    see(page, "Would you sign it in a year?", "5-trail")


def test_a_false_alarm_is_noted_on_the_card(page: Any) -> None:
    say(page, "Ring me at +44 20 7946 0123 about the cake.")
    see(page, "A telephone number", "6-verdict")
    page.get_by_role("button", name="Not a problem").last.click()
    see(page, "You said that this is not a problem", "7-noted")
