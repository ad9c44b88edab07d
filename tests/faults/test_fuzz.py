"""Fuzz: whatever outsiders send, a parser takes it or refuses it in its own words, quickly and in little memory."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

HOSTILE = "\x00\ud800\u202e\u200d\u0301\ufdfaßİ<>&|`*_~\"'\\,;:\n\r\t=+-@[]{}()#!%0123456789aQuorvaneHoldings "
TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=HOSTILE, max_size=300),
    st.builds(lambda part, times: part * times, st.text(alphabet=HOSTILE, min_size=1, max_size=8), st.integers(0, 900)),
)
KEYS = st.sampled_from(
    "id text type event event_id payload command user user_id team_id channel from conversation value "
    "serviceUrl recipient channelData tenant attachments entities pack rules detect words".split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | KEYS, inner, max_size=6),
    max_leaves=12,
)
LONGEST, MOST = 1.0, 64 * 1024 * 1024


def written(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


RAW = st.one_of(
    st.binary(max_size=400),
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    VALUES.map(written),
    VALUES.map(lambda value: b"payload=" + written(value)),
    st.builds(lambda value, at: written(value)[:at], VALUES, st.integers(0, 200)),
)
NAMES = (
    "json body", "slack request", "slack text", "teams request", "terms csv", "terms command", "words of a command",
    "policy pack", "normaliser", "terms index", "receipt", "person", "key ring",
)  # fmt: skip


@pytest.fixture(scope="module")
def parsers(load_tool: Any) -> Any:
    """The table of parsers."""
    return load_tool("parsers")


def test_every_parser_of_the_table_is_tried(parsers: Any) -> None:
    assert tuple(parsers.PARSERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_sent_is_taken_or_refused(parsers: Any, name: str, times: Any) -> None:
    settings = hypothesis.settings(
        max_examples=times(150, 5_000), deadline=None, database=None, derandomize=times(1, 0) == 1,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip

    @settings
    @hypothesis.given(RAW)
    def read(raw: bytes) -> None:
        began = time.process_time()
        parsers.run(parsers.PARSERS[name], raw)
        assert time.process_time() - began < LONGEST

    read()


GIANTS = {
    "brackets": b"[" * 200_000,
    "braces": b'{"a":' * 60_000,
    "an object of brackets": b'{"text":' + b"[" * 100_000,
    "quotes": b'"' * 200_000,
    "commas": b"term,kind,aliases,note\n" + b"," * 200_000,
    "semicolons": b"term,kind,aliases,note\na,client," + b";" * 100_000 + b",",
    "backslashes": b"\\" * 200_000,
    "anchors": b"a: &a [x]\n" + b"b: [" + b"*a, " * 20_000 + b"]",
    "a dash each line": b"- " * 20_000,
    "marks": "a\u0301".encode() * 60_000,
    "entities": b"&lt;" * 50_000,
    "angle brackets": b"<" * 200_000,
    "links": b"<http://a|" * 20_000,
    "blanks": b" " * 200_000,
    "colons": b":" * 200_000,
    "form fields": b"a=1&" * 50_000,
}


@pytest.mark.parametrize("giant", GIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_no_giant_takes_long_or_much(parsers: Any, name: str, giant: str) -> None:
    raw = GIANTS[giant]
    if name in ("normaliser", "terms index", "slack text"):
        raw = raw[:40_000]  # a draft is no longer than that
    parsers.run(parsers.PARSERS[name], b"warm")
    before, began = peak(anew=True), time.process_time()
    parsers.run(parsers.PARSERS[name], raw)
    took = time.process_time() - began
    assert peak() - before < MOST
    assert took < LONGEST


def peak(*, anew: bool = False) -> int:
    """Return the most memory that this process held, in bytes, since it was last counted anew (proc(5), clear_refs)."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.parametrize("fault", ["raises", "hangs", "swells"])
def test_a_parser_that_fails_would_be_seen(parsers: Any, fault: str) -> None:
    def bad(text: str) -> None:
        if fault == "raises":
            raise KeyError(text)
        if fault == "swells":
            text.encode() * (MOST + MOST // 2)
            return
        until = time.process_time() + 1.1
        while time.process_time() < until:
            pass

    before, began = peak(anew=True), time.process_time()
    with pytest.raises((KeyError, AssertionError)):  # noqa: PT012 (either is what the test above would see)
        parsers.run(parsers.Parser(bad), b"x")
        assert peak() - before < MOST
        assert time.process_time() - began < LONGEST
