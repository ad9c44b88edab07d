"""The store: what is on the list, who may stand beside whom, and what the audit keeps of a change."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from core.audit import Audit
from core.db import Database
from core.errors import TermRowsError, TermsError
from core.tables import audit as audit_table
from core.tables import metadata
from core.terms.history import NAMED_IN_AUDIT
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from core.terms.triage import Triage
from tests.patience import SHARED

HEADER = "term,kind,aliases,note"


@pytest.fixture
def store(database: Database) -> TermsStore:
    """A store over a fresh database."""
    return TermsStore(database)


async def listed(store: TermsStore) -> dict[str, Term]:
    """Return the list by name."""
    return {term.name: term for term in (await store.load())[1]}


async def records(store: TermsStore) -> list[dict[str, Any]]:
    """Return the audit records, oldest first."""
    async with store.database.reading() as connection:
        rows = await connection.execute(select(audit_table.c.record).order_by(audit_table.c.seq))
        return [json.loads(row.record) for row in rows]


async def test_tables_and_migrations_agree(store: TermsStore, database: Database) -> None:
    async with database.reading() as connection:
        found = await connection.run_sync(lambda sync: compare_metadata(MigrationContext.configure(sync), metadata))
    assert found == []


async def test_an_edit_changes_what_is_given_and_nothing_else(store: TermsStore) -> None:
    await store.add(Term("Gull", Kind.DEAL, ("Seagull",), "a note", Secrecy.SECRET, owner="ann"), "a")

    edited = await store.edit("GÜLL", "b", note="another", kind=Kind.CLIENT)

    (term,) = (await listed(store)).values()
    assert term == edited
    assert (term.name, term.kind, term.aliases, term.note) == ("Gull", Kind.CLIENT, ("Seagull",), "another")
    assert (term.secrecy, term.owner) == (Secrecy.SECRET, "ann")


async def test_a_new_name_is_found_and_the_old_one_is_free(store: TermsStore) -> None:
    await store.add(Term("Gull"), "a")
    await store.edit("Gull", "a", name="Tern")
    await store.add(Term("Gull"), "a")

    assert set(await listed(store)) == {"Gull", "Tern"}


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("Skua", {"note": "x"}, "no term has this name"),
        ("Seagull", {"note": "x"}, "no term has this name"),
        ("Gull", {"name": "TERN"}, "another term has the new name"),
        ("Gull", {"name": "x"}, "two letters"),
        ("Gull", {"aliases": ("?",)}, "two letters"),
        ("Gull", {"active_until": datetime(2020, 1, 1, tzinfo=UTC)}, "later than"),
    ],
)
async def test_an_edit_that_cannot_be_made_changes_nothing(
    store: TermsStore, name: str, values: dict[str, Any], said: str
) -> None:
    await store.add(Term("Gull", aliases=("Seagull",), active_from=datetime(2025, 1, 1, tzinfo=UTC)), "a")
    await store.add(Term("Tern"), "a")
    before = await store.load()

    with pytest.raises(TermsError, match=said):
        await store.edit(name, "a", **values)

    assert await store.load() == before


async def test_each_change_is_one_version_and_one_record_that_names_nobody(store: TermsStore) -> None:
    await store.add(Term("Gull", note="hush"), "ann")
    await store.edit("Gull", "bob", name="Skua")
    await store.edit("Skua", "bob", name="Skua")
    await store.import_csv(f"{HEADER}\nTern,deal,,\nSkua,deal,,\n", "cid")
    await store.remove("Tern", "dee")
    await store.rollback(1, "eve")
    with pytest.raises(TermsError):
        await store.add(Term("Gull"), "eve")

    kept = await records(store)
    assert await store.version() == 5
    assert [(each["kind"], each["actor"], each["version"]) for each in kept] == [
        ("terms.add", "ann", 1),
        ("terms.edit", "bob", 2),
        ("terms.import", "cid", 3),
        ("terms.remove", "dee", 4),
        ("terms.rollback", "eve", 5),
    ]
    assert kept[0]["terms"] == [kept[1]["before"]] == kept[4]["terms"]
    assert not any(name in json.dumps(kept).lower() for name in ("gull", "skua", "tern", "hush"))
    await Audit(store.database).verify()


async def test_ten_thousand_rows_with_a_hundred_bad_ones_are_all_named_and_none_is_imported(store: TermsStore) -> None:
    good = [f"Velm{number:05}a Holdings,client,Velm{number:05}a,note {number}" for number in range(10_000)]
    bad = set(range(50, 10_000, 100))
    text = "\n".join([HEADER, *(row.replace("client", "boat") if at in bad else row for at, row in enumerate(good))])
    before = await store.export_csv("a")

    began = time.process_time()
    with pytest.raises(TermRowsError) as caught:
        await store.import_csv(text, "a")

    assert [line for line, _ in caught.value.rows] == [at + 2 for at in sorted(bad)]
    assert all(f"line {at + 2}: kind" in str(caught.value) for at in bad)
    assert await store.export_csv("a") == before
    assert await store.version() == 0
    assert time.process_time() - began < 5 * SHARED

    report = await store.import_csv("\n".join([HEADER, *good]), "a")

    assert (report.added, report.changed, report.same) == (10_000, 0, 0)
    assert time.process_time() - began < 30 * SHARED
    (version, _), terms_record = await store.rollback(0, "a"), (await records(store))[-2]
    assert version == 2
    assert await store.export_csv("a") == before
    assert (await store.rollback(1, "a"))[0] == 3
    assert (await store.export_csv("a")).count("\n") == 10_001
    assert terms_record["count"] == 10_000 > NAMED_IN_AUDIT
    assert "terms" not in terms_record


async def test_a_file_without_a_column_does_not_open_a_secret(store: TermsStore) -> None:
    await store.add(Term("Gull", Kind.DEAL, secrecy=Secrecy.SECRET), "a")

    report = await store.import_csv(f"{HEADER}\nGull,client,,\n", "a")

    assert report.changed == 1
    assert (await listed(store))["Gull"].secrecy is Secrecy.SECRET


async def test_a_dry_run_tells_what_to_look_at_and_changes_nothing(store: TermsStore) -> None:
    await store.add(Term("Zarquil", aliases=("Wobben",)), "a")
    rows = (
        f"{HEADER}\nZarquil,client,,\nPlimquay,deal,Quorrel,\nSummit,client,,\nHaxted,deal,QUORREL;Wobben,\nniece,,,\n"
    )
    before, kept = await store.load(), await records(store)

    report = await store.import_csv(rows, "a", dry_run=True)

    assert (report.added, report.changed, report.same) == (4, 1, 0)
    assert report.triage.common == (4, 6)
    assert report.triage.shared == ((5, 3),), "Zarquil's alias goes with the row that replaces it"
    assert report.triage.expected is not None
    assert report.triage.expected.posts == 300
    assert (await store.load(), await records(store)) == (before, kept)


async def test_an_alias_of_another_listed_term_is_told(store: TermsStore) -> None:
    await store.add(Term("Zarquil", aliases=("Wobben",)), "a")

    report = await store.import_csv(f"{HEADER}\nPlimquay,deal,wobben,\n", "a")

    assert report.triage == Triage(shared=((2, 0),))


async def test_a_dry_run_counts_the_ordinary_posts_that_a_name_stops(store: TermsStore) -> None:
    report = await store.import_csv(f"{HEADER}\nallotment committee,,,\nZarquil,,,\n", "a", dry_run=True)

    assert report.triage.expected is not None
    assert report.triage.expected.stopped >= 1
    assert report.triage.expected.by_line[0] == (2, report.triage.expected.stopped)


async def test_no_term_is_printed_with_what_holds_it(store: TermsStore, database_file: Path) -> None:
    await store.add(Term("Zarquil", aliases=("Wobben",), note="hush"), "a")
    shown = repr(await store.load()) + repr(await store.history()) + repr(await store.diff(0)) + repr(store)

    assert not any(word in shown for word in ("Zarquil", "Wobben", "hush"))
