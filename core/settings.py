"""Settings: every environment variable that checkpost reads, in one place, checked before anything starts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from core.errors import SettingsError
from core.platforms import PLATFORMS

SECRETS = (
    "CHECKPOST_ENCRYPTION_KEY",
    "CHECKPOST_DATABASE_URL",
    "CHECKPOST_API_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_CLIENT_SECRET",
    "TEAMS_APP_PASSWORD",
)
"""Each of these may also come from the file that `<NAME>_FILE` points to."""

DEFAULT_POLICY_DIR = Path(__file__).resolve().parent.parent / "policies"
_PERSON = re.compile("|".join(f"{name}:(?:{each.person})" for name, each in PLATFORMS.items() if each.person))
_CHANNEL = re.compile("|".join(f"{name}:(?:{each.channel})" for name, each in PLATFORMS.items() if each.channel))


class Settings(BaseModel):
    """What the operator configured. Field aliases are the environment variables of the contract."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, populate_by_name=False)

    env: Literal["production", "dev", "test"] = Field("production", alias="CHECKPOST_ENV")
    database_url: SecretStr = Field(SecretStr("sqlite:///checkpost.db"), alias="CHECKPOST_DATABASE_URL")
    policy_dir: Path = Field(DEFAULT_POLICY_DIR, alias="CHECKPOST_POLICY_DIR")
    encryption_key: SecretStr | None = Field(None, alias="CHECKPOST_ENCRYPTION_KEY")
    admins: tuple[str, ...] = Field((), alias="CHECKPOST_ADMINS")
    reviewers: tuple[str, ...] = Field((), alias="CHECKPOST_REVIEWERS")
    review_channel: str | None = Field(None, alias="CHECKPOST_REVIEW_CHANNEL")
    report: Literal["weekly", "monthly", "never"] = Field("weekly", alias="CHECKPOST_REPORT")
    api_token: SecretStr | None = Field(None, alias="CHECKPOST_API_TOKEN")
    host: str = Field("127.0.0.1", alias="HOST")
    port: int = Field(8080, alias="PORT", ge=0, le=65535)
    ops_port: int | None = Field(None, alias="CHECKPOST_OPS_PORT", ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", alias="LOG_LEVEL")

    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    slack_client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(None, alias="SLACK_CLIENT_SECRET")
    slack_workspaces: tuple[str, ...] = Field((), alias="SLACK_WORKSPACES")

    teams_app_id: str | None = Field(None, alias="TEAMS_APP_ID")
    teams_app_password: SecretStr | None = Field(None, alias="TEAMS_APP_PASSWORD")
    teams_tenant_id: str | None = Field(None, alias="TEAMS_TENANT_ID")
    teams_authority: str | None = Field(None, alias="TEAMS_AUTHORITY")
    teams_openid_metadata_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration", alias="TEAMS_OPENID_METADATA_URL"
    )
    teams_service_url_hosts: tuple[str, ...] = Field(("smba.trafficmanager.net",), alias="TEAMS_SERVICE_URL_HOSTS")
    teams_allow_anonymous: bool = Field(False, alias="TEAMS_ALLOW_ANONYMOUS")

    @field_validator("admins", "reviewers", "teams_service_url_hosts", "slack_workspaces", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("admins", "reviewers")
    @classmethod
    def _people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for person in value:
            if not _PERSON.fullmatch(person):
                raise ValueError(
                    "an entry names nobody: write slack:U..., slack:@S... (a user group's id), "
                    "slack:workspace-admins or teams:<Entra object id>"
                )
        return tuple(person.lower() if person.startswith("teams:") else person for person in value)

    @field_validator("review_channel")
    @classmethod
    def _channel(cls, value: str | None) -> str | None:
        if value is not None and not _CHANNEL.fullmatch(value):
            raise ValueError("write slack:C..., slack:T...:C... (with its workspace) or teams:<conversation id>")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @model_validator(mode="after")
    def _sound(self) -> Self:
        self._check_slack()
        self._check_teams()
        if self.env == "production":
            return self
        if not is_loopback(self.host):
            raise ValueError(f"HOST: CHECKPOST_ENV={self.env} serves on a loopback address only; use 127.0.0.1")
        return self

    def _check_slack(self) -> None:
        needed = {
            "SLACK_SIGNING_SECRET": self.slack_signing_secret,
            "SLACK_BOT_TOKEN": self.slack_bot_token or self.slack_client_id,
        }
        given = [self.slack_bot_token, self.slack_signing_secret, self.slack_app_token, self.slack_client_id]
        _all_or_none("Slack", needed, any(given))
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            raise ValueError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: set both or neither")
        self._check_url("SLACK_API_URL", self.slack_api_url)

    def _check_teams(self) -> None:
        needed = {
            "TEAMS_APP_ID": self.teams_app_id,
            "TEAMS_APP_PASSWORD": self.teams_app_password,
            "TEAMS_TENANT_ID": self.teams_tenant_id,
        }
        _all_or_none("Teams", needed, any(needed.values()))
        self._check_url("TEAMS_OPENID_METADATA_URL", self.teams_openid_metadata_url)
        if self.teams_authority:
            self._check_url("TEAMS_AUTHORITY", self.teams_authority)
        if not self.teams_allow_anonymous:
            return
        if self.env == "production" or any(needed.values()) or not is_loopback(self.host):
            raise ValueError(
                "TEAMS_ALLOW_ANONYMOUS is for local development: it needs CHECKPOST_ENV=dev or test, "
                "no TEAMS_APP_ID, TEAMS_APP_PASSWORD or TEAMS_TENANT_ID, and a loopback HOST"
            )

    def _check_url(self, name: str, url: str) -> None:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            raise ValueError(f"{name}: this is no URL") from None
        if parts.scheme == "https" and host:
            return
        if parts.scheme == "http" and is_loopback(host) and self.env != "production":
            return
        raise ValueError(f"{name}: use https (http is for a loopback host with CHECKPOST_ENV=dev or test)")

    @property
    def slack_on(self) -> bool:
        """Tell whether the Slack door is open."""
        return self.slack_signing_secret is not None

    @property
    def teams_on(self) -> bool:
        """Tell whether the Teams door is open."""
        return self.teams_app_id is not None or self.teams_allow_anonymous


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Build Settings from environment variables and the files that `..._FILE` variables name.

    Raises:
        SettingsError: naming each variable that is wrong and what to write instead, never its value.
    """
    values: dict[str, Any] = {}
    for field in Settings.model_fields.values():
        name = str(field.alias)
        if environ.get(name) and not environ[name].strip():
            raise SettingsError(f"{name} is blank: give it a value or take it out")
        if environ.get(name):
            values[name] = environ[name].strip()
    for name in SECRETS:
        path = environ.get(name + "_FILE")
        if path and name in values:
            raise SettingsError(f"{name} and {name}_FILE are both set: keep one")
        if path:
            values[name] = _read_secret(name, Path(path))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [_problem(entry) for entry in error.errors(include_input=False, include_url=False)]
        raise SettingsError("; ".join(problems)) from None


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _all_or_none(front_end: str, needed: Mapping[str, object], any_given: bool) -> None:
    missing = [name for name, value in needed.items() if not value]
    if any_given and missing:
        raise ValueError(f"{front_end} is half set up: also set {' and '.join(missing)}")


def _read_secret(name: str, path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name}_FILE: the file cannot be read ({type(error).__name__}); give the path of a file"
        ) from None
    if not secret:
        raise SettingsError(f"{name}_FILE: the file is empty; write the secret into it")
    return secret


def _problem(entry: Any) -> str:
    message = str(entry["msg"]).removeprefix("Value error, ")
    return f"{entry['loc'][0]}: {message}" if entry["loc"] else message
