"""A server in a process of its own, and a watcher in another, so that what is measured is not the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import aiohttp

TOKEN = "anchor-chain-9"
START_SECONDS = 300
WATCHER = Path(__file__).with_name("watcher.py")
ROOT = Path(__file__).parents[2]


class Served:
    """`checkpost serve` over a fresh database in `folder` and the shipped policy; its code is that under `root`."""

    def __init__(self, folder: Path, root: Path = ROOT, **variables: str) -> None:
        self.root = root
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "served.log"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        ours = {
            "CHECKPOST_ENV": "test",
            "CHECKPOST_DATABASE_URL": f"sqlite:///{folder}/served.db",
            "CHECKPOST_API_TOKEN": TOKEN,
            "PORT": str(self.port),
        }
        self.environ = kept | ours | variables
        assert self.run("db", "init").wait() == 0, self.log.read_text()
        self.process = self.run("serve")
        self._until_ready()

    def run(self, *words: str, root: Path | None = None, **pipes: int) -> subprocess.Popen[bytes]:
        """Start a command of checkpost over the same database, of another version where `root` names its code."""
        folder = root or self.root
        environ = self.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bots.cli", *words]
            return subprocess.Popen(command, env=environ, cwd=folder, **{"stdout": log, "stderr": log, **pipes})

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()

    def megabytes(self, process: subprocess.Popen[bytes] | None = None) -> float:
        """Return how much memory it holds, or another process of ours."""
        lines = Path(f"/proc/{(process or self.process).pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    def worked(self) -> float:
        """Return how many seconds of a processor it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @asynccontextmanager
    async def program(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Let a program call it, with as many connections as it likes."""
        connector, limit = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=90)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(connector=connector, timeout=limit, headers=headers) as session:
            yield session

    @contextmanager
    def watched(self) -> Iterator[list[float]]:
        """Ask for /healthz over and over meanwhile; the list holds the seconds of each answer afterwards."""
        seconds: list[float] = []
        watcher = subprocess.Popen(
            [sys.executable, str(WATCHER), str(self.port)], stdout=subprocess.PIPE, env=self.environ
        )
        assert watcher.stdout
        watcher.stdout.readline()  # the first one: it watches
        try:
            yield seconds
        finally:
            watcher.terminate()
            seconds += [float(line) for line in watcher.communicate()[0].splitlines()]

    def _until_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), urlopen(f"{self.url}/readyz"):  # what is not ready is an error, too
                return
            time.sleep(0.05)
        self.close()
        raise AssertionError("the server did not become ready")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
