"""checkpost as a process of its own, started with environment variables alone, which cannot leave this machine."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import aiohttp

TESTS = Path(__file__).parent
ROOT = TESTS.parent
START_SECONDS = 300


class Process:
    """`checkpost serve` over a database in `folder`; what it says goes to `log`, whom it calls outside to `escapes`."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.log, self.escapes, self.port = folder / "log", folder / "escapes", free_port()
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {
            "CHECKPOST_ENV": "test",
            "CHECKPOST_DATABASE_URL": f"sqlite:///{folder}/checkpost.db",
            "PORT": str(self.port),
            "ESCAPES": str(self.escapes),
            "PYTHONPATH": f"{TESTS / 'offline'}:{ROOT}",
        }
        self.environ = keep | ours | variables
        self.url = f"http://127.0.0.1:{self.environ['PORT']}"
        self.running: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it, over a new database the first time, and wait until it is ready."""
        if not self.log.exists():
            await asyncio.to_thread(self.run, "db", "init")
        self.launch()
        await self.until_ready()

    def launch(self) -> None:
        """Start it without waiting."""
        with self.log.open("ab") as log:
            arguments = [sys.executable, "-m", "bots.cli", "serve"]
            self.running = subprocess.Popen(arguments, cwd=ROOT, env=self.environ, stdout=log, stderr=log)

    async def until_ready(self, path: str = "/readyz") -> None:
        """Wait until a route of operators answers 200."""
        assert self.running is not None
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while not await self._answers(session, path):
                assert self.running.poll() is None, self.said()
                await asyncio.sleep(0.05)

    async def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Stop it; return its exit status and the seconds it took."""
        assert self.running is not None
        began = time.monotonic()
        self.running.send_signal(number)
        status = await asyncio.to_thread(self.running.wait, 60)
        return status, time.monotonic() - began

    def end(self) -> None:
        """End it where it still runs, and leave nothing behind."""
        if self.running and self.running.poll() is None:
            self.running.kill()
            self.running.wait()

    def run(self, *arguments: str) -> None:
        """Run another command of checkpost beside it."""
        self.python("-m", "bots.cli", *arguments)

    def python(self, *arguments: str) -> None:
        """Run Python as it runs there."""
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environ, check=True, capture_output=True)

    def said(self) -> str:
        """Return everything that it wrote, to standard output and standard error."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def worked(self) -> float:
        """Return how many seconds of a processor it has used."""
        assert self.running is not None
        fields = Path(f"/proc/{self.running.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Return what it holds in memory."""
        assert self.running is not None
        pages = int(Path(f"/proc/{self.running.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    async def _answers(self, session: aiohttp.ClientSession, path: str) -> bool:
        try:
            async with session.get(self.url + path) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
