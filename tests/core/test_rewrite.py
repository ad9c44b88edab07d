"""The safe version of a draft."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finding import Action, Finding, Mend, Span
from core.policy import Policy
from core.rewrite import rewrite
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Verdict
from tests.patience import SHARED


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
        ("Hi @quorvane!", "quorvane", "a client", "Hi to a client!"),
        ("Quorvane, Quorvane and Quorvane", "Quorvane", "a client", "A client, the client and the client"),
        ('"Quorvane" it says', "Quorvane", "a client", '"A client" it says'),
        ("An #Quorvane hat", "Quorvane", "a client", "A client hat"),
        ("an Ashgrove hat", "Ashgrove", "a client", "a client hat"),
        ("Our client Quorvane naps", "Quorvane", "a client", "Our client naps"),
        ("Our client, Quorvane, naps", "Quorvane", "a client", "Our client naps"),
        ("The Quorvane project naps", "Quorvane", "a project", "The project naps"),
        ("Quorvane people nap", "Quorvane", "a client", "Client people nap"),
        ("two Quorvanes nap", "Quorvanes", "a client", "two clients nap"),
        ("Quorvane naps, says Quorvane", "Quorvane", "a client", "A client naps, says the client"),
        ("quorvane is fun", "quorvane", "a client", "a client is fun"),
        ("I LOVE QUORVANE SO", "QUORVANE", "a client", "I LOVE A CLIENT SO"),
        ("Dunes' tea is good", "Dunes", "a client", "A client's tea is good"),
        ("see quorvane.example for tea", "quorvane", "a client", "see [link removed] for tea"),
        ("the Quorvane naps", "Quorvane", "high water", "the high water naps"),
        ("our Quorvane naps here", "Quorvane", "someone", "someone naps here"),
        ("my friend Quorvane naps", "Quorvane", "someone", "my friend naps"),
        ("Tea time #moo #Quorvane #baa", "Quorvane", "a client", "Tea time #moo #baa"),
        ("Tea time. @quorvane", "quorvane", "a client", "Tea time."),
        ("Quorvane\nHouse and tea", "Quorvane\nHouse", "a client", "A client\nand tea"),
        ("call 0700 900 now", "0700 900", "[number removed]", "call [number removed] now"),
    ],
)
def test_the_better_words_fit_their_place(text: str, words: str, suggest: str, wanted: str) -> None:
    assert rewrite(text, better(text, words, suggest)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I have a cow, but the barn is a circus.", "I have a cow."),
        ("The barn is a circus, but I have a cow.", "I have a cow."),
        ("I have a cow (the barn is a circus), and she is kind.", "I have a cow, and she is kind."),
        ("I have a cow – the barn is a circus – and a calf.", "I have a cow – and a calf."),
        (
            "Three facts: the barn is a circus, the cow is kind, and so am I.",
            "Three facts: the cow is kind, and so am I.",
        ),
        ("My barn, which is a circus, has a cow in it.", "My barn has a cow in it."),
        ("If you come, the barn is a circus. Bring oats for the cow.", "Bring oats for the cow."),
        ("Rain. Because the barn is a circus. I have a cow now.", "Rain. I have a cow now."),
        ("I have a cow here. The barn is a circus. Because of the owner.", "I have a cow here."),
        ("The barn is a circus. It never stops. I have a cow.", "I have a cow."),
        ("I have a cow. The barn is a circus. It never stops.", "I have a cow. It never stops."),
        ("The barn is a circus. And I have a cow.", "I have a cow."),
        ('"The barn is a circus. Really," she said. I have a cow.', "I have a cow."),
        ("Cows and calves\nThe barn is a circus\nI like oats", "Cows and calves\nI like oats"),
        ("Cows and calves\n\nThe barn is a circus\n\nI like oats", "Cows and calves\n\nI like oats"),
        ("I like these:\n- cows\n- the barn is a circus\n- oats", "I like these:\n- cows\n- oats"),
        ("Why the barn is a circus:\n- clowns\n- no oats. None.\n\nI like cows.", "I like cows."),
        (
            "A cow. The barn is a circus. It never stops. Because. I have oats.",
            "A cow. It never stops. Because. I have oats.",
        ),
        ("Oats and cows for me.\nWhat I mind:\n- the barn is a circus", "Oats and cows for me."),
        ("I like cows 🐄 The barn is a circus 🎪 Oats for all", "I like cows 🐄 🎪 Oats for all"),
        ("I have a cow and all I see in\nthe barn is a circus. Oats for all cows.", "I have a cow. Oats for all cows."),
        ("Why is the barn a circus? I have a cow.", "I have a cow."),
        ("I have a cow, so why is the barn a circus?", "I have a cow."),
    ],
)
def test_a_passage_without_better_words_goes_and_the_rest_still_reads(text: str, wanted: str) -> None:
    words = "barn a circus" if "barn a circus" in text else "circus"
    assert rewrite(text, better(text, words)) == wanted


@pytest.mark.parametrize("text", ["The barn is a circus", "moo: circus", "a circus 🎪🎪 #barn", "Cows. circus", ""])
def test_where_too_little_is_left_there_is_no_version(text: str) -> None:
    assert rewrite(text, better(text, "circus")) is None


def test_of_a_leak_no_part_of_the_sentence_stays_that_may_belong_to_it() -> None:
    text = "Twelve days to go, we report 64 million, nine above guidance. I have a tie."
    leak = [replace(each, category="secret") for each in better(text, "64 million")]
    assert rewrite(text, leak) == "I have a tie."
    assert rewrite(text, better(text, "64 million")) == "Twelve days to go, nine above guidance. I have a tie."


def test_of_what_must_not_go_out_the_whole_sentence_goes() -> None:
    text = "I have a cow, but the barn is a circus. It never stops. Oats for all cows."
    assert rewrite(text, better(text, "circus", action=Action.BLOCK)) == "Oats for all cows."
    assert rewrite(text, better(text, "circus")) == "I have a cow. It never stops. Oats for all cows."


def test_the_whole_sentence_goes_where_that_is_asked() -> None:
    text = "I have a cow, but the barn is a circus. Oats for all cows."
    assert rewrite(text, better(text, "circus"), whole=True) == "Oats for all cows."


def test_overlapping_findings_leave_none_of_their_words() -> None:
    text = "Call 0700 900 100 200 about the cow."
    found = [*better(text, "0700 900", "[number]"), *better(text, "900 100 200", "[digits]")]
    assert rewrite(text, found) == "Call [digits] about the cow."
    assert rewrite(text, [*found, *better(text, "100 200 about")]) is None


def test_a_name_makes_way_where_a_fact_about_it_is_mended_by_leaving_it_out() -> None:
    text = "My aunt met Ada Quist-Moor, who was fired. Ben Ott baked."
    fact = [replace(each, mend=Mend.NAMES) for each in better(text, "Ada Quist-Moor, who was fired")]
    names = [
        *better(text, "Ada Quist", "someone", action=Action.NOTE),
        *better(text, "Ben Ott", "someone", action=Action.NOTE),
    ]
    assert rewrite(text, [*fact, *names]) == "My aunt met someone who was fired. Ben Ott baked."
    assert rewrite(text, fact) == "Ben Ott baked."
    assert rewrite(text, names) is None


def test_a_note_may_ask_for_words_to_be_added_to_its_sentence() -> None:
    text = "Our oats are the best! 🌾 #oats\nBuy them."
    note = [replace(each, mend=Mend.ADD) for each in better(text, "best", "(I work there)", action=Action.NOTE)]
    assert rewrite(text, note) == "Our oats are the best (I work there)! 🌾 #oats\nBuy them."


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
    covered = {at for finding in findings for at in range(finding.span.start, finding.span.end)}
    if not any(char.isalnum() for at, char in enumerate(text) if at not in covered):
        assert safer is None
    if safer is not None:
        assert "cow" in safer.lower() or "#" in text or "@" in text


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
    assert time.process_time() - began < 0.5 * SHARED


MESSAGE = "[message me for the number]"


@pytest.mark.parametrize(
    ("text", "words", "suggest", "wanted"),
    [
        ("Call 555 0100 today.", "555 0100", MESSAGE, "Message me today."),
        ("Cow for sale, call me on 555 0100.", "555 0100", MESSAGE, "Cow for sale, message me."),
        ("Ring Ada's aunt 555 0100 now.", "555 0100", MESSAGE, f"Ring Ada's aunt {MESSAGE} now."),
        ("Cow for sale: 555 0100", "555 0100", MESSAGE, "Cow for sale: message me for the number"),
        ("555 0100 is her number.", "555 0100", MESSAGE, "Message me for the number is her number."),
        ("with plate AB12 CDE, singing", "AB12 CDE", "[plate removed]", "with [plate removed], singing"),
        (
            "it has password = moo-1, so",
            "password = moo-1",
            "[password removed]",
            "it has password = [password removed], so",
        ),
        ("a man called Ada Quist came", "Ada Quist", "someone", "a man came"),
        ("I met Ada Quist, who sings", "Ada Quist", "someone", "I met someone who sings"),
        ("Quorvane Quorvane! it says", "Quorvane", "a client", "A client! it says"),
        ("The view from the Fern Hut is nice", "Fern Hut", "something", "The view is nice"),
        ("the Fern Hut is nice", "Fern Hut", "something", "something is nice"),
        ("Fern Hut is nice. Fern Hut has tea", "Fern Hut", "something", "Something is nice. It has tea"),
    ],
)
def test_a_version_says_it_as_a_person_would(text: str, words: str, suggest: str, wanted: str) -> None:
    assert rewrite(text, better(text, words, suggest)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Two days at Quorvane, and the till prints.", "Two days, and the till prints."),
        ("You are an intern at Quorvane and you sing 🎉", "You are an intern and you sing 🎉"),
        ("Lunch with the Quorvane today.", "Lunch today."),
        ("Two days at Quorvane HQ.", None),
        ("Quorvane has tea.", None),
        ("At Quorvane they sing.", None),
    ],
)
def test_a_name_goes_with_its_phrase_where_the_sentence_stands_without(text: str, wanted: str | None) -> None:
    assert rewrite(text, better(text, "Quorvane", "a client"), phrases=True) == wanted


@pytest.mark.parametrize("part", ["x", "[", "[a", "//", "#a", "a@"])
def test_a_draft_of_one_part_over_and_over_is_rewritten_soon(part: str) -> None:
    text = (part * 39_000)[:39_000] + ". Ring the harbour."
    began = time.process_time()
    rewrite(text, better(text, "Ring the harbour."))
    assert time.process_time() - began < SHARED
