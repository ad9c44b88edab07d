"""Exception: the part of a form in which a reviewer makes a rule a note, or a name free, for a while."""

from __future__ import annotations

from bots import sayings
from bots.excepting import choices, for_whom, make
from bots.request import moment as written
from bots.teams.cards import Block, choice, moment, sentence, text_input
from bots.teams.form import read_moment
from bots.teams.screen import Screen
from bots.teams.turn import Turn
from core.errors import ExceptionError
from core.reviews.review import Person, Review

_MAX_WORDS = 500


async def build_exception(turn: Turn, review: Review) -> list[Block]:
    """Build the fields of an exception; none where nothing was found that one could free. Admins free it for all."""
    filled, found = turn.click.inputs, await choices(turn.services, review)
    if not found:
        return []
    titles = {each.key: each.title[:100] for each in found}
    whom = for_whom(turn.services, is_admin=turn.is_admin)
    day, time = filled.get("until_day", ""), filled.get("until_time", "")
    return [
        sentence(sayings.EXCEPTION_LEAD),
        choice("free", sayings.EXCEPTION_ABOUT, titles, filled.get("free", "")),
        choice("whom", sayings.EXCEPTION_FOR, whom, filled.get("whom", "")),
        *moment("until", sayings.EXCEPTION_UNTIL, day, time),
        *text_input("owner", sayings.EXCEPTION_OWNER, filled.get("owner", ""), most=_MAX_WORDS),
        *text_input("reason", sayings.EXCEPTION_REASON, filled.get("reason", ""), lines=True, most=_MAX_WORDS),
    ]


async def free(turn: Turn, review: Review, by: Person) -> Screen:
    """Put the exception of the form in force.

    Raises:
        ExceptionError: as for `make`; DraftError: half a moment.
    """
    filled, zone = turn.click.inputs, turn.zone
    until = read_moment(filled, "until", zone)
    if until is None:
        raise ExceptionError(sayings.EXCEPTION_NO_END)
    made = await make(turn.services, review, by, filled, until, is_admin=turn.is_admin)
    return Screen(sayings.EXCEPTION_MADE.format(until=written(made.until, zone)))
