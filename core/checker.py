"""Checker: one draft in, one verdict out, on record: keeps time, and the list of terms as it stands."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from core.analyzer import Analyzer
from core.audit import Audit
from core.draft import Draft
from core.errors import TermsError
from core.exceptions import Exceptions, eased, free_terms
from core.judgement import READ_SECONDS, build_analyzer, evaluate, shared_recognizers
from core.patience import Patience
from core.policy import Policy
from core.probing import LIMIT, PACE, Probing
from core.reviews.store import Reviews
from core.telemetry import AUDIT_ERRORS, CHECK_SECONDS, CHECKS, QUEUE_DEPTH
from core.terms.built import BuiltFiles, build, next_change
from core.terms.index import TermIndex
from core.terms.store import TermsStore
from core.terms.term import Term
from core.verdict import Outcome, Verdict

QUEUE_SECONDS = 20.0
"""So long a draft waits for its turn; then it is refused, visibly and unread."""

STORE_SECONDS = 4.0
"""So long an author waits for the database, all its answers to one draft together: limits one by one would add up."""

RECORD_SHARE = 0.25
"""What of it is kept for the record, however long the reading took."""

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
        exceptions: Exceptions | None = None,
        reviews: Reviews | None = None,
    ) -> None:
        self.policy = policy
        self._terms = terms
        self._audit = audit
        self._probing = probing
        self._exceptions = exceptions
        self._reviews = reviews
        self._recognizers = shared_recognizers(policy)
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="read")
        self._built = BuiltFiles(terms)
        self._swap = asyncio.Lock()
        # more at once would only share the same processors, and all of them would run out of time
        self._places = asyncio.Semaphore(max(8, 2 * (os.cpu_count() or 1)))
        self._version = -1
        self._index = TermIndex(())
        self._analyzer = build_analyzer(policy, self._index, self._recognizers)
        self._lapses: datetime | None = None
        self._building: asyncio.Task[None] | None = None

    async def warm_up(self) -> None:
        """Load the list of terms and read one draft, so that the first author does not wait for it."""
        await self._current(Patience(STORE_SECONDS))
        warm = "Write to a@b.example or call +44 20 7946 0000 about this and that and so on and so forth."
        await self._run(lambda: self._analyzer.read(warm, READ_SECONDS))

    async def check(self, draft: Draft) -> Verdict:
        """Return the verdict on a draft, once it is on record. Never raises: a fault makes it `unchecked`."""
        with QUEUE_DEPTH.track_inprogress():
            return await self._check(draft)

    async def refresh(self) -> None:
        """Take in what changed in the list, so that it is not an author who waits for that."""
        await self._current(Patience(STORE_SECONDS))

    async def _check(self, draft: Draft) -> Verdict:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            log.warning("check.refused", reason="busy")
            verdict = self._unchecked(draft, "time")
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
        if self._building:
            self._building.cancel()
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
        verdict = await self._approved(draft, verdict)
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
        gaps: tuple[str, ...] = ()
        try:
            analyzer = await self._current(patience)
        except Exception as error:
            log.error("terms.stale", error=type(error).__name__)
            analyzer, gaps = self._analyzer, ("terms",)
        try:
            async with asyncio.timeout(READ_SECONDS + 1):
                policy, analyzer = await self._eased(draft, analyzer, patience)
                return await self._run(lambda: evaluate(policy, analyzer, draft, gaps))
        except TimeoutError:
            reason = "time"
        except Exception as error:
            log.error("check.failed", error=type(error).__name__)
            reason = "check"
        return self._unchecked(draft, *gaps, reason)

    async def _approved(self, draft: Draft, verdict: Verdict) -> Verdict:
        """Add what people decided in a review about exactly this text; a limit that was reached tells nothing."""
        if self._reviews is None or verdict.incomplete in ((LIMIT,), (PACE,)):
            return verdict
        return replace(verdict, approval=await self._reviews.approval(draft, verdict.policy))

    async def _eased(self, draft: Draft, analyzer: Analyzer, patience: Patience) -> tuple[Policy, Analyzer]:
        """Return what a draft is judged by under the exceptions in force for it; without any if they are unknown."""
        try:
            found = await patience.ask(self._exceptions.of(draft)) if self._exceptions else []
        except Exception as error:
            log.error("exceptions.failed", error=type(error).__name__)
            found = []
        policy = eased(self.policy, found)
        if not (free := free_terms(found)):
            return policy, analyzer
        index = await self._run(lambda: self._index.updated((), sorted(free)))
        return policy, build_analyzer(self.policy, index, self._recognizers)

    async def _current(self, patience: Patience) -> Analyzer:
        """Return the analyzer for the list as it stands in the database now."""
        # asked outside the lock: with a database that hangs, one would wait for all who came before
        version = await patience.ask(self._terms.version())
        if version == self._version and not self._has_lapsed(datetime.now(UTC)):
            return self._analyzer
        async with self._swap:
            now = datetime.now(UTC)
            if self._version < 0 and (built := await self._built.load(now)):
                self._take(built.version, built.index, built.lapses)
            version = await patience.ask(self._terms.version())
            lapsed = self._has_lapsed(now)
            if version != self._version or lapsed:
                changes = None if lapsed or self._version < 0 else await self._changes(patience)
                await (self._amend(*changes, now) if changes else self._build(now))
            return self._analyzer

    def _has_lapsed(self, now: datetime) -> bool:
        return self._lapses is not None and now >= self._lapses

    async def _changes(self, patience: Patience) -> tuple[int, list[Term], list[str]] | None:
        """Return what changed since the present list, or None where it has to be read from the start."""
        try:
            return await patience.ask(self._terms.changes_since(self._version))
        except TermsError:  # the list is older than ours: a backup was restored
            return None

    async def _amend(self, version: int, changed: list[Term], gone: list[str], now: datetime) -> None:
        """Put changes beside the built list; past a thousand of them, build a new one meanwhile."""
        names = [term for term in changed if term.active(now)]
        free = [*gone, *(term.id for term in changed if not term.active(now))]
        lapses = min(filter(None, (self._lapses, next_change(changed, now))), default=None)
        self._take(version, await self._run(lambda: self._index.updated(names, free)), lapses)
        if self._index.overlay_size >= MAX_OVERLAY and (self._building is None or self._building.done()):
            self._building = asyncio.create_task(self._build(now))

    async def _build(self, now: datetime) -> None:
        """Read the whole list and build it. What changes meanwhile is taken in at the next check."""
        version, terms = await self._terms.load()
        built = await self._run(lambda: build(version, terms, now))
        self._take(built.version, built.index, built.lapses)
        await self._built.save(built)

    def _take(self, version: int, index: TermIndex, lapses: datetime | None) -> None:
        self._version, self._index, self._lapses = version, index, lapses
        self._analyzer = build_analyzer(self.policy, index, self._recognizers)

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
