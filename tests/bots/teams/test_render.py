"""A verdict becomes a card that fits, and shows a draft word for word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bots import wording
from bots.teams.cards import MAX_CARD
from bots.teams.render import render_brief, render_listing, render_text, verdict_card
from bots.teams.screen import Screen, as_message
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.verdict import Outcome, Verdict

DRAFTS = [
    "**bold** _it_ [here](https://a.example) `code` # head\n- list",
    "will <beat> the market, <at>Jane</at> <script>alert(1)</script>",
    "Fish &amp; chips &lt;3 & more",
    "שלום עולם، مرحبا بالعالم",
    "\u263a\ufe0f 👍🏽 \\ \" ' {{x}} ${y}",
]


def draft_of(text: str) -> Draft:
    return Draft("id", text, Author("teams", "t", "a"))


def finding(start: int, end: int, **fields: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": "confidential/client-name",
        "category": "confidential_term",
        "action": Action.BLOCK,
        "score": 1.0,
        "title": "A client's name",
        "why": "Clients decide.",
    }
    return Finding(span=Span(start, end), **{**values, **fields})


def verdict_of(*findings: Finding, outcome: Outcome = Outcome.BLOCK, **fields: Any) -> Verdict:
    return Verdict("id", outcome, "sha256:0", findings, **fields)


def card_of(message: dict[str, Any]) -> dict[str, Any]:
    return message["attachments"][0]["content"]


def render_verdict(*given: Any) -> dict[str, Any]:
    return as_message(Screen(card=verdict_card(*given)))


def bytes_of(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le"))


def blocks(card: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    flat = [inner for block in card["body"] for inner in (block, *block.get("items", []))]
    return [block for block in flat if block["type"] == kind]


@pytest.mark.parametrize("text", DRAFTS)
def test_a_draft_is_shown_word_for_word_and_only_where_nothing_reads_markup(text: str) -> None:
    card = card_of(render_verdict(draft_of(text), verdict_of(finding(0, 4))))
    echo = blocks(card, "RichTextBlock")[-1]
    assert "".join(run["text"] for run in echo["inlines"]) == text
    assert [run["text"] for run in echo["inlines"] if run.get("highlight")] == [text[:4]]
    assert all(text[:6] not in block["text"] for block in blocks(card, "TextBlock"))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_card_of_version_1_5_with_a_fallback(outcome: Outcome) -> None:
    message = render_verdict(draft_of("Northwind"), verdict_of(outcome=outcome, incomplete=("language:de",)))
    card = card_of(message)
    assert card["version"] == "1.5"
    sign, headline, _ = wording.HEADLINES[outcome]
    assert message["summary"] == card["fallbackText"] == f"{sign} {headline}"
    assert any("another language" in block["text"] for block in blocks(card, "TextBlock"))


@pytest.mark.parametrize("action", list(Action))
def test_every_action_says_what_it_asks(action: Action) -> None:
    shown = finding(0, 9, action=action, suggest=("a client",), learn="https://intranet.example/x")
    card = card_of(render_verdict(draft_of("Northwind"), verdict_of(shown)))
    words = [block["text"] for block in blocks(card, "TextBlock")]
    assert f"{wording.ASKS[action]}: A client's name" in words
    assert "[Read more](https://intranet.example/x)" in words
    assert "Better: a client" in [block["inlines"][0]["text"] for block in blocks(card, "RichTextBlock")]


def test_a_secret_term_is_neither_quoted_nor_marked() -> None:
    text = "Tomorrow Bluebird ships."
    card = card_of(render_verdict(draft_of(text), verdict_of(finding(0, len(text), quotable=False))))
    echo = blocks(card, "RichTextBlock")
    assert ["".join(run["text"] for run in block["inlines"]) for block in echo] == [text]
    assert not any(run.get("highlight") for block in echo for run in block["inlines"])


def test_equal_findings_are_grouped_and_the_rest_is_a_number() -> None:
    text = "Northwind " * 7
    found = [finding(start, start + 9) for start in range(0, 70, 10)]
    card = card_of(render_verdict(draft_of(text), verdict_of(*found)))
    assert [block["text"] for block in blocks(card, "TextBlock")].count("and 4 more") == 1
    assert len(blocks(card, "Container")) == 1


@pytest.mark.parametrize("char", ["x", "👍", '"', "\n", "ü"])
@pytest.mark.parametrize("length", [8_000, 40_000, 60_000])
def test_a_long_draft_fits_and_what_is_cut_is_said(char: str, length: int) -> None:
    text = char * length
    many = [finding(start, start + 500, rule=f"p/r{start}", why="w" * 3_000) for start in range(0, 40_000, 500)]
    for verdict in (verdict_of(outcome=Outcome.OK), verdict_of(*many, rewrite=text)):
        message = render_verdict(draft_of(text), verdict)
        card = card_of(message)
        assert bytes_of(card) <= MAX_CARD
        assert bytes_of(message) < 80 * 1024
        said = [block["text"] for block in blocks(card, "TextBlock")]
        shown = sum(len(run["text"]) for run in blocks(card, "RichTextBlock")[-1]["inlines"])
        assert shown >= length or {wording.DRAFT_CUT, wording.DRAFT_LEFT_OUT} & set(said)
    assert any("more kinds" in sentence for sentence in said)


def test_a_short_draft_is_not_called_cut() -> None:
    card = card_of(render_verdict(draft_of("x" * 3_000), verdict_of(outcome=Outcome.OK)))
    assert wording.DRAFT_CUT not in [block["text"] for block in blocks(card, "TextBlock")]


def test_echoes_hold_no_invisible_characters() -> None:
    card = card_of(render_verdict(draft_of("a\u202eb\u200bc\x07"), verdict_of(outcome=Outcome.OK)))
    assert blocks(card, "RichTextBlock")[-1]["inlines"][0]["text"] == "abc"


def test_the_summary_and_the_brief_form_hold_no_word_of_the_draft() -> None:
    verdict = verdict_of(finding(0, 9), rewrite="Northwind")
    assert "Northwind" not in render_verdict(draft_of("Northwind"), verdict)["summary"]
    assert "Northwind" not in json.dumps(render_brief(draft_of("Northwind"), verdict))


def test_notices_are_shown() -> None:
    card = card_of(render_verdict(draft_of("x"), verdict_of(outcome=Outcome.OK), [wording.FILE_UNREAD]))
    assert wording.FILE_UNREAD in [block["text"] for block in blocks(card, "TextBlock")]


@pytest.mark.parametrize("line", ["Northwind <b> **x**", "👍" * 3_000, "a\tb"])
def test_an_answer_about_terms_is_whole_in_parts_that_fit(line: str) -> None:
    text = "\n".join(f"{number} {line}" for number in range(6))
    messages = list(render_listing(text))
    assert all(bytes_of(card_of(message)) <= MAX_CARD for message in messages)
    assert all("Northwind" not in message["summary"] for message in messages)
    assert "".join(card_of(message)["body"][0]["inlines"][0]["text"] for message in messages) == text


def test_an_endless_answer_about_terms_ends_in_a_number() -> None:
    *cards, last = render_listing("\n".join(f"term {number}" for number in range(20_000)))
    shown = sum(len(card_of(card)["body"][0]["inlines"][0]["text"].splitlines()) for card in cards)
    assert f"{20_000 - shown} more lines" in last["text"]


def test_help_is_a_list_in_markdown() -> None:
    assert "\n- `checkpost help`" in render_text(wording.HELP.format(check="checkpost"))["text"]
