"""How findings become an outcome, and which of two findings about the same words is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finding import Action, Finding, Span
from core.verdict import PRECEDENCE, Outcome, Verdict, decide, settle


def finding(
    category: str,
    action: Action,
    start: int,
    end: int,
    *,
    rule: str = "",
    quotable: bool = True,
    score: float = 1.0,
    **more: Any,
) -> Finding:
    return Finding(
        rule=rule or f"house/{category}",
        category=category,
        action=action,
        span=Span(start, end),
        score=score,
        title="t",
        why="w",
        quotable=quotable,
        **more,
    )


NOTE, REVISE, BLOCK = Action.NOTE, Action.REVISE, Action.BLOCK


@pytest.mark.parametrize(
    ("actions", "gaps", "outcome"),
    [
        ([], [], "ok"),
        ([NOTE], [], "ok"),
        ([NOTE, NOTE], [], "ok"),
        ([REVISE], [], "revise"),
        ([NOTE, REVISE], [], "revise"),
        ([BLOCK], [], "block"),
        ([REVISE, BLOCK, NOTE], [], "block"),
        ([], ["terms"], "unchecked"),
        ([NOTE], ["terms"], "unchecked"),
        ([REVISE], ["terms"], "unchecked"),
        ([REVISE, NOTE], ["language:de", "time"], "unchecked"),
        ([BLOCK], ["terms"], "block"),
        ([NOTE, BLOCK], ["time"], "block"),
    ],
)
def test_the_strictest_finding_decides_and_a_gap_beats_all_but_block(
    actions: list[Action], gaps: list[str], outcome: str
) -> None:
    found = [finding("venting", action, at, at + 1) for at, action in enumerate(actions)]
    assert decide(found, gaps) is Outcome(outcome)
    assert decide(iter(found), iter(gaps)) is Outcome(outcome)


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(PRECEDENCE)))
def test_the_same_words_are_told_once_by_precedence(stronger: str, weaker: str) -> None:
    first, second = finding(stronger, REVISE, 3, 9), finding(weaker, REVISE, 3, 9)
    assert settle([second, first]) == (first,)
    assert settle([first, second]) == (first,)


def test_a_category_of_the_packs_own_comes_after_the_listed_ones() -> None:
    own, listed = finding("zebra", BLOCK, 0, 5), finding("personal_disclosure", REVISE, 0, 5)
    assert [each.category for each in settle([own, listed])] == ["personal_disclosure"]


def test_two_different_leaks_give_two_findings() -> None:
    name, phone = finding("confidential_term", BLOCK, 0, 7), finding("personal_data", BLOCK, 20, 32)
    assert settle([phone, name]) == (name, phone)


def test_two_leaks_that_touch_are_still_two() -> None:
    name, phone = finding("confidential_term", BLOCK, 0, 7), finding("personal_data", BLOCK, 7, 12)
    assert settle([phone, name]) == (name, phone)


def test_a_name_inside_a_leaked_sentence_is_a_second_leak() -> None:
    name, sentence = finding("confidential_term", BLOCK, 10, 17), finding("private_meeting", BLOCK, 0, 80)
    assert settle([name, sentence]) == (sentence, name)


def test_half_of_the_words_is_the_same_words_and_less_is_not() -> None:
    strong = finding("secret", BLOCK, 0, 10)
    half, less = finding("venting", REVISE, 5, 15), finding("venting", REVISE, 6, 16)
    assert settle([strong, half]) == (strong,)
    assert settle([strong, less]) == (strong, less)


def test_in_one_category_the_stricter_stays_and_then_the_longer() -> None:
    mild = finding("venting", REVISE, 0, 9, rule="house/a")
    strict = finding("venting", BLOCK, 0, 8, rule="house/b")
    longer = finding("venting", BLOCK, 0, 9, rule="house/c")
    assert settle([mild, strict]) == (strict,)
    assert settle([mild, strict, longer]) == (longer,)


@pytest.mark.parametrize("action", [REVISE, BLOCK])
def test_a_note_pushes_nothing_out_and_is_kept_beside_a_stricter_finding(action: Action) -> None:
    note, strict = finding("confidential_term", NOTE, 0, 9), finding("personal_disclosure", action, 0, 9)
    assert set(settle([note, strict])) == {note, strict}


def test_two_notes_on_the_same_words_are_both_kept() -> None:
    notes = [finding("work_hours", NOTE, 0, 9), finding("disclosure", NOTE, 0, 9)]
    assert set(settle(notes)) == set(notes)


def test_a_rule_says_the_same_note_once() -> None:
    notes = [finding("disclosure", NOTE, 0, 9), finding("disclosure", NOTE, 0, 9), finding("disclosure", NOTE, 2, 6)]
    assert settle(notes) == (notes[0],)


def test_a_sentence_that_is_secret_hides_no_other_leak_in_it() -> None:
    secret = finding("confidential_term", BLOCK, 0, 60, rule="house/secret", quotable=False)
    phone = finding("personal_data", BLOCK, 40, 52)
    name = finding("confidential_term", BLOCK, 10, 20, rule="house/client")
    assert set(settle([secret, phone, name])) == {secret, phone, name}


@pytest.mark.parametrize(
    ("words", "sentence", "score", "told"),
    [
        ("personal_data", "personal_disclosure", 1.0, False),  # an address is where somebody can be found
        ("confidential_term", "personal_disclosure", 1.0, False),
        ("confidential_term", "client_news", 1.0, False),
        ("secret", "private_meeting", 1.0, False),
        ("secret", "unverified_claim", 1.0, False),
        ("offensive", "venting", 1.0, False),
        ("venting", "unverified_claim", 1.0, False),
        ("confidential_term", "private_meeting", 0.95, True),  # two leaks
        ("confidential_term", "private_meeting", 0.85, False),  # one leak and a guess
        ("confidential_term", "venting", 0.95, True),
        ("confidential_term", "venting", 0.55, True),  # a listed client who is attacked
        ("personal_data", "private_meeting", 0.95, True),
        ("personal_data", "offensive", 0.95, True),
        ("personal_data", "venting", 0.85, False),
        ("private_meeting", "personal_disclosure", 0.95, True),
        ("client_news", "private_meeting", 0.85, False),
        ("personal_disclosure", "offensive", 0.55, False),
    ],
)
def test_a_sentence_is_told_beside_words_in_it_only_for_what_these_cannot_be(
    words: str, sentence: str, score: float, told: bool
) -> None:
    better = ("x",)
    inside = finding(words, REVISE, 10, 20, suggest=better)
    whole = finding(sentence, REVISE, 0, 80, score=score, whole=True)
    assert settle([inside, whole]) == ((whole, inside) if told else (inside,))
    elsewhere = replace(whole, span=Span(80, 160))
    assert settle([inside, elsewhere]) == (inside, elsewhere)


@pytest.mark.parametrize("category", ["secret", "private_meeting"])
def test_a_number_of_somebody_is_why_its_sentence_reads_as_confidential(category: str) -> None:
    number = finding("personal_data", BLOCK, 10, 22, suggest=("[number removed]",))
    whole = finding(category, BLOCK, 0, 80, whole=True)
    assert settle([whole, number]) == (number,)
    name, elsewhere = replace(number, action=NOTE), replace(number, span=Span(80, 90))
    assert settle([whole, name]) == (whole, name)
    assert settle([whole, elsewhere]) == (whole, elsewhere)
    password = replace(whole, suggest=("[password removed]",))  # it is known by which words
    assert password in settle([password, number])


def test_an_address_is_told_once_though_the_words_of_a_place_only_touch_it() -> None:
    address = finding("personal_data", BLOCK, 15, 44, suggest=("[address on request]",))
    place = finding("personal_disclosure", REVISE, 0, 24)
    assert settle([place, address]) == (address,)
    assert settle([replace(place, span=Span(0, 15)), address]) == (replace(place, span=Span(0, 15)), address)
    fact = replace(address, suggest=())
    assert settle([place, fact]) == (place, fact)


def test_what_is_told_of_a_person_in_words_is_told_once() -> None:
    fact = finding("personal_data", BLOCK, 10, 50)
    for category, told in (("private_meeting", False), ("venting", False), ("offensive", True)):
        whole = finding(category, BLOCK, 0, 120, whole=True)
        assert settle([whole, fact]) == ((whole, fact) if told else (fact,)), category


def test_of_two_things_that_a_sentence_may_say_the_sure_one_stays() -> None:
    likely = finding("offensive", REVISE, 0, 80, score=0.6, whole=True)
    sure = finding("venting", REVISE, 0, 80, score=0.95, whole=True)
    assert settle([likely, sure]) == (sure,)
    as_sure, as_likely = replace(likely, score=0.95), replace(sure, score=0.6)
    assert settle([as_sure, sure]) == (as_sure,)
    assert settle([likely, as_likely]) == (likely,)


def test_words_in_a_sentence_that_surely_says_what_comes_first_are_no_finding_of_their_own() -> None:
    inside, whole = finding("client_news", REVISE, 10, 20), finding("private_meeting", BLOCK, 0, 80, whole=True)
    assert settle([inside, whole]) == (whole,)


def test_a_sentence_keeps_the_stricter_action_of_what_it_gave_way_to() -> None:
    address = finding("personal_data", REVISE, 10, 30)
    whole = finding("personal_disclosure", BLOCK, 0, 80, whole=True)
    assert [each.action for each in settle([address, whole])] == [BLOCK]


def test_words_that_two_rules_want_take_the_stricter_of_the_two_actions() -> None:
    found = [finding("client_news", REVISE, 0, 9), finding("offensive", BLOCK, 0, 9)]
    assert decide(settle(found), ()) is Outcome.BLOCK


findings = st.lists(
    st.builds(
        lambda category, action, start, length, rule, score, whole, suggest: finding(
            category, action, start, start + length, rule=rule, score=score, whole=whole, suggest=suggest
        ),
        st.sampled_from([*PRECEDENCE, "disclosure", "zebra"]),
        st.sampled_from(Action),
        st.integers(0, 40),
        st.integers(1, 30),
        st.sampled_from(["house/a", "house/b", "house/c"]),
        st.sampled_from([0.6, 1.0]),
        st.booleans(),
        st.sampled_from([(), ("x",)]),
    ),
    max_size=8,
)


@given(findings, st.sampled_from(Action))
def test_settling_twice_is_settling_once(found: list[Finding], action: Action) -> None:
    once = settle(replace(each, action=action) for each in found)
    assert settle(once) == once


@given(findings)
def test_settling_twice_says_nothing_new_and_decides_the_same(found: list[Finding]) -> None:
    once = settle(found)
    assert set(settle(once)) <= set(once)
    assert decide(settle(once), ()) is decide(once, ())


@given(findings)
def test_settling_invents_nothing_and_keeps_the_order_of_the_text(found: list[Finding]) -> None:
    kept = settle(found)
    places = {(each.rule, each.category, each.span) for each in found}
    assert all((each.rule, each.category, each.span) in places for each in kept)
    assert [each.span for each in kept] == sorted(each.span for each in kept)
    assert bool(kept) == bool(found)


@given(findings)
def test_settling_never_softens_the_outcome(found: list[Finding]) -> None:
    assert decide(settle(found), ()) is decide(found, ())


def test_a_verdict_does_not_show_the_rewrite_when_printed() -> None:
    verdict = Verdict("1", Outcome.REVISE, "sha256:0", rewrite="a canary sings")
    assert "canary" not in repr(verdict)
