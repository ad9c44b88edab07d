"""Guidance: the welcome after an installation, the help page, and the pages of the guidance desk."""

from __future__ import annotations

import re
from typing import Any

from bots import labels, sayings, wording
from bots.bootstrap import Services
from bots.desk import GUIDES
from bots.leaf import leaf, read_number
from bots.receipts import TOPIC, find_page, is_own
from bots.reviewing import can_ask, is_named, reviewers
from bots.teams.cards import card, opener, pager
from bots.teams.click import Click, Way
from bots.teams.delivery import claim_welcome
from bots.teams.intake import author, is_private, read_inquiry, read_zone
from bots.teams.outbox import Outbox
from bots.teams.people import remember
from bots.teams.render import page_cards, render_help, render_page, render_text
from bots.teams.step import Step
from bots.teams.terms import is_admin
from core.errors import GuidanceError

FORM, GUIDE, TERMS, QUEUE, MINE = "form", "guide", "terms", "queue", "mine"
"""Verbs of the buttons under the help page."""


async def welcome(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Greet a person, a group or a team that installed the app: two calls announce it, one welcome answers."""
    await remember(services, out)
    if await claim_welcome(services, raw):
        await explain(services, raw, out)


async def part(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Forget where somebody's direct chat is who took the app out of it."""
    if is_private(raw):
        await services.contacts.forget(str(author(raw)))


async def explain(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Send the help page; an admin's, in their own chat, has a second part."""
    page = wording.HELP.format(check="checkpost")
    if is_private(raw) and is_admin(services.settings, raw):
        page += "\n\n" + wording.ADMIN_HELP.format(terms="terms")
    await send_invitation(services, raw, out, page)


async def send_invitation(services: Services, raw: dict[str, Any], out: Outbox, said: str) -> None:
    """Say something and, in the direct chat, what can be opened next to it."""
    if not is_private(raw):
        await out.send(render_text(said))
        return
    buttons = [opener(labels.SHORTCUT, FORM, style="positive")]
    buttons += [opener(title, GUIDE, {"about": about}) for about, title in _PAGES.items()]
    if can_ask(services, author(raw)):
        buttons.append(opener(sayings.MINE, MINE))
    if is_named(reviewers(services), author(raw)):
        buttons.append(opener(sayings.QUEUE, QUEUE))
    if is_admin(services.settings, raw):
        buttons.append(opener(labels.TERMS, TERMS))
    await out.send(render_help(said, buttons))


async def answer_guide(services: Services, raw: dict[str, Any], out: Outbox) -> None:
    """Send the page of guidance that a message asks for, or say what there is."""
    words = read_inquiry(raw).words
    if is_own(words) and not is_private(raw):
        await out.send(render_text(labels.RECEIPTS_ELSEWHERE))
        return
    try:
        page = await find_page(services, author(raw), read_zone(raw), words)
    except GuidanceError as error:
        await out.send(render_text(str(error)))
        return
    for message in render_page(page):
        await out.send(message)


async def open_guide(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Show a page of guidance in a dialog, a card at a time; a click names the page and the card's number."""
    words, _, number = click.about.partition("#")
    if not re.fullmatch(GUIDES, words):
        return Step(labels.MALFORMED, wrong=True)
    try:
        page = await find_page(services, author(raw), read_zone(raw), words)
    except GuidanceError as error:
        return Step(str(error))
    cards = list(page_cards(page))
    here = leaf(cards, 1, read_number(number))
    shown = card([*here.items[0]["body"], *pager(here, GUIDE, f"{words}#")], here.items[0]["fallbackText"])
    return Step(card=shown, title=labels.GUIDE_TITLE)


async def open_clause(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Show what a rule asks and why."""
    about = Click(Way.DIALOG, GUIDE, about=f"policy {click.about}")
    return await open_guide(services, raw, out, about)


_PAGES = {
    "policy": labels.HOME_POLICY,
    "privacy": labels.HOME_KEPT,
    "trail": labels.HOME_TRAIL,
    TOPIC: labels.RECEIPTS,
}
