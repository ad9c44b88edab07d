"""`checkpost manifest`: what a platform is told of the app, ready to be given to it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bots.cli.package import teams
from bots.cli.session import settings
from bots.slack.manifest import build_manifest, rights
from core.errors import SettingsError

_PLACEHOLDER = "https://checkpost.example.com"


@click.group()
def manifest() -> None:
    """Print or write the manifest of the app for a platform."""


@manifest.command()
@click.option("--url", default=_PLACEHOLDER, show_default=True, help="Where Slack reaches this server.")
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
    asked = rights(loaded)
    built = build_manifest(
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


manifest.add_command(teams)
