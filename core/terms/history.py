"""History: every version of the list; a change, its new version and its audit record are one transaction.

The functions work inside the caller's transaction. A row of `term_history` holds one term as one version left it,
encrypted and bound to its row, or nothing where that version took the term off the list.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.errors import TermsError
from core.keys import KeyRing
from core.tables import meta, term_history
from core.tables import terms as table
from core.terms.sealing import fingerprint, open_term, seal_term
from core.terms.term import Term

VERSION = "terms_version"

NAMED_IN_AUDIT = 1_000
"""A change of more terms than this is put on record by number and one digest over all their fingerprints."""

_AT_ONCE = 2_000
_CURRENT = select(meta.c.value).where(meta.c.name == VERSION)  # every check asks: written once, translated once


@dataclass(frozen=True, slots=True)
class Entry:
    """What one version did to one term: `before` is None when it is new, `after` when it went."""

    version: int
    at: datetime
    actor: str
    action: str
    before: Term | None
    after: Term | None

    @property
    def workspace(self) -> str:
        """Return whose term it was or is."""
        term = self.after or self.before
        return term.workspace if term else ""


async def current_version(connection: AsyncConnection) -> int:
    """Return the number of the list's last change."""
    return int((await connection.execute(_CURRENT)).scalar_one())


async def mark(connection: AsyncConnection, version: int) -> str | None:
    """Return what tells this version of the list from one of the same number in another database, or after a restore.

    None where history does not know the version.
    """
    rows = select(term_history.c.term_id, term_history.c.at).where(term_history.c.version == version)
    row = (await connection.execute(rows.order_by(term_history.c.term_id).limit(1))).first()
    database = await connection.execute(select(meta.c.value).where(meta.c.name == "database_id"))
    return f"{database.scalar_one()}|{version}|{row.term_id}|{row.at.isoformat()}" if row else None


async def take_turn(connection: AsyncConnection) -> int:
    """Wait until no other change to the list is under way, and return the version; call it before reading."""
    locked = select(meta.c.value).where(meta.c.name == VERSION).with_for_update()
    return int((await connection.execute(locked)).scalar_one())


async def make_change(
    connection: AsyncConnection,
    keys: KeyRing,
    actor: str,
    action: str,
    *,
    put: Sequence[Term] = (),
    gone: Sequence[Term] = (),
    **details: Any,
) -> int:
    """Give the list its next version, in which `put` stand as they are and `gone` are off; return its number.

    `details` go into the audit record and may name nothing.
    """
    version = await take_turn(connection) + 1
    await connection.execute(update(meta).where(meta.c.name == VERSION).values(value=str(version)))
    ids = [{"row_id": term.id} for term in (*gone, *put)]
    await in_parts(connection, delete(table).where(table.c.id == bindparam("row_id")), ids)
    # rows are made off the loop: ten thousand take the better part of a second
    await in_parts(connection, insert(table), await asyncio.to_thread(_rows, keys, put))
    told = {"version": version, "at": datetime.now(UTC), "actor": actor, "action": action}
    records = await asyncio.to_thread(_history_rows, keys, version, put, gone)
    await in_parts(connection, insert(term_history), [record | told for record in records])
    names = await asyncio.to_thread(lambda: sorted(_fingerprint(keys, term) for term in (*put, *gone)))
    record = {"version": version, "count": len(names), **_named(names), **details}
    await audit.append(connection, keys, action, actor, record)
    return version


async def state_at(connection: AsyncConnection, keys: KeyRing, version: int) -> dict[str, Term]:
    """Return the list as it stood in `version`, by id.

    Raises:
        TermsError: the list never had this version.
    """
    if not 0 <= version <= await current_version(connection):
        raise TermsError(f"there is no version {version}: `terms history` shows all")
    rows = await connection.execute(_last_rows(term_history.c.version <= version))
    opened = await asyncio.to_thread(lambda: [_opened(keys, row) for row in rows])
    return {term.id: term for term in opened if term}


async def changes_since(connection: AsyncConnection, keys: KeyRing, version: int) -> tuple[int, list[Term], list[str]]:
    """Return the present version, the terms that changed after `version` as they are now, and the ids that went.

    Whoever has the list of `version`, or of a later one, and takes `gone` out and puts `changed` in by id has the
    present list. `gone` may name ids that came and went in between.

    Raises:
        TermsError: `version` is ahead of the list, as after a restored backup: load the list anew.
    """
    now = await current_version(connection)
    if version > now:
        raise TermsError(f"the list is at version {now} and never had a version {version}: load it anew")
    within = (term_history.c.version > version) & (term_history.c.version <= now)
    rows = (await connection.execute(_last_rows(within))).all()
    gone = [row.term_id for row in rows if row.sealed is None]
    changed = await asyncio.to_thread(lambda: [term for row in rows if (term := _opened(keys, row))])
    return now, changed, gone


async def entries(connection: AsyncConnection, keys: KeyRing, *, last: int | None = None) -> list[Entry]:
    """Return what each version did, oldest first; of the last `last` versions, or of all."""
    since = await current_version(connection) - last if last is not None else 0
    touched = select(term_history.c.term_id).where(term_history.c.version > since)
    query = select(term_history).where(term_history.c.term_id.in_(touched)).order_by(term_history.c.version)
    before: dict[str, Term | None] = {}
    found = []
    for row in await connection.execute(query):
        after = _opened(keys, row)
        if row.version > since:
            found.append(Entry(row.version, row.at, row.actor, row.action, before.get(row.term_id), after))
        before[row.term_id] = after
    return found


def _last_rows(within: Any) -> Any:
    """Select, of the history rows `within`, the last of each term."""
    last = select(term_history.c.term_id, func.max(term_history.c.version).label("version")).where(within)
    latest = last.group_by(term_history.c.term_id).subquery()
    same = (term_history.c.term_id == latest.c.term_id) & (term_history.c.version == latest.c.version)
    return select(term_history).join(latest, same)


def _opened(keys: KeyRing, row: Any) -> Term | None:
    if row.sealed is None:
        return None
    place = f"term_history|{row.version}|{row.term_id}"
    return open_term(keys, row.sealed, place, row.key_id, row.term_id)


def _fingerprint(keys: KeyRing, term: Term) -> str:
    return fingerprint(keys, term.name, term.workspace)


def _rows(keys: KeyRing, terms: Iterable[Term]) -> list[dict[str, Any]]:
    return [
        {
            "id": term.id,
            "fingerprint": _fingerprint(keys, term),
            "key_id": keys.active,
            "sealed": seal_term(keys, term, f"terms|{term.id}"),
        }
        for term in terms
    ]


def _history_rows(keys: KeyRing, version: int, put: Iterable[Term], gone: Iterable[Term]) -> list[dict[str, Any]]:
    kept = [(term.id, seal_term(keys, term, f"term_history|{version}|{term.id}")) for term in put]
    left = [(term.id, None) for term in gone]
    return [{"term_id": term_id, "key_id": keys.active, "sealed": sealed} for term_id, sealed in (*kept, *left)]


def _named(fingerprints: list[str]) -> dict[str, Any]:
    if len(fingerprints) <= NAMED_IN_AUDIT:
        return {"terms": fingerprints}
    return {"terms_digest": hashlib.sha256("".join(fingerprints).encode()).hexdigest()}


async def in_parts(connection: AsyncConnection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Execute a statement for each row, in parts that stay far below the time limit of one command."""
    for start in range(0, len(rows), _AT_ONCE):
        await connection.execute(statement, rows[start : start + _AT_ONCE])
