"""Keys and tokens by their formats."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.normalize import readable
from core.recognizers.secrets import SecretRecognizer
from tests.patience import SHARED

RECOGNIZER = SecretRecognizer()


def found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in RECOGNIZER.analyze(text, [], None)]


FORMATS = {
    "aws": "AKIA" + "Q7Z4WLM2XN6TJHB5",
    "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "gitlab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "slack": "xoxb-" + "123456789012-123456789012-a1B2c3D4e5F6g7H8i9J0k1L2",
    "stripe": "sk_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "jwt": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "private key": "-----BEGIN RSA PRIVATE " + "KEY-----",
    "url with password": "https://ruby:" + "quack7@geese.example",
    "licence": "7QK4M-9XTRB-" + "V2WNP-H6DJY-3CFLS",
    "cookie": "Set-Cookie: goose_session=" + "8b1a9953c4611296a827abf8",
    "session": "JSESSIONID=" + "5A1C0E9F27B34D68ABCD1234",
    "sid": "sid=" + "9f2b77c1d4e8a0b3",
    "header": "Authorization: Basic " + "c3ZjX2xlZGdlcjpCbHVl",
    "bearer": "bearer " + "9f86d081884c7d659a2feaa0",
    "setting": "GEESE_API_SECRET=" + "q9Zr3tVx71Lm",
    "in code": 'client_secret = "' + "hV8~Qx2.Lr9mZt4k",
    "fingerprint": "SHA256:" + "uNiVztksCsDhcc0u9e8BgrJXVGDgpUl0Sk3+FzQh1xk",
}


@pytest.mark.parametrize("secret", FORMATS.values(), ids=FORMATS.keys())
def test_a_key_or_token_is_found_anywhere(secret: str) -> None:
    for text in (secret, f"why does {secret} not work", f"({secret})\nnext line"):
        spans = found(text)
        assert spans
        assert any(secret[:12] in each or each in secret for each in spans)


def test_a_sample_key_is_none_only_where_the_draft_says_so() -> None:
    key = "AKIAIOSFODNN7" + "EXAMPLE"
    assert found(f"Leave {key} in, it's the sample from the docs.") == []
    assert found(f"why does {key} not work")
    assert found(f"The docs have {key}, we have {FORMATS['aws']}.") == [FORMATS["aws"]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIA is a nice name",
        "ghp_short",
        "https://geese.example/a:b",
        "BEGIN PRIVATE LIFE",
        "sk_live_ is a prefix",
        "xoxo, grandma",
        "eyJust kidding.",
        "XXXXX-XXXXX-XXXXX-XXXXX is the form of a licence",
        "123E4567-E89B-12D3-A456-426614174000 in capitals",
        "1234-5678-9012-3456-7890 on the parcel",
        "Cookie: chocolate",
        "API_KEY=your_key_here2 says the readme",
        "TOKEN=<token-1-of-yours>",
        "session=winter2026",
        "the secret: patience and 12 eggs",
        "bearer of bad news since 1997",
        "sha256 of nothing begins with e3b0c44298fc",
    ],
)
def test_what_only_begins_like_a_key_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "unit",
    [
        "/",
        "eyJ",
        "eyJa.",
        "AKIA",
        "xoxb-1-",
        "https://a:",
        "sk_live_",
        "-----BEGIN ",
        "a:b@",
        "cloudant_api_key=",
        "A1B2-",
        "token=",
        "session_id=a1",
        "a.token",
    ],
)
def test_a_long_row_of_beginnings_is_read_in_a_moment(unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    began = time.process_time()
    for _ in zip(range(501), RECOGNIZER.analyze(text, [], None), strict=False):
        pass
    assert time.process_time() - began < SHARED


@pytest.mark.parametrize("format_", RECOGNIZER._formats, ids=lambda format_: format_.pattern[:24])
def test_no_format_is_passed_over_because_a_draft_holds_no_hint_of_it(format_: Any) -> None:
    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(format_ if isinstance(format_, re.Pattern) else format_.pattern))
    def every_form(written: str) -> None:
        text = readable(written).text
        spans = {(match.start(), match.end()) for match in format_.finditer(text)}
        assert spans <= {(each.start, each.end) for each in RECOGNIZER.analyze(text, [], None)}

    every_form()
