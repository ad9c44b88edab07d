"""Desk: the list of confidential terms in a dialog: search, pages, and the way to all that can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from bots import labels, wording
from bots.leaf import leaf, read_number
from bots.listing import Listing, search, summary
from bots.teams.cards import (
    Block,
    Card,
    button,
    card,
    clipped,
    entry,
    fits,
    pager,
    plain,
    row,
    rows,
    sentence,
    text_input,
)
from bots.teams.click import new_nonce
from bots.teams.render import render_listing
from bots.teams.screen import Screen, Verb
from bots.teams.terms import LIST
from bots.teams.turn import Turn
from core.terms.term import MAX_LENGTH, Term

ADD, EDIT, ROWS, PROPOSALS, HISTORY = "term_add", "term_edit", "rows", "proposals", "history"
EXPORT, EXPORT_SURE = "export", "export_sure"

PAGE_SIZE = 10
SUMMARIES = (400, 150, 50)
"""Code points of what is said of a term, tried in this order until the card fits."""


async def open_list(turn: Turn) -> Screen:
    """Show the terms that fit what was searched for, a page at a time."""
    searched = turn.click.inputs.get("search", "")[:MAX_LENGTH]
    listing = await search(turn.services, searched)
    return Screen(card=_laid_out(listing, searched, read_number(turn.click.about)), title=labels.TERMS)


async def ask_to_export(turn: Turn) -> Screen:
    """Say what an export means before it is done."""
    return ask(labels.EXPORT_SURE, labels.SURE_EXPORT, EXPORT_SURE)


async def export(turn: Turn) -> Screen:
    """Send the whole list to the admin's direct chat."""
    listed = await turn.services.terms.export_csv(turn.actor)
    place = await turn.out.private()
    for shown in render_listing(listed):
        await place.send(shown)
    return Screen(labels.EXPORTED)


def ask(said: str, sure: str, verb: str, about: str = "") -> Screen:
    """Ask whether somebody means it."""
    buttons = rows(
        button(sure, verb, {"nonce": new_nonce(), "about": about}, style="destructive"), button(labels.BACK, LIST)
    )
    return Screen(card=card([sentence(said), *buttons], wording.TERMS_SUMMARY), title=labels.TERMS)


def tell(*lines: str) -> Screen:
    """Say what was done, with the way back to the list; the lines may name terms."""
    body = [plain(line) for line in lines]
    return Screen(card=card([*body, row(button(labels.BACK, LIST))], wording.TERMS_SUMMARY), title=labels.TERMS)


def _laid_out(listing: Listing, searched: str, page: int) -> Card:
    here = leaf(listing.found, PAGE_SIZE, page)
    head, last = _head(listing, searched), pager(here, LIST)
    for room in SUMMARIES:
        shown = card([*head, *_lines(here.items, room), *last], wording.TERMS_SUMMARY)
        if fits(shown):
            break
    return shown


def _head(listing: Listing, searched: str) -> list[Block]:
    proposals = f"{labels.PROPOSALS} ({listing.waiting})" if listing.waiting else labels.PROPOSALS
    return [
        *text_input("search", labels.SEARCH, searched, most=MAX_LENGTH),
        *rows(
            button(labels.SEARCH, LIST, style="positive"),
            button(labels.ADD_TERM, ADD),
            button(labels.IMPORT, ROWS),
            button(labels.EXPORT, EXPORT),
            button(proposals, PROPOSALS),
            button(labels.HISTORY, HISTORY),
        ),
        sentence(labels.TERMS_COUNT.format(shown=len(listing.found), count=listing.count), isSubtle=True),
    ]


def _lines(terms: Sequence[Term], room: int) -> list[Block]:
    return [
        entry(plain(clipped(summary(term), room)), row(button(labels.EDIT_TERM, EDIT, {"about": term.id})))
        for term in terms
    ]


LOOKS: dict[str, Verb] = {LIST: open_list, EXPORT: ask_to_export}
DEEDS: dict[str, Verb] = {EXPORT_SURE: export}
