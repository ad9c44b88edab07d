"""Review: an author asks for a human's decision and follows it; reviewers see what waits. Rights are read each time."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bots import labels, sayings, wording
from bots.bootstrap import Services
from bots.leaf import read_number
from bots.request import Deed, asked, picture, summary
from bots.reviewing import Part, ask, can_ask, consent, do, queue, refused
from bots.teams.cards import Card, button, card, row, sentence, text_input
from bots.teams.check import memo_of, show
from bots.teams.click import new_nonce
from bots.teams.connector import ConnectorError
from bots.teams.guidance import MINE, QUEUE
from bots.teams.memo import Memo, seal, sources
from bots.teams.people import Sender, names, remember, sender
from bots.teams.render import ASK
from bots.teams.request import REQUEST, WHOLE, list_card, request_card, whole_card
from bots.teams.screen import Screen, Verb
from bots.teams.turn import Turn
from core.errors import ReviewError
from core.reviews.review import Person, Review, State

SEND = "ask_send"

MAX_NOTE = 1_000

log = structlog.get_logger()


async def open_ask(turn: Turn) -> Screen:
    """Say what asking for a review means for the draft, before somebody asks."""
    if not turn.click.memo:
        return Screen(sayings.NO_ROOM)
    memo = memo_of(turn)
    if memo is None or not can_ask(turn.services, memo.draft.author):
        return Screen(labels.PRESS_OVER)
    return Screen(card=_ask_form(turn.services, memo), title=sayings.ASK_TITLE)


async def ask_for_review(turn: Turn) -> Screen:
    """Check the draft once more and hand it to the reviewers, unless nothing stands in its way now."""
    memo = memo_of(turn)
    if memo is None or not can_ask(turn.services, memo.draft.author):
        return Screen(labels.PRESS_OVER)
    began, note = datetime.now(UTC), turn.click.inputs.get("note", "")[:MAX_NOTE]
    try:
        verdict, review = await ask(turn.services, memo.draft, await _asker(turn), note)
    except ReviewError as error:
        return Screen(card=_ask_form(turn.services, memo, note, refused(error)), title=sayings.ASK_TITLE)
    if review is None:
        return show(turn.services, Memo(memo.draft, verdict, (sayings.NOT_NEEDED,)))
    return Screen(asked(review, began, turn.zone))


async def open_request(turn: Turn) -> Screen:
    """Show a request to its author and to reviewers, with what each of them may do about it now."""
    review = await turn.services.reviews.get(turn.click.about)
    return await present(turn, review, await part_of(turn, review))


async def read_whole(turn: Turn) -> Screen:
    """Show a page of a draft that is too long to stand in its request."""
    number, _, page = turn.click.about.partition(" ")
    review = await turn.services.reviews.get(number)
    part = await part_of(turn, review)
    if not part.may_see or review.draft is None:
        return await present(turn, review, part)
    return Screen(card=whole_card(review.draft.text, review.id, read_number(page)), title=sayings.REQUEST)


async def open_queue(turn: Turn) -> Screen:
    """List what waits for a decision, oldest first, to those who may see it."""
    try:
        by = await sender(turn)
    except ConnectorError as error:
        return rights_unknown(error)

    async def may(entries: tuple[str, ...]) -> bool:
        return by.may(entries)

    waiting = await queue(turn.services, turn.author, may) or []
    lead = sayings.QUEUE_LEAD.format(count=len(waiting)) if waiting else sayings.QUEUE_EMPTY
    return await _listed(turn, lead, waiting, QUEUE, turn.click.about)


async def open_mine(turn: Turn) -> Screen:
    """List somebody's own last requests, newest first."""
    own = await turn.services.reviews.of(turn.actor)
    return await _listed(turn, sayings.MINE, own[::-1], MINE, turn.click.about)


async def drop_kept(turn: Turn) -> None:
    """Let go of what a review kept of a message that its author deleted: one that waits is withdrawn."""
    by = Person(turn.author)
    of_message = tuple(sources(turn.keys, turn.raw))
    for review in await turn.services.reviews.of(str(by)):
        if review.draft is None or not review.draft.id.startswith(of_message):
            continue
        with contextlib.suppress(ReviewError):  # somebody decided this moment: its text goes as any other's
            if review.state is State.WAITING:
                await do(turn.services, Deed.WITHDRAW, review, by)
            else:
                await turn.services.reviews.let_go(review.id, by)


async def part_of(turn: Turn, review: Review) -> Part:
    """Return what somebody may do about a request; an author keeps their own part where Teams cannot be asked."""
    try:
        by = await sender(turn)
    except ConnectorError as error:
        log.warning("teams.rights_unknown", status=error.status)
        by = Sender(Person(turn.author), belongs=False)
        if not by.person.is_same(review.author, review.email):
            return Part(False, refusal=wording.RIGHTS_UNKNOWN)
    return by.part(turn.services, review)


async def present(turn: Turn, review: Review, part: Part, notices: tuple[str, ...] = ()) -> Screen:
    """Show a request as it stands, with what somebody may do; only why not, to those who may not see it."""
    if not part.may_see:
        return Screen(part.refusal)
    shown = picture(review, "teams", turn.zone)
    called = await names(turn.services, [*shown.lines, *(remark.line for remark in shown.history)])
    return Screen(card=request_card(shown, called, part.deeds, notices), title=sayings.REQUEST)


def rights_unknown(error: ConnectorError) -> Screen:
    """Say that nobody's rights could be looked up, so that nothing was done."""
    log.warning("teams.rights_unknown", status=error.status)
    return Screen(wording.RIGHTS_UNKNOWN, failed=True)


def _ask_form(services: Services, memo: Memo, note: str = "", error: str = "") -> Card:
    nonce = new_nonce()
    data = {"nonce": nonce, "memo": seal(services.database.keys, nonce, memo)}
    body = [sentence(part) for part in consent(services).split("\n\n")]
    body += text_input("note", sayings.ASK_NOTE, note, lines=True, most=MAX_NOTE, error=error)
    body.append(row(button(sayings.ASK_SEND, SEND, data, style="positive")))
    return card(body, sayings.ASK_TITLE)


async def _asker(turn: Turn) -> Person:
    """Return who asks, and keep where their direct chat is, so that the answer finds them."""
    try:
        there = replace(turn, out=await turn.out.private())
        await remember(there)
        return (await sender(there)).person
    except ConnectorError as error:
        log.warning("teams.author_unreachable", status=error.status)
        return Person(turn.author)


async def _listed(turn: Turn, lead: str, reviews: list[Review], verb: str, page: str) -> Screen:
    lines = [summary(review, "teams", turn.zone) for review in reviews]
    called = await names(turn.services, lines)
    return Screen(card=list_card(lead, reviews, lines, called, verb, read_number(page)), title=sayings.QUEUE)


LOOKS: dict[str, Verb] = {ASK: open_ask, REQUEST: open_request, WHOLE: read_whole, QUEUE: open_queue, MINE: open_mine}
DEEDS: dict[str, Verb] = {SEND: ask_for_review}
