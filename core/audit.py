"""Audit: one record a verdict and change, chained so that an edit or a gap shows, without any text."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database
from core.draft import Author, Draft
from core.errors import DatabaseError
from core.gathering import Gathering
from core.keys import KeyRing
from core.platforms import PRIVATE
from core.tables import audit, count_rows, insert_into, meta, people
from core.verdict import Verdict

CHECK, FALSE_ALARM = "check", "false_alarm"
PERSON = "person:"
_START = "audit_start"
_LOCK = 0x63706F73
_LOOKED_AT = 50_000
_NEWEST = select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)
_ADD = insert(audit)
"""Written once, for every check needs them."""


class Audit:
    """Writes and verifies the chain."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._checks = Gathering(self._record_checks)

    async def record_check(self, draft: Draft, verdict: Verdict) -> None:
        """Record what was decided about a draft: who, where, which rules, how long; never the text.

        Returns once it is on disk. The records of drafts that are decided at the same time go there together.

        Raises:
            DatabaseError: it was not recorded. CommitUnknown: it was, or not.
        """
        await self._checks.ask((draft.author, check_record(draft, verdict)))

    async def _record_checks(self, checks: Sequence[tuple[Author, dict[str, Any]]]) -> Sequence[None]:
        """Append records in one transaction. Who an author is known as is asked in it: they may just have left."""
        keys = self.database.keys
        async with self.database.writing() as connection:
            # in one order whoever writes, or two would wait for each other's people
            authors = sorted({author for author, _ in checks}, key=str)
            names = {author: await known_as(connection, keys, author) for author in authors}
            await append_all(connection, keys, [(CHECK, names[author], details) for author, details in checks])
            if not await _are_known(connection, names.values()):
                raise DatabaseError("somebody's name was deleted at this moment: try again")
        return [None] * len(checks)

    async def record_false_alarm(self, platform: str, rule: str, policy: str) -> None:
        """Record that somebody calls a rule's finding a false alarm: the rule and the policy, not who, nor any text."""
        async with self.database.writing() as connection:
            details = {"rule": rule, "policy": policy}
            await append(connection, self.database.keys, FALSE_ALARM, platform, details)

    async def rows(self, since: datetime | None = None, until: datetime | None = None) -> AsyncIterator[Any]:
        """Yield the rows of the record as they are kept, oldest first, from a moment on and before another."""
        wanted = select(audit).order_by(audit.c.seq)
        wanted = wanted.where(audit.c.at >= since) if since else wanted
        wanted = wanted.where(audit.c.at < until) if until else wanted
        async with self.database.snapshot() as connection:
            rows = await connection.stream(wanted)
            async for row in rows:
                yield row

    async def head(self) -> tuple[int, str]:
        """Return number and mac of the last record, without verifying it: what is published from time to time."""
        async with self.database.reading() as connection:
            return await last_record(connection) or (0, "")

    async def records(self, since: datetime | None = None) -> AsyncIterator[dict[str, Any]]:
        """Yield what was recorded, oldest first, from a moment on."""
        async for row in self.rows(since):
            yield json.loads(row.record)

    async def receipts(self, author: str, last: int) -> list[tuple[int, datetime, dict[str, Any]]]:
        """Return number and time of the records of somebody's last checks, and what each says, newest first.

        Looks at the newest records of everybody only, so that nobody waits for years of them to be read.
        """
        known = select(people.c.id).where(people.c.digest.in_(person_digests(self.database.keys, author)))
        recent = audit.c.seq > select(func.coalesce(func.max(audit.c.seq), 0) - _LOOKED_AT).scalar_subquery()
        async with self.database.reading() as connection:
            drawn = (await connection.execute(known)).scalars()
            names = {author, *(f"{PERSON}{each}" for each in drawn)}
            # the patterns only narrow down what is read, the comparison below decides
            patterns = (json.dumps(name, ensure_ascii=False) for name in sorted(names))
            mine = or_(*(audit.c.record.contains(each, autoescape=True) for each in patterns))
            query = (
                select(audit.c.seq, audit.c.at, audit.c.record)
                .where(mine, recent)
                .order_by(audit.c.seq.desc())
                .limit(4 * last)
            )
            found = [(row.seq, row.at, json.loads(row.record)) for row in await connection.execute(query)]
        return [each for each in found if each[2]["actor"] in names and each[2]["kind"] == CHECK][:last]

    async def verify(self, head: tuple[int, str] | None = None) -> tuple[int, str]:
        """Walk the chain and return its head as (seq, mac).

        `head` is one published earlier; the chain must still pass through it.

        Raises:
            AuditBroken: naming the first record that was edited, dropped, reordered or cut.
        """
        async with self.database.snapshot() as connection:
            start = await read_start(connection, self.database.keys)
            seq, mac = start.seq, start.mac
            if head and (head[0] < seq or (head[0] == seq and head[1] != mac)):
                raise AuditBroken(f"record {head[0]} had been published, and the record begins after {seq} now")
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
        "review": verdict.approval.review if verdict.approval else None,
    }


async def known_as(connection: AsyncConnection, keys: KeyRing, author: Author | str) -> str:
    """Return the name under which the record knows somebody: `person:...`, drawn by lot, for people in chat.

    Who that is stands sealed in a table of its own; once that row is deleted, the record names them no more and still
    holds. An operator or a program answers for what it does and goes by its own name.
    """
    name = str(author)
    if name.partition(":")[0] not in PRIVATE:
        return name
    digests = person_digests(keys, name)
    row = (await connection.execute(select(people.c.id).where(people.c.digest.in_(digests)))).first()
    if row:
        return f"{PERSON}{row.id}"
    person = uuid.uuid4().hex
    sealed = keys.seal(name.encode(), f"people|{person}")
    values = {"id": person, "digest": digests[0], "key_id": keys.active, "sealed": sealed}
    await connection.execute(insert_into(connection, people).values(values).on_conflict_do_nothing())
    found = await connection.execute(select(people.c.id).where(people.c.digest == digests[0]))
    return f"{PERSON}{found.scalar_one()}"


async def _are_known(connection: AsyncConnection, names: Iterable[str]) -> bool:
    """Tell whether drawn names still stand for somebody, in a transaction that has added to the chain.

    A deletion ends with its record: one that this transaction had to wait for is seen, and another comes after it.
    """
    drawn = {name.removeprefix(PERSON) for name in names if name.startswith(PERSON)}
    if not drawn or connection.dialect.name != "postgresql":  # in SQLite a writer is alone from its beginning
        return True
    return await count_rows(connection, people, people.c.id.in_(drawn)) == len(drawn)


def person_digests(keys: KeyRing, name: str) -> list[str]:
    """Return what stands for a person's name under each key of the ring, the active first."""
    return keys.digests("people", name.encode())


@dataclass(frozen=True, slots=True)
class Start:
    """The record before the first one that is kept: none at the beginning, later the last that retention took."""

    seq: int = 0
    mac: str = ""


async def read_start(connection: AsyncConnection, keys: KeyRing) -> Start:
    """Return where the chain begins.

    Raises:
        AuditBroken: it says so itself, and not with our key.
    """
    value = (await connection.execute(select(meta.c.value).where(meta.c.name == _START))).scalar_one_or_none()
    if value is None:
        return Start()
    seq, mac, key_id, seal = [*value.split(":"), "", "", ""][:4]
    if not seq.isdecimal() or key_id not in keys.ids or _start_seal(keys, key_id, seq, mac) != seal:
        raise AuditBroken("where the record begins was changed")
    return Start(int(seq), mac)


async def write_start(connection: AsyncConnection, keys: KeyRing, start: Start) -> None:
    """Let the chain begin after a record, inside the caller's writing transaction."""
    seal = _start_seal(keys, keys.active, str(start.seq), start.mac)
    await connection.execute(delete(meta).where(meta.c.name == _START))
    row = {"name": _START, "value": f"{start.seq}:{start.mac}:{keys.active}:{seal}"}
    await connection.execute(insert(meta), [row])


async def take_chain(connection: AsyncConnection) -> None:
    """Wait until no other transaction adds to the chain; in SQLite a writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _start_seal(keys: KeyRing, key_id: str, seq: str, mac: str) -> str:
    return keys.digest("audit", f"start|{seq}|{mac}".encode(), key_id).hex()


async def last_record(connection: AsyncConnection) -> tuple[int, str] | None:
    """Return number and mac of the newest record, or None where there is none."""
    row = (await connection.execute(_NEWEST)).first()
    return (row.seq, row.mac) if row else None


async def append(connection: AsyncConnection, keys: KeyRing, kind: str, actor: str, details: dict[str, Any]) -> None:
    """Add one record to the chain, inside the caller's writing transaction."""
    await append_all(connection, keys, [(kind, actor, details)])


async def append_all(
    connection: AsyncConnection, keys: KeyRing, told: Iterable[tuple[str, str, dict[str, Any]]]
) -> None:
    """Add records, each as kind, actor and details, to the chain, inside the caller's writing transaction."""
    await take_chain(connection)
    last = await last_record(connection)
    if last is None:
        start = await read_start(connection, keys)
        last = (start.seq, start.mac)
    (seq, mac), rows = last, []
    for kind, actor, details in told:
        seq, at = seq + 1, datetime.now(UTC)
        record = json.dumps({"kind": kind, "actor": actor, **details}, ensure_ascii=False, sort_keys=True)
        mac = _mac(keys, keys.active, seq, at, record, mac)
        rows.append({"seq": seq, "at": at, "record": record, "key_id": keys.active, "mac": mac})
    await connection.execute(_ADD, rows)


def _mac(keys: KeyRing, key_id: str, seq: int, at: datetime, record: str, before: str) -> str:
    """Return HMAC-SHA-256 over the length-prefixed fields and the mac of the record before."""
    fields = (str(seq), at.isoformat(), record, before)
    return keys.digest("audit", b"".join(f"{len(part)}:{part}".encode() for part in fields), key_id).hex()
