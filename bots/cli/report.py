"""`checkpost report`: counts of checks, findings and false alarms, without people or texts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bots.cli.session import put, show_table, with_services
from bots.paper import page
from core.report import LEAST_PEOPLE, Report, build_report

HEADS = ("rule", "found in", "false alarms", "share")


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="From this day on.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.html", help="Write a page.")
def report(since: datetime | None, out: Path | None) -> None:
    """Count checks, what they found, and what was called a false alarm."""
    moment = since.replace(tzinfo=UTC) if since else None
    built = with_services(lambda services: build_report(services.database, moment))
    if out:
        put(page(built), out)
        return
    click.echo(_summary(built))
    show_table(HEADS, ((line.rule, str(line.found), str(line.false_alarms), line.share) for line in built.lines))
    if built.withheld:
        click.echo(f"{built.withheld} more rules were found with fewer than {LEAST_PEOPLE} people")


def _summary(built: Report) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(built.outcomes.items()))
    left = built.checks - built.outcomes.total()
    few = f"; {left} in weeks of fewer than {LEAST_PEOPLE} people" if left else ""
    return f"{built.checks} checks" + (f": {outcomes}" if outcomes else "") + few
