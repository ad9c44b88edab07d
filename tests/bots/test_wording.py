"""The words: what people read, and what they must not."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bots.wording as wording
from bots.answer import PLACES, answer_to, marked, unread
from bots.desk import _ACTIONS
from bots.echo import printable
from bots.wording import ADMIN_HELP, GREETING, HEADLINES, HELP
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.recognizers import build_recognizers
from core.verdict import Outcome, Verdict

ROOT = Path(__file__).parents[2]
TEXT = "Zarquil met Wobbenhaft; Zarquil left Plimquay, Zarquil rests, Zarquil hums, Zarquil naps."
REASONS = {"language", "length", "time", "terms", "check", "audit", "too_many", "busy"}
FILLINGS = {
    "name": "pictures",
    "detail": "de",
    "most": 40_000,
    "check": "/checkpost",
    "terms": "/checkpost-terms",
    "admins": "Ada",
    "networks": "x",
    "accounts": "brand",
    "count": "3",
    "ids": "0",
    "at": "2026-05-04",
    "number": "0f3a",
}


def draft(text: str = TEXT) -> Draft:
    """Build a draft."""
    return Draft(id="1", text=text, author=Author("test", "", "t"))


def find(words: str, rule: str = "p/r", action: Action = Action.REVISE, nth: int = 0, **more: Any) -> Finding:
    """Build a finding on the nth appearance of `words` in TEXT."""
    start = [match.start() for match in re.finditer(re.escape(words), TEXT)][nth]
    span = Span(start, start + len(words))
    return Finding(rule, "c", action, span, 1.0, more.pop("title", f"About {rule}"), f"Why {rule}", **more)


def verdict(*findings: Finding, outcome: Outcome = Outcome.REVISE, **more: Any) -> Verdict:
    """Build a verdict."""
    return Verdict("1", outcome, "sha256:0", findings, **more)


def test_equal_findings_become_one_item_with_a_count_and_the_first_places() -> None:
    findings = [find("Zarquil", nth=nth) for nth in (3, 0, 4, 1, 2)] + [find("Plimquay", rule="p/other")]

    other, many = answer_to(draft(), verdict(*findings)).items

    assert (other.title, other.count, other.quotes, other.more) == ("About p/other", 1, ("Plimquay",), "")
    assert (many.count, many.quotes) == (5, ("Zarquil",) * PLACES)
    assert many.more == "and 2 more"
    assert PLACES == 3


@pytest.mark.parametrize(("places", "more"), [(1, ""), (3, ""), (4, "and 1 more"), (5, "and 2 more")])
def test_more_is_said_only_where_something_is_left(places: int, more: str) -> None:
    (item,) = answer_to(draft(), verdict(*(find("Zarquil", nth=nth) for nth in range(places)))).items

    assert item.more == more


def test_the_strictest_stands_first() -> None:
    findings = (
        find("Zarquil", "p/note", Action.NOTE),
        find("Plimquay", "p/block", Action.BLOCK),
        find("Wobbenhaft", "p/revise"),
    )

    items = answer_to(draft(), verdict(*findings, outcome=Outcome.BLOCK)).items

    assert [item.action for item in items] == [Action.BLOCK, Action.REVISE, Action.NOTE]


def test_a_secret_term_is_counted_and_never_quoted() -> None:
    secret = [find("Zarquil", nth=nth, action=Action.BLOCK, quotable=False) for nth in range(5)]

    (item,) = answer_to(draft(), verdict(*secret, outcome=Outcome.BLOCK)).items

    assert (item.count, item.quotes, item.more) == (5, (), "")


@pytest.mark.parametrize(
    "text", ["hello", "Hi there!", "thanks 🙏", "TEST", "test 2", " ping ", "🎉", "👍🏽", "...", "Good morning"]
)
def test_who_only_says_hello_is_told_what_to_send(text: str) -> None:
    assert answer_to(draft(text), verdict(outcome=Outcome.OK)).lead == GREETING


@pytest.mark.parametrize(
    "text", ["Hello Bergen!", "Tested and sold.", "thanks to all who came", "🎉 We're open!", "2026"]
)
def test_a_short_post_is_no_greeting(text: str) -> None:
    assert answer_to(draft(text), verdict(outcome=Outcome.OK)).lead == HEADLINES[Outcome.OK][2]


def test_a_greeting_that_could_not_be_checked_is_told_so() -> None:
    assert answer_to(draft("hello"), verdict(outcome=Outcome.UNCHECKED)).lead == HEADLINES[Outcome.UNCHECKED][2]


def test_notes_on_persons_names_are_never_shown() -> None:
    note = find("Zarquil", "personal-data/person-name", Action.NOTE)

    shown = answer_to(draft(), verdict(note, outcome=Outcome.OK))

    assert shown.items == ()
    assert list(marked(draft(), verdict(note))) == [(TEXT, False)]


def test_a_stricter_finding_of_the_same_rule_is_shown() -> None:
    raised = find("Zarquil", "personal-data/person-name", Action.REVISE)

    assert [item.quotes for item in answer_to(draft(), verdict(raised)).items] == [("Zarquil",)]


def test_a_note_on_the_whole_draft_quotes_and_marks_nothing() -> None:
    whole = find(TEXT, "timing/working-hours", Action.NOTE)
    place = find("Plimquay")

    items = answer_to(draft(), verdict(whole, place)).items

    assert [item.quotes for item in items] == [("Plimquay",), ()]
    assert [piece for piece, is_marked in marked(draft(), verdict(whole, place)) if is_marked] == ["Plimquay"]


def test_a_change_asked_of_the_whole_draft_is_quoted_and_marked() -> None:
    whole = find(TEXT)

    assert answer_to(draft(), verdict(whole)).items[0].quotes == (TEXT,)
    assert list(marked(draft(), verdict(whole))) == [(TEXT, True)]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 3)], [(0, 3)]),
        ([(0, 3), (5, 7)], [(0, 3), (5, 7)]),
        ([(0, 5), (3, 7)], [(0, 7)]),
        ([(0, 9), (3, 5)], [(0, 9)]),
        ([(3, 5), (0, 9), (4, 12)], [(0, 12)]),
        ([(2, 4), (2, 4), (2, 4)], [(2, 4)]),
        ([(0, 3), (2, 4), (6, 8), (7, 9)], [(0, 4), (6, 9)]),
    ],
)
def test_marks_that_overlap_are_one(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    findings = [Finding(f"p/{n}", "c", Action.BLOCK, Span(*span), 1, "t", "w") for n, span in enumerate(spans)]

    pieces = list(marked(draft(), verdict(*findings)))

    at, found = 0, []
    for piece, is_marked in pieces:
        if is_marked:
            found.append((at, at + len(piece)))
        at += len(piece)
    assert found == expected
    assert "".join(piece for piece, _ in pieces) == TEXT


@given(data=st.data())
def test_the_pieces_are_the_draft_whatever_was_found(data: st.DataObject) -> None:
    text = data.draw(st.text(min_size=1, max_size=40))
    points = st.integers(0, len(text))
    spans = data.draw(
        st.lists(st.tuples(points, points).map(sorted).filter(lambda pair: pair[0] < pair[1]), max_size=6)
    )
    findings = [
        Finding("p/r", "c", Action.BLOCK, Span(*span), 1, "t", "w", quotable=data.draw(st.booleans())) for span in spans
    ]

    pieces = list(marked(draft(text), verdict(*findings)))

    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    hidden = [finding.span for finding in findings if not finding.quotable]
    told = [finding.span for finding in findings if not any(finding.span.overlaps(span) for span in hidden)]
    covered = {at for span in told for at in range(span.start, span.end)}
    flags = [is_marked for piece, is_marked in pieces for _ in piece]
    assert {at for at, is_marked in enumerate(flags) if is_marked} == covered


def test_a_secret_sentence_is_left_unmarked_among_others() -> None:
    secret = find("Zarquil left", action=Action.BLOCK, quotable=False)
    pieces = marked(draft(), verdict(secret, find("Plimquay")))

    assert [piece for piece, is_marked in pieces if is_marked] == ["Plimquay"]


def test_nothing_in_the_sentence_of_a_secret_term_is_quoted_but_open_terms() -> None:
    secret = find("Zarquil left Plimquay", action=Action.BLOCK, quotable=False)
    inside, outside = find("Zarquil", "p/a", nth=1), find("Zarquil", "p/b", nth=0)
    listed = replace(find("Plimquay", "p/open"), category="confidential_term")

    items = answer_to(draft(), verdict(secret, inside, outside, listed)).items

    quotes = {item.rule: item.quotes for item in items if item.action is Action.REVISE}
    assert quotes == {"p/a": (), "p/b": ("Zarquil",), "p/open": ("Plimquay",)}


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_has_words_and_the_summary_none_of_the_draft(outcome: Outcome) -> None:
    shown = answer_to(draft(), verdict(find("Zarquil"), outcome=outcome, rewrite="Plimquay rests."))

    assert (shown.sign, shown.headline, shown.lead) == HEADLINES[outcome]
    assert shown.summary == f"{shown.sign} {shown.headline}"
    assert not any(word in shown.summary for word in re.findall(r"\w{4,}", TEXT))
    assert "not kept" in shown.privacy


def test_no_words_of_the_draft_show_when_an_answer_is_printed() -> None:
    shown = answer_to(draft(), verdict(find("Zarquil"), rewrite="Plimquay rests."))

    assert not re.search("Zarquil|Plimquay", repr(shown))
    assert not re.search("Zarquil|Plimquay", repr(shown.items))


def test_every_reason_that_the_core_gives_is_known_here() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "core").rglob("*.py"))
    given = set(re.findall(r'incomplete=\([^)"]*"([a-z_]+)', sources))
    given |= set(re.findall(r'_unchecked\(draft, "([a-z_]+)"', sources))
    given |= set(re.findall(r'reason = "([a-z_]+)"', sources))
    given |= set(re.findall(r'gaps = \(?[^\n]*\("([a-z_]+)",\)', sources))
    given |= set(re.findall(r'(?:failed|incomplete)\.append\(f?"([a-z_]+)', sources))

    assert given == REASONS


@pytest.mark.parametrize("reason", sorted(REASONS - {"language"}))
def test_every_reason_has_a_sentence_of_its_own(reason: str) -> None:
    sentence = unread(reason)

    assert sentence.endswith(".")
    assert "One part of the check" not in sentence


def test_an_unread_language_and_an_unknown_reason_are_told_too() -> None:
    assert "(pt)" in unread("language:pt")
    assert unread("SomeRecognizer").endswith("did not run.")


def test_every_recognizer_that_may_fail_has_a_name_to_be_told() -> None:
    for recognizer in build_recognizers():
        assert recognizer.name in unread(recognizer.name)
        assert " object at " not in unread(recognizer.name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text\nand\ttabs", "plain text\nand\ttabs"),
        ("a\x1b[31mb\x07\x00\x9bc\rd", "a[31mbcd"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("in\u200bvis\u2060ible\ufeff", "invisible"),
        ("Grüße 😀 नमस्ते", "Grüße 😀 नमस्ते"),
        ("👩\u200d👧 می\u200cخواهم क्\u200dष", "👩\u200d👧 می\u200cخواهم क्\u200dष"),
        ("\u2066isolated\u2069 soft\u00adhyphen", "isolated softhyphen"),
    ],
)
def test_an_echo_cannot_command_a_terminal_or_turn_text_around(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_quotes_are_printable() -> None:
    text = "a\u202eb\x1bc"
    finding = Finding("p/r", "c", Action.BLOCK, Span(0, len(text)), 1, "t", "w")

    assert answer_to(draft(text), verdict(finding)).items[0].quotes == ("abc",)


def test_every_sentence_with_gaps_can_be_filled() -> None:
    sentences = {name: value for name, value in vars(wording).items() if name.isupper() and isinstance(value, str)}
    sentences |= wording.UNREAD

    assert sentences
    for name, sentence in sentences.items():
        gaps = {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}
        assert gaps <= set(FILLINGS), name
        filled = sentence.format(**FILLINGS) if gaps else sentence
        assert not set("{}") & set(filled), name
        assert filled == filled.strip(), name
        assert "  " not in filled, name


def test_help_names_the_command_and_promises_what_is_kept() -> None:
    text = HELP.format(check="/look")

    assert "`/look your draft`" in text
    assert "`/look help`" in text
    assert "keep no drafts" in text


@pytest.mark.parametrize("name", wording.PARTS)
def test_a_part_that_did_not_run_is_called_by_what_it_does(name: str) -> None:
    assert wording.PARTS[name].startswith("the reader ")
    assert unread(name) == f"One part of the check, {wording.PARTS[name]}, did not run."


def test_what_is_said_above_a_draft_to_change_fits_with_no_version_to_offer() -> None:
    shown = answer_to(draft(), verdict(find("Zarquil")))

    assert shown.no_rewrite
    assert "small" not in shown.lead


def test_admin_help_names_where_diff_and_rollback_are_done() -> None:
    assert "the way back to a version is behind History" in ADMIN_HELP
    assert "`checkpost terms diff`" in ADMIN_HELP


def test_admin_help_names_every_verb_of_the_desk() -> None:
    text = ADMIN_HELP.format(terms="/terms")

    for verb in _ACTIONS:
        assert f"`/terms {verb}" in text


@pytest.mark.parametrize("action", Action)
def test_every_action_is_asked_for_in_words(action: Action) -> None:
    assert wording.ASKS[action]
