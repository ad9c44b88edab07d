"""`checkpost audit`: whether the record still holds."""

from __future__ import annotations

import re

import click

from bots.cli.session import with_services
from core.audit import AuditBroken


@click.group()
def audit() -> None:
    """Verify the audit record."""


@audit.command()
@click.option("--head", metavar="SEQ:MAC", help="A head published earlier; the chain must still contain it.")
def verify(head: str | None) -> None:
    """Walk the chain and name the first record that was edited, dropped, reordered or cut."""
    if head and not re.fullmatch(r"\d+:[0-9a-f]{64}", head):
        raise click.UsageError("--head takes SEQ:MAC, as `audit verify` prints it.")
    known = (int(head.split(":")[0]), head.split(":")[1]) if head else None
    try:
        seq, mac = with_services(lambda services: services.audit.verify(known))
    except AuditBroken as broken:
        click.echo(f"the audit record does not hold: {broken}", err=True)
        raise SystemExit(1) from None
    click.echo(f"{seq} records, chain intact; head {seq}:{mac}" if seq else "0 records")
