"""Usage: the name or the everyday sense, measured on our own sentences, with words that no rule was tuned on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

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
        return max(sense(self.text, *found.span(), self.kind) for found in _places(self.word, self.text))


def _places(word: str, text: str) -> list[re.Match[str]]:
    letters = r"[\s\-_.]?".join(map(re.escape, word.split()))
    return list(re.finditer(rf"(?<![^\W_]){letters}(?=(?:s|es|ed)?(?![^\W_]))", text, re.IGNORECASE))


def _examples() -> list[Example]:
    senses = {"named": Sense.NAMED, "other": Sense.OTHER, "unsure": Sense.UNSURE}
    lines = (Path(__file__).parent / "usage.tsv").read_text("utf-8").splitlines()[1:]
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
    assert len(EXAMPLES) >= 800
    assert len({example.word for example in EXAMPLES}) >= 140
    assert abs(len(named) - len(other)) < 20
    assert len({example.word for example in EXAMPLES if example.held_out}) >= 20


@pytest.mark.parametrize(
    ("held_out", "found", "named", "silent"),
    [(False, 0.98, 0.93, 0.92), (True, 0.87, 0.80, 0.95)],
    ids=["words the rules were tuned on", "words held out"],
)
def test_names_are_found_and_everyday_words_are_silent(
    held_out: bool, found: float, named: float, silent: float
) -> None:
    examples = [example for example in EXAMPLES if example.held_out is held_out]
    assert _share(examples, Sense.NAMED, Sense.NAMED, Sense.UNSURE) >= found
    assert _share(examples, Sense.NAMED, Sense.NAMED) >= named
    assert _share(examples, Sense.OTHER, Sense.OTHER) >= silent


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
        ("Two summits in one weekend.", "summit", Kind.CLIENT, Sense.OTHER),
        ("Met my old flatmate at Summit Avenue.", "Summit", Kind.CLIENT, Sense.OTHER),
        ("Mint again today.", "Mint", Kind.CLIENT, Sense.UNSURE),
        ("Lunch with Rose Banks about the job.", "Rose Banks", Kind.PERSON, Sense.NAMED),
        ("Along the canal there are rose banks in flower.", "rose banks", Kind.PERSON, Sense.OTHER),
    ],
)
def test_a_near_miss_stands_beside_each_name(text: str, word: str, kind: Kind, expected: Sense) -> None:
    start = text.index(word)
    assert sense(text, start, start + len(word), kind) is expected


def test_one_clear_use_decides_the_unclear_ones() -> None:
    unclear = "Mint again today."
    draft = f"{unclear} My third call with Mint this week, and the Mint contract is still unsigned."
    assert sense(unclear, 0, 4, Kind.CLIENT) is Sense.UNSURE
    assert sense(draft, 0, 4, Kind.CLIENT) is Sense.NAMED


def test_a_draft_made_of_one_word_is_judged_in_bounded_time() -> None:
    draft = "summit " * 20_000
    assert sense(draft, 70_000, 70_006, Kind.CLIENT) in Sense
