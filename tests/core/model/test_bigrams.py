"""Bigrams: what a sentence's wording adds, whatever the encoder makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model.bigrams import BITS, Bigrams, places
from core.model.encoding import Numbers

TOKENS = st.lists(st.integers(0, 30_521), min_size=1, max_size=254)


def tokens(*numbers: int) -> Numbers:
    return np.array(numbers, np.int64)


def bigrams(*weighed: tuple[Numbers, int]) -> Bigrams:
    """Return a model of one label that gives weight to all that is in some sentences."""
    weights = np.zeros((2**BITS, 1), np.int8)
    for sentence, weight in weighed:
        weights[places(sentence)] = weight
    return Bigrams(weights, np.array([0.5], np.float32), np.array([-1.0], np.float32))


@given(TOKENS)
def test_a_sentence_has_a_place_a_token_and_a_pair_at_most(numbers: list[int]) -> None:
    found = places(tokens(*numbers))
    assert 1 <= len(found) <= 2 * len(numbers) + 1
    assert found.max() < 2**BITS


def test_order_matters_and_repetition_does_not() -> None:
    assert set(places(tokens(7, 8)).tolist()) != set(places(tokens(8, 7)).tolist())
    assert places(tokens(7, 7, 7, 7)).tolist() == places(tokens(7, 7, 7)).tolist()


def test_where_a_sentence_begins_and_ends_is_part_of_its_wording() -> None:
    assert len(np.setdiff1d(places(tokens(7, 8)), places(tokens(5, 7, 8, 9)))) == 2


def test_an_unknown_wording_adds_the_bias_alone() -> None:
    assert bigrams().read(tokens(7, 8)).tolist() == [-1.0]


def test_a_known_wording_weighs_the_less_the_more_stands_beside_it() -> None:
    known = bigrams((tokens(7, 8), 8))
    assert known.read(tokens(7, 8))[0] == pytest.approx(8 * 0.5 * 5**0.5 - 1)
    assert -1 < known.read(tokens(1, 2, 3, 7, 8, 4, 5, 6))[0] < known.read(tokens(7, 8))[0]


def test_weights_of_eight_bits_do_not_overflow_in_a_long_sentence() -> None:
    long = tokens(*range(1, 250))
    assert bigrams((long, 127)).read(long)[0] > 500
