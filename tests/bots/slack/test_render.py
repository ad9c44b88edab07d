"""What is shown, within Slack's limits and without anything coming to life."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import wording
from bots.answer import unread
from bots.slack.blocks import cut, pack, section, slices, width
from bots.slack.render import render_listing, render_sentence, render_verdict
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.verdict import Outcome, Verdict

HOSTILE = (
    "<!channel> <@U12AB> <https://evil.example|click> *bold* _it_ ~no~ `code` ```block``` &amp; "
    '\u202eRTL\u202c zero\u200bwidth \x07\x1b[31m e\u0301 👩\u200d💻 Ｆｕｌｌ "quotes" \\ \n'
)


def draft(text: str) -> Draft:
    """Return a draft of this text."""
    return Draft("d1", text, Author("slack", "T1", "U1"))


def finding(start: int, end: int, **changes: object) -> Finding:
    """Return a finding about these characters."""
    values = {
        "rule": "confidential/client-name",
        "category": "confidential_term",
        "action": Action.BLOCK,
        "span": Span(start, end),
        "score": 1.0,
        "title": "A client's name",
        "why": "Clients decide when they are named in public.",
        "suggest": ("a client",),
    }
    return Finding(**(values | changes))  # type: ignore[arg-type]


def verdict(*findings: Finding, outcome: Outcome = Outcome.BLOCK, **changes: object) -> Verdict:
    """Return a verdict with these findings."""
    return Verdict("d1", outcome, "sha256:x", tuple(findings), **changes)  # type: ignore[arg-type]


def spoken(messages) -> str:
    """Return every word of the messages, in order."""
    return "\n".join(_strings([message.blocks for message in messages]))


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() if not isinstance(part, str) for text in _strings(part)]
    return [text for part in value for text in _strings(part)] if isinstance(value, list | tuple) else []


def test_the_outcome_comes_first_and_then_what_is_asked() -> None:
    text = "We won Northwind!"
    said = spoken(render_verdict(draft(text), verdict(finding(7, 16), rewrite="We won a client!")))
    order = ["⛔ Please do not post this", "Please leave out: A client's name", "Clients decide", "a client"]
    order += ["Northwind", wording.YOUR_DRAFT, wording.SAFE_VERSION, "We won a client!", wording.PRIVACY]
    places = [said.index(part) for part in order]
    assert places == sorted(places)


def test_a_good_draft_gets_a_short_answer_without_an_echo() -> None:
    (message,) = render_verdict(draft("Happy Friday"), verdict(outcome=Outcome.OK))
    assert len(message.blocks) == 3
    assert "Friday" not in spoken([message])
    assert message.text == "✅ Good to go"


def test_a_note_is_shown_with_a_good_draft() -> None:
    note = finding(0, 5, action=Action.NOTE, title="Late hour")
    said = spoken(render_verdict(draft("Happy Friday"), verdict(note, outcome=Outcome.OK, rewrite="x")))
    assert "For your information: Late hour" in said
    assert wording.SAFE_VERSION not in said


def test_the_marks_of_the_draft_are_styled_and_nothing_else() -> None:
    (message,) = render_verdict(draft("We won Northwind!"), verdict(finding(7, 16)))
    (quoted,) = (
        part
        for block in message.blocks
        if block["type"] == "rich_text" and wording.YOUR_DRAFT in str(block)
        for part in block["elements"]
        if part["type"] == "rich_text_quote"
    )
    styled = [(element["text"], bool(element.get("style"))) for element in quoted["elements"]]
    assert styled == [("We won ", False), ("Northwind", True), ("!", False)]


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_asked_in_its_own_words(action: Action) -> None:
    said = spoken(render_verdict(draft("We won Northwind!"), verdict(finding(7, 16, action=action))))
    assert wording.ASKS[action] in said


def test_what_was_not_read_is_said() -> None:
    judged = verdict(outcome=Outcome.UNCHECKED, incomplete=("terms", "language:de"))
    said = spoken(render_verdict(draft("Hallo"), judged, [wording.FILE_UNREAD]))
    for sentence in (unread("terms"), unread("language:de"), wording.FILE_UNREAD):
        assert sentence in said


def test_no_version_is_called_safe_when_part_of_the_check_did_not_run() -> None:
    gappy = verdict(finding(0, 3), incomplete=("terms",), rewrite="a safe text")
    assert "a safe text" not in spoken(render_verdict(draft("abc def"), gappy))


def test_the_words_of_a_secret_term_are_neither_marked_nor_in_the_notification() -> None:
    secret = finding(0, 17, quotable=False, suggest=(), why="Something in this sentence is confidential.")
    (message,) = render_verdict(draft("Tell Falcon later"), verdict(secret))
    assert "Falcon" not in message.text
    assert "'style': {'bold': True, 'code': True}" not in str(message.blocks)


def test_a_link_comes_from_the_policy_and_only_over_http() -> None:
    good = finding(0, 3, learn="https://intranet.example/social")
    assert '"link"' in str(render_verdict(draft("abc"), verdict(good))[0].blocks).replace("'", '"')
    bad = finding(0, 3, learn="javascript:alert(1)")
    assert "javascript" not in str(render_verdict(draft("abc"), verdict(bad)))


def test_nothing_from_outside_travels_in_slacks_markup() -> None:
    marks = [finding(0, len(HOSTILE), title=HOSTILE, why=HOSTILE, suggest=(HOSTILE,))]
    messages = render_verdict(draft(HOSTILE), verdict(*marks, rewrite=HOSTILE))
    for block in (block for message in messages for block in message.blocks):
        if block["type"] != "rich_text":
            assert "channel>" not in str(block)
        assert {"type": "user"} not in block.get("elements", [])
    assert all("<!channel>" not in message.text for message in messages)
    echoed = _strings([block for block in messages[0].blocks if wording.YOUR_DRAFT in str(block)])
    assert not any(char in "".join(echoed) for char in "\u202e\u200b\x07\x1b")


def test_a_long_draft_is_cut_and_that_is_said() -> None:
    text = "word " * 8_000
    (message,) = render_verdict(draft(text), verdict(finding(0, 4)))
    assert wording.DRAFT_CUT in spoken([message])
    short = render_verdict(draft("word"), verdict(finding(0, 4)))
    assert wording.DRAFT_CUT not in spoken(short)


def test_a_long_safe_version_arrives_whole() -> None:
    safe = "".join(f"{number} words and more\n" for number in range(1_800))
    messages = render_verdict(draft("x" * 40_000), verdict(finding(0, 4), rewrite=safe))
    pages = [
        element["text"]
        for message in messages
        for block in message.blocks
        for part in block.get("elements", [])
        if part["type"] == "rich_text_preformatted"
        for element in part["elements"]
    ]
    assert "".join(pages) == safe
    assert len(messages) > 1


LENGTHS = [1, 2, 149, 151, 2_999, 3_001, 3_500, 9_001, 12_000, 13_201, 39_999, 40_000]
ALPHABETS = ["x", "word ", "&", "<>", "👩", "\n", '"', "\\", "ﷺ", "\u200b", "e\u0301", HOSTILE]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_no_draft_breaks_a_limit(length: int, alphabet: str, violations) -> None:
    text = (alphabet * (length // len(alphabet) + 1))[:length]
    spread = range(0, length, max(1, length // 300))
    many = [finding(at, min(at + 2, length), rule=f"pack/rule-{at % 70}", why=text[:2_000]) for at in spread]
    for found in ([], [finding(0, length)], many):
        for message in render_verdict(draft(text), verdict(*found, rewrite=text)):
            assert violations(asdict(message)) == []


def test_any_text_and_any_marks_render(violations) -> None:
    @given(st.text(min_size=1, max_size=400), st.data())
    def renders(text: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text) - 1))
        found = finding(start, data.draw(st.integers(start + 1, len(text))), title=text, why=text)
        for message in render_verdict(draft(text), verdict(found, rewrite=text)):
            assert violations(asdict(message)) == []

    renders()


@pytest.mark.parametrize(
    "text", ["Added: Northwind.", "term,kind,aliases,note\n" + "Name,client,,\n" * 100, "x" * 20_000]
)
def test_an_answer_about_terms_arrives_whole(text: str, violations) -> None:
    messages = render_listing(text)
    assert "".join(_strings([message.blocks for message in messages])) == text.strip("\n")
    assert all(violations(asdict(message)) == [] for message in messages)
    assert all("Northwind" not in message.text for message in messages)


def test_a_list_that_no_chat_holds_is_counted() -> None:
    messages = render_listing("line of a list\n" * 20_000)
    assert "more lines are left" in spoken(messages)
    shown = spoken(messages).count("line of a list")
    assert f"{20_000 - shown} more lines" in spoken(messages)


def test_our_own_pages_keep_the_limits(violations) -> None:
    page = wording.HELP.format(check="/checkpost") + "\n\n" + wording.ADMIN_HELP.format(terms="/checkpost terms")
    for text in (page, wording.SORRY, wording.EMPTY):
        assert [violations(asdict(message)) for message in render_sentence(text)] == [[]]


@pytest.mark.parametrize("text", ["", "short", "x" * 500, "a b " * 200, "👩" * 300, "\n" * 300, "a\n" + "b" * 300])
def test_slices_lose_nothing_and_fit(text: str) -> None:
    pieces = list(slices(text, 100))
    assert "".join(pieces) == text
    assert all(width(piece) <= 100 for piece in pieces)


@pytest.mark.parametrize(("text", "room", "expected"), [("short", 10, "short"), ("longer words", 9, "longer…")])
def test_a_cut_shows_that_something_is_missing(text: str, room: int, expected: str) -> None:
    assert cut(text, room) == expected


def test_a_page_holds_no_more_blocks_than_slack_takes() -> None:
    pages = pack("text", [section("x")] * 100)
    assert [len(page.blocks) for page in pages] == [45, 45, 10]
