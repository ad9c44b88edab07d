"""Privacy: what is kept about one person, and taking it away; the record stays whole and names them no more."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.audit import PERSON, person_digests
from core.db import Database
from core.errors import RecordError
from core.reviews.deletion import disown, is_held
from core.tables import audit as records
from core.tables import contacts, count_rows, exceptions, holds, people, reviews, term_proposals
from core.terms.proposals import proposed_by


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept of one person, table by table. `records` count under a drawn name, `lasting` under their own.

    Lasting are what they answer for: decisions in reviews and changes to the list. They go with retention alone.
    """

    records: int
    reviews: int
    proposals: int
    exceptions: int
    contacts: int
    lasting: int


@dataclass(frozen=True, slots=True)
class Hold:
    """An order to delete nothing that was recorded from `since` on, while it stands."""

    id: str
    at: datetime
    since: datetime
    actor: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Those whom the record knows by drawn names."""

    database: Database

    async def named(self, actors: Iterable[str]) -> dict[str, str]:
        """Return, for drawn names, who they are; those whose name was deleted are left out."""
        drawn = {actor.removeprefix(PERSON): actor for actor in actors if actor.startswith(PERSON)}
        keys, found = self.database.keys, {}
        async with self.database.reading() as connection:
            for row in await connection.execute(select(people)):
                if row.id in drawn:
                    found[drawn[row.id]] = keys.open(row.sealed, f"people|{row.id}", row.key_id).decode()
        return found

    async def kept(self, name: str) -> Kept:
        """Return how much is kept of somebody, `platform:workspace:id`, as records name them."""
        async with self.database.reading() as connection:
            return await self._kept(connection, name)

    async def delete(self, name: str, actor: str) -> Kept:
        """Delete what is kept of somebody, take their name off the record, and return what there was.

        Their requests go with all words, waiting ones too, and out of the reviewers' channel as soon as a door runs;
        their proposals and exceptions end. What they decided or changed themselves keeps their name until retention.

        Raises:
            RecordError: nothing is known of them, or a hold stands.
        """
        async with self.database.writing() as connection:
            if await is_held(connection):
                raise RecordError("a hold stands, so nothing is deleted: `audit holds` shows it")
            kept = await self._kept(connection, name)
            if kept == Kept(0, 0, 0, 0, 0, kept.lasting):
                raise RecordError("nothing that could be deleted is kept under this name: write platform:workspace:id")
            digests = person_digests(self.database.keys, name)
            known = people.c.digest.in_(digests)
            drawn = (await connection.execute(select(people.c.id).where(known))).scalars().all()
            await disown(connection, name)
            await connection.execute(delete(term_proposals).where(proposed_by(self.database.keys, name)))
            await connection.execute(delete(exceptions).where(exceptions.c.author == name))
            await connection.execute(delete(people).where(known))
            await connection.execute(delete(contacts).where(contacts.c.digest.in_(digests)))
            told = {"person": [f"{PERSON}{each}" for each in drawn], "count": kept.records + kept.reviews}
            await audit.append(connection, self.database.keys, "privacy.delete", actor, told)
        return kept

    async def hold(self, since: datetime, reason: str, actor: str) -> Hold:
        """Order that nothing recorded from `since` on is deleted, until it is lifted.

        Raises:
            RecordError: no reason is given.
        """
        if not reason.strip():
            raise RecordError("a hold needs a reason")
        made = Hold(uuid.uuid4().hex[:12], datetime.now(UTC), since, actor, reason)
        keys = self.database.keys
        sealed = keys.seal(reason.encode(), f"holds|{made.id}")
        row = {"id": made.id, "at": made.at, "since": since, "actor": actor, "key_id": keys.active, "sealed": sealed}
        async with self.database.writing() as connection:
            await connection.execute(insert(holds), [row])
            told = {"hold": made.id, "since": since.isoformat()}
            await audit.append(connection, keys, "hold.add", actor, told)
        return made

    async def lift(self, hold_id: str, actor: str) -> None:
        """Take a hold away.

        Raises:
            RecordError: none of this number stands.
        """
        async with self.database.writing() as connection:
            gone = await connection.execute(delete(holds).where(holds.c.id == hold_id.strip().lower()))
            if not gone.rowcount:
                raise RecordError("no hold of this number stands: `audit holds` shows all")
            await audit.append(connection, self.database.keys, "hold.lift", actor, {"hold": hold_id.strip().lower()})

    async def holds(self) -> list[Hold]:
        """Return the holds that stand, oldest first."""
        keys = self.database.keys
        async with self.database.reading() as connection:
            rows = await connection.execute(select(holds).order_by(holds.c.at))
            opened = ((row, keys.open(row.sealed, f"holds|{row.id}", row.key_id).decode()) for row in rows)
            return [Hold(row.id, row.at, row.since, row.actor, reason) for row, reason in opened]

    async def _kept(self, connection: AsyncConnection, name: str) -> Kept:
        digests = person_digests(self.database.keys, name)
        known = people.c.digest.in_(digests)
        drawn = (await connection.execute(select(people.c.id).where(known))).scalars().all()
        counts = [
            await count_rows(connection, records, records.c.record.contains(f'"{PERSON}{each}"')) for each in drawn
        ]
        named = json.dumps(name, ensure_ascii=False)
        return Kept(
            records=sum(counts),
            reviews=await count_rows(connection, reviews, reviews.c.author == name),
            proposals=await count_rows(connection, term_proposals, proposed_by(self.database.keys, name)),
            exceptions=await count_rows(connection, exceptions, exceptions.c.author == name),
            contacts=await count_rows(connection, contacts, contacts.c.digest.in_(digests)),
            lasting=await count_rows(connection, records, records.c.record.contains(named, autoescape=True)),
        )
