# ruff: noqa: ASYNC240 (a test may look at its files)
"""The built index beside the database: a worker starts from it, and never from one that does not fit the list."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import core.terms.built
from core.db import Database
from core.keys import KeyRing, new_key, parse_key_ring
from core.terms.built import BuiltFiles, build
from core.terms.index import TermIndex
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
TEXTS = ("Lunch at Quorvane's.", "by ZWIRNHOLD gmbh", "at Quorvnae today", "Газ Нефть", "Summit signed", "the summit")

Damage = Callable[[Path], object]


@pytest.fixture(autouse=True)
def _worth_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.terms.built, "WORTH", 1)


@pytest.fixture
async def store(database: Database) -> TermsStore:
    """Return a store with five terms in five versions."""
    store = TermsStore(database)
    for term in (
        Term("Quorvane", Kind.CLIENT),
        Term("Zwirnhold GmbH", Kind.DEAL, ("Ombrelune & Söhne",), secrecy=Secrecy.SECRET),
        Term("Газ Нефть"),
        Term("Summit", Kind.PROJECT),
        Term("Plimquay", active_from=NOW + timedelta(days=2)),
    ):
        await store.add(term, "ann")
    return store


def kept(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.terms-*"))


async def build_and_keep(store: TermsStore, now: datetime = NOW) -> TermIndex:
    built = build(*await store.load(), now)
    await BuiltFiles(store).save(built)
    return built.index


async def test_an_index_comes_back_from_its_file_as_it_was(store: TermsStore, database_file: Path) -> None:
    index = await build_and_keep(store)
    built = await BuiltFiles(store).load(NOW)
    assert built is not None
    assert (built.version, built.lapses) == (5, NOW + timedelta(days=2))
    assert [list(built.index.find(text)) for text in TEXTS] == [list(index.find(text)) for text in TEXTS]
    assert any(list(index.find(text)) for text in TEXTS)
    assert kept(database_file)[0].stat().st_mode & 0o777 == 0o600


def test_an_empty_index_comes_back_too() -> None:
    assert list(TermIndex.loads(TermIndex([]).dumps()).find("Quorvane")) == []


async def test_a_list_that_went_on_keeps_its_file_as_a_base(store: TermsStore) -> None:
    await build_and_keep(store)
    await store.remove("Quorvane", "ann")
    built = await BuiltFiles(store).load(NOW)
    assert built is not None
    assert built.version == 5


async def test_a_new_file_takes_the_place_of_the_old_one(store: TermsStore, database_file: Path) -> None:
    await build_and_keep(store)
    left = database_file.with_name(f"{database_file.name}.terms-3-0a.77.part")
    left.write_bytes(b"half")
    (first, _) = sorted(kept(database_file), key=lambda path: path == left)
    await store.remove("Quorvane", "ann")
    await build_and_keep(store)
    (second,) = kept(database_file)
    assert first != second
    assert database_file.is_file()


async def test_a_file_is_passed_over_when_an_embargo_has_ended_since(store: TermsStore) -> None:
    await build_and_keep(store)
    assert await BuiltFiles(store).load(NOW + timedelta(days=1))
    assert await BuiltFiles(store).load(NOW + timedelta(days=2)) is None


async def test_the_file_of_another_list_with_as_many_versions_is_passed_over(
    store: TermsStore, database_file: Path
) -> None:
    await build_and_keep(store)
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("UPDATE term_history SET at = '2020-01-01 00:00:00.000000' WHERE version = 5")
        connection.commit()
    assert await BuiltFiles(store).load(NOW) is None


async def test_a_file_that_another_program_built_is_passed_over(
    store: TermsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await build_and_keep(store)
    monkeypatch.setattr(core.terms.built, "_maker", lambda: "an older one")
    assert await BuiltFiles(store).load(NOW) is None


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: _flip(path, 0), id="the length of the key's name"),
        pytest.param(lambda path: _flip(path, 4), id="the key's name"),
        pytest.param(lambda path: _flip(path, 30), id="the head"),
        pytest.param(lambda path: _flip(path, -1), id="the last byte"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), id="cut by a byte"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:90]), id="cut in the head"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"\xff" * 900), id="something else"),
    ],
)
async def test_a_damaged_file_is_passed_over(store: TermsStore, database_file: Path, damage: Damage) -> None:
    await build_and_keep(store)
    (path,) = kept(database_file)
    damage(path)
    assert await BuiltFiles(store).load(NOW) is None
    await build_and_keep(store)
    assert await BuiltFiles(store).load(NOW)


async def test_the_file_of_an_older_version_does_not_pass_for_a_newer_one(
    store: TermsStore, database_file: Path
) -> None:
    await build_and_keep(store)
    (path,) = kept(database_file)
    old = path.read_bytes()
    await store.remove("Quorvane", "ann")
    await build_and_keep(store)
    (path,) = kept(database_file)
    path.write_bytes(old)
    assert await BuiltFiles(store).load(NOW) is None


async def test_a_file_under_a_key_that_is_gone_is_passed_over(store: TermsStore) -> None:
    await build_and_keep(store)
    other = TermsStore(replace(store.database, keys=parse_key_ring(new_key())))
    assert await BuiltFiles(other).load(NOW) is None


async def test_a_file_may_stay_while_its_key_is_still_at_hand(store: TermsStore, database_file: Path) -> None:
    keys = store.database.keys
    path = database_file.with_name("as-named")
    core.terms.built.save(path, keys, build(5, [Term("Quorvane")], NOW))
    both = KeyRing("k9", {"k9": b"9" * 32, **keys._secrets})
    assert core.terms.built.load(path, both, 5).index.size == 1


async def test_nothing_is_kept_of_a_short_list_or_of_a_database_that_is_no_file(
    store: TermsStore, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await build_and_keep(store)
    elsewhere = BuiltFiles(TermsStore(replace(store.database, file=None)))
    await elsewhere.save(build(*await store.load(), NOW))
    assert await elsewhere.load(NOW) is None
    assert len(kept(database_file)) == 1
    monkeypatch.setattr(core.terms.built, "WORTH", 100)
    await build_and_keep(store)
    assert kept(database_file) == []


async def test_a_folder_that_takes_no_file_costs_the_file_only(
    store: TermsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(core.terms.built, "save", full)
    await build_and_keep(store)
    assert await BuiltFiles(store).load(NOW) is None
