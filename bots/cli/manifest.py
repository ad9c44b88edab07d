"""`checkpost manifest`: what a platform is told of the app, ready to be given to it."""

from __future__ import annotations

import json
import uuid
from importlib import metadata
from pathlib import Path

import click

from bots.cli.session import settings
from bots.slack import manifest as slack_app
from bots.teams import package
from core.errors import SettingsError

_SITE = "https://checkpost.example.com"


@click.group()
def manifest() -> None:
    """Print or write the manifest of the app for a platform."""


@manifest.command()
@click.option("--url", default=_SITE, show_default=True, help="Where Slack reaches this server.")
@click.option("--socket-mode", is_flag=True, help="For a server that calls Slack, so that no port is open.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file.")
def slack(url: str, socket_mode: bool, out: Path | None) -> None:
    """Print the manifest to create the Slack app from; why it needs each right goes to standard error.

    --socket-mode or SLACK_APP_TOKEN makes it one for Socket Mode, SLACK_CLIENT_ID one for several workspaces, a user
    group among the admins or reviewers adds the right to read who is in it, and CHECKPOST_REVIEW_CHANNEL that to post
    a picture; beside the credentials of Teams, that to read e-mail addresses, by which one person on both platforms is
    known.
    """
    loaded = settings()
    if not url.startswith("https://"):
        raise SettingsError("--url: Slack wants https://")
    asked = slack_app.rights(loaded)
    built = slack_app.build_manifest(
        url.rstrip("/"),
        asked,
        socket_mode=socket_mode or loaded.slack_app_token is not None,
        several=loaded.slack_client_id is not None,
    )
    text = json.dumps(built, indent=2, ensure_ascii=False) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out}: paste it whole where Slack asks for it (Your Apps, Create New App, From a manifest, JSON).")
    else:
        click.echo(text, nl=False)
    for scope, reason in asked.items():
        click.echo(f"{scope:<16} {reason}", err=True)


@manifest.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default="checkpost-teams.zip", show_default=True
)
@click.option("--publisher", default="checkpost", show_default=True, help="Who answers for the app in your company.")
@click.option("--website", default=_SITE, show_default=True, help="Its page about the app.")
@click.option("--privacy", default=f"{_SITE}/privacy", show_default=True, help="Its page about what is kept.")
@click.option("--terms", default=f"{_SITE}/terms", show_default=True, help="Its terms of use.")
@click.option("--slash", is_flag=True, help="With slash commands, for clients that know manifests of version 1.29.")
def teams(out: Path, publisher: str, website: str, privacy: str, terms: str, slash: bool) -> None:
    """Write the app package, a zip file with manifest and icons, for the app of TEAMS_APP_ID.

    It asks for no right beyond a bot that people write to and the message extension.
    """
    app_id = settings().teams_app_id or ""
    try:
        uuid.UUID(app_id)
    except ValueError:
        raise SettingsError("TEAMS_APP_ID: give the id of the registered app, a UUID") from None
    if not all(url.startswith("https://") for url in (website, privacy, terms)):
        raise SettingsError("--website, --privacy and --terms: Teams wants https://")
    answers = package.Publisher(publisher, website, privacy, terms)
    built = package.build_manifest(app_id.lower(), answers, metadata.version("checkpost"), slash=slash)
    out.write_bytes(package.build_package(built))
    click.echo(f"{out}: upload it in the Teams admin center (Teams apps, Manage apps), then allow it for your people.")
