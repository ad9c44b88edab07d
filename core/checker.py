"""Checker: one draft in, one verdict out, on record: keeps time, and the list of terms as it stands."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from core.analyzer import Analyzer
from core.audit import Audit
from core.draft import Draft
from core.errors import TermsError
from core.exceptions import eased, free_terms, opened
from core.judgement import READ_SECONDS, build_analyzer, evaluate, shared_recognizers
from core.patience import Patience
from core.policy import Policy
from core.probing import Probing
from core.standing import Standing, Standings
from core.telemetry import AUDIT_ERRORS, CHECK_SECONDS, CHECKS, QUEUE_DEPTH, QUEUE_REJECTED
from core.terms.built import Built, BuiltFiles, build, next_change, owned_of
from core.terms.index import TermIndex
from core.terms.store import TermsStore
from core.terms.term import Term
from core.verdict import Outcome, Verdict

QUEUE_SECONDS = 12.0
"""So long a draft waits for its turn; then it is refused, visibly and unread."""

STORE_SECONDS = 4.0
"""So long an author waits for the database, all its answers to one draft together: limits one by one would add up."""

RECORD_SHARE = 0.25
"""What of it is kept for the record, however long the reading took."""

READING_SECONDS = READ_SECONDS + 1
"""So long a thread may take to read one draft; the reading ends itself a little sooner."""

LONGEST = QUEUE_SECONDS + STORE_SECONDS + READING_SECONDS
"""After so many seconds at most a check has its verdict, whatever hangs."""

MAX_OVERLAY = 1_000

Result = TypeVar("Result")

log = structlog.get_logger()


class Checker:
    """Checks drafts against the policy and the present list of terms, and records each verdict."""

    def __init__(
        self,
        policy: Policy,
        terms: TermsStore,
        audit: Audit,
        probing: Probing | None = None,
    ) -> None:
        self.policy = policy
        self._terms = terms
        self._audit = audit
        self._probing = probing
        self._standings = Standings(terms.database, policy.version)
        self._recognizers = shared_recognizers(policy)
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="read")
        self._built = BuiltFiles(terms)
        # more at once would only share the same processors, and all of them would run out of time
        self._places = asyncio.Semaphore(max(8, 2 * (os.cpu_count() or 1)))
        self._list = Built(-1, TermIndex(()), None)
        self._views: dict[str, tuple[TermIndex, Analyzer]] = {}
        self._taking: asyncio.Task[int] | None = None
        self._building: asyncio.Task[None] | None = None

    async def warm_up(self) -> None:
        """Load the list of terms and read one draft, so that the first author does not wait for it."""
        await self.refresh()
        warm = "Write to a@b.example or call +44 20 7946 0000 about this and that and so on and so forth."
        _, analyzer = self._view("")
        await self._run(lambda: analyzer.read(warm, READ_SECONDS))

    async def check(self, draft: Draft) -> Verdict:
        """Return the verdict on a draft, once it is on record. Never raises: a fault makes it `unchecked`."""
        with QUEUE_DEPTH.track_inprogress():
            return await self._check(draft)

    async def refresh(self) -> None:
        """Take in what changed in the list, however long that takes, so that it is not an author who waits for it."""
        version = await Patience(STORE_SECONDS).ask(self._terms.version())
        await self._current(version, Patience(math.inf))

    async def _check(self, draft: Draft) -> Verdict:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            log.warning("check.refused", reason="busy")
            QUEUE_REJECTED.labels(platform=draft.author.platform).inc()
            verdict = self._unchecked(draft, "busy")
        else:
            try:
                verdict = await self._judged(draft)
            finally:
                self._places.release()
        CHECKS.labels(platform=draft.author.platform, outcome=verdict.outcome.value).inc()
        CHECK_SECONDS.observe(time.perf_counter() - began)
        return verdict

    def close(self) -> None:
        """Stop the threads, without waiting for a draft that nobody waits for any more."""
        for task in filter(None, (self._taking, self._building)):
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _judged(self, draft: Draft) -> Verdict:
        """Return the verdict, on record; `unchecked` where the record fails."""
        patience = Patience(STORE_SECONDS * (1 - RECORD_SHARE))
        verdict = await self._refused(draft, patience) or await self._verdict(draft, patience)
        patience.extend(STORE_SECONDS * RECORD_SHARE)
        try:
            return await patience.ask(self._recorded(draft, verdict))
        except Exception as error:
            log.error("audit.failed", error=type(error).__name__)
            AUDIT_ERRORS.inc()
            return self._unchecked(draft, "audit")

    def _unchecked(self, draft: Draft, *reasons: str) -> Verdict:
        return Verdict(draft.id, Outcome.UNCHECKED, self.policy.version, incomplete=reasons)

    async def _recorded(self, draft: Draft, verdict: Verdict) -> Verdict:
        """Return what the author may be told, once it is on record."""
        verdict = await self._probing.note(draft, verdict) if self._probing else verdict
        await self._audit.record_check(draft, verdict)
        return verdict

    async def _refused(self, draft: Draft, patience: Patience) -> Verdict | None:
        """Return the answer to somebody who has reached a limit; their draft is not even read."""
        if self._probing is None:
            return None
        try:
            reason = await patience.ask(self._probing.refusal(draft.author))
        except Exception as error:
            log.error("probing.failed", error=type(error).__name__)
            reason = "check"
        return self._unchecked(draft, reason) if reason else None

    async def _verdict(self, draft: Draft, patience: Patience) -> Verdict:
        found, gaps = Standing(-1), tuple[str, ...]()
        try:
            found = await patience.ask(self._standings.of(draft))
            await self._current(found.version, patience)
        except Exception as error:
            log.error("terms.stale", error=type(error).__name__)
            gaps = ("terms",)
        return replace(await self._evaluated(draft, found, gaps), approval=found.approval)

    async def _evaluated(self, draft: Draft, found: Standing, gaps: tuple[str, ...]) -> Verdict:
        """Return what the policy says of a draft as things stand; `gaps` are known already."""
        try:
            async with asyncio.timeout(READING_SECONDS):
                policy, analyzer = self._eased(draft, found)
                return await self._run(lambda: evaluate(policy, analyzer, draft, gaps))
        except TimeoutError:
            reason = "time"
        except Exception as error:
            log.error("check.failed", error=type(error).__name__)
            reason = "check"
        return self._unchecked(draft, *gaps, reason)

    def _eased(self, draft: Draft, found: Standing) -> tuple[Policy, Analyzer]:
        """Return what a draft is judged by under the exceptions in force for it; without any if they are unreadable."""
        try:
            exempt = [opened(self._terms.database.keys, row) for row in found.exceptions]
        except Exception as error:
            log.error("exceptions.failed", error=type(error).__name__)
            exempt = []
        policy = eased(self.policy, exempt)
        index, analyzer = self._view(draft.author.workspace)
        free = free_terms(exempt)
        return policy, build_analyzer(self.policy, index.without(free), self._recognizers) if free else analyzer

    def _view(self, workspace: str) -> tuple[TermIndex, Analyzer]:
        """Return the list as it stands in a workspace, without what only others guard, and what reads drafts by it."""
        owned = self._list.owned
        of = workspace if owned else ""
        if of not in self._views:
            index = self._list.index.without(term for term, owner in owned.items() if owner != of)
            self._views[of] = index, build_analyzer(self.policy, index, self._recognizers)
        return self._views[of]

    async def _current(self, version: int, patience: Patience) -> None:
        """Take in the list as it stands in the database, where `version` is another one or ours has lapsed.

        What takes longer than somebody's `patience` goes on, once, for whoever comes next.
        """
        before = self._taking  # it may not know of a change that `version` tells of
        while version != self._list.version or self._has_lapsed(datetime.now(UTC)):
            if self._taking is None or self._taking.done():
                self._taking = asyncio.create_task(self._take_in())
                self._taking.add_done_callback(_note_failure)
            taking = self._taking
            found = await patience.wait(taking)
            if taking is not before:  # the list may have gone on since somebody asked for its version
                version = found

    async def _take_in(self) -> int:
        """Take in what changed in the list and return its version in the database. For one task at a time."""
        now = datetime.now(UTC)
        if self._list.version < 0 and (built := await self._built.load(now)):
            self._take(built)
        changes = None if self._list.version < 0 or self._has_lapsed(now) else await self._changes()
        if changes is None:
            if self._building:
                await asyncio.wait({self._building})
            await self._build()
            return self._list.version
        if changes[0] != self._list.version:
            await self._amend(*changes, now)
        return changes[0]

    def _has_lapsed(self, now: datetime) -> bool:
        return self._list.lapses is not None and now >= self._list.lapses

    async def _changes(self) -> tuple[int, list[Term], list[str]] | None:
        """Return what changed since the present list, or None where it has to be read from the start."""
        try:
            return await self._terms.changes_since(self._list.version)
        except TermsError:  # the list is older than ours: a backup was restored
            return None

    async def _amend(self, version: int, changed: list[Term], gone: list[str], now: datetime) -> None:
        """Put changes beside the built list; past a thousand of them, build a new one meanwhile."""
        names = [term for term in changed if term.active(now)]
        free = [*gone, *(term.id for term in changed if not term.active(now))]
        before = self._list
        lapses = min(filter(None, (before.lapses, next_change(changed, now))), default=None)
        kept = {term: owner for term, owner in before.owned.items() if term not in gone}
        index = await self._run(lambda: before.index.updated(names, free))
        self._take(Built(version, index, lapses, kept | owned_of(changed)))
        if index.overlay_size >= MAX_OVERLAY and (self._building is None or self._building.done()):
            self._building = asyncio.create_task(self._build())
            self._building.add_done_callback(_note_failure)

    async def _build(self) -> None:
        """Read the whole list and build it. What changes meanwhile is taken in at the next check."""
        version, terms = await self._terms.load_all()
        built = await self._run(lambda: build(version, terms, datetime.now(UTC)))
        self._take(built)
        await self._built.save(built)

    def _take(self, built: Built) -> None:
        self._list, self._views = built, {}

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _note_failure(task: asyncio.Task[Any]) -> None:
    """Log by its type what went wrong in the background; asyncio itself would print all of it."""
    if not task.cancelled() and (error := task.exception()):
        log.error("terms.failed", error=type(error).__name__)
