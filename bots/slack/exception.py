"""Exception: a reviewer frees a rule or a name that stood in the way of a request, for a while and with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

from bots import sayings
from bots.excepting import AUTHOR, EVERYBODY, Choice, choices, for_whom, make
from bots.request import Deed, moment
from bots.reviewing import refused
from bots.slack.blocks import Block, escaped, section
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.request import EXCEPT, read_value
from bots.slack.review import Sight, bring, look
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.views import View, choice, modal, notice, text_input
from bots.slack.views import moment as moment_input
from core.errors import ExceptionError, ReviewError

NAME = "except"


async def open_form(door: Door, inquiry: Inquiry) -> None:
    """Open the form of an exception; what may be free is what was found in the request."""
    number, step, deed = read_value(inquiry.text)

    async def build() -> View:
        sight = await look(door, inquiry.author, number)
        if late := sight.late(deed, step):
            return sight.view(late)
        offered = await choices(door.services, sight.review)
        if not offered:
            return sight.view(sayings.EXCEPTION_NOTHING)
        whom = for_whom(door.services, is_admin=bool(await door.people.is_admin(inquiry.author)))
        return _form(offered, inquiry.text, whom)

    await bring(door, inquiry, build)


async def send_form(door: Door, inquiry: Inquiry) -> Screen:
    """Put the exception of a form in force, if its sender still may."""
    filled, (number, step, _) = inquiry.form, read_value(inquiry.memo)
    seconds = filled.get("until")
    if not isinstance(seconds, int):
        return Screen(errors={"until": sayings.EXCEPTION_NO_END})
    try:
        sight = await look(door, inquiry.author, number)
        if late := sight.late(Deed.EXCEPT, step):
            return Screen(view=sight.view(late))
        said = await _made(door, inquiry, sight, datetime.fromtimestamp(seconds, UTC))
    except (ExceptionError, ReviewError) as error:
        said = refused(error)
    return Screen(view=notice(escaped(said), sayings.REQUEST))


async def _made(door: Door, inquiry: Inquiry, sight: Sight, until: datetime) -> str:
    filled = {name: str(value or "") for name, value in inquiry.form.items()}
    is_admin = filled.get("whom") == EVERYBODY and bool(await door.people.is_admin(inquiry.author))
    made = await make(door.services, sight.review, sight.by, filled, until, is_admin=is_admin)
    return sayings.EXCEPTION_MADE.format(until=moment(made.until, sight.zone))


def _form(offered: tuple[Choice, ...], memo: str, whom: dict[str, str]) -> View:
    titles = {each.key: each.title for each in offered[:100]}
    blocks: list[Block] = [
        section(sayings.EXCEPTION_LEAD),
        choice("free", sayings.EXCEPTION_ABOUT, titles, offered[0].key),
        choice("whom", sayings.EXCEPTION_FOR, whom, AUTHOR),
        moment_input("until", sayings.EXCEPTION_UNTIL, None),
        text_input("owner", sayings.EXCEPTION_OWNER, most=200),
        text_input("reason", sayings.EXCEPTION_REASON, most=500, lines=True),
    ]
    return modal(sayings.DEEDS["except"], blocks, name=NAME, submit=sayings.DEEDS["except"], memo=memo)


PRESSES: dict[str, Journey] = {EXCEPT: open_form}
FORMS: dict[str, Taking] = {NAME: send_form}
