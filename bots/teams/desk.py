"""Desk: the list of confidential terms in a dialog: search, pages, and the way to all that can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bots import labels, wording
from bots.bootstrap import Services
from bots.teams.cards import Block, Card, button, card, fits, plain, row, rows, sentence, text_input
from bots.teams.click import Click, new_nonce
from bots.teams.intake import author
from bots.teams.outbox import Outbox
from bots.teams.render import render_listing
from bots.teams.step import Step
from bots.teams.terms import LIST, Verb
from core.normalize import fold
from core.terms.term import MAX_LENGTH, Term

ADD, EDIT, ROWS, PROPOSALS, HISTORY = "term_add", "term_edit", "rows", "proposals", "history"
EXPORT, EXPORT_SURE = "export", "export_sure"

PAGE_SIZE = 10
SUMMARIES = (400, 150, 50)
"""Code points of what is said of a term, tried in this order until the card fits."""


async def open_list(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Show the terms that fit what was searched for, a page at a time."""
    _, terms = await services.terms.load()
    waiting = len(await services.proposals.waiting())
    searched = click.inputs.get("search", "")[:MAX_LENGTH]
    wanted = [term for term in terms if fold(searched) in fold(" ".join((term.name, *term.aliases)))]
    wanted.sort(key=lambda term: (fold(term.name), term.name))
    page = int(click.about) if click.about.isdecimal() and len(click.about) < 9 else 0
    return Step(card=_laid_out(wanted, len(terms), waiting, searched, page), title=labels.TERMS)


async def ask_to_export(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Say what an export means before it is done."""
    return ask(labels.EXPORT_SURE, labels.SURE_EXPORT, EXPORT_SURE)


async def export(services: Services, raw: dict[str, Any], out: Outbox, click: Click) -> Step:
    """Send the whole list to the admin's direct chat."""
    listed = await services.terms.export_csv(str(author(raw)))
    place = await out.private()
    for shown in render_listing(listed):
        await place.send(shown)
    return Step(labels.EXPORTED)


def ask(said: str, sure: str, verb: str, about: str = "") -> Step:
    """Ask whether somebody means it."""
    buttons = rows(
        button(sure, verb, {"nonce": new_nonce(), "about": about}, style="destructive"), button(labels.BACK, LIST)
    )
    return Step(card=card([sentence(said), *buttons], wording.TERMS_SUMMARY), title=labels.TERMS)


def tell(*lines: str) -> Step:
    """Say what was done, with the way back to the list; the lines may name terms."""
    body = [plain(line) for line in lines]
    return Step(card=card([*body, row(button(labels.BACK, LIST))], wording.TERMS_SUMMARY), title=labels.TERMS)


def summary(term: Term) -> str:
    """Say in a line what a term is."""
    moments = ((labels.FROM, term.active_from), (labels.UNTIL, term.active_until))
    parts = [term.name, labels.KINDS[term.kind], labels.SECRECIES[term.secrecy]]
    parts += [f"{word} {at:%Y-%m-%d %H:%M %Z}" for word, at in moments if at]
    parts += [f"{labels.ALSO} {', '.join(term.aliases)}"] if term.aliases else []
    return wording.printable(" · ".join(filter(None, [*parts, term.note, term.owner]))).replace("\n", " ")


def clipped(text: str, room: int) -> str:
    """Return the beginning of a text, with a sign where that is not all of it."""
    return text if len(text) <= room else text[:room] + "…"


def _laid_out(wanted: Sequence[Term], count: int, waiting: int, searched: str, page: int) -> Card:
    pages = max(1, -(-len(wanted) // PAGE_SIZE))
    page = min(page, pages - 1)
    here = wanted[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    turns = [(labels.EARLIER, page - 1), (labels.LATER, page + 1)]
    pager = [button(title, LIST, {"about": str(to)}) for title, to in turns if 0 <= to < pages]
    last = [sentence(labels.PAGE_OF.format(page=page + 1, pages=pages), isSubtle=True), row(*pager)] if pager else []
    head = _head(len(wanted), count, waiting, searched)
    for room in SUMMARIES:
        shown = card([*head, *_lines(here, room), *last], wording.TERMS_SUMMARY)
        if fits(shown):
            break
    return shown


def _head(shown: int, count: int, waiting: int, searched: str) -> list[Block]:
    proposals = f"{labels.PROPOSALS} ({waiting})" if waiting else labels.PROPOSALS
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
        sentence(labels.TERMS_COUNT.format(shown=shown, count=count), isSubtle=True),
    ]


def _lines(terms: Sequence[Term], room: int) -> list[Block]:
    return [
        {
            "type": "Container",
            "separator": True,
            "items": [
                plain(clipped(summary(term), room)),
                row(button(labels.EDIT_TERM, EDIT, {"about": term.id})),
            ],
        }
        for term in terms
    ]


LOOKS: dict[str, Verb] = {LIST: open_list, EXPORT: ask_to_export}
DEEDS: dict[str, Verb] = {EXPORT_SURE: export}
