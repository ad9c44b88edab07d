"""`checkpost manifest`: what a platform is told of the app, ready to be given to it."""

from __future__ import annotations

import click

from bots.cli.package import teams


@click.group()
def manifest() -> None:
    """Write the manifest of the app for a platform."""


manifest.add_command(teams)
