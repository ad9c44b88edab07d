"""`checkpost report`: counts of checks, findings and false alarms, without people or texts."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bots.bootstrap import Services
from bots.cli.session import with_services
from core.report import Report, build_report

HEADS = ("rule", "found in", "false alarms", "share")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>checkpost report</title>
<style>body{{font-family:system-ui;margin:2rem}}td,th{{padding:.2rem 1rem .2rem 0;text-align:left}}</style>
<h1>checkpost report</h1><p>{summary}</p>
<table><tr>{heads}</tr>
{rows}
</table></html>
"""


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="From this day on.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.html", help="Write a page.")
def report(since: datetime | None, out: Path | None) -> None:
    """Count checks, what they found, and what was called a false alarm."""
    moment = since.replace(tzinfo=UTC) if since else None

    async def build(services: Services) -> Report:
        return await build_report(services.audit.records(moment))

    built = with_services(build)
    if out:
        out.write_text(_page(built), encoding="utf-8")
        click.echo(f"wrote {out}")
        return
    click.echo(_summary(built))
    table = Table(*HEADS, box=None, pad_edge=False)
    for cells in _cells(built):
        table.add_row(*cells)
    Console(highlight=False, markup=False, emoji=False).print(table)


def _summary(built: Report) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(built.outcomes.items()))
    return f"{built.outcomes.total()} checks" + (f": {outcomes}" if outcomes else "")


def _cells(built: Report) -> list[tuple[str, str, str, str]]:
    return [(line.rule, str(line.found), str(line.false_alarms), line.share) for line in built.lines]


def _page(built: Report) -> str:
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>" for cells in _cells(built)
    )
    return _PAGE.format(summary=html.escape(_summary(built)), heads=heads, rows=rows)
