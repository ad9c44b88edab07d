"""A local Slack that records and misbehaves on request, a client that signs, and the limits of Block Kit."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.slack.route import mount
from core.finding import Action, Finding, Span
from core.settings import load_settings
from core.verdict import Outcome, Verdict

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-test-token"
TEAM = "T0001"
PEOPLE = {
    "UALICE": {"tz": "Europe/Berlin"},
    "UADMIN": {"tz": "Europe/Berlin"},
    "UOWNER": {"is_owner": True, "is_admin": True},
    "UGUEST": {"is_restricted": True},
    "UGONE": {"deleted": True},
    "UGROUPED": {},
}


@pytest.fixture
def violations():
    """Return the function that lists what Slack would refuse about a message."""
    return block_kit_violations


def block_kit_violations(message: dict) -> list[str]:
    """Name each limit of section 4 of the facts that a message breaks."""
    blocks = message.get("blocks") or []
    wrong = [] if message.get("text") else ["no top-level text"]
    wrong += ["text over 4,000"] if len(message.get("text") or "") > 4_000 else []
    wrong += ["more than 50 blocks"] if len(blocks) > 50 else []
    total = sum(len(element.get("text", "")) for element in texts(blocks))
    wrong += ["over 13,200 characters in all"] if total > 13_200 else []
    for block in blocks:
        wrong += check_block(block)
    return wrong


def check_block(block: dict) -> list[str]:
    """Name each limit that one block breaks."""
    limits = {"header": 150, "section": 3_000, "context": 2_000, "rich_text": 12_000, "actions": 75}
    wrong = [] if block["type"] in limits else [f"unknown block {block['type']}"]
    parts = [block["text"]] if "text" in block else block["elements"]
    wrong += ["empty block"] if not parts else []
    wrong += ["over 10 elements"] if block["type"] == "context" and len(parts) > 10 else []
    for element in texts(parts):
        length = len(element.get("text", "x"))
        wrong += [] if 0 < length <= limits.get(block["type"], 0) else [f"{block['type']} of {length}"]
    for part in parts if block["type"] == "rich_text" else []:
        wrong += [] if part["elements"] else ["empty rich text"]
    return wrong


def texts(value: object) -> list[dict]:
    """Return every text object and rich text element inside `value`."""
    if isinstance(value, list | tuple):
        return [found for part in value for found in texts(part)]
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("text"), str):
        return [value]
    return [found for part in value.values() for found in texts(part)]


@dataclass
class FakeSlack:
    """What Slack saw, and what it is told to do wrong next (`faults[method]`, first come first served)."""

    url: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)
    posts: list[dict] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    faults: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, dict] = field(default_factory=lambda: json.loads(json.dumps(PEOPLE)))
    delay: float = 0
    uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: itertools.count = field(default_factory=itertools.count)

    @property
    def said(self) -> list[dict]:
        """Return everything that became visible to somebody."""
        return self.answers + self.posts

    def words(self) -> str:
        """Return all visible words."""
        return "\n".join(element["text"] for message in self.said for element in texts(message["blocks"]))

    def response_url(self) -> str:
        """Return a fresh response_url, good for five uses."""
        return f"{self.url}response/{next(self.numbers)}"

    async def until(self, count: int = 1, seconds: float = 10) -> None:
        """Wait until `count` messages are visible."""
        async with asyncio.timeout(seconds):
            while len(self.said) < count:
                self.changed.clear()
                await self.changed.wait()

    async def until_whole(self, last_words: str, seconds: float = 50) -> None:
        """Wait until the newest message ends in these words, as the last of several does."""
        async with asyncio.timeout(seconds):
            while not self.said or last_words not in str(self.said[-1]["blocks"][-1]):
                self.changed.clear()
                await self.changed.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, after the fault that waits for it."""
        kind, _, name = request.path.strip("/").partition("/")
        label = "response_url" if kind == "response" else name
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.faults[label]:
            fault = self.faults[label].pop(0)
            if fault == "drop":
                request.transport.abort()
                return web.Response()
            if fault == "hang":
                await asyncio.sleep(1)
                return web.Response()
            if isinstance(fault, dict):
                return web.json_response(fault)
            status, headers = fault
            return web.Response(status=status, headers=headers, text="not now")
        if kind == "response":
            return await self.take_answer(request, name)
        arguments = dict(request.query)
        if request.can_read_body:
            is_json = request.content_type == "application/json"
            arguments |= await request.json() if is_json else dict(await request.post())
        self.calls.append((name, arguments))
        return web.json_response(self.reply(name, arguments, request))

    async def take_answer(self, request: web.Request, name: str) -> web.Response:
        """Take a message on a response_url, five times at most."""
        self.uses[name] += 1
        if self.uses[name] > 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        message = await request.json()
        self.broken += block_kit_violations(message)
        self.answers.append(message)
        self.changed.set()
        return web.Response(text="ok")

    def reply(self, name: str, arguments: dict, request: web.Request) -> dict:
        """Return what Slack answers to a Web API call."""
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        if name == "auth.test":
            return {"ok": True, "team_id": TEAM, "user_id": "UBOT", "bot_id": "BBOT"}
        if name == "users.info":
            user = self.people.get(arguments.get("user"))
            return {"ok": True, "user": user} if user is not None else {"ok": False, "error": "user_not_found"}
        if name == "usergroups.users.list":
            return {"ok": True, "users": ["UGROUPED"]}
        if name == "conversations.open":
            return {"ok": True, "channel": {"id": "D" + arguments["users"]}}
        if name == "chat.postMessage":
            if not arguments["channel"].startswith("D"):
                return {"ok": False, "error": "not_in_channel"}
            self.broken += block_kit_violations(arguments)
            self.posts.append(arguments)
            self.changed.set()
            return {"ok": True, "ts": "1.2"}
        return {"ok": False, "error": "unknown_method"}


@pytest.fixture
async def slack():
    """Serve a fake Slack on loopback."""
    fake = FakeSlack()
    app = web.Application(client_max_size=10**7)
    app.router.add_route("*", "/{tail:.*}", fake.handle)
    server = TestServer(app)
    await server.start_server()
    fake.url = str(server.make_url("/"))
    yield fake
    await server.close()
    assert fake.broken == []


class Caller:
    """Sends what Slack sends, signed as Slack signs."""

    def __init__(self, session: aiohttp.ClientSession, url: str, fake: FakeSlack) -> None:
        self.session, self.url, self.fake = session, url + "/slack/events", fake
        self.numbers = itertools.count(1)

    def signed(self, body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        """Return the two headers for a body."""
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + digest.hexdigest()}

    async def send(self, body: bytes, headers: dict[str, str]) -> SimpleNamespace:
        """Post raw bytes and return status, text and how long it took."""
        began = time.perf_counter()
        async with self.session.post(self.url, data=body, headers=headers) as response:
            text = await response.text()
        return SimpleNamespace(status=response.status, text=text, seconds=time.perf_counter() - began)

    def command_body(self, text: str, user: str = "UALICE", **fields: str) -> bytes:
        """Return the form of a slash command, every field of Slack's."""
        number = next(self.numbers)
        form = {
            "token": "legacy",
            "team_id": TEAM,
            "team_domain": "example",
            "channel_id": "CTOWN",
            "channel_name": "town",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/checkpost",
            "text": text,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": self.fake.response_url(),
            "trigger_id": f"{number}.trigger",
        }
        return urlencode(form | fields).encode()

    async def command(self, text: str, user: str = "UALICE", **fields: str) -> SimpleNamespace:
        """Type `/checkpost text`."""
        return await self.form(self.command_body(text, user, **fields))

    async def form(self, body: bytes) -> SimpleNamespace:
        """Send a signed form."""
        headers = self.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.send(body, headers)

    async def json(self, value: object, **headers: str) -> SimpleNamespace:
        """Send a signed JSON value."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return await self.send(body, self.signed(body) | {"Content-Type": "application/json"} | headers)

    def event(self, **event: object) -> dict:
        """Return an event as Slack wraps it."""
        number = next(self.numbers)
        return {
            "token": "legacy",
            "team_id": TEAM,
            "api_app_id": "A1",
            "type": "event_callback",
            "event_id": f"Ev{number}",
            "event_time": 1,
            "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True}],
            "event": event,
        }

    def direct_message(self, text: str, user: str = "UALICE", **event: object) -> dict:
        """Return the event of a direct message to the bot."""
        message = {
            "type": "message",
            "user": user,
            "text": text,
            "channel": "D" + user,
            "channel_type": "im",
            "ts": "1700000000.000100",
        }
        return self.event(**(message | event))


class FakeChecker:
    """Judges by marker words, so that a flow is told apart from detection."""

    def __init__(self) -> None:
        self.drafts: list = []
        self.delay = 0.0
        self.fault: Exception | None = None

    async def check(self, draft) -> Verdict:
        """Block `Northwind`, else nothing."""
        self.drafts.append(draft)
        await asyncio.sleep(self.delay)
        if self.fault:
            raise self.fault
        at = draft.text.find("Northwind")
        if at < 0:
            return Verdict(draft.id, Outcome.OK, "sha256:test")
        finding = Finding(
            rule="confidential/client-name",
            category="confidential_term",
            action=Action.BLOCK,
            span=Span(at, at + len("Northwind")),
            score=1.0,
            title="A client's name",
            why="Clients decide when they are named in public.",
            suggest=("a client",),
        )
        safe = draft.text.replace("Northwind", "a client")
        return Verdict(draft.id, Outcome.BLOCK, "sha256:test", (finding,), rewrite=safe)


class MemoryDeliveries:
    """Claims deliveries in memory."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.fault: Exception | None = None

    async def claim(self, key: str) -> bool:
        """Return whether the key is new."""
        if self.fault:
            raise self.fault
        new = key not in self.seen
        self.seen.add(key)
        return new


@pytest.fixture
async def bot(slack):
    """Serve the Slack door alone, with detection and database replaced, and return how to talk to it."""
    servers = []

    async def start(admins: str = "slack:UADMIN", **services: object) -> SimpleNamespace:
        settings = load_settings(
            {
                "CHECKPOST_ENV": "test",
                "SLACK_BOT_TOKEN": TOKEN,
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_API_URL": slack.url + "api/",
                "CHECKPOST_ADMINS": admins,
            }
        )
        stub = SimpleNamespace(settings=settings, deliveries=MemoryDeliveries(), checker=FakeChecker())
        vars(stub).update(services)
        app = web.Application(client_max_size=512 * 1024)
        mount(app, stub)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        caller = Caller(session, str(server.make_url("")).rstrip("/"), slack)
        return SimpleNamespace(caller=caller, services=stub, server=server)

    async with aiohttp.ClientSession() as session:
        yield start
        for server in servers:
            await server.close()


@pytest.fixture
async def real(slack, serve):
    """Serve the whole of checkpost, and return a way to start it and to talk to it."""

    async def start(**variables: str) -> SimpleNamespace:
        slack_door = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.url + "api/",
            "CHECKPOST_ADMINS": "slack:UADMIN",
        }
        running = await serve(**slack_door | variables)
        return SimpleNamespace(caller=Caller(session, running.url, slack), services=running.services)

    async with aiohttp.ClientSession() as session:
        yield start


@pytest.fixture
async def running(bot):
    """Serve the door with its defaults."""
    return await bot()


@pytest.fixture
def caller(running):
    """Talk to the default door."""
    return running.caller
