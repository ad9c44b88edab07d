"""Standing: what a draft is judged by, as the database has it when its turn comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.db import Database
from core.draft import Draft
from core.exceptions import rows_for
from core.gathering import Gathering
from core.reviews.approvals import approvals
from core.terms.history import current_version
from core.verdict import Approval


@dataclass(frozen=True, slots=True)
class Standing:
    """The list's version, the rows of the exceptions that concern a draft, unopened, and who approved it as it is."""

    version: int
    exceptions: Sequence[Any] = ()
    approval: Approval | None = None


class Standings:
    """Looks in the database what a draft is judged by: once for all drafts whose turn comes at the same time."""

    def __init__(self, database: Database, policy: str) -> None:
        self._database = database
        self._policy = policy
        self._looks = Gathering(self._look)

    async def of(self, draft: Draft) -> Standing:
        """Return how things stand for a draft now.

        Raises:
            DatabaseError: the database did not answer.
        """
        return await self._looks.ask(draft)

    async def _look(self, drafts: Sequence[Draft]) -> list[Standing]:
        async with self._database.reading() as connection:
            version = await current_version(connection)
            excepted = await rows_for(connection, drafts)
            approved = await approvals(connection, self._database.keys, drafts, self._policy)
        return [Standing(version, *each) for each in zip(excepted, approved, strict=True)]
