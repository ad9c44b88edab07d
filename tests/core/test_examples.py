"""The examples of a pack are its proof: a broken one and a pattern that none needs are both named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.examples import draft_of, failures, lesser_rules, sample_terms
from core.packs import Example
from core.policy import Policy
from core.terms.term import Kind, Secrecy

APolicy = Callable[..., Policy]


def moo(**more: Any) -> dict[str, Any]:
    return {"id": "moo", "detect": {"words": ["moo"]}, **more}


def examples(flags: list[Any] | None = None, passes: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"flags": flags or ["moo", "moo too"], "passes": passes or ["a cow", "a calf"], **more}


def test_a_sound_pack_has_no_failures(a_policy: APolicy) -> None:
    assert list(failures(a_policy(moo()))) == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (moo(examples=examples(flags=["moo", "mo"])), "house/moo: flags example is not found: mo"),
        (moo(examples=examples(passes=["a cow", "Moo!"])), "house/moo: passes example is found: Moo!"),
        (moo(examples=examples(known_misses=["moo"])), "known_misses example is found now: move it to flags: moo"),
        (moo(examples=examples(known_noise=["mo"])), "known_noise example is silent now: move it to passes: mo"),
        (moo(detect={"words": ["moo", "baa"]}), "no example needs pattern 2"),
        (moo(unless=["cow"]), "no example needs unless 1"),
        (moo(status="trial", examples=examples(flags=["moo", "mo"])), "flags example is not found: mo"),
        (moo(detect={"together": [{"words": ["moo"]}, {"words": ["too"]}]}), "flags example is not found: moo"),
        (
            moo(
                detect={"together": [{"words": ["moo"]}, {"words": ["too"]}]},
                examples=examples(flags=["moo too", "moo, too"]),
            ),
            "no example needs part 2 of together",
        ),
        (moo(eased_by={"patterns": ["barn"]}), "no example needs eased_by"),
        (moo(cleared_by={"patterns": ["barn"]}), "no example needs cleared_by"),
        (moo(networks=["other"]), "no example needs networks"),
        (
            moo(examples=examples(flags=["moo", {"text": "moo too", "asks": "block"}])),
            "flags example asks revise: moo too",
        ),
    ],
)
def test_what_an_example_does_not_prove_is_named(a_policy: APolicy, rule: dict[str, Any], says: str) -> None:
    assert any(says in failure for failure in failures(a_policy(rule)))


@pytest.mark.parametrize(
    "rule",
    [
        moo(detect={"words": ["moo", "baa"]}, examples=examples(flags=["moo", "baa"])),
        moo(unless=["toy"], examples=examples(passes=["a toy says moo", "a cow"])),
        moo(examples=examples(known_misses=["m o o"], known_noise=["moo, says the Moo bar"])),
        moo(status="retired", examples=examples(flags=["mo", "mo"])),
        moo(
            detect={"together": [{"words": ["moo"]}, {"words": ["too"]}]},
            examples=examples(flags=["moo too", "moo, too"], passes=["moo", "too"]),
        ),
        moo(
            eased_by={"patterns": ["barn"]},
            examples=examples(flags=["moo", {"text": "moo. That barn.", "asks": "note"}]),
        ),
        moo(cleared_by={"patterns": ["barn"]}, examples=examples(passes=["moo. That barn.", "a cow"])),
        moo(
            action={"brand": "note"},
            examples=examples(flags=[{"text": "moo", "account": "brand"}] * 2, passes=["moo", "a cow"]),
        ),
    ],
)
def test_what_its_examples_prove_is_fine(a_policy: APolicy, rule: dict[str, Any]) -> None:
    assert list(failures(a_policy(rule))) == []


@pytest.mark.parametrize(
    ("passes", "needs"), [("A toy train at noon.", set()), ("A train at noon.", {"unless 1", "cleared_by"})]
)
def test_an_exception_to_a_statement_is_proved_by_an_example_that_shows_it(
    a_policy: APolicy, passes: str, needs: set[str]
) -> None:
    rule = moo(
        detect={"statements": ["venting"]},
        unless=["toy"],
        cleared_by={"patterns": ["toy"]},
        examples=examples(passes=[passes, "a cow"]),
    )
    assert {name for name, _ in lesser_rules(a_policy(rule).rules[0])} == needs


def test_another_rules_finding_proves_nothing(a_policy: APolicy) -> None:
    other = moo(id="baa", detect={"words": ["baa"]})
    assert any("house/baa: flags example" in failure for failure in failures(a_policy(moo(), other)))


def test_sample_terms_stand_on_the_list_while_examples_run(a_policy: APolicy) -> None:
    rule = moo(
        detect={"terms": "client"},
        examples=examples(flags=["Quorvane", "#quorvane"], passes=["Zwirnhold", "Sundrelin"]),
    )
    samples = {"client": ["Quorvane"], "deal": ["Zwirnhold"], "secret": ["Sundrelin"]}
    policy = a_policy(rule, sample_terms=samples)
    assert list(failures(policy)) == []
    listed = {term.name: (term.kind, term.secrecy) for term in sample_terms(policy.rules[0])}
    assert listed["Quorvane"] == (Kind.CLIENT, Secrecy.OPEN)
    assert listed["Sundrelin"][1] is Secrecy.SECRET


def test_an_example_is_written_on_a_saturday_unless_it_says_when() -> None:
    assert draft_of(Example.model_validate("moo")).written_at.weekday() == 5
    told = draft_of(
        Example.model_validate({"text": "moo", "at": "2026-03-03T10:30:00+01:00", "timezone": "Europe/Berlin"})
    )
    assert told.local_time is not None
    assert told.local_time.strftime("%a %H:%M") == "Tue 10:30"
    assert draft_of(Example.model_validate({"text": "moo", "at": "2026-03-03T10:30"})).written_at.tzinfo is not None
