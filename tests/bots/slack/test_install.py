"""Several workspaces by OAuth, tokens that rotate, and what happens when the app is taken out."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from bots import labels, wording
from core.errors import DatabaseError
from core.installations import Installations
from core.terms.term import Kind, Term

GOOD = "✅ Good to go"
OAUTH = {"SLACK_CLIENT_ID": "111.222", "SLACK_CLIENT_SECRET": "client-secret", "SLACK_BOT_TOKEN": ""}


def grant(slack, code: str, team: str = "T0002", **more: object) -> None:
    """Have Slack accept a code, or a refresh token, for a workspace."""
    slack.codes[code] = {"access_token": f"xoxb-{code}", "team": {"id": team}} | more


async def install(running, slack, code: str = "code1", **more: object) -> tuple[int, str]:
    """Walk through the installation as a browser does; return the last page's status and text."""
    caller = running.caller
    root = caller.url.removesuffix("/slack/events")
    async with caller.session.get(f"{root}/slack/install", allow_redirects=False) as response:
        page, cookies = response.headers["Location"], {key: each.value for key, each in response.cookies.items()}
    query = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    assert page.startswith(slack.url + "oauth/v2/authorize?")
    assert "chat:write" in query["scope"]
    url = more.pop("url", "{redirect}?code={code}&state={state}").format(
        redirect=query["redirect_uri"], code=code, state=more.pop("state", query["state"])
    )
    caller.session.cookie_jar.clear()
    async with caller.session.get(url, cookies=more.pop("cookies", cookies)) as response:
        return response.status, await response.text()


async def say(running, slack, team: str, text: str = "Happy Friday") -> None:
    """Write to the bot from a workspace."""
    event = running.caller.direct_message(text) | {"team_id": team}
    event["authorizations"] = [{"team_id": team, "user_id": "UBOT", "is_bot": True}]
    assert (await running.caller.json(event)).status == 200


async def test_a_workspace_is_installed_and_answered_with_its_own_token(stored, slack) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1")
    grant(slack, "code2", "T0003")
    assert (await install(running, slack))[0] == 200
    assert (await install(running, slack, "code2"))[0] == 200
    for team in ("T0002", "T0003"):
        await say(running, slack, team)
    await slack.until(2)
    assert [post["text"] for post in slack.posts] == [GOOD, GOOD]
    workspaces = {draft.author.workspace for draft in running.services.checker.drafts}
    assert workspaces == {"T0002", "T0003"}


async def test_a_workspace_heard_before_is_answered_while_the_database_is_away(stored, slack, monkeypatch) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1")
    await install(running, slack)
    await say(running, slack, "T0002")
    await slack.until(1)

    async def gone(*_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("core.installations.Installations.find", gone)
    monkeypatch.setattr("core.deliveries.Deliveries.claim", gone)
    await say(running, slack, "T0002")
    await slack.until(2)
    assert slack.posts[1]["text"] == wording.SORRY


async def test_a_workspace_that_never_installed_is_not_answered(stored, slack) -> None:
    running = await stored(**OAUTH)
    await say(running, slack, "T0666")
    await running.caller.until_done()
    assert slack.said == []


async def test_the_operators_own_token_serves_its_workspace_beside_those_installed(stored, slack) -> None:
    running = await stored(**OAUTH | {"SLACK_BOT_TOKEN": "xoxb-test-token"})
    await say(running, slack, "T0001")
    await say(running, slack, "T0666")
    await running.caller.until_done()
    assert len(slack.said) == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"state": "1700000000.forged.aaaa"},
        {"state": ""},
        {"state": "9" * 400},
        {"cookies": {}},
        {"cookies": {"checkpost-slack-state": "another"}},
    ],
)
async def test_a_forged_state_installs_nothing(stored, slack, forged: dict) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1")
    assert (await install(running, slack, **forged))[0] == 400
    assert await Installations(running.services.database).find("slack:T0002") is None


async def test_a_state_counts_once_and_not_for_ever(stored, slack, monkeypatch) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1")
    urls = []
    monkeypatch.setattr("bots.slack.oauth.secrets.token_urlsafe", lambda _: "same")
    at = time.time()
    monkeypatch.setattr("bots.slack.oauth.time.time", lambda: at)
    assert (await install(running, slack))[0] == 200
    grant(slack, "code2", "T0003")
    assert (await install(running, slack, "code2"))[0] == 400
    monkeypatch.setattr("bots.slack.oauth.secrets.token_urlsafe", lambda _: "other")

    def later() -> float:
        urls.append(1)
        return at if len(urls) == 1 else at + 700

    monkeypatch.setattr("bots.slack.oauth.time.time", later)
    assert (await install(running, slack, "code2"))[0] == 400


async def test_a_declined_or_failed_installation_says_so(stored, slack) -> None:
    running = await stored(**OAUTH)
    assert (await install(running, slack, url="{redirect}?error=access_denied&state={state}"))[0] == 400
    assert (await install(running, slack, "no-such-code"))[0] == 400


async def test_only_the_workspaces_named_may_install(stored, slack) -> None:
    running = await stored(**OAUTH | {"SLACK_WORKSPACES": "T0009"})
    grant(slack, "code1")
    assert (await install(running, slack))[0] == 400
    grant(slack, "code2", "T0009")
    assert (await install(running, slack, "code2"))[0] == 200


async def test_tokens_lie_encrypted_in_the_database(stored, slack, files_with, tmp_path) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1", refresh_token="xoxe-1-canary", expires_in=43_200)
    await install(running, slack)
    for word in ("xoxb-code1", "xoxe-1-canary"):
        assert files_with(tmp_path, word) == []
    assert "xoxb" not in repr(await Installations(running.services.database).find("slack:T0002"))


async def test_a_token_about_to_expire_is_renewed_once_however_many_ask(stored, slack) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1", refresh_token="refresh1", expires_in=60)
    await install(running, slack)
    grant(slack, "refresh1", refresh_token="refresh2", expires_in=43_200)
    slack.tokens.pop("xoxb-code1")
    slack.delay = 0.1
    await asyncio.gather(*(say(running, slack, "T0002") for _ in range(10)))
    await slack.until(10)
    slack.delay = 0
    assert {post["text"] for post in slack.posts} == {GOOD}
    assert [name for name, _ in slack.calls].count("oauth.v2.access") == 2
    kept = await Installations(running.services.database).find("slack:T0002")
    assert kept is not None
    assert (kept.token, kept.refresh_token) == ("xoxb-refresh1", "refresh2")


async def test_a_token_that_slack_does_not_renew_goes_on_while_it_holds(stored, slack) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1", refresh_token="refresh1", expires_in=60)
    await install(running, slack)
    await say(running, slack, "T0002")
    await slack.until(1)
    assert slack.posts[0]["text"] == GOOD


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}]
)
async def test_an_app_that_was_taken_out_forgets_its_tokens_and_is_silent(stored, slack, event: dict) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1")
    await install(running, slack)
    wrapped = running.caller.event(**event) | {"team_id": "T0002"}
    assert (await running.caller.json(wrapped)).status == 200
    await running.caller.until_done()
    assert await Installations(running.services.database).find("slack:T0002") is None
    await say(running, slack, "T0002")
    await running.caller.until_done()
    assert slack.said == []


async def test_a_persons_own_token_that_is_revoked_changes_nothing(stored, slack) -> None:
    running = await stored(**OAUTH)
    grant(slack, "code1")
    await install(running, slack)
    event = running.caller.event(type="tokens_revoked", tokens={"oauth": ["UALICE"]}) | {"team_id": "T0002"}
    await running.caller.json(event)
    await say(running, slack, "T0002")
    await slack.until(1)


async def test_the_one_workspace_is_left_alone_until_it_takes_us_back(running, caller, slack) -> None:
    await caller.json(caller.event(type="app_uninstalled"))
    slack.tokens.clear()
    asked = len(slack.calls)
    assert (await caller.json(caller.direct_message("Happy Friday"))).status == 200
    assert (await caller.command("Happy Friday")).status == 200
    await slack.until(1)
    assert [answer["text"] for answer in slack.answers] == [GOOD]
    assert {name for name, _ in slack.calls[asked:]} <= {"auth.test"}
    slack.tokens["xoxb-test-token"] = "T0001"
    await caller.json(caller.direct_message("Happy Friday"))
    await slack.until(2)
    assert slack.posts[0]["text"] == GOOD


async def test_the_routes_of_oauth_are_there_only_with_a_client_id(running, caller) -> None:
    for path in ("/slack/install", "/slack/oauth_redirect"):
        async with caller.session.get(caller.url.removesuffix("/slack/events") + path) as response:
            assert response.status == 404


async def two_workspaces(start, slack):
    """Serve two workspaces in which the same person keeps the terms, and return what runs."""
    running = await start(**OAUTH)
    for code, team in (("code1", "T0002"), ("code2", "T0003")):
        grant(slack, code, team)
        assert (await install(running, slack, code))[0] == 200
    return running.caller


async def told(caller, slack, text: str, team: str, user: str = "UADMIN") -> dict:
    """Type a command in a workspace and return its answer."""
    before = len(slack.answers)
    assert (await caller.command(text, user, team_id=team)).status == 200
    await slack.until_holds(lambda: len(slack.answers) > before)
    return slack.answers[-1]


async def test_two_workspaces_have_terms_of_their_own(real, slack) -> None:
    caller = await two_workspaces(real, slack)
    draft = "Proud to announce that we are now working with Northwind Traders on their new platform."
    await told(caller, slack, 'terms add "Northwind Traders" --kind client', "T0002")
    assert (await told(caller, slack, draft, "T0002"))["text"] == "⛔ Please do not post this"
    other = await told(caller, slack, draft, "T0003")
    assert other["text"] != "⛔ Please do not post this"
    for words in ("terms list", "terms history", "terms export", "terms proposals"):
        assert "Northwind" not in str(await told(caller, slack, words, "T0003"))
    assert "no term has this name" in str(await told(caller, slack, "terms remove Northwind Traders", "T0003"))
    await told(caller, slack, 'terms add "Northwind Traders" --kind client --note ours', "T0003")
    await told(caller, slack, "terms remove Northwind Traders", "T0002")
    assert (await told(caller, slack, draft, "T0003"))["text"] == "⛔ Please do not post this"
    assert "Northwind" in str(await told(caller, slack, "terms list", "T0003"))


async def test_what_is_guarded_in_all_workspaces_is_shown_on_each_desk_and_changed_on_none(real, slack) -> None:
    running = await real(**OAUTH)
    await running.services.terms.add(Term("Northwind Traders", Kind.CLIENT), "cli:op")
    grant(slack, "code1")
    assert (await install(running, slack))[0] == 200
    caller = running.caller
    await told(caller, slack, "terms add Tailwind Works", "T0002")
    listed = str(await told(caller, slack, "terms list", "T0002"))
    assert labels.OF_ALL in listed.partition("Northwind Traders")[2]
    assert labels.OF_ALL not in listed.partition("Tailwind Works")[2]
    assert "ask the operator" in str(await told(caller, slack, "terms remove Northwind Traders", "T0002"))
    await caller.command("terms", "UADMIN", team_id="T0002")
    desk = await slack.until_view(lambda view: "Northwind Traders" in str(view))
    rows = [block for block in desk["blocks"] if "Traders" in str(block) or "Tailwind" in str(block)]
    assert [labels.EDIT_TERM in str(row) for row in rows] == [False, True]
