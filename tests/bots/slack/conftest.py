"""A local Slack that records and misbehaves on request, a client that signs, and the limits of Block Kit."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots import tasks
from bots.slack import app as app_module
from bots.slack import people, route
from bots.slack.route import _RECEPTION, mount
from core.audit import Audit
from core.db import open_database
from core.deliveries import Deliveries
from core.exceptions import Exceptions
from core.finding import Action, Finding, Span
from core.guidance import load_guidance
from core.keys import new_key, parse_key_ring
from core.pictures import Pictures
from core.plan import ReviewPlan
from core.reviews.notices import Notices
from core.reviews.store import Reviews
from core.settings import DEFAULT_POLICY_DIR, load_settings
from core.terms.proposals import Proposals
from core.terms.store import TermsStore
from core.verdict import Outcome, Verdict
from tests import process as processes
from tests import shipped
from tests.bots.slack import block_kit
from tests.databases import new_database
from tests.patience import SHARED

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


LIMITS = {
    "bots.tasks.SILENCE_SECONDS": tasks.SILENCE_SECONDS * SHARED,
    "bots.slack.app.PROMPT": min(app_module.PROMPT * SHARED, 2),  # after three seconds Bolt itself gives up
    "bots.slack.route.CLAIM_SECONDS": route.CLAIM_SECONDS * SHARED,
    "bots.slack.people.CLOCK_PATIENCE": people.CLOCK_PATIENCE * SHARED,
    "bots.slack.people.PATIENCE": people.PATIENCE * SHARED,
}
"""How soon something is said, or done without: a busy machine has longer, and a test of one of them sets its own."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in LIMITS.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
def violations():
    """Return the function that lists what Slack would refuse about a message."""
    return block_kit.message_violations


@pytest.fixture
def view_violations():
    """Return the function that lists what Slack would refuse about a view."""
    return block_kit.view_violations


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
    """What Slack saw, and what it is told to do wrong next (`faults[method]`, first come first served).

    While it is `asleep` it answers nobody.
    """

    url: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)
    posts: list[dict] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    faults: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, dict] = field(default_factory=lambda: json.loads(json.dumps(PEOPLE)))
    delay: float = 0
    asleep: bool = False
    asked: list[web.Request] = field(default_factory=list)
    views: dict[str, dict] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, dict] = field(default_factory=dict)
    triggers: dict[str, tuple[float, str | None]] = field(default_factory=dict)
    files: dict[str, tuple[dict, bytes]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: TEAM})
    codes: dict[str, dict] = field(default_factory=dict)
    sockets: list = field(default_factory=list)
    acks: dict[str, dict] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    shared: list[dict] = field(default_factory=list)
    channels: set[str] = field(default_factory=set)
    board: dict[str, dict] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    answered: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    numbers: itertools.count = field(default_factory=itertools.count)

    def forget(self) -> None:
        """Begin anew, with numbers that nobody has seen."""
        vars(self).update(vars(FakeSlack(self.url, numbers=self.numbers)))

    @property
    def said(self) -> list[dict]:
        """Return everything that became visible to somebody."""
        return self.answers + self.posts

    def kept_waiting(self) -> bool:
        """Tell whether all who asked while it was asleep still wait: none had its answer, and none hung up."""
        return self.asleep and all(request.transport is not None for request in self.asked)

    def words(self) -> str:
        """Return all visible words."""
        return "\n".join(element["text"] for message in self.said for element in texts(message["blocks"]))

    def response_url(self) -> str:
        """Return a fresh response_url, good for five uses."""
        return f"{self.url}response/{next(self.numbers)}"

    def trigger(self, view: str | None = None) -> str:
        """Return a fresh trigger, good once and for three seconds, SHARED times; one out of a view pushes on top."""
        trigger = f"{next(self.numbers)}.trigger"
        self.triggers[trigger] = (time.monotonic(), view)
        return trigger

    def top(self) -> dict:
        """Return the view that is in front."""
        return self.views[list(self.views)[-1]]

    async def until_view(self, holds, seconds: float = 60) -> dict:
        """Wait for a view, or Home, about which `holds` is true, and return it."""
        async with asyncio.timeout(seconds):
            while True:
                for view in [*reversed(self.views.values()), *self.homes.values()]:
                    if holds(view):
                        return view
                self.changed.clear()
                await self.changed.wait()

    async def until_holds(self, holds, seconds: float = 60) -> None:
        """Wait until something is true of what Slack saw."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def until(self, count: int = 1, seconds: float = 60) -> None:
        """Wait until `count` messages are visible."""
        await self.until_holds(lambda: len(self.said) >= count, seconds)

    async def until_connected(self, count: int = 1, seconds: float = 60) -> None:
        """Wait until Socket Mode was connected `count` times."""
        await self.until_holds(lambda: len(self.sockets) >= count, seconds)

    async def until_whole(self, last_words: str, seconds: float = 60) -> None:
        """Wait until the newest message ends in these words, as the last of several does."""
        await self.until_holds(lambda: self.said and last_words in str(self.said[-1]["blocks"][-1]), seconds)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, after the fault that waits for it."""
        kind, _, name = request.path.strip("/").partition("/")
        label = "response_url" if kind == "response" else name
        if self.asleep:
            self.asked.append(request)
        while self.asleep and request.transport is not None:  # noqa: ASYNC110 (no event tells of either)
            await asyncio.sleep(0.02)
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.faults[label]:
            fault = self.faults[label].pop(0)
            if fault == "drop":
                request.transport.abort()
                return web.Response()
            if fault == "hang":
                while request.transport is not None:  # noqa: ASYNC110 (until whoever asked hangs up)
                    await asyncio.sleep(0.02)
                return web.Response()
            if isinstance(fault, dict):
                return web.json_response(fault)
            status, headers = fault
            return web.Response(status=status, headers=headers, text="not now")
        if kind == "files":
            return await self.pass_file(name, request)
        if kind == "socket":
            return await self.hold_socket(request)
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
        self.broken += block_kit.message_violations(message)
        self.answers.append(message)
        self.answered[name].append(message)
        self.changed.set()
        return web.Response(text="ok")

    async def pass_file(self, name: str, request: web.Request) -> web.Response:
        """Take an upload; give a file to whoever has a token, and the page for signing in to everybody else."""
        if request.method == "POST" and name in self.uploads:
            self.uploads[name] = await request.read()
            return web.Response(text="OK")
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        return web.Response(body=self.files[name][1], content_type="text/plain")

    def add_file(self, name: str, content: bytes, mimetype: str = "text/plain") -> dict:
        """Keep a file, and return it as an event brings it."""
        number = f"F{next(self.numbers):04}"
        url = f"{self.url}files/{number}"
        file = {"id": number, "name": name, "mimetype": mimetype, "size": len(content), "url_private_download": url}
        self.files[number] = (file, content)
        return file

    async def hold_socket(self, request: web.Request) -> web.WebSocketResponse:
        """Hold a connection of Socket Mode, and keep what is acknowledged on it."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        self.changed.set()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                acknowledged = json.loads(message.data)
                self.acks[acknowledged["envelope_id"]] = acknowledged.get("payload") or {}
                self.changed.set()
        return socket

    def show(self, name: str, arguments: dict) -> dict:
        """Open, push or update a view, as Slack would."""
        view = arguments["view"] if isinstance(arguments["view"], dict) else json.loads(arguments["view"])
        self.broken += block_kit.view_violations(view)
        if name == "views.publish":
            self.homes[arguments["user_id"]] = view
            self.changed.set()
            return {"ok": True, "view": view}
        if name == "views.update":
            view_id = arguments["view_id"]
            if view_id not in self.views:
                return {"ok": False, "error": "not_found"}
        else:
            given, under = self.triggers.pop(arguments.get("trigger_id") or "", (0, None))
            if time.monotonic() - given > 3 * SHARED:
                return {"ok": False, "error": "expired_trigger_id"}
            below = self.stacks[under] if name == "views.push" else []
            if len(below) == 3:
                return {"ok": False, "error": "push_limit_reached"}
            view_id = f"V{next(self.numbers):04}"
            self.stacks[view_id] = [*below, view_id]
        self.views[view_id] = view | {"id": view_id, "root_view_id": self.stacks[view_id][0]}
        self.changed.set()
        return {"ok": True, "view": self.views[view_id]}

    def pin(self, arguments: dict, team: str) -> dict:
        """Post in a channel that the bot was invited to, `TEAM/CHANNEL` in `channels`."""
        if f"{team}/{arguments['channel']}" not in self.channels:
            return {"ok": False, "error": "not_in_channel"}
        self.broken += block_kit.message_violations(arguments)
        ts = f"{1_700_000_000 + next(self.numbers)}.000100"
        self.board[ts] = arguments | {"ts": ts, "team": team}
        self.changed.set()
        return {"ok": True, "ts": ts}

    async def until_pinned(self, holds, seconds: float = 60) -> dict:
        """Wait for a message in a channel about which `holds` is true, the newest first, and return it."""
        async with asyncio.timeout(seconds):
            while True:
                for message in reversed(self.board.values()):
                    if holds(message):
                        return message
                self.changed.clear()
                await self.changed.wait()

    async def until_told(self, user: str, words: str, seconds: float = 60) -> dict:
        """Wait for a direct message to somebody in which these words stand, and return it."""
        async with asyncio.timeout(seconds):
            while True:
                for message in reversed(self.posts):
                    if message["channel"] == f"D{user}" and words in str(message["blocks"]):
                        return message
                self.changed.clear()
                await self.changed.wait()

    def exchange(self, arguments: dict) -> dict:
        """Trade a code or a refresh token for tokens, once."""
        given = self.codes.pop(arguments.get("code") or arguments.get("refresh_token") or "", None)
        if given is None or arguments.get("client_id") != "111.222":
            return {"ok": False, "error": "invalid_code"}
        self.tokens[given["access_token"]] = given["team"]["id"]
        return {"ok": True, "token_type": "bot", "bot_user_id": "UBOT", "enterprise": None} | given

    def reply(self, name: str, arguments: dict, request: web.Request) -> dict:
        """Return what Slack answers to a Web API call."""
        if name == "oauth.v2.access":
            return self.exchange(arguments)
        if name == "apps.connections.open":
            return {"ok": True, "url": self.url.replace("http", "ws", 1) + f"socket/{next(self.numbers)}"}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return {"ok": False, "error": "invalid_auth"}
        if name == "auth.test":
            return {"ok": True, "team_id": self.tokens[token], "user_id": "UBOT", "bot_id": "BBOT"}
        if name.startswith("views."):
            return self.show(name, arguments)
        if name == "files.getUploadURLExternal":
            file = f"F{next(self.numbers):04}"
            self.uploads[file] = b""
            return {"ok": True, "file_id": file, "upload_url": f"{self.url}files/{file}"}
        if name == "files.completeUploadExternal":
            (file,) = json.loads(arguments["files"]) if isinstance(arguments["files"], str) else arguments["files"]
            if f"{self.tokens[token]}/{arguments['channel_id']}" not in self.channels or not self.uploads[file["id"]]:
                return {"ok": False, "error": "not_in_channel"}
            self.shared.append(arguments | {"file": file})
            self.changed.set()
            return {"ok": True, "files": [file]}
        if name == "files.info":
            file = self.files.get(arguments.get("file"))
            return {"ok": True, "file": file[0]} if file else {"ok": False, "error": "file_not_found"}
        if name == "users.info":
            user = self.people.get(arguments.get("user"))
            return {"ok": True, "user": user} if user is not None else {"ok": False, "error": "user_not_found"}
        if name == "usergroups.users.list":
            return {"ok": True, "users": ["UGROUPED"]}
        if name == "conversations.open":
            return {"ok": True, "channel": {"id": "D" + arguments["users"]}}
        if name == "chat.postMessage":
            if not arguments["channel"].startswith("D"):
                return self.pin(arguments, self.tokens[token])
            self.broken += block_kit.message_violations(arguments)
            self.posts.append(arguments | {"token": token})
            self.changed.set()
            return {"ok": True, "ts": "1.2"}
        if name == "chat.update":
            self.broken += block_kit.message_violations(arguments)
            known = self.board.get(arguments["ts"])
            if known is None or known["team"] != self.tokens[token]:
                return {"ok": False, "error": "message_not_found"}
            known |= {"blocks": arguments["blocks"], "text": arguments["text"]}
            self.changed.set()
            return {"ok": True, "ts": arguments["ts"]}
        return {"ok": False, "error": "unknown_method"}


@asynccontextmanager
async def a_slack() -> AsyncIterator[FakeSlack]:
    """Serve a fake Slack on loopback; what it was sent may not break a limit of the real one."""
    fake = FakeSlack()
    app = web.Application(client_max_size=10**7)
    app.router.add_route("*", "/{tail:.*}", fake.handle)
    server = TestServer(app)
    await server.start_server()
    fake.url = str(server.make_url("/"))
    yield fake
    await server.close()
    assert fake.broken == []


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """Serve a fake Slack on loopback."""
    async with a_slack() as fake:
        yield fake


class Caller:
    """Sends what Slack sends, signed as Slack signs."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, fake: FakeSlack, app: web.Application | None = None
    ) -> None:
        self.session, self.url, self.fake, self.app = session, url + "/slack/events", fake, app
        self.numbers = itertools.count(1)
        self.user = "UALICE"
        self.team = TEAM

    async def until_done(self) -> None:
        """Wait until all that was sent here is answered; from then on nothing more comes of it."""
        assert self.app is not None, "only a door in this process says what is under way"
        assert await self.app[_RECEPTION].work._tasks.finish(60) == 0

    def signed(self, body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        """Return the two headers for a body."""
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + digest.hexdigest()}

    async def send(self, body: bytes, headers: dict[str, str]) -> SimpleNamespace:
        """Post raw bytes and return status, text and how long it took."""
        began = time.perf_counter()
        async with self.session.post(self.url, data=io.BytesIO(body), headers=headers) as response:
            text = await response.text()
        return SimpleNamespace(status=response.status, text=text, seconds=time.perf_counter() - began)

    def command_body(self, text: str, user: str = "", **fields: str) -> bytes:
        """Return the form of a slash command, every field of Slack's."""
        user = user or self.user
        form = {
            "token": "legacy",
            "team_id": self.team,
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
            "trigger_id": self.fake.trigger(),
        }
        return urlencode(form | fields).encode()

    async def command(self, text: str, user: str = "", **fields: str) -> SimpleNamespace:
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

    async def interaction(self, kind: str, user: str = "", **fields: object) -> SimpleNamespace:
        """Send an interaction: a press, a shortcut, a form."""
        user = user or self.user
        body = {
            "type": kind,
            "team": {"id": self.team, "domain": "example"},
            "user": {"id": user, "team_id": self.team},
            "api_app_id": "A1",
            "trigger_id": self.fake.trigger((fields.get("view") or {}).get("id")),
        }
        return await self.form(urlencode({"payload": json.dumps(body | fields)}).encode())

    async def press(self, where: dict, label: str, user: str = "", **state: object) -> SimpleNamespace:
        """Press the button with this label in a message or a view; a number after `#` says which of several."""
        name, _, number = label.partition("#")
        found = [each for each in _buttons(where["blocks"]) if each["text"]["text"] == name]
        pressed = found[int(number or 0)]
        action = {"type": "button", "block_id": "b", "action_id": pressed["action_id"], "value": pressed.get("value")}
        fields = {"actions": [action]}
        if where.get("type") in ("modal", "home"):
            view = where | {"state": {"values": {name: {name: _state(value)} for name, value in state.items()}}}
            fields |= {"view": view, "container": {"type": "view"}}
        else:
            fields |= {"response_url": self.fake.response_url(), "channel": {"id": "CTOWN"}}
        return await self.interaction("block_actions", user, **fields)

    async def submit(self, view: dict, user: str = "", **state: object) -> dict:
        """Send a form with these fields, show what the answer asks for, and return the answer."""
        values = {name: {name: _state(value)} for name, value in state.items()}
        response = await self.interaction("view_submission", user, view=view | {"state": {"values": values}})
        assert response.status == 200, response
        answer = json.loads(response.text or "{}")
        if answer.get("response_action") == "update":
            shown = self.fake.show("views.update", {"view_id": view["id"], "view": answer["view"]})
            assert shown["ok"]
        return answer

    def event(self, **event: object) -> dict:
        """Return an event as Slack wraps it."""
        number = next(self.numbers)
        return {
            "token": "legacy",
            "team_id": self.team,
            "api_app_id": "A1",
            "type": "event_callback",
            "event_id": f"Ev{number}",
            "event_time": 1,
            "authorizations": [{"team_id": self.team, "user_id": "UBOT", "is_bot": True}],
            "event": event,
        }

    def direct_message(self, text: str, user: str = "", **event: object) -> dict:
        """Return the event of a direct message to the bot."""
        user = user or self.user
        message = {
            "type": "message",
            "user": user,
            "text": text,
            "channel": "D" + user,
            "channel_type": "im",
            "ts": "1700000000.000100",
        }
        return self.event(**(message | event))


class Wire(Caller):
    """Sends the same over Socket Mode, as Slack's end of the newest connection."""

    async def envelope(self, kind: str, payload: dict, name: str = "", seconds: float = 60) -> dict:
        """Send an envelope and return the payload of its acknowledgement."""
        name = name or f"E{next(self.numbers)}"
        self.fake.acks.pop(name, None)
        message = {"type": kind, "envelope_id": name, "payload": payload, "accepts_response_payload": True}
        await self.fake.sockets[-1].send_str(json.dumps(message))
        await self.fake.until_holds(lambda: name in self.fake.acks, seconds)
        return self.fake.acks[name]

    async def send(self, body: bytes, headers: dict[str, str]) -> SimpleNamespace:
        """Send in an envelope what would be posted, and return its acknowledgement as a response."""
        began = time.perf_counter()
        if headers["Content-Type"] == "application/json":
            kind, payload = "events_api", json.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            kind, payload = (
                ("interactive", json.loads(form["payload"])) if "payload" in form else ("slash_commands", form)
            )
        answer = await self.envelope(kind, payload)
        text = json.dumps(answer) if answer else ""
        return SimpleNamespace(status=200, text=text, seconds=time.perf_counter() - began)


def _buttons(value: object) -> list[dict]:
    if isinstance(value, list | tuple):
        return [found for part in value for found in _buttons(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") == "button" else []
    return own + [found for part in value.values() for found in _buttons(part)]


def _state(value: object) -> dict:
    """Return a field of a form as Slack sends it."""
    if isinstance(value, int):
        return {"type": "datetimepicker", "selected_date_time": value}
    if isinstance(value, list):
        is_file = bool(value) and isinstance(value[0], dict)
        return {"files": value} if is_file else {"selected_options": [{"value": each} for each in value]}
    if isinstance(value, set):
        return {"type": "users_select", "selected_user": next(iter(value))}
    if isinstance(value, tuple):
        return {"type": "static_select", "selected_option": {"value": value[0]}}
    return {"type": "plain_text_input", "value": value}


VERSION = "sha256:" + "0" * 64


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
            outcome = Outcome.UNCHECKED if draft.unread else Outcome.OK
            return Verdict(draft.id, outcome, VERSION, incomplete=draft.unread)
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
        return Verdict(draft.id, Outcome.BLOCK, VERSION, (finding,), rewrite=safe)


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


class Stub(SimpleNamespace):
    """Services of which a test gives what it needs."""

    def within(self, workspace: str) -> Stub:
        """Return the same with the terms and proposals of one workspace."""
        if not hasattr(self, "terms"):
            return self
        ours = {"terms": TermsStore(self.database, workspace), "proposals": Proposals(self.database, workspace)}
        return Stub(**vars(self) | ours)


class NoReceipts:
    """An audit without records."""

    async def receipts(self, actor: str, last: int) -> list:
        """Return nothing."""
        return []


class NoReviews:
    """No requests for review, and nobody to answer one."""

    channel = None
    plan = ReviewPlan()

    async def of(self, author: str) -> list:
        """Return nothing."""
        return []

    async def waiting(self) -> list:
        """Return nothing."""
        return []


class NoNotices:
    """No messages to send."""

    async def take(self, platform: str) -> None:
        """Return nothing."""


@pytest.fixture
def way() -> str:
    """Return how Slack reaches us; a module parametrized by `way` is tried over HTTP and over Socket Mode."""
    return "http"


@pytest.fixture
async def bot(slack, way):
    """Serve the Slack door alone, with detection and database replaced, and return how to talk to it."""
    servers, databases = [], []

    async def start(
        variables: dict[str, str] | None = None, admins: str = "slack:UADMIN", **services: object
    ) -> SimpleNamespace:
        ours = {
            "CHECKPOST_ENV": "test",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.url + "api/",
            "CHECKPOST_ADMINS": admins,
        }
        ours |= {"SLACK_APP_TOKEN": "xapp-test"} if way == "socket" else {}
        settings = load_settings({name: value for name, value in (ours | (variables or {})).items() if value})
        stub = Stub(settings=settings, deliveries=MemoryDeliveries(), checker=FakeChecker())
        stub.database = SimpleNamespace(keys=parse_key_ring(new_key()))
        stub.reviews, stub.notices = NoReviews(), NoNotices()
        stub.audit, stub.pictures = NoReceipts(), Pictures(120)
        vars(stub).update(services)
        databases.extend([services["database"]] if "database" in services else [])
        app = web.Application(client_max_size=512 * 1024)
        mount(app, stub)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        if way == "socket":
            await slack.until_connected(len(slack.sockets) + 1)
        kind = Wire if way == "socket" else Caller
        caller = kind(session, str(server.make_url("")).rstrip("/"), slack, app)
        return SimpleNamespace(caller=caller, services=stub, server=server)

    async with aiohttp.ClientSession() as session:
        yield start
        for server in servers:
            await server.close()
        for database in databases:
            await database.close()


@pytest.fixture
async def stored(bot, environ):
    """Serve the Slack door over a real database, with detection replaced, and return how to start it and talk to it."""

    async def start(plan: ReviewPlan | None = None, **variables: str) -> SimpleNamespace:
        settings = load_settings(environ)
        await new_database(settings)
        database = await open_database(settings)
        checker = FakeChecker()
        checker.policy = shipped_policy()
        return await bot(
            variables,
            database=database,
            terms=TermsStore(database),
            proposals=Proposals(database),
            audit=Audit(database),
            deliveries=Deliveries(database),
            exceptions=Exceptions(database),
            reviews=Reviews(database, plan or ReviewPlan(), variables.get("CHECKPOST_REVIEW_CHANNEL") or None),
            notices=Notices(database),
            checker=checker,
            guidance=load_guidance(DEFAULT_POLICY_DIR),
        )

    return start


@cache
def shipped_policy():
    """Return the shipped policy, read once: that takes seconds."""
    return shipped.policy()


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
        caller = Caller(session, running.url, slack, running.app)
        return SimpleNamespace(caller=caller, services=running.services)

    async with aiohttp.ClientSession() as session:
        yield start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory) -> AsyncIterator[SimpleNamespace]:
    """Run checkpost as a process that knows of its Slack from the environment alone; return both, and who talks to it.

    At the end its log is searched for drafts and secrets, and it may have called nothing but this machine.
    """
    async with a_slack() as fake, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        ours = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake.url + "api/"}
        ours |= {"CHECKPOST_ADMINS": "slack:UADMIN", "LOG_LEVEL": "DEBUG"}
        process = processes.Process(tmp_path_factory.mktemp("app"), **ours)
        await process.start()
        yield SimpleNamespace(caller=Caller(session, process.url, fake), process=process, slack=fake)
        process.end()
    assert not process.escapes.exists(), process.escapes.read_text("utf-8")
    for word in ("Traceback", "canary", "Northwind", TOKEN, SECRET):
        assert word not in process.said(), word


@pytest.fixture
async def running(bot):
    """Serve the door with its defaults."""
    return await bot()


@pytest.fixture
def caller(running):
    """Talk to the default door."""
    return running.caller
