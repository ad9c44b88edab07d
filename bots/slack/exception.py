"""Exception: a reviewer frees a rule or a name that stood in the way of a request, for a while and with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

from bots import sayings, wording
from bots.excepting import Choice, choices, make
from bots.request import Deed, moment
from bots.reviewing import refused
from bots.slack.blocks import Block, section
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
        return _form(offered, inquiry.text, await _may_free_all(door, inquiry))

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
    return Screen(view=notice(wording.escaped(said), sayings.REQUEST))


async def _made(door: Door, inquiry: Inquiry, sight: Sight, until: datetime) -> str:
    filled = {name: str(inquiry.form.get(name) or "").strip() for name in ("about", "for", "owner", "reason")}
    everybody = filled["for"] == "everybody"
    if everybody and not await _may_free_all(door, inquiry):
        raise ExceptionError("only admins make an exception for everybody, and none of one workspace among several")
    made = await make(
        door.services, sight.review, sight.by, filled["about"],
        everybody=everybody, owner=filled["owner"], reason=filled["reason"], until=until,
    )  # fmt: skip
    return sayings.EXCEPTION_MADE.format(until=moment(made.until, sight.zone))


async def _may_free_all(door: Door, inquiry: Inquiry) -> bool:
    """Tell whether somebody may make an exception for everybody: an admin, where everybody is of one workspace."""
    return not door.services.terms.workspace and bool(await door.people.is_admin(inquiry.author))


def _form(offered: tuple[Choice, ...], memo: str, for_all: bool) -> View:
    about = {each.key: each.title for each in offered[:100]}
    meant = {"author": sayings.EXCEPTION_AUTHOR} | ({"everybody": sayings.EXCEPTION_EVERYBODY} if for_all else {})
    blocks: list[Block] = [
        section(sayings.EXCEPTION_LEAD),
        choice("about", sayings.EXCEPTION_ABOUT, about, offered[0].key),
        choice("for", sayings.EXCEPTION_FOR, meant, "author"),
        moment_input("until", sayings.EXCEPTION_UNTIL, None),
        text_input("owner", sayings.EXCEPTION_OWNER, most=200),
        text_input("reason", sayings.EXCEPTION_REASON, most=500, lines=True),
    ]
    return modal(sayings.DEEDS["except"], blocks, name=NAME, submit=sayings.DEEDS["except"], memo=memo)


PRESSES: dict[str, Journey] = {EXCEPT: open_form}
FORMS: dict[str, Taking] = {NAME: send_form}
