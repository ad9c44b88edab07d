"""Session: what a command needs around it: settings, services, a loop to run in, and a way to show what it found."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table

from bots.bootstrap import Services, build_services
from core.db import Database, open_database
from core.draft import Author
from core.settings import Settings, load_settings
from core.telemetry import set_up_logging

Result = TypeVar("Result")
Opened = TypeVar("Opened", Services, Database)


def settings() -> Settings:
    """Return the settings of the environment, with logging set up by them."""
    loaded = load_settings(os.environ)
    set_up_logging(loaded.log_level)
    return loaded


def with_services(work: Callable[[Services], Awaitable[Result]]) -> Result:
    """Build the services, run `work` with them and let them go again."""
    return _run(build_services, work)


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Open the database alone, run `work` with it and close it again."""
    return _run(open_database, work)


def put(text: str, out: Path | None) -> None:
    """Print a text, or write it to a file and say so."""
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"wrote {out}")


def show_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table for a person at a terminal."""
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False, emoji=False).print(table)


def _run(open_: Callable[[Settings], Awaitable[Opened]], work: Callable[[Opened], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        opened = await open_(settings())
        try:
            return await work(opened)
        finally:
            await opened.close()

    return asyncio.run(run())


def operator() -> Author:
    """Return the operating system's user as the author: `cli:<os user>`."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = str(os.getuid())
    return Author("cli", "", name)
