"""The contract's JSON: payload in, verdict out."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.contract import read_payload, verdict_json
from core.draft import Account, Author, Draft, Network
from core.errors import DraftError
from core.finding import Action, Finding, Span
from core.verdict import Outcome, Verdict

AUTHOR = Author("cli", "", "tester")
UNIQUE = "Quorvellan"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["x", "personal", "UTC"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def draft(**values: Any) -> Draft:
    """Build the draft of a payload."""
    return read_payload({"text": "Fog.", **values}).draft(AUTHOR)


def test_a_text_is_enough() -> None:
    made = draft()

    assert uuid.UUID(made.id)
    assert (made.text, made.network, made.account, made.timezone) == ("Fog.", Network.OTHER, Account.PERSONAL, None)
    assert abs((datetime.now(UTC) - made.written_at).total_seconds()) < 5
    assert made.author is AUTHOR


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"id": "post-7"}, "id", "post-7"),
        ({"id": 7}, "id", "7"),
        ({"id": 0}, "id", "0"),
        ({"id": "x" * 200}, "id", "x" * 200),
        ({"network": "linkedin"}, "network", Network.LINKEDIN),
        ({"account": "brand"}, "account", Account.BRAND),
        ({"timezone": "Asia/Kolkata"}, "timezone", ZoneInfo("Asia/Kolkata")),
        ({"timezone": "UTC"}, "timezone", ZoneInfo("UTC")),
        ({"timezone": None}, "timezone", None),
        ({"at": "2026-05-04T09:00:00Z"}, "written_at", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ({"at": "2026-05-04T09:00:00+02:00"}, "written_at", datetime(2026, 5, 4, 7, tzinfo=UTC)),
        ({"at": "2026-05-04T09:00"}, "written_at", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        (
            {"at": "2026-05-04T09:00", "timezone": "Europe/Berlin"},
            "written_at",
            datetime(2026, 5, 4, 7, tzinfo=UTC),
        ),
        ({"text": " Fog.\n"}, "text", " Fog.\n"),
        ({"text": "a\ud800b\x00c"}, "text", "a\ufffdb\ufffdc"),
        ({"text": "x" * 50_000}, "text", "x" * 50_000),
        ({"colour": "grey", "textt": 5}, "text", "Fog."),
    ],
)
def test_each_field_is_read(values: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(draft(**values), field) == expected


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": ""}, "the draft is empty"),
        ({"text": " \t\n\u00a0"}, "the draft is empty"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": [UNIQUE]}, "text"),
        ({"text": {UNIQUE: 1}}, "text"),
        ({"id": ""}, "id"),
        ({"id": UNIQUE * 21}, "id"),
        ({"id": True}, "id"),
        ({"id": 1.5}, "id"),
        ({"id": [UNIQUE]}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"network": UNIQUE}, "linkedin x facebook instagram threads mastodon bluesky tiktok youtube reddit other"),
        ({"network": "LinkedIn"}, "linkedin"),
        ({"network": [UNIQUE]}, "linkedin"),
        ({"network": {UNIQUE: 1}}, "linkedin"),
        ({"account": UNIQUE}, "personal brand"),
        ({"account": 1}, "personal brand"),
        ({"timezone": UNIQUE}, "AREA/CITY"),
        ({"timezone": "Europe"}, "AREA/CITY"),
        ({"timezone": "/etc/localtime"}, "AREA/CITY"),
        ({"timezone": "../UTC"}, "AREA/CITY"),
        ({"timezone": "a" * 5_000}, "AREA/CITY"),
        ({"timezone": "Europe/Ber\x00lin"}, "AREA/CITY"),
        ({"timezone": "\ud800"}, "AREA/CITY"),
        ({"timezone": ""}, "AREA/CITY"),
        ({"timezone": 5}, "AREA/CITY"),
        ({"timezone": True}, "AREA/CITY"),
        ({"timezone": {UNIQUE: 1}}, "AREA/CITY"),
        ({"timezone": [UNIQUE]}, "AREA/CITY"),
        ({"at": UNIQUE}, "at:"),
        ({"at": ""}, "at:"),
        ({"at": "12:30"}, "at:"),
        ({"at": "2026-02-30T10:00"}, "at:"),
        ({"at": "2026-05-04T09:00+99:00"}, "at:"),
        ({"at": 1e300}, "at:"),
        ({"at": [UNIQUE]}, "at:"),
        ({"at": True}, "at:"),
    ],
)
def test_a_wrong_field_is_named_with_what_it_may_be_and_never_quoted(values: dict[str, Any], said: str) -> None:
    with pytest.raises(DraftError) as caught:
        draft(**values)

    sentence = str(caught.value)
    assert said in sentence
    assert UNIQUE not in sentence
    for jargon in ("Input should", "String should", "Field required", "Value error", "valid string", "ZoneInfo"):
        assert jargon not in sentence
    assert caught.value.__cause__ is None


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(DraftError) as caught:
        draft(text="", network="myspace", account="both")

    for field in ("text:", "network:", "account:"):
        assert field in str(caught.value)


@pytest.mark.parametrize("values", [None, [], "Fog.", 5, {}, {"draft": "Fog."}])
def test_a_payload_without_a_text_is_told_what_to_send(values: Any) -> None:
    with pytest.raises(DraftError, match="text"):
        read_payload(values)


@given(
    values=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("id", "text", "network", "account", "timezone", "at"), ANYTHING)
    )
)
def test_whatever_a_payload_holds_it_becomes_a_draft_or_a_sentence(values: dict[str, Any]) -> None:
    try:
        made = read_payload(values).draft(AUTHOR)
    except DraftError:
        return
    assert made.written_at.tzinfo is not None
    assert made.local_time is None or made.local_time.tzinfo is not None
    json.dumps(verdict_json(made, Verdict(made.id, Outcome.OK, "sha256:0")), ensure_ascii=False).encode()


def test_offsets_count_code_points_and_a_secrets_words_stay_out() -> None:
    text = "😀e\u0301🏴‍☠️ Heron and Tern."
    start = text.index("Heron")
    findings = (
        Finding(
            "p/open",
            "confidential_term",
            Action.BLOCK,
            Span(start, start + 5),
            0.123456,
            "t",
            "w",
            ("a bird",),
            "https://l",
        ),
        Finding("p/secret", "c", Action.BLOCK, Span(0, len(text)), 1, "t", "w", quotable=False),
    )
    verdict = Verdict("7", Outcome.BLOCK, "sha256:0", findings, ("time",), "de", "safe")

    found = verdict_json(draft(text=text), verdict)

    assert (found["outcome"], found["incomplete"], found["language"], found["rewrite"]) == (
        "block",
        ["time"],
        "de",
        "safe",
    )
    opened, secret = found["findings"]
    assert (opened["start"], opened["end"], opened["text"], opened["score"]) == (start, start + 5, "Heron", 0.1235)
    assert (opened["suggest"], opened["learn"]) == (["a bird"], "https://l")
    assert (secret["start"], secret["end"], secret["text"], secret["learn"]) == (0, len(text), None, None)
    assert secret["suggest"] == []


def test_a_draft_does_not_show_its_text_when_printed() -> None:
    payload = read_payload({"text": UNIQUE})

    assert UNIQUE not in repr(payload.draft(AUTHOR))
    assert UNIQUE not in repr(payload), "a payload ends up in tracebacks too"
