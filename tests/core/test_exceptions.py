"""Exceptions: for a while, for whom they are meant, with somebody who answers for them; and then the rule is back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.audit import Audit
from core.checker import Checker
from core.db import Database
from core.draft import Account, Author
from core.errors import ExceptionError
from core.exceptions import About, Exceptions, Exemption
from core.finding import Action
from core.tables import exceptions
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome

SOON = datetime.now(UTC) + timedelta(days=30)
FIRST, SECOND = str(uuid.uuid4()), str(uuid.uuid4())
ANN, BOB = Author("slack", "T1", "U1"), Author("slack", "T1", "U2")
RULES: list[dict[str, Any]] = [
    {"id": "moo", "detect": {"words": ["moo"]}},
    {"id": "client", "category": "confidential_term", "action": "block", "detect": {"terms": "client"}},
    {"id": "secret", "category": "confidential_term", "action": "block", "detect": {"terms": "secret"}},
]


def about(target: str, kind: About = About.RULE, **more: Any) -> Exemption:
    return Exemption(kind, target, SOON, "legal@wharf.example", "the fair", **more)


@pytest.fixture
async def checker(database: Database, a_policy: Any) -> Any:
    """A checker of two rules and two listed names, one of them secret."""
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT, id=FIRST), "ann")
    await TermsStore(database).add(Term("Haxtedgate", Kind.CLIENT, id=SECOND, secrecy=Secrecy.SECRET), "ann")
    built = Checker(a_policy(*RULES), TermsStore(database), Audit(database))
    yield built
    built.close()


both = pytest.mark.parametrize("store", ["sqlite", "postgresql18"])


@both
async def test_an_excepted_rule_is_a_note_until_the_exception_ends(
    database: Database, checker: Checker, a_draft: Any
) -> None:
    kept = Exceptions(database)
    draft = a_draft("Moo.", author=ANN)
    assert (await checker.check(draft)).outcome is Outcome.REVISE
    made = await kept.add(about("house/moo"), "cli:ann")

    eased = await checker.check(draft)
    assert eased.outcome is Outcome.OK
    assert [finding.action for finding in eased.findings] == [Action.NOTE]
    assert eased.policy == checker.policy.version

    await kept.end(made.id, "cli:ann")
    assert (await checker.check(draft)).outcome is Outcome.REVISE
    with pytest.raises(ExceptionError, match="in force"):
        await kept.end(made.id, "cli:ann")


@both
async def test_an_excepted_term_is_free_and_every_other_is_not(
    database: Database, checker: Checker, a_draft: Any
) -> None:
    draft = a_draft("Thanks to Quorvane.", author=ANN)
    assert (await checker.check(draft)).outcome is Outcome.BLOCK
    await Exceptions(database).add(about(FIRST, About.TERM, name="Quorvane"), "cli:ann")
    assert (await checker.check(draft)).findings == ()
    assert (await checker.check(replace(draft, text="Thanks to Haxtedgate."))).outcome is Outcome.BLOCK


async def test_an_exception_is_for_whom_it_is_meant(database: Database, checker: Checker, a_draft: Any) -> None:
    kept = Exceptions(database)
    await kept.add(about("house/moo", author=str(ANN)), "cli:ann")
    await kept.add(about(FIRST, About.TERM, name="Quorvane", account="brand"), "cli:ann")
    moo, name = a_draft("Moo.", author=ANN), a_draft("Quorvane.", author=ANN)
    outcomes = [
        (await checker.check(each)).outcome
        for each in (
            moo, replace(moo, author=BOB), name, replace(name, account=Account.BRAND),
            replace(name, author=BOB, account=Account.BRAND),
        )
    ]  # fmt: skip
    assert outcomes == [Outcome.OK, Outcome.REVISE, Outcome.BLOCK, Outcome.OK, Outcome.OK]


async def test_an_exception_ends_by_itself(database: Database, checker: Checker, a_draft: Any) -> None:
    kept = Exceptions(database)
    await kept.add(about("house/moo"), "cli:ann")
    assert len(await kept.in_force(SOON - timedelta(seconds=1))) == 1
    assert await kept.in_force(SOON) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"owner": " "},
        {"reason": ""},
        {"until": datetime.now(UTC) - timedelta(seconds=1)},
        {"until": datetime.now(UTC) + timedelta(days=400)},
        {"account": "both"},
    ],
)
async def test_an_exception_without_owner_reason_or_end_is_none(database: Database, bad: dict[str, Any]) -> None:
    with pytest.raises(ExceptionError):
        await Exceptions(database).add(replace(about("house/moo"), **bad), "cli:ann")
    assert await Exceptions(database).in_force() == []


async def test_exceptions_that_cannot_be_read_make_nothing_easier(
    database: Database, database_file: Any, checker: Checker, a_draft: Any
) -> None:
    await Exceptions(database).add(about("house/moo", author=str(ANN)), "cli:ann")
    await Exceptions(database).add(about("house/moo", author=str(BOB)), "cli:ann")
    connection = sqlite3.connect(database_file)
    connection.execute("UPDATE exceptions SET sealed = x'00' WHERE author = ?", (str(ANN),))
    connection.commit()
    connection.close()
    checks = (checker.check(a_draft("Moo.", author=author)) for author in (ANN, BOB))
    assert [each.outcome for each in await asyncio.gather(*checks)] == [Outcome.REVISE, Outcome.OK]


async def test_the_record_knows_a_term_of_one_workspace_as_its_changes_do(database: Database) -> None:
    await TermsStore(database, "T1").add(Term("Quorvane", id=FIRST), "ann")
    made = await Exceptions(database).add(about(FIRST, About.TERM, name="Quorvane", workspace="T1"), "cli:ann")
    assert await Exceptions(database).end(made.id, "cli:ann") == made
    added, *excepted = [record async for record in Audit(database).records()]
    assert [each["target"] for each in excepted] == added["terms"] * 2


async def test_an_exception_of_before_is_read_that_keeps_no_workspace(database: Database) -> None:
    made = await Exceptions(database).add(about(FIRST, About.TERM, name="Quorvane"), "cli:ann")
    sealed = database.keys.seal(json.dumps([made.owner, made.reason, made.name]).encode(), f"exceptions|{made.id}")
    async with database.writing() as connection:
        await connection.execute(update(exceptions).values(sealed=sealed))
    assert await Exceptions(database).in_force() == [made]


async def test_the_record_and_the_file_name_no_term_and_no_reason(database: Database, database_file: Any) -> None:
    made = await Exceptions(database).add(about(FIRST, About.TERM, name="Quorvane", review="r1"), "cli:ann")
    await Exceptions(database).end(made.id, "cli:ann")
    connection = sqlite3.connect(database_file)
    kept = repr(connection.execute("SELECT * FROM exceptions").fetchall()).lower()
    kept += repr(connection.execute("SELECT record FROM audit").fetchall()).lower()
    connection.close()
    assert "exception.add" in kept
    assert "exception.end" in kept
    assert not [word for word in ("quorvane", "the fair", "legal@") if word in kept]
