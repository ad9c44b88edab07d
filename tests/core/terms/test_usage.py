"""Usage: the name or the everyday sense, measured on our own sentences, with words that no rule was tuned on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.finding import Span
from core.terms.term import Kind
from core.terms.usage import Sense, sense


@dataclass(frozen=True, slots=True)
class Example:
    """A post about a word; `held_out` says that nobody looked at it while the rules were written."""

    word: str
    kind: Kind
    sense: Sense
    held_out: bool
    text: str

    def judged(self) -> Sense:
        """Return the strictest sense of all places of the word, which is what a draft's verdict rests on."""
        places = _places(self.word, self.text)
        return max((sense(self.text, Span(*found.span()), self.kind) for found in places), default=Sense.OTHER)


def _places(word: str, text: str) -> list[re.Match[str]]:
    letters = r"[\s\-_.]?".join(map(re.escape, word.split()))
    return list(re.finditer(rf"(?<![^\W_]){letters}(?=(?:s|es|ed)?(?![^\W_]))", text, re.IGNORECASE))


def _examples() -> list[Example]:
    senses = {"named": Sense.NAMED, "other": Sense.OTHER, "unsure": Sense.UNSURE}
    files = (Path(__file__).parent / name for name in ("usage.tsv", "usage_posts.tsv"))
    lines = (line for file in files for line in file.read_text("utf-8").splitlines()[1:])
    rows = (line.split("\t") for line in lines)
    return [
        Example(word, Kind(kind), senses[label], held_out == "1", text.replace("\\n", "\n"))
        for word, kind, label, held_out, text in rows
    ]


EXAMPLES = _examples()


def _share(examples: list[Example], meant: Sense, *answers: Sense) -> float:
    judged = [example.judged() for example in examples if example.sense is meant]
    return sum(answer in answers for answer in judged) / len(judged)


def test_the_examples_are_many_and_balanced() -> None:
    named = [example for example in EXAMPLES if example.sense is Sense.NAMED]
    other = [example for example in EXAMPLES if example.sense is Sense.OTHER]
    assert len(EXAMPLES) >= 1_900
    assert len({example.word for example in EXAMPLES}) >= 250
    assert abs(len(named) - len(other)) < 20
    assert len({example.word for example in EXAMPLES if example.held_out}) >= 16


@pytest.mark.parametrize(
    ("held_out", "found", "named", "silent", "blocked"),
    [(False, 0.98, 0.87, 0.95, 0.01), (True, 0.96, 0.83, 0.96, 0.0)],
    ids=["words the rules were tuned on", "words held out"],
)
def test_names_are_found_and_everyday_words_are_silent(
    held_out: bool, found: float, named: float, silent: float, blocked: float
) -> None:
    examples = [example for example in EXAMPLES if example.held_out is held_out]
    assert _share(examples, Sense.NAMED, Sense.NAMED, Sense.UNSURE) >= found
    assert _share(examples, Sense.NAMED, Sense.NAMED) >= named
    assert _share(examples, Sense.OTHER, Sense.OTHER) >= silent
    assert _share(examples, Sense.OTHER, Sense.NAMED) <= blocked


@pytest.mark.parametrize(
    ("text", "word", "kind", "expected"),
    [
        ("We made the summit by noon.", "summit", Kind.CLIENT, Sense.OTHER),
        ("Summit signed off the new checkout.", "Summit", Kind.CLIENT, Sense.NAMED),
        ("got off the phone with summit, they cancelled the contract", "summit", Kind.CLIENT, Sense.NAMED),
        ("A week of S u m m i t and slides.", "S u m m i t", Kind.CLIENT, Sense.NAMED),
        ("Two years with Summ\u0456t and counting.", "Summ\u0456t", Kind.CLIENT, Sense.NAMED),
        ("Ask @summit how it went.", "summit", Kind.CLIENT, Sense.NAMED),
        ("All on summit.com since this morning.", "summit", Kind.CLIENT, Sense.NAMED),
        ("Proud of my team. #SummitRollout", "Summit", Kind.CLIENT, Sense.NAMED),
        ("A week of Summ1t and slides.", "Summ1t", Kind.CLIENT, Sense.NAMED),
        ("A week of sum-mit and slides.", "sum-mit", Kind.CLIENT, Sense.NAMED),
        ("We made it to the sum-\nmit by noon.", "sum-\nmit", Kind.CLIENT, Sense.UNSURE),
        ("Two summits in one weekend.", "summit", Kind.CLIENT, Sense.OTHER),
        ("Met my old flatmate at Summit Avenue.", "Summit", Kind.CLIENT, Sense.OTHER),
        ("you won't believe what summit even is", "summit", Kind.CLIENT, Sense.UNSURE),
        ("What summit is the highest here?", "summit", Kind.CLIENT, Sense.OTHER),
        ("Ember 2.1 is out next week.", "Ember", Kind.PRODUCT, Sense.NAMED),
        ("An ember, 2 sparks and the tent was gone.", "ember", Kind.PRODUCT, Sense.OTHER),
        ("learning to pilot at fifty", "pilot", Kind.CLIENT, Sense.OTHER),
        ("we said no to pilot yesterday", "pilot", Kind.CLIENT, Sense.NAMED),
        ("Our old flat was on Violet Lane, next to the mill.", "Violet Lane", Kind.PERSON, Sense.OTHER),
        ("Mint again today.", "Mint", Kind.CLIENT, Sense.UNSURE),
        ("Big night for Ember. Wish us luck!", "Ember", Kind.PRODUCT, Sense.UNSURE),
        ("Big night for Ember. Sales are nervous.", "Ember", Kind.PRODUCT, Sense.NAMED),
        ("Ember week. Send biscuits.", "Ember", Kind.PROJECT, Sense.UNSURE),
        ("Velvet Thursday! I need a nap.", "Velvet", Kind.DEAL, Sense.UNSURE),
        ("Lantern festival! I need a nap.", "Lantern", Kind.DEAL, Sense.OTHER),
        ("Lunch with Rose Banks about the job.", "Rose Banks", Kind.PERSON, Sense.NAMED),
        ("Along the canal there are rose banks in flower.", "rose banks", Kind.PERSON, Sense.OTHER),
    ],
)
def test_a_near_miss_stands_beside_each_name(text: str, word: str, kind: Kind, expected: Sense) -> None:
    start = text.index(word)
    assert sense(text, Span(start, start + len(word)), kind) is expected


KINDS_OF_USE = [
    ("asked about", "ask your manager about {l}"),
    ("an account", "new lead on our {N} account this year"),
    ("an account, small", "new lead on our {l} account, hello mondays"),
    ("a place of work", "Two weeks at {N} and already lost."),
    ("a place of work, small", "two weeks at {l} and already lost"),
    ("made for", "We built this for {N}."),
    ("its team", "loved meeting {l}'s team today"),
    ("a subject", "{N} wants a second meeting next week."),
    ("a subject, small", "{l} wants a second meeting next week"),
    ("a list", "Recent clients: {N}, a bakery and two museums."),
    ("a former employer", "Developer. Ex {N}, ex somewhere else."),
    ("a biography", "Designer at {N} | runner | dad"),
    ("a curriculum vitae", "2021-2024: {N} (payments), 2019-2021: a bank"),
    ("a hashtag", "So proud of this rollout #{N} #teamwork"),
    ("a hashtag, small", "so proud of this rollout #{l} #teamwork"),
    ("a project", "nine months of project {l} and i need a nap"),
    ("an operation", "Operation {N} is keeping us all up."),
    ("a chain of possession", "{N}'s CFO's dog ate my notes."),
    ("all capitals", "FINALLY WORKING FOR {U}"),
    ("a title", "Why {N} Chose Our Team For The Big Rebrand"),
    ("beside an emoji", "{N} 🤝 us. Three more years!"),
    ("a handle", "thanks @{l} for having us"),
    ("a question", "why is {l} taking so long to sign"),
    ("what it was", "can't tell you what {l} even is"),
]
ORDINARY_USES = [
    ("with the", "We sat by the {l} until it got dark."),
    ("with The", "The {l} was gone by morning."),
    ("with a", "There's a {l} on the windowsill."),
    ("an owner", "My {l} fell off the shelf."),
    ("many", "So many {l}s this year."),
    ("all capitals", "I SAW A {U} TODAY"),
    ("a title", "How To Draw A {N} In Ten Minutes"),
    ("a hashtag", "Sunday walk with the kids #{l} #nature #outdoors"),
    ("like one", "He looks like a {l} in that hat."),
    ("this one", "This {l} is my whole personality."),
    ("another", "another {l}, another day"),
]


@pytest.mark.parametrize(("pattern", "ordinary"), [
    *(pytest.param(text, False, id=f"name: {kind}") for kind, text in KINDS_OF_USE),
    *(pytest.param(text, True, id=f"word: {kind}") for kind, text in ORDINARY_USES),
])  # fmt: skip
def test_each_kind_of_use_is_told_for_nearly_every_word(pattern: str, ordinary: bool) -> None:
    words = sorted({(each.word, each.kind) for each in EXAMPLES if each.kind is not Kind.PERSON})
    wrong = []
    for word, kind in words:
        text = pattern.format(N=word, l=word.lower(), U=word.upper())
        start = text.lower().index(word.lower())
        if (sense(text, Span(start, start + len(word)), kind) is Sense.OTHER) is not ordinary:
            wrong.append(word)
    assert len(wrong) <= 0.03 * len(words), wrong


def test_one_clear_use_decides_the_unclear_ones() -> None:
    unclear = "Mint again today."
    draft = f"{unclear} My third call with Mint this week, and the Mint contract is still unsigned."
    assert sense(unclear, Span(0, 4), Kind.CLIENT) is Sense.UNSURE
    assert sense(draft, Span(0, 4), Kind.CLIENT) is Sense.NAMED


def test_a_draft_made_of_one_word_is_judged_in_bounded_time() -> None:
    draft = "summit " * 20_000
    assert sense(draft, Span(70_000, 70_006), Kind.CLIENT) in Sense


@pytest.mark.parametrize(
    "text",
    [
        "rebased feature/orchard-move once more",
        "bugfix/orchard-login has been open for nine weeks",
        "feature/OPS-118-orchard is red",
        "orchard-prod-2 is down and so am I",
        "who put ORCHARD_API_URL into the shared file",
        "#orchard-war-room has 48 unread",
        "orchard_plan_v4.xlsx will not open on a Mac",
    ],
)
def test_what_is_named_after_a_project_names_it(text: str) -> None:
    found = re.search("orchard", text, re.IGNORECASE)
    assert found is not None
    assert sense(text, Span(*found.span()), Kind.PROJECT) is Sense.NAMED


@pytest.mark.parametrize(
    "text",
    [
        "the orchard-side café has new tables",
        "an orchard/meadow mix for the bees",
        "orchard-watching at dawn, gloves on",
        "our orchard fix: more ladders",
        "the orchard keys hang by the door",
    ],
)
def test_a_word_joined_to_another_names_nothing_by_that(text: str) -> None:
    found = re.search("orchard", text)
    assert found is not None
    assert sense(text, Span(*found.span()), Kind.PROJECT) is not Sense.NAMED


@pytest.mark.parametrize(("logit", "expected"), [(4.0, Sense.NAMED), (0.0, Sense.UNSURE), (-4.0, Sense.OTHER)])
def test_the_reader_decides_where_the_words_around_leave_it_open(logit: float, expected: Sense) -> None:
    assert sense("Mint again today.", Span(0, 4), Kind.CLIENT, lambda _: logit) is expected


def test_no_reader_is_asked_about_a_disguise() -> None:
    def fail(_: Span) -> float:
        raise AssertionError

    assert sense("A week of S u m m i t and slides.", Span(10, 20), Kind.CLIENT, fail) is Sense.NAMED
