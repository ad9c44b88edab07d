"""Desk: the list of confidential terms in a view: search, pages, and the way to all that can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bots import labels, wording
from bots.leaf import leaf, read_number
from bots.listing import Listing, summary
from bots.listing import search as search_list
from bots.slack.blocks import Block, actions, button, context, line
from bots.slack.door import Door
from bots.slack.guidance import explain
from bots.slack.intake import Address, Inquiry
from bots.slack.render import render_listing
from bots.slack.reply import reply, say, update
from bots.slack.screen import Journey, Screen, Taking
from bots.slack.terms import allowed, open_for_admin, refusal
from bots.slack.views import View, modal, notice, pager, text_input

NAME = "terms"
OPEN, PAGE, EXPORT = "terms_open", "terms_page", "terms_export"
ADD, EDIT, IMPORT, PROPOSALS, HISTORY = "terms_add", "terms_edit", "terms_import", "terms_proposals", "terms_history"
"""Actions of the buttons; the last row is answered where those things are done."""

PAGE_SIZE = 15


async def open_desk(door: Door, inquiry: Inquiry) -> None:
    """Open the desk for an admin; where Slack shows no view, say how the list is kept with words."""
    if await open_for_admin(door, inquiry, lambda: _view(door, "", 0)):
        return
    if refused := await refusal(door, inquiry):
        await say(door.api, inquiry.address, refused)
    else:
        await explain(door, inquiry)


async def turn(door: Door, inquiry: Inquiry) -> None:
    """Show another page of what was searched for."""
    if inquiry.address.view:
        searched, number = str(inquiry.form.get("search") or ""), read_number(inquiry.text.partition(" ")[0])
        view = await allowed(door, inquiry, lambda: _view(door, searched, number))
        await update(door.api, inquiry.address.view, view)


async def search(door: Door, inquiry: Inquiry) -> Screen:
    """Show the terms that fit what was searched for."""
    searched = str(inquiry.form.get("search") or "")
    return Screen(view=await allowed(door, inquiry, lambda: _view(door, searched, 0)))


async def export(door: Door, inquiry: Inquiry) -> None:
    """Send the whole list to the admin's direct chat."""

    async def send() -> View:
        rows = await door.services.terms.export_csv(str(inquiry.author))
        arrived = await reply(door.api, Address(inquiry.address.user), render_listing(rows))
        return notice(labels.EXPORTED if arrived else wording.UNDELIVERED, labels.TERMS)

    await shown(door, inquiry, send)


async def shown(door: Door, inquiry: Inquiry, build: Callable[[], Awaitable[View]]) -> None:
    """Put a view for admins over the desk, or say that it came too late."""
    if not await open_for_admin(door, inquiry, build):
        await say(door.api, inquiry.address.in_chat, labels.FORM_OVER)


async def refresh(door: Door, inquiry: Inquiry) -> None:
    """Bring the desk under an open view up to date."""
    if inquiry.root and inquiry.root != inquiry.address.view:
        await update(door.api, inquiry.root, await allowed(door, inquiry, lambda: _view(door, "", 0)))


async def _view(door: Door, searched: str, page: int) -> View:
    return _laid_out(await search_list(door.services, searched), searched, page)


def _laid_out(listing: Listing, searched: str, page: int) -> View:
    here = leaf(listing.found, PAGE_SIZE, page)
    proposals = f"{labels.PROPOSALS} ({listing.waiting})" if listing.waiting else labels.PROPOSALS
    blocks: list[Block] = [
        text_input("search", labels.SEARCH, searched[:200], most=200, optional=True),
        actions(
            button(labels.ADD_TERM, ADD, style="primary"),
            button(labels.IMPORT, IMPORT),
            button(labels.EXPORT, EXPORT, sure=labels.EXPORT_SURE),
            button(proposals, PROPOSALS),
            button(labels.HISTORY, HISTORY),
        ),
        context(labels.TERMS_COUNT.format(shown=len(listing.found), count=listing.count)),
    ]
    for number, term in enumerate(here.items):
        if term.id in listing.owned:
            blocks.append(line(summary(term), button(labels.EDIT_TERM, f"{EDIT}:{number}", term.id)))
        else:
            blocks.append(line(f"{summary(term)} · {labels.OF_ALL}"))
    return modal(labels.TERMS, [*blocks, *pager(here, "", PAGE)], name=NAME, submit=labels.SEARCH)


PRESSES: dict[str, Journey] = {OPEN: open_desk, PAGE: turn, EXPORT: export}
FORMS: dict[str, Taking] = {NAME: search}
