"""Store: keeps requests for review, encrypted, and what people decide; each change with its record and its messages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core import audit
from core.db import Database
from core.draft import Draft
from core.errors import ReviewError
from core.plan import ReviewPlan
from core.reviews import rows
from core.reviews.deletion import erase, is_held
from core.reviews.notices import Audience, put
from core.reviews.review import Event, Person, Review, State, draft_digests, packed
from core.tables import count_rows, review_events, reviews
from core.verdict import Verdict

WAITING_EACH = 10
"""So many requests of one person may wait."""

_DONE = frozenset(State) - {State.WAITING}
_ENDS = {"approve": State.APPROVED, "suggest": State.SUGGESTED, "decline": State.DECLINED, "withdraw": State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Reviews:
    """The requests in the database. `channel` is where reviewers are told, as `slack:C...` or `teams:...`.

    The doors decide who is a reviewer; nobody's own request, and no step's second approval by one person, passes here.
    """

    database: Database
    plan: ReviewPlan
    channel: str | None = None

    async def open(self, draft: Draft, verdict: Verdict, by: Person, note: str = "") -> Review:
        """Ask for a review of exactly this draft. A request for the same that waits already is returned instead.

        Raises:
            ReviewError: reviews are not set up, or too many of this author's wait.
        """
        if self.channel is None:
            raise ReviewError("nobody is set up to answer a request: ask the operator for CHECKPOST_REVIEW_CHANNEL")
        keys, now = self.database.keys, datetime.now(UTC)
        digests = draft_digests(keys, draft)
        categories = {finding.category for finding in verdict.findings}
        steps = self.plan.steps_for(draft.account, categories)
        async with self.database.writing() as connection:
            waiting = (reviews.c.author == str(by)) & (reviews.c.state == State.WAITING)
            same = waiting & reviews.c.digest.in_(digests) & (reviews.c.policy == verdict.policy)
            if known := (await connection.execute(select(reviews).where(same).limit(1))).first():
                return await rows.read(connection, self.database, known)
            if await count_rows(connection, reviews, waiting) >= WAITING_EACH:
                raise ReviewError(f"{WAITING_EACH} of your requests wait for an answer: withdraw one, or wait a little")
            row_id = uuid.uuid4().hex[:12]
            row = {
                "id": row_id, "author": str(by), "digest": digests[0], "policy": verdict.policy,
                "outcome": verdict.outcome.value, "state": State.WAITING.value, "step": 0,
                "opened_at": now, **self._begun(now), "key_id": keys.active,
                "sealed": keys.seal(packed(draft, verdict, steps, note, by.email), f"reviews|{row_id}"),
            }  # fmt: skip
            await connection.execute(insert(reviews), [row])
            opened = await self._note(connection, row_id, by, "open", 0, record={"outcome": verdict.outcome.value})
            await put(connection, row_id, "asked", Audience.REVIEWERS, self.channel)
            return await rows.read(connection, self.database, opened)

    async def get(self, review_id: str) -> Review:
        """Return one request with all that happened to it.

        Raises:
            ReviewError: there is none of this number.
        """
        async with self.database.reading() as connection:
            return await rows.read(connection, self.database, await rows.find(connection, review_id))

    async def waiting(self) -> list[Review]:
        """Return the requests that nobody has decided on, oldest first."""
        return await self._listed(reviews.c.state == State.WAITING)

    async def of(self, author: str, limit: int = 20) -> list[Review]:
        """Return the last requests of one author, oldest first."""
        return (await self._listed(reviews.c.author == author))[-limit:]

    async def approve(self, review_id: str, by: Person, reason: str = "", *, step: int | None = None) -> Review:
        """Say that the draft may be posted as it is; after the last step that counts. `step` is what the caller saw.

        Raises:
            ReviewError: it is their own request, was decided meanwhile, or they approved an earlier step.
        """
        async with self.database.writing() as connection:
            review = await self._decidable(connection, review_id, by, step)
            last = review.step + 1 >= len(review.steps)
            digest = draft_digests(self.database.keys, _draft(review))[0] if last else None
            await self._note(connection, review.id, by, "approve", review.step, reason, digest=digest)
            if last:
                await self._end(connection, review, State.APPROVED)
            else:
                begun = self._begun(datetime.now(UTC))
                await rows.change(connection, review.id, step=review.step + 1, **begun)
                await self._tell_reviewers(connection, review, "step")
            return await rows.read(connection, self.database, await rows.find(connection, review.id))

    async def suggest(
        self, review_id: str, by: Person, text: str, reason: str = "", *, step: int | None = None
    ) -> Review:
        """Send the author another text. At the last step it counts as approved by whoever wrote it.

        Raises:
            ReviewError: as for `approve`, or the text is empty or the draft itself.
        """
        async with self.database.writing() as connection:
            review = await self._decidable(connection, review_id, by, step)
            text = text.strip()  # as every draft in chat is, or it would not be known again
            if text in ("", _draft(review).text):
                raise ReviewError("write the text as you would approve it: it is empty or as it was")
            last = review.step + 1 >= len(review.steps)
            digest = draft_digests(self.database.keys, _draft(review), text)[0] if last else None
            await self._note(connection, review.id, by, "suggest", review.step, reason, text, digest)
            await self._end(connection, review, State.SUGGESTED)
            return await rows.read(connection, self.database, await rows.find(connection, review.id))

    async def decline(self, review_id: str, by: Person, reason: str, *, step: int | None = None) -> Review:
        """Say that the draft should not be posted, and why.

        Raises:
            ReviewError: as for `approve`, or no reason is given.
        """
        if not reason.strip():
            raise ReviewError("say why, so that the author can learn from it")
        async with self.database.writing() as connection:
            review = await self._decidable(connection, review_id, by, step)
            await self._note(connection, review.id, by, "decline", review.step, reason)
            await self._end(connection, review, State.DECLINED)
            return await rows.read(connection, self.database, await rows.find(connection, review.id))

    async def withdraw(self, review_id: str, by: Person) -> Review:
        """Take one's own request back; nobody reads its words any more, and they go at once, or once no hold stands.

        Raises:
            ReviewError: it is somebody else's, or was decided meanwhile.
        """
        async with self.database.writing() as connection:
            review = await rows.read(connection, self.database, await rows.find(connection, review_id, lock=True))
            if not by.is_same(review.author, review.email):
                raise ReviewError("only its author can withdraw a request")
            _must_wait(review)
            await self._note(connection, review.id, by, "withdraw", review.step)
            await self._end(connection, review, State.WITHDRAWN)
            if not await is_held(connection):
                await erase(connection, review.id)
            return await rows.read(connection, self.database, await rows.find(connection, review.id))

    async def let_go(self, review_id: str, by: Person) -> None:
        """Have the words of one's own decided request deleted soon instead of later, as far as no hold stands.

        Raises:
            ReviewError: it is somebody else's, or still waits.
        """
        async with self.database.writing() as connection:
            row = await rows.find(connection, review_id, lock=True)
            if row.author != str(by) or row.state == State.WAITING:
                raise ReviewError("only its author can let go of a request that was decided")
            await rows.change(connection, row.id, next_at=datetime.now(UTC))

    async def delegate(
        self, review_id: str, by: Person, to: Person, reason: str = "", *, step: int | None = None
    ) -> Review:
        """Ask one person by name, who may then decide; the clock begins anew.

        Raises:
            ReviewError: as for `approve`, or the one who is named is the author.
        """
        async with self.database.writing() as connection:
            review = await self._decidable(connection, review_id, by, step)
            if to.is_same(review.author, review.email):
                raise ReviewError("name somebody else than the author")
            asked = await audit.known_as(connection, self.database.keys, str(to))
            await self._note(connection, review.id, by, "delegate", review.step, reason, record={"to": asked})
            await rows.change(connection, review.id, **self._begun(datetime.now(UTC), assigned=str(to)))
            await put(connection, review.id, "delegate", Audience.PERSON, str(to))
            await self._tell_reviewers(connection, review, "change")
            return await rows.read(connection, self.database, await rows.find(connection, review.id))

    async def reopen(self, review_id: str, by: Person, reason: str) -> Review:
        """Let a closed request wait again, from its first step; what was approved counts no more.

        Raises:
            ReviewError: it waits already, its text is gone, or no reason is given.
        """
        if not reason.strip():
            raise ReviewError("say why it should be looked at again")
        async with self.database.writing() as connection:
            review = await rows.read(connection, self.database, await rows.find(connection, review_id, lock=True))
            if review.state not in _DONE or review.draft is None:
                raise ReviewError("it still waits" if review.state not in _DONE else "its text is deleted: ask anew")
            mine = review_events.c.review_id == review.id
            await connection.execute(update(review_events).where(mine).values(digest=None))
            await self._note(connection, review.id, by, "reopen", 0, reason)
            await rows.change(
                connection, review.id, state=State.WAITING.value, step=0, **self._begun(datetime.now(UTC))
            )
            await self._tell_author(connection, review, "reopen")
            await self._tell_reviewers(connection, review, "reopen")
            return await rows.read(connection, self.database, await rows.find(connection, review.id))

    async def _decidable(self, connection: AsyncConnection, review_id: str, by: Person, step: int | None) -> Review:
        """Return the request, locked, if this person may decide on it now."""
        review = await rows.read(connection, self.database, await rows.find(connection, review_id, lock=True))
        if by.is_same(review.author, review.email):
            raise ReviewError("this is your own request: somebody else has to decide")
        _must_wait(review)
        if step is not None and step != review.step:
            raise ReviewError("somebody else decided on this step meanwhile: look at the request again")
        if any(each.kind == "approve" and by.is_same(each.actor, each.email) for each in _since_opened(review.events)):
            raise ReviewError("you approved an earlier step: the next one needs another person")
        return review

    async def _note(
        self, connection: AsyncConnection, review_id: str, by: Person, kind: str, step: int,
        reason: str = "", text: str | None = None, digest: str | None = None, record: dict[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        """Add an event and its audit record, and return the row of the request."""
        row = await rows.find(connection, review_id)
        email = by.email if kind == "approve" else None
        await rows.add_event(connection, self.database, row, str(by), kind, step, reason, text, digest, email)
        own = (
            str(by) == row.author
        )  # an author is known by a name that can be deleted, a reviewer answers for decisions
        actor = await audit.known_as(connection, self.database.keys, by.author) if own else str(by)
        details = {"review": review_id, "step": step, "policy": row.policy, **(record or {})}
        await audit.append(connection, self.database.keys, f"review.{kind}", actor, details)
        return row

    async def _end(self, connection: AsyncConnection, review: Review, state: State) -> None:
        keep = self.plan.keep if state is not State.WITHDRAWN else timedelta()
        await rows.change(connection, review.id, state=state.value, next_at=datetime.now(UTC) + keep)
        kind = next(kind for kind, each in _ENDS.items() if each is state)
        if state is not State.WITHDRAWN:
            await self._tell_author(connection, review, kind)
        await self._tell_reviewers(connection, review, "change")

    async def _tell_author(self, connection: AsyncConnection, review: Review, kind: str) -> None:
        await put(connection, review.id, kind, Audience.AUTHOR, review.author)

    async def _tell_reviewers(self, connection: AsyncConnection, review: Review, kind: str) -> None:
        if self.channel:
            await put(connection, review.id, kind, Audience.REVIEWERS, self.channel)

    def _begun(self, now: datetime, assigned: str | None = None) -> dict[str, Any]:
        """Return what a request is set to whose clock begins now."""
        times = {"waits_since": now, "lapses_at": now + self.plan.lapse, "next_at": now + self.plan.remind}
        return {"stage": 0, "assigned": assigned, **times}

    async def _listed(self, where: Any) -> list[Review]:
        async with self.database.reading() as connection:
            found = await connection.execute(select(reviews).where(where).order_by(reviews.c.opened_at, reviews.c.id))
            return [await rows.read(connection, self.database, row) for row in found.all()]


def _must_wait(review: Review) -> None:
    if review.state is not State.WAITING:
        raise ReviewError(f"this request does not wait any more: it is {review.state}")


def _draft(review: Review) -> Draft:
    if review.draft is None:
        raise ReviewError("the text of this request is deleted")
    return review.draft


def _since_opened(events: Iterable[Event]) -> list[Event]:
    """Return what happened since a request was opened last."""
    kept: list[Event] = []
    for event in events:
        kept = [] if event.kind in ("open", "reopen") else [*kept, event]
    return kept
