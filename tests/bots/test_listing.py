"""What the desks of Slack and Teams say in the same words."""

from __future__ import annotations

import pytest

from bots.listing import fault_of


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("active_until: must be later than active_from", ("until", "must be later than active_from")),
        ("alias: is one other spelling", ("aliases", "is one other spelling")),
        (
            "note and owner may have 500 characters: at most",
            ("name", "note and owner may have 500 characters: at most"),
        ),
        ("a name needs at least two letters or digits", ("name", "a name needs at least two letters or digits")),
        ("", ("name", "")),
    ],
)
def test_what_is_wrong_with_a_term_is_a_field_and_a_sentence_without_it(said: str, fault: tuple[str, str]) -> None:
    assert fault_of(said) == fault
