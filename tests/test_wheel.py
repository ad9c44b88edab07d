"""The wheel: what is built from this repository, installed into an empty environment, works in an empty folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[1]
OURS = ("CHECKPOST_", "SLACK_", "TEAMS_", "PYTHON", "HOST", "PORT", "LOG_LEVEL", "VIRTUAL_ENV", "COVERAGE", "PIP_")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and an empty folder to work in."""

    wheel: Path
    bin: Path
    folder: Path

    def environ(self, **variables: str) -> dict[str, str]:
        """Return the variables of a process there, without anything of the shell around the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return kept | {"PATH": f"{self.bin}:/usr/bin:/bin", "CHECKPOST_ENV": "test"} | variables

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the empty folder."""
        command = [self.bin / words[0], *words[1:]]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environ(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel and install it, with the dependencies of this environment, and nothing of this repository."""
    place = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(place), str(ROOT)]
    subprocess.run([*pip, *build], check=True, timeout=120)
    (wheel,) = place.glob("checkpost-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")], check=True, timeout=120)
    python = place / "venv" / "bin" / "python"
    install = ["--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, timeout=120)
    (site,) = (place / "venv" / "lib").glob("python3*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    folder = place / "empty"
    folder.mkdir()
    return Installed(wheel, python.parent, folder)


def test_the_wheel_holds_what_runs_and_nothing_else(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())

    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"bots", "core", "policies"}
    for wanted in (
        "policies/site.yaml",
        "bots/page/index.html",
        "bots/page/page.js",
        "bots/page/page.css",
        "bots/page/icon.svg",
        "bots/cli/sample_terms.csv",
        "core/migrations/env.py",
        "core/migrations/versions/0001_first.py",
    ):
        assert wanted in names
    assert {f"policies/{path.name}" for path in (ROOT / "policies").glob("*.yaml")} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".key", ".pyc"))]


def test_the_code_comes_from_the_wheel(installed: Installed) -> None:
    result = installed.run("python", "-c", "import core, bots; print(core.__file__); print(bots.__file__)")

    assert result.returncode == 0, result.stderr
    for line in result.stdout.splitlines():
        assert line.startswith(str(installed.bin.parent)), line


def test_checkpost_works_in_an_empty_folder(installed: Installed) -> None:
    made = installed.run("checkpost", "db", "init", "--sample")
    fine = installed.run("checkpost", "check", "hello")
    stopped = installed.run("checkpost", "check", "--json", "A workshop with Northwind.")
    rules = installed.run("checkpost", "policy", "list")
    version = installed.run("checkpost", "--version")

    assert (made.returncode, made.stdout) == (0, "the database is ready\n"), made.stderr
    assert fine.returncode == 0, fine.stderr
    assert "Good to go" in fine.stdout
    assert stopped.returncode == 3, stopped.stderr
    assert json.loads(stopped.stdout)["findings"][0]["rule"] == "confidential/client-name"
    assert "confidential/client-name" in rules.stdout
    assert version.stdout.strip() in installed.wheel.name
    assert sorted(path.name for path in installed.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))) == [
        "checkpost.db",
        "checkpost.db.key",
    ]


def test_the_page_travels_along(installed: Installed, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/page.db"
    assert installed.run("checkpost", "db", "init", CHECKPOST_DATABASE_URL=url).returncode == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = installed.environ(CHECKPOST_ENV="dev", CHECKPOST_DATABASE_URL=url, PORT=str(port))
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [installed.bin / "checkpost", "serve"], cwd=installed.folder, env=environ, stdout=log, stderr=log
        )
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.05)
        for path, holds in (("/", b"<textarea"), ("/page/page.js", b'fetch("/try"'), ("/page/page.css", b"{")):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
                assert holds in response.read()
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
