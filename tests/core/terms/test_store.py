"""The list in the database when things go wrong: odd spellings, failed records, swapped rows, new keys."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.audit import Audit
from core.db import Database, init_database, open_database
from core.errors import CheckpostError, DatabaseError, TermRowsError, TermsError
from core.settings import Settings, load_settings
from core.terms.store import ImportReport, TermsStore
from core.terms.term import Kind, Secrecy, Term

HEADER = "term,kind,aliases,note\n"
WHOLE = Term(
    "Quorvane",
    Kind.CLIENT,
    ("Quorvane Partners", "Кворвейн"),
    "old friend",
    Secrecy.SECRET,
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2099, 1, 1, tzinfo=UTC),
    "ruby@x.example",
)


@pytest.fixture
def store(database: Database) -> TermsStore:
    """The list of a fresh database."""
    return TermsStore(database)


async def names(store: TermsStore) -> list[str]:
    return sorted(term.name for term in (await store.load())[1])


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.added, report.changed, report.same


async def records(store: TermsStore) -> int:
    return (await Audit(store.database).verify())[0]


async def test_a_term_is_kept_with_everything_about_it(store: TermsStore) -> None:
    assert await store.load() == (0, [])
    await store.add(WHOLE, "me")
    assert await store.load() == (1, [WHOLE])


@pytest.mark.parametrize("spelling", ["Quorvane", "QUORVANE", "quor vane", "Quörvane", "Q.u.o.r.v.a.n.e"])
async def test_a_name_stands_on_the_list_once_in_any_spelling(store: TermsStore, spelling: str) -> None:
    await store.add(Term("Quorvane"), "me")
    with pytest.raises(TermsError, match="already"):
        await store.add(Term(spelling), "me")
    assert (await store.version(), await records(store)) == (1, 1)
    assert (await store.remove(spelling, "me")).name == "Quorvane"
    assert await names(store) == []


@pytest.mark.parametrize("name", ["Газ Нефть", "Ζευς Αθηνα", "Straßenbau Öd", "Հայ Սուր"])
async def test_a_name_of_any_script_stands_on_the_list_once_in_any_case(store: TermsStore, name: str) -> None:
    await store.add(Term(name), "me")
    for spelling in (name.upper(), name.lower()):
        with pytest.raises(TermsError, match="already"):
            await store.add(Term(spelling), "me")
    assert (await store.remove(name.upper(), "me")).name == name


async def test_what_is_not_on_the_list_cannot_be_removed(store: TermsStore) -> None:
    await store.add(Term("Quorvane", aliases=("Zwirnhold",)), "me")
    for name in ("Sundrelin", "Zwirnhold", "", "!"):
        with pytest.raises(TermsError):
            await store.remove(name, "me")
    assert (await store.version(), await records(store)) == (1, 1)


@pytest.mark.parametrize(
    "term", [Term(""), Term("!"), Term("q" * 201), Term("Quorvane", aliases=("",)), Term("Quorvane", aliases=("?",))]
)
async def test_what_cannot_be_guarded_is_not_taken(store: TermsStore, term: Term) -> None:
    with pytest.raises(TermsError) as error:
        await store.add(term, "me")
    assert "qqq" not in str(error.value)
    assert (await store.version(), await records(store)) == (0, 0)


async def test_a_term_that_would_never_be_guarded_is_not_taken(store: TermsStore) -> None:
    backwards = replace(WHOLE, active_from=WHOLE.active_until, active_until=WHOLE.active_from)
    with pytest.raises(TermsError):
        await store.add(backwards, "me")


async def test_an_import_adds_changes_and_leaves_alone(store: TermsStore) -> None:
    await store.add(Term("Quorvane"), "me")
    await store.add(Term("Sundrelin", Kind.DEAL), "me")
    csv = HEADER + "quorvane,client,,\nSundrelin,deal,,\nZwirnhold,person,,\n"
    assert counts(await store.import_csv(csv, "me", dry_run=True)) == (1, 1, 1)
    assert await store.version() == 2
    assert counts(await store.import_csv(csv, "me")) == (1, 1, 1)
    assert counts(await store.import_csv(csv, "me")) == (0, 0, 3)
    assert (await store.version(), await records(store)) == (3, 3)
    assert {term.kind for term in (await store.load())[1]} == {Kind.CLIENT, Kind.DEAL, Kind.PERSON}


async def test_one_bad_row_and_nothing_is_imported(store: TermsStore) -> None:
    with pytest.raises(TermRowsError):
        await store.import_csv(HEADER + "Quorvane,client,,\n!,client,,\n", "me")
    assert (await names(store), await store.version(), await records(store)) == ([], 0, 0)


async def test_columns_that_a_file_does_not_have_stay_as_they_were(store: TermsStore) -> None:
    await store.add(WHOLE, "me")
    await store.import_csv(HEADER + "Quorvane,client,Quorvane Partners,new note\n", "me")
    ((term,)) = (await store.load())[1]
    assert term.note == "new note"
    assert term.secrecy is Secrecy.SECRET
    assert (term.active_from, term.active_until, term.owner) == (WHOLE.active_from, WHOLE.active_until, WHOLE.owner)


async def test_an_export_imports_as_the_same_list(store: TermsStore) -> None:
    await store.add(WHOLE, "me")
    await store.add(Term("Sundrelin"), "me")
    csv = await store.export_csv("me")
    assert counts(await store.import_csv(csv, "me")) == (0, 0, 2)
    assert await records(store) == 3


async def test_many_changes_at_once_all_count(store: TermsStore) -> None:
    await asyncio.gather(*(store.add(Term(f"Quorvane {number}"), "me") for number in range(10)))
    assert len(await names(store)) == 10
    assert (await store.version(), await records(store)) == (10, 10)


async def test_a_change_whose_record_fails_is_no_change(store: TermsStore, database_file: Path) -> None:
    connection = sqlite3.connect(database_file)
    connection.execute("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
    connection.commit()
    connection.close()
    for attempt in (store.add(Term("Quorvane"), "me"), store.import_csv(HEADER + "Quorvane,,,\n", "me")):
        with pytest.raises(Exception, match=r"no|database"):
            await attempt
    assert (await names(store), await store.version()) == ([], 0)


async def test_a_row_that_was_tampered_with_is_not_read(store: TermsStore, database_file: Path) -> None:
    await store.add(Term("Quorvane"), "me")
    await store.add(Term("Sundrelin"), "me")
    connection = sqlite3.connect(database_file)
    rows = connection.execute("SELECT id, sealed FROM terms").fetchall()
    for (row_id, _), (_, sealed) in zip(rows, reversed(rows), strict=True):
        connection.execute("UPDATE terms SET sealed = ? WHERE id = ?", (sealed, row_id))
    connection.commit()
    with pytest.raises(DatabaseError, match="cannot be decrypted"):
        await store.load()
    connection.execute("UPDATE terms SET sealed = x'00'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseError, match="cannot be decrypted"):
        await store.load()


async def test_after_a_new_key_the_list_works_as_before(tmp_path: Path) -> None:
    def settings(*keys: str) -> Settings:
        ring = ",".join(f"{key}:{base64.b64encode(key.encode() * 16).decode()}" for key in keys)
        url = f"sqlite:///{tmp_path}/c.db"
        return load_settings({"CHECKPOST_ENV": "test", "CHECKPOST_DATABASE_URL": url, "CHECKPOST_ENCRYPTION_KEY": ring})

    await init_database(settings("k1"))
    database = await open_database(settings("k1"))
    await TermsStore(database).add(WHOLE, "me")
    await database.close()
    database = await open_database(settings("k2", "k1"))
    store = TermsStore(database)
    try:
        assert await names(store) == ["Quorvane"]
        with pytest.raises(TermsError, match="already"):
            await store.add(Term("QUORVANE"), "me")
        await store.import_csv(HEADER + "Quorvane,deal,,\nSundrelin,deal,,\n", "me")
        assert (await store.remove("quorvane", "me")).kind is Kind.DEAL
        assert await names(store) == ["Sundrelin"]
        assert (await Audit(database).verify())[0] == 3
    finally:
        await database.close()


async def test_a_complaint_names_no_term(store: TermsStore) -> None:
    await store.add(WHOLE, "me")
    for attempt in (store.add(WHOLE, "me"), store.remove("Sundrelin", "me")):
        with pytest.raises(CheckpostError) as error:
            await attempt
        assert "quorvane" not in str(error.value).lower()
        assert "sundrelin" not in str(error.value).lower()


def test_a_term_does_not_show_its_names_when_printed() -> None:
    shown = repr(WHOLE)
    assert not [word for word in ("Quorvane", "Partners", "friend") if word in shown]
