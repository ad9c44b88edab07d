"""Reply: brings an answer to the one person who asked, by the way they came or by direct message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog

from bots import labels, wording
from bots.gate import object_in, text_in
from bots.slack.api import Api
from bots.slack.blocks import Message
from bots.slack.intake import Address, Inquiry
from bots.slack.render import render_sentence
from bots.slack.views import View, notice, told

log = structlog.get_logger()

SECONDS = 45
"""How long an answer is tried, Slack's own waiting times included."""

QUIET = {"unfurl_links": False, "unfurl_media": False}
"""What keeps Slack from fetching what a message links to."""

_UNSHOWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})


async def reply(api: Api, address: Address, messages: Iterable[Message]) -> bool:
    """Deliver messages in order and tell whether all arrived. Never posts into a channel."""
    try:
        async with asyncio.timeout(SECONDS):
            arrived = await _deliver(api, address, messages)
    except TimeoutError:
        arrived = False
    if not arrived:
        log.error("slack.answer_lost")
    return arrived


async def say(api: Api, address: Address, mrkdwn: str) -> None:
    """Deliver a sentence of ours."""
    await reply(api, address, render_sentence(mrkdwn))


async def show(api: Api, inquiry: Inquiry, view: View) -> str | None:
    """Put a view in front of somebody, over the one that is open; return its id, None when Slack did not show it.

    A trigger is good for three seconds and once.
    """
    method = api.client.views_push if inquiry.address.view else api.client.views_open
    shown = await api.call(method, trigger_id=inquiry.trigger, view=view)
    return text_in(object_in(shown, "view"), "id") or None if shown["ok"] else None


async def say_over(api: Api, inquiry: Inquiry, mrkdwn: str) -> None:
    """Say a sentence over an open view, which stays as it is; in chat where none is open, or has room over it."""
    if not (inquiry.address.view and await show(api, inquiry, notice(mrkdwn))):
        await say(api, inquiry.address.in_chat, mrkdwn)


async def show_soon(api: Api, inquiry: Inquiry, title: str, build: Callable[[], Awaitable[View]]) -> bool:
    """Open a view that takes a while, a small one first, since a trigger does not wait; False when Slack shows none."""
    view = await show(api, inquiry, notice(labels.WORKING, title))
    if view is not None:
        await update(api, view, await build())
    return view is not None


async def update(api: Api, view_id: str, view: View) -> bool:
    """Put a view in the place of another; False when that is closed."""
    return bool((await api.call(api.client.views_update, view_id=view_id, view=view))["ok"])


async def _deliver(api: Api, address: Address, messages: Iterable[Message]) -> bool:
    messages = tuple(messages)
    if address.view:
        shown = await update(api, address.view, told(messages, elsewhere=len(messages) > 1))
        if shown and len(messages) == 1:
            return True
    url, channel = address.response_url, address.channel
    for message in messages:
        if url and await api.respond(url, _ephemeral(message)):
            continue
        # used up, expired or refused: what is left goes by direct message
        url = None
        channel = channel or await direct_channel(api, address.user)
        if not channel or not (await post(api, channel, message, thread_ts=address.thread_ts))["ok"]:
            return False
    return True


async def direct_channel(api: Api, user: str) -> str | None:
    """Return the direct chat with somebody, None where there is none to be had."""
    opened = await api.call(api.client.conversations_open, users=[user])
    return object_in(opened, "channel").get("id")


async def post(api: Api, channel: str, message: Message, **more: object) -> dict[str, Any]:
    """Post a message and return Slack's answer; what Slack will not lay out is at least named."""
    arguments = {"channel": channel, "parse": "none", "link_names": False, **QUIET, **more}
    posted = await api.call(api.client.chat_postMessage, text=message.text, blocks=list(message.blocks), **arguments)
    if posted.get("error") in _UNSHOWABLE:
        text = f"{message.text}\n{wording.NOT_SHOWN}"
        posted = await api.call(api.client.chat_postMessage, text=text, **arguments)
    return posted


def _ephemeral(message: Message) -> dict[str, object]:
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": message.text,
        "blocks": list(message.blocks),
        **QUIET,
    }
