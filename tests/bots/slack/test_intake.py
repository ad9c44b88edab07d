"""What a person typed, as a reader sees it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack.intake import Address, Inquiry, read_command, read_draft, read_message, unescape
from core.draft import Account, Author, Network
from core.errors import DraftError


def inquiry(text: str) -> Inquiry:
    """Return an inquiry with this text."""
    return Inquiry(Author("slack", "T1", "U1"), Address("U1"), text)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("plain words", "plain words"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;lt; &amp;gt;", "&amp;lt; &gt;"),
        ("&quot;&nbsp;&#39;", "&quot;&nbsp;&#39;"),
        ("<https://example.com>", "https://example.com"),
        ("<https://example.com/?a=1&amp;b=2>", "https://example.com/?a=1&b=2"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com|R&amp;D &lt;team&gt;>", "R&D <team>"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<mailto:a@example.com>", "a@example.com"),
        ("<tel:+4930123|+49 30 123>", "+49 30 123"),
        ("<@U12AB|anna>", "@anna"),
        ("<@U12AB>", "@U12AB"),
        ("<@W12AB|anna>", "@anna"),
        ("<#C12AB|general>", "#general"),
        ("<#C12AB>", "#C12AB"),
        ("<!subteam^S12AB|@devs>", "@devs"),
        ("<!subteam^S12AB>", "@subteam^S12AB"),
        ("<!here>", "@here"),
        ("<!channel|channel>", "@channel"),
        ("<!everyone>", "@everyone"),
        ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
        ("x <https://a.example|A><https://b.example|B> y", "x AB y"),
        # what is no token stays as it is
        ("a < b > c", "a < b > c"),
        ("<3 and <script>", "<3 and <script>"),
        ("<!DOCTYPE html>", "<!DOCTYPE html>"),
        ("<@home>", "<@home>"),
        ("<note: this>", "<note: this>"),
        ("&lt;@U12AB&gt;", "<@U12AB>"),
        ("&lt;https://example.com|x&gt;", "<https://example.com|x>"),
        ("<https://example.com", "<https://example.com"),
    ],
)
def test_a_text_is_read_as_its_reader_sees_it(sent: str, read: str) -> None:
    assert unescape(sent)[0] == read


@pytest.mark.parametrize(
    ("sent", "hidden"),
    [
        ("<https://wiki.internal/plan|our plan>", ("https://wiki.internal/plan",)),
        ("<mailto:boss@example.com|write us>", ("mailto:boss@example.com",)),
        ("<https://evil.example/example.com|example.com>", ("https://evil.example/example.com",)),
        ("<http://example.com/|example.com>", ()),
        ("<https://Example.com/a|example.com/a>", ()),
        ("<mailto:a@example.com|a@example.com>", ()),
        ("<https://example.com>", ()),
        ("<https://b.example/x|here>, that is b.example/x", ()),
        ("<https://b.example/x|here> and <https://b.example/x|there>", ("https://b.example/x",)),
    ],
)
def test_an_address_behind_other_words_is_noticed(sent: str, hidden: tuple[str, ...]) -> None:
    assert unescape(sent)[1] == hidden


@given(st.text())
def test_what_slack_escaped_comes_back_exactly(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescape(escaped) == (text, ())


@given(st.text(alphabet="<>&|@#!:^;ltgampU1 \n"))
def test_no_text_breaks_the_reading(text: str) -> None:
    unescape(text)


@pytest.mark.parametrize(
    ("text", "draft", "network", "account"),
    [
        ("hello", "hello", Network.OTHER, Account.PERSONAL),
        ("--network linkedin hello", "hello", Network.LINKEDIN, Account.PERSONAL),
        ("—network linkedin —account brand hello", "hello", Network.LINKEDIN, Account.BRAND),
        ("–network linkedin hello", "hello", Network.LINKEDIN, Account.PERSONAL),
        ("--account=Brand --network=X\nhello\nworld", "hello\nworld", Network.X, Account.BRAND),
        ("--NETWORK bluesky hello", "hello", Network.BLUESKY, Account.PERSONAL),
        ("--networking is fun", "--networking is fun", Network.OTHER, Account.PERSONAL),
        ("-- network", "-- network", Network.OTHER, Account.PERSONAL),
        ("we like --network x", "we like --network x", Network.OTHER, Account.PERSONAL),
        ("--network x", "", Network.X, Account.PERSONAL),
    ],
)
def test_options_are_taken_from_the_front_only(text: str, draft: str, network: Network, account: Account) -> None:
    read = read_draft(inquiry(text), ZoneInfo("Europe/Berlin"))
    assert (read.text, read.network, read.account) == (draft, network, account)
    assert read.timezone == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("text", ["--network myspace secret words", "--account ours secret words"])
def test_an_unknown_option_value_is_named_without_quoting_the_draft(text: str) -> None:
    with pytest.raises(DraftError) as refused:
        read_draft(inquiry(text), None)
    assert "secret" not in str(refused.value)
    assert "linkedin" in str(refused.value) or "brand" in str(refused.value)


def test_a_draft_holds_no_character_that_a_store_refuses() -> None:
    assert read_draft(inquiry("a\x00b\ud800c"), None).text == "a\ufffdb\ufffdc"


def message(**event: object) -> dict[str, object]:
    """Return the event of a direct message."""
    plain = {"type": "message", "user": "U1", "text": "hi", "channel": "D1", "channel_type": "im", "ts": "1.1"}
    return {"team_id": "T1", "event": plain | event}


@pytest.mark.parametrize(
    "event",
    [
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
        {"channel_type": None},
        {"bot_id": "B1"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"user": 5},
        {"channel": {}},
        {"subtype": "message_changed", "message": {"user": "U1", "text": "edited"}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"subtype": "me_message"},
        {"subtype": ["file_share"]},
    ],
)
def test_only_a_persons_new_direct_message_is_read(event: dict[str, object]) -> None:
    assert read_message(message(**event)) is None


def test_a_direct_message_is_answered_in_its_thread() -> None:
    read = read_message(message(thread_ts="1.0", text="a &amp; b"))
    assert read is not None
    assert (read.text, read.author) == ("a & b", Author("slack", "T1", "U1"))
    assert read.address == Address("U1", channel="D1", thread_ts="1.0")


def test_a_message_brings_its_files() -> None:
    read = read_message(message(subtype="file_share", files=[{"id": "F1"}, "nonsense"]))
    assert read is not None
    assert read.files == ({"id": "F1"},)


def test_a_command_is_answered_on_its_response_url() -> None:
    fields = {"user_id": "U1", "team_id": "T1", "command": "/checkpost", "text": "<https://a.example/x|here>"}
    read = read_command(fields | {"response_url": "https://hooks.slack.com/x"})
    assert read is not None
    assert (read.text, read_draft(read, None).text) == ("here", "here\nhttps://a.example/x")
    assert read.address == Address("U1", response_url="https://hooks.slack.com/x")


def test_neither_the_draft_nor_the_response_url_is_in_a_repr() -> None:
    read = read_command({"user_id": "U1", "team_id": "T1", "text": "canary", "response_url": "https://canary"})
    assert "canary" not in repr(read)
