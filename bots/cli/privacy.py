"""`checkpost privacy`: what is kept, of everybody and of one person; deleting it; the data-protection document."""

from __future__ import annotations

from pathlib import Path

import click

from bots.cli.guidance import show_page
from bots.cli.protection import document_text
from bots.cli.session import operator, put, settings, with_database
from core.guidance import load_guidance
from core.policy import load_policy
from core.privacy import Kept, Subjects


@click.group(invoke_without_command=True)
@click.pass_context
def privacy(ctx: click.Context) -> None:
    """Show what is kept of a check, and how it is deleted."""
    if ctx.invoked_subcommand is None:
        show_page("privacy")


@privacy.command("list")
@click.argument("name", metavar="PLATFORM:WORKSPACE:ID")
def list_kept(name: str) -> None:
    """Count what is kept of one person, as records name them, such as slack:T0001:U0001."""
    for line in _lines(with_database(lambda database: Subjects(database).kept(name))):
        click.echo(line)


@privacy.command()
@click.argument("name", metavar="PLATFORM:WORKSPACE:ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(name: str, yes: bool) -> None:
    """Delete what is kept of one person, and take their name off the record, which still holds."""
    if not yes:
        click.confirm("This cannot be undone. Delete?", abort=True, err=True)
    for line in _lines(with_database(lambda database: Subjects(database).delete(name, str(operator())))):
        click.echo(line)
    click.echo("deleted, but for what they answer for themselves")


@privacy.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.md", help="Write a file.")
def document(out: Path | None) -> None:
    """Write the data-protection document of this installation, from its settings and policy as they are."""
    loaded = settings()
    put(document_text(loaded, load_policy(loaded.policy_dir), load_guidance(loaded.policy_dir)), out)


def _lines(kept: Kept) -> list[str]:
    return [
        f"{kept.records} records of checks, requests and proposals, under a name drawn by lot",
        f"{kept.reviews} requests for review",
        f"{kept.proposals} proposals for the confidential list",
        f"{kept.exceptions} exceptions for them alone",
        f"{kept.contacts} ways to write to them first in Teams",
        f"{kept.lasting} records of what they decided or changed themselves, which go with retention alone",
    ]
