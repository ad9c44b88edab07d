"""Guidance: what checkpost does, how to ask it, and the pages of the guidance desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from bots import labels, wording
from bots.leaf import leaf, read_number
from bots.receipts import find_page, is_own
from bots.slack.blocks import Message
from bots.slack.door import Door
from bots.slack.intake import Inquiry
from bots.slack.render import render_page, render_sentence
from bots.slack.reply import reply, say, show, update
from bots.slack.views import View, modal, pager
from core.errors import GuidanceError


async def explain(door: Door, inquiry: Inquiry) -> None:
    """Show the help page; admins also see how terms are kept."""
    page = wording.HELP.format(check=inquiry.command)
    if await door.people.is_admin(inquiry.author):
        page += "\n\n" + wording.ADMIN_HELP.format(terms=f"{inquiry.command} terms")
    await say(door.api, inquiry.address, page)


async def guide(door: Door, inquiry: Inquiry) -> None:
    """Answer with the page of guidance that somebody asks for, or say what there is."""
    await reply(door.api, inquiry.address, await _pages(door, inquiry, inquiry.text))


async def show_page(door: Door, inquiry: Inquiry) -> None:
    """Open the page of guidance that a button names."""
    messages = await _pages(door, inquiry, inquiry.text)
    if await show(door.api, inquiry, _view(messages, 0, inquiry.text)) is None:
        await reply(door.api, inquiry.address.in_chat, messages)


async def show_clause(door: Door, inquiry: Inquiry) -> None:
    """Open the page of the rule that a finding names."""
    await show_page(door, replace(inquiry, text=f"policy {inquiry.text}"))


async def turn_page(door: Door, inquiry: Inquiry) -> None:
    """Turn the page in an open view."""
    number, _, words = inquiry.text.partition(" ")
    if inquiry.address.view:
        messages = await _pages(door, inquiry, words)
        await update(door.api, inquiry.address.view, _view(messages, read_number(number), words))


async def _pages(door: Door, inquiry: Inquiry, words: str) -> tuple[Message, ...]:
    zone = await door.people.timezone(inquiry.author) if is_own(words) else UTC
    try:
        return render_page(await find_page(door.services, inquiry.author, zone, words))
    except GuidanceError as error:
        return render_sentence(str(error))


def _view(messages: tuple[Message, ...], number: int, words: str) -> View:
    here = leaf(messages, 1, number)
    return modal(labels.GUIDE_TITLE, [*here.items[0].blocks, *pager(here, words)])
