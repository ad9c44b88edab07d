"""The spelling that the encoders read, and the way back from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finding import Span
from core.model.plain import plain as plain_with
from core.model.reader import load_reader
from core.normalize import View, readable
from core.phrase import LINK
from tests import shipped

JOINED = load_reader().vocabulary.joined


def plain(text: str) -> View:
    return plain_with(text, JOINED)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("what a d-a-y", "what a day"),
        ("h a t e", "hate"),
        ("such f00ls", "such fools"),
        ("#SendThemHome", "#Send Them Home"),
        ("#lateagain", "#late again"),
        ("goawayfromourpark", "go away from our park"),
        ("soooo good", "soo good"),
        ("rain ☔ again", "rain  umbrella with rain drops  again"),
        ("my PAN is [number removed], twice", "my PAN is [], twice"),
        ("[message me for the number] or [Address on request]", "[] or []"),
        ("what [my hat] removed [sic]", "what [my hat] removed [sic]"),
    ],
)
def test_disguised_words_are_read_as_words(text: str, read: str) -> None:
    assert plain(readable(text).text).text == read


@pytest.mark.parametrize(
    "text",
    ["the 3rd of May", "a B2B fair", "we won 6-1 in 2026", "the U.S.A. team", "an mp3", "Wetherholm", "colonialism"],
)
def test_ordinary_numbers_and_initials_stay_as_they_are(text: str) -> None:
    assert plain(text).text == text


@pytest.mark.parametrize("length", [2, 3, 7, 16, 39, 40])
def test_what_stands_more_than_seven_times_in_a_row_in_a_long_text_is_read_seven_times(length: int) -> None:
    prose = " ".join(f"Day {number} was wet." for number in range(80))
    piece = "".join(chr(ord("一") + number) for number in range(length))
    for at in range(300, 300 + length):
        assert plain(prose[:at] + piece * 8 + prose[at:]).text == prose[:at] + piece * 7 + " " + prose[at:]
    assert plain(prose[:300] + piece * 7 + prose[300:]).text == prose[:300] + piece * 7 + prose[300:]


@given(st.text(max_size=80))
def test_every_character_leads_back_into_the_text(text: str) -> None:
    shown = readable(text).text
    view = plain(shown)
    for at in range(len(view.text)):
        place = view.original(Span(at, at + 1))
        assert 0 <= place.start < place.end <= len(shown)


def test_every_placeholder_that_a_pack_puts_in_is_read_as_empty_brackets() -> None:
    suggested = {words for rule in shipped.policy(every=True).rules for words in rule.suggest}
    placeholders = {LINK, *(words for words in suggested if words.startswith("["))}
    assert len(placeholders) > 10
    assert {words for words in placeholders if plain(words).text != "[]"} == set()
