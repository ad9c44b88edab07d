"""Rotation: brings what was encrypted with an older key of the ring under the active one, fingerprints included."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.db import Database
from core.keys import KeyRing, Purpose
from core.tables import (
    contacts,
    exceptions,
    holds,
    installations,
    people,
    review_events,
    reviews,
    term_history,
    term_proposals,
    terms,
)
from core.terms.history import in_parts, take_turn
from core.terms.sealing import fingerprint

_KEPT: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (terms, ("id",)),
    (term_history, ("version", "term_id")),
    (term_proposals, ("id",)),
    (reviews, ("id",)),
    (review_events, ("review_id", "number")),
    (exceptions, ("id",)),
    (people, ("id",)),
    (holds, ("id",)),
    (installations, ("place",)),
    (contacts, ("digest",)),
)
"""What is encrypted, by its primary key, which with the table's name is the place that each row is bound to."""

_PURPOSES: dict[str, Purpose] = {"installations": "tokens"}
"""For what they are encrypted, where it is not as terms are."""


async def reseal(database: Database, actor: str) -> int:
    """Encrypt anew, in one transaction, every row that another key than the active one sealed; return how many.

    The list stays as it is and so does its version. The old key stays in the ring: the audit record needs it.

    Raises:
        DatabaseError: a row cannot be read with the ring; then nothing is changed.
    """
    keys = database.keys
    async with database.writing() as connection:
        await take_turn(connection)
        count = 0
        for table, primary in _KEPT:
            count += await _reseal_table(connection, keys, table, primary)
        if count:
            await audit.append(connection, keys, "keys.reseal", actor, {"count": count, "key": keys.active})
    return count


async def _reseal_table(connection: AsyncConnection, keys: KeyRing, table: Table, primary: tuple[str, ...]) -> int:
    old = select(table).where(table.c.key_id != keys.active, table.c.sealed.is_not(None))
    rows = (await connection.execute(old)).all()
    renewed = await asyncio.to_thread(lambda: [_renewed(keys, table, primary, row) for row in rows])
    values: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in ("key_id", "sealed", "fingerprint") if name in table.c
    }
    this: list[ColumnElement[bool]] = [table.c[name] == bindparam(f"old_{name}") for name in primary]
    await in_parts(connection, update(table).where(and_(*this)).values(values), renewed)
    return len(renewed)


def _renewed(keys: KeyRing, table: Table, primary: tuple[str, ...], row: Any) -> dict[str, Any]:
    place = "|".join([table.name, *(str(getattr(row, name)) for name in primary)])
    purpose = _PURPOSES.get(table.name, "terms")
    plain = keys.open(row.sealed, place, row.key_id, purpose)
    values = {f"old_{name}": getattr(row, name) for name in primary}
    values |= {"new_key_id": keys.active, "new_sealed": keys.seal(plain, place, purpose)}
    if "fingerprint" in table.c:
        values["new_fingerprint"] = fingerprint(keys, *_known_by(plain))
    return values


def _known_by(plain: bytes) -> tuple[str, str]:
    """Return name and workspace in an opened row: a term is an object, a proposal a list."""
    value: dict[str, str] | list[str] = json.loads(plain)
    if isinstance(value, dict):
        return value["name"], value.get("workspace", "")
    name, _, workspace, *_ = [*value, ""]
    return name, workspace
