"""Every version of the list can be seen, compared and brought back, and a replica can follow them exactly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.db import Database, open_database
from core.errors import DatabaseError, TermsError
from core.settings import load_settings
from core.tables import term_history
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from tests.databases import new_database

HEADER = "term,kind,aliases,note,secrecy"
NAMES = ("Gull", "Tern", "Skua", "Heron")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(NAMES), st.sampled_from(Kind)),
        st.tuples(st.just("remove"), st.sampled_from(NAMES), st.none()),
        st.tuples(st.just("edit"), st.sampled_from(NAMES), st.sampled_from(["one", "two"])),
        st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("import"), st.lists(st.sampled_from(NAMES), unique=True), st.sampled_from(Kind)),
        st.tuples(st.just("rollback"), st.integers(0, 12), st.none()),
    ),
    max_size=12,
)


@dataclass
class Model:
    """The list as a plain dict, with a copy of every version."""

    now: dict[str, Term] = field(default_factory=dict)
    versions: list[dict[str, Term]] = field(default_factory=lambda: [{}])

    def keep(self, now: dict[str, Term]) -> None:
        """Make a version of what changed."""
        if now != self.now:
            self.now = now
            self.versions.append(dict(now))


@pytest.fixture
def store(database: Database) -> TermsStore:
    """A store over a fresh database."""
    return TermsStore(database)


def bare(terms: Any) -> dict[str, Term]:
    """Return terms by name, without the ids, which a model does not know."""
    return {term.name: replace(term, id="") for term in terms}


async def take(store: TermsStore, model: Model, step: tuple[str, Any, Any]) -> None:
    """Do the same to the store and to the model."""
    verb, what, how = step
    now = dict(model.now)
    try:
        if verb == "add":
            await store.add(Term(what, how), "a")
            assert what not in now
            now[what] = Term(what, how, id="")
        elif verb == "remove":
            await store.remove(what, "a")
            del now[what]
        elif verb == "edit":
            await store.edit(what, "a", note=how, secrecy=Secrecy.SECRET)
            now[what] = replace(now[what], note=how, secrecy=Secrecy.SECRET)
        elif verb == "rename":
            await store.edit(what, "a", name=how)
            assert how == what or how not in now
            now[how] = replace(now.pop(what), name=how)
        elif verb == "import":
            rows = "".join(f"{name},{how},,imported,\n" for name in what)
            await store.import_csv(f"{HEADER}\n{rows}", "a")
            now |= {name: Term(name, how, note="imported", id="") for name in what}
        else:
            await store.rollback(what, "a")
            now = dict(model.versions[what])
    except TermsError:
        assert not _possible(model, step)
        return
    model.keep(now)


def _possible(model: Model, step: tuple[str, Any, Any]) -> bool:
    verb, what, how = step
    wanted: dict[str, Callable[[], bool]] = {
        "add": lambda: what not in model.now,
        "remove": lambda: what in model.now,
        "edit": lambda: what in model.now,
        "rename": lambda: what in model.now and (how == what or how not in model.now),
        "rollback": lambda: what < len(model.versions),
    }
    return wanted.get(verb, lambda: True)()


@settings(max_examples=25, deadline=None)
@given(steps)
def test_the_list_and_every_replica_agree_with_a_simple_model(tmp_path_factory: Any, taken: list[Any]) -> None:
    async def run() -> None:
        path = tmp_path_factory.mktemp("model") / "checkpost.db"
        loaded = load_settings({"CHECKPOST_ENV": "test", "CHECKPOST_DATABASE_URL": f"sqlite:///{path}"})
        await new_database(loaded)
        database = await open_database(loaded)
        store, model = TermsStore(database), Model()
        replicas = [dict[str, Term]()]
        try:
            for step in taken:
                await take(store, model, step)
                version, terms = await store.load()
                assert version == len(model.versions) - 1
                assert bare(terms) == model.now
                replicas += [{term.id: term for term in terms}] if version == len(replicas) else []
            present = {term.id: term for term in (await store.load())[1]}
            for since, replica in enumerate(replicas):
                await _follows(store, replica, since, present)
                await _compares(store, model, since)
        finally:
            await database.close()

    asyncio.run(run())


async def _follows(store: TermsStore, replica: dict[str, Term], since: int, present: dict[str, Term]) -> None:
    version, changed, gone = await store.changes_since(since)
    assert version == await store.version()
    assert not {term.id for term in changed} & set(gone)
    for _ in range(2):  # a change that comes twice does no harm
        replica = {key: term for key, term in replica.items() if key not in gone} | {term.id: term for term in changed}
        assert replica == present


async def _compares(store: TermsStore, model: Model, since: int) -> None:
    step = await store.diff(since)
    old = model.versions[since]
    put = bare([*step.added, *(after for _, after in step.changed)])
    left = set(bare(step.removed)) | {before.name for before, _ in step.changed}
    assert {name: term for name, term in old.items() if name not in left} | put == model.now


async def test_a_rollback_brings_back_the_very_same_export_as_a_new_version(store: TermsStore) -> None:
    full = "term,kind,aliases,note,secrecy,active_from,active_until,owner,needs"
    await store.import_csv(
        f'{full}\nGull,deal,"Seagull;Café, Ltd",line one,secret,2026-01-01T00:00+05:30,,ann,\nTern,client,,,,,,,cue\n',
        "a",
    )
    wanted = await store.export_csv("a")
    await store.remove("Gull", "a")
    await store.edit("Tern", "a", name="Skua", note="x", needs=None)
    await store.add(Term("gull", Kind.PERSON), "a")

    version, step = await store.rollback(1, "b")

    assert await store.export_csv("a") == wanted
    assert (version, await store.version()) == (5, 5)
    assert ([term.name for term in step.added], [term.name for term in step.removed]) == (["Gull"], ["gull"])
    assert [(before.name, after.name) for before, after in step.changed] == [("Skua", "Tern")]
    assert await store.rollback(5, "b") == (5, type(step)((), (), ())), "nothing to change, no version"


@pytest.mark.parametrize("version", [2, 99, -1])
async def test_a_version_that_never_was_is_refused(store: TermsStore, version: int) -> None:
    await store.add(Term("Gull"), "a")

    for asked in (store.rollback(version, "a"), store.diff(version), store.diff(0, version)):
        with pytest.raises(TermsError, match=r"there is no version -?\d+: `terms history` shows all"):
            await asked


async def test_a_replica_ahead_of_the_list_is_told_to_load_it_anew(store: TermsStore) -> None:
    with pytest.raises(TermsError, match="load it anew"):
        await store.changes_since(1)


async def test_history_says_who_did_what_and_when(store: TermsStore) -> None:
    await store.add(Term("Gull"), "ann")
    await store.edit("Gull", "bob", name="Tern")
    await store.import_csv("term,kind,aliases,note\nTern,deal,,\nSkua,deal,,\n", "cid")
    await store.remove("Tern", "dee")

    told = [
        (
            each.version,
            each.actor,
            each.action,
            each.before.name if each.before else None,
            each.after.name if each.after else None,
        )
        for each in await store.history()
    ]

    assert sorted(told, key=str) == [
        (1, "ann", "terms.add", None, "Gull"),
        (2, "bob", "terms.edit", "Gull", "Tern"),
        (3, "cid", "terms.import", "Tern", "Tern"),
        (3, "cid", "terms.import", None, "Skua"),
        (4, "dee", "terms.remove", "Tern", None),
    ]
    assert [(each.version, each.before and each.before.name) for each in await store.history(last=1)] == [(4, "Tern")]


async def test_two_changes_at_once_are_two_versions(store: TermsStore) -> None:
    await asyncio.gather(*(store.add(Term(name), "a") for name in NAMES))

    assert await store.version() == len(NAMES)
    assert [each.version for each in await store.history()] == [1, 2, 3, 4]


async def test_a_row_of_history_is_bound_to_its_place(store: TermsStore, database: Database) -> None:
    await store.add(Term("Gull", secrecy=Secrecy.SECRET), "a")
    await store.edit("Gull", "a", note="x")
    async with database.writing() as connection:
        rows = await connection.execute(select(term_history.c.sealed).where(term_history.c.version == 2))
        moved = update(term_history).where(term_history.c.version == 1).values(sealed=rows.scalar_one())
        await connection.execute(moved)

    with pytest.raises(DatabaseError, match="cannot be decrypted") as caught:
        await store.rollback(1, "a")
    assert "Gull" not in str(caught.value)
