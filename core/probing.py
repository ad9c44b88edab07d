"""Probing: slows down, stops and reports who asks for names instead of checking posts.

A verdict tells whoever types a name whether it is guarded. That cannot be taken away, only slowed: each person has
so many checks a minute, and so many answers a day that tell of a secret term.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audit import append, known_as
from core.db import Database
from core.draft import Author, Draft
from core.normalize import fold
from core.platforms import PLATFORMS, PRIVATE
from core.tables import count_rows, insert_into, probes
from core.telemetry import ORACLE_LIMITED
from core.verdict import Outcome, Verdict

PACE = "pace"
LIMIT = "limit"
"""What stands in `incomplete` for too many checks a minute, and for too many secret findings a day."""

CHECKS_A_MINUTE = {name: each.checks_a_minute for name, each in PLATFORMS.items() if each.checks_a_minute}
"""By the platform of an author; on any other, such as the command line, nobody is slowed down."""

SECRET_FINDINGS_A_DAY = 10
"""So many different sentences of one person may be answered as holding a secret term. A day is one of UTC."""

_MINUTE = 60.0
_REMEMBERED = 20_000
_REPORTED = "reported"

log = structlog.get_logger()


def _today() -> datetime:
    return datetime.now(UTC)


class Probing:
    """Counts checks of one process in memory, and secret findings of all of them in the database."""

    def __init__(
        self, database: Database, *, clock: Callable[[], float] = time.monotonic, now: Callable[[], datetime] = _today
    ) -> None:
        self._database = database
        self._clock = clock
        self._now = now
        self._lately: OrderedDict[Author, deque[float]] = OrderedDict()

    async def refusal(self, author: Author) -> str:
        """Return what stands in the way of a check by this author: `pace`, `limit`, or nothing.

        A check that is let through counts. Nothing is read of its draft, so that a refusal tells nothing about it.
        """
        reason = ""
        if not self._keeps_pace(author):
            reason = PACE
        elif author.platform in PRIVATE:
            async with self._database.reading() as connection:
                if await self._count(connection, author) >= SECRET_FINDINGS_A_DAY:
                    reason = LIMIT
        if reason:
            ORACLE_LIMITED.labels(platform=author.platform, reason=reason).inc()
        return reason

    async def note(self, draft: Draft, verdict: Verdict) -> Verdict:
        """Count what a verdict tells about secret terms, and return what its author may be told.

        That is the verdict, or where it would tell more than a day allows, only that the limit is reached.
        """
        author = draft.author
        secret = [finding.span for finding in verdict.findings if not finding.quotable]
        if author.platform not in PRIVATE or not secret:
            return verdict
        sentences = {self._fingerprint("sentence", fold(draft.text[span.start : span.end])) for span in secret}
        async with self._database.writing() as connection:
            count = await self._add(connection, author, sentences)
            if count >= SECRET_FINDINGS_A_DAY:
                await self._report(connection, author)
        if count <= SECRET_FINDINGS_A_DAY:
            return verdict
        ORACLE_LIMITED.labels(platform=author.platform, reason=LIMIT).inc()
        return Verdict(verdict.id, Outcome.UNCHECKED, verdict.policy, incomplete=(LIMIT,))

    def _keeps_pace(self, author: Author) -> bool:
        allowed = CHECKS_A_MINUTE.get(author.platform)
        if allowed is None:
            return True
        now = self._clock()
        lately = self._lately.setdefault(author, deque())
        self._lately.move_to_end(author)
        if len(self._lately) > _REMEMBERED:
            self._lately.popitem(last=False)
        while lately and lately[0] <= now - _MINUTE:
            lately.popleft()
        if len(lately) >= allowed:
            return False
        lately.append(now)
        return True

    async def _count(self, connection: AsyncConnection, author: Author) -> int:
        keys = self._database.keys  # of the whole ring: a new key does not begin a new day
        who = [self._fingerprint("author", str(author), key_id) for key_id in sorted(keys.ids)]
        mine = probes.c.author.in_(who) & (probes.c.day == self._day())
        return await count_rows(connection, probes, mine, probes.c.fingerprint != _REPORTED)

    async def _add(self, connection: AsyncConnection, author: Author, fingerprints: set[str]) -> int:
        """Add to the sentences of a person's day and return how many they are; one such addition at a time."""
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:who))"), {"who": self._who(author)})
        yesterday = (self._now() - timedelta(days=1)).date().isoformat()
        await connection.execute(delete(probes).where(probes.c.day < yesterday))
        for fingerprint in sorted(fingerprints):
            await self._keep(connection, author, fingerprint)
        return await self._count(connection, author)

    async def _keep(self, connection: AsyncConnection, author: Author, fingerprint: str) -> bool:
        """Store one row of a person's day; tell whether it is new."""
        row = {"author": self._who(author), "day": self._day(), "fingerprint": fingerprint}
        kept = await connection.execute(insert_into(connection, probes).values(row).on_conflict_do_nothing())
        return bool(kept.rowcount)

    async def _report(self, connection: AsyncConnection, author: Author) -> None:
        """Tell the operator, once a day a person. The log does not name them, the audit record does."""
        if await self._keep(connection, author, _REPORTED):
            details = {"findings": SECRET_FINDINGS_A_DAY, "day": self._day()}
            actor = await known_as(connection, self._database.keys, author)
            await append(connection, self._database.keys, "probing.limited", actor, details)
            log.warning("probing.limited", platform=author.platform, count=SECRET_FINDINGS_A_DAY)

    def _day(self) -> str:
        return self._now().date().isoformat()

    def _who(self, author: Author) -> str:
        return self._fingerprint("author", str(author))

    def _fingerprint(self, what: str, value: str, key_id: str | None = None) -> str:
        return self._database.keys.digest("names", f"{what}|{value}".encode(), key_id).hex()
