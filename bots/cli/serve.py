"""`checkpost serve`: the server with every door that is set up."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys

import click
import structlog

from bots.bootstrap import Services, build_services
from bots.web import serve as serve_until
from core.errors import SettingsError
from core.settings import Settings, load_settings
from core.telemetry import set_up_logging

SWITCH_SECONDS = 0.0002
"""So long a thread that reads drafts goes on while the loop wants to answer somebody; Python's own 5 ms add up."""

log = structlog.get_logger()


@click.command()
@click.option("--host", help="Address to listen on; HOST by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; PORT by default.")
def serve(host: str | None, port: int | None) -> None:
    """Serve Slack, Teams and HTTP, whichever are set up."""
    given = {"HOST": host or os.environ.get("HOST", ""), "PORT": str(port) if port is not None else None}
    environ = {**os.environ, **{name: value for name, value in given.items() if value}}
    settings = load_settings(environ)
    set_up_logging(settings.log_level)
    _refuse_an_idle_server(settings)
    asyncio.run(_run(settings))


def _refuse_an_idle_server(settings: Settings) -> None:
    """Refuse to run a production server that nobody could reach."""
    doors = (settings.slack_on, settings.teams_on, settings.api_token)
    if settings.env == "production" and not any(doors):
        raise SettingsError(
            "no door is open: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or TEAMS_APP_ID, TEAMS_APP_PASSWORD and "
            "TEAMS_TENANT_ID, or CHECKPOST_API_TOKEN; for a look around use CHECKPOST_ENV=dev"
        )


def _let_nothing_stop_the_loop() -> None:
    """Keep what stays for a server's life out of every later collection, which else stops it for 0.4 s; switch soon."""
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    services: Services = await build_services(settings)
    _let_nothing_stop_the_loop()
    try:
        for front_end, on in (("slack", settings.slack_on), ("teams", settings.teams_on), ("api", settings.api_token)):
            log.info("door.open" if on else "door.closed", front_end=front_end)
        await serve_until(services, stop)
    finally:
        await services.close()
