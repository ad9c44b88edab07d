"""Where somebody can be written to first: the newest place counts, and nobody reads it without the key."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.contacts import Contact, Contacts
from core.db import Database
from core.errors import DatabaseError
from core.tables import contacts as table

ANN, BOB = "teams:t-1:ann", "teams:t-1:bob"
HERE = Contact("https://smba.trafficmanager.net/emea/", "28:bot", "a:ann")
MOVED = Contact("https://smba.trafficmanager.net/amer/", "28:bot", "a:ann")
both = pytest.mark.parametrize("store", ["sqlite", "postgresql18"])


@both
async def test_the_newest_place_of_each_person_counts(database: Database) -> None:
    contacts = Contacts(database)
    for name, contact in ((ANN, HERE), (BOB, HERE), (ANN, MOVED), (ANN, MOVED)):
        await contacts.keep(name, contact)
    assert (await contacts.find(ANN), await contacts.find(BOB)) == (MOVED, HERE)
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 2
    await contacts.forget(ANN)
    await contacts.forget(ANN)
    assert (await contacts.find(ANN), await contacts.find(BOB)) == (None, HERE)


async def test_neither_name_nor_place_stands_in_the_clear_and_rows_cannot_be_swapped(database: Database) -> None:
    contacts = Contacts(database)
    await contacts.keep(ANN, HERE)
    await contacts.keep(BOB, MOVED)
    async with database.reading() as connection:
        rows = (await connection.execute(select(table).order_by(table.c.at))).all()
    assert not any(word in str(rows) for word in (ANN, "smba", "a:ann"))
    async with database.writing() as connection:
        here = table.c.digest == rows[0].digest
        await connection.execute(table.update().where(here).values(sealed=rows[1].sealed))
    with pytest.raises(DatabaseError):
        await contacts.find(ANN)
