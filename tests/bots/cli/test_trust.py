"""`checkpost audit`, `review`, `exceptions` and `privacy`: the record as a file, decisions, and taking things away."""

from __future__ import annotations

import asyncio
import csv
import getpass
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.cli.audit import safe_cell
from core.audit import Audit
from core.db import Database, open_database
from core.draft import Author, Draft
from core.plan import ReviewPlan
from core.reviews.review import Person
from core.reviews.store import Reviews
from core.settings import load_settings
from core.verdict import Outcome, Verdict

OPERATOR = f"cli:{getpass.getuser()}"
ANN = Author("slack", "T1", "UANN")
SOON = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()


def with_database(environ: dict[str, str], work: Any) -> Any:
    """Do something with the database of a terminal."""

    async def run() -> Any:
        database = await open_database(load_settings(environ))
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture
def requested(terminal: Any) -> str:
    """The number of a request by somebody in Slack, with a check of theirs on record."""

    async def ask(database: Database) -> str:
        draft = Draft("d1", "Fog over the harbour.", ANN)
        verdict = Verdict("d1", Outcome.REVISE, "sha256:1")
        await Audit(database).record_check(draft, verdict)
        return (await Reviews(database, ReviewPlan(), "slack:C1").open(draft, verdict, Person(ANN))).id

    number: str = with_database(terminal.environ, ask)
    return number


# --- audit


def test_the_record_is_exported_line_by_line(terminal: Any, tmp_path: Path) -> None:
    terminal("terms", "add", "Heron")
    terminal("check", "Fog.")
    lines = [json.loads(line) for line in terminal("audit", "export").stdout.splitlines()]
    assert [(line["seq"], line["kind"], line["actor"]) for line in lines] == [
        (1, "terms.add", OPERATOR), (2, "check", OPERATOR),
    ]  # fmt: skip
    assert all(len(line["mac"]) == 64 for line in lines)
    assert terminal("audit", "export", "--since", "2999-01-01").stdout == ""

    written = terminal("audit", "export", "--format", "csv", "--out", str(tmp_path / "a.csv"))
    assert "2 records" in written.stdout
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text())))
    assert [(row["seq"], row["outcome"]) for row in rows] == [("1", ""), ("2", "ok")]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "ok", "a=b", "1-1", "'=1", "sha256:0"])
def test_an_ordinary_cell_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_names_in_an_export_are_asked_for_and_go_on_record(terminal: Any, requested: str) -> None:
    plain = terminal("audit", "export").stdout
    named = terminal("audit", "export", "--names").stdout
    assert str(ANN) not in plain
    assert "person:" in plain
    assert str(ANN) in named
    assert '"kind": "audit.names"' in terminal("audit", "export").stdout


def test_old_records_are_taken_off_and_a_hold_keeps_them(terminal: Any) -> None:
    for _ in range(3):
        terminal("check", "Fog.")
    held = terminal("audit", "hold", "--since", "2020-01-01", "--reason", "a lawsuit")
    number = held.stdout.split()[1]
    assert "a lawsuit" in terminal("audit", "holds").stdout
    kept = terminal("audit", "prune", "--before", "2999-01-01")
    assert "took off 0 records" in kept.stdout
    assert "a hold keeps others" in kept.stdout
    assert terminal("audit", "lift", number).exit_code == 0
    assert terminal("audit", "lift", number).exit_code == 1
    assert "took off 4 records" in terminal("audit", "prune", "--before", "2999-01-01").stdout
    verified = terminal("audit", "verify")
    assert (verified.exit_code, verified.stdout[:9]) == (0, "6 records")


@pytest.mark.parametrize("words", [(), ("--before", "2020-01-01", "--older-than", "3"), ("--older-than", "0")])
def test_pruning_needs_one_limit(terminal: Any, words: tuple[str, ...]) -> None:
    assert terminal("audit", "prune", *words).exit_code == 2


def test_a_receipt_is_printed_and_verified(terminal: Any, requested: str, tmp_path: Path) -> None:
    line = terminal("audit", "receipt", "d1", "--author", str(ANN)).stdout
    told = terminal("audit", "check-receipt", "-", given=line)
    forged = terminal("audit", "check-receipt", "-", given=line.replace('"revise"', '"ok"'))
    assert (told.exit_code, forged.exit_code) == (0, 1)
    assert "outcome  revise" in told.stdout
    assert "harbour" not in line
    assert terminal("audit", "receipt", "d1").exit_code == 1, "it is not the operator's own"
    assert "BEGIN PUBLIC KEY" in terminal("audit", "receipt-key").stdout


# --- reviews


def test_a_request_is_listed_shown_and_decided(terminal: Any, requested: str) -> None:
    assert f"{requested} · waiting · 1 of 1: Review · from {ANN} · revise" in terminal("review", "list").stdout
    assert "Fog over the harbour." in terminal("review", "show", requested).stdout
    suggested = terminal("review", "suggest", requested, "--text", "Fog over the bay.", "--reason", "kinder")
    assert f"{requested} · suggested" in suggested.stdout
    assert terminal("review", "approve", requested).exit_code == 1, "it waits no more"
    assert terminal("review", "reopen", requested, "--reason", "again").exit_code == 0
    assert terminal("review", "delegate", requested, "slack:T1:UBOB").exit_code == 0
    assert terminal("review", "approve", requested, "--reason", "good").exit_code == 0
    shown = terminal("review", "show", requested).stdout
    assert "kinder · Fog over the bay." in shown
    assert f"{OPERATOR} · approve · good" in shown
    assert terminal("review", "list").stdout == ""


@pytest.mark.parametrize(
    "words", [("show", "nothing"), ("approve", "nothing"), ("decline", "nothing", "--reason", "no")]
)
def test_a_request_that_there_is_not_is_told(terminal: Any, words: tuple[str, ...]) -> None:
    told = terminal("review", *words)
    assert told.exit_code == 1
    assert "no request has this number\n" in told.stderr


# --- exceptions


def test_an_exception_counts_from_the_next_check_on_and_until_it_is_ended(terminal: Any) -> None:
    terminal("terms", "add", "Heron Holdings", "--kind", "client")
    draft = "Lunch with Heron Holdings."
    assert terminal("check", draft).exit_code == 3
    words = ("--until", SOON, "--owner", "legal@wharf.example", "--reason", "the fair")
    made = terminal("exceptions", "add", "--term", "heron holdings", *words)
    assert made.exit_code == 0, made.stderr
    assert terminal("check", draft).exit_code == 0
    listed = terminal("exceptions", "list").stdout
    assert f"term Heron Holdings · until {SOON} · everybody · legal@wharf.example: the fair" in listed
    assert terminal("exceptions", "end", made.stdout.split()[1]).exit_code == 0
    assert terminal("check", draft).exit_code == 3
    assert terminal("exceptions", "list").stdout == ""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--rule", "no/such"), 1),
        (("--term", "Nobody"), 1),
        ((), 2),
        (("--rule", "a/b", "--term", "c"), 2),
        (("--term", "Heron", "--review", "nothing"), 1),
    ],
)
def test_an_exception_about_nothing_is_refused(terminal: Any, words: tuple[str, ...], status: int) -> None:
    terminal("terms", "add", "Heron")
    told = terminal("exceptions", "add", *words, "--until", SOON, "--owner", "ann", "--reason", "x")
    assert told.exit_code == status
    assert terminal("exceptions", "list").stdout == ""


# --- privacy


def test_what_is_kept_of_a_person_is_counted_and_deleted(terminal: Any, requested: str) -> None:
    assert "1 requests for review" in terminal("privacy", "list", str(ANN)).stdout
    refused = terminal("privacy", "delete", str(ANN), given="n\n")
    assert refused.exit_code == 1
    assert terminal("privacy", "delete", str(ANN), "--yes").exit_code == 0
    assert "0 requests for review" in terminal("privacy", "list", str(ANN)).stdout
    assert terminal("privacy", "delete", str(ANN), "--yes").exit_code == 1
    assert str(ANN) not in terminal("audit", "export", "--names").stdout
    assert terminal("audit", "verify").exit_code == 0


def test_the_document_tells_the_settings_as_they_are(terminal: Any, tmp_path: Path) -> None:
    plain = terminal("privacy", "document").stdout
    more = terminal("privacy", "document", CHECKPOST_REVIEW_CHANNEL="slack:C7", CHECKPOST_API_TOKEN="canary-token")
    assert "Off: Slack, Microsoft Teams, programs." in plain
    assert "no channel is set" in plain
    assert "slack:C7" in more.stdout
    assert "On: the command line, programs." in more.stdout
    assert "canary" not in more.stdout
    assert terminal("privacy", "document", "--out", str(tmp_path / "d.md")).exit_code == 0
    assert (tmp_path / "d.md").read_text() == plain


def test_privacy_alone_shows_the_page(terminal: Any) -> None:
    assert "Deleting it" in terminal("privacy").stdout
