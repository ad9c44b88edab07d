"""Which language a draft is taken to be written in."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import SURE, WORDS, _identifier, identify
from tests.patience import SHARED

ENGLISH = "My neighbour keeps seven geese in the yard and every single one of them hates the postman."
GERMAN = "Meine Nachbarin hält sieben Gänse im Hof und jede einzelne von ihnen hasst den Briefträger sehr."
FRENCH = "Ma voisine garde sept oies dans la cour et chacune d'entre elles déteste le facteur du quartier."
SPANISH = "Mi vecina tiene siete gansos en el patio y cada uno de ellos odia mucho al cartero del barrio."
JAPANESE = "隣の人は庭でガチョウを七羽飼っていて、みんな郵便配達の人が大嫌いです。今日も大騒ぎでした。"


@pytest.mark.parametrize(("text", "code"), [(GERMAN, "de"), (FRENCH, "fr"), (SPANISH, "es"), (JAPANESE, "ja")])
def test_a_long_text_in_another_language_is_recognised(text: str, code: str) -> None:
    assert identify(text) == code


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        ENGLISH.upper(),
        " ".join(GERMAN.split()[:11]),  # eleven words are too few to be sure
        "",
        "😀" * 50,
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
        "brb omw lol ty np gg wp ez pz idk tbh imo fr fr",
        "https://gaense.example/" + "/".join(["hof", "und", "tor"] * 9),
        "#gans #hof #brief " * 6,
    ],
)
def test_anything_shorter_or_less_sure_is_read_as_english(text: str) -> None:
    assert identify(text) == "en"


def test_twelve_words_are_enough_and_handles_do_not_count() -> None:
    words = GERMAN.split()
    assert identify(" ".join(words[:12])) == "de"
    assert identify(" ".join(words[:11]) + " @nachbarin") == "en"


MIXED = "The geese that my neighbour keeps were out in the yard when they heard what she had to say about them."


def test_a_text_that_is_half_in_another_language_is_judged_by_its_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("core.language._identifier", lambda: _Asked(asked))
    assert identify(MIXED) == "en"
    assert identify(f"{MIXED} {JAPANESE[:2]}") == "en"
    assert not asked  # its words alone tell
    identify(f"{MIXED} {JAPANESE[:3]}")
    assert len(asked) == 1
    assert identify(f"{MIXED} {GERMAN}") == "de"
    assert len(asked) == 2


class _Asked:
    """Notes what it was asked about, and is sure that it is German."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked

    def classify(self, text: str) -> tuple[str, float]:
        self.asked.append(text)
        return "de", 1.0


POSTS = [
    json.loads(line)["text"]
    for path in sorted(Path("tests/quality/posts").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]


def test_the_words_of_english_never_overrule_the_letters_of_a_post() -> None:
    model = _identifier()
    for text in [*POSTS, GERMAN, FRENCH, SPANISH, JAPANESE, ENGLISH, MIXED]:
        language, sure = model.classify(text)
        assert identify(text) == "en" or (identify(text) == language and sure >= SURE)
        assert identify(text) != "en" or language == "en" or sure < SURE or len(text.split()) < WORDS


@given(st.text(max_size=200))
def test_any_text_has_some_language(text: str) -> None:
    code = identify(text)
    assert len(code) == 2
    assert code.islower()


@pytest.mark.parametrize("unit", ["a", "a.", "a-", "'", "@", "a@", "`a", "http://", "#a"])
def test_a_draft_without_blanks_does_not_hold_everything_up(unit: str) -> None:
    text = (unit * 15_000)[:15_000]
    identify("warm up the model with a dozen words that mean nothing to anybody at all today")
    began = time.process_time()
    identify(text)
    assert time.process_time() - began < 0.15 * SHARED
