"""Lexicon: which names on the list could be ordinary words."""

from __future__ import annotations

import pytest

from core.terms.lexicon import is_common, is_countable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Summit", True),
        ("MINT", True),
        ("Hollyhock", True),
        ("Redstart", True),
        ("Othello", True),
        ("Wetherholm", False),
        ("Velmora", False),
        ("Nordlumen", False),
        ("Rose Banks", True),
        ("Mark Wood", True),
        ("Rose Achtermeyer", False),
        ("Stone Banks", True),
        ("Florian Wood", False),
        ("Project Ember", False),
        ("Atlas Freight", False),
        ("Atlas Freight Services", False),
    ],
)
def test_a_name_is_common_when_it_could_be_ordinary_words(name: str, expected: bool) -> None:
    assert is_common(name) is expected


@pytest.mark.parametrize(
    ("word", "expected"), [("lantern", True), ("pilot", True), ("mint", False), ("granite", False)]
)
def test_things_that_one_counts_are_told_from_substances(word: str, expected: bool) -> None:
    assert is_countable(word) is expected
