"""Retention: takes old records off the beginning of the audit chain, so that what stays can still be verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from core.audit import Start, append, take_chain, write_start
from core.db import Database
from core.tables import audit, holds

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was taken off: how many records, up to which number; `held` when a hold kept some that were old enough."""

    count: int
    up_to: int
    held: bool


async def prune(database: Database, before: datetime, actor: str) -> Pruned:
    """Take off the records of before a moment, except those that a hold keeps, in one transaction with its own record.

    Records go in their order, whatever a clock said: the first one that is young enough ends it.
    """
    async with database.writing() as connection:
        await take_chain(connection)
        since = (await connection.execute(select(func.min(holds.c.since)))).scalar_one()
        limit = min(before, since) if since else before
        young = select(func.min(audit.c.seq)).where(audit.c.at >= limit)
        last = (await connection.execute(select(func.max(audit.c.seq)))).scalar_one() or 0
        first_kept = (await connection.execute(young)).scalar_one() or last
        first = (await connection.execute(select(func.min(audit.c.seq)))).scalar_one() or 0
        held = since is not None and since < before
        if first_kept <= first:
            return Pruned(0, 0, held)
        mac = (await connection.execute(select(audit.c.mac).where(audit.c.seq == first_kept - 1))).scalar_one()
        for seq in range(first, first_kept, _AT_ONCE):
            old = (audit.c.seq >= seq) & (audit.c.seq < min(seq + _AT_ONCE, first_kept))
            await connection.execute(delete(audit).where(old))
        await write_start(connection, database.keys, Start(first_kept - 1, mac))
        done = Pruned(first_kept - first, first_kept - 1, held)
        await append(connection, database.keys, "audit.prune", actor, {"count": done.count, "up_to": done.up_to})
    return done
