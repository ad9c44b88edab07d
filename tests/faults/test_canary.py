"""The canary over reviews, exceptions, people and PostgreSQL: nowhere afterwards, not in its files nor its log. Row 22.

Every door and the faults of a check have theirs in tests/test_canary.py and in the doors' own tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from core import tables
from core.audit import Audit
from core.backup import back_up
from core.checker import Checker
from core.db import Database, init_database, open_database
from core.draft import Author, Draft
from core.errors import DatabaseError, ReviewError
from core.exceptions import About, Exceptions, Exemption
from core.policy import load_policy
from core.privacy import Subjects
from core.reviews.review import Person
from core.reviews.store import Reviews
from core.settings import Settings
from core.telemetry import set_up_logging
from core.terms.proposals import Proposals
from core.terms.store import TermsStore
from core.terms.term import Kind, Term

CANARY = "Quorvellan7Zephthorne"
HARBOUR = Path(__file__).parents[1] / "bots" / "cli" / "harbour"
ANN, BOB = Person(Author("slack", "T1", "U1"), f"{CANARY}@wharf.example"), Person(Author("teams", "t", "29:bob"))


async def use(database: Database) -> None:
    """Do with the canary all that people do, and go wrong with it."""
    terms, exceptions = TermsStore(database), Exceptions(database)
    policy = load_policy(HARBOUR)
    reviews = Reviews(database, policy.review, "slack:C1")
    term = Term(CANARY, Kind.CLIENT, (f"{CANARY} Ltd",), CANARY, owner=CANARY)
    await terms.add(term, "cli:op")
    await Proposals(database).propose(f"{CANARY} two", str(ANN), CANARY)
    soon = datetime.now(UTC) + timedelta(days=9)
    await exceptions.add(Exemption(About.TERM, term.id, soon, CANARY, CANARY, CANARY, str(ANN)), "cli:op")
    await Subjects(database).hold(datetime.now(UTC), f"{CANARY} sued", "cli:op")
    checker = Checker(policy, terms, Audit(database))
    try:
        draft = Draft("d1", f"Fog over {CANARY}. A gull.", ANN.author)
        verdict = await checker.check(draft)
        asked = await reviews.open(draft, verdict, ANN, f"for {CANARY}")
        with pytest.raises(ReviewError):
            await reviews.approve(asked.id, ANN, CANARY)
        await reviews.suggest(asked.id, BOB, f"A gull over {CANARY}.", CANARY)
        await reviews.reopen(asked.id, BOB, CANARY)
        await reviews.decline(asked.id, BOB, CANARY)
        await checker.check(draft)
    finally:
        checker.close()
    # a server's own log tells the row that broke a rule: it has to hold nothing but what is sealed
    for broken in (
        "INSERT INTO terms SELECT id, fingerprint, key_id, sealed FROM terms",
        "INSERT INTO terms SELECT 'other', fingerprint, key_id, sealed FROM terms",
        "UPDATE reviews SET policy = NULL",
        "UPDATE exceptions SET author = NULL",
        "UPDATE term_proposals SET key_id = NULL",
        "UPDATE holds SET actor = NULL",
    ):
        with pytest.raises(DatabaseError):
            async with database.writing() as connection:
                await connection.execute(text(broken))
    with pytest.raises(Exception, match=r".*") as error:
        async with database.writing() as connection:
            await connection.execute(insert(tables.audit), [{"seq": CANARY, "at": CANARY}])
    assert CANARY not in str(error.value)


@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
async def test_what_people_wrote_is_in_no_file_and_no_log(
    place: str, tmp_path: Path, settings: Settings, settings_for: Callable[..., Settings],
    a_postgresql: Any, files_with: Any, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    set_up_logging("DEBUG")
    folder = tmp_path
    if place == "postgresql":
        server = await asyncio.to_thread(a_postgresql, 18, fsync=True)
        settings, folder = settings_for(await asyncio.to_thread(server.create)), server.folder
    await init_database(settings)
    database = await open_database(settings)
    await use(database)
    await back_up(settings, tmp_path / "a.backup")
    streams = "".join(capfd.readouterr())
    if place == "postgresql":
        await asyncio.to_thread(server.run, "CHECKPOINT")

    assert files_with(folder, CANARY) == []
    assert files_with(tmp_path, CANARY) == []
    assert CANARY.lower() not in streams.lower()
    if place == "postgresql":
        assert "violates" in server.log.read_text(), "its log tells of the faults"

    async with database.writing() as connection:  # and now the search has to find it
        await connection.execute(insert(tables.meta), [{"name": "planted", "value": CANARY}])
    await database.close()
    assert files_with(folder, CANARY) != []
