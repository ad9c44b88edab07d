"""Bridge: stands between checkpost and the third-party Slack, and adds what that leaves out.

The emulator stores what it is given and answers kindly. The bridge holds Slack's limits, knows who may post where,
serves response URLs, delivers events as Slack does (signed, with its fields, three times more), and can misbehave.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp import web

BOT, BOT_USER, APP, TEAM = "B0CHECKPOST", "U0CHECKPOST", "A0CHECKPOST", "T000000001"
TOKEN, SECRET = "xoxb-checkpost", "5f0c6ad58c4d4b4f9d7bb1f3a5b1c2d3"
PEOPLE = ("anna", "ben", "guest")
CHANNEL_OF = {"chat.postMessage": "channel", "files.completeUploadExternal": "channel_id"}
"""Which argument of a call names the channel that it posts to."""

SCOPES = "commands chat:write im:history im:read im:write users:read files:read files:write".split()


def seed(redirect: str) -> dict[str, Any]:
    """Return what the emulator starts with."""
    app = {"client_id": "111.222", "client_secret": "client-secret", "name": "checkpost", "app_id": APP}
    app |= {"redirect_uris": [redirect], "bot_id": BOT, "bot_user_id": BOT_USER, "bot_name": "checkpost"}
    bot = {"token": TOKEN, "type": "bot", "user_id": BOT_USER, "app_id": APP, "bot_id": BOT, "bot_user_id": BOT_USER}
    people = [
        {"token": f"xoxp-{name}", "type": "user", "user": name, "scopes": [*SCOPES, "chat:write"]} for name in PEOPLE
    ]
    return {
        "users": [{"name": name, "is_admin": name == "ben"} for name in PEOPLE],
        "channels": [{"name": "town"}],
        "oauth_apps": [app | {"scopes": SCOPES}],
        "tokens": [bot | {"scopes": SCOPES}, *people],
        "signing_secret": SECRET,
    }


def sign(body: bytes) -> dict[str, str]:
    """Return the two headers that Slack puts on a body."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + digest}


@dataclass
class Bridge:
    """What went over the bridge; `faults[method]` is what goes wrong next."""

    violations: Any
    view_violations: Any
    session: aiohttp.ClientSession
    url: str = ""
    upstream: str = ""
    bot_url: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)
    answers: list[dict] = field(default_factory=list)
    posts: list[dict] = field(default_factory=list)
    views: list[dict] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    events: list[dict] = field(default_factory=list)
    acks: list[tuple[int, float]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    faults: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    uses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: Any = field(default_factory=itertools.count)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    delay: float = 0.0
    relayed: set = field(default_factory=set)

    @property
    def said(self) -> list[dict]:
        """Return all messages that somebody can see."""
        return self.answers + self.posts

    async def until(self, holds, seconds: float = 60) -> None:
        """Wait until something is true."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of checkpost, or one event of the emulator."""
        path = request.path
        if path == "/relay":
            return self.relay(await request.json())
        if path.startswith("/response/"):
            return await self.take_answer(request)
        if path.startswith("/api/"):
            return await self.call(request, path.removeprefix("/api/"))
        return await self.passed_on(request)

    async def passed_on(self, request: web.Request) -> web.Response:
        """Pass a page, a file or an upload on as it is; files only to those with a token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.path.startswith("/files-pri/") and token not in self.tokens:
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        headers = {"Authorization": request.headers["Authorization"]} if token else {}
        url, content = self.upstream + request.path_qs, await request.read()
        async with self.session.request(request.method, url, data=content or None, headers=headers) as response:
            kind = response.content_type
            return web.Response(body=await response.read(), status=response.status, content_type=kind)

    async def call(self, request: web.Request, method: str) -> web.Response:
        """Answer a Web API call, after the fault that waits for it."""
        await asyncio.sleep(self.delay)
        if self.faults[method]:
            fault = self.faults[method].pop(0)
            if fault == "drop":
                request.transport.abort()
                return web.Response()
            if isinstance(fault, dict):
                return web.json_response(fault)
            return web.Response(status=fault, headers={"Retry-After": "0"}, text="not now")
        arguments = dict(request.query)
        if request.can_read_body:
            is_json = request.content_type == "application/json"
            arguments |= await request.json() if is_json else dict(await request.post())
        self.calls.append((method, arguments))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method != "oauth.v2.access" and token not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response(await self.answered(method, arguments, token))

    async def answered(self, method: str, arguments: dict, token: str) -> dict:
        """Return what Slack would answer."""
        for name in ("view", "blocks"):
            if isinstance(arguments.get(name), str):
                arguments[name] = json.loads(arguments[name])
        if method == "chat.postMessage":
            self.broken += self.violations(arguments)
        if method in CHANNEL_OF and not await self.may_post(arguments.get(CHANNEL_OF[method], "")):
            return {"ok": False, "error": "not_in_channel"}
        if "view" in arguments:
            self.broken += self.view_violations(arguments["view"])
        answer = await self.upstream_call(method, arguments, token)
        if method == "users.info" and answer["ok"]:
            answer["user"] |= {"tz": "Europe/Berlin", "is_restricted": answer["user"]["name"] == "guest"}
        if method == "oauth.v2.access" and answer["ok"]:
            self.tokens.add(answer["access_token"])
        if "upload_url" in answer:
            answer["upload_url"] = self.url + urlsplit(answer["upload_url"]).path
        if answer["ok"] and method == "chat.postMessage":
            self.posts.append(arguments)
        if answer["ok"] and method.startswith("views.") and "view" in answer:
            self.views.append(answer["view"])
        self.changed.set()
        return answer

    async def may_post(self, channel: str) -> bool:
        """Tell whether checkpost may post there: in direct chats, and where somebody invited it."""
        if channel.startswith("D"):
            return True
        found = await self.upstream_call("conversations.members", {"channel": channel}, "xoxp-ben")
        return BOT_USER in found.get("members", ())

    async def upstream_call(self, method: str, arguments: dict, token: str) -> dict:
        """Call the emulator, which takes most methods by POST and JSON alone."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.upstream}/api/{method}"
        async with self.session.post(url, json=arguments, headers=headers) as response:
            if response.status == 404:
                return {"ok": False, "error": "unknown_method"}
            return await response.json()

    async def take_answer(self, request: web.Request) -> web.Response:
        """Take a message on a response URL, five times at most."""
        self.uses[request.path] += 1
        if self.uses[request.path] > 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        if self.faults["response_url"]:
            return web.Response(status=self.faults["response_url"].pop(0), headers={"Retry-After": "0"})
        message = await request.json()
        self.broken += self.violations(message)
        self.answers.append(message)
        self.told[request.path].append(message)
        self.changed.set()
        return web.Response(text="ok")

    def relay(self, envelope: dict) -> web.Response:
        """Deliver an event of the emulator as Slack would, if the app may see it: only its direct messages."""
        event = envelope.get("event", {})
        if event.get("type") == "message" and str(event.get("channel", "")).startswith("D"):
            task = asyncio.create_task(self.deliver(self.completed(envelope)))
            self.relayed.add(task)
            task.add_done_callback(self.relayed.discard)
        return web.Response()

    def completed(self, envelope: dict) -> dict:
        """Add the fields that the emulator leaves out."""
        event = dict(envelope["event"]) | {"channel_type": "im", "event_ts": envelope["event"].get("ts")}
        if event.get("user") == BOT_USER:
            event["bot_id"] = BOT
        granted = [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}]
        more = {"api_app_id": APP, "authorizations": granted, "team_id": TEAM, "event_time": int(time.time())}
        return envelope | more | {"event_id": envelope.get("event_id") or f"Ev{next(self.numbers)}", "event": event}

    async def deliver(self, envelope: dict, retries: int = 3) -> None:
        """Deliver an event until it is acknowledged, three times more at most."""
        self.events.append(envelope)
        body = json.dumps(envelope).encode()
        for number in range(retries + 1):
            again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_error"} if number else {}
            if await self.post(body, "application/json", again) == 200:
                return
            await asyncio.sleep(0.3)

    async def command(self, user: str, text: str, **fields: str) -> int:
        """Type `/checkpost text`, with a trigger that the emulator made."""
        form = {
            "team_id": TEAM,
            "channel_id": "C1",
            "channel_name": "town",
            "user_id": user,
            "user_name": "somebody",
            "command": "/checkpost",
            "text": text,
            "api_app_id": APP,
            "response_url": f"{self.url}/response/{next(self.numbers)}",
            "trigger_id": await self.trigger(user),
        }
        return await self.post(urlencode(form | fields).encode(), "application/x-www-form-urlencoded")

    async def interaction(self, kind: str, user: str, **fields: object) -> int:
        """Press, choose or send something."""
        body = {"type": kind, "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "api_app_id": APP}
        body |= {"trigger_id": await self.trigger(user), "response_url": f"{self.url}/response/{next(self.numbers)}"}
        form = urlencode({"payload": json.dumps(body | fields)}).encode()
        return await self.post(form, "application/x-www-form-urlencoded")

    async def trigger(self, user: str) -> str:
        """Have the emulator make a trigger, good once and for three seconds."""
        answer = await self.upstream_call("views.generateTriggerId", {"user_id": user}, TOKEN)
        return answer["trigger_id"]

    async def post(self, body: bytes, kind: str, more: dict[str, str] | None = None) -> int:
        """Send signed bytes to checkpost, and note status and seconds; 0 where nobody answers."""
        headers = sign(body) | {"Content-Type": kind} | (more or {})
        began = time.perf_counter()
        try:
            async with self.session.post(f"{self.bot_url}/slack/events", data=body, headers=headers) as response:
                self.last = await response.text()
                self.acks.append((response.status, time.perf_counter() - began))
                return response.status
        except aiohttp.ClientError:
            return 0

    last: str = ""
