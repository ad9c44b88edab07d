"""The safe version of a draft."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finding import Action, Finding, Span
from core.policy import Policy
from core.rewrite import rewrite
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Verdict


def better(
    text: str, words: str, *suggest: str, action: Action = Action.REVISE, quotable: bool = True
) -> list[Finding]:
    out, at = [], text.find(words)
    while at >= 0:
        out.append(
            Finding("house/a", "venting", action, Span(at, at + len(words)), 1.0, "t", "w", suggest, None, quotable)
        )
        at = text.find(words, at + len(words))
    return out


@pytest.mark.parametrize(
    ("text", "words", "suggest", "wanted"),
    [
        ("Lunch with Quorvane today.", "Quorvane", "a client", "Lunch with a client today."),
        ("Quorvane is fun.", "Quorvane", "a client", "A client is fun."),
        ("Nice. Quorvane is fun.", "Quorvane", "a client", "Nice. A client is fun."),
        ("Nice.\nQuorvane is fun.", "Quorvane", "a client", "Nice.\nA client is fun."),
        ("Our Quorvane is fun.", "Quorvane", "a client", "Our client is fun."),
        ("the big Quorvane party", "Quorvane", "a client", "the big client party"),
        ("Quorvane's tea", "Quorvane's", "a client", "A client's tea"),
        ("A #Quorvane day", "Quorvane", "a client", "A client day"),
        ("I love #QuorvaneRocks so", "Quorvane", "a client", "I love a client so"),
        ("Hi @quorvane!", "quorvane", "a client", "Hi a client!"),
        ("Quorvane, Quorvane and Quorvane", "Quorvane", "a client", "A client, a client and a client"),
        ('"Quorvane" it says', "Quorvane", "a client", '"A client" it says'),
        ("call 0700 900 now", "0700 900", "[number removed]", "call [number removed] now"),
    ],
)
def test_the_better_words_fit_their_place(text: str, words: str, suggest: str, wanted: str) -> None:
    assert rewrite(text, better(text, words, suggest)) == wanted


def test_there_is_no_safe_version_without_better_words() -> None:
    text = "Quorvane says moo"
    assert rewrite(text, better(text, "moo")) is None
    assert rewrite(text, [*better(text, "Quorvane", "a client"), *better(text, "moo")]) is None


def test_there_is_no_safe_version_of_a_secret() -> None:
    text = "Quorvane says moo"
    assert rewrite(text, better(text, "Quorvane", "a client", quotable=False)) is None


def test_notes_are_left_alone() -> None:
    text = "Quorvane says moo"
    note = better(text, "moo", "a sound", action=Action.NOTE)
    assert rewrite(text, note) is None
    assert rewrite(text, [*better(text, "Quorvane", "a client"), *note]) == "A client says moo"


@given(st.text(st.sampled_from(list("ab .!?#@'\n\"A_é")), max_size=40), st.data())
def test_any_findings_give_a_text_without_their_words(text: str, data: st.DataObject) -> None:
    places = data.draw(
        st.lists(st.tuples(st.integers(0, max(len(text) - 1, 0)), st.integers(1, 5)), max_size=4)
        if text
        else st.just([])
    )
    findings = [
        Finding("house/a", "venting", Action.REVISE, Span(at, min(at + long, len(text))), 1.0, "t", "w", ("a cow",))
        for at, long in places
    ]
    safer = rewrite(text, findings)
    assert (safer is None) is (not findings)
    if safer is not None:
        assert "cow" in safer.lower()


CLIENT = {
    "id": "client",
    "category": "confidential_term",
    "action": "block",
    "suggest": ["a client"],
    "detect": {"terms": "client"},
}
SECRET = {"id": "secret", "category": "confidential_term", "action": "block", "detect": {"terms": "secret"}}
MOO = {"id": "moo", "suggest": ["a sound"], "detect": {"words": ["moo"]}}


def test_a_verdict_carries_the_safe_version(a_policy: Callable[..., Policy], judge: Callable[..., Verdict]) -> None:
    verdict = judge(a_policy(CLIENT, MOO), "Quorvane says moo.", [Term("Quorvane", Kind.CLIENT)])
    assert verdict.rewrite == "A client says a sound."


def test_a_version_that_would_be_found_again_is_not_given(
    a_policy: Callable[..., Policy], judge: Callable[..., Verdict]
) -> None:
    verdict = judge(a_policy(MOO | {"suggest": ["a loud moo"]}), "Cows say moo.")
    assert verdict.outcome == "revise"
    assert verdict.rewrite is None


@pytest.mark.parametrize("name", ["Quorvane", "quorvane", "Q u o r v a n e", "#QuorvaneParty", "Quorvane's"])
def test_a_secret_name_is_in_no_safe_version(
    a_policy: Callable[..., Policy], judge: Callable[..., Verdict], name: str
) -> None:
    terms = [Term("Quorvane", secrecy=Secrecy.SECRET), Term("Sundrelin", Kind.CLIENT)]
    verdict = judge(a_policy(CLIENT, SECRET), f"Sundrelin is nice. So is {name}.", terms)
    assert verdict.outcome == "block"
    assert verdict.rewrite is None


def test_a_draft_that_is_fine_or_could_not_be_read_has_no_safe_version(
    a_policy: Callable[..., Policy], judge: Callable[..., Verdict]
) -> None:
    policy = a_policy(MOO)
    german = "Meine Nachbarin hält sieben Gänse im Hof und jede einzelne von ihnen sagt immer moo zum Briefträger."
    assert judge(policy, "Cows.").rewrite is None
    assert judge(policy, german).rewrite is None
    assert judge(policy, german).outcome == "unchecked"


@pytest.mark.parametrize("unit", ["Quorvane ", "Quorvane. ", "#Quorvane", "'Quorvane' "])
def test_a_draft_full_of_findings_is_rewritten_in_a_moment(unit: str) -> None:
    text = unit * 800
    findings = better(text, "Quorvane", "a client")
    began = time.process_time()
    rewrite(text, findings)
    assert time.process_time() - began < 0.5
