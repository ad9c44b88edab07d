"""Signature: whether a request really comes from Slack, decided before anything parses it."""

from __future__ import annotations

import hashlib
import hmac
import re

from multidict import MultiMapping

WINDOW = 300
"""Seconds that a request's clock may differ from ours, either way."""

TIMESTAMP = "X-Slack-Request-Timestamp"
SIGNATURE = "X-Slack-Signature"

_TIMESTAMP_SHAPE = re.compile(r"[0-9]{10}")
_SIGNATURE_SHAPE = re.compile(r"v0=[0-9a-f]{64}")
_SSL_CHECK = re.compile(rb"(?:^|&)ssl_check=1(?:&|$)")
_SSL_CHECK_BYTES = 4096


def refusal(secret: str, headers: MultiMapping[str], body: bytes, now: float) -> str | None:
    """Say why a request cannot be trusted, or None when its signature holds.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    timestamps, signatures = headers.getall(TIMESTAMP, []), headers.getall(SIGNATURE, [])
    if len(timestamps) != 1 or not _TIMESTAMP_SHAPE.fullmatch(timestamps[0]):
        return "timestamp_malformed"
    if len(signatures) != 1 or not _SIGNATURE_SHAPE.fullmatch(signatures[0]):
        return "signature_malformed"
    if abs(now - int(timestamps[0])) > WINDOW:
        return "timestamp_outside_window"
    if not hmac.compare_digest(sign(secret, timestamps[0], body), signatures[0]):
        return "signature_wrong"
    return None


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature that Slack puts on `body` sent at `timestamp`."""
    base = b"v0:" + timestamp.encode("ascii") + b":" + body
    return "v0=" + hmac.new(secret.encode("utf-8"), base, hashlib.sha256).hexdigest()


def is_ssl_check(headers: MultiMapping[str], body: bytes) -> bool:
    """Tell whether this is Slack trying our certificate, which it does without a signature."""
    return SIGNATURE not in headers and len(body) <= _SSL_CHECK_BYTES and bool(_SSL_CHECK.search(body))
