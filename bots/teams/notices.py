"""Notices: what a request for review calls for, sent to the reviewers' channel and to people's direct chats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bots import sayings
from bots.bootstrap import Services
from bots.bulletin import publishing
from bots.courier import delivering
from bots.request import Telling, picture, telling
from bots.teams.bulletin import post_bulletin
from bots.teams.cards import Card, card, message, opener, plain
from bots.teams.connector import Connector, ConnectorError
from bots.teams.outbox import Outbox, outbox_to
from bots.teams.people import names, reach, spelled, way_to_channels
from bots.teams.request import REQUEST, deed_buttons, request_card, telling_card
from core.reviews.notices import Audience, Notice
from core.reviews.review import Review

_GONE = (400, 403, 404, 405)


@asynccontextmanager
async def sending(services: Services, connector: Connector) -> AsyncIterator[None]:
    """Send what is due, to people and to the reviewers' channel, while the context is open."""
    post = partial(post_bulletin, services, connector)
    async with delivering(services, "teams", partial(send, services, connector)), publishing(services, "teams", post):
        yield


async def send(services: Services, connector: Connector, notice: Notice, review: Review) -> str | None:
    """Send one notice, and return where its message stands.

    Raises:
        ConnectorError: it did not get through; whoever cannot be written to any more is forgotten.
    """
    told = telling(notice, review, "teams")
    if notice.audience is Audience.REVIEWERS:
        return await _tell_channel(services, connector, notice, review, told)
    called = await names(services, [told.line])
    ways = [
        *deed_buttons(review.id, review.step, told.deeds),
        opener(sayings.OPEN_REQUEST, REQUEST, {"about": review.id}),
    ]
    shown = telling_card(told, called, ways)
    place = await reach(services, connector, notice.address)
    try:
        return await place.send(message(shown, told.headline))
    except ConnectorError as error:
        if error.status in (403, 404):  # the app was removed there, or blocked
            await services.contacts.forget(notice.address)
        raise


async def _tell_channel(
    services: Services, connector: Connector, notice: Notice, review: Review, told: Telling
) -> str | None:
    """Keep one card a request up to date in the channel; what should be noticed is said below it as well."""
    channel = notice.address.removeprefix("teams:")
    place = outbox_to(connector, await way_to_channels(services), channel)
    shown = await _for_reviewers(services, review, told)
    if notice.ref is None:
        return await place.send(message(shown, told.headline))
    if not await _updated(place, notice.ref, shown):  # somebody took it away
        return await place.send(message(shown, told.headline)) if told.stirs else notice.ref
    if told.stirs:
        called = await names(services, [told.line])
        said = card([plain(spelled(told.line, called))], told.headline)
        thread = channel if "@thread.v2" in channel else f"{channel};messageid={notice.ref}"
        await outbox_to(connector, await way_to_channels(services), thread).send(message(said, told.headline))
    return notice.ref


async def _for_reviewers(services: Services, review: Review, told: Telling) -> Card:
    shown = picture(review, "teams", lasting=True)
    called = await names(services, [*shown.lines, *(remark.line for remark in shown.history)])
    return request_card(shown, called, told.deeds)


async def _updated(place: Outbox, activity: str, shown: Card) -> bool:
    """Put a card in the place of an earlier one; False where that is gone."""
    try:
        await place.update(activity, message(shown, shown["fallbackText"]))
    except ConnectorError as error:
        if error.status in _GONE:
            return False
        raise
    return True
