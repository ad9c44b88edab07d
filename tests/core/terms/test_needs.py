"""What a term needs: a capital, or a cue near it. A near miss stands beside each hit."""

from __future__ import annotations

import pytest

from core.db import Database
from core.normalize import readable
from core.terms.history import entries
from core.terms.index import TermIndex
from core.terms.sealing import open_term, seal_term
from core.terms.store import TermsStore
from core.terms.term import Kind, Needs, Secrecy, Term

KOVEL = Term("Kovel", Kind.CLIENT)
"""A name that needs nothing."""


def found(text: str, *terms: Term) -> list[str]:
    """Return what is found of a list, in the words of the text."""
    view = readable(text)
    places = sorted(view.original(seen.span) for seen in TermIndex(terms).find(view.text))
    return [text[place.start : place.end] for place in places]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunch with Zorvane", ["Zorvane"]),
        ("lunch with zorvane", []),
        ("LUNCH WITH ZORVANE", ["ZORVANE"]),
        ("zORVANE", []),
        ("so #ZorvaneRocks", ["Zorvane"]),
        ("so #zorvanerocks", []),
        ("we love *Zorvane*", ["Zorvane"]),
        ("Two days at Zorvanne", []),
        ("Our \u0396orvane deal", ["\u0396orvane"]),
    ],
)
def test_a_term_that_needs_a_capital_counts_only_with_one(text: str, expected: list[str]) -> None:
    assert found(text, Term("Zorvane", Kind.CLIENT, needs=Needs.CAPITAL)) == expected
    assert found(text, Term("Zorvane", Kind.CLIENT)) or "nn" in text, "and without the need it counts anyway"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the zorvane contract is signed", ["zorvane"]),
        ("our client Zorvane", ["Zorvane"]),
        ("Ask @zorvane how it went", ["zorvane"]),
        ("all on zorvane.com", ["zorvane"]),
        ("Kovel, Zorvane and a cup of tea", ["Kovel", "Zorvane"]),
        ("a cup of Zorvane in the sun", []),
        ("Zorvane. My contract is signed.", []),
        ("Kovel came first. " + "La la la la. " * 8 + "Zorvane", ["Kovel"]),
        ("zorvane and zorvane", []),
    ],
)
def test_a_term_that_needs_a_cue_counts_only_near_one_or_beside_another_term(text: str, expected: list[str]) -> None:
    assert found(text, Term("Zorvane", Kind.CLIENT, needs=Needs.CUE), KOVEL) == expected


def test_a_need_comes_on_top_of_how_a_common_word_is_used() -> None:
    by_capital, by_cue = (Term("Summit", Kind.CLIENT, needs=need) for need in Needs)
    assert (
        found("Summit signed the contract.", by_capital) == found("Summit signed the contract.", by_cue) == ["Summit"]
    )
    assert found("summit signed the contract!!", by_capital) == []
    assert found("we made the summit by noon with the whole team", by_cue) == []


def test_a_term_that_needs_more_does_not_hide_one_that_needs_less() -> None:
    choosy, plain = Term("Zorvane", Kind.CLIENT, needs=Needs.CUE), Term("Zor Vane", Kind.DEAL)
    (seen,) = TermIndex([choosy, plain]).find("a cup of Zorvane in the sun")
    assert seen.label == "TERM_DEAL"


async def test_a_need_is_kept_sealed_and_comes_back_with_every_version(database: Database) -> None:
    store = TermsStore(database)
    await store.add(Term("Zorvane", secrecy=Secrecy.SECRET, needs=Needs.CUE), "a")
    exported = await store.export_csv("a")
    await store.edit("Zorvane", "a", needs=Needs.CAPITAL)
    await store.edit("Zorvane", "a", needs=None)

    step = await store.diff(1)
    await store.rollback(1, "a")

    assert [(before.needs, after.needs) for before, after in step.changed] == [(Needs.CUE, None)]
    assert await store.export_csv("a") == exported
    async with database.reading() as connection:
        last = (await entries(connection, database.keys))[-1]
    assert (last.before and last.before.needs, last.after and last.after.needs) == (None, Needs.CUE)


def test_a_term_without_a_need_is_sealed_as_it_always_was(database: Database) -> None:
    keys, plain, choosy = database.keys, Term("Zorvane", id="1"), Term("Zorvane", id="1", needs=Needs.CUE)
    for term in (plain, choosy):
        sealed = seal_term(keys, term, "here")
        assert open_term(keys, sealed, "here", keys.active, "1") == term
        assert (b"needs" in keys.open(sealed, "here", keys.active)) is (term is choosy)
