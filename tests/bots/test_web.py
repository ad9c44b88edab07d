"""The HTTP door: every route, and every way to knock on it wrongly."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner

import bots.gate
import bots.listener
import bots.web
from bots.bootstrap import build_services
from bots.cli import main
from core.errors import SettingsError
from core.settings import load_settings
from tests.databases import new_database
from tests.patience import SHARED

HARBOUR = str(Path(__file__).parent / "cli" / "harbour")
TOKEN = "anchor-chain-9"
UNIQUE = "Quorvellan"
OPERATIONS = ("/healthz", "/readyz", "/metrics")
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
FULL = 512 * 1024


@pytest.fixture(autouse=True)
def _no_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not go on serving after a stop, except where a test is about that."""
    monkeypatch.setattr(bots.web, "NOTICE_SECONDS", 0)


@pytest.fixture
async def door(serve: Any) -> AsyncIterator[Any]:
    """A server with its API open, and a function that asks it: `await door("POST", "/v1/check", ...)`."""
    running = await serve(CHECKPOST_API_TOKEN=TOKEN, CHECKPOST_POLICY_DIR=HARBOUR, CHECKPOST_ENV="dev")
    async with aiohttp.ClientSession() as session:

        async def ask(method: str, path: str, **options: Any) -> tuple[int, Any, Any]:
            async with session.request(method, running.url + path, **{"headers": HEADERS, **options}) as response:
                body = await response.read()
                kind = response.content_type
                return response.status, response.headers, json.loads(body) if kind == "application/json" else body

        ask.running = running  # type: ignore[attr-defined]
        yield ask


async def knock(url: str, data: bytes, seconds: float = 5) -> bytes:
    """Send bytes as they are and return what comes back until the end, or until nothing comes."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    out = b""
    try:
        await writer.drain()
        async with asyncio.timeout(seconds):
            while part := await reader.read(65_536):
                out += part
                head, end, body = out.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                if end and length and len(body) >= int(length[1]):
                    break
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return out


def request(body: bytes, *lines: str) -> bytes:
    """Return a raw request to /v1/check."""
    head = ["POST /v1/check HTTP/1.1", "Host: harbour", f"Authorization: Bearer {TOKEN}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


# --- operations


async def test_healthz_readyz_and_metrics_answer(door: Any) -> None:
    assert (await door("GET", "/healthz"))[::2] == (200, {"status": "alive"})
    assert (await door("GET", "/readyz"))[::2] == (200, {"status": "ready", "terms_version": 0})
    status, headers, body = await door("GET", "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    assert b"# TYPE checkpost_checks_total counter" in body


async def test_operations_need_no_token_and_give_no_secret(door: Any) -> None:
    for path in OPERATIONS:
        status, _, body = await door("GET", path, headers={})
        assert status == 200
        assert TOKEN not in str(body)


async def test_checks_and_refusals_are_counted(door: Any) -> None:
    async def count(name: str) -> float:
        _, _, body = await door("GET", "/metrics")
        found = re.search(rf"^{re.escape(name)} (\S+)$", body.decode(), re.M)
        return float(found[1]) if found else 0

    checked = 'checkpost_checks_total{outcome="block",platform="api"}'
    refused = 'checkpost_requests_rejected_total{platform="api",reason="token"}'
    before = await count(checked), await count(refused)
    await door("POST", "/v1/check", json={"text": "Bilgewater."})
    await door("POST", "/v1/check", json={"text": "Bilgewater."}, headers={})

    assert (await count(checked), await count(refused)) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(
    "ruin",
    [
        lambda path: closing_execute(path, "DROP TABLE meta"),
        lambda path: path.unlink(),
        lambda path: path.rename(path.with_name("elsewhere.db")),
        lambda path: (path.unlink(), path.write_bytes(b"")),
    ],
    ids=["broken", "removed", "moved", "replaced"],
)
async def test_without_its_database_it_is_alive_and_not_ready_and_checks_nothing(
    door: Any, tmp_path: Path, ruin: Any
) -> None:
    ruin(tmp_path / "checkpost.db")

    assert (await door("GET", "/healthz"))[0] == 200
    assert (await door("GET", "/readyz"))[::2] == (503, {"status": "not ready", "missing": ["database"]})
    status, _, verdict = await door("POST", "/v1/check", json={"text": "Fog."})
    assert status == 200
    assert verdict["outcome"] == "unchecked"
    assert verdict["incomplete"]


def closing_execute(path: Path, statement: str) -> None:
    """Run one statement on a SQLite file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


# --- the page


@pytest.mark.parametrize("env", ["dev", "test", "production"])
async def test_the_page_is_for_development_only(serve: Any, env: str) -> None:
    key = "k1:" + "A" * 43 + "="
    running = await serve(CHECKPOST_ENV=env, CHECKPOST_POLICY_DIR=HARBOUR, CHECKPOST_ENCRYPTION_KEY=key)
    wanted = 200 if env == "dev" else 404

    async with aiohttp.ClientSession() as session:
        for path in ("/", "/page/page.js", "/page/page.css", "/page/icon.svg"):
            async with session.get(running.url + path) as response:
                assert response.status == wanted, path
        async with session.post(running.url + "/try", json={"text": "Fog."}) as response:
            assert response.status == wanted


async def test_the_page_may_load_nothing_from_elsewhere_and_run_nothing_inline(door: Any) -> None:
    _, headers, body = await door("GET", "/")
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "connect-src", "form-action"):
        assert policy[name] == "'self'"
    assert not re.search(r"unsafe|https?:|\*|data:", headers["Content-Security-Policy"])

    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(body.decode())
    assert [tag for tag, _ in tags].count("textarea") == 1
    for tag, attributes in tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
        for name in ("src", "href"):
            assert re.fullmatch(r"(/page/[\w.-]+|#[\w-]*)?", attributes.get(name) or ""), attributes
    for path in re.findall(rb'(?:src|href)="(/page/[^"]+)"', body):
        assert (await door("GET", path.decode()))[0] == 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [("page.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml")],
)
async def test_page_files_say_what_they_are(door: Any, name: str, kind: str) -> None:
    status, headers, body = await door("GET", f"/page/{name}")

    assert status == 200
    assert headers["Content-Type"].split(";")[0] == kind
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert body


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "nothing.js",
        "..%2fweb.py",
        "%2e%2e/web.py",
        "....//web.py",
        "page.js%00",
        "PAGE.JS",
        "",
        "page.js/",
    ],
)
async def test_no_other_file_is_handed_out(door: Any, path: str) -> None:
    answer = await knock(door.running.url, f"GET /page/{path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.0 400", b"HTTP/1.1 400"))
    assert b"aiohttp import" not in answer


async def test_the_page_gets_verdict_words_and_marks(door: Any) -> None:
    draft = "😀 Odalys Fenwright saw the springtide, a gull and bilgewater. The springtide!"

    status, _, found = await door("POST", "/try", json={"text": draft, "timezone": None}, headers={})

    assert status == 200
    assert sorted(found) == ["answer", "marked", "verdict"]
    assert found["verdict"]["outcome"] == "block"
    assert "personal-data/person-name" in [finding["rule"] for finding in found["verdict"]["findings"]]
    items = found["answer"]["items"]
    assert [(item["asks"], item["action"], item["title"], item["count"]) for item in items] == [
        ("Please leave out", "block", "Bilgewater", 1),
        ("Please change", "revise", "A tide without a table", 2),
        ("For your information", "note", "A gull", 1),
    ]
    assert items[1]["suggest"] == ["high water"]
    assert "".join(piece for piece, _ in found["marked"]) == draft
    assert [piece for piece, is_marked in found["marked"] if is_marked] == [
        "springtide",
        "gull",
        "bilgewater",
        "springtide",
    ]
    assert "Odalys" not in json.dumps(found["answer"])


# --- /v1/check


async def test_a_program_gets_the_verdict_that_the_command_line_gives(door: Any, environ: dict[str, str]) -> None:
    environ = environ | {"CHECKPOST_POLICY_DIR": HARBOUR}
    payload = {"text": "😀 Odalys Fenwright: the springtide brings bilgewater.", "account": "brand", "network": "x"}
    words = ["check", payload["text"], "--json", "--account", "brand", "--network", "x"]

    status, headers, by_http = await door("POST", "/v1/check", json={**payload, "id": "7"})
    result = await asyncio.to_thread(CliRunner().invoke, main, words, env=environ)

    by_command = json.loads(result.stdout)
    assert (status, result.exit_code, by_http["id"]) == (200, 3, "7")
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert list(by_http) == list(by_command)
    assert {**by_http, "id": ""} == {**by_command, "id": ""}


async def test_without_a_token_set_there_is_no_such_address(serve: Any) -> None:
    running = await serve(CHECKPOST_POLICY_DIR=HARBOUR)

    async with aiohttp.ClientSession() as session:
        for method in ("GET", "POST"):
            for headers in ({}, HEADERS, {"Authorization": "Bearer "}):
                async with session.request(method, running.url + "/v1/check", headers=headers) as response:
                    assert response.status == 404


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"BEARER   {TOKEN}", 200),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (TOKEN, 401),
        (f"Basic {TOKEN}", 401),
        (f"Token {TOKEN}", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Bearer {TOKEN.upper()}", 401),
        (f"Bearer {TOKEN} {TOKEN}", 401),
        (f'Bearer "{TOKEN}"', 401),
        ("Bearer \xe4\xff", 401),
        ("Bearer " + "x" * 7_000, 401),
    ],
)
async def test_only_the_token_opens_the_door(door: Any, header: str | None, status: int) -> None:
    body = b'{"text": "Fog."}'
    lines = [f"Authorization: {header}".encode("latin-1")] if header is not None else []
    head = b"\r\n".join([b"POST /v1/check HTTP/1.1", b"Host: h", *lines, b"Content-Length: %d" % len(body)])

    answer = await knock(door.running.url, head + b"\r\n\r\n" + body)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    if status == 401:
        assert b"WWW-Authenticate: Bearer" in answer
        assert b"CHECKPOST_API_TOKEN" in answer
        assert TOKEN.encode() not in answer


async def test_a_stranger_is_refused_before_the_body_is_read(door: Any) -> None:
    head = b"POST /v1/check HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n"

    assert (await knock(door.running.url, head, seconds=2)).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"Fog.", "not JSON"),
        (b'{"text": NaN}', "not JSON"),
        (b'{"text": "Fog."}x', "not JSON"),
        (b"null", "not a JSON object"),
        (b'["Fog."]', "not a JSON object"),
        (b'{"text": "F\xf6g."}', "not UTF-8"),
        (b"[" * 100_000, "64 levels"),
        (b'{"text": ' + b"[" * 65 + b"]" * 65 + b"}", "64 levels"),
        (b"{}", "text"),
        (b'{"text": ""}', "the draft is empty"),
        (b'{"text": "  "}', "the draft is empty"),
        (b'{"text": ["Quorvellan"]}', "text"),
        (b'{"text": "Fog.", "network": "Quorvellan"}', "linkedin"),
        (b'{"text": "Fog.", "account": "Quorvellan"}', "personal brand"),
        (b'{"text": "Fog.", "timezone": "Quorvellan"}', "AREA/CITY"),
        (b'{"text": "Fog.", "timezone": {"Quorvellan": 1}}', "AREA/CITY"),
        (b'{"text": "Fog.", "at": "Quorvellan"}', "at:"),
        (b'{"text": "Fog.", "at": 1e999}', "at:"),
        (b'{"text": "Fog.", "id": {"Quorvellan": 1}}', "id"),
        (b'{"text": "Fog.", "id": ' + b"9" * 5_000 + b"}", "not JSON"),
    ],
)
async def test_a_bad_body_is_400_with_a_reason_that_quotes_nothing(door: Any, body: bytes, said: str) -> None:
    for path in ("/v1/check", "/try"):
        status, headers, found = await door("POST", path, data=body)

        assert status == 400
        assert list(found) == ["error"]
        assert said in found["error"]
        assert UNIQUE not in found["error"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\\ud800 \\u0000 \\ud83d\\ude00"}',
        b'{"text": "Fog.", "id": "\\u0000"}',
        b'{"text": "Fog.", "id": -1}',
        b'{"text": "Fog.", "text": "More fog."}',
        b'{"text": "Fog.", "__proto__": {"a": 1}, "constructor": null}',
        '{"text": "\u202e\u200b\u2066 ﷺ ａｂｃ"}'.encode(),
        json.dumps({"text": "a\u0301\u0302" * 10_000}).encode(),
        json.dumps({"text": "\U0001f600" * 40_000}).encode(),
        json.dumps({"text": "@" * 40_000}).encode(),
        json.dumps({"text": "x" * 100_000}).encode(),
        json.dumps({"text": "Fog.", "at": "9999-12-31T23:59:59-12:00", "timezone": "Pacific/Kiritimati"}).encode(),
        json.dumps({"text": "Fog.", "at": "0001-01-01", "timezone": "Pacific/Midway"}).encode(),
        json.dumps({"text": "Fog.", "timezone": "../../etc/passwd"}).encode(),
        b'{"text": "Fog.", "id": "\\ud800"}',
    ],
)
async def test_no_body_makes_the_server_fail(door: Any, body: bytes) -> None:
    status, _, found = await door("POST", "/v1/check", data=body)

    assert status in (200, 400)
    assert ("outcome" if status == 200 else "error") in found


@pytest.mark.parametrize(
    "sent",
    [
        request(b'{"text": "Fog."}', "Content-Encoding: gzip", "Content-Length: 16"),
        request(b'{"text": "Fog."}', "Content-Encoding: deflate", "Content-Length: 16"),
        request(b'{"text": "Fog."}', "Content-Encoding: br", "Content-Length: 16"),
        request(b"\x1f\x8b\x08", "Content-Encoding: gzip", "Content-Length: 3"),
        request(b"ZZ\r\nfog\r\n", "Transfer-Encoding: chunked"),
        request(b"5\r\nfog and more\r\n", "Transfer-Encoding: chunked"),
        request(b"", "Content-Length: -5"),
        request(b"", "Content-Length: 5", "Content-Length: 6"),
        request(b"", "Bad Header Quorvellan"),
        request(b"", "X-Long: " + "x" * 20_000),
        b"QUORVELLAN\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n",
    ],
)
async def test_no_broken_request_makes_the_server_fail(
    door: Any, sent: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await knock(door.running.url, sent)

    assert re.match(rb"HTTP/1\.[01] 4\d\d ", answer), answer[:80]
    assert (await door("GET", "/healthz"))[0] == 200


async def test_a_compressed_body_is_read_and_a_bomb_is_not(door: Any) -> None:
    small = gzip.compress(b'{"text": "Bilgewater."}')
    bomb = gzip.compress(b'{"text": "' + b"x" * 50_000_000 + b'"}')

    for body, status in ((small, b"200"), (bomb, b"413")):
        sent = request(body, "Content-Encoding: gzip", f"Content-Length: {len(body)}")
        assert (await knock(door.running.url, sent)).startswith(b"HTTP/1.1 " + status)


def padded(size: int) -> bytes:
    """Return a JSON body of exactly `size` bytes."""
    body = b'{"text": "Fog.", "padding": ""}'
    return body[:-2] + b"x" * (size - len(body)) + body[-2:]


@pytest.mark.parametrize(("size", "status"), [(FULL, b"200"), (FULL + 1, b"413"), (4 * FULL, b"413")])
async def test_a_body_has_512_kib_at_most(door: Any, size: int, status: bytes) -> None:
    body = padded(size)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[: size // 2], body[size // 2 :]))

    plain = await knock(door.running.url, request(body, f"Content-Length: {size}"))
    chunked = await knock(door.running.url, request(chunks + b"0\r\n\r\n", "Transfer-Encoding: chunked"))

    assert len(body) == size
    assert plain.startswith(b"HTTP/1.1 " + status)
    assert chunked.startswith(b"HTTP/1.1 " + status)
    if status == b"413":
        assert b"512 KiB" in plain
        assert b"512 KiB" in chunked


async def test_a_declared_size_over_the_limit_is_refused_unread(door: Any) -> None:
    assert (await knock(door.running.url, request(b"", "Content-Length: 9000000"), 2)).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/check", "POST"),
        ("PUT", "/v1/check", "POST"),
        ("OPTIONS", "/v1/check", "POST"),
        ("DELETE", "/try", "POST"),
        ("POST", "/healthz", "GET"),
        ("POST", "/", "GET"),
        ("PATCH", "/metrics", "GET"),
    ],
)
async def test_another_method_is_405_and_names_the_right_one(door: Any, method: str, path: str, allowed: str) -> None:
    status, headers, found = await door(method, path)

    assert status == 405
    assert allowed in headers["Allow"]
    assert found == {"error": "this address takes another method"}


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1/", "/v1/check/", "/slack/events", "/api/messages", "//", "/.git/config"]
)
async def test_other_addresses_are_404_in_json(door: Any, path: str) -> None:
    status, _, found = await door("POST", path, data=b"x")

    assert (status, found) == (404, {"error": "there is nothing at this address"})


async def test_every_answer_says_not_to_sniff_cache_or_refer(door: Any) -> None:
    answers = [
        await door("GET", "/healthz"),
        await door("GET", "/nothing"),
        await door("GET", "/"),
        await door("POST", "/v1/check", json={"text": "Fog."}),
        await door("POST", "/v1/check", data=b"x"),
        await door("POST", "/v1/check", headers={}),
        await door("PUT", "/try"),
    ]

    for _, headers, _ in answers:
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


async def test_a_fault_of_ours_is_500_and_tells_nothing(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Any, draft: Any) -> Any:
        raise RuntimeError(draft.text)

    monkeypatch.setattr(type(door.running.services.checker), "check", broken)

    status, _, found = await door("POST", "/v1/check", json={"text": UNIQUE})

    assert (status, found) == (500, {"error": "this could not be answered; try again"})


async def test_fifty_drafts_at_once_are_all_answered(door: Any) -> None:
    drafts = [("Fog.", "The springtide.", "Bilgewater.")[number % 3] for number in range(50)]

    answers = await asyncio.gather(*(door("POST", "/v1/check", json={"text": draft}) for draft in drafts))

    assert [answer[2]["outcome"] for answer in answers] == (["ok", "revise", "block"] * 17)[:50]


async def test_a_long_word_does_not_stop_the_server(door: Any) -> None:
    checking = asyncio.create_task(door("POST", "/v1/check", json={"text": "x" * 40_000}))
    await asyncio.sleep(0.1)

    async with asyncio.timeout(SHARED):
        status, _, _ = await door("GET", "/healthz")

    assert status == 200
    assert (await checking)[2]["outcome"] == "ok"


# --- serving


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(environ: dict[str, str], stop: asyncio.Event | None = None) -> AsyncIterator[asyncio.Task[None]]:
    """Serve with real ports as `checkpost serve` does, until `stop` is set or the block ends."""
    settings = load_settings(environ | {"CHECKPOST_POLICY_DIR": HARBOUR})
    await new_database(settings)
    services = await build_services(settings)
    stop = stop or asyncio.Event()
    task = asyncio.create_task(bots.web.serve(services, stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait([task])
        await services.close()


async def status_of(port: int, path: str) -> int | None:
    """Return the status of a GET, None where nobody listens; wait for a server that is starting."""
    async with aiohttp.ClientSession() as session:
        for _ in range(1_500):
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                    return response.status
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
    return None


async def test_the_ops_port_takes_the_three_routes_away(environ: dict[str, str]) -> None:
    port, ops = free_port(), free_port()
    ports = {"PORT": str(port), "CHECKPOST_OPS_PORT": str(ops), "CHECKPOST_ENV": "dev", "CHECKPOST_API_TOKEN": TOKEN}

    async with served(environ | ports):
        assert [await status_of(ops, path) for path in OPERATIONS] == [200, 200, 200]
        assert [await status_of(port, path) for path in OPERATIONS] == [404, 404, 404]
        assert [await status_of(port, path) for path in ("/", "/v1/check")] == [200, 405]
        assert [await status_of(ops, path) for path in ("/", "/v1/check")] == [404, 404]


async def test_without_an_ops_port_one_port_has_them_all(environ: dict[str, str]) -> None:
    port = free_port()

    async with served(environ | {"PORT": str(port), "CHECKPOST_ENV": "dev"}):
        assert [await status_of(port, path) for path in (*OPERATIONS, "/")] == [200] * 4


async def test_a_server_that_is_stopping_says_so_and_goes_on_for_a_while(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots.web, "NOTICE_SECONDS", 2)
    port, ops, stop = free_port(), free_port(), asyncio.Event()
    ports = {"PORT": str(port), "CHECKPOST_OPS_PORT": str(ops), "CHECKPOST_API_TOKEN": TOKEN}
    async with served(environ | ports, stop) as task:
        before = await status_of(ops, "/readyz")
        stop.set()
        await asyncio.sleep(0)
        during = [await status_of(ops, "/readyz"), await status_of(ops, "/healthz"), await status_of(port, "/v1/check")]
        await task

    assert before == 200
    assert during == [503, 200, 405]


@pytest.mark.parametrize("taken", ["PORT", "CHECKPOST_OPS_PORT"])
async def test_a_port_in_use_is_named_with_its_variable(environ: dict[str, str], taken: str) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        number = str(busy.getsockname()[1])
        ports = {"PORT": str(free_port()), "CHECKPOST_OPS_PORT": str(free_port()), taken: number}
        async with served(environ | ports) as task:
            with pytest.raises(SettingsError, match=f"127.0.0.1:{number} .*choose another {taken}$"):
                await task


async def test_a_body_that_does_not_arrive_is_408_and_the_connection_closes(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots.gate, "BODY_SECONDS", 0.2)
    port = free_port()
    async with served(environ | {"PORT": str(port), "CHECKPOST_API_TOKEN": TOKEN}):
        assert await status_of(port, "/healthz") == 200
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(b'{"text": ', "Content-Length: 400"))
        try:
            async with asyncio.timeout(60):
                answer = await reader.read()
        finally:
            writer.close()

    assert answer.startswith(b"HTTP/1.1 408")
    assert b"Connection: close" in answer
    assert b"did not arrive in time" in answer


async def test_nobody_is_hung_up_on_whose_head_came_while_the_server_stood_still(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots.listener, "HEAD_SECONDS", 1)
    port = free_port()
    async with served(environ | {"PORT": str(port)}):
        assert await status_of(port, "/healthz") == 200
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        time.sleep(1.2)  # noqa: ASYNC251 (nothing in this process goes on)
        async with asyncio.timeout(60):
            answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200")


async def test_half_a_head_does_not_hold_a_connection_for_ever(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bots.listener.HEAD_SECONDS <= 5
    monkeypatch.setattr(bots.listener, "HEAD_SECONDS", 0.5)
    port = free_port()
    async with served(environ | {"PORT": str(port)}):
        assert await status_of(port, "/healthz") == 200
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-Slow: ")

        try:
            async with asyncio.timeout(60):
                assert await reader.read() == b""
        finally:
            writer.close()
