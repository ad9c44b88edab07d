"""Herald: sends what requests for review call for: one card in the reviewers' channel each, and direct messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
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


@asynccontextmanager
async def sending(services: Services, connector: Connector) -> AsyncIterator[None]:
    """Send what is due, to people and to the reviewers' channel, while the context is open."""
    herald, post = Herald(services, connector), partial(post_bulletin, services, connector)
    async with delivering(services, "teams", herald.send), publishing(services, "teams", post):
        yield


@dataclass(frozen=True, slots=True)
class Herald:
    """Sends notices, with the way to Teams."""

    services: Services
    connector: Connector

    async def send(self, notice: Notice, review: Review) -> str | None:
        """Send one notice, and return where its message stands.

        Raises:
            ConnectorError: it did not get through; whoever cannot be written to any more is forgotten.
        """
        told = telling(notice, review, "teams")
        if notice.audience is Audience.REVIEWERS:
            return await self._tell_reviewers(notice, review, told)
        called = await names(self.services, [told.line])
        ways = [
            *deed_buttons(review.id, review.step, told.deeds),
            opener(sayings.OPEN_REQUEST, REQUEST, {"about": review.id}),
        ]
        shown = telling_card(told, called, ways)
        place = await reach(self.services, self.connector, notice.address)
        try:
            return await place.send(message(shown, told.headline))
        except ConnectorError as error:
            if error.status in (403, 404):  # the app was removed there, or blocked
                await self.services.contacts.forget(notice.address)
            raise

    async def _tell_reviewers(self, notice: Notice, review: Review, told: Telling) -> str | None:
        """Keep one card a request up to date in the channel; what should be noticed is said below it as well."""
        channel, channels = notice.address.removeprefix("teams:"), await way_to_channels(self.services)
        place = outbox_to(self.connector, channels, channel)
        shown = await _for_reviewers(self.services, review, told)
        if notice.ref is None:
            return await place.send(message(shown, told.headline))
        if not await _updated(place, notice.ref, shown):  # somebody took it away
            return await place.send(message(shown, told.headline)) if told.stirs else notice.ref
        if told.stirs:
            called = await names(self.services, [told.line])
            said = card([plain(spelled(told.line, called))], told.headline)
            thread = channel if "@thread.v2" in channel else f"{channel};messageid={notice.ref}"
            await outbox_to(self.connector, channels, thread).send(message(said, told.headline))
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
        if error.status == 404:
            return False
        raise
    return True
