"""Guidance: the welcome after an installation, the help page, and the pages of the guidance desk."""

from __future__ import annotations

from typing import Any

from bots import wording
from bots.bootstrap import Services
from bots.teams.delivery import claim_welcome
from bots.teams.intake import is_private, read_inquiry
from bots.teams.outbox import Outbox
from bots.teams.render import render_page, render_text
from bots.teams.terms import is_admin
from core.errors import GuidanceError
from core.guidance import guide


async def welcome(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Greet a person, a group or a team that installed the app: two calls announce it, one welcome answers."""
    if await claim_welcome(services, raw):
        await explain(services, raw, out)


async def explain(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Send the help page; an admin's, in their own chat, has a second part."""
    page = wording.HELP.format(check="checkpost")
    if is_private(raw) and is_admin(services.settings, raw):
        page += "\n\n" + wording.ADMIN_HELP.format(terms="terms")
    await out.send(render_text(page))


async def answer_guide(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Send the page of guidance that a message asks for, or say what there is."""
    try:
        page = guide(services.checker.policy, services.guidance, read_inquiry(raw).words)
    except GuidanceError as error:
        await out.send(render_text(str(error)))
        return
    for message in render_page(page):
        await out.send(message)
