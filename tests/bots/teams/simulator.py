"""A Bot Framework of our own, on loopback: metadata, keys, token endpoint and connector. Imports nothing of the bot."""

from __future__ import annotations

import asyncio
import base64
import datetime
import itertools
import json
import ssl
import struct
import time
from pathlib import Path
from typing import Any

import aiohttp
import jwt
from aiohttp import web

from tests.bots.teams.card_rules import faults, inputs_of
from tests.bots.teams.keychain import FIRST_KEY, new_key, public_jwk
from tests.bots.teams.traffic import Call, Fault, utf16
from tests.patience import SHARED

APP_ID = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
PASSWORD = "the-app-password"
ISSUER = "https://api.botframework.com"
BEARER = "the-bots-own-token"
BOT = f"28:{APP_ID}"
MENTION = "<at>checkpost</at>"
REVIEWS = "19:reviews@thread.tacv2"
ADMIN = "aaaaaaaa-0000-0000-0000-000000000001"
HANGS = 3.0
"""Seconds for which what hangs keeps its callers waiting, where nobody else may wait."""


class Simulator:
    """Everything outside the bot that Teams consists of."""

    def __init__(self, folder: Path) -> None:
        self.keys = {"key-1": FIRST_KEY}
        self.endorsements = {"key-1": ["msteams", "webchat"]}
        self.published = ["key-1"]
        self.key_delay = 0.0
        self.key_status = 200
        self.key_fetches = 0
        self.token_fetches = 0
        self.token_delay = 0.0
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.guarded = True
        self.roles: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.doors: list[Any] = []
        self._called, self._token_asked = asyncio.Event(), asyncio.Event()
        self._numbers = itertools.count(1)
        self._folder = folder
        self._runners: list[web.AppRunner] = []

    async def start(self) -> None:
        """Listen on two loopback ports: one plain, one with TLS for MSAL."""
        plain = web.Application(client_max_size=2**21)
        plain.add_routes(
            [
                web.get("/metadata", self._metadata),
                web.get("/keys", self._jwks),
                web.get("/files/{name}", self._file),
                web.get("/teams/v3/attachments/{name}/views/original", self._file),
                web.post("/teams/v3/conversations", self._connector),
                web.post("/teams/v3/conversations/{conversation}/activities", self._connector),
                web.post("/teams/v3/conversations/{conversation}/activities/{reply_to}", self._connector),
                web.put("/teams/v3/conversations/{conversation}/activities/{updated}", self._connector),
                web.get("/teams/v3/conversations/{conversation}/members/{member}", self._connector),
            ]
        )
        secure = web.Application()
        secure.router.add_get("/adfs/.well-known/openid-configuration", self._authority)
        secure.router.add_post("/adfs/token", self._token)
        self.url = f"http://127.0.0.1:{await self._listen(plain, None)}"
        self.service_url = f"{self.url}/teams/"
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._folder / "cert.pem", self._folder / "key.pem")
        self.authority = f"https://127.0.0.1:{await self._listen(secure, context)}/adfs"
        self.ca = self._folder / "ca.pem"

    async def stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()

    def judge_the_run(self) -> None:
        """Hold every message of the run against what Teams demands of all of them."""
        assert all(call.status != 401 for call in self.calls), "a call without the bot's bearer"
        for call in self.calls:
            if call.kind not in ("post", "update"):
                continue
            assert call.body["type"] == "message"
            assert call.body.get("text") or call.body.get("summary"), "no fallback text"
            assert utf16(call.body) < 80 * 1024
            assert call.card is None or faults(call.card) == []
            assert call.body["from"] == {"id": BOT}
            assert call.body["conversation"] == {"id": call.conversation}

    async def _listen(self, app: web.Application, context: ssl.SSLContext | None) -> int:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        return runner.addresses[0][1]

    # what the bot is told

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a bot that talks to this Teams."""
        return {
            "CHECKPOST_ENV": "test",
            "TEAMS_APP_ID": APP_ID,
            "TEAMS_APP_PASSWORD": PASSWORD,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_AUTHORITY": self.authority,
            "TEAMS_OPENID_METADATA_URL": f"{self.url}/metadata",
            "TEAMS_SERVICE_URL_HOSTS": "127.0.0.1",
            "CHECKPOST_ADMINS": f"teams:{ADMIN}",
        }

    def rotate(self, kid: str, endorsements: list[str] | None = None) -> None:
        """Publish a new key and withdraw the old ones."""
        self.keys[kid] = new_key()
        self.endorsements[kid] = ["msteams"] if endorsements is None else endorsements
        self.published = [kid]

    def token(self, *, kid: str = "key-1", key: Any = None, alg: str = "RS256", drop: str = "", **changes: Any) -> str:
        """Sign the claims of Bot Framework, any of them changed or dropped."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": APP_ID,
            "exp": now + 3600,
            "nbf": now - 60,
            "serviceurl": self.service_url,
            **changes,
        }
        claims.pop(drop, None)
        return jwt.encode(claims, self.keys[kid] if key is None else key, algorithm=alg, headers={"kid": kid})

    def personal(self, text: str | None, author: str = "ann", **changes: Any) -> dict[str, Any]:
        """A message in the direct chat with one person."""
        conversation = {"id": f"a:{author}", "conversationType": "personal", "tenantId": TENANT}
        return self.activity("message", author, conversation, text=text, textFormat="plain", **changes)

    def dropped(self, name: str, content: bytes, text: str = "", author: str = "ann", **more: Any) -> dict[str, Any]:
        """A file that somebody drops into the direct chat: Teams sends where it can be fetched."""
        self.files[name] = content
        info = {"downloadUrl": f"{self.url}/files/{name}", "uniqueId": "x", "fileType": name.rpartition(".")[2], **more}
        kind = "application/vnd.microsoft.teams.file.download.info"
        page = f"https://contoso-my.sharepoint.com/personal/ann/{name}"
        file = {"contentType": kind, "contentUrl": page, "name": name, "content": info}
        return self.personal(text, author, attachments=[file])

    def pasted(self, name: str, content: bytes, text: str = "", author: str = "ann") -> dict[str, Any]:
        """A picture that somebody pastes into the direct chat; the service keeps it for whoever has the bot's token."""
        self.files[name] = content
        picture = {"contentType": "image/*", "contentUrl": f"{self.service_url}v3/attachments/{name}/views/original"}
        return self.personal(text, author, attachments=[picture])

    def channel(self, text: str, author: str = "ann", *, mention: bool = True, **changes: Any) -> dict[str, Any]:
        """A message in the thread of a channel, with the mention that makes Teams send it."""
        conversation = {
            "id": "19:general@thread.tacv2;messageid=1700",
            "conversationType": "channel",
            "isGroup": True,
            "tenantId": TENANT,
        }
        entity = {"type": "mention", "text": MENTION, "mentioned": {"id": BOT, "name": "checkpost"}}
        rich = {"contentType": "text/html", "content": f'<p><at id="0">checkpost</at>&nbsp;{text}</p>'}
        said = f"{MENTION} {text}" if mention else text
        changes = {"entities": [entity] if mention else [], "attachments": [rich], **changes}
        return self.activity("message", author, conversation, text=said, textFormat="plain", **changes)

    def group(self, text: str, author: str = "ann", **changes: Any) -> dict[str, Any]:
        """A message in a group chat."""
        conversation = {"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True}
        return {**self.channel(text, author, **changes), "conversation": {**conversation, "tenantId": TENANT}}

    def activity(self, kind: str, author: str, conversation: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Any activity, as Teams fills it in."""
        now = datetime.datetime.now(datetime.UTC)
        return {
            "type": kind,
            "id": str(1_700_000_000_000 + next(self._numbers)),
            "timestamp": now.isoformat(),
            "localTimestamp": now.isoformat(),
            "localTimezone": "Europe/Berlin",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": f"29:{author}", "name": author.title(), "aadObjectId": object_id(author)},
            "recipient": {"id": BOT, "name": "checkpost"},
            "conversation": conversation,
            "channelData": {"tenant": {"id": TENANT}},
            "entities": [{"type": "clientInfo", "locale": "en-GB", "timezone": "Europe/Berlin"}],
            "locale": "en-GB",
            **fields,
        }

    def pressed(self, action: dict[str, Any], author: str, card: dict[str, Any], **filled: str) -> dict[str, Any]:
        """What a client sends for a button of a card, in the way that the button asks for."""
        given = {**action["data"], **inputs_of(card), **filled}
        if action["type"] == "Action.Execute":
            value = {"action": {"type": "Action.Execute", "id": "", "verb": action["verb"], "data": given}}
            return self.invoke("adaptiveCard/action", value, author, replyToId="posted-1")
        if "msteams" in action["data"]:
            return self.invoke("task/fetch", {"data": given, "context": {"theme": "dark"}}, author)
        return self.personal(None, author, value=given, replyToId="posted-1")

    def sent_from_dialog(self, action: dict[str, Any], author: str, card: dict[str, Any], **filled: str) -> Any:
        """What a client sends for a button inside a dialog."""
        given = {**action["data"], **inputs_of(card), **filled}
        return self.invoke("task/submit", {"data": given, "context": {"theme": "dark"}}, author)

    def in_channel(self, invoke: dict[str, Any], card: str) -> dict[str, Any]:
        """A click on a card in the reviewers' channel, instead of in the direct chat."""
        place = {"id": f"{REVIEWS};messageid={card}", "conversationType": "channel", "isGroup": True}
        return invoke | {"conversation": {**place, "tenantId": TENANT}, "replyToId": card}

    def installed(self, author: str = "ann", *, gone: bool = False) -> dict[str, Any]:
        """Somebody takes the app into their direct chat, or out of it."""
        return self.personal(None, author, action="remove" if gone else "add") | {"type": "installationUpdate"}

    def invoke(self, name: str, value: Any, author: str = "ann", **changes: Any) -> dict[str, Any]:
        """An invoke in the direct chat."""
        return self.personal(None, author, name=name, value=value, **changes) | {"type": "invoke"}

    def extension(self, body: Any, author: str = "ann", **changes: Any) -> dict[str, Any]:
        """Somebody chooses the message extension on a message; without a body, in the compose box."""
        value: dict[str, Any] = {"commandId": "checkPost", "commandContext": "message" if body else "compose"}
        if body:
            value["messagePayload"] = {"id": "1700", "body": body, "from": {"user": {"id": "x"}}, **changes}
        place = {"id": "19:general@thread.tacv2;messageid=1700", "conversationType": "channel", "tenantId": TENANT}
        return self.invoke("composeExtension/fetchTask", value, author) | {"conversation": place}

    # what the bot does

    def sent(self, kind: str = "post") -> list[Call]:
        """The calls of one kind that were accepted."""
        return [call for call in self.calls if call.kind == kind and call.status < 300]

    async def asked_for_token(self, seconds: float = 60.0) -> None:
        """Wait until the bot's own token was asked for, which it does by itself when it starts."""
        async with asyncio.timeout(seconds):
            await self._token_asked.wait()

    async def called(self) -> None:
        """Wait until the bot calls once more."""
        self._called.clear()
        await self._called.wait()

    async def posted(self, count: int = 1, seconds: float = 60.0) -> list[Call]:
        """Wait until so many messages were posted."""
        async with asyncio.timeout(seconds):
            while len(self.sent()) < count:
                await self.called()
        return self.sent()

    async def settled(self, count: int = 1, seconds: float = 60.0) -> list[Call]:
        """Wait until so many messages were posted, and until each of the bot's doors has done all that it began."""
        await self.posted(count, seconds)
        for door in self.doors:
            assert await door.done(seconds)
        if not self.doors:  # a process of its own tells nobody when it is done
            await asyncio.sleep(0.15)
        return self.sent()

    async def _metadata(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _jwks(self, _: web.Request) -> web.Response:
        self.key_fetches += 1
        await asyncio.sleep(self.key_delay)
        keys = [
            {**public_jwk(self.keys[kid]), "kid": kid, "endorsements": self.endorsements[kid]} for kid in self.published
        ]
        return web.json_response({"keys": keys}, status=self.key_status)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        fault = next((fault for fault in self.faults if fault.kind == "file" and fault.times > 0), None)
        if fault:
            fault.times -= 1
            await asyncio.sleep(fault.delay)
        status = fault.status if fault and fault.status else 200
        ours = request.path.startswith("/teams/")  # what the service keeps is for whoever has a token, and nothing else
        status = status if ours == ("Authorization" in request.headers) else 401
        self.calls.append(Call("GET", "file", "", name, {}, status, 0.0))
        return web.Response(body=self.files[name], status=status, headers=fault and fault.headers)

    async def _authority(self, _: web.Request) -> web.Response:
        pages = {"token_endpoint": f"{self.authority}/token", "authorization_endpoint": f"{self.authority}/authorize"}
        return web.json_response({"issuer": self.authority, **pages})

    async def _token(self, request: web.Request) -> web.Response:
        self.token_fetches += 1
        self._token_asked.set()
        await asyncio.sleep(self.token_delay)
        form = await request.post()
        if (form.get("client_id"), form.get("client_secret")) != (APP_ID, PASSWORD):
            return web.json_response({"error": "invalid_client"}, status=401)
        assert form["scope"] == "https://api.botframework.com/.default"
        return web.json_response({"access_token": BEARER, "expires_in": 3600, "token_type": "Bearer"})

    async def _connector(self, request: web.Request) -> web.Response:
        info = dict(request.match_info)
        kind = "member" if "member" in info else "post" if "conversation" in info else "create"
        kind = "update" if request.method == "PUT" else kind
        body = json.loads(await request.text()) if request.method in ("POST", "PUT") else {}
        fault = next((fault for fault in self.faults if fault.kind == kind and fault.times > 0), None)
        if fault:
            fault.times -= 1
            await asyncio.sleep(fault.delay)
        status = (fault.status if fault else 0) or self._judge(request, kind, body)
        call = Call(
            request.method,
            kind,
            info.get("conversation", ""),
            info.get("reply_to", "") or info.get("updated", ""),
            body,
            status,
            time.monotonic(),
        )
        self.calls.append(call)
        self._called.set()
        if status >= 300:
            return web.json_response({"error": {"code": "Injected"}}, status=status, headers=fault and fault.headers)
        return web.json_response(self._answer(kind, body, info), status=status)

    def _answer(self, kind: str, body: dict[str, Any], info: dict[str, str]) -> dict[str, Any]:
        if kind == "create":
            return {"id": "a:" + _author(body["members"][0]["id"])}
        if kind == "member":
            role = self.roles.get(info["member"], "user")
            mail = f"{_author(info['member'])}@wharf.example"
            return {"id": info["member"], "userRole": role, "tenantId": TENANT, "email": mail}
        return {"id": f"posted-{next(self._numbers)}"}

    def _judge(self, request: web.Request, kind: str, body: dict[str, Any]) -> int:
        """Refuse what Teams refuses."""
        wanted = [f"Bearer {BEARER}"] if self.guarded else []
        if request.headers.getall("Authorization", []) != wanted:
            return 401
        if kind not in ("post", "update"):
            return 200
        if utf16(body) > 100_000:
            return 413
        sent = body.get("attachments", [])
        pictures = [entry["contentUrl"] for entry in sent if entry["contentType"].startswith("image/")]
        if not all(_is_small_picture(url) for url in pictures):
            return 400
        cards = [entry["content"] for entry in sent if "content" in entry]
        if any(card.get("version") not in ("1.0", "1.2", "1.3", "1.4", "1.5") for card in cards):
            return 400
        return 201 if cards or body.get("text") else 400


def _is_small_picture(url: str) -> bool:
    """Tell whether an address holds a picture that Teams shows: a PNG of at most 1,024 pixels a side and 1 MB."""
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"), validate=True)
    sides = struct.unpack(">II", data[16:24])
    return data.startswith(b"\x89PNG") and max(sides) <= 1_024 and len(data) <= 1_000_000


class Person:
    """Somebody at a Teams client: says things to a bot at `url` through the simulator."""

    def __init__(self, teams: Simulator, url: str, session: aiohttp.ClientSession) -> None:
        self.teams, self.url, self._session = teams, url, session

    async def post(self, activity: dict[str, Any], **token: Any) -> tuple[int, str]:
        """Deliver an activity under a valid token, or one with changed claims."""
        return await self.post_raw(json.dumps(activity).encode(), f"Bearer {self.teams.token(**token)}")

    async def post_raw(self, body: bytes, authorization: str | None, **headers: str) -> tuple[int, str]:
        """Deliver any bytes."""
        sent = {"Content-Type": "application/json", **headers}
        if authorization is not None:
            sent["Authorization"] = authorization
        async with self._session.post(f"{self.url}/api/messages", data=body, headers=sent) as response:
            return response.status, await response.text()

    async def ask(self, invoke: dict[str, Any]) -> Any:
        """Deliver an invoke and return the body of its answer."""
        status, body = await self.post(invoke)
        assert status == 200, status
        return json.loads(body)

    async def healthz(self) -> float:
        """Return how long /healthz takes, in seconds."""
        began = time.monotonic()
        async with self._session.get(f"{self.url}/healthz") as response:
            assert response.status == 200
        return time.monotonic() - began

    async def stays_healthy(self) -> None:
        """Ask /healthz while something else hangs for HANGS: 50 ms at most, or SHARED times as long, and no pause."""
        times = sorted([await self.healthz() for _ in range(20)])
        assert times[17] < 0.05 * SHARED, times
        assert max(times) < HANGS / 2, "a loop that stands still answers once, late"


def _author(member: str) -> str:
    """The person that a Teams id or an object id belongs to."""
    if member == ADMIN:
        return "admin"
    if member.startswith("bbbbbbbb-"):
        return bytes.fromhex(member.rpartition("-")[2].lstrip("0")).decode()
    return member.removeprefix("29:")


def object_id(author: str) -> str:
    """The Entra object id of a person; `admin` is the one who is in CHECKPOST_ADMINS."""
    return ADMIN if author == "admin" else f"bbbbbbbb-0000-0000-0000-{author.encode().hex():0>12.12}"
