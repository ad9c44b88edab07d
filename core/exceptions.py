"""Exceptions: for a while, a rule is a note only, or a term is free, with an owner, a reason and an end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.db import Database
from core.draft import Account, Draft
from core.errors import ExceptionError
from core.finding import Action
from core.keys import KeyRing
from core.policy import Policy
from core.tables import exceptions as table
from core.terms.sealing import fingerprint

LONGEST = timedelta(days=366)


class About(StrEnum):
    """What an exception is about."""

    RULE = "rule"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exception. `target` is a rule's id, or the id of a term whose name is `name`, of `workspace` alone or of all.

    `author` and `account` say for whom; empty means everybody, and both kinds of account. `owner` answers for it.
    """

    about: About
    target: str
    until: datetime
    owner: str = field(repr=False)
    reason: str = field(repr=False)
    name: str = field(default="", repr=False)
    author: str = ""
    account: str = ""
    review: str | None = None
    workspace: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    actor: str = ""

    @property
    def title(self) -> str:
        """Return what it is about, for whoever keeps exceptions."""
        return self.name if self.about is About.TERM else self.target


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The exceptions in the database."""

    database: Database

    async def add(self, wanted: Exemption, actor: str) -> Exemption:
        """Put an exception in force from the next check on, and return it.

        Raises:
            ExceptionError: it lacks an owner, a reason or an end, ends in the past or lasts over a year.
        """
        now = datetime.now(UTC)
        if not wanted.owner.strip() or not wanted.reason.strip():
            raise ExceptionError("an exception needs an owner, who answers for it, and a reason")
        if not now < wanted.until <= now + LONGEST:
            raise ExceptionError("an exception needs an end, at most a year from now")
        if wanted.account and wanted.account not in set(Account):
            raise ExceptionError(f"account: use one of {' '.join(Account)}")
        made, keys = replace(wanted, actor=actor, at=now), self.database.keys
        hidden = json.dumps([made.owner, made.reason, made.name, made.workspace], ensure_ascii=False)
        row = {
            "id": made.id, "at": now, "kind": made.about.value, "target": made.target, "author": made.author,
            "account": made.account, "until": made.until, "actor": actor, "review_id": made.review,
            "key_id": keys.active, "sealed": keys.seal(hidden.encode(), f"exceptions|{made.id}"),
        }  # fmt: skip
        async with self.database.writing() as connection:
            await connection.execute(insert(table), [row])
            await audit.append(connection, keys, "exception.add", actor, self._record(made))
        return made

    async def end(self, exception_id: str, actor: str) -> Exemption:
        """Take an exception out of force.

        Raises:
            ExceptionError: none of this number is in force.
        """
        now = datetime.now(UTC)
        async with self.database.writing() as connection:
            mine = select(table).where(table.c.id == exception_id.strip().lower(), _in_force())
            row = (await connection.execute(mine.with_for_update(), {"now": now})).one_or_none()
            if row is None:
                raise ExceptionError("no exception of this number is in force: `exceptions list` shows all")
            await connection.execute(update(table).where(table.c.id == row.id).values(ended_at=now))
            ended = opened(self.database.keys, row)
            await audit.append(connection, self.database.keys, "exception.end", actor, self._record(ended))
        return ended

    async def in_force(self, now: datetime | None = None) -> list[Exemption]:
        """Return the exceptions in force, those that end first first."""
        async with self.database.reading() as connection:
            rows = await connection.execute(_ALL, {"now": now or datetime.now(UTC)})
            return [opened(self.database.keys, row) for row in rows]

    def _record(self, made: Exemption) -> dict[str, Any]:
        """Return what the audit keeps: a term by its fingerprint, a reason not at all."""
        known_as = fingerprint(self.database.keys, made.name, made.workspace)
        target = known_as if made.about is About.TERM else made.target
        details = {"exception": made.id, "about": made.about.value, "target": target, "account": made.account}
        return {**details, "until": made.until.isoformat(), "for_one": bool(made.author), "review": made.review}


async def rows_for(connection: AsyncConnection, drafts: Sequence[Draft]) -> list[list[Any]]:
    """Return for each draft the rows of the exceptions in force for its author and account."""
    meant = {"now": datetime.now(UTC), "authors": ["", *{str(draft.author) for draft in drafts}]}
    found = (await connection.execute(_OF_AUTHORS, meant)).all()
    return [[row for row in found if _is_for(row, draft)] for draft in drafts]


def _is_for(row: Any, draft: Draft) -> bool:
    return row.author in ("", str(draft.author)) and row.account in ("", draft.account.value)


def opened(keys: KeyRing, row: Any) -> Exemption:
    """Return the exception of a row.

    Raises:
        DatabaseError: it was sealed with another key, or changed.
    """
    owner, reason, name, *workspace = json.loads(keys.open(row.sealed, f"exceptions|{row.id}", row.key_id))
    return Exemption(
        about=About(row.kind), target=row.target, until=row.until, owner=owner, reason=reason, name=name,
        author=row.author, account=row.account, review=row.review_id, workspace="".join(workspace), id=row.id,
        at=row.at, actor=row.actor,
    )  # fmt: skip


def eased(policy: Policy, exemptions: Iterable[Exemption]) -> Policy:
    """Return the policy with the rules that are excepted asking for nothing: what they find is a note."""
    rules = {each.target for each in exemptions if each.about is About.RULE}
    if not rules:
        return policy
    changed = (
        replace(rule, actions=dict.fromkeys(rule.actions, Action.NOTE)) if rule.id in rules else rule
        for rule in policy.rules
    )
    return replace(policy, rules=tuple(changed))


def free_terms(exemptions: Iterable[Exemption]) -> frozenset[str]:
    """Return the ids of the terms that are excepted."""
    return frozenset(each.target for each in exemptions if each.about is About.TERM)


def _in_force() -> Any:
    now = bindparam("now", type_=table.c.until.type)
    return (table.c.until > now) & or_(table.c.ended_at.is_(None), table.c.ended_at > now)


_ALL = select(table).where(_in_force()).order_by(table.c.until, table.c.id)
_OF_AUTHORS = _ALL.where(table.c.author.in_(bindparam("authors", expanding=True)))
"""Every check asks: written once, translated once."""
