"""Workspaces: what is guarded in one alone is neither found, shown nor changed in another."""

from __future__ import annotations

import base64
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import Audit
from core.backup import back_up, restore
from core.checker import Checker
from core.db import Database, init_database, open_database
from core.draft import Author
from core.errors import TermsError
from core.exceptions import About, Exceptions, Exemption
from core.probing import SECRET_FINDINGS_A_DAY, Probing
from core.settings import load_settings
from core.tables import audit as audit_table
from core.terms.index import TermIndex, TooManyCandidates
from core.terms.proposals import Proposals
from core.terms.rotation import reseal
from core.terms.store import TermsStore
from core.terms.term import Kind, Needs, Secrecy, Term
from core.verdict import Outcome, Verdict

RULES: list[dict[str, Any]] = [
    {"id": "client", "category": "confidential_term", "action": "block", "detect": {"terms": "client"}},
    {"id": "secret", "category": "confidential_term", "action": "block", "detect": {"terms": "secret"}},
]
both = pytest.mark.parametrize("store", ["sqlite", "postgresql16", "postgresql18"])


def stores(database: Database) -> tuple[TermsStore, TermsStore, TermsStore]:
    """Return the list of all workspaces and those of two of them."""
    return TermsStore(database), TermsStore(database, "T1"), TermsStore(database, "T2")


async def names(store: TermsStore) -> set[str]:
    """Return the names that a workspace sees."""
    return {term.name for term in (await store.load())[1]}


@both
async def test_each_workspace_sees_its_own_names_and_those_of_all(database: Database) -> None:
    everywhere, first, second = stores(database)
    await everywhere.add(Term("Quorvane"), "cli:op")
    await first.add(Term("Haxtedgate"), "ann")
    await second.import_csv("term,kind,aliases,note\nPlimquay,client,,\n", "bob")
    assert [await names(each) for each in (everywhere, first, second)] == [
        {"Quorvane"},
        {"Quorvane", "Haxtedgate"},
        {"Quorvane", "Plimquay"},
    ]
    assert {term.name for term in (await everywhere.load_all())[1]} == {"Quorvane", "Haxtedgate", "Plimquay"}
    assert "Haxtedgate" in await first.export_csv("ann")
    assert "Haxtedgate" not in await second.export_csv("bob") + await everywhere.export_csv("cli:op")
    assert "Quorvane" not in await first.export_csv("ann"), "what comes in again belongs to the workspace alone"


@both
async def test_the_same_name_is_kept_apart_in_each(database: Database) -> None:
    _, first, second = stores(database)
    await first.add(Term("Haxtedgate", note="ours"), "ann")
    await second.add(Term("HAXTED GATE", note="theirs"), "bob")
    with pytest.raises(TermsError, match="on the list already"):
        await first.add(Term("haxtedgate"), "ann")
    assert (await first.edit("Haxtedgate", "ann", note="changed")).note == "changed"
    await first.remove("Haxtedgate", "ann")
    assert (await names(first), await names(second)) == (set(), {"HAXTED GATE"})
    report = await second.import_csv("term,kind,aliases,note\nHaxted Gate,client,,new\n", "bob", dry_run=True)
    assert (report.added, report.changed, report.triage.shared) == (0, 1, ())


@both
async def test_nobody_changes_what_another_keeps(database: Database) -> None:
    everywhere, first, second = stores(database)
    await everywhere.add(Term("Quorvane"), "cli:op")
    await first.add(Term("Haxtedgate"), "ann")
    for store, name, reason in (
        (second, "Haxtedgate", "no term has this name"),
        (everywhere, "Haxtedgate", "no term has this name"),
        (second, "Quorvane", "guarded in all workspaces"),
    ):
        with pytest.raises(TermsError, match=reason):
            await store.remove(name, "bob")
        with pytest.raises(TermsError, match=reason):
            await store.edit(name, "bob", note="mine now")
    assert await names(first) == {"Quorvane", "Haxtedgate"}


@both
async def test_history_and_the_way_back_are_each_ones_own(database: Database) -> None:
    _, first, second = stores(database)
    await first.add(Term("Haxtedgate"), "ann")
    await second.add(Term("Plimquay"), "bob")
    await first.remove("Haxtedgate", "ann")
    assert [entry.action for entry in await first.history()] == ["terms.add", "terms.remove"]
    assert [(entry.actor, entry.version) for entry in await second.history()] == [("bob", 2)]
    assert [term.name for term in (await second.diff(1)).added] == ["Plimquay"]
    assert (await second.diff(2)).removed == ()
    _, step = await first.rollback(1, "ann")
    assert [term.name for term in step.added] == ["Haxtedgate"]
    await second.rollback(0, "bob")
    assert (await names(first), await names(second)) == ({"Haxtedgate"}, set())


@both
async def test_proposals_wait_where_they_were_made(database: Database) -> None:
    first, second = Proposals(database, "T1"), Proposals(database, "T2")
    await first.propose("Haxtedgate", "slack:T1:U1")
    await second.propose("Haxtedgate", "slack:T2:U1")
    (mine,), (theirs,) = await first.waiting(), await second.waiting()
    assert await Proposals(database).waiting() == []
    with pytest.raises(TermsError, match="no proposal"):
        await first.accept(theirs.id, "ann")
    with pytest.raises(TermsError, match="no proposal"):
        await first.decline(theirs.id, "ann")
    await first.accept(mine.id, "ann", kind=Kind.CLIENT)
    assert (await names(TermsStore(database, "T1")), await names(TermsStore(database, "T2"))) == ({"Haxtedgate"}, set())
    assert await second.waiting() == [theirs]


async def test_no_record_tells_that_two_workspaces_guard_the_same_name(database: Database) -> None:
    _, first, second = stores(database)
    await first.add(Term("Haxtedgate"), "ann")
    await second.add(Term("Haxtedgate"), "bob")
    async with database.reading() as connection:
        records = [row.record for row in await connection.execute(audit_table.select())]
    fingerprints = [record.partition('"terms": ["')[2][:64] for record in records]
    assert len(set(fingerprints)) == 2
    assert all(len(each) == 64 for each in fingerprints)


async def test_a_new_key_and_a_backup_keep_them_apart(environ: dict[str, str], tmp_path: Any) -> None:
    old, new = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))
    before = load_settings(environ | {"CHECKPOST_ENCRYPTION_KEY": old})
    await init_database(before)
    database = await open_database(before)
    await TermsStore(database, "T1").add(Term("Haxtedgate"), "ann")
    await Proposals(database, "T1").propose("Plimquay", "ann")
    await database.close()
    ring = {"CHECKPOST_ENCRYPTION_KEY": f"{new},{old}"}
    after = load_settings(environ | ring)
    database = await open_database(after)
    assert await reseal(database, "cli:op") == 3
    await database.close()
    await back_up(after, tmp_path / "copy")
    there = load_settings(environ | ring | {"CHECKPOST_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"})
    await init_database(there)
    await restore(there, tmp_path / "copy", "cli:op")
    database = await open_database(there)
    first = TermsStore(database, "T1")
    assert (await names(first), await names(TermsStore(database))) == ({"Haxtedgate"}, set())
    await first.edit("haxted gate", "ann", note="found under the new key")
    assert [each.name for each in await Proposals(database, "T1").waiting()] == ["Plimquay"]
    await database.close()


@pytest.fixture
async def checker(database: Database, a_policy: Any) -> AsyncIterator[Checker]:
    """A checker of listed names."""
    built = Checker(a_policy(*RULES), TermsStore(database), Audit(database), Probing(database))
    yield built
    built.close()


@both
async def test_a_draft_is_judged_by_the_names_of_its_authors_workspace(
    checker: Checker, database: Database, a_draft: Any
) -> None:
    everywhere, first, second = stores(database)
    await everywhere.add(Term("Quorvane", Kind.CLIENT), "cli:op")
    await first.add(Term("Haxtedgate", Kind.CLIENT, secrecy=Secrecy.SECRET), "ann")

    async def check(text: str, workspace: str) -> Verdict:
        return await checker.check(a_draft(text, author=Author("slack", workspace, "U1")))

    async def outcomes(text: str) -> list[Outcome]:
        return [(await check(text, workspace)).outcome for workspace in ("T1", "T2", "T3", "")]

    assert await outcomes("Quorvane signs on Monday.") == [Outcome.BLOCK] * 4
    assert await outcomes("Haxtedgate signs on Monday.") == [Outcome.BLOCK, *[Outcome.OK] * 3]
    await second.add(Term("Haxtedgate", Kind.CLIENT), "bob")
    assert (await check("Haxtedgate signs on Monday.", "T2")).findings[0].quotable
    assert not (await check("Haxtedgate signs on Monday.", "T1")).findings[0].quotable
    await first.remove("Haxtedgate", "ann")
    assert await outcomes("Haxtedgate signs on Monday.") == [Outcome.OK, Outcome.BLOCK, Outcome.OK, Outcome.OK]
    free = Exemption(
        About.TERM,
        (await second.load())[1][-1].id,
        datetime.now(UTC) + timedelta(days=30),
        "legal@wharf.example",
        "the fair",
    )
    await Exceptions(database).add(free, "cli:op")
    assert await outcomes("Haxtedgate signs on Monday.") == [Outcome.OK] * 4


async def test_the_secrets_of_another_workspace_use_up_nobodys_day(
    checker: Checker, database: Database, a_draft: Any
) -> None:
    await TermsStore(database, "T2").add(Term("Haxtedgate", Kind.CLIENT, secrecy=Secrecy.SECRET), "bob")
    for number in range(SECRET_FINDINGS_A_DAY + 2):
        draft = a_draft(f"Haxtedgate signs on day {number}.", author=Author("slack", "T1", "U1"))
        assert (await checker.check(draft)).outcome is Outcome.OK


async def test_a_server_that_starts_from_the_built_file_keeps_them_apart(
    database: Database, a_policy: Any, a_draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.terms.built.WORTH", 1)
    await TermsStore(database, "T1").add(Term("Haxtedgate", Kind.CLIENT), "ann")
    for _ in range(2):
        checker = Checker(a_policy(*RULES), TermsStore(database), Audit(database))
        found = [
            (await checker.check(a_draft("Haxtedgate!", author=Author("slack", each, "U1")))).outcome
            for each in ("T1", "T2")
        ]
        checker.close()
        assert found == [Outcome.BLOCK, Outcome.OK]
        # what the second one reads is the file: there is nobody left who could build it
        monkeypatch.setattr("core.checker.build", None)


WORDS = ["Haxtedgate", "Haxted", "Gate", "Mint", "Haxtedgate Mint", "Mint House", "H.A.X.", "Rise"]
TEXTS = [
    "Haxtedgate Mint",
    "haxted gate",
    "H a x t e d g a t e",
    "Haxtedgatte",
    "the mint",
    "Mint House",
    "Rise",
    "and",
    "\n",
]
terms_of = st.builds(
    Term,
    name=st.sampled_from(WORDS),
    kind=st.sampled_from(Kind),
    aliases=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    secrecy=st.sampled_from(Secrecy),
    needs=st.sampled_from([None, *Needs]),
    workspace=st.sampled_from(["", "T1", "T2"]),
    id=st.uuids(version=4).map(str),
)


@given(
    st.lists(terms_of, max_size=8, unique_by=lambda term: term.id),
    st.integers(0, 8),
    st.lists(st.sampled_from(TEXTS), max_size=6).map(" ".join),
)
def test_what_a_workspace_finds_never_depends_on_the_names_of_another(listed: list[Term], late: int, text: str) -> None:
    whole = TermIndex(listed[late:]).updated(listed[:late], [str(uuid.uuid4())])
    seen = whole.without(term.id for term in listed if term.workspace == "T2")
    alone = TermIndex(term for term in listed[late:] if term.workspace != "T2")
    alone = alone.updated([term for term in listed[:late] if term.workspace != "T2"], [])
    assert list(seen.find(text)) == list(alone.find(text))


def test_a_draft_full_of_another_workspaces_name_is_read_to_its_end() -> None:
    ours, theirs = Term(name="Quorvellan"), Term(name="abc", workspace="T2")
    index, text = TermIndex([ours, theirs]), "abc " * 10_001 + "Quorvellan"
    with pytest.raises(TooManyCandidates):
        list(index.find(text, typos=False))
    assert [text[seen.span.start : seen.span.end] for seen in index.without([theirs.id]).find(text)] == ["Quorvellan"]
