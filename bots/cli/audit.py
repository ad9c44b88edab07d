"""`checkpost audit`: whether the record still holds, the record as a file, how long it stays, and receipts from it."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

import click

from bots.cli.session import operator, with_database
from core import receipts
from core.audit import PERSON, Audit, AuditBroken, append
from core.db import Database
from core.draft import parse_author
from core.privacy import Subjects
from core.retention import prune as prune_records

COLUMNS = ("seq", "at", "kind", "actor", "outcome", "policy", "network", "account", "length", "rules", "details", "mac")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Verify, export and thin out the audit record."""


@audit.command()
@click.option("--head", metavar="SEQ:MAC", help="A head published earlier; the chain must still contain it.")
def verify(head: str | None) -> None:
    """Walk the chain and name the first record that was edited, dropped, reordered or cut."""
    if head and not re.fullmatch(r"\d+:[0-9a-f]{64}", head):
        raise click.UsageError("--head takes SEQ:MAC, as `audit verify` prints it.")
    known = (int(head.split(":")[0]), head.split(":")[1]) if head else None
    try:
        seq, mac = with_database(lambda database: Audit(database).verify(known))
    except AuditBroken as broken:
        click.echo(f"the audit record does not hold: {broken}", err=True)
        raise SystemExit(1) from None
    click.echo(f"{seq} records, chain intact; head {seq}:{mac}" if seq else "0 records")


@audit.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--since", type=_DAY, metavar="DATE", help="From this day on.")
@click.option("--until", type=_DAY, metavar="DATE", help="Before this day.")
@click.option("--names", is_flag=True, help="Say who people in chat are, where that is still known; goes on record.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a file.")
def export(form: str, since: datetime | None, until: datetime | None, names: bool, out: Path | None) -> None:
    """Print the record, one line a record: JSON Lines, or CSV that is safe to open in a spreadsheet."""
    moments = [moment.replace(tzinfo=UTC) if moment else None for moment in (since, until)]

    async def write(database: Database, file: TextIO) -> int:
        known = await _names(database) if names else {}
        put = _csv_writer(file) if form == "csv" else _json_writer(file)
        count = 0
        async for row in Audit(database).rows(*moments):
            record = json.loads(row.record)
            put(row, record | {key: known[each] for key, each in record.items() if str(each) in known})
            count += 1
        return count

    if out is None:
        with_database(lambda database: write(database, sys.stdout))
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        count = with_database(lambda database: write(database, file))
    click.echo(f"wrote {count} records to {out}")


@audit.command()
@click.option("--before", type=_DAY, metavar="DATE", help="Take off records of before this day.")
@click.option("--older-than", type=click.IntRange(1), metavar="DAYS", help="Take off records older than this.")
def prune(before: datetime | None, older_than: int | None) -> None:
    """Take off old records, oldest first; what stays is still verified. A hold keeps what it is about."""
    if (before is None) == (older_than is None):
        raise click.UsageError("give --before DATE or --older-than DAYS.")
    moment = before.replace(tzinfo=UTC) if before else datetime.now(UTC) - timedelta(days=older_than or 0)
    done = with_database(lambda database: prune_records(database, moment, str(operator())))
    click.echo(f"took off {done.count} records" + (f", up to {done.up_to}" if done.count else ""))
    if done.held:
        click.echo("a hold keeps others that are old enough: `audit holds`")


@audit.command()
@click.option("--since", type=_DAY, metavar="DATE", required=True, help="Keep what was recorded from this day on.")
@click.option("--reason", metavar="TEXT", required=True, help="Why; encrypted.")
def hold(since: datetime, reason: str) -> None:
    """Order that nothing is deleted, by retention, for privacy or after a review, until it is lifted."""
    moment = since.replace(tzinfo=UTC)
    made = with_database(lambda database: Subjects(database).hold(moment, reason, str(operator())))
    click.echo(f"hold {made.id} stands")


@audit.command()
def holds() -> None:
    """Show the holds that stand."""
    for each in with_database(lambda database: Subjects(database).holds()):
        click.echo(f"{each.id} · since {each.since:%Y-%m-%d} · {each.actor}, {each.at:%Y-%m-%d} · {each.reason}")


@audit.command()
@click.argument("hold_id", metavar="HOLD")
def lift(hold_id: str) -> None:
    """Take a HOLD away."""
    with_database(lambda database: Subjects(database).lift(hold_id, str(operator())))
    click.echo("the hold is lifted")


@audit.command()
@click.argument("check_id", metavar="CHECK")
@click.option("--author", metavar="PLATFORM:WORKSPACE:ID", help="Whose check; you by default.")
def receipt(check_id: str, author: str | None) -> None:
    """Print the signed receipt of a CHECK by its id: when, which policy, which outcome; no word of the draft."""
    person = parse_author(author) if author else operator()
    click.echo(with_database(lambda database: receipts.issue(database, person, check_id)))


@audit.command("check-receipt")
@click.argument("file", type=click.File(encoding="utf-8"))
def check_receipt(file: TextIO) -> None:
    """Verify the receipt in FILE (- for standard input) and print what it says."""

    async def verify(database: Database) -> dict[str, Any]:
        return receipts.verify(database.keys, file.read())

    for name, value in with_database(verify).items():
        click.echo(f"{name:<8} {'-' if value is None else value}")


@audit.command("receipt-key")
def receipt_key() -> None:
    """Print the public key with which anybody can verify receipts."""

    async def read(database: Database) -> str:
        return receipts.public_key(database.keys)

    click.echo(with_database(read), nl=False)


async def _names(database: Database) -> dict[str, str]:
    """Return who the drawn names are, once it is on record who asked."""
    async with database.writing() as connection:
        await append(connection, database.keys, "audit.names", str(operator()), {})
    drawn = {
        each async for record in Audit(database).records() for each in record.values() if str(each).startswith(PERSON)
    }
    return await Subjects(database).named(drawn)


def _json_writer(file: TextIO) -> Callable[[Any, dict[str, Any]], None]:
    def put(row: Any, record: dict[str, Any]) -> None:
        line = {"seq": row.seq, "at": row.at.isoformat(), **record, "key": row.key_id, "mac": row.mac}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return put


def _csv_writer(file: TextIO) -> Callable[[Any, dict[str, Any]], None]:
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)

    def put(row: Any, record: dict[str, Any]) -> None:
        known = {"seq": row.seq, "at": row.at.isoformat(), "mac": row.mac, **record}
        rest = {name: value for name, value in record.items() if name not in COLUMNS}
        known |= {"rules": " ".join(record.get("rules", ())), "details": json.dumps(rest, ensure_ascii=False)}
        writer.writerow([safe_cell(str(known.get(name, ""))) for name in COLUMNS])

    return put


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet takes for text: one that would be a formula gets a quote in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text
