"""How a verified body is parsed, and under which key it is claimed."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from bots.slack.delivery import Kind, read_delivery

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
COMMAND = {"command": "/checkpost", "text": "the payload=x of a draft", "user_id": "U1", "team_id": "T1"}
EVENT = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}


@pytest.mark.parametrize(
    ("raw", "content_type", "kind", "key"),
    [
        (urlencode(COMMAND | {"trigger_id": "1.2"}).encode(), FORM, Kind.COMMAND, "trigger:1.2"),
        (urlencode(COMMAND).encode(), FORM, Kind.COMMAND, "signature:v0=s"),
        (urlencode(COMMAND | {"payload": "[1]"}).encode(), FORM, Kind.COMMAND, "signature:v0=s"),
        (
            urlencode({"payload": json.dumps({"type": "block_actions", "trigger_id": "3.4"})}).encode(),
            FORM,
            Kind.INTERACTION,
            "trigger:3.4",
        ),
        (b"ssl_check=1&token=x", FORM, Kind.SSL_CHECK, "v0=s"),
        (json.dumps(EVENT).encode(), JSON, Kind.EVENT, "event:Ev1"),
        (b'{"type": "url_verification", "challenge": "c"}', JSON, Kind.URL_VERIFICATION, "v0=s"),
        (b'{"type": "app_rate_limited"}', JSON, Kind.NOTICE, "v0=s"),
    ],
)
def test_what_slack_sends_is_told_apart(raw: bytes, content_type: str, kind: Kind, key: str) -> None:
    delivery = read_delivery(raw, content_type, "v0=s")
    assert (delivery.kind, delivery.key) == (kind, key)
    assert "draft" not in repr(delivery)


def test_a_command_keeps_every_field_whatever_words_are_in_it() -> None:
    assert read_delivery(urlencode(COMMAND).encode(), FORM, "v0=s").body == COMMAND


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"", FORM),
        (b"", JSON),
        (b"{", JSON),
        (b"[1]", JSON),
        (b"null", JSON),
        (b'"text"', JSON),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 100 + b"1" + b"}" * 100, JSON),
        (b'{"type": "event_callback"}', JSON),
        (b'{"type": "event_callback", "event_id": "E", "event": []}', JSON),
        (b'{"type": "event_callback", "event_id": "E", "event": {"type": 5}}', JSON),
        (b'{"type": "event_callback", "event_id": 5, "event": {"type": "message"}}', JSON),
        (b'{"type": "url_verification", "challenge": {"a": 1}}', JSON),
        (b'{"type": "\xff"}', JSON),
        (b"payload=zzz", FORM),
        (b"payload=%5B1%5D", FORM),
        (b"payload=%7B%7D", FORM),
        (b"text=%ff&command=%2Fcheckpost", FORM),
        (b"text=\xff&command=%2Fcheckpost", FORM),
        (b"&".join([b"a=1"] * 500), FORM),
        (b"hello=1", FORM),
        (b'{"type": "url_verification", "challenge": "c"}', "text/plain"),
    ],
)
def test_signed_nonsense_is_refused_without_quoting_it(raw: bytes, content_type: str) -> None:
    with pytest.raises(ValueError, match=r"^(the|a) [a-z A-Z0-9-]+$"):
        read_delivery(raw, content_type, "v0=s")
