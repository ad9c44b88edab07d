"""Guidance: what checkpost does, how to ask it, and the pages of the guidance desk."""

from __future__ import annotations

from bots import wording
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.people import Rights
from bots.slack.render import render_page, render_sentence
from bots.slack.reply import reply
from core import guidance
from core.errors import GuidanceError


async def explain(door: Door, inquiry: Inquiry) -> None:
    """Show the help page; admins also see how terms are kept."""
    page = wording.HELP.format(check=inquiry.command)
    if await door.people.rights(inquiry.author) is Rights.ADMIN:
        page += "\n\n" + wording.ADMIN_HELP.format(terms=f"{inquiry.command} terms")
    await reply(door.api, inquiry.address, render_sentence(page))


async def guide(door: Door, inquiry: Inquiry) -> None:
    """Show the page of guidance that somebody asks for, or say what there is."""
    services = door.services
    try:
        page = guidance.guide(services.checker.policy, services.guidance, inquiry.text)
    except GuidanceError as error:
        await reply(door.api, inquiry.address, render_sentence(str(error)))
        return
    await reply(door.api, inquiry.address, render_page(page))
