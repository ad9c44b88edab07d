"""`checkpost manifest teams`: the app package that an administrator of Teams uploads."""

from __future__ import annotations

import uuid
from importlib import metadata
from pathlib import Path

import click

from bots.cli.session import settings
from bots.teams.package import Publisher, build_manifest, build_package
from core.errors import SettingsError

_SITE = "https://checkpost.example.com"


@click.command()
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
    answers = Publisher(publisher, website, privacy, terms)
    built = build_manifest(app_id.lower(), answers, metadata.version("checkpost"), slash=slash)
    out.write_bytes(build_package(built))
    click.echo(f"{out}: upload it in the Teams admin center (Teams apps, Manage apps), then allow it for your people.")
