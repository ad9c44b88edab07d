"""Draft: a text that somebody is about to publish, and what is known about where and by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.errors import DraftError

MAX_CHARACTERS = 40_000

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class Network(StrEnum):
    """Where the draft will be published."""

    LINKEDIN = "linkedin"
    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    REDDIT = "reddit"
    OTHER = "other"


class Account(StrEnum):
    """Whose account it will appear on."""

    PERSONAL = "personal"
    BRAND = "brand"


@dataclass(frozen=True, slots=True)
class Author:
    """The person writing a draft, as the platform that carried it names them."""

    platform: str
    workspace: str
    id: str

    def __str__(self) -> str:
        """Return the name under which limits and audit records know this person."""
        return ":".join(part for part in (self.platform, self.workspace, self.id) if part)


def parse_author(name: str) -> Author:
    """Read what `str(author)` writes: `platform:workspace:id`, or `platform:id` where there are no workspaces.

    Raises:
        DraftError: it names nobody.
    """
    platform, *rest = name.split(":", 2)
    if not platform or not rest or not all(rest):
        raise DraftError("write whose it is as platform:workspace:id, such as slack:T0001:U0001")
    return Author(platform, rest[0] if len(rest) > 1 else "", rest[-1])


@dataclass(frozen=True, slots=True)
class Draft:
    """A text about to be published. Offsets anywhere else count code points of this `text`.

    `written_at` is aware. `timezone` is the author's clock; None when nobody knows it, and then nothing
    is said about working hours. `unread` names what else would be published and could not be read, such as `picture`: a
    draft with something unread is never called good.
    """

    id: str
    text: str = field(repr=False)
    author: Author
    network: Network = Network.OTHER
    account: Account = Account.PERSONAL
    written_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    timezone: ZoneInfo | None = None
    unread: tuple[str, ...] = ()

    @property
    def local_time(self) -> datetime | None:
        """Return the moment of writing on the author's clock, or None when their zone is unknown."""
        return self.written_at.astimezone(self.timezone) if self.timezone else None


def clean(text: str) -> str:
    """Replace lone surrogates and NUL by U+FFFD, one for one, so that offsets hold and every store takes it."""
    return _UNSTORABLE.sub("\ufffd", text)
