"""The body of a call becomes an activity, its words an inquiry, and the inquiry a draft."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bots.teams.intake import read_activity, read_draft, read_inquiry, read_kind
from core.draft import Account, Network
from core.errors import DraftError

BOT = "28:bot"
MENTION = {"type": "mention", "text": "<at>checkpost</at>", "mentioned": {"id": BOT}}


def activity(text: str | None = "hello", **fields: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "id": "1",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:ann", "aadObjectId": "AAAA"},
        "recipient": {"id": BOT},
        "conversation": {"id": "a:ann", "conversationType": "personal", "tenantId": "t"},
        "text": text,
        **fields,
    }


@pytest.mark.parametrize(
    ("said", "verb", "words"),
    [
        ("We won an award.", "check", "We won an award."),
        ("/checkpost We won an award.", "check", "We won an award."),
        ("checkpost\nWe won an award.", "check", "We won an award."),
        ("  /CheckPost   two\n\nlines  ", "check", "two\n\nlines"),
        ("checkposts are everywhere", "check", "checkposts are everywhere"),
        ("I like /checkpost very much", "check", "I like /checkpost very much"),
        ("help", "help", ""),
        ("/checkpost help", "help", ""),
        ("help wanted: we are hiring", "check", "help wanted: we are hiring"),
        ("", "nothing", ""),
        (" \u00a0\n ", "nothing", ""),
        ("/checkpost", "nothing", ""),
        (None, "nothing", ""),
        ("terms", "terms", ""),
        ("/checkpost terms add Northwind --kind client", "terms", "add Northwind --kind client"),
        ("terms import\nterm,kind,aliases,note\nA,client,,", "terms", "import\nterm,kind,aliases,note\nA,client,,"),
        ("terms rollback 3", "terms", "rollback 3"),
        ("terms diff 12 15", "terms", "diff 12 15"),
        ("Terms  diff", "terms", "diff"),
        ("terms delete Northwind Traders", "terms", "delete Northwind Traders"),
        ("terms lst", "terms", "lst"),
        ("terms import", "terms", "import"),
        ("terms rollback is a bad idea", "check", "terms rollback is a bad idea"),
        ("terms apply", "check", "terms apply"),
        ("Terms negotiated for three long weeks", "check", "Terms negotiated for three long weeks"),
        ("Terms met.", "check", "Terms met."),
        ("terms of service have changed", "check", "terms of service have changed"),
        ("Terms and conditions apply", "check", "Terms and conditions apply"),
    ],
)
def test_words_are_read_as_what_they_ask_for(said: str | None, verb: str, words: str) -> None:
    inquiry = read_inquiry(activity(said))
    assert (inquiry.verb, inquiry.words) == (verb, words)


@pytest.mark.parametrize(
    ("said", "network", "account", "text"),
    [
        ("--network linkedin Hello", Network.LINKEDIN, Account.PERSONAL, "Hello"),
        ("—network x —account brand Hello", Network.X, Account.BRAND, "Hello"),
        ("--account=brand Hello --network x", Network.OTHER, Account.BRAND, "Hello --network x"),
        ("--colour red", Network.OTHER, Account.PERSONAL, "--colour red"),
    ],
)
def test_options_are_read_from_the_front_only(said: str, network: Network, account: Account, text: str) -> None:
    raw = activity(said)
    draft = read_draft(raw, read_inquiry(raw))
    assert (draft.network, draft.account, draft.text) == (network, account, text)


@pytest.mark.parametrize(
    ("said", "named"),
    [("--network mySpace secretword", "linkedin"), ("--account both secretword", "brand"), ("--network x", "Paste")],
)
def test_a_bad_option_is_answered_without_quoting_anything(said: str, named: str) -> None:
    raw = activity(said)
    with pytest.raises(DraftError, match=named) as caught:
        read_draft(raw, read_inquiry(raw))
    assert "secretword" not in str(caught.value)
    assert "mySpace" not in str(caught.value)


def test_only_the_mention_of_the_bot_is_removed_and_only_once() -> None:
    said = "<at>checkpost</at> say <at>checkpost</at> and <at>Jane</at> & <b>bold</b> &amp; **so**"
    jane = {"type": "mention", "text": "<at>Jane</at>", "mentioned": {"id": "29:jane"}}
    inquiry = read_inquiry(activity(said, entities=[MENTION, jane]))
    assert inquiry.words == "say <at>checkpost</at> and <at>Jane</at> & <b>bold</b> &amp; **so**"


def test_hidden_link_targets_are_part_of_the_draft_and_visible_ones_are_not_repeated() -> None:
    rich = (
        '<p>Read <a href="https://secret.example/x?a=1&amp;b=2">this</a>, '
        "<a href='https://open.example/'>https://open.example</a> and <a href=\"http://bare.example\">bare.example</a></p>"
    )
    said = "Read this, https://open.example and bare.example"
    raw = activity(said, attachments=[{"contentType": "text/html", "content": rich}])
    assert read_draft(raw, read_inquiry(raw)).text == said + "\nhttps://secret.example/x?a=1&b=2"


def test_a_thousand_links_cost_little_and_none_is_left_out() -> None:
    rich = "".join(f'<a href="https://e.example/{number}">x</a>' for number in range(10_000))
    raw = activity("x" * 50_000, attachments=[{"contentType": "text/html", "content": rich}])
    began = datetime.now(UTC)
    assert len(read_inquiry(raw).links) == 10_000
    assert datetime.now(UTC) - began < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "is_file"),
    [
        ("image/png", True),
        ("application/vnd.microsoft.teams.file.download.info", True),
        ("text/html", False),
        ("application/vnd.microsoft.card.adaptive", False),
    ],
)
def test_a_file_is_noticed(kind: str, is_file: bool) -> None:
    sent = {"contentType": kind}
    assert read_inquiry(activity("hello", attachments=[sent])).files == ((sent,) if is_file else ())


@pytest.mark.parametrize(
    ("fields", "zone"),
    [
        ({"localTimezone": "Europe/Berlin"}, "Europe/Berlin"),
        ({"localTimezone": "Mars/Olympus"}, "UTC"),
        ({"localTimezone": "../../etc/passwd"}, "UTC"),
        ({"localTimezone": "Europe"}, "UTC"),
        ({"localTimezone": 7}, "UTC"),
        ({"localTimezone": ""}, "UTC"),
        ({"entities": [{"type": "clientInfo", "timezone": "Asia/Tokyo"}]}, "Asia/Tokyo"),
        ({"localTimezone": "Mars/Olympus", "entities": [{"type": "clientInfo", "timezone": 7}]}, "UTC"),
        ({}, "UTC"),
    ],
)
def test_the_authors_clock_is_believed_only_where_it_exists(fields: dict[str, Any], zone: str) -> None:
    raw = activity(**fields)
    assert read_draft(raw, read_inquiry(raw)).timezone == ZoneInfo(zone)


@pytest.mark.parametrize(
    ("stamp", "believed"),
    [
        ("2026-03-01T22:30:00.123+01:00", True),
        ("2026-03-01T22:30:00Z", True),
        ("2026-03-01T22:30:00", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-12:00", False),
        ("tomorrow", False),
        (None, False),
    ],
)
def test_a_local_timestamp_needs_an_offset_and_a_plausible_year(stamp: str | None, believed: bool) -> None:
    raw = activity(localTimestamp=stamp)
    written = read_draft(raw, read_inquiry(raw)).written_at
    assert (written.date().isoformat() == "2026-03-01") is believed
    assert written.astimezone(ZoneInfo("Pacific/Kiritimati")).tzinfo


def test_the_author_is_the_entra_person_or_else_the_teams_id() -> None:
    raw = activity()
    assert str(read_draft(raw, read_inquiry(raw)).author) == "teams:t:aaaa"
    raw["from"] = {"id": "29:ann"}
    assert str(read_draft(raw, read_inquiry(raw)).author) == "teams:t:29:ann"


def test_surrogates_and_nul_are_replaced_everywhere() -> None:
    body = json.dumps(activity("a\ud800b\x00c", entities=[{"type": "mention", "text": "\udfff"}])).encode()
    read = read_activity(body)
    assert read["text"] == "a\ufffdb\ufffdc"
    assert read["entities"][0]["text"] == "\ufffd"
    assert read_activity(json.dumps(activity("👍🏽")).encode())["text"] == "👍🏽"


@pytest.mark.parametrize(
    "broken",
    [
        {"type": ""},
        {"type": None},
        {"channelId": 5},
        {"serviceUrl": ""},
        {"from": None},
        {"from": {"id": ""}},
        {"conversation": "a:ann"},
        {"conversation": {}},
        {"recipient": []},
        {"text": 5},
        {"channelData": []},
        {"entities": {}},
        {"entities": ["x"]},
        {"attachments": [None]},
        {"id": 7},
        {"replyToId": {}},
    ],
)
def test_what_is_no_activity_is_refused_without_being_quoted(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError) as caught:
        read_activity(json.dumps(activity("canary") | broken).encode())
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "message check"),
        ({"text": None, "value": {"verb": "x"}}, "message submit"),
        ({"conversation": {"id": "19:x", "conversationType": "channel"}}, "message overheard"),
        ({"conversation": {"id": "19:x"}}, "message overheard"),
        ({"conversation": {"id": "19:x"}, "recipient": {"id": BOT, "isTargeted": True}}, "message check"),
        ({"conversation": {"id": "19:x"}, "recipient": {"id": BOT, "isTargeted": "no"}}, "message overheard"),
        ({"conversation": {"id": "19:x"}, "entities": [MENTION]}, "message check"),
        ({"type": "messageUpdate"}, "messageUpdate check"),
        ({"type": "invoke", "name": "task/fetch"}, "invoke task/fetch"),
        ({"type": "invoke", "name": 5}, "invoke "),
        ({"type": "installationUpdate", "action": "add"}, "installationUpdate add"),
        ({"type": "conversationUpdate", "membersAdded": [{"id": BOT}]}, "conversationUpdate bot added"),
        ({"type": "conversationUpdate", "membersAdded": [{"id": "29:ann"}]}, "conversationUpdate"),
        ({"type": "typing"}, "typing"),
    ],
)
def test_each_activity_has_one_kind(fields: dict[str, Any], kind: str) -> None:
    assert read_kind(activity() | fields) == kind
