"""Clock: tells whether a draft is written in working hours, by its author's own clock."""

from __future__ import annotations

from core.draft import Account, Draft
from core.finding import Detection, Span
from core.packs import WorkingHours

LABEL = "WORKING_HOURS"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def working_hours(draft: Draft, hours: WorkingHours, length: int) -> tuple[Detection, ...]:
    """Return one detection over all `length` characters when the author's clock shows working time.

    Nothing is said about a brand's account, nor when the author's zone is unknown.
    """
    now = draft.local_time
    if not length or now is None or draft.account is Account.BRAND:
        return ()
    if _DAYS[now.weekday()] not in hours.days or not hours.begin <= now.strftime("%H:%M") < hours.end:
        return ()
    return (Detection(Span(0, length), LABEL, 1.0),)
