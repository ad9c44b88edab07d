"""A stolen data folder, or a backup of it, shows no name that anybody put on the list or proposed for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

import core.terms.built
from core.db import Database
from core.terms.built import BuiltFiles, build
from core.terms.index import TermIndex
from core.terms.proposals import Proposals
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term

HIDDEN = ("Quorvane", "Zwirnhold", "until the merger", "ruby@x.example", "Plimquay", "heard at lunch", "Haxtedgate")
PLANTED = "Wobbenhaft"


def finds(folder: Path, word: str) -> list[str]:
    """Return the files that hold a word, in any casing of UTF-8 or UTF-16."""
    return sorted({path.name for path in folder.rglob("*") if path.is_file() and _holds(path.read_bytes(), word)})


def _holds(content: bytes, word: str) -> bool:
    folded = content.lower()
    return any(form in folded for form in _forms(word.lower()))


def _forms(word: str) -> Iterator[bytes]:
    yield from (word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
    yield word.encode().hex().encode()


async def use(database: Database) -> None:
    """Do with the list all that people do."""
    store, proposals = TermsStore(database), Proposals(database)
    term = Term("Quorvane", Kind.DEAL, ("Zwirnhold",), "until the merger", Secrecy.SECRET, owner="ruby@x.example")
    await store.add(term, "ann")
    await store.import_csv("term,kind,aliases,note\nHaxtedgate,client,,\n", "ann")
    await store.edit("Quorvane", "ann", note="")
    await store.remove("Haxtedgate", "ann")
    await store.rollback(2, "ann")
    await store.export_csv("ann")
    for name in ("Plimquay", "Quorvane", "Zwirnhold"):
        await proposals.propose(name, "bob", "heard at lunch")
    first, second, _ = await proposals.waiting()
    await proposals.accept(first.id, "ann")
    await proposals.decline(second.id, "ann")


def back_up(source: Path, target: Path) -> None:
    """Copy a database with SQLite's own backup."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


async def test_no_file_of_the_data_folder_shows_a_name(
    database: Database, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = database_file.parent
    monkeypatch.setattr(core.terms.built, "WORTH", 1)
    await use(database)
    terms = TermsStore(database)
    await BuiltFiles(terms).save(build(*await terms.load(), datetime.now(UTC)))
    back_up(database_file, folder / "backup.db")
    kept = {path.name for path in folder.iterdir()}

    assert {"checkpost.db", "checkpost.db-wal", "checkpost.db-shm", "checkpost.db.key", "backup.db"} <= kept
    assert any(name.startswith("checkpost.db.terms-") for name in kept)
    assert {word: finds(folder, word) for word in HIDDEN} == {word: [] for word in HIDDEN}


async def test_the_search_would_find_a_name_in_an_unsealed_index(database_file: Path) -> None:
    folder = database_file.parent
    (folder / "unsealed").write_bytes(b"".join(TermIndex([Term(PLANTED)]).dumps()))
    assert finds(folder, PLANTED) == ["unsealed"]


@pytest.mark.parametrize("form", list(_forms(PLANTED.lower())))
async def test_the_search_would_find_a_name_in_the_clear(database: Database, database_file: Path, form: bytes) -> None:
    folder = database_file.parent
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("INSERT INTO meta (name, value) VALUES ('planted', ?)", (form,))
        connection.commit()
        back_up(database_file, folder / "backup.db")
        found = finds(folder, PLANTED)

    assert "backup.db" in found
    assert {"checkpost.db", "checkpost.db-wal"} & set(found)
