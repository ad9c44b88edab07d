"""Approvals: which drafts people have approved exactly as they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.draft import Draft
from core.keys import KeyRing
from core.reviews.review import draft_digests
from core.tables import review_events, reviews
from core.verdict import Approval

_APPROVED = (
    select(review_events.c.digest, review_events.c.review_id, review_events.c.actor, review_events.c.at)
    .join(reviews, reviews.c.id == review_events.c.review_id)
    .where(review_events.c.digest.in_(bindparam("digests", expanding=True)), reviews.c.policy == bindparam("policy"))
    .order_by(review_events.c.at.desc())
)  # every check asks: written once, translated once


async def approvals(
    connection: AsyncConnection, keys: KeyRing, drafts: Sequence[Draft], policy: str
) -> list[Approval | None]:
    """Return for each draft the last decision that approved exactly this text, for its author, network and account.

    Only one that was taken under this `policy` counts.
    """
    digests = [draft_digests(keys, draft) for draft in drafts]
    wanted = {"digests": [*chain.from_iterable(digests)], "policy": policy}
    found = (await connection.execute(_APPROVED, wanted)).all()
    rows = (next((row for row in found if row.digest in mine), None) for mine in digests)
    return [Approval(row.review_id, row.actor, row.at) if row else None for row in rows]
