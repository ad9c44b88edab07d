"""Intake: what a person typed in Slack becomes an Inquiry, and its text becomes a Draft."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots.gate import objects_in, text_in
from bots.links import hidden_links, with_links
from bots.options import read_particulars
from core.draft import Account, Author, Draft, Network, clean

_TOKEN = re.compile(
    r"<(@[UW]\w+|#[CDG]\w+|!(?:here|channel|everyone|group)|!(?:subteam|date)\^[^<>|\n]+"
    r"|[A-Za-z][A-Za-z0-9+.-]*:[^<>|\s]+)(?:\|([^<>\n]*))?>",
    re.ASCII,
)
_SUBTYPES = (None, "", "file_share")
_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the answer goes: `response_url` answers a command, `channel` is a direct chat, `view` an open form."""

    user: str
    channel: str | None = None
    thread_ts: str | None = None
    response_url: str | None = field(default=None, repr=False)
    view: str | None = None

    @property
    def in_chat(self) -> Address:
        """Return the way to the same person that leaves an open form as it is."""
        return replace(self, view=None)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one person asks of us. `text` is as its reader sees it; `notices` says what was not read.

    `links` are addresses that hide behind other words; `files` is what was sent along, `unread` what of it was not
    read (Draft.unread).
    `trigger` opens a form within three seconds; `form` is what somebody filled in, `memo` what we wrote on it.
    """

    author: Author
    address: Address
    text: str = field(repr=False)
    command: str = "/checkpost"
    notices: tuple[str, ...] = ()
    trigger: str = field(default="", repr=False)
    form: Mapping[str, Any] = field(default_factory=dict, repr=False)
    memo: str = field(default="", repr=False)
    root: str = ""
    links: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()
    network: Network = Network.OTHER
    account: Account = Account.PERSONAL
    at: datetime | None = None


def read_command(body: dict[str, Any]) -> Inquiry | None:
    """Read a slash command; None when Slack left out who typed it."""
    user, team = text_in(body, "user_id"), text_in(body, "team_id")
    if not user:
        return None
    text, links = unescape(text_in(body, "text"))
    return Inquiry(
        author=Author("slack", team, user),
        address=Address(user, response_url=text_in(body, "response_url") or None),
        text=text,
        links=links,
        command=text_in(body, "command"),
        trigger=text_in(body, "trigger_id"),
    )


def read_message(body: dict[str, Any]) -> Inquiry | None:
    """Read a direct message; None for whatever is not a person's new message to us.

    An edited message is not read again: the author sends a new one when they want a new verdict.
    """
    event = body["event"]
    user, channel = text_in(event, "user"), text_in(event, "channel")
    from_person = user not in ("", _SLACKBOT, *_own_users(body)) and not event.get("bot_id")
    if not from_person or not channel or event.get("channel_type") != "im":
        return None
    if event.get("subtype") not in _SUBTYPES:
        return None
    text, links = unescape(text_in(event, "text"))
    return Inquiry(
        author=Author("slack", text_in(body, "team_id"), user),
        address=Address(user, channel, thread_ts=text_in(event, "thread_ts") or None),
        text=text,
        links=links,
        files=tuple(objects_in(event, "files")),
    )


def _own_users(body: dict[str, Any]) -> list[str]:
    """Return whom Slack delivers this event for: ourselves, known before anybody has asked who we are."""
    return [text_in(each, "user_id") for each in objects_in(body, "authorizations") if each.get("is_bot")]


def read_draft(inquiry: Inquiry, timezone: ZoneInfo | None) -> Draft:
    """Build the draft, taking `--network` and `--account` from the front of the text.

    Raises:
        DraftError: an unknown network or account, naming those there are; quotes nothing.
    """
    text, network, account = read_particulars(inquiry.text, inquiry.network, inquiry.account)
    return Draft(
        id=str(uuid.uuid4()),
        text=clean(with_links(text, inquiry.links)),
        author=inquiry.author,
        network=network,
        account=account,
        written_at=inquiry.at or datetime.now(UTC),
        timezone=timezone,
        unread=inquiry.unread,
    )


def unescape(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text as a reader sees it, and the addresses that hide behind other words.

    https://docs.slack.dev/messaging/formatting-message-text: tokens first, then the three entities, once.
    """
    targets: list[str] = []
    shown = "".join(_pieces(text, targets))
    return shown, tuple(hidden_links(shown, targets))


def _pieces(text: str, targets: list[str]) -> Iterator[str]:
    at = 0
    for token in _TOKEN.finditer(text):
        yield _plain(text[at : token.start()])
        yield _shown(_plain(token[1]), _plain(token[2] or ""), targets)
        at = token.end()
    yield _plain(text[at:])


def _shown(name: str, label: str, targets: list[str]) -> str:
    """Return what a client shows for one angle token, and note where a link leads."""
    if name.startswith("!date^"):
        return label or name
    if name[0] in "@#":
        return name[0] + (label or name).removeprefix(name[0])
    if name[0] == "!":
        return "@" + (label or name[1:]).removeprefix("@")
    if label:
        targets.append(name)
    return label or name.removeprefix("mailto:")


def _plain(text: str) -> str:
    # &amp; last: what becomes an ampersand must not start another entity
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
