"""Terms: admins keep the list of confidential names; everybody else learns whom to ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bots import labels, wording
from bots.desk import is_public, record_refusal, terms_command
from bots.slack.door import Door
from bots.slack.guidance import explain
from bots.slack.intake import Inquiry
from bots.slack.render import render_listing
from bots.slack.reply import reply, say, show_soon
from bots.slack.views import View, not_done, notice
from core.errors import TermsError


async def keep_terms(door: Door, inquiry: Inquiry) -> None:
    """Carry out the words after `terms` for an admin; everybody else may propose a name, and is refused the rest."""
    wanted = "".join(inquiry.text.split(maxsplit=1)[1:])
    refused = None if is_public(wanted) else await refusal(door, inquiry)
    if refused:
        await say(door.api, inquiry.address, refused)
    elif wanted.lower() == "help":
        await explain(door, inquiry)
    else:
        answer = await terms_command(door.services, str(inquiry.author), wanted)
        await reply(door.api, inquiry.address, render_listing(answer))


async def refusal(door: Door, inquiry: Inquiry) -> str | None:
    """Say why somebody may not see or change the list right now, or None where they may; a refusal is put on record.

    Asked at every step.
    """
    is_admin = await door.people.is_admin(inquiry.author)
    if is_admin:
        return None
    if is_admin is None:
        return wording.RIGHTS_UNKNOWN
    await record_refusal(door.services, inquiry.author)
    return _not_admin(door.services.settings.admins)


async def open_for_admin(door: Door, inquiry: Inquiry, build: Callable[[], Awaitable[View]]) -> bool:
    """Open a view that only admins may see; False when Slack shows none."""
    return await show_soon(door.api, inquiry, labels.NAME, lambda: allowed(door, inquiry, build))


async def allowed(door: Door, inquiry: Inquiry, build: Callable[[], Awaitable[View]]) -> View:
    """Return what an admin sees next; what cannot be done is said in its place."""
    if refused := await refusal(door, inquiry):
        return notice(refused)
    try:
        return await build()
    except TermsError as error:
        return not_done(str(error))


def _not_admin(entries: tuple[str, ...]) -> str:
    """Name the admins: people, then user groups, then those of the workspace."""
    names = [name.removeprefix("slack:") for name in entries if name.startswith("slack:")]
    admins = [f"<@{name}>" for name in names if name[0] in "UW"]
    admins += [f"<!subteam^{name[1:]}>" for name in names if name[0] == "@"]
    admins += [wording.WORKSPACE_ADMINS] if "workspace-admins" in names else []
    return wording.NOT_ADMIN.format(admins=", ".join(admins) or wording.NO_ADMINS)
