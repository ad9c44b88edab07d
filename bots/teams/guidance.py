"""Guidance: the welcome after an installation, the help page, and the pages of the guidance desk."""

from __future__ import annotations

import re
from dataclasses import replace

from bots import labels, sayings, wording
from bots.desk import GUIDES
from bots.leaf import leaf, read_number
from bots.receipts import TOPIC, find_page, is_own
from bots.reviewing import can_ask, is_named, reviewers
from bots.teams.cards import card, opener, pager
from bots.teams.claim import claim_welcome
from bots.teams.click import Click, Way
from bots.teams.intake import read_inquiry
from bots.teams.people import remember
from bots.teams.render import page_cards, render_help, render_page
from bots.teams.screen import Screen
from bots.teams.turn import Turn
from core.errors import GuidanceError

FORM, GUIDE, TERMS, QUEUE, MINE = "form", "guide", "terms", "queue", "mine"
"""Verbs of the buttons under the help page."""


async def welcome(turn: Turn) -> None:
    """Greet a person, a group or a team that installed the app: two calls announce it, one welcome answers."""
    await remember(turn)
    if await claim_welcome(turn):
        await explain(turn)


async def farewell(turn: Turn) -> None:
    """Forget where somebody's direct chat is who took the app out of it."""
    if turn.is_private:
        await turn.services.contacts.forget(turn.actor)


async def explain(turn: Turn) -> None:
    """Send the help page; an admin's, in their own chat, has a second part."""
    page = wording.HELP.format(check="checkpost")
    if turn.is_private and turn.is_admin:
        page += "\n\n" + wording.ADMIN_HELP.format(terms="terms")
    await send_invitation(turn, page)


async def send_invitation(turn: Turn, said: str) -> None:
    """Say something and, in the direct chat, what can be opened next to it."""
    if not turn.is_private:
        await turn.say(said)
        return
    buttons = [opener(labels.SHORTCUT, FORM, style="positive")]
    buttons += [opener(title, GUIDE, {"about": about}) for about, title in _PAGES.items()]
    if can_ask(turn.services, turn.author):
        buttons.append(opener(sayings.MINE, MINE))
    if is_named((*reviewers(turn.services), *turn.services.reviews.plan.deputies), turn.author):
        buttons.append(opener(sayings.QUEUE, QUEUE))
    if turn.is_admin:
        buttons.append(opener(labels.TERMS, TERMS))
    await turn.out.send(render_help(said, buttons))


async def answer_guide(turn: Turn) -> None:
    """Send the page of guidance that a message asks for, or say what there is."""
    words = read_inquiry(turn.raw).words
    if is_own(words) and not turn.is_private:
        await turn.say(labels.RECEIPTS_ELSEWHERE)
        return
    try:
        page = await find_page(turn.services, turn.author, turn.zone, words)
    except GuidanceError as error:
        await turn.say(str(error))
        return
    for message in render_page(page):
        await turn.out.send(message)


async def open_guide(turn: Turn) -> Screen:
    """Show a page of guidance in a dialog, a card at a time; a click names the page and the card's number."""
    words, _, number = turn.click.about.partition("#")
    if not re.fullmatch(GUIDES, words):
        return Screen(labels.MALFORMED, wrong=True)
    try:
        page = await find_page(turn.services, turn.author, turn.zone, words)
    except GuidanceError as error:
        return Screen(str(error))
    cards = list(page_cards(page))
    here = leaf(cards, 1, read_number(number))
    shown = card([*here.items[0]["body"], *pager(here, GUIDE, f"{words}#")], here.items[0]["fallbackText"])
    return Screen(card=shown, title=labels.GUIDE_TITLE)


async def open_clause(turn: Turn) -> Screen:
    """Show what a rule asks and why."""
    return await open_guide(replace(turn, click=Click(Way.DIALOG, GUIDE, about=f"policy {turn.click.about}")))


_PAGES = {
    "policy": labels.HOME_POLICY,
    "privacy": labels.HOME_KEPT,
    "trail": labels.HOME_TRAIL,
    TOPIC: labels.RECEIPTS,
}
