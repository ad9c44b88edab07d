"""Herald: sends what requests for review call for: one message in the reviewers' channel each, and direct messages."""

from __future__ import annotations

from dataclasses import replace

from bots.bootstrap import Services
from bots.request import picture, telling
from bots.slack.blocks import Message
from bots.slack.door import Door
from bots.slack.reply import direct_channel, post
from bots.slack.request import HERE, render_request, render_telling
from bots.slack.workspaces import Workspaces
from core.draft import Author, parse_author
from core.reviews.notices import Audience, Notice
from core.reviews.review import Review, State


class UnsentError(Exception):
    """A message could not be sent, with Slack's word for why; it is tried again later."""


class Herald:
    """Sends notices, each in the workspace that it belongs to."""

    def __init__(self, services: Services, workspaces: Workspaces) -> None:
        self._services = services
        self._workspaces = workspaces

    async def send(self, notice: Notice, review: Review) -> str:
        """Send one notice and return where its last message stands, `workspace:channel:ts`.

        Where a later message of several is refused, the next try sends the ones before it again.

        Raises:
            UnsentError: Slack did not take it, or the app is not installed there.
        """
        if notice.audience is Audience.REVIEWERS:
            return await self._tell_reviewers(notice, review)
        person = parse_author(notice.address)
        workspace = person.workspace or self._workspace(review)
        door = await self._workspaces.door_at(workspace)
        channel = await direct_channel(door.api, person.id) if door else None
        if door is None or channel is None:
            raise UnsentError("unreachable")
        zone = await door.people.timezone(Author(HERE, workspace, person.id))
        told = telling(notice, review, HERE, zone)
        if notice.audience is Audience.PERSON:  # decided where the draft is read, which no direct chat keeps
            told = replace(told, deeds=())
        for each in render_telling(told, review):
            ref = await _posted(door, workspace, channel, each)
        return ref

    async def _tell_reviewers(self, notice: Notice, review: Review) -> str:
        """Keep one message about a request up to date; what calls for somebody is said in its thread."""
        told, waits = telling(notice, review, HERE), review.state is State.WAITING
        blocks = render_request(picture(review, HERE, lasting=True), told if waits else None, told.deeds)
        message = Message(told.headline, blocks)
        if notice.ref is None:
            return await self._asked(notice, review, message)
        workspace, channel, ts = notice.ref.split(":")
        door = await self._workspaces.door_at(workspace)
        if door is None:
            raise UnsentError("not_installed")
        content = {"text": message.text, "blocks": list(message.blocks)}
        changed = await door.api.call(door.api.client.chat_update, channel=channel, ts=ts, **content)
        if changed.get("error") == "message_not_found":  # somebody took it away
            return await self._asked(notice, review, message) if told.stirs else notice.ref
        if not changed["ok"]:
            raise UnsentError(str(changed.get("error")))
        if told.stirs:
            note = render_telling(replace(told, deeds=()), review)[0]
            await _posted(door, workspace, channel, note, thread_ts=ts, reply_broadcast=True)
        return notice.ref

    async def _asked(self, notice: Notice, review: Review, message: Message) -> str:
        """Post a request in the workspace of its author; where that is none of Slack's, in the one with the channel."""
        channel, workspace = notice.address.rpartition(":")[2], self._workspace(review)
        doors = [await self._workspaces.door_at(workspace)] if workspace else await self._workspaces.doors()
        refused: Exception = UnsentError("not_installed")
        for door in filter(None, doors):
            identity = await door.api.learn()
            try:
                return await _posted(door, identity.workspace if identity else workspace, channel, message)
            except UnsentError as error:
                refused = error
        raise refused

    def _workspace(self, review: Review) -> str:
        """Return in which workspace of Slack a request lives: its author's, else the channel's where that names one."""
        channel = self._services.reviews.channel or ""
        names = [name.split(":") for name in (review.author, channel) if name.startswith(f"{HERE}:")]
        return next((parts[1] for parts in names if len(parts) > 2), "")


async def _posted(door: Door, workspace: str, channel: str, message: Message, **more: object) -> str:
    answer = await post(door.api, channel, message, **more)
    if not answer["ok"]:
        raise UnsentError(str(answer.get("error")))
    return f"{workspace}:{channel}:{answer['ts']}"
