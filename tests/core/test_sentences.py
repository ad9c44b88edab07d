"""Where sentences begin and end."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finding import Span
from core.sentences import sentence_at, sentences
from tests.patience import SHARED


def parts(text: str) -> list[str]:
    return [text[span.start : span.end].strip() for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("No stop at all", ["No stop at all"]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Wait... what?! Yes", ["Wait...", "what?!", "Yes"]),
        ("A line\nanother line", ["A line", "another line"]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("(Really.) Yes.", ["(Really.)", "Yes."]),
        ("Ask Dr. Wimble about it. Now.", ["Ask Dr. Wimble about it.", "Now."]),
        ("Mr. and Mrs. Oakapple came", ["Mr. and Mrs. Oakapple came"]),
        ("It is 3.5 metres. Long.", ["It is 3.5 metres.", "Long."]),
        ("Version 2.10.1 is out", ["Version 2.10.1 is out"]),
        ("See www.pond.example for more", ["See www.pond.example for more"]),
        ("Fruit, e.g. pears, is fine. Nuts too.", ["Fruit, e.g. pears, is fine.", "Nuts too."]),
        ("J. Wimble came. I stayed.", ["J. Wimble came.", "I stayed."]),
        ("Plan:\n1. Swim.\n2. Eat", ["Plan:", "1. Swim.", "2. Eat"]),
        ("It was 2026. Long ago.", ["It was 2026.", "Long ago."]),
        ("They left.Nobody cried.", ["They left.", "Nobody cried."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, wanted: list[str]) -> None:
    assert [part for part in parts(text) if part] == wanted


texts = st.text(st.sampled_from(list("ab Z.!?\n\"')(*_,é1")), min_size=1, max_size=80)


@given(texts)
def test_sentences_cover_the_text_in_order_without_gaps(text: str) -> None:
    spans = sentences(text)
    assert spans[0].start == 0
    assert spans[-1].end == len(text)
    assert all(left.end == right.start for left, right in pairwise(spans))
    assert all(span.start < span.end for span in spans)


@given(texts, st.data())
def test_a_place_lies_in_the_sentences_that_are_found_for_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    place = Span(start, data.draw(st.integers(start + 1, len(text))))
    found = sentence_at(sentences(text), place)
    assert found.start <= place.start
    assert place.end <= found.end


def test_a_place_over_two_sentences_gives_both() -> None:
    text = "One goat. Two goats. Three."
    assert sentence_at(sentences(text), Span(4, 13)) == Span(0, 20)


@pytest.mark.parametrize("unit", ["!", "!a", ".", "a.", "!'", "\n", ". ", "?)", "A.B"])
def test_a_long_run_of_signs_is_split_in_a_moment(unit: str) -> None:
    text = (unit * 8_000)[:8_000] + "x"
    began = time.process_time()
    sentences(text)
    assert time.process_time() - began < 0.2 * SHARED
