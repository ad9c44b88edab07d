"""The manifest says what the code does: no way in is missing, and no right is asked for that nothing uses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bots.cli import main
from bots.slack.app import SHORTCUTS
from bots.slack.manifest import EMAILS, EVENTS, REDIRECT_PATH, SCOPES, UPLOADS, USERGROUPS, build_manifest
from bots.slack.oauth import INSTALL

SOURCES = "\n".join(path.read_text("utf-8") for path in Path("bots/slack").glob("*.py") if path.name != "manifest.py")
USED_BY = {
    "commands": r"bolt\.command",
    "chat:write": r"chat_postMessage",
    "im:history": r'bolt\.event\("message"\)',
    "im:read": r'channel_type"\) != "im"',
    "im:write": r"conversations_open",
    "users:read": r"users_info",
    "files:read": r"files_info",
    "files:write": r"files_completeUploadExternal",
    "usergroups:read": r"usergroups_users_list",
    "users:read.email": r'"profile"\), "email"\)',
}


def printed(*arguments: str, **environ: str) -> tuple[dict, str]:
    """Run `checkpost manifest slack` and return the manifest and what was said beside it."""
    environ = {"CHECKPOST_ENV": "test"} | environ
    result = CliRunner().invoke(main, ["manifest", "slack", *arguments], env=environ, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), result.stderr


def test_every_right_is_used_and_every_right_used_is_asked_for() -> None:
    assert USED_BY.keys() == SCOPES.keys() | USERGROUPS.keys() | UPLOADS.keys() | EMAILS.keys()
    assert [scope for scope, use in USED_BY.items() if not re.search(use, SOURCES)] == []
    called = set(re.findall(r"api\.client\.([a-z]+_[a-zA-Z_]+)|client\.(views_[a-z]+|api_call)", SOURCES))
    assert {"".join(each) for each in called} <= {
        *("auth_test", "chat_postMessage", "chat_update", "conversations_open", "files_info"),
        *("usergroups_users_list", "users_info", "files_getUploadURLExternal", "files_completeUploadExternal"),
        *("views_open", "views_push", "views_update", "views_publish", "api_call"),
    }


def test_nothing_that_reads_a_channel_is_asked_for() -> None:
    assert [scope for scope in SCOPES if scope.startswith(("channels", "groups", "mpim", "search"))] == []


def test_each_event_shortcut_and_command_is_answered_by_the_code() -> None:
    manifest, said = printed("--url", "https://bot.example.org/")
    features, settings = manifest["features"], manifest["settings"]
    assert {each["callback_id"] for each in features["shortcuts"]} == SHORTCUTS.keys()
    assert {each["type"] for each in features["shortcuts"]} == {"global", "message"}
    assert settings["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    for event in EVENTS:
        assert f'"{event.partition(".")[0]}"' in SOURCES
    (command,) = features["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/checkpost", True)
    url = "https://bot.example.org/slack/events"
    assert {command["url"], settings["interactivity"]["request_url"]} == {url}
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert [line.split()[0] for line in said.splitlines()] == list(SCOPES)


def test_socket_mode_needs_no_address() -> None:
    manifest, _ = printed(SLACK_BOT_TOKEN="xoxb-x", SLACK_SIGNING_SECRET="s", SLACK_APP_TOKEN="xapp-x")
    assert manifest["settings"]["socket_mode_enabled"]
    assert "url" not in json.dumps(manifest)
    assert printed("--socket-mode")[0] == manifest, "before there is any token"


def test_several_workspaces_bring_the_redirect_and_rotation() -> None:
    manifest, _ = printed(SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="c", SLACK_SIGNING_SECRET="s")
    assert manifest["oauth_config"]["redirect_urls"] == [f"https://checkpost.example.com{REDIRECT_PATH}"]
    assert manifest["settings"]["token_rotation_enabled"]
    assert INSTALL.startswith("/slack/")


def test_user_groups_are_read_only_where_one_is_named() -> None:
    assert "usergroups:read" not in printed()[0]["oauth_config"]["scopes"]["bot"]
    assert "usergroups:read" in printed(CHECKPOST_ADMINS="slack:@S1")[0]["oauth_config"]["scopes"]["bot"]


@pytest.mark.parametrize(("channel", "asked"), [("slack:C1", True), ("teams:19:a@thread.tacv2", False), ("", False)])
def test_uploading_is_asked_for_only_where_a_channel_gets_the_report(channel: str, asked: bool) -> None:
    scopes = printed(CHECKPOST_REVIEW_CHANNEL=channel)[0]["oauth_config"]["scopes"]["bot"]
    assert ("files:write" in scopes) is asked


TEAMS = {"TEAMS_APP_ID": "a", "TEAMS_APP_PASSWORD": "p", "TEAMS_TENANT_ID": "t"}


@pytest.mark.parametrize(
    ("variables", "asked"),
    [
        ({}, False),
        (TEAMS, False),
        ({"CHECKPOST_REVIEW_CHANNEL": "slack:C0"}, False),
        (TEAMS | {"CHECKPOST_REVIEW_CHANNEL": "teams:19:x"}, True),
    ],
)
def test_e_mail_addresses_are_read_only_where_reviews_pass_between_platforms(variables: dict, asked: bool) -> None:
    assert ("users:read.email" in printed(**variables)[0]["oauth_config"]["scopes"]["bot"]) is asked


@pytest.mark.parametrize("socket_mode", [True, False])
def test_slacks_limits_on_a_manifest_hold(socket_mode: bool) -> None:
    built = build_manifest("https://x.example", SCOPES | USERGROUPS, socket_mode=socket_mode, several=True)
    about = built["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4_000
    for shortcut in built["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    (command,) = built["features"]["slash_commands"]
    assert len(command["description"]) <= 2_000
    assert len(command["usage_hint"]) <= 1_000
    assert built["oauth_config"]["scopes"]["bot"] == list(SCOPES | USERGROUPS)


def test_the_manifest_goes_to_a_file_and_wants_https(tmp_path: Path) -> None:
    target = tmp_path / "manifest.json"
    run = CliRunner().invoke(main, ["manifest", "slack", "--out", str(target)], env={"CHECKPOST_ENV": "test"})
    assert run.exit_code == 0
    assert run.stdout.startswith(f"{target}: paste it whole ")
    assert json.loads(target.read_text("utf-8"))["display_information"]["name"] == "checkpost"
    run = CliRunner().invoke(main, ["manifest", "slack", "--url", "http://x"], env={"CHECKPOST_ENV": "test"})
    assert (run.exit_code, "https" in run.output) == (1, True)
