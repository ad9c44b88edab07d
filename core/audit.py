"""Audit: one record a verdict and change, chained so that an edit or a gap shows, without any text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database
from core.draft import Draft
from core.errors import DatabaseError
from core.keys import KeyRing
from core.tables import audit
from core.verdict import Verdict

CHECK, FALSE_ALARM = "check", "false_alarm"
_LOCK = 0x63706F73
_LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class Audit:
    """Writes and verifies the chain."""

    database: Database

    async def record_check(self, draft: Draft, verdict: Verdict) -> None:
        """Record what was decided about a draft: who, where, which rules, how long; never the text."""
        async with self.database.writing() as connection:
            await append(connection, self.database.keys, CHECK, str(draft.author), check_record(draft, verdict))

    async def record_false_alarm(self, platform: str, rule: str, policy: str) -> None:
        """Record that somebody calls a rule's finding a false alarm: the rule and the policy, not who, nor any text."""
        async with self.database.writing() as connection:
            details = {"rule": rule, "policy": policy}
            await append(connection, self.database.keys, FALSE_ALARM, platform, details)

    async def records(self, since: datetime | None = None) -> AsyncIterator[dict[str, Any]]:
        """Yield what was recorded, oldest first, from a moment on."""
        wanted = select(audit.c.record).order_by(audit.c.seq)
        async with self.database.reading() as connection:
            rows = await connection.stream(wanted.where(audit.c.at >= since) if since else wanted)
            async for row in rows:
                yield json.loads(row.record)

    async def receipts(self, actor: str, last: int) -> list[tuple[datetime, dict[str, Any]]]:
        """Return when somebody's last checks took place and what was recorded of each, newest first.

        Looks at the newest records of everybody only, so that nobody waits for years of them to be read.
        """
        # the pattern only narrows down what is read, the comparison below decides
        mine = audit.c.record.contains(json.dumps(actor, ensure_ascii=False), autoescape=True)
        recent = audit.c.seq > select(func.coalesce(func.max(audit.c.seq), 0) - _LOOKED_AT).scalar_subquery()
        query = select(audit.c.at, audit.c.record).where(mine, recent).order_by(audit.c.seq.desc()).limit(4 * last)
        async with self.database.reading() as connection:
            rows = await connection.execute(query)
            found = [(row.at, json.loads(row.record)) for row in rows]
        return [(at, each) for at, each in found if each["actor"] == actor and each["kind"] == CHECK][:last]

    async def verify(self, head: tuple[int, str] | None = None) -> tuple[int, str]:
        """Walk the chain and return its head as (seq, mac).

        `head` is one published earlier; the chain must still pass through it.

        Raises:
            AuditBroken: naming the first record that was edited, dropped, reordered or cut.
        """
        seq, mac = 0, ""
        async with self.database.reading() as connection:
            rows = await connection.stream(select(audit).order_by(audit.c.seq))
            try:
                async for row in rows:
                    self._link(row, seq, mac, head)
                    seq, mac = row.seq, row.mac
            except ValueError:  # a time that is none
                raise AuditBroken(f"record {seq + 1} was changed, or one before it") from None
        if head and head[0] > seq:
            raise AuditBroken(f"the chain was cut: it ends at {seq}, record {head[0]} had been published")
        return seq, mac

    def _link(self, row: Any, seq: int, before: str, head: tuple[int, str] | None) -> None:
        """Raise AuditBroken unless a record follows number `seq`, whose mac is `before`."""
        if row.seq != seq + 1:
            raise AuditBroken(f"record {seq + 1} is missing")
        try:
            expected = _mac(self.database.keys, row.key_id, row.seq, row.at, row.record, before)
        except DatabaseError:
            expected = None
        if row.mac != expected:
            raise AuditBroken(f"record {row.seq} was changed, or one before it")
        if head and head[0] == row.seq and head[1] != row.mac:
            raise AuditBroken(f"record {row.seq} is not the one that was published")


class AuditBroken(Exception):  # noqa: N818
    """The chain does not hold; the message names the first record that shows it."""


def check_record(draft: Draft, verdict: Verdict) -> dict[str, Any]:
    """Return what the audit keeps of one check."""
    return {
        "id": verdict.id,
        "network": draft.network.value,
        "account": draft.account.value,
        "length": len(draft.text),
        "outcome": verdict.outcome.value,
        "rules": sorted({finding.rule for finding in verdict.findings}),
        "trial": sorted({finding.rule for finding in verdict.trial}),
        "findings": len(verdict.findings),
        "incomplete": list(verdict.incomplete),
        "policy": verdict.policy,
    }


async def append(connection: AsyncConnection, keys: KeyRing, kind: str, actor: str, details: dict[str, Any]) -> None:
    """Add one record to the chain, inside the caller's writing transaction."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = (await connection.execute(select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1))).first()
    seq, before = (last.seq + 1, last.mac) if last else (1, "")
    at = datetime.now(UTC)
    record = json.dumps({"kind": kind, "actor": actor, **details}, ensure_ascii=False, sort_keys=True)
    mac = _mac(keys, keys.active, seq, at, record, before)
    await connection.execute(insert(audit).values(seq=seq, at=at, record=record, key_id=keys.active, mac=mac))


def _mac(keys: KeyRing, key_id: str, seq: int, at: datetime, record: str, before: str) -> str:
    """Return HMAC-SHA-256 over the length-prefixed fields and the mac of the record before."""
    fields = (str(seq), at.isoformat(), record, before)
    return keys.digest("audit", b"".join(f"{len(part)}:{part}".encode() for part in fields), key_id).hex()
