"""SigningKeys: the public keys with which Bot Framework signs its calls, fetched in the background."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import structlog
from aiohttp import ClientError, ClientSession
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bots.files import first
from bots.gate import MAX_BODY, objects_in, parse_object
from core.settings import is_loopback

FETCH_SECONDS = 3.0
REFRESH_SECONDS = 3600.0
RETRY_SECONDS = 30.0
UNKNOWN_SECONDS = 60.0
"""How long a key id that nobody knows has to wait before the next one may cause a fetch."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One published key and the channels whose calls it may sign."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The keys in force. A failed fetch keeps the old ones."""

    def __init__(self, session: ClientSession, metadata_url: str, *, plain_loopback: bool) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._plain_loopback = plain_loopback
        self._keys: dict[str, SigningKey] = {}
        self._fresh = False
        self._next_unknown = float("-inf")

    @property
    def known(self) -> bool:
        """Tell whether there is any key at all."""
        return bool(self._keys)

    async def find(self, kid: str) -> SigningKey | None:
        """Return the key of this id, or None.

        An unknown id causes a fetch, at most one a minute. Only the caller who caused it waits for it (3 s
        at most), so that a genuine rotation loses no message and forged ids queue nobody.
        """
        now = asyncio.get_running_loop().time()
        if kid not in self._keys and now >= self._next_unknown:
            self._next_unknown = now + UNKNOWN_SECONDS
            await self.refresh()
        return self._keys.get(kid)

    async def keep_fresh(self) -> None:
        """Refresh hourly, and every 30 s while the last attempt failed. Ends when cancelled."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS if self._fresh else RETRY_SECONDS)
            await self.refresh()

    async def refresh(self) -> None:
        """Fetch the keys within 3 s; where that fails, keep those at hand and log it."""
        self._fresh = False
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                metadata = await self._get(self._metadata_url)
                found = _signing_keys(await self._get(metadata.get("jwks_uri")))
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("teams.keys_refresh_failed", error=type(error).__name__, count=len(self._keys))
            return
        if not found:
            log.warning("teams.keys_refresh_failed", reason="no_keys", count=len(self._keys))
            return
        self._keys, self._fresh = found, True

    async def _get(self, url: object) -> dict[str, Any]:
        if not isinstance(url, str) or not self._permitted(url):
            raise ValueError("not a permitted URL")
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError("not published")
            body = await first(response.content.iter_any(), MAX_BODY + 1)
            if len(body) > MAX_BODY:
                raise ValueError("too long")
            return parse_object(body)

    def _permitted(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return bool(host)
        return parts.scheme == "http" and self._plain_loopback and is_loopback(host)


def _signing_keys(document: dict[str, Any]) -> dict[str, SigningKey]:
    """Read a JWKS document, leaving out whatever is not an RSA public key with an id."""
    found: dict[str, SigningKey] = {}
    for entry in objects_in(document, "keys"):
        if entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        try:
            public = jwt.PyJWK(entry, algorithm="RS256").key
        except (jwt.PyJWTError, ValueError, TypeError):
            log.warning("teams.key_unreadable")
            continue
        if isinstance(public, RSAPublicKey):
            endorsements = entry.get("endorsements")
            names = endorsements if isinstance(endorsements, list) else []
            found[entry["kid"]] = SigningKey(public, frozenset(n for n in names if isinstance(n, str)))
    return found
