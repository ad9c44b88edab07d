"""Receipts: somebody's own last checks, in words and signed, and which page somebody asks for in chat."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from bots import labels, wording
from bots.answer import SILENT_RULES
from bots.bootstrap import Services
from core import receipts
from core.draft import Author
from core.errors import CheckpostError, GuidanceError
from core.guidance import Page, Section, guide
from core.verdict import Outcome

TOPIC = "receipts"
"""What asks for one's own; every other page is the same for everybody."""

LAST = 10
"""How many checks are shown."""


def is_own(words: str) -> bool:
    """Tell whether somebody asks for their own receipts, which nobody else may see."""
    return words.strip().lower() == TOPIC


async def find_page(services: Services, author: Author, zone: tzinfo, words: str) -> Page:
    """Return the page that an author asks for: their own receipts, on their clock, or one of guidance.

    Raises:
        GuidanceError: there is no such page, or the record cannot be read now.
    """
    if not is_own(words):
        return guide(services.checker.policy, services.guidance, words)
    try:
        checks = await services.audit.receipts(str(author), LAST)
    except CheckpostError:
        raise GuidanceError(labels.HOME_FAULT) from None
    if not checks:
        return Page(labels.RECEIPTS, (labels.HOME_NO_RECEIPTS,))
    keys = services.database.keys
    sections = tuple(
        Section(describe(at.astimezone(zone), record), (receipts.sign(keys, seq, at, record),), copied=True)
        for seq, at, record in checks
    )
    lead = (labels.RECEIPTS_LEAD, labels.RECEIPTS_VERIFY)
    return Page(labels.RECEIPTS, lead, sections, labels.RECEIPTS_NOTE.format(zone=zone))


def describe(at: datetime, record: dict[str, Any]) -> str:
    """Return one line about a check: when, the outcome, the network and the rules, no word of the draft."""
    sign, headline, _ = wording.HEADLINES[Outcome(record["outcome"])]
    parts = [f"{at:%Y-%m-%d %H:%M}", f"{sign} {headline}", labels.NETWORKS.get(record["network"], "")]
    rules = ", ".join(rule for rule in record["rules"] if rule not in SILENT_RULES)
    return " · ".join(filter(None, [*parts, rules]))
