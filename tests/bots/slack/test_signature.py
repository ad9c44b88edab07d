"""Which requests are believed."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from bots.slack.signature import is_ssl_check, refusal, sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_700_000_000
BODY = b"command=%2Fcheckpost&text=hello"


def headers(timestamp: str = str(NOW), signature: str | None = None) -> CIMultiDict[str]:
    """Return the two headers, signed unless told otherwise."""
    signed = sign(SECRET, timestamp, BODY) if signature is None else signature
    return CIMultiDict({"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signed})


def test_the_example_of_slacks_own_documentation_verifies() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert sign(SECRET, "1531420618", body) == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@pytest.mark.parametrize("offset", [0, 299, 300, -300])
def test_a_signed_request_within_five_minutes_is_believed(offset: int) -> None:
    assert refusal(SECRET, headers(), BODY, NOW + offset) is None


@pytest.mark.parametrize("offset", [301, -301, 10**9])
def test_a_request_of_another_time_is_refused(offset: int) -> None:
    assert refusal(SECRET, headers(), BODY, NOW + offset) == "timestamp_outside_window"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (CIMultiDict(), "timestamp_malformed"),
        (headers(timestamp="abc"), "timestamp_malformed"),
        (headers(timestamp=""), "timestamp_malformed"),
        (headers(timestamp="1" * 400), "timestamp_malformed"),
        (headers(timestamp="-170000000"), "timestamp_malformed"),
        (CIMultiDict({"X-Slack-Request-Timestamp": "١٧٠٠٠٠٠٠٠٠"}), "timestamp_malformed"),
        (headers(signature=""), "signature_malformed"),
        (headers(signature="v0=é" + "0" * 63), "signature_malformed"),
        (headers(signature="v1=" + "0" * 64), "signature_malformed"),
        (headers(signature="v0=" + "0" * 63), "signature_malformed"),
        (headers(signature="v0=" + "0" * 64), "signature_wrong"),
        (headers(signature=sign("another secret", str(NOW), BODY)), "signature_wrong"),
        (headers(signature=sign(SECRET, str(NOW + 1), BODY)), "signature_wrong"),
        (headers(signature=sign(SECRET, str(NOW), BODY + b" ")), "signature_wrong"),
        (CIMultiDict([*headers().items(), *headers().items()]), "timestamp_malformed"),
    ],
)
def test_a_request_that_is_not_slacks_is_refused(given: CIMultiDict[str], reason: str) -> None:
    assert refusal(SECRET, given, BODY, NOW) == reason


@pytest.mark.parametrize(
    ("body", "signed", "expected"),
    [
        (b"ssl_check=1&token=abc", False, True),
        (b"token=abc&ssl_check=1", False, True),
        (b"token=abc&ssl_check=1", True, False),
        (b"token=abc&ssl_check=10", False, False),
        (b"text=%26ssl_check%3D1", False, False),
        (b"ssl_check=1&" + b"x" * 5_000, False, False),
    ],
)
def test_only_a_small_unsigned_form_is_a_certificate_check(body: bytes, signed: bool, expected: bool) -> None:
    assert is_ssl_check(headers() if signed else CIMultiDict(), body) is expected
