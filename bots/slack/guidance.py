"""Guidance: what checkpost does and how to ask it."""

from __future__ import annotations

from bots import wording
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.people import Rights
from bots.slack.render import render_sentence
from bots.slack.reply import reply


async def explain(door: Door, inquiry: Inquiry) -> None:
    """Show the help page; admins also see how terms are kept."""
    page = wording.HELP.format(check=inquiry.command)
    if await door.people.rights(inquiry.author) is Rights.ADMIN:
        page += "\n\n" + wording.ADMIN_HELP.format(terms=f"{inquiry.command} terms")
    await reply(door.api, inquiry.address, render_sentence(page))
