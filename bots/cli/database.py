"""`checkpost db`: the database's birth and its migrations."""

from __future__ import annotations

import asyncio
from importlib import resources

import click

from bots.bootstrap import build_services
from bots.cli.session import operator, settings
from core.db import init_database, open_database, upgrade_database
from core.settings import Settings
from core.terms.rotation import reseal


@click.group()
def db() -> None:
    """Create and upgrade the database."""


@db.command()
@click.option("--sample", is_flag=True, help="Put a few invented terms into a new database.")
def init(sample: bool) -> None:
    """Create the database. An existing one is left as it is."""
    created = asyncio.run(_init(settings(), sample))
    click.echo("the database is ready" if created else "the database exists already; nothing was changed")


async def _init(loaded: Settings, sample: bool) -> bool:
    created = await init_database(loaded)
    if created and sample:
        services = await build_services(loaded)
        rows = resources.files("bots.cli").joinpath("sample_terms.csv").read_text(encoding="utf-8")
        await services.terms.import_csv(rows, str(operator()))
        await services.close()
    return created


@db.command()
def upgrade() -> None:
    """Bring an existing database to this version, and what an older key encrypted under the first key of the ring."""
    loaded = settings()
    before, after = asyncio.run(upgrade_database(loaded))
    click.echo(f"the database is at revision {after}" + (f", from {before}" if before != after else " already"))
    if count := asyncio.run(_reseal(loaded)):
        click.echo(f"{count} rows were encrypted anew with the first key of CHECKPOST_ENCRYPTION_KEY")


async def _reseal(loaded: Settings) -> int:
    database = await open_database(loaded)
    try:
        return await reseal(database, str(operator()))
    finally:
        await database.close()
