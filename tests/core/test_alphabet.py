"""The alphabet of patterns: what RE2 finds in one byte a character is what it finds in the text itself."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from core.alphabet import pattern_in_bytes, text_in_bytes
from tests import shipped

SOURCES = sorted(
    {
        pattern.source
        for rule in shipped.policy(every=True).rules
        for group in (*rule.patterns.values(), rule.unless)
        for pattern in group
    }
)
EVERY = "".join(
    char
    for char in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(char) not in ("Cs", "Cn") and char not in "\u212a\u017f\u212b\u1e9e\u0345"
)
"""Every character that this Python knows, but a few that RE2 takes for another one whose case it leaves open."""


def options(*, in_bytes: bool) -> Any:
    wanted = re2.Options()
    wanted.case_sensitive = False
    wanted.encoding = re2.Options.Encoding.LATIN1 if in_bytes else re2.Options.Encoding.UTF8
    return wanted


def places(source: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re2.compile(source, options(in_bytes=False)).finditer(text)]


def places_in_bytes(source: str, text: str) -> list[tuple[int, int]]:
    written = pattern_in_bytes(source)
    assert written is not None
    return [match.span() for match in re2.compile(written, options(in_bytes=True)).finditer(text_in_bytes(text))]


@pytest.mark.parametrize(
    "source",
    [r"[\pL\pN_]+", r"[^\pL\pN_]+", r"\p{L}+", r"\pN+", r"(?-i:\p{Lu}+)", r"(?-i:\p{Ll}+)", ".+", r"[^\n]+", r"\S+",
     r"\d+", "[€$£¥₹₦]", "é", "[eé]", "[^é]+", "ł", "ß", "°", "k+", "(?-i:É)", "(?-i:x|(?i:É)|ç)é",
     r"[\pL€.]+", r"\(?[)é]", "é[:,]", "[:.-]é"],
)  # fmt: skip
def test_every_character_is_of_its_kind(source: str) -> None:
    assert places_in_bytes(source, EVERY) == places(source, EVERY)


@pytest.mark.parametrize(
    "source",
    ["🤐", "ś", "ÿ", r"\x{e9}", r"\pM", r"\PL", r"\p{Greek}", r"\p{Lu}", "[[:alpha:]]", "[à-ö]", "[a-é]", r"\Qé\E",
     "(?-i)é"],
)  # fmt: skip
def test_a_pattern_that_tells_more_apart_is_left_as_it_is(source: str) -> None:
    assert pattern_in_bytes(source) is None


def test_most_patterns_of_the_packs_are_written_in_it() -> None:
    written = [source for source in SOURCES if pattern_in_bytes(source) is not None]
    assert len(written) > 0.97 * len(SOURCES)


@pytest.mark.parametrize(("written", "meant"), [("\u212a", "k"), ("\u017f", "s"), ("\u212b", "å"), ("\u1e9e", "ß")])
def test_another_form_of_a_letter_is_that_letter(written: str, meant: str) -> None:
    assert places_in_bytes(meant, written) == places(meant, written) == [(0, 1)]


words = st.sampled_from(
    "our your my the a figures sales revenue were down up 12 3,4 % percent € £2.5m before results published nobody "
    "knows salary café CAFÉ naïve Großmutter żółw 5 ₹ zł ZŁ Łódź Ökonom ärzte ПРИВЕТ мир 東京 🎉 🤐 ½ x² ŠKODA résumé "
    "— … “ ” ' . ! ?".split()
)


@given(st.lists(words, max_size=30).map(" ".join), st.sampled_from(SOURCES))
def test_a_shipped_pattern_finds_the_same_in_bytes(text: str, source: str) -> None:
    if pattern_in_bytes(source) is not None:
        assert places_in_bytes(source, text) == places(source, text)


@given(st.text())
def test_a_text_has_one_byte_a_character(text: str) -> None:
    assert len(text_in_bytes(text)) == len(text)
