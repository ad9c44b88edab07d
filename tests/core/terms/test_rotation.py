"""A key in front of the ring: what the old one wrote stays readable, is found, and comes under the new one."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.audit import Audit
from core.contacts import Contact, Contacts
from core.db import Database, init_database, open_database
from core.draft import Author, Draft
from core.errors import DatabaseError, TermsError
from core.exceptions import About, Exceptions, Exemption
from core.installations import Installation, Installations
from core.plan import ReviewPlan
from core.privacy import Subjects
from core.reviews.approvals import approvals
from core.reviews.review import Person
from core.reviews.store import Reviews
from core.settings import load_settings
from core.tables import audit, term_history, term_proposals, terms
from core.terms.proposals import Proposals
from core.terms.rotation import reseal
from core.terms.sealing import fingerprint
from core.terms.store import TermsStore
from core.terms.term import Kind, Needs, Term
from core.verdict import Outcome, Verdict

OLD, NEW, OTHER = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2", "k3"))

Opens = Callable[[str], Awaitable[Database]]


@pytest.fixture
async def opens(environ: dict[str, str]) -> AsyncIterator[Opens]:
    """Open the one database of a test with a ring of keys; the first ring makes it."""
    async with AsyncExitStack() as stack:

        async def open_with(ring: str) -> Database:
            settings = load_settings(environ | {"CHECKPOST_ENCRYPTION_KEY": ring})
            await init_database(settings)
            database = await open_database(settings)
            stack.push_async_callback(database.close)
            return database

        yield open_with


async def fill(database: Database) -> None:
    """Leave a term, one that was changed, one that went, and two proposals."""
    store, proposals = TermsStore(database), Proposals(database)
    for term in (Term("Zorvane", Kind.CLIENT, needs=Needs.CUE), Term("Kovel", Kind.DEAL), Term("Plimquay")):
        await store.add(term, "ann")
    await store.edit("Kovel", "ann", note="hush")
    await store.remove("Plimquay", "ann")
    for name in ("Haxted", "Wobben"):
        await proposals.propose(name, "bob")


async def key_ids(database: Database) -> set[str]:
    """Return the keys by which anything about terms is encrypted."""
    async with database.reading() as connection:
        found = [
            (await connection.execute(select(table.c.key_id).where(table.c.sealed.is_not(None)))).scalars().all()
            for table in (terms, term_history, term_proposals)
        ]
    return {key_id for each in found for key_id in each}


async def test_before_anything_is_sealed_anew_old_names_are_found_by_the_new_key(opens: Opens) -> None:
    await fill(await opens(OLD))
    store = TermsStore(await opens(f"{NEW},{OLD}"))

    with pytest.raises(TermsError, match="already"):
        await store.add(Term("ZORVANE"), "ann")
    await store.edit("zorvane", "ann", note="x")
    await store.remove("Kovel", "ann")

    assert [(term.name, term.note, term.needs) for term in (await store.load())[1]] == [("Zorvane", "x", Needs.CUE)]
    await store.rollback(1, "ann")
    await Proposals(store.database).propose("haxted", "bob")
    assert len(await Proposals(store.database).waiting()) == 2, "proposed under the old key already"


async def test_everything_comes_under_the_new_key_and_nothing_else_changes(opens: Opens) -> None:
    before = await opens(OLD)
    await fill(before)
    version, listed = await TermsStore(before).load()
    history, waiting = await TermsStore(before).history(), await Proposals(before).waiting()
    database = await opens(f"{NEW},{OLD}")
    store = TermsStore(database)

    count = await reseal(database, "ann")

    assert count == 2 + 4 + 2, "terms, versions of them that left one, proposals"
    assert await key_ids(database) == {"k2"}
    assert (await store.load(), await store.history()) == ((version, listed), history)
    assert await Proposals(database).waiting() == waiting
    async with database.reading() as connection:
        kept = set((await connection.execute(select(terms.c.fingerprint))).scalars())
        last = (await connection.execute(select(audit.c.record).order_by(audit.c.seq.desc()).limit(1))).scalar_one()
    assert kept == {fingerprint(database.keys, name) for name in ("Zorvane", "Kovel")}
    assert '"kind": "keys.reseal"' in last
    assert await reseal(database, "ann") == 0
    await Audit(database).verify()
    await store.rollback(3, "ann")
    assert len((await store.load())[1]) == 3


async def test_a_row_that_does_not_open_leaves_all_others_as_they_were(opens: Opens) -> None:
    await fill(await opens(OLD))
    database = await opens(f"{NEW},{OLD}")
    async with database.writing() as connection:
        await connection.execute(term_proposals.update().values(sealed=b"goose" * 9))

    with pytest.raises(DatabaseError, match="cannot be decrypted"):
        await reseal(database, "ann")

    assert await key_ids(database) == {"k1"}


@pytest.mark.parametrize(
    ("ring", "lacking"),
    [(NEW, "k1"), (OLD, "k2"), (f"{NEW},{OTHER}", "k1"), (f"{OTHER},{OLD}", "k2")],
)
async def test_a_ring_without_a_needed_key_does_not_start(opens: Opens, ring: str, lacking: str) -> None:
    await fill(await opens(OLD))
    database = await opens(f"{NEW},{OLD}")
    await reseal(database, "ann")

    with pytest.raises(DatabaseError, match=rf"^CHECKPOST_ENCRYPTION_KEY lacks the key '{lacking}'.*: add it$"):
        await opens(ring)


async def test_the_order_of_a_rotation_never_stops_a_process(opens: Opens) -> None:
    await fill(await opens(OLD))
    late = await opens(f"{OLD},{NEW}")
    early = await opens(f"{NEW},{OLD}")
    await TermsStore(early).add(Term("Quorvane"), "ann")

    assert [term.name for term in (await TermsStore(late).load())[1] if term.name == "Quorvane"] == ["Quorvane"]
    with pytest.raises(TermsError, match="already"):
        await TermsStore(late).add(Term("quorvane"), "ann")
    await reseal(early, "ann")
    assert len((await TermsStore(late).load())[1]) == 3


async def test_what_people_wrote_elsewhere_comes_under_the_new_key_too_and_stays_found(opens: Opens) -> None:
    database = await opens(OLD)
    ann, bob = Author("slack", "T1", "U1"), Author("slack", "T1", "U2")
    draft, found = Draft("d1", "Fog.", ann), Verdict("d1", Outcome.OK, "sha256:1")
    await Audit(database).record_check(draft, found)
    reviews = Reviews(database, ReviewPlan(), "slack:C1")
    asked = await reviews.open(draft, found, Person(ann), "a note")
    await reviews.approve(asked.id, Person(bob), "a reason")
    soon = datetime.now(UTC) + timedelta(days=3)
    await Exceptions(database).add(Exemption(About.RULE, "a/b", soon, "legal", "a fair"), "cli:op")
    await Subjects(database).hold(datetime.now(UTC), "a lawsuit", "cli:op")
    await Installations(database).save(Installation("slack:T1", "a token"))
    await Contacts(database).keep("teams:t:1", Contact("https://teams.example/", "28:bot", "a:1"))

    renewed = await opens(f"{NEW},{OLD}")
    assert await reseal(renewed, "cli:op") == 7

    again = Reviews(renewed, ReviewPlan(), "slack:C1")
    read = await again.get(asked.id)
    assert (read.draft, read.note, read.events[-1].reason) == (draft, "a note", "a reason")
    async with renewed.reading() as connection:
        (approved,) = await approvals(connection, renewed.keys, [draft], "sha256:1")
    assert approved is not None
    assert approved.review == asked.id
    assert (await Subjects(renewed).kept(str(ann))).records == 2
    assert [each.reason for each in await Subjects(renewed).holds()] == ["a lawsuit"]
    assert [each.owner for each in await Exceptions(renewed).in_force()] == ["legal"]
    installed = await Installations(renewed).find("slack:T1")
    assert installed is not None
    assert installed.token == "a token"
    assert await Contacts(renewed).find("teams:t:1") == Contact("https://teams.example/", "28:bot", "a:1")
    await Audit(renewed).record_check(draft, found)
    assert (await Subjects(renewed).kept(str(ann))).records == 3, "a new key makes nobody somebody else"
    assert await reseal(renewed, "cli:op") == 0
