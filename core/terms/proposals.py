"""Proposals: names that staff would like on the list; an admin accepts or declines each."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.audit import person_digests
from core.db import Database
from core.errors import TermsError
from core.keys import KeyRing
from core.tables import count_rows
from core.tables import term_proposals as table
from core.terms.sealing import fingerprint, fingerprints
from core.terms.store import add_term
from core.terms.term import Term, check_term

OPEN_EACH = 20
"""So many proposals of one person may wait."""

OPEN_ALL = 2_000
"""So many may wait at all."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that `actor` proposed and nobody has decided on yet."""

    id: str
    at: datetime
    actor: str
    name: str = field(repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals of one workspace, or of an installation that has no others, encrypted like the terms.

    Who proposed is encrypted with them; their column holds a digest, by which theirs are counted and deleted.
    """

    database: Database
    workspace: str = ""

    async def propose(self, name: str, actor: str, note: str = "") -> None:
        """Keep a proposal until an admin decides.

        Whether the name is on the list, or somebody proposed it before, makes no difference that could be seen.

        Raises:
            TermsError: the name cannot be guarded, or too many proposals wait.
        """
        check_term(Term(name=name, note=note))
        keys = self.database.keys
        known_as = fingerprint(keys, name, self.workspace)
        same, mine = table.c.fingerprint.in_(fingerprints(keys, name, self.workspace)), proposed_by(keys, actor)
        kept = [name, note, self.workspace, actor]
        async with self.database.writing() as connection:
            if await count_rows(connection, table, mine & same):
                return
            if await count_rows(connection, table, mine) >= OPEN_EACH:
                raise TermsError(f"{OPEN_EACH} of your proposals wait for an answer: ask an admin to look at them")
            if len(await self._waiting(connection)) >= OPEN_ALL:
                raise TermsError("too many proposals wait for an answer: ask an admin to look at them")
            row_id = uuid.uuid4().hex[:12]
            row = {
                "id": row_id,
                "fingerprint": known_as,
                "at": datetime.now(UTC),
                "actor": person_digests(keys, actor)[0],
                "key_id": keys.active,
                "sealed": keys.seal(json.dumps(kept, ensure_ascii=False).encode(), _place(row_id)),
            }
            await connection.execute(insert(table), [row])
            by = await audit.known_as(connection, keys, actor)
            await audit.append(connection, keys, "terms.propose", by, {"terms": [known_as]})

    async def waiting(self) -> list[Proposal]:
        """Return the proposals that nobody has decided on, oldest first."""
        async with self.database.reading() as connection:
            return await self._waiting(connection)

    async def accept(self, proposal_id: str, actor: str, /, **values: Any) -> Term:
        """Put the proposed name on the list, with `values` for the fields of its term, and return the term.

        Raises:
            TermsError: there is no such proposal, or its name cannot be added.
        """
        async with self.database.writing() as connection:
            proposal = await self._taken(connection, proposal_id)
            term = replace(Term(name=proposal.name, note=proposal.note, workspace=self.workspace), **values)
            details = await self._answered(connection, proposal)
            await add_term(connection, self.database, term, actor, "terms.accept", **details)
        return term

    async def decline(self, proposal_id: str, actor: str) -> Proposal:
        """Drop a proposal and return it.

        Raises:
            TermsError: there is no such proposal.
        """
        async with self.database.writing() as connection:
            proposal = await self._taken(connection, proposal_id)
            keys = self.database.keys
            details = {"terms": [fingerprint(keys, proposal.name, self.workspace)]}
            details |= await self._answered(connection, proposal)
            await audit.append(connection, keys, "terms.decline", actor, details)
        return proposal

    async def _answered(self, connection: AsyncConnection, proposal: Proposal) -> dict[str, Any]:
        """Return what the record says of a proposal that was answered."""
        by = await audit.known_as(connection, self.database.keys, proposal.actor)
        return {"proposal": proposal.id, "proposed_by": by}

    async def _taken(self, connection: AsyncConnection, proposal_id: str) -> Proposal:
        """Take a proposal out, so that of two admins only one decides."""
        mine = table.c.id == proposal_id.strip().lower()
        row = (await connection.execute(select(table).where(mine).with_for_update())).one_or_none()
        proposal = self._opened(row) if row else None
        if proposal is None:
            raise TermsError("no proposal has this number: `terms proposals` shows all that wait")
        await connection.execute(delete(table).where(mine))
        return proposal

    async def _waiting(self, connection: AsyncConnection) -> list[Proposal]:
        rows = await connection.execute(select(table).order_by(table.c.at, table.c.id))
        return [proposal for row in rows if (proposal := self._opened(row))]

    def _opened(self, row: Any) -> Proposal | None:
        """Return a proposal, None where it was made in another workspace."""
        kept: list[str] = json.loads(self.database.keys.open(row.sealed, _place(row.id), row.key_id))
        name, note, workspace, actor, *_ = [*kept, "", ""]  # rows of before have no actor in them, or no workspace
        return Proposal(row.id, row.at, actor or row.actor, name, note) if workspace == self.workspace else None


def proposed_by(keys: KeyRing, actor: str) -> ColumnElement[bool]:
    """Return what is true of the rows of what somebody proposed; those of before have their name in clear."""
    return table.c.actor.in_([actor, *person_digests(keys, actor)])


def _place(row_id: str) -> str:
    return f"term_proposals|{row_id}"
