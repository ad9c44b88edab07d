"""Every card that we can make is one that Teams shows, whatever stands in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bots import labels
from bots.request import Deed, picture, summary, telling
from bots.teams import rows, term
from bots.teams.cards import for_dialog
from bots.teams.check import show
from bots.teams.form import build_form
from bots.teams.memo import Memo
from bots.teams.render import page_cards, verdict_card
from bots.teams.request import deed_buttons, list_card, request_card, telling_card, whole_card
from core.draft import Author, Draft
from core.finding import Action, Finding, Mend, Span
from core.guidance import guide, load_guidance
from core.keys import new_key, parse_key_ring
from core.plan import Step
from core.reviews.notices import Audience, Notice
from core.reviews.review import Event, Review, State
from core.settings import DEFAULT_POLICY_DIR
from core.terms.term import Term
from core.verdict import Outcome, Verdict
from tests import shipped
from tests.bots.teams import card_rules as rules

HOSTILE = (
    "x", "👍🏽", "\u202e", "\n", '"', "\\", "<at>bot</at>", "</script>", "**b** [a](javascript:x) `c`", "&amp;",
    "{{DATE()}}", "${data.x}", "\u0000", "\ufffd", "שלום ", "مرحبا ", "a\u0300", "\u2028",
)  # fmt: skip
NOW = datetime(2026, 5, 4, tzinfo=UTC)
LENGTHS = (1, 40, 280, 1_000, 4_000, 13_000, 40_000)


class Services:
    """What of all services laying out needs."""

    class database:  # noqa: N801
        keys = parse_key_ring(new_key())

    class reviews:  # noqa: N801
        channel = "teams:19:reviews@thread.tacv2"


def drafts() -> Iterator[str]:
    for text in HOSTILE:
        for length in LENGTHS:
            yield (text * (length // len(text) + 1))[:length]


def verdicts(draft: Draft) -> Iterator[Verdict]:
    """One of each outcome, with few and with many findings, with and without a safe version."""
    text, size = draft.text, len(draft.text)
    yield Verdict("v", Outcome.OK, "sha256:0")
    yield Verdict("v", Outcome.UNCHECKED, "sha256:0", incomplete=("time", "language:de", "x" * 60))
    few = tuple(finding(f"p/r{n}", n * size // 4, (n + 1) * size // 4) for n in range(3))
    yield Verdict("v", Outcome.BLOCK, "sha256:0", few, rewrite=text)
    yield Verdict("v", Outcome.REVISE, "sha256:0", few)
    if size > 280 and not text.startswith(("x", "👍", '"')):
        return
    many = tuple(finding(f"p/r{n % 60}", min(n, size - 1), min(n + 5_000, size)) for n in range(120))
    yield Verdict("v", Outcome.BLOCK, "sha256:0", many, rewrite=text, incomplete=("too_many",))


def finding(rule: str, start: int, end: int) -> Finding:
    return Finding(
        rule, "c", Action.BLOCK, Span(start, max(end, start + 1)), 1.0, f"A **title** of {rule}", "Why <b>. " * 40,
        ("better " * 9,), "https://intranet.example/x", rule != "p/r1", Mend.WORDS,
    )  # fmt: skip


def test_every_verdict_has_a_card_that_teams_shows() -> None:
    seen = 0
    for text in drafts():
        draft = Draft("d", text, Author("teams", "t", "ann"))
        for verdict in verdicts(draft):
            for noted in (frozenset({"p/r0"}) if len(text) == 280 else frozenset[str](),):
                step = show(Services, Memo(draft, verdict, noted=noted), ready=verdict.outcome is Outcome.OK)  # type: ignore[arg-type]
                assert step.card is not None, (text[:9], len(text), verdict.outcome)
                assert rules.faults(step.card) == [], (text[:9], len(text), verdict.outcome)
                assert rules.faults(for_dialog(step.card), dialog=True) == []
                seen += 1
    assert seen > len(HOSTILE) * len(LENGTHS) * 4


def test_a_draft_of_a_few_thousand_characters_keeps_every_button() -> None:
    words = "We had a good quarter and thank everybody who helped. "
    for length in (50, 500, 2_000, 4_000):
        draft = Draft("d", (words * 80)[:length], Author("teams", "t", "ann"))
        found = (finding("p/r0", 0, 2), finding("p/r2", 3, 8))
        step = show(Services, Memo(draft, Verdict("v", Outcome.BLOCK, "sha256:0", found, rewrite=draft.text)))  # type: ignore[arg-type]
        assert step.card
        assert labels.USE_SAFE in rules.buttons_of(step.card)
        assert "data" in rules.buttons_of(step.card)[labels.EDIT_AGAIN]


def test_every_form_is_one_that_teams_shows_or_there_is_none() -> None:
    shown = 0
    for text in drafts():
        if (form := build_form(text)) is not None:
            assert rules.faults(form) == []
            shown += 1
            assert rules.inputs_of(form).get("draft", "") == text.replace("\0", "")
    assert shown > len(HOSTILE) * 5


def test_every_page_of_guidance_is_one_that_teams_shows() -> None:
    policy, guidance = shipped.policy(), load_guidance(DEFAULT_POLICY_DIR)
    asked = ["policy", "trail", "privacy", "reply friend-request", *(f"policy {rule.id}" for rule in policy.rules)]
    for words in asked:
        for card in page_cards(guide(policy, guidance, words)):
            assert rules.faults(for_dialog(card), dialog=True) == [], words


@pytest.mark.parametrize("text", HOSTILE)
def test_the_forms_of_the_desk_hold_the_longest_term(text: str) -> None:
    long = (text * 2_000)[:2_000]
    full = Term(
        name=long[:200], aliases=tuple(f"{long[:190]}{n}" for n in range(200)), note=long, owner=long,
        active_from=datetime(2030, 1, 1, tzinfo=UTC), active_until=datetime(2031, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    filled = {key: value for key, value in vars(_shown(full)).items() if isinstance(value, str)}
    for error in ("", "alias: " + long[:100]):
        built = term.build_form(filled, labels.EDIT_TITLE, about=full.id, error=error)
        assert built.card
        assert rules.faults(for_dialog(built.card), dialog=True) == []
    for said in ([long] * 200, []):
        for typed in ("", long, long * 20):
            assert rules.faults(for_dialog(rows._form(typed, said, "e", "0" * 64)), dialog=True) == []


def _shown(full: Term) -> Any:
    from types import SimpleNamespace
    from zoneinfo import ZoneInfo

    return SimpleNamespace(**term._filled(full, ZoneInfo("Europe/Berlin")))


BREAKS: dict[str, Any] = {
    "version": lambda card: card.update(version="1.6"),
    "28 KB": lambda card: card["body"].append({"type": "TextBlock", "wrap": True, "text": "x" * 15_000}),
    "not wrapped": lambda card: card["body"][0].pop("wrap"),
    "an unknown element": lambda card: card["body"].append({"type": "Media"}),
    "an unknown property": lambda card: card["body"][0].update(maxWidth=5),
    "a button outside a row": lambda card: card["body"].append({"type": "Action.Submit", "title": "x", "data": {}}),
    "a run outside a block": lambda card: card["body"].append({"type": "TextRun", "text": "x"}),
    "a button that opens a page": lambda card: _row(card).append({"type": "Action.OpenUrl", "title": "x", "url": "u"}),
    "seven buttons": lambda card: _row(card).extend(_row(card) * 6),
    "a row wider than a phone": lambda card: _row(card).extend(_row(card) * 1),
    "a draft in a button": lambda card: _row(card)[0]["data"].update(draft="words"),
    "no fallback": lambda card: _row(card)[0].pop("fallback"),
    "another fallback": lambda card: _row(card)[0]["fallback"].update(data={"verb": "x"}),
    "an input without label": lambda card: card["body"].append({"type": "Input.Text", "id": "x"}),
    "an input named verb": lambda card: card["body"].append({"type": "Input.Text", "id": "verb", "label": "x"}),
    "a colour of its own": lambda card: card["body"][0].update(color="#ff0000"),
    "no fallback text": lambda card: card.pop("fallbackText"),
}
"""Negative controls: each must be noticed."""


def _row(card: dict[str, Any]) -> list[Any]:
    sets = [block for block in card["body"] if block["type"] == "ActionSet"]
    actions: list[Any] = sets[0]["actions"]
    return actions


@pytest.mark.parametrize("name", BREAKS)
def test_the_linter_notices(name: str) -> None:
    draft = Draft("d", "Northwind", Author("teams", "t", "ann"))
    verdict = Verdict("v", Outcome.BLOCK, "sha256:0", (finding("p/r0", 0, 9),), rewrite="a client")
    step = show(Services, Memo(draft, verdict))  # type: ignore[arg-type]
    card = copy.deepcopy(step.card)
    assert card
    assert rules.faults(card) == []
    BREAKS[name](card)
    assert rules.faults(card) != []


def test_every_request_for_review_has_cards_that_teams_shows() -> None:
    ann, bob = "teams:t:ann", Author("teams", "t", "bob")
    called = {Author("teams", "t", "ann"): "Ann **B** <b>", bob: "B" * 200}
    for text in drafts():
        draft = Draft("d", text, Author("teams", "t", "ann"))
        for verdict in verdicts(draft):
            said = (Event(NOW, str(bob), "delegate", 0, text[:2_000]), Event(NOW, str(bob), "suggest", 0, text, text))
            review = Review(
                "0" * 12, ann, NOW, verdict.policy, verdict.outcome, State.WAITING, 0, NOW, str(bob),
                (Step(title="Team"),), draft, verdict, text[:1_000], None, (Event(NOW, ann, "open", 0), *said),
            )  # fmt: skip
            shown = picture(review, "teams")
            deeds = (Deed.APPROVE, Deed.SUGGEST, Deed.DECLINE, Deed.DELEGATE, Deed.EXCEPT)
            card = request_card(shown, called, deeds, ("A sentence.",))
            assert rules.faults(card) == [], text[:9]
            assert rules.faults(for_dialog(card), dialog=True) == []
            for kind in ("suggest", "asked"):
                audience = Audience.AUTHOR if kind == "suggest" else Audience.REVIEWERS
                told = telling(
                    Notice("n", review.id, kind, audience, ann, None),
                    replace(review, state=State.SUGGESTED if kind == "suggest" else State.WAITING),
                    "teams",
                )
                assert rules.faults(telling_card(told, called, deed_buttons(review.id, 0, deeds))) == []
            assert rules.faults(whole_card(text, review.id, 1)) == []
        lines = [summary(review, "teams")] * 30
        assert rules.faults(list_card("Thirty.", [review] * 30, lines, called, "queue", 1)) == []


def test_a_card_that_is_fit_for_a_chat_is_not_fit_for_a_dialog() -> None:
    draft = Draft("d", "Northwind", Author("teams", "t", "ann"))
    card = verdict_card(draft, Verdict("v", Outcome.BLOCK, "sha256:0", (finding("p/r0", 0, 9),)))
    assert card
    assert rules.faults(card, dialog=True)
    assert rules.faults(json.loads(json.dumps(for_dialog(card))), dialog=True) == []
