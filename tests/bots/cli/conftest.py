"""The command line in this process, with its own database and the small invented policy of `harbour/`."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bots.cli import main
from core.settings import load_settings
from tests.databases import new_database

HARBOUR = Path(__file__).parent / "harbour"
OURS = ("CHECKPOST_", "SLACK_", "TEAMS_", "HOST", "PORT", "LOG_LEVEL")


@dataclass(frozen=True)
class Terminal:
    """Somebody at a terminal: `terminal("check", "hello")`. Anything but a clean exit fails the test."""

    environ: dict[str, str]

    def __call__(self, *words: str, given: bytes | str = b"", **variables: str | None) -> Result:
        """Run one command with `given` on standard input and further environment variables."""
        environ = {**unset(), **self.environ, "COLUMNS": "200", **variables}
        return CliRunner().invoke(main, words, input=given, env=environ, prog_name="checkpost", catch_exceptions=False)


Process = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def at_harbour(environ: dict[str, str]) -> dict[str, str]:
    """Environment variables of a test under the invented policy."""
    return environ | {"CHECKPOST_POLICY_DIR": str(HARBOUR)}


@pytest.fixture
def fresh(at_harbour: dict[str, str]) -> Terminal:
    """A terminal where no database was made yet."""
    return Terminal(at_harbour)


@pytest.fixture
def terminal(fresh: Terminal) -> Terminal:
    """A terminal with a database."""
    asyncio.run(new_database(load_settings(fresh.environ)))
    return fresh


@pytest.fixture
def process(at_harbour: dict[str, str], tmp_path: Path) -> Process:
    """Run the installed `checkpost` as a process of its own; each takes seconds to start."""
    command = Path(sys.executable).with_name("checkpost")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}

    def run(*words: str, given: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
        settings: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.run(
            [command, *words], input=given, env=kept | at_harbour, cwd=tmp_path, timeout=300, check=False, **settings
        )

    return run


def unset() -> dict[str, str | None]:
    """Take away what the shell around the tests may have set."""
    return {name: None for name in os.environ if name.startswith(OURS)}
