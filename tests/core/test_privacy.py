"""Privacy, retention and receipts: what can be taken away is gone, what has to hold still does."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import update

from core import tables
from core.audit import Audit, AuditBroken
from core.contacts import Contact, Contacts
from core.db import Database
from core.draft import Author
from core.errors import RecordError, ReviewError
from core.plan import ReviewPlan
from core.privacy import Kept, Subjects
from core.receipts import issue, public_key, sign, verify
from core.retention import prune
from core.reviews.deletion import NOBODY
from core.reviews.notices import Notices
from core.reviews.review import Person, State
from core.reviews.store import Reviews
from core.reviews.tending import tend
from core.terms.proposals import Proposals
from core.terms.store import TermsStore
from core.terms.term import Term
from core.verdict import Outcome, Verdict

ANN, BOB = Author("slack", "T1", "UANN"), Author("teams", "t-9", "29:bob")
CONTACT = Contact("https://smba.trafficmanager.net/emea/", "28:bot", "a:1")
VERDICT = Verdict("d1", Outcome.OK, "sha256:1")
both = pytest.mark.parametrize("store", ["sqlite", "postgresql18"])


async def used(database: Database, a_draft: Any) -> Audit:
    """Two people check, one asks for a review and proposes a name."""
    audit = Audit(database)
    for author in (ANN, BOB, ANN):
        await audit.record_check(a_draft("moo", author=author), VERDICT)
    await Reviews(database, ReviewPlan(), "slack:C1").open(a_draft("moo", author=ANN), VERDICT, Person(ANN))
    await Proposals(database).propose("Plimquay", str(ANN))
    for author in (ANN, BOB):
        await Contacts(database).keep(str(author), CONTACT)
    return audit


@both
async def test_what_is_kept_of_somebody_is_listed_and_deleted_and_the_chain_still_holds(
    database: Database, a_draft: Any
) -> None:
    audit, people = await used(database, a_draft), Subjects(database)
    await TermsStore(database).add(Term("Quorvane"), str(ANN))
    assert await people.kept(str(ANN)) == Kept(records=4, reviews=1, proposals=1, exceptions=0, contacts=1, lasting=1)
    drawn = {record["actor"] async for record in audit.records() if record["kind"] == "check"}
    assert sorted((await people.named(drawn)).values()) == sorted([str(ANN), str(BOB)])

    await people.delete(str(ANN), "cli:op")

    assert await people.kept(str(ANN)) == Kept(0, 0, 0, 0, 0, lasting=1)
    assert await Contacts(database).find(str(ANN)) is None
    assert await Contacts(database).find(str(BOB)) == CONTACT
    assert list((await people.named(drawn)).values()) == [str(BOB)]
    assert (await audit.verify())[0] == 7, "six records, and the one of the deletion"
    assert await Reviews(database, ReviewPlan()).waiting() == []
    with pytest.raises(RecordError, match="nothing that could be deleted"):
        await people.delete(str(ANN), "cli:op")


@both
async def test_a_draft_leaves_the_reviewers_channel_with_its_author(database: Database, a_draft: Any) -> None:
    await used(database, a_draft)
    reviews, notices = Reviews(database, ReviewPlan(), "slack:C1"), Notices(database)
    asked = await notices.take("slack")
    await Subjects(database).delete(str(ANN), "cli:op")
    later = datetime.now(UTC) + timedelta(days=1)
    assert [*await tend(reviews, later)] == ["held"], "its message may be on its way"
    await notices.sent(asked.id, "T1:C1:1.0")

    change = await notices.take("slack")
    left = await reviews.get(asked.review_id)
    assert (change.kind, change.ref) == ("change", "T1:C1:1.0")
    assert (left.author, left.state, left.draft, left.events) == (NOBODY, State.WITHDRAWN, None, ())
    await notices.sent(change.id, change.ref)
    assert [*await tend(reviews, later + timedelta(days=1))] == ["delete"]
    with pytest.raises(ReviewError, match="no request"):
        await reviews.get(asked.review_id)


async def test_somebody_who_comes_back_is_somebody_new_to_the_record(database: Database, a_draft: Any) -> None:
    audit = await used(database, a_draft)
    await Subjects(database).delete(str(ANN), "cli:op")
    await audit.record_check(a_draft("moo", author=ANN), VERDICT)
    actors = [record["actor"] async for record in audit.records() if record["kind"] == "check"]
    assert actors[0] == actors[2] != actors[3]


async def test_the_record_shows_no_name_of_people_in_chat(database: Database, a_draft: Any, database_file: Any) -> None:
    await Audit(database).record_check(a_draft("moo", author=ANN), VERDICT)
    await Audit(database).record_check(a_draft("moo", author=Author("cli", "", "ruby")), VERDICT)
    connection = sqlite3.connect(database_file)
    kept = repr([*connection.execute("SELECT record FROM audit"), *connection.execute("SELECT * FROM people")])
    connection.close()
    assert "cli:ruby" in kept, "an operator answers for what it does"
    assert "UANN" not in kept


@both
async def test_a_hold_stops_every_deletion_until_it_is_lifted(database: Database, a_draft: Any) -> None:
    await used(database, a_draft)
    people, reviews = Subjects(database), Reviews(database, ReviewPlan(keep_days=0), "slack:C1")
    (review,) = await reviews.waiting()
    await reviews.decline(review.id, Person(BOB), "no")
    later = datetime.now(UTC) + timedelta(days=90)
    hold = await people.hold(datetime.now(UTC) - timedelta(days=1), "a lawsuit", "cli:op")

    with pytest.raises(RecordError, match="hold"):
        await people.delete(str(ANN), "cli:op")
    assert [*await tend(reviews, later)] == ["held"]
    done = await prune(database, later, "cli:op")
    assert (done.count, done.held) == (0, True)
    assert [(each.id, each.reason) for each in await people.holds()] == [(hold.id, "a lawsuit")]

    await people.lift(hold.id, "cli:op")
    assert [*await tend(reviews, later + timedelta(days=1))] == ["delete"]
    assert (await prune(database, later, "cli:op")).count > 0
    assert (await people.delete(str(ANN), "cli:op")).reviews == 1
    with pytest.raises(RecordError, match="no hold"):
        await people.lift(hold.id, "cli:op")


# --- retention


async def aged(database: Database, a_draft: Any) -> Audit:
    audit = Audit(database)
    for _ in range(6):
        await audit.record_check(a_draft("moo"), VERDICT)
    return audit


@both
async def test_old_records_go_and_the_rest_still_verifies(database: Database, a_draft: Any) -> None:
    audit = await aged(database, a_draft)
    rows = [row async for row in audit.rows()]
    done = await prune(database, rows[4].at, "cli:op")

    assert (done.count, done.up_to, done.held) == (4, 4, False)
    assert [row.seq async for row in audit.rows()] == [5, 6, 7]
    assert (await audit.verify())[0] == 7
    assert await audit.verify((6, rows[5].mac)) == await audit.verify()
    assert await audit.verify((4, rows[3].mac)) == await audit.verify(), "the published head is where it begins"
    with pytest.raises(AuditBroken, match="begins after 4"):
        await audit.verify((2, rows[1].mac))
    again = await prune(database, datetime.now(UTC) + timedelta(days=1), "cli:op")
    assert again.count == 2, "the last record is never taken"
    assert (await audit.verify())[0] == 8
    assert (await prune(database, datetime.now(UTC) - timedelta(days=1), "cli:op")).count == 0


async def test_a_hold_keeps_what_was_recorded_since(database: Database, a_draft: Any) -> None:
    audit = await aged(database, a_draft)
    rows = [row async for row in audit.rows()]
    await Subjects(database).hold(rows[2].at, "a lawsuit", "cli:op")
    done = await prune(database, rows[5].at, "cli:op")
    assert (done.up_to, done.held) == (2, True)


TAMPERING = {
    "dropped": "DELETE FROM audit WHERE seq = 5",
    "beginning forgotten": "DELETE FROM meta WHERE name = 'audit_start'",
    "beginning moved": "UPDATE meta SET value = replace(value, '4:', '5:') WHERE name = 'audit_start'",
    "beginning spoilt": "UPDATE meta SET value = 'goose' WHERE name = 'audit_start'",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING.keys())
async def test_what_is_cut_off_without_the_key_shows(
    database: Database, a_draft: Any, database_file: Any, statement: str
) -> None:
    audit = await aged(database, a_draft)
    rows = [row async for row in audit.rows()]
    await prune(database, rows[4].at, "cli:op")
    connection = sqlite3.connect(database_file)
    assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()
    with pytest.raises(AuditBroken):
        await audit.verify()


# --- receipts


async def test_a_receipt_says_when_by_what_and_how_and_no_word(database: Database, a_draft: Any) -> None:
    await Audit(database).record_check(a_draft("moo says the canary", author=ANN), VERDICT)
    line = await issue(database, ANN, "d1")

    told = verify(database.keys, line)
    assert (told["id"], told["outcome"], told["policy"]) == ("d1", "ok", "sha256:1")
    assert datetime.fromisoformat(told["at"]) <= datetime.now(UTC)
    assert "canary" not in line
    assert "UANN" not in line
    public = load_pem_public_key(public_key(database.keys).encode())
    assert isinstance(public, Ed25519PublicKey)
    values = json.loads(line)
    signed = json.dumps(values["receipt"], sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(InvalidSignature):
        public.verify(b"0" * 64, signed)


async def test_a_receipt_from_the_list_of_ones_own_is_the_same_as_by_its_number(
    database: Database, a_draft: Any
) -> None:
    await Audit(database).record_check(a_draft("moo says the canary", author=ANN), VERDICT)
    ((seq, at, record),) = await Audit(database).receipts(str(ANN), 10)
    assert sign(database.keys, seq, at, record) == await issue(database, ANN, "d1")


async def test_nobody_gets_the_receipt_of_somebody_else(database: Database, a_draft: Any) -> None:
    await Audit(database).record_check(a_draft("moo", author=ANN), VERDICT)
    for author, check in ((BOB, "d1"), (ANN, "d2"), (ANN, 'd1", "x'), (ANN, "%")):
        with pytest.raises(RecordError, match="no check of yours"):
            await issue(database, author, check)


FORGED = [
    lambda line: line.replace('"outcome": "ok"', '"outcome": "block"'),
    lambda line: line.replace("sha256:1", "sha256:2"),
    lambda line: line.replace('"key": "k1"', '"key": "k2"'),
    lambda line: line.replace('"signature": "', '"signature": "A'),
    lambda line: line[:-9],
    lambda _: "[" * 5_000,
    lambda _: "null",
    lambda _: '{"receipt": 1, "key": "k1", "signature": "AAAA"}',
]


@pytest.mark.parametrize("forge", FORGED)
async def test_a_receipt_that_was_changed_is_none(database: Database, a_draft: Any, forge: Any) -> None:
    await Audit(database).record_check(a_draft("moo", author=ANN), VERDICT)
    line = await issue(database, ANN, "d1")
    with pytest.raises(RecordError, match="no receipt"):
        verify(database.keys, forge(line))


async def test_a_clock_that_went_back_lets_no_young_record_go(database: Database, a_draft: Any) -> None:
    audit = await aged(database, a_draft)
    async with database.writing() as connection:
        moved = update(tables.audit).where(tables.audit.c.seq > 3)
        await connection.execute(moved.values(at=datetime.now(UTC) - timedelta(days=400)))
    assert (await prune(database, datetime.now(UTC) - timedelta(days=30), "cli:op")).count == 0
    assert [row.seq async for row in audit.rows()] == [1, 2, 3, 4, 5, 6]
