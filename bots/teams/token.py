"""The token that a caller of /api/messages brings: who may come in, and for which activity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

from bots.gate import object_in
from bots.teams.keys import SigningKeys
from core.settings import Settings, is_loopback

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
LEEWAY_SECONDS = 300

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not_yet_valid"),
    (jwt.InvalidAudienceError, "audience"),
    (jwt.InvalidIssuerError, "issuer"),
    (jwt.MissingRequiredClaimError, "claim_missing"),
    (jwt.InvalidSignatureError, "signature"),
)
_BAD_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


class Refused(Exception):  # noqa: N818
    """A request that goes no further. `reason` is one of our own words and quotes nothing."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Caller:
    """What a valid token says: the serviceurl claim and the channels its key is endorsed for."""

    service_url: object
    endorsements: frozenset[str]


async def welcome(headers: list[str], keys: SigningKeys, app_id: str) -> Caller:
    """Check the Authorization headers of a request: one token, its algorithm, its key, then what it claims.

    Raises:
        Refused: 401 for any token that is not Bot Framework's for this app; 503 when we have no keys.
    """
    token = _bearer(headers)
    try:
        header = jwt.get_unverified_header(token)
    except _BAD_TOKEN:
        raise Refused(401, "malformed") from None
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(kid, str):
        raise Refused(401, "algorithm_or_key_id")
    key = await keys.find(kid)
    if key is None:
        raise Refused(401, "key_unknown") if keys.known else Refused(503, "no_keys")
    try:
        claims = jwt.decode(
            token,
            key.public,
            algorithms=["RS256"],
            audience=app_id,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "nbf", "iss", "aud"], "strict_aud": True},
        )
    except _BAD_TOKEN as error:
        reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), "malformed")
        raise Refused(401, reason) from None
    return Caller(claims.get("serviceurl"), key.endorsements)


def admit(activity: dict[str, Any], caller: Caller | None, settings: Settings) -> None:
    """Hold an activity against the token that came with it and against our pins.

    `caller` is None only in anonymous mode, where the service must be on this machine.

    Raises:
        Refused: 403, for a foreign channel, service, host or tenant.
    """
    if activity["channelId"] != CHANNEL:
        raise Refused(403, "channel")
    if not permitted_service(activity["serviceUrl"], settings):
        raise Refused(403, "service_host")
    if caller is None:
        return
    if CHANNEL not in caller.endorsements:
        raise Refused(403, "endorsement")
    if caller.service_url != activity["serviceUrl"]:
        raise Refused(403, "service_url_claim")
    tenants = list(_tenants(activity))
    ours = (settings.teams_tenant_id or "").lower()
    if not tenants or any(not isinstance(t, str) or t.lower() != ours for t in tenants):
        raise Refused(403, "tenant")


def permitted_service(url: str, settings: Settings) -> bool:
    """Tell whether we may send to this serviceUrl: https on a listed host, or a loopback one in dev and test."""
    if not url.isascii() or not url.isprintable() or any(char in url for char in "\\ ?#"):
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    local = is_loopback(host) and settings.env != "production"
    if settings.teams_app_id is None:
        return local and parts.scheme in ("http", "https")
    if host not in settings.teams_service_url_hosts:
        return False
    if local and parts.scheme in ("http", "https"):
        return True
    return parts.scheme == "https" and port in (None, 443)


def _bearer(headers: list[str]) -> str:
    if len(headers) != 1:
        raise Refused(401, "no_token")
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token or not token.isascii():
        raise Refused(401, "no_token")
    return token


def _tenants(activity: dict[str, Any]) -> Iterator[object]:
    """Yield every tenant id that the activity names."""
    channel_data = object_in(activity, "channelData")
    if "tenant" in channel_data:
        yield object_in(channel_data, "tenant").get("id")
    if "tenantId" in activity["conversation"]:
        yield activity["conversation"]["tenantId"]
