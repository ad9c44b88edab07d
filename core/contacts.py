"""Contacts: where a person can be written to first, and what they are called there, encrypted and found by name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, insert, select

from core.audit import person_digests
from core.db import Database
from core.tables import contacts as table


@dataclass(frozen=True, slots=True)
class Contact:
    """A conversation, the service that leads to it, and who we and the person are there, in the platform's words."""

    service: str
    bot: str
    conversation: str = field(default="", repr=False)
    person: str = field(default="", repr=False)
    called: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts in the database, by `platform:workspace:id`; the way to a platform's channels by its name alone."""

    database: Database

    async def find(self, name: str) -> Contact | None:
        """Return the contact of this name, None where there is none."""
        newest = select(table).where(self._of(name)).order_by(table.c.at.desc()).limit(1)
        async with self.database.reading() as connection:
            row = (await connection.execute(newest)).first()
        if row is None:
            return None
        return Contact(**json.loads(self.database.keys.open(row.sealed, f"contacts|{row.digest}", row.key_id)))

    async def keep(self, name: str, contact: Contact) -> None:
        """Keep a contact in the place of an earlier one; one that is known already costs no writing."""
        if await self.find(name) == contact:
            return
        keys = self.database.keys
        digest, *_ = person_digests(keys, name)
        sealed = keys.seal(json.dumps(asdict(contact)).encode(), f"contacts|{digest}")
        row = {"digest": digest, "at": datetime.now(UTC), "key_id": keys.active, "sealed": sealed}
        async with self.database.writing() as connection:
            await connection.execute(delete(table).where(self._of(name)))
            await connection.execute(insert(table), [row])

    async def forget(self, name: str) -> None:
        """Drop the contact of this name, if there is one."""
        async with self.database.writing() as connection:
            await connection.execute(delete(table).where(self._of(name)))

    def _of(self, name: str) -> ColumnElement[bool]:
        return table.c.digest.in_(person_digests(self.database.keys, name))
