"""The analyzer: every recognizer reads the same view, and what went wrong is named."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analyzer import Analyzer
from core.draft import Draft
from core.finding import Span
from core.judgement import build_analyzer, evaluate
from core.model.labels import STATEMENTS
from core.policy import Policy
from core.recognizers import Recognizer, build_recognizers
from core.terms.term import Kind, Term
from tests.patience import SHARED


@pytest.fixture(scope="module")
def shared() -> Sequence[Recognizer]:
    """Every recognizer that depends on no rule."""
    return build_recognizers()


@pytest.fixture(scope="module")
def analyzer(shared: Sequence[Recognizer]) -> Analyzer:
    """An analyzer of those."""
    return Analyzer(shared)


def labels(analyzer: Analyzer, text: str) -> dict[str, str]:
    """Return what was seen of names and numbers; what a sentence says is the reader's."""
    reading = analyzer.read(text, 5)
    assert reading.incomplete == ()
    return {
        text[place.start : place.end]: each.label
        for each in reading.detections
        for place in [reading.view.original(each.span)]
        if each.score >= 0.5 and each.label not in STATEMENTS
    }


def test_all_recognizers_read_the_plain_view(analyzer: Analyzer) -> None:
    text = "“ines.larraga82＠mail.example” – call ＋44 7700 900\u200b123"
    assert labels(analyzer, text) == {
        "ines.larraga82＠mail.example": "EMAIL_ADDRESS",
        "＋44 7700 900\u200b123": "PHONE_NUMBER",
    }


def test_what_was_seen_comes_in_the_order_of_the_text_and_once(analyzer: Analyzer) -> None:
    reading = analyzer.read("b@two.example, a@one.example and b@two.example", 5)
    spans = [each.span for each in reading.detections]
    assert spans == sorted(set(spans))
    assert len(spans) == 3


def test_an_empty_text_is_read(analyzer: Analyzer) -> None:
    for text in ("", "\u200b"):
        reading = analyzer.read(text, 5)
        assert (reading.detections, reading.sentences, reading.incomplete) == ((), (), ())


def test_a_passed_deadline_is_named(analyzer: Analyzer) -> None:
    reading = analyzer.read("b@two.example", -1)
    assert reading.incomplete == ("time",)


def test_nothing_is_fetched(shared: Sequence[Recognizer], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert "b@two.rare-ending.example" in labels(Analyzer(shared), "Mail b@two.rare-ending.example, or see two.example")


nasty = st.lists(
    st.sampled_from(
        [
            "a",
            "Z",
            "0",
            "7 ",
            "1-",
            ".",
            "@",
            " ",
            "\n",
            "+",
            "(",
            "é",
            "\u200b",
            "\u0301",
            "😀",
            "／",
            "AB12",
            "http://",
            "x@y.z",
        ]
    ),
    max_size=30,
).map("".join)


@given(text=nasty)
def test_spans_lie_in_the_view_and_lead_back_into_the_text(analyzer: Analyzer, text: str) -> None:
    reading = analyzer.read(text, 5)
    assert reading.incomplete == ()
    for each in reading.detections:
        assert 0 <= each.span.start < each.span.end <= len(reading.view.text)
        place = reading.view.original(each.span)
        assert 0 <= place.start < place.end <= len(text)
        sentence = reading.sentence(each.span)
        assert 0 <= sentence.start <= sentence.end <= len(reading.view.text)
        assert sentence.overlaps(each.span) or not reading.view.text[each.span.start : each.span.end].strip()


def test_a_sentence_has_no_blanks_at_its_ends(analyzer: Analyzer) -> None:
    reading = analyzer.read("One.   Two goats  \n  three.", 5)
    assert reading.sentence(Span(8, 9)) == Span(7, 16)


def filled(unit: str) -> str:
    return (unit * 8_000)[:8_000]


SHAPES = [
    "a ", "a", "1", "1-", "1 ", "a.", "@", "a@a.", "a-", "A1 ", "abcd1234 ", "1.1.1.", ":", "a:", "+1 (",
    "0555 1234 ", "http://", '"http://a.', "a!#@", " ", "\n", "'", "+44 7700 900123 ", "12/12/", "😀",
    "Тест ", "GB29NWBK60161331926819 ", "00:1a:", "deadbeef-", "A'", "!", "!a", "1 A A ", "eyJ", "eyJa.",
    "`a", "[at]", "Quorvane ", "QuorvaneQuorvane", "#Quorvane", "Quorvane. ", "x@y.example ",
    "password: abc123! ", "(", "a\u200b", "́", "ﷺ", "my boss is lazy. ", "call 1 ", "Ann Berg is lazy. ",
    "eyJhbG.eyJ.", '"', "we ", "one two ", "idiot", "a a@", "AKIA", "12 Long Street ", "A.B",
    "https://a:b@",
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(shipped: Policy, shared: Sequence[Recognizer]) -> Analyzer:
    """All that reads a draft, warm."""
    built = build_analyzer(shipped, [Term("Quorvane", Kind.CLIENT)], shared)
    built.read("Write to a@b.example or call +44 20 7946 0000", 20)
    return built


@pytest.mark.parametrize("unit", SHAPES, ids=[repr(shape) for shape in SHAPES])
def test_no_shape_of_text_holds_a_check_up(
    whole: Analyzer, shipped: Policy, a_draft: Callable[..., Draft], unit: str
) -> None:
    draft = a_draft(filled(unit) + "x")
    began = time.process_time()
    verdict = evaluate(shipped, whole, draft)
    assert time.process_time() - began < 1.5 * SHARED
    assert all(0 <= each.span.start < each.span.end <= len(draft.text) for each in verdict.findings)


def test_the_same_draft_gets_the_same_verdict(whole: Analyzer, shipped: Policy, a_draft: Callable[..., Draft]) -> None:
    draft = a_draft("Quorvane pays ines.larraga82@mail.example, ring +44 7700 900123 or 4539 5787 6362 1486.")
    verdicts = [evaluate(shipped, whole, draft) for _ in range(3)]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert verdicts[0].outcome == "block"


def test_an_analyzer_without_a_recognizer_finds_nothing_and_loads_none_of_presidios_own() -> None:
    reading = Analyzer([]).read("Mail me at ada@pond.example or call +44 20 7946 0018.", 5)
    assert (reading.detections, reading.incomplete) == ((), ())
