"""The packs' words and the listed names as recognizers: labels, spans and scores."""

from __future__ import annotations

import pytest

from core.patterns import Pattern, build_words
from core.recognizers.rules import RulesRecognizer
from core.recognizers.terms import TermsRecognizer
from core.terms.index import TermIndex
from core.terms.term import LABELS, Kind, Secrecy, Term


def test_a_rules_words_are_found_under_its_label() -> None:
    recognizer = RulesRecognizer(
        {"house/moo#0": [build_words("moo"), Pattern("mo{2,}")], "house/baa#0": [build_words("baa")]}
    )
    text = "moo, baa, mooo"
    found = {(each.entity_type, text[each.start : each.end], each.score) for each in recognizer.analyze(text, [], None)}
    assert found == {("house/moo#0", "moo", 1.0), ("house/moo#0", "mooo", 1.0), ("house/baa#0", "baa", 1.0)}
    assert set(recognizer.supported_entities) == {"house/moo#0", "house/baa#0"}


def test_no_rules_find_nothing() -> None:
    assert list(RulesRecognizer({}).analyze("moo", [], None)) == []


def test_listed_names_are_found_under_their_kind_and_secret_ones_under_none() -> None:
    terms = [Term("Quorvane", Kind.CLIENT), Term("Sundrelin", Kind.CLIENT, secrecy=Secrecy.SECRET)]
    recognizer = TermsRecognizer(TermIndex(terms))
    text = "Quorvane and Sundrelin"
    found = {(each.entity_type, text[each.start : each.end]) for each in recognizer.analyze(text, [], None)}
    assert found == {("TERM_CLIENT", "Quorvane"), ("TERM_SECRET", "Sundrelin")}
    assert set(recognizer.supported_entities) == LABELS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("oh nilerdnuS, hold it to a mirror", ["nilerdnuS"]),
        ("read backwards: NILERDNUS", ["NILERDNUS"]),
        ("in the mirror I say Sundrelin", ["Sundrelin"]),
        ("oh nilerdnuS", []),
        ("a mirror in Sundre, lindens", []),
        ("reversed into a lin, Sund re", []),
    ],
)
def test_words_are_turned_one_by_one_and_only_where_the_draft_says_so(text: str, shown: list[str]) -> None:
    found = TermsRecognizer(TermIndex([Term("Sundrelin", Kind.CLIENT)])).analyze(text, [], None)
    assert [text[each.start : each.end] for each in found] == shown
