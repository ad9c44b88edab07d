"""History: the checks of twelve weeks, recorded as if it had been then, so that the report of the last week is due."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from unittest import mock

from bots.bulletin import NAME, WEEKS
from core.audit import Audit
from core.db import open_database
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.report import LEAST_PEOPLE
from core.rota import finish, last_period
from core.settings import Settings, load_settings
from core.verdict import Outcome, Verdict

RULE = "confidential/client-name"


async def write(settings: Settings) -> None:
    """Record the checks, and note the bulletin of the week before as the last that was sent."""
    database = await open_database(settings)
    record, week = Audit(database), timedelta(weeks=1)
    last = last_period("weekly", datetime.now(UTC))
    for number in range(WEEKS):
        then = last.since + week / 2 - (WEEKS - 1 - number) * week
        with mock.patch("core.audit.datetime", mock.Mock(now=mock.Mock(return_value=then))):
            for person in range(LEAST_PEOPLE + number):
                await record.record_check(*check(f"U{person:04}", blocked=(person + number) % 3 == 0))
            await record.record_false_alarm("slack", RULE, "sha256:ab")
    await finish(database, NAME, last_period("weekly", last.until - week / 2))
    await database.close()


def check(person: str, *, blocked: bool) -> tuple[Draft, Verdict]:
    """Return a draft of somebody and what was said of it."""
    draft = Draft("d", "Lunch with a client", Author("slack", "T000000001", person))
    finding = Finding(RULE, "confidential_term", Action.BLOCK, Span(0, 5), 1.0, "A client's name", "They decide.")
    outcome, found = (Outcome.BLOCK, (finding,)) if blocked else (Outcome.OK, ())
    return draft, Verdict(draft.id, outcome, "sha256:ab", found)


if __name__ == "__main__":
    asyncio.run(write(load_settings(os.environ)))
