"""Intake: the body of a call becomes an activity, its words an Inquiry, and the inquiry a Draft."""

from __future__ import annotations

import contextlib
import html
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots import wording
from bots.desk import GUIDES, TERMS_WORDS
from bots.gate import object_in, parse_object, text_in
from bots.links import hidden_links, with_links
from bots.options import read_particulars
from core.draft import Account, Author, Draft, Network, clean
from core.errors import DraftError

_COMMAND = re.compile(r"\s*/?checkpost(?:\s+|$)", re.IGNORECASE)
_HELP = re.compile(r"(?:help|\?)", re.IGNORECASE)
_TERMS = re.compile(rf"terms|{TERMS_WORDS}", re.IGNORECASE | re.DOTALL)
_GUIDE = re.compile(GUIDES, re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_FILES = ("application/vnd.microsoft.teams.file", "reference", "image/", "audio/", "video/")
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one person asks of us: `verb` is check, help, guide, terms or nothing, `words` what it is about.

    `links` are addresses that hide behind other words; `files` is what was sent along, `unread` what of it was
    not read (Draft.unread).
    """

    verb: str
    words: str = field(repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()


def read_activity(body: bytes) -> dict[str, Any]:
    """Parse the body of a call into an activity whose strings any store takes.

    Raises:
        ValueError: it is no activity; the message quotes nothing.
    """
    activity: dict[str, Any] = _cleaned(parse_object(body))
    for name in ("type", "channelId", "serviceUrl"):
        _need(activity, name)
    for name in ("from", "conversation", "recipient"):
        if not isinstance(activity.get(name), dict):
            raise ValueError(f"{name} is not an object")
        _need(activity[name], "id")
    for name, kind in (("id", str), ("text", str), ("channelData", dict), ("replyToId", str)):
        if not isinstance(activity.get(name), kind | None):
            raise ValueError(f"{name} is not what it should be")
    for name in ("entities", "attachments", "membersAdded", "membersRemoved"):
        values = activity.get(name)
        if values is not None and not (isinstance(values, list) and all(isinstance(v, dict) for v in values)):
            raise ValueError(f"{name} is not a list of objects")
    return activity


def read_kind(raw: dict[str, Any]) -> str:
    """Name what happened, in the words of the table in app.py; a kind that is not there is ignored."""
    kind: str = raw["type"]
    if kind == "invoke":
        return f"invoke {text_in(raw, 'name')}"
    if kind == "installationUpdate":
        return f"{kind} {text_in(raw, 'action')}"
    if kind == "conversationUpdate":
        for change, said in (("membersAdded", "added"), ("membersRemoved", "removed")):
            if raw["recipient"]["id"] in {member.get("id") for member in raw.get(change) or ()}:
                return f"{kind} bot {said}"
        return kind
    if kind not in ("message", "messageUpdate"):
        return kind
    if not (is_private(raw) or mentions_bot(raw) or raw["recipient"].get("isTargeted") is True):
        return f"{kind} overheard"
    inquiry = read_inquiry(raw)
    if inquiry.verb == "nothing" and raw.get("value") is not None:
        return f"{kind} submit"
    return f"{kind} {inquiry.verb}"


def read_inquiry(raw: dict[str, Any]) -> Inquiry:
    """Read what a message asks, once the mention of the bot and the command's own name are off."""
    text = _without_mention(raw)
    if command := _COMMAND.match(text):
        text = text[command.end() :]
    words = text.strip()
    files = tuple(attachment for attachment in raw.get("attachments") or () if _is_file(attachment))
    if not words:
        return Inquiry("check" if files else "nothing", "", files=files)
    if _HELP.fullmatch(words):
        return Inquiry("help", "")
    if _GUIDE.fullmatch(words):
        return Inquiry("guide", words)
    if _TERMS.fullmatch(words):
        return Inquiry("terms", words[len("terms") :].strip())
    return Inquiry("check", words, tuple(_hidden_links(raw)), files)


def read_draft(raw: dict[str, Any], inquiry: Inquiry) -> Draft:
    """Build the draft, taking `--network` and `--account` from the front of the words.

    Raises:
        DraftError: an unknown network or account, naming those there are; or nothing left to check.
    """
    text, network, account = read_particulars(inquiry.words, Network.OTHER, Account.PERSONAL)
    if not text.strip() and not inquiry.unread:
        raise DraftError(wording.EMPTY)
    return Draft(
        id=str(uuid.uuid4()),
        text=with_links(text, inquiry.links),
        author=author(raw),
        network=network,
        account=account,
        written_at=written_at(raw),
        timezone=read_zone(raw),
        unread=inquiry.unread,
    )


def author(raw: dict[str, Any]) -> Author:
    """Return who sent an activity, as limits and audit records know them."""
    return Author("teams", tenant(raw), object_id(raw) or raw["from"]["id"])


def tenant(raw: dict[str, Any]) -> str:
    """Return the tenant that an activity names, or nothing in anonymous mode."""
    ours = object_in(object_in(raw, "channelData"), "tenant")
    return text_in(ours, "id") or text_in(raw["conversation"], "tenantId")


def object_id(raw: dict[str, Any]) -> str:
    """Return the sender's Entra object id in lower case, or nothing."""
    return text_in(raw["from"], "aadObjectId").lower()


def is_private(raw: dict[str, Any]) -> bool:
    """Tell whether nobody but the sender reads this conversation."""
    return bool(raw["conversation"].get("conversationType") == "personal")


def mentions_bot(raw: dict[str, Any]) -> bool:
    """Tell whether the message speaks to the bot by name."""
    return next(_mentions(raw), None) is not None


def _need(values: dict[str, Any], name: str) -> None:
    if not text_in(values, name):
        raise ValueError(f"{name} is missing")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(entry) for entry in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(entry) for key, entry in value.items()}
    return value


def _mentions(raw: dict[str, Any]) -> Iterator[str]:
    """Yield the words with which a message mentions the bot, as they stand in its text."""
    for entity in raw.get("entities") or ():
        if entity.get("type") == "mention" and object_in(entity, "mentioned").get("id") == raw["recipient"]["id"]:
            yield text_in(entity, "text")


def _without_mention(raw: dict[str, Any]) -> str:
    # not by a pattern: a draft may hold <at> of its own
    text = text_in(raw, "text")
    for mention in _mentions(raw):
        text = text.replace(mention, "", 1) if mention else text
    return text


def _hidden_links(raw: dict[str, Any]) -> Iterator[str]:
    """Yield the link targets of the rich version that the plain text does not show."""
    rich = (each for each in raw.get("attachments") or () if each.get("contentType") == "text/html")
    links = (link for each in rich for link in _HREF.finditer(text_in(each, "content")))
    yield from hidden_links(text_in(raw, "text"), (html.unescape(link[1] or link[2] or "") for link in links))


def _is_file(attachment: dict[str, Any]) -> bool:
    return text_in(attachment, "contentType").startswith(_FILES)


def read_zone(raw: dict[str, Any]) -> ZoneInfo:
    """Return the clock that the sender's client names, or UTC."""
    told = (entity.get("timezone") for entity in raw.get("entities") or () if entity.get("type") == "clientInfo")
    for name in (raw.get("localTimezone"), *told):
        with contextlib.suppress(ValueError, OSError, KeyError, TypeError):  # ZoneInfoNotFoundError is a KeyError
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def written_at(raw: dict[str, Any]) -> datetime:
    """Return when the sender's client says that something was sent, or now."""
    try:
        moment = datetime.fromisoformat(text_in(raw, "localTimestamp"))
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo and moment.year in _YEARS else datetime.now(UTC)
