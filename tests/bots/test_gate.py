"""The gate: bodies that somebody wrote to do harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.gate import MAX_DEPTH, MalformedBody, parse_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b' \n{"a": 1}\t',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "[[[[[[[[[["}',
        json.dumps({"a": "[{" * 100_000}).encode(),
        json.dumps({"a": '\\"[' * 1000}).encode(),
        b'{"a": ' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}",
        b'{"a": ' + b"[],".join([b""] * 1) + b"[[],[],[]]}",
        b'{"a": "\\ud83d\\ude00 \\ud800"}',
    ],
)
def test_an_object_is_parsed(body: bytes) -> None:
    assert parse_object(body) == json.loads(body.decode("utf-8-sig"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"   ", "not JSON"),
        (b"{", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b'{"a": 1} {"a": 1}', "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": [Infinity]}', "not JSON"),
        (b'{"a": -Infinity}', "not JSON"),
        (b'{"a": "\x00"}', "not JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b'{"a": "\\\n[[["}', "not JSON"),
        (b"null", "not a JSON object"),
        (b"true", "not a JSON object"),
        (b"17", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'[{"a": 1}]', "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "64 levels"),
        (b"[" * 500_000, "64 levels"),
        (b'{"a":' * 90_000, "64 levels"),
        (b"[{" * 250_000, "64 levels"),
        (b'"' + b"\\" * 500_000, "not JSON"),
        (b'"' * 500_000, "not JSON"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(body: bytes, said: str) -> None:
    with pytest.raises(MalformedBody, match=said):
        parse_object(body)


def test_the_sentence_quotes_nothing_of_the_body() -> None:
    for body in (b"Quorvellan", b'"Quorvellan"', b'["Quorvellan"]', b"Quorvellan\xff", b'{"Quorvellan": NaN}'):
        with pytest.raises(MalformedBody) as caught:
            parse_object(body)
        assert "Quorvellan" not in str(caught.value)
        assert caught.value.__cause__ is None


@given(value=JSON)
def test_whatever_is_json_is_parsed_or_refused(value: Any) -> None:
    try:
        parsed = parse_object(json.dumps({"text": value}))
    except MalformedBody:
        assert "NaN" in json.dumps(value) or "Infinity" in json.dumps(value)
    else:
        assert parsed == {"text": value}


@given(body=st.binary(max_size=200) | st.text(alphabet='{}[]",:\\eE1.-ntf ', max_size=60))
def test_no_body_gets_past_the_gate_with_another_error(body: bytes | str) -> None:
    try:
        parse_object(body)
    except MalformedBody:
        return
