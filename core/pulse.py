"""Pulse: what the database tells of itself in one look: how long the list and the audit record are."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit import last_record
from core.db import Database
from core.tables import count_rows, terms
from core.terms.history import current_version


@dataclass(frozen=True, slots=True)
class Pulse:
    """The number of names, the list's version, and the last audit record as (seq, mac)."""

    terms: int
    version: int
    head: tuple[int, str]


async def take_pulse(database: Database) -> Pulse:
    """Read the pulse in one transaction.

    Raises:
        DatabaseError: the database did not answer.
    """
    async with database.reading() as connection:
        count = await count_rows(connection, terms)
        return Pulse(count, await current_version(connection), await last_record(connection) or (0, ""))
