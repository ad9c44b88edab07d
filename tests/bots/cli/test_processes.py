"""`checkpost` as people run it: a process of its own, with a real exit status. Each start takes seconds."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.process import START_SECONDS

Start = Callable[..., tuple[subprocess.Popen[bytes], int]]
TOKEN = "anchor-chain-9"
PATIENCE = 120


def test_the_first_minutes_of_an_operator(process: Any) -> None:
    made = process("db", "init", "--sample")
    stopped = process("check", "--json", given="😀 The workshop with Northwind.".encode())
    batch = process("check", "--jsonl", given=b'{"id": 1, "text": "The springtide."}\n{"id": 2}\n')

    assert (made.returncode, made.stdout, made.stderr) == (0, b"the database is ready\n", b"")
    assert (stopped.returncode, stopped.stderr) == (3, b"")
    assert json.loads(stopped.stdout)["findings"][0]["start"] == 20
    assert (batch.returncode, batch.stderr) == (0, b"")
    assert [len(json.loads(line)) for line in batch.stdout.splitlines()] == [7, 2]


@pytest.fixture
def start(terminal: Any, tmp_path: Path) -> Iterator[Start]:
    """Start `python -m bots.cli serve` and wait until it is ready; its standard error goes to `log`."""
    started: list[subprocess.Popen[bytes]] = []

    def run(**variables: str) -> tuple[subprocess.Popen[bytes], int]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("CHECKPOST_", "SLACK_", "TEAMS_"))
        }
        root = str(Path(__file__).parents[3])
        environ = kept | terminal.environ | {"PORT": str(port), "HOST": "127.0.0.1", "PYTHONPATH": root} | variables
        with (tmp_path / "log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "bots.cli", "serve"], env=environ, cwd=tmp_path, stdout=log, stderr=log
            )
        started.append(server)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    return server, port
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    yield run
    for server in started:
        if server.poll() is None:
            server.kill()
            server.wait()


def send(port: int, payload: dict[str, str], *headers: str, sent: int | None = None) -> tuple[socket.socket, bytes]:
    """Send a request to /v1/check, or the first `sent` bytes of its body; return the connection and the rest."""
    body = json.dumps(payload).encode()
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    named = [f"Authorization: Bearer {TOKEN}", f"Content-Length: {len(body)}", *headers]
    head = "\r\n".join(["POST /v1/check HTTP/1.1", "Host: h", *named, "", ""])
    connection.sendall(head.encode() + body[:sent])
    return connection, body[sent:] if sent is not None else b""


def receive(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON that come back."""
    with connection:
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, json.loads(response.read())


def until(holds: Callable[[], object]) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def taken_in(port: int) -> float:
    """Return how many drafts the server has begun with, by its own count."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        lines = response.read().decode().splitlines()
    counted = ("checkpost_queue_depth ", "checkpost_checks_total{")
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(counted))


def test_sigterm_lets_what_is_in_flight_finish_and_ends_with_zero(start: Start, tmp_path: Path) -> None:
    server, port = start(CHECKPOST_API_TOKEN=TOKEN, LOG_LEVEL="DEBUG")
    long = "The tern and the skua 12345 saw no fog, and bilgewater. " * 200
    connections = [send(port, {"id": str(number), "text": long})[0] for number in range(12)]
    until(lambda: taken_in(port) >= 12)

    server.send_signal(signal.SIGTERM)
    answers = [receive(connection) for connection in connections]

    assert [(status, answer["id"], answer["outcome"]) for status, answer in answers] == [
        (200, str(number), "block") for number in range(12)
    ]
    assert server.wait(timeout=PATIENCE) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
    assert events[:3] == ["door.closed", "door.closed", "door.open"]
    assert events[-1] == "serve.stopping"


def test_a_body_on_its_way_at_sigterm_is_still_answered(start: Start, tmp_path: Path) -> None:
    server, port = start(CHECKPOST_API_TOKEN=TOKEN)
    late = {"id": "late", "text": "They pump bilgewater."}
    connection, rest = send(port, late, "Expect: 100-continue", sent=12)
    assert connection.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n", "its head was read"

    server.send_signal(signal.SIGTERM)
    until(lambda: "serve.stopping" in (tmp_path / "log").read_text())
    connection.sendall(rest)
    status, answer = receive(connection)

    assert (status, answer.get("outcome")) == (200, "block")
    assert server.wait(timeout=PATIENCE) == 0


def test_in_development_the_address_to_open_is_told(start: Start, tmp_path: Path) -> None:
    server, port = start(CHECKPOST_ENV="dev")
    server.send_signal(signal.SIGINT)

    assert server.wait(timeout=PATIENCE) == 0
    assert f"http://127.0.0.1:{port}" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CHECKPOST_ENV": "production"}, "no door is open"),
        ({"CHECKPOST_ENV": "production", "CHECKPOST_API_TOKEN": TOKEN}, "CHECKPOST_ENCRYPTION_KEY is not set"),
        ({"CHECKPOST_ENV": "dev", "HOST": "0.0.0.0"}, "HOST"),  # noqa: S104
        ({"CHECKPOST_ENV": "production", "TEAMS_ALLOW_ANONYMOUS": "1"}, "TEAMS_ALLOW_ANONYMOUS"),
        ({"SLACK_BOT_TOKEN": "xoxb-half"}, "SLACK_SIGNING_SECRET"),
        ({"CHECKPOST_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "run `checkpost db init`"),
        ({"CHECKPOST_POLICY_DIR": "/nowhere"}, "/nowhere"),
    ],
)
def test_a_server_that_should_not_run_says_why(terminal: Any, variables: dict[str, str], said: str) -> None:
    result = terminal("serve", **variables)

    assert result.exit_code == 1
    assert said in result.stderr


def test_a_port_of_the_option_beats_the_variable(terminal: Any) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        number = busy.getsockname()[1]

        result = terminal("serve", "--port", str(number), PORT="1")

    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{number} (Address already in use): choose another PORT" in result.stderr
