"""Clock: tells whether a draft is written in working time, by its author's own clock, and when that ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.almanac import is_public_holiday
from core.draft import Account, Draft
from core.finding import Detection, Finding, Span
from core.packs import WorkingHours

LABEL = "WORKING_HOURS"
CATEGORY = "work_hours"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def working_hours(draft: Draft, hours: WorkingHours, length: int) -> tuple[Detection, ...]:
    """Return one detection over all `length` characters when the author's clock shows working time.

    Nothing is said about a brand's account, nor when the author's zone is unknown.
    """
    if not length or free_at(draft, hours) is None:
        return ()
    return (Detection(Span(0, length), LABEL, 1.0),)


def free_at(draft: Draft, hours: WorkingHours) -> str | None:
    """Return the time of day, as "HH:MM" on the author's clock, when their working time is next over.

    None when it is not working time now: on days off, public holidays where the author lives, and in the break.
    """
    now = draft.local_time
    if now is None or draft.timezone is None or draft.account is Account.BRAND:
        return None
    if _DAYS[now.weekday()] not in hours.days or now.date() in hours.closed:
        return None
    if hours.public_holidays and is_public_holiday(now.date(), draft.timezone.key, hours.places):
        return None
    time = now.strftime("%H:%M")
    spells = [(hours.begin, hours.end)]
    if hours.rest:
        spells = [(hours.begin, hours.rest.begin), (hours.rest.end, hours.end)]
    return next((end for begin, end in spells if begin <= time < end), None)


def with_free_slot(findings: Iterable[Finding], draft: Draft, hours: WorkingHours) -> tuple[Finding, ...]:
    """Let findings about working time say when it is over."""
    slot = free_at(draft, hours)
    told = (f"today at {slot}",) if slot else ()
    return tuple(replace(each, suggest=told) if each.category == CATEGORY else each for each in findings)
