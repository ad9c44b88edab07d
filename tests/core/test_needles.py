"""Needles: no text in which a pattern fits lacks them, and texts without them are not searched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.needles import Needles, haystack, loosened, needles
from core.normalize import readable
from core.patterns import Pattern, PatternSet, build_pattern
from core.sieve import Sieve
from tests import shipped

POLICY = shipped.policy(every=True)
EXAMPLES = [
    example.text
    for rule in POLICY.rules
    for group in (rule.examples.flags, rule.examples.passes, rule.examples.known_misses, rule.examples.known_noise)
    for example in group
]
PIECES = [piece for text in EXAMPLES for piece in re.findall(r"\S+\s*", text)]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("goose", [{" goose "}]),
        ("the grey goose", [{" the grey "}]),
        ("geese|goose", [{" geese ", " goose "}]),
        ("g(?:oo|ee)se", [{" goose ", " geese "}]),
        (r"goslings?", [{" gosling ", " goslings "}]),
        (r"\d{4} geese", [{" 0000 gees"}]),
        (r"feathers[^.]*gander", [{" feathers"}, {"gander"}]),
        ("#goose", [{" goose "}]),
        ("GOOSE-farm", [{" goose far"}]),
        (r"(?:egg)+", [{" egg"}]),
        (r"(?:egg |hen )+feather", [{"feather"}, {" egg ", " hen "}]),
    ],
)
def test_needles_are_words_that_a_pattern_cannot_do_without(source: str, wanted: list[set[str]]) -> None:
    assert list(needles(source).words) == wanted


@pytest.mark.parametrize(
    "source", [r"[\pL\pN_]+", "(?:goose)?", "(?:goose)*", ".", "", r"(?:goose|\pL+)", r"\Qgoose\E"]
)
def test_a_pattern_that_may_fit_anything_has_none(source: str) -> None:
    assert needles(source) == Needles()


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"\pL+@\pL+\.eggs", "@."),
        ("goose://nest|egg://", ":/"),
        ("goose|@gander", ""),
        ("goose(?: #\\d+)?", ""),
        ("(?:#goose )+", "#"),
        ("goose#?", ""),
        ("[@#]goose", ""),
        (r"\(goose\)", "()"),
        ("(?:a@b|c@d|#e@)f%", "@%"),
        ("goose{0,2}@{1,3}", "@"),
        (r"\Q@\E", ""),
        ("", ""),
    ],
)
def test_signs_are_those_that_a_pattern_cannot_do_without(source: str, wanted: str) -> None:
    assert needles(source).signs == frozenset(wanted)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"geese[^\n]{0,80}eggs", r"geese[^\n]*eggs"),
        (r"(?:grey |white ){1,3}goose", "(?:grey |white )+goose"),
        (r"go{2,}se \d{4}x{0,2}?", r"go+se \d{4}x*"),
        (r"geese? and a? goose{1}[{1,2}]", r"geese? and a? goose{1}[{1,2}]"),
        (r"\Qgoose{1,2}\E", r"\Qgoose{1,2}\E"),
    ],
)
def test_a_loosened_pattern_counts_nothing(source: str, wanted: str) -> None:
    assert loosened(source) == wanted


def test_a_text_without_the_signs_passes_no_pattern() -> None:
    sieve = Sieve([needles("@"), needles("@#"), needles("goose")])
    assert list(sieve.passing("a goose")) == [2]
    assert list(sieve.passing("a @goose")) == [0, 2]
    assert list(sieve.passing("#@")) == [0, 1]


def test_words_stand_in_the_haystack_however_they_are_written() -> None:
    assert haystack("Goose,  GANDER\n(2 eggs) – 17%") == b" goose gander 0 eggs 00 "
    assert haystack("") == b"  "


def test_a_text_without_the_needles_passes_no_pattern() -> None:
    sieve = Sieve([needles("goose"), needles("grey gander"), needles(r"\pL+")])
    assert list(sieve.passing("A mongoose and a gander.")) == [2]
    assert list(sieve.passing("The grey GANDER, the Goose.")) == [0, 1, 2]
    assert list(Sieve([]).passing("goose")) == []


def all_fits(text: str) -> set[tuple[str, int, int]]:
    """Return what every pattern of the shipped packs fits, each run on its own."""
    fits = ((label, span) for label, group in POLICY.patterns.items() for each in group for span in each.spans(text))
    return {(label, span.start, span.end) for label, span in fits}


def through_the_sieve(text: str) -> set[tuple[str, int, int]]:
    """Return what those fit that the sieve lets through."""
    return {(label, span.start, span.end) for label, span in SIEVED.spans(text)}


SIEVED = PatternSet(POLICY.patterns)


@pytest.mark.parametrize("share", range(8))
def test_the_sieve_lets_every_pattern_through_that_fits_an_example(share: int) -> None:
    for text in EXAMPLES[share::40]:
        read = readable(text).text
        assert through_the_sieve(read) == all_fits(read), text


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join))
def test_the_sieve_changes_nothing_about_any_text(text: str) -> None:
    read = readable(text).text
    assert through_the_sieve(read) == all_fits(read)


@given(
    st.lists(st.sampled_from(["goose", "Goose", "é", " ", "-", "7", "_", ".", "s", "\u212a", "ſ", "İ"])).map("".join)
)
def test_needles_of_one_pattern_miss_no_spelling_of_it(text: str) -> None:
    patterns = {source: [build_pattern(source, {})] for source in ("goose", r"gooses?\W", r"\d+ ?goose", "[ks]-goose")}
    read = readable(text).text
    alone = {(label, span) for label, group in patterns.items() for span in group[0].spans(read)}
    assert set(PatternSet(patterns).spans(read)) == alone


def test_a_part_that_counts_only_beside_another_is_not_looked_for_alone() -> None:
    patterns = {"a#0": [Pattern("goose")], "a#1": [Pattern("gander")], "b#0": [Pattern("goose")]}
    rules = PatternSet(patterns, {"a#0": ("a#0", "a#1"), "a#1": ("a#0", "a#1")})
    assert {label for label, _ in rules.spans("A goose alone.")} == {"b#0"}
    assert {label for label, _ in rules.spans("A goose and her gander.")} == {"a#0", "a#1", "b#0"}
