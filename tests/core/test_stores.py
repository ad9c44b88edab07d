"""Both kinds of database do the same for everything that is kept: the list, its history, the audit record, claims."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from core import revisions, tables
from core.audit import Audit
from core.checker import Checker
from core.db import Database, init_database, open_database, upgrade_database
from core.deliveries import Deliveries
from core.errors import DatabaseError, TermsError
from core.settings import Settings
from core.terms.proposals import Proposals
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome

pytestmark = pytest.mark.parametrize("store", ["sqlite", "postgresql16", "postgresql18"])


async def test_a_second_init_changes_nothing_and_an_upgrade_neither(settings: Settings) -> None:
    assert await init_database(settings) is True
    assert await init_database(settings) is False
    assert len(set(await upgrade_database(settings))) == 1
    await (await open_database(settings)).close()


async def test_what_was_never_made_is_not_opened(settings: Settings) -> None:
    with pytest.raises(DatabaseError, match="checkpost db init"):
        await open_database(settings)


async def test_the_list_keeps_its_terms_and_every_version_of_them(database: Database) -> None:
    terms = TermsStore(database)
    await terms.add(Term("Quorvane", Kind.DEAL, ("Zwirnhold",), "until June", Secrecy.SECRET), "ann")
    await terms.import_csv("term,kind,aliases,note\nHaxtedgate,client,Haxted,\n", "ann")
    await terms.edit("quorvane", "ann", note="")
    with pytest.raises(TermsError, match="already"):
        await terms.add(Term("QUORVANE"), "ann")
    await terms.remove("Haxtedgate", "ann")
    version, step = await terms.rollback(2, "ann")

    assert version == 5
    assert [term.name for term in step.added] == ["Haxtedgate"]
    assert [(e.version, e.action) for e in await terms.history()] == [
        (1, "terms.add"), (2, "terms.import"), (3, "terms.edit"), (4, "terms.remove"),
        (5, "terms.rollback"), (5, "terms.rollback"),
    ]  # fmt: skip
    assert (await Audit(database).verify())[0] == 5


async def test_a_proposal_waits_until_one_admin_decides(database: Database) -> None:
    proposals = Proposals(database)
    await proposals.propose("Plimquay", "bob", "heard at lunch")
    (waiting,) = await proposals.waiting()
    taken = await asyncio.gather(
        *(proposals.accept(waiting.id, f"admin{n}") for n in range(4)), return_exceptions=True
    )  # fmt: skip

    assert sum(isinstance(each, Term) for each in taken) == 1
    assert [term.name for term in (await TermsStore(database).load())[1]] == ["Plimquay"]


async def test_writers_at_once_leave_one_chain_and_one_version_each(database: Database) -> None:
    terms = TermsStore(database)
    await asyncio.gather(*(terms.add(Term(f"Name {n}x"), "ann") for n in range(12)))

    assert await terms.version() == 12
    assert (await Audit(database).verify())[0] == 12


async def test_of_many_who_claim_a_delivery_one_gets_it(database: Database) -> None:
    claimed = await asyncio.gather(*(Deliveries(database).claim("evt-1") for _ in range(12)))
    assert sorted(claimed) == [False] * 11 + [True]


async def test_a_change_is_in_force_on_every_replica_at_the_next_check(
    settings: Settings, shipped: Any, a_draft: Any
) -> None:
    await init_database(settings)
    opened = [await open_database(settings) for _ in range(2)]
    here, there = (Checker(shipped, TermsStore(each), Audit(each)) for each in opened)
    try:
        draft = a_draft("Lunch with Quorvane today.")
        assert (await there.check(draft)).outcome is Outcome.OK
        await TermsStore(opened[0]).add(Term("Quorvane", Kind.CLIENT), "ann")
        assert (await there.check(draft)).outcome is Outcome.BLOCK
        await TermsStore(opened[1]).remove("Quorvane", "ann")
        assert (await here.check(draft)).outcome is Outcome.OK
    finally:
        for checker, database in zip((here, there), opened, strict=True):
            checker.close()
            await database.close()


async def test_the_migrations_give_the_tables_of_the_code_and_go_down_and_up_again(database: Database) -> None:
    def down_and_up(connection: Connection) -> tuple[list[Any], set[str], list[Any]]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        before = compare_metadata(context, tables.metadata)
        config = revisions._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        low = set(inspect(connection).get_table_names())
        command.upgrade(config, "head")
        return before, low, compare_metadata(context, tables.metadata)

    async with database.writing() as connection:
        assert await connection.run_sync(down_and_up) == ([], {"alembic_version"}, [])


async def test_an_error_of_the_database_shows_no_values(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(tables.meta.insert().values(name="canary-name", value="canary-value"))
    with pytest.raises(DatabaseError) as error:
        async with database.writing() as connection:
            await connection.execute(tables.meta.insert().values(name="canary-name", value="canary-value"))
    assert "canary" not in str(error.value)


async def test_a_moment_comes_back_aware(database: Database, a_draft: Any) -> None:
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await Proposals(database).propose("Plimquay", "bob")
    (waiting,) = await Proposals(database).waiting()
    assert waiting.at.tzinfo is not None
