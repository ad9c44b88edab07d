"""Settings: what is refused at start, and that no message repeats a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import DEFAULT_POLICY_DIR, SECRETS, is_loopback, load_settings

SLACK = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "canary-secret"}
TEAMS = {"TEAMS_APP_ID": "canary-app", "TEAMS_APP_PASSWORD": "canary-pass", "TEAMS_TENANT_ID": "canary-tenant"}
DEV = {"CHECKPOST_ENV": "dev"}


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = load_settings({})
    assert settings.env == "production"
    assert settings.database_url.get_secret_value() == "sqlite:///checkpost.db"
    assert settings.policy_dir == DEFAULT_POLICY_DIR
    assert (settings.host, settings.port, settings.ops_port, settings.log_level) == ("127.0.0.1", 8080, None, "INFO")
    assert (settings.slack_on, settings.teams_on, settings.api_token) == (False, False, None)
    assert settings.admins == settings.reviewers == ()


def test_an_empty_variable_counts_as_unset() -> None:
    names = [str(field.alias) for field in type(load_settings({})).model_fields.values()]
    assert load_settings(dict.fromkeys(names, "")) == load_settings({})


@pytest.mark.parametrize("left_out", SLACK)
def test_half_of_slack_refuses_to_start_and_names_the_rest(left_out: str) -> None:
    with pytest.raises(SettingsError, match=f"Slack.*{left_out}"):
        load_settings({name: value for name, value in SLACK.items() if name != left_out})


@pytest.mark.parametrize("left_out", TEAMS)
def test_teams_without_one_of_three_refuses_to_start_and_names_it(left_out: str) -> None:
    with pytest.raises(SettingsError, match=f"Teams.*{left_out}"):
        load_settings({name: value for name, value in TEAMS.items() if name != left_out})


@pytest.mark.parametrize("only", TEAMS)
def test_teams_with_one_of_three_names_both_others(only: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({only: "canary"})
    assert all((name in str(error.value)) is (name != only) for name in TEAMS)


@pytest.mark.parametrize(
    "given",
    [
        {"SLACK_APP_TOKEN": "xapp-canary"},
        {"SLACK_CLIENT_ID": "1.2"},
        {"SLACK_CLIENT_SECRET": "canary"},
        {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "canary"},
        SLACK | {"SLACK_CLIENT_ID": "1.2"},
        SLACK | {"SLACK_CLIENT_SECRET": "canary"},
    ],
)
def test_parts_of_slack_that_need_others_refuse_to_start(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="SLACK_"):
        load_settings(given)


@pytest.mark.parametrize(
    ("given", "slack", "teams"),
    [
        (SLACK, True, False),
        (TEAMS, False, True),
        (SLACK | TEAMS, True, True),
        ({"SLACK_SIGNING_SECRET": "s", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c"}, True, False),
        (DEV | {"TEAMS_ALLOW_ANONYMOUS": "1"}, False, True),
        (DEV | {"TEAMS_ALLOW_ANONYMOUS": "0"}, False, False),
    ],
)
def test_a_door_is_open_when_it_has_its_credentials(given: dict[str, str], slack: bool, teams: bool) -> None:
    settings = load_settings(given)
    assert (settings.slack_on, settings.teams_on) == (slack, teams)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"CHECKPOST_ENV": "production"},
        DEV | TEAMS,
        DEV | {"TEAMS_APP_ID": "canary"},
        DEV | {"HOST": "0.0.0.0"},  # noqa: S104
        {"CHECKPOST_ENV": "test", "HOST": "10.0.0.1"},
    ],
)
def test_anonymous_teams_is_for_a_machine_of_ones_own_only(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        load_settings(given | {"TEAMS_ALLOW_ANONYMOUS": "1"})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.9.1"])
def test_in_development_a_loopback_host_is_taken(host: str) -> None:
    assert is_loopback(host)
    assert load_settings(DEV | {"HOST": host, "TEAMS_ALLOW_ANONYMOUS": "1"}).teams_on


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "10.0.0.1", "localhost.example", "127.0.0.1.example", "", "1270.0.0.1"],  # noqa: S104
)
def test_any_other_host_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)
    if host:
        with pytest.raises(SettingsError, match="loopback"):
            load_settings(DEV | {"HOST": host})


def test_in_production_any_host_may_serve() -> None:
    assert load_settings({"HOST": "0.0.0.0"}).host == "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_from_a_file(tmp_path: Path, name: str) -> None:
    full = SLACK | TEAMS | {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c"}
    path = tmp_path / "secret"
    path.write_text("canary-from-file\n")
    settings = load_settings({key: value for key, value in full.items() if key != name} | {f"{name}_FILE": str(path)})
    field = next(key for key, each in type(settings).model_fields.items() if each.alias == name)
    assert getattr(settings, field).get_secret_value() == "canary-from-file"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_set_twice_refuses_to_start(tmp_path: Path, name: str) -> None:
    path = tmp_path / "secret"
    path.write_text("canary")
    with pytest.raises(SettingsError, match=f"{name} and {name}_FILE are both set"):
        load_settings({name: "canary", f"{name}_FILE": str(path)})


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("content", [b"", b" \n", None, b"\xff\xfe"])
def test_a_secrets_file_that_is_empty_missing_or_no_text_refuses_to_start(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=f"{name}_FILE"):
        load_settings({f"{name}_FILE": str(path)})


@pytest.mark.parametrize("name", ["SLACK_API_URL", "TEAMS_OPENID_METADATA_URL", "TEAMS_AUTHORITY"])
@pytest.mark.parametrize(
    "url", ["http://canary.example/", "http://127.0.0.1:9/", "ftp://canary.example/", "canary", "https://"]
)
def test_production_talks_over_https_only(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings(TEAMS | {name: url})


@pytest.mark.parametrize("name", ["SLACK_API_URL", "TEAMS_OPENID_METADATA_URL"])
def test_development_may_talk_http_to_itself_and_nobody_else(name: str) -> None:
    load_settings(DEV | {name: "http://127.0.0.1:9/x/"})
    load_settings(DEV | {name: "http://[::1]:9/x/"})
    with pytest.raises(SettingsError, match=name):
        load_settings(DEV | {name: "http://10.0.0.1/x/"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHECKPOST_ENV", "canary"),
        ("PORT", "canary"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("CHECKPOST_OPS_PORT", "canary"),
        ("LOG_LEVEL", "canary"),
        ("SLACK_API_URL", "https://canary:canary@[::1"),
        ("TEAMS_ALLOW_ANONYMOUS", "canary"),
        ("CHECKPOST_ADMINS", "xoxb-canary"),
        ("CHECKPOST_ADMINS", "slack:U0123ABC,canary@example.com"),
        ("CHECKPOST_REVIEWERS", "teams:canary"),
        ("SLACK_BOT_TOKEN_FILE", "xoxb-canary"),
        ("CHECKPOST_API_TOKEN_FILE", "/nowhere/canary"),
    ],
)
def test_a_wrong_value_names_its_variable_and_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as error:
        load_settings({name: value})
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    "given", [SLACK, TEAMS, SLACK | {"CHECKPOST_API_TOKEN": "canary", "CHECKPOST_ENCRYPTION_KEY": "canary"}]
)
def test_settings_do_not_show_secrets_when_printed(given: dict[str, str]) -> None:
    shown = repr(load_settings(given)) + str(load_settings(given))
    assert not [value for name, value in given.items() if name in SECRETS and value in shown]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("slack:U012ABC", ("slack:U012ABC",)),
        (" slack:U012ABC , slack:@S01 ,", ("slack:U012ABC", "slack:@S01")),
        ("slack:workspace-admins", ("slack:workspace-admins",)),
        ("teams:0A1B2C3D-0000-1111-2222-ABCDEFABCDEF", ("teams:0a1b2c3d-0000-1111-2222-abcdefabcdef",)),
    ],
)
def test_people_are_named_by_platform_and_id(text: str, people: tuple[str, ...]) -> None:
    assert load_settings({"CHECKPOST_ADMINS": text}).admins == people
    assert load_settings({"CHECKPOST_REVIEWERS": text}).reviewers == people


@pytest.mark.parametrize(
    "text", ["U012ABC", "slack:", "slack:C012", "slack:u012abc", "teams:me", "*", "everyone", "slack:@U1"]
)
def test_anybody_else_is_nobody(text: str) -> None:
    with pytest.raises(SettingsError, match="CHECKPOST_ADMINS"):
        load_settings({"CHECKPOST_ADMINS": text})


@pytest.mark.parametrize("text", ["slack:C012ABC", "slack:G1", "slack:T1:C012ABC", "teams:19:abc@thread.tacv2"])
def test_a_channel_for_reviews_is_named_by_platform_and_id(text: str) -> None:
    assert load_settings({"CHECKPOST_REVIEW_CHANNEL": text}).review_channel == text


@pytest.mark.parametrize("text", ["C012ABC", "slack:#legal", "slack:U012ABC", "slack:C1:T1", "teams:", "mail:x"])
def test_nothing_else_is_a_channel_for_reviews(text: str) -> None:
    with pytest.raises(SettingsError, match="CHECKPOST_REVIEW_CHANNEL"):
        load_settings({"CHECKPOST_REVIEW_CHANNEL": text})


def test_a_blank_secret_opens_no_door() -> None:
    with pytest.raises(SettingsError):
        load_settings({"CHECKPOST_API_TOKEN": "   "})
    with pytest.raises(SettingsError):
        load_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "  "})


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"PORT": "x", "LOG_LEVEL": "x"})
    assert "PORT" in str(error.value)
    assert "LOG_LEVEL" in str(error.value)
