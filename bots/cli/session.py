"""Session: what a command needs around it: settings, services, and a loop to run in."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bots.bootstrap import Services, build_services
from core.db import Database, open_database
from core.draft import Author
from core.settings import Settings, load_settings
from core.telemetry import set_up_logging

Result = TypeVar("Result")


def settings() -> Settings:
    """Return the settings of the environment, with logging set up by them."""
    loaded = load_settings(os.environ)
    set_up_logging(loaded.log_level)
    return loaded


def with_services(work: Callable[[Services], Awaitable[Result]]) -> Result:
    """Build the services, run `work` with them and let them go again."""

    async def run() -> Result:
        services = await build_services(settings())
        try:
            return await work(services)
        finally:
            await services.close()

    return asyncio.run(run())


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Open the database alone, run `work` with it and close it again."""

    async def run() -> Result:
        database = await open_database(settings())
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def operator() -> Author:
    """Return the operating system's user as the author: `cli:<os user>`."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = str(os.getuid())
    return Author("cli", "", name)
