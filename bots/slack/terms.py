"""Terms: admins keep the list of confidential names; everybody else learns whom to ask."""

from __future__ import annotations

from bots import wording
from bots.desk import is_public, terms_command
from bots.slack.door import Door
from bots.slack.guidance import explain
from bots.slack.intake import Inquiry
from bots.slack.people import People, Rights
from bots.slack.render import render_listing, render_sentence
from bots.slack.reply import reply


async def keep_terms(door: Door, inquiry: Inquiry) -> None:
    """Carry out the words after `terms` for an admin; everybody else may propose a name, and is refused the rest."""
    wanted = "".join(inquiry.text.split(maxsplit=1)[1:])
    if is_public(wanted):
        answer = await terms_command(door.services, str(inquiry.author), wanted)
        await reply(door.api, inquiry.address, render_listing(answer))
        return
    rights = await door.people.rights(inquiry.author)
    if rights is Rights.ADMIN:
        if wanted.lower() in ("", "help"):
            await explain(door, inquiry)
            return
        answer = await terms_command(door.services, str(inquiry.author), wanted)
        messages = render_listing(answer)
    elif rights is Rights.UNKNOWN:
        messages = render_sentence(wording.RIGHTS_UNKNOWN)
    else:
        messages = render_sentence(_refusal(door.people))
    await reply(door.api, inquiry.address, messages)


def _refusal(people: People) -> str:
    admins = [f"<@{user}>" for user in people.admins]
    admins += [f"<!subteam^{group}>" for group in people.groups]
    admins += [wording.WORKSPACE_ADMINS] if people.workspace_admins else []
    return wording.NOT_ADMIN.format(admins=", ".join(admins) or wording.NO_ADMINS)
