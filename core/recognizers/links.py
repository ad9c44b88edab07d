"""Links: web addresses that are keys themselves, because whoever has the long random part in them gets in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from core.finding import Detection, Span
from core.recognizers.own import OwnRecognizer

LABEL = "SECRET_LINK"

_ADDRESS = re.compile(r"(?<![\w.-])(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/[^\s<>\"'`]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}*_"
_OPENS = re.compile(
    r"(?:^|[^a-z0-9])(?:(?:web|in)?hooks?\w?|incoming|services|sig(?:nature)?|x-amz-\w+|se|sas|token|auth|oauth|sso|key|api_?key|"
    r"invite|invitation|join|reset|recover\w*|verify|activat\w+|confirm\w*|magic|login|signin|pwd|passwd|password|passcode|"
    r"otp|secret|private|share|shared|sharing|s|dl|download|export|presigned|signed|ics|ical|feed|session\w*|sid|ticket|grant)"
    r"(?=$|[^a-z0-9])|webhook",
    re.IGNORECASE,
)
"""What the address says about itself, by a word of its host, path or query, where a random part lets one in."""
_FOR_EVERYBODY = frozenset(
    """
    t.co bit.ly buff.ly ow.ly is.gd tinyurl.com goo.gl lnkd.in amzn.to pin.it redd.it fb.watch fb.me youtu.be
    spotify.link linkedin.com twitter.com x.com instagram.com facebook.com threads.net threads.com tiktok.com
    youtube.com reddit.com pinterest.com bsky.app mastodon.social tumblr.com twitch.tv vimeo.com soundcloud.com
    spotify.com music.apple.com podcasts.apple.com medium.com substack.com strava.com goodreads.com etsy.com
    eventbrite.com meetup.com gofundme.com
    """.split()
)
"""Public networks and short addresses: what they share, with whatever letters, is a post, a song or a place for all."""
_FOLLOWS = re.compile(
    r"(?:fbclid|gclid|igsh(?:id)?|msclkid|mc_[ce]id|utm_\w+|ref|si|feature|campaign|source)=[^&#]*", re.IGNORECASE
)
"""What only tells where a reader came from."""
_PART = re.compile(r"[A-Za-z0-9_~\-]{10,}")
_LEAST_TURNS = 4
_TURN = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])|[a-z](?=[A-Z])")
_HEX = re.compile(r"[0-9a-f]{24,}")
_COMMIT = re.compile(r"/(?:commit|tree|blob|raw|compare)/[0-9a-f]{7,40}", re.IGNORECASE)


class LinkRecognizer(OwnRecognizer):
    """Finds webhooks, signed and private links, invitations and resets: a telling word and a random part."""

    def __init__(self) -> None:
        super().__init__("links", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each address that lets its readers in."""
        for match in _ADDRESS.finditer(text):
            if lets_in(link := match[0].rstrip(_TRAILING)):
                yield Detection(Span(match.start(), match.start() + len(link)), LABEL, 1.0)


def lets_in(link: str) -> bool:
    """Tell whether an address opens something to whoever has it."""
    if _is_for_everybody(link):
        return False
    telling = _FOLLOWS.sub("", _COMMIT.sub("/", unquote(link)))
    return bool(_OPENS.search(telling)) and any(map(is_random, _PART.findall(telling.partition("//")[2] or telling)))


def _is_for_everybody(link: str) -> bool:
    host = re.split("[/:]", link.partition("://")[2] or link, maxsplit=1)[0].lower().split(".")
    return any(".".join(host[start:]) in _FOR_EVERYBODY for start in range(max(len(host) - 3, 0), len(host) - 1))


def is_random(part: str) -> bool:
    """Tell whether letters and digits alternate as nobody writes them who means words, dates or numbers."""
    turns = len(_TURN.findall(part))
    return turns >= _LEAST_TURNS or bool(_HEX.fullmatch(part.lower()) and turns > 1)
