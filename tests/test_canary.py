"""The canary: one word that exists nowhere else goes through every door, and must be found nowhere afterwards.

First the search itself is tried: the word is planted once in each place that is searched.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner, Result
from prometheus_client import CollectorRegistry, Counter, generate_latest

from bots.cli import main
from core.audit import Audit
from core.recognizers.terms import TermsRecognizer
from core.telemetry import set_up_logging
from core.terms.term import Term

CANARY = "Quorvellan7Zephthorne"
TOKEN = "anchor-chain-9"
HARBOUR = str(Path(__file__).parent / "bots" / "cli" / "harbour")
DRAFTS = [
    f"{CANARY} and bilgewater, in the springtide.",
    f"Fog over {CANARY}. A gull.",
    f"Write to {CANARY}@wharf.example or call +44 7700 900123, {CANARY}.",
    f"{CANARY} " * 2_500,
    f"\U0001f600\u202e{CANARY}\x00\x1b[31m{CANARY}",
    f"Esta mañana caminamos por el puerto viejo y hablamos durante horas con {CANARY} y los pescadores que vuelven",
    f"sk-live-{CANARY}-{'0a1B' * 8}",
]


def found(folder: Path, **texts: bytes | str) -> list[str]:
    """Return the files under `folder` and the names of the texts that hold the canary, in any case or encoding."""
    forms = [CANARY.lower().encode(form) for form in ("utf-8", "utf-16-le", "utf-16-be")]
    places = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    places |= {name: text.encode() if isinstance(text, str) else text for name, text in texts.items()}
    return sorted(name for name, content in places.items() if any(form in content.lower() for form in forms))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that is searched: the database, its companions, and every temporary file of this process."""
    inside = tmp_path / "tmp"
    inside.mkdir()
    monkeypatch.setenv("TMPDIR", str(inside))
    monkeypatch.setattr(tempfile, "tempdir", str(inside))
    yield tmp_path
    logging.getLogger().handlers[:] = []


@pytest.fixture
def command(environ: dict[str, str]) -> Any:
    """Run one command at DEBUG and return its result."""
    variables = environ | {"CHECKPOST_POLICY_DIR": HARBOUR, "LOG_LEVEL": "DEBUG", "COLUMNS": "200"}

    def run(*words: str, given: bytes | str = b"", **more: str) -> Result:
        return CliRunner().invoke(main, words, input=given, env=variables | more)

    return run


# --- the search finds what is there


@pytest.mark.parametrize(
    "place", ["checkpost.db", "checkpost.db-wal", "checkpost.db-shm", "checkpost.db.key", "tmp/cache/piece.bin"]
)
def test_the_search_finds_a_canary_in_each_file(folder: Path, place: str) -> None:
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_bytes(b"\x00\xff" * 5_000 + CANARY.upper().encode() + b"\x00")

    assert found(folder, stdout="", stderr="") == [place]


def test_the_search_finds_a_canary_in_a_table_before_and_after_the_log_is_merged(folder: Path) -> None:
    connection = sqlite3.connect(folder / "checkpost.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE kept (words TEXT)")
    connection.execute("INSERT INTO kept VALUES (?)", (f"a draft of {CANARY}",))
    connection.commit()
    before = found(folder)
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    after = found(folder)
    connection.close()

    assert before == ["checkpost.db-wal"]
    assert "checkpost.db" in after


def test_the_search_finds_a_canary_in_what_is_printed_and_counted(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    registry = CollectorRegistry()
    Counter("planted", "Planted.", ["words"], registry=registry).labels(words=CANARY).inc()
    os.write(1, CANARY.encode())
    os.write(2, json.dumps({"event": CANARY}).encode())
    stdout, stderr = capfd.readouterr()

    assert found(folder, stdout=stdout, stderr=stderr, metrics=generate_latest(registry)) == [
        "metrics",
        "stderr",
        "stdout",
    ]
    assert found(folder, stdout="Quorvellan7 Zephthorne", stderr="", metrics=b"") == []


# --- the command line


def test_the_command_line_leaves_no_trace(folder: Path, command: Any, capfd: pytest.CaptureFixture[str]) -> None:
    errors = [command("db", "init").stderr]
    for draft in DRAFTS:
        errors.append(command("check", given=draft).stderr)
        errors.append(command("check", "--json", given=draft).stderr)
    table = [
        ("terms", "add", CANARY, "--note", f"note {CANARY}", "--alias", f"{CANARY} Ltd", "--kind", "client"),
        ("terms", "list"),
        ("terms", "export"),
        ("check", f"Rope for {CANARY}."),
        ("terms", "remove", f"{CANARY}"),
        ("terms", "add", f"{CANARY}", "--secrecy", "secret"),
        ("check", f"Rope for {CANARY}."),
        ("terms", "list", "--json"),
        ("audit", "verify"),
        ("doctor",),
        ("policy", "list"),
    ]
    for words in table:
        result = command(*words)
        assert result.exit_code in (0, 3), result.stderr
        errors.append(result.stderr)
    shown = command("check", f"Fog. We whisper of {CANARY}. Fog.", "--json").stdout

    assert found(folder, logs="\n".join(errors), streams="".join(capfd.readouterr())) == []
    assert CANARY not in shown, "a secret term is never echoed"


def test_what_the_command_line_refuses_is_not_repeated(
    folder: Path, command: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    command("db", "init")
    rows = folder.parent / f"{folder.name}-rows.csv"
    rows.write_text(f"term,kind,aliases,note\n{CANARY},boat,{CANARY},{CANARY}\n{CANARY},{CANARY},,\n")
    lines = [
        f"{CANARY} is not JSON",
        f'["{CANARY}"]',
        f'{{"text": "{CANARY}", "network": "{CANARY}"}}',
        f'{{"text": "{CANARY}", "account": ["{CANARY}"]}}',
        f'{{"text": "{CANARY}", "timezone": {{"{CANARY}": "{CANARY}"}}}}',
        f'{{"text": "{CANARY}", "at": "{CANARY}"}}',
        f'{{"text": ["{CANARY}"], "{CANARY}": 1}}',
        f'{{"text": {{"{CANARY}": 1}}}}',
        f'{{"text": "{CANARY}", "text": ""}}',
        f'{{"text": "Fog.", "id": 1.5, "note": "{CANARY}"}}',
    ]
    given = ("\n".join(lines)).encode() + b'\n{"text": "' + CANARY.encode() + b'\xff"}\n'

    batch = command("check", "--jsonl", given=given)
    results = [
        batch,
        command("check", given=CANARY.encode() + b"\xff"),
        command("terms", "import", str(rows)),
        command("terms", "remove", CANARY),
        command("terms", "add", CANARY, "--kind", "boat"),
        command("check", "Fog.", CHECKPOST_ENCRYPTION_KEY=f"k1:{CANARY}"),
        command("check", "Fog.", CHECKPOST_DATABASE_URL=f"mysql://ann:{CANARY}@host/db"),
        command("check", "Fog.", CHECKPOST_API_TOKEN=CANARY, SLACK_SIGNING_SECRET=CANARY),
        command("doctor", CHECKPOST_API_TOKEN=CANARY),
    ]

    assert [list(json.loads(line)) for line in batch.stdout.splitlines()] == [["id", "error"]] * (len(lines) + 1)
    printed = "\n".join(result.stdout + result.stderr for result in results)
    assert found(folder, printed=printed, streams="".join(capfd.readouterr())) == []


# --- HTTP


async def test_http_leaves_no_trace(folder: Path, serve: Any, command: Any, capfd: pytest.CaptureFixture[str]) -> None:
    await asyncio.to_thread(command, "db", "init")
    for name in (CANARY, f"{CANARY}secret"):
        secrecy = "secret" if name.endswith("secret") else "open"
        words = ("terms", "add", name, "--note", CANARY, "--kind", "deal", "--secrecy", secrecy)
        assert (await asyncio.to_thread(command, *words)).exit_code == 0
    set_up_logging("DEBUG")
    running = await serve(CHECKPOST_API_TOKEN=TOKEN, CHECKPOST_POLICY_DIR=HARBOUR, CHECKPOST_ENV="dev")
    allowed = {"Authorization": f"Bearer {TOKEN}"}
    refused: list[str] = []
    async with aiohttp.ClientSession() as session:
        for path in ("/v1/check", "/try"):
            for draft in DRAFTS:
                async with session.post(running.url + path, json={"text": draft}, headers=allowed) as response:
                    assert response.status == 200
        requests: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/v1/check", {"headers": {"Authorization": f"Bearer {CANARY}"}, "json": {"text": CANARY}}),
            ("POST", "/v1/check", {"headers": {"Authorization": f"Basic {CANARY}"}}),
            ("POST", "/v1/check", {"headers": {**allowed, "X-Note": CANARY, "Cookie": f"a={CANARY}"}, "data": CANARY}),
            ("POST", "/v1/check", {"headers": allowed, "data": f'{{"text": {CANARY}}}'}),
            ("POST", "/v1/check", {"headers": allowed, "data": f'["{CANARY}"]'}),
            ("POST", "/v1/check", {"headers": allowed, "data": CANARY.encode() + b"\xff"}),
            ("POST", "/v1/check", {"headers": allowed, "json": {"text": CANARY, "network": CANARY}}),
            ("POST", "/v1/check", {"headers": allowed, "json": {"text": CANARY, "timezone": {CANARY: 1}}}),
            ("POST", "/v1/check", {"headers": allowed, "json": {"text": CANARY, "at": CANARY}}),
            ("POST", "/v1/check", {"headers": allowed, "json": {"text": [CANARY], CANARY: CANARY}}),
            ("POST", "/v1/check", {"headers": allowed, "data": CANARY * 40_000}),
            ("POST", f"/try?q={CANARY}", {"data": CANARY}),
            ("GET", f"/{CANARY}", {}),
            ("GET", f"/page/{CANARY}", {}),
            ("DELETE", f"/v1/check?{CANARY}", {"headers": {"Referer": CANARY, "User-Agent": CANARY}}),
        ]
        for method, path, options in requests:
            async with session.request(method, running.url + path, **options) as response:
                assert 400 <= response.status < 500, (method, path)
                refused.append(await response.text() + str(response.headers))
        async with session.get(running.url + "/metrics") as response:
            metrics = await response.read()
    await malformed(running.url)

    assert (folder / "checkpost.db-wal").is_file(), "the log of the database is searched too"
    assert (folder / "checkpost.db-shm").is_file()
    streams = "".join(capfd.readouterr())
    assert "library.warned" in streams, "the log was on"
    assert found(folder, metrics=metrics, streams=streams, refused="\n".join(refused)) == []


async def malformed(url: str) -> None:
    """Send what the HTTP parser itself refuses, with the canary in it, and half a request."""
    host, port = url.removeprefix("http://").split(":")
    word = CANARY.encode()
    for sent in (
        word + b" / HTTP/9\r\n\r\n",
        b"GET /" + word + b" HTTP/1.1\r\nBad Header " + word + b"\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nHost: h\r\nContent-Length: " + word + b"\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + word + b"\r\n",
        b"POST /try HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 21\r\n\r\n" + word,
        b"POST /try HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n" + word,
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        try:
            async with asyncio.timeout(0.5):
                await reader.read(4_096)
        except TimeoutError:
            pass
        finally:
            writer.close()
    await asyncio.sleep(0.1)


# --- faults that carry the draft in what they raise


def break_recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any, text: str, *__: Any) -> Any:
        raise ValueError(f"cannot read {text!r} {CANARY}")

    monkeypatch.setattr(TermsRecognizer, "analyze", broken)


def break_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any, __: Any, draft: Any, *___: Any) -> Any:
        try:
            raise KeyError(draft.text)
        except KeyError as error:
            raise RuntimeError(draft.text) from error

    monkeypatch.setattr("core.checker.evaluate", broken)


def break_record(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Any, draft: Any, __: Any) -> None:
        raise OSError(28, draft.text, draft.text)

    monkeypatch.setattr(Audit, "record_check", broken)


def break_list(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Any) -> int:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("core.standing.current_version", broken)


def break_library(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = TermsRecognizer.analyze

    def chatty(self: Any, text: str, *rest: Any) -> Any:
        for name in ("presidio-analyzer", "aiohttp.server", "asyncio", "sqlalchemy.engine", "py3langid"):
            for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL):
                logging.getLogger(name).log(level, "reading %s", text, extra={"draft": text})
            try:
                raise ValueError(text)
            except ValueError:
                logging.getLogger(name).exception("failed on %s", text, stack_info=True)
        return plain(self, text, *rest)

    monkeypatch.setattr(TermsRecognizer, "analyze", chatty)


def break_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Any, draft: Any) -> Any:
        raise RuntimeError(draft.text)

    monkeypatch.setattr("core.checker.Checker.check", broken)


FAULTS = [
    (break_recognizer, 200, "terms"),
    (break_judgement, 200, "check"),
    (break_record, 200, "audit"),
    (break_list, 200, "terms"),
    (break_library, 200, None),
    (break_everything, 500, None),
]


@pytest.mark.parametrize(("fault", "status", "reason"), FAULTS)
async def test_a_fault_that_quotes_the_draft_leaves_no_trace(
    folder: Path,
    serve: Any,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    fault: Any,
    status: int,
    reason: str | None,
) -> None:
    set_up_logging("DEBUG")
    running = await serve(CHECKPOST_API_TOKEN=TOKEN, CHECKPOST_POLICY_DIR=HARBOUR)
    fault(monkeypatch)

    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        async with session.post(running.url + "/v1/check", json={"text": f"Fog over {CANARY}."}) as response:
            assert response.status == status
            answer = await response.json()
        async with session.get(running.url + "/metrics") as response:
            metrics = await response.read()

    assert answer.get("incomplete", []) == ([reason] if reason else [])
    assert answer.get("outcome") in ("unchecked" if reason else "ok", None)
    streams = "".join(capfd.readouterr())
    assert "error" in streams, "the fault itself is told"
    assert found(folder, metrics=metrics, streams=streams, answer=json.dumps(answer)) == []


@pytest.mark.parametrize("fault", [break_recognizer, break_judgement, break_record, break_list, break_library])
def test_a_fault_on_the_command_line_leaves_no_trace(
    folder: Path, command: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: Any
) -> None:
    command("db", "init")
    fault(monkeypatch)

    result = command("check", "--jsonl", given=json.dumps({"id": "a", "text": f"Fog over {CANARY}."}))

    assert result.exception is None or isinstance(result.exception, SystemExit | RuntimeError)
    assert found(folder, printed=result.stdout + result.stderr, streams="".join(capfd.readouterr())) == []


def test_nothing_that_is_built_shows_its_words_when_printed() -> None:
    assert CANARY not in repr(Term(CANARY, aliases=(CANARY,), note=CANARY))
