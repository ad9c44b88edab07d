"""The same draft gets the same findings by every door: command line, Slack, Teams and HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from click.testing import CliRunner

from bots.cli import main
from bots.contract import verdict_json
from core.draft import Draft
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Verdict

SECRET, TOKEN = "a-signing-secret", "a-token-of-some-length"
NOBODY = "http://127.0.0.1:9/"
"""Where Slack and Teams are told to listen: this test is about what comes in, so every answer gets lost."""

CORPUS = (
    "Lovely day at the sea, and the ice cream was worth the queue.",
    "We are proud to work with Northwind Traders on their new shop.",
    "N o r t h w i n d tr4ders had cake today. #NorthwindTraders",
    "Tomorrow Bluebird takes off, and nobody knows yet.",
    "The summit was cold; a bluebird sat on the wire.",
    "Ring me at +44 20 7946 0123 or write to jane.doe@corp-mail.de, I am at home.",
    "My card is 4111 1111 1111 1111 and my IBAN is DE89 3704 0044 0532 0130 00.",
    "In yesterday's board meeting the CEO told us that we close two offices in May.",
    "Our boss is an idiot and every customer of ours is worse.",
    "These pills cure diabetes in nine days.",
    "Revenue fell by 34% this quarter, we publish it next week, keep it quiet.",
    "password: hunter2-Very!Secret9 and AKIAIOSFODNN7EXAMPLE in the repo",
    "We just signed a huge new client, cannot say who, announcement soon!",
    "People from that country should all be thrown out.",
    "Fish &amp; chips <3 and 5 > 4, said R&D; **bold** _it_ [x](https://example.org/a?b=1&c=2) `code`",
    "Dr Anna Kowalczyk has cancer, please pray for her.",
    "Zwei Zeilen auf Deutsch: wir haben heute im Garten gesessen und sehr lange \u00fcber das Wetter gesprochen.",
    "\u202bשלום עולם\u202c and 👩‍👩‍👧 and \u0301 accents",
    "one\n\ntwo\nthree Northwind Traders\n\nfour",
    "I am working from our summer house at 12 Mill Lane, Oxford OX1 2AB until Friday, the flat stands empty.",
    " ".join(["We talk about the weather with everybody."] * 150),
)


@pytest.fixture
async def house(serve: Any) -> Any:
    """A server with every door open, two names on its list, and every verdict noted down."""
    running = await serve(
        CHECKPOST_API_TOKEN=TOKEN, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=NOBODY, TEAMS_ALLOW_ANONYMOUS="1",
    )  # fmt: skip
    await running.services.terms.add(Term("Northwind Traders", Kind.CLIENT), "test")
    await running.services.terms.add(Term("Bluebird", Kind.PROJECT, secrecy=Secrecy.SECRET), "test")
    return running


def comparable(draft: Draft, verdict: Verdict) -> dict[str, Any]:
    """Return what has to be the same: all but the number of the check, and the hour, which not every door knows."""
    told = verdict_json(draft, verdict)
    told["findings"] = [each for each in told["findings"] if each["category"] != "work_hours"]
    return {"read": draft.text, **told, "id": ""}


async def by_http(url: str, text: str, session: aiohttp.ClientSession) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    async with session.post(f"{url}/v1/check", json={"text": text}, headers=bearer) as response:
        assert response.status == 200


async def by_slack(url: str, text: str, session: aiohttp.ClientSession, number: int) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    fields = {"command": "/checkpost", "text": escaped, "user_id": f"U{number}", "team_id": "T1",
              "trigger_id": f"1.{number}", "channel_id": "D1", "response_url": f"{NOBODY}x"}  # fmt: skip
    body, now = urlencode(fields), str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={mac}",
               "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
    async with session.post(f"{url}/slack/events", data=body, headers=headers) as response:
        assert response.status == 200


async def by_teams(url: str, text: str, session: aiohttp.ClientSession, number: int) -> None:
    activity = {
        "type": "message", "id": str(number), "channelId": "msteams", "serviceUrl": NOBODY,
        "from": {"id": f"29:{number}"}, "recipient": {"id": "28:bot"},
        "conversation": {"id": f"a:{number}", "conversationType": "personal"},
        "text": text, "localTimestamp": "2026-03-01T22:30:00Z",
    }  # fmt: skip
    async with session.post(f"{url}/api/messages", json=activity) as response:
        assert response.status == 200


def by_command_line(environ: dict[str, str]) -> list[dict[str, Any]]:
    lines = "\n".join(json.dumps({"id": "1", "text": text}) for text in CORPUS)
    done = CliRunner().invoke(main, ["check", "--jsonl"], input=lines, env=environ)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


async def test_every_door_finds_the_same(house: Any, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.teams.connector._backoff", lambda _: 0.01)
    noted: dict[str, list[dict[str, Any]]] = {}
    check = house.services.checker.check

    async def note(draft: Draft) -> Verdict:
        verdict: Verdict = await check(draft)
        noted.setdefault(draft.author.platform, []).append(comparable(draft, verdict))
        return verdict

    monkeypatch.setattr(type(house.services.checker), "check", lambda _, draft: note(draft))
    async with aiohttp.ClientSession() as session:
        for number, text in enumerate(CORPUS):
            await by_http(house.url, text, session)
            await by_slack(house.url, text, session, number)
            await by_teams(house.url, text, session, number)
            for _ in range(3_000):
                if all(len(noted.get(door, ())) > number for door in ("api", "slack", "teams")):
                    break
                await asyncio.sleep(0.01)
            assert {door: len(found) for door, found in noted.items()} == dict.fromkeys(noted, number + 1), text
    monkeypatch.undo()
    for number, text in enumerate(CORPUS):
        api, slack, teams = (noted[door][number] for door in ("api", "slack", "teams"))
        assert api["read"] == text
        assert slack == api, text
        assert teams == api, text
    lines = await asyncio.to_thread(by_command_line, environ)
    assert [line | {"id": ""} for line in lines] == [
        {key: value for key, value in each.items() if key != "read"} for each in noted["api"]
    ]
    outcomes = {each["outcome"] for each in noted["api"]}
    assert outcomes == {"ok", "revise", "block", "unchecked"}
    assert len({finding["category"] for each in noted["api"] for finding in each["findings"]}) >= 7
