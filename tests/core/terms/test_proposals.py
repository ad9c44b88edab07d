"""Staff propose, an admin decides, and nobody learns from it what is on the list."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from core.audit import Audit
from core.db import Database
from core.errors import TermsError
from core.privacy import Subjects
from core.tables import audit as audit_table
from core.tables import term_proposals
from core.terms import proposals as module
from core.terms.proposals import OPEN_EACH, Proposals
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term


@pytest.fixture
def proposals(database: Database) -> Proposals:
    """Proposals over a fresh database."""
    return Proposals(database)


async def test_a_proposal_waits_until_it_is_accepted(proposals: Proposals) -> None:
    await proposals.propose("Zarquil", "ann", "a new client")
    (waiting,) = await proposals.waiting()

    term = await proposals.accept(waiting.id.upper(), "bob", kind=Kind.CLIENT, secrecy=Secrecy.SECRET)

    store = TermsStore(proposals.database)
    assert (waiting.name, waiting.actor, waiting.note) == ("Zarquil", "ann", "a new client")
    assert await store.load() == (1, [term])
    assert (term.name, term.kind, term.secrecy, term.note) == ("Zarquil", Kind.CLIENT, Secrecy.SECRET, "a new client")
    assert await proposals.waiting() == []
    (entry,) = await store.history()
    assert (entry.actor, entry.action) == ("bob", "terms.accept")


async def test_a_declined_proposal_is_gone(proposals: Proposals) -> None:
    await proposals.propose("Zarquil", "ann")
    (waiting,) = await proposals.waiting()

    assert await proposals.decline(waiting.id, "bob") == waiting

    assert await proposals.waiting() == []
    assert await TermsStore(proposals.database).load() == (0, [])


async def test_whether_a_name_is_listed_or_proposed_makes_no_difference_to_who_proposes_it(
    proposals: Proposals,
) -> None:
    await TermsStore(proposals.database).add(Term("Zarquil", secrecy=Secrecy.SECRET), "a")

    for actor in ("ann", "ann", "bob"):
        await proposals.propose("Zarquil", actor)
        await proposals.propose("Plimquay", actor)

    told = [(each.name, each.actor) for each in await proposals.waiting()]
    assert told == [("Zarquil", "ann"), ("Plimquay", "ann"), ("Zarquil", "bob"), ("Plimquay", "bob")]


async def test_a_name_that_is_listed_by_then_stays_a_proposal(proposals: Proposals) -> None:
    await proposals.propose("Zarquil", "ann")
    await TermsStore(proposals.database).add(Term("zarquil"), "bob")
    (waiting,) = await proposals.waiting()

    with pytest.raises(TermsError, match="on the list already"):
        await proposals.accept(waiting.id, "bob")

    assert await proposals.waiting() == [waiting]


async def test_of_two_decisions_only_one_counts(proposals: Proposals) -> None:
    await proposals.propose("Zarquil", "ann")
    (waiting,) = await proposals.waiting()

    outcomes = await asyncio.gather(
        proposals.accept(waiting.id, "bob"), proposals.decline(waiting.id, "cid"), return_exceptions=True
    )

    assert sum(isinstance(each, TermsError) for each in outcomes) == 1


@pytest.mark.parametrize("number", ["", "nope", "%", "Zarquil"])
async def test_a_number_that_is_none_is_refused(proposals: Proposals, number: str) -> None:
    await proposals.propose("Zarquil", "ann")

    for decide in (proposals.accept, proposals.decline):
        with pytest.raises(TermsError, match="`terms proposals` shows all"):
            await decide(number, "bob")


@pytest.mark.parametrize(("name", "note"), [("x", ""), ("", ""), ("x" * 201, ""), ("Zarquil", "x" * 2_001)])
async def test_what_could_not_be_a_term_cannot_be_proposed(proposals: Proposals, name: str, note: str) -> None:
    with pytest.raises(TermsError):
        await proposals.propose(name, "ann", note)


async def test_nobody_can_bury_the_admins(proposals: Proposals, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(OPEN_EACH):
        await proposals.propose(f"Zarquil {number}", "ann")
    with pytest.raises(TermsError, match=f"{OPEN_EACH} of your proposals wait"):
        await proposals.propose("Plimquay", "ann")

    monkeypatch.setattr(module, "OPEN_ALL", OPEN_EACH + 1)
    await proposals.propose("Plimquay", "bob")
    with pytest.raises(TermsError, match="too many proposals wait"):
        await proposals.propose("Haxted", "cid")


async def test_each_step_is_on_record_without_the_name(proposals: Proposals) -> None:
    for name in ("Zarquil", "Plimquay"):
        await proposals.propose(name, "ann", "hush")
    first, second = await proposals.waiting()
    await proposals.accept(first.id, "bob")
    await proposals.decline(second.id, "cid")

    async with proposals.database.reading() as connection:
        rows = await connection.execute(select(audit_table.c.record).order_by(audit_table.c.seq))
        records: list[dict[str, Any]] = [json.loads(row.record) for row in rows]
    assert [(each["kind"], each["actor"]) for each in records] == [
        ("terms.propose", "ann"),
        ("terms.propose", "ann"),
        ("terms.accept", "bob"),
        ("terms.decline", "cid"),
    ]
    assert records[0]["terms"] == records[2]["terms"] != records[1]["terms"] == records[3]["terms"]
    assert records[2]["proposed_by"] == "ann"
    assert not any(word in json.dumps(records).lower() for word in ("zarquil", "plimquay", "hush"))
    assert "Zarquil" not in repr(first)
    await Audit(proposals.database).verify()


async def test_who_proposed_stands_nowhere_in_clear_and_can_be_deleted(
    proposals: Proposals, database_file: Path, files_with: Any
) -> None:
    people, ann = Subjects(proposals.database), "slack:T1:UANN"
    for name in ("Zarquil", "Plimquay", "Haxted", "Haxted"):
        await proposals.propose(name, ann)
    first, second, third = await proposals.waiting()
    await proposals.accept(first.id, "bob")
    await proposals.decline(second.id, "cid")

    assert third.actor == ann
    assert files_with(database_file.parent, "UANN") == []
    kept = await people.kept(ann)
    assert (kept.proposals, kept.records, kept.lasting) == (1, 5, 0)
    await people.delete(ann, "cli:op")
    assert await proposals.waiting() == []


async def test_a_proposal_of_before_has_its_name_in_clear_and_counts_all_the_same(proposals: Proposals) -> None:
    await proposals.propose("Zarquil", "slack:T1:UANN")
    (waiting,) = await proposals.waiting()
    sealed = proposals.database.keys.seal(json.dumps(["Zarquil", ""]).encode(), f"term_proposals|{waiting.id}")
    async with proposals.database.writing() as connection:
        await connection.execute(update(term_proposals).values(actor=waiting.actor, sealed=sealed))

    await proposals.propose("zarquil", waiting.actor)

    assert await proposals.waiting() == [waiting]
    assert (await Subjects(proposals.database).delete(waiting.actor, "cli:op")).proposals == 1
    assert await proposals.waiting() == []
