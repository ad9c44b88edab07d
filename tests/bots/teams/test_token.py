"""Who may come in, and for which activity."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from structlog.testing import capture_logs

from bots.teams.token import permitted_service
from core.settings import load_settings
from tests.bots.teams import simulator as sim


def now() -> int:
    return int(time.time())


def unsigned(teams: Any) -> str:
    claims = jwt.decode(teams.token(), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"})


def hmac_with_the_public_key(teams: Any) -> str:
    public = teams.keys["key-1"].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    parts = [json.dumps({"alg": "HS256", "kid": "key-1"}).encode(), teams.token().split(".")[1]]
    signed = base64.urlsafe_b64encode(parts[0]).rstrip(b"=") + b"." + str(parts[1]).encode()
    mac = hmac.new(pem, signed, hashlib.sha256).digest()
    return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def with_another_payload(teams: Any) -> str:
    head, _, signature = teams.token().split(".")
    return f"{head}.{teams.token(aud='other').split('.')[1]}.{signature}"


def with_a_deep_header(_: Any) -> str:
    return base64.urlsafe_b64encode(b"[" * 5_000).rstrip(b"=").decode() + ".e30.x"


BAD: dict[str, Callable[[Any], str | None]] = {
    "none": lambda _: None,
    "empty": lambda _: "",
    "no token": lambda _: "Bearer ",
    "basic": lambda _: "Basic dXNlcjpwYXNz",
    "bare": lambda teams: teams.token(),
    "two tokens": lambda teams: f"Bearer {teams.token()} {teams.token()}",
    "garbage": lambda _: "Bearer a.b.c",
    "not ascii": lambda _: "Bearer ü.ü.ü",
    "deep header": lambda teams: f"Bearer {with_a_deep_header(teams)}",
    "expired": lambda teams: f"Bearer {teams.token(exp=now() - 400)}",
    "no exp": lambda teams: f"Bearer {teams.token(drop='exp')}",
    "endless exp": lambda teams: f"Bearer {teams.token(exp=float('inf'))}",
    "exp in words": lambda teams: f"Bearer {teams.token(exp='tomorrow')}",
    "not yet": lambda teams: f"Bearer {teams.token(nbf=now() + 400)}",
    "no nbf": lambda teams: f"Bearer {teams.token(drop='nbf')}",
    "another app": lambda teams: f"Bearer {teams.token(aud='00000000-0000-0000-0000-000000000000')}",
    "apps": lambda teams: f"Bearer {teams.token(aud=[sim.APP_ID, 'other'])}",
    "no aud": lambda teams: f"Bearer {teams.token(drop='aud')}",
    "another issuer": lambda teams: f"Bearer {teams.token(iss='https://evil.example')}",
    "emulator": lambda teams: (
        f"Bearer {teams.token(iss='https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/')}"
    ),
    "unknown kid": lambda teams: f"Bearer {teams.token(kid='key-9', key=sim.new_key())}",
    "foreign key": lambda teams: f"Bearer {teams.token(key=sim.new_key())}",
    "tampered": lambda teams: f"Bearer {with_another_payload(teams)}",
    "alg none": lambda teams: f"Bearer {unsigned(teams)}",
    "hs256": lambda teams: f"Bearer {hmac_with_the_public_key(teams)}",
    "rs512": lambda teams: f"Bearer {teams.token(alg='RS512')}",
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_token_is_refused_and_nobody_is_called(name: str, teams: Any, room: Any, person: Any) -> None:
    body = json.dumps(teams.personal("canary")).encode()
    header = BAD[name](teams)
    with capture_logs() as logs:
        status, answer = await person.post_raw(body, header)
    assert (status, answer) == (401, "refused\n")
    assert (room.drafts, teams.calls) == ([], [])
    assert [entry["event"] for entry in logs].count("teams.request_rejected") == 1
    assert "canary" not in str(logs)
    token = (header or "").removeprefix("Bearer ")
    assert not token or token not in str(logs)


@pytest.mark.parametrize(("claim", "at"), [("exp", -200), ("nbf", 200)])
async def test_clocks_may_differ_by_five_minutes(claim: str, at: int, teams: Any, person: Any) -> None:
    assert await person.post(teams.personal("hello"), **{claim: now() + at}) == (200, "")


async def test_two_authorization_headers_are_refused(teams: Any, door: Any, session: aiohttp.ClientSession) -> None:
    headers = [("Authorization", f"Bearer {teams.token()}")] * 2 + [("Content-Type", "application/json")]
    async with session.post(f"{door.url}/api/messages", data=b"{}", headers=headers) as response:
        assert response.status == 401


ELSEWHERE = "https://smba.evil.example/teams/"

FOREIGN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another tenant": ({"channelData": {"tenant": {"id": "x"}}}, {}),
    "one of two tenants": ({"conversation": {"id": "a:x", "conversationType": "personal", "tenantId": "x"}}, {}),
    "no tenant": ({"channelData": {}, "conversation": {"id": "a:x", "conversationType": "personal"}}, {}),
    "a tenant that is no text": ({"channelData": {"tenant": {"id": None}}}, {}),
    "another service": ({"serviceUrl": ELSEWHERE}, {"serviceurl": ELSEWHERE}),
    "a service that the token does not name": ({}, {"serviceurl": "http://127.0.0.1:1/"}),
    "a token that names no service": ({}, {"drop": "serviceurl"}),
    "a claim in other letters": ({}, {"drop": "serviceurl", "serviceUrl": "x"}),
    "another channel": ({"channelId": "webchat"}, {}),
}


@pytest.mark.parametrize("name", FOREIGN)
async def test_a_valid_token_opens_only_its_own_activity(name: str, teams: Any, room: Any, person: Any) -> None:
    fields, token = FOREIGN[name]
    status, _ = await person.post(teams.personal("hello") | fields, **token)
    assert (status, room.drafts, teams.calls) == (403, [], [])


async def test_a_key_must_be_endorsed_for_teams(teams: Any, room: Any, person: Any) -> None:
    teams.rotate("key-2", endorsements=["webchat"])
    assert (await person.post(teams.personal("hello"), kid="key-2"))[0] == 403
    assert (room.drafts, teams.calls) == ([], [])


@pytest.mark.parametrize(
    ("url", "permitted"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://smba.trafficmanager.net:443/emea/", True),
        ("https://SMBA.trafficmanager.net/emea/", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://smba.trafficmanager.net./", False),
        ("https://evil.example/smba.trafficmanager.net", False),
        ("https://evil.example#@smba.trafficmanager.net/", False),
        ("https://evil.example\\@smba.trafficmanager.net/", False),
        ("https://me@smba.trafficmanager.net/", False),
        ("https://me:pw@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net/?x=1", False),
        ("https://smba.trafficmanager.net/#x", False),
        ("https://smba.trafficmanager.net\t/", False),
        ("https://smbа.trafficmanager.net/", False),
        ("https://[::1", False),
        ("https://smba.trafficmanager.net:port/", False),
        ("//smba.trafficmanager.net/", False),
        ("ftp://smba.trafficmanager.net/", False),
        ("http://127.0.0.1:8080/", False),
        ("", False),
    ],
)
def test_we_send_to_listed_hosts_only(url: str, permitted: bool) -> None:
    live = {"TEAMS_APP_ID": "a", "TEAMS_APP_PASSWORD": "b", "TEAMS_TENANT_ID": "c"}
    assert permitted_service(url, load_settings(live)) is permitted


@pytest.mark.parametrize(
    ("env", "hosts", "url", "permitted"),
    [
        ("test", "127.0.0.1", "http://127.0.0.1:3978/", True),
        ("dev", "127.0.0.1,localhost", "http://localhost:3978/", True),
        ("test", "127.0.0.1", "http://localhost:3978/", False),
        ("test", "127.0.0.1", "http://127.0.0.2:3978/", False),
        ("production", "127.0.0.1", "http://127.0.0.1:3978/", False),
        ("test", "10.0.0.1", "http://10.0.0.1/", False),
    ],
)
def test_a_listed_loopback_host_is_for_dev_and_test(env: str, hosts: str, url: str, permitted: bool) -> None:
    keys = {"TEAMS_APP_ID": "a", "TEAMS_APP_PASSWORD": "b", "TEAMS_TENANT_ID": "c"}
    settings = load_settings({**keys, "CHECKPOST_ENV": env, "TEAMS_SERVICE_URL_HOSTS": hosts})
    assert permitted_service(url, settings) is permitted


async def test_anonymous_mode_needs_no_token_and_talks_to_this_machine_only(
    teams: Any, open_door: Callable[..., Any], session: aiohttp.ClientSession
) -> None:
    teams.guarded = False
    door = await open_door(TEAMS_APP_ID="", CHECKPOST_ENV="test", TEAMS_ALLOW_ANONYMOUS="1")
    person = sim.Person(teams, door.url, session)
    activity = teams.personal("Northwind")
    assert await person.post_raw(json.dumps(activity).encode(), None) == (200, "")
    assert "Please do not post this" in (await teams.settled())[0].words
    activity |= {"serviceUrl": "https://smba.trafficmanager.net/emea/"}
    assert (await person.post_raw(json.dumps(activity).encode(), None))[0] == 403
    assert (teams.key_fetches, teams.token_fetches) == (0, 0)
