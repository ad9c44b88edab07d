"""`checkpost db`: the database's birth, its migrations, its backups."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import click

from bots.cli.session import operator, settings, with_database, with_services
from core import backup as backups
from core.audit import AuditBroken
from core.db import init_database, upgrade_database
from core.errors import DatabaseError
from core.terms.rotation import reseal


@click.group()
def db() -> None:
    """Create, upgrade, back up and restore the database."""


@db.command()
@click.option("--sample", is_flag=True, help="Put a few invented terms into a new database.")
def init(sample: bool) -> None:
    """Create the database. An existing one is left as it is."""
    created = asyncio.run(init_database(settings()))
    if created and sample:
        rows = resources.files("bots.cli").joinpath("sample_terms.csv").read_text(encoding="utf-8")
        with_services(lambda services: services.terms.import_csv(rows, str(operator())))
    click.echo("the database is ready" if created else "the database exists already; nothing was changed")


@db.command()
def upgrade() -> None:
    """Bring an existing database to this version, and what an older key encrypted under the first key of the ring."""
    before, after = asyncio.run(upgrade_database(settings()))
    click.echo(f"the database is at revision {after}" + (f", from {before}" if before != after else " already"))
    if count := with_database(lambda database: reseal(database, str(operator()))):
        click.echo(f"{count} rows were encrypted anew with the first key of CHECKPOST_ENCRYPTION_KEY")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to a new FILE, while others may write, and verify it. The key is not in it."""
    with _told():
        seq, mac = asyncio.run(backups.back_up(settings(), file))
    click.echo(f"wrote {file}: {seq} audit records" + (f", head {seq}:{mac}" if seq else ""))


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup in FILE in the place of everything that the database holds now, which is saved beside it first."""
    with _told():
        restored = asyncio.run(backups.restore(settings(), file, str(operator())))
    if restored.replaced:
        click.echo(f"what was there before is kept in {restored.replaced}")
    seq, mac = restored.head
    click.echo(f"the database holds what {file} held" + (f": head {seq}:{mac}" if seq else ""))
    click.echo("restart every server that uses it")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except AuditBroken as broken:
        raise DatabaseError(f"nothing was written; the audit record does not hold in {broken}") from None
