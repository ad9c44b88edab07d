"""The guard: a recognizer that fails, hangs or finds no end is named, and what it saw until then counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer

import core.recognizers.guard as guard
from core.finding import Detection, Span
from core.recognizers import build_recognizers
from core.recognizers.guard import Guard, Incidents
from core.recognizers.own import OwnRecognizer


class Own(EntityRecognizer):
    """Does whatever a test wants."""

    def __init__(self, work: Callable[[str], Any]) -> None:
        self.work = work
        super().__init__(supported_entities=["GOOSE"], name="own")

    def load(self) -> None:
        """Do nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> Any:
        """Do it."""
        return self.work(text)


def read(recognizer: EntityRecognizer, text: str, *, seconds: float = 5, digits: int = 0) -> tuple[int, list[str]]:
    """Return how many results a guarded recognizer gives, and its incidents."""
    artifacts = SimpleNamespace(incidents=Incidents(time.monotonic() + seconds), digits=sum(map(str.isdigit, text)))
    found = Guard(recognizer, digits).analyze(text, ["GOOSE"], artifacts)
    return len(found), artifacts.incidents.failed


def goose(at: int) -> Any:
    return OwnRecognizer("own", ["GOOSE"]).result(Detection(Span(at, at + 1), "GOOSE", 1.0))


def test_what_the_recognizer_sees_is_passed_on() -> None:
    assert read(Own(lambda _: [goose(0), goose(4)]), "goose") == (2, [])
    assert read(Own(lambda _: None), "goose") == (0, [])


@pytest.mark.parametrize("error", [ValueError, TimeoutError, RecursionError, MemoryError, KeyError, StopIteration])
def test_a_failure_is_named(error: type[Exception]) -> None:
    def fail(_: str) -> Any:
        raise error

    assert read(Own(fail), "goose") == (0, ["own"])


def test_what_was_seen_before_a_failure_still_counts() -> None:
    def fail_later(_: str) -> Iterator[Any]:
        yield goose(0)
        raise ValueError

    assert read(Own(fail_later), "goose") == (1, ["own"])


def test_a_passed_deadline_is_named_and_nothing_runs() -> None:
    assert read(Own(lambda _: 1 / 0), "goose", seconds=-1) == (0, ["time"])


def test_more_than_anybody_writes_is_named_and_cut() -> None:
    count, incidents = read(Own(lambda _: [goose(at) for at in range(guard.MAX_RESULTS + 1)]), "goose")
    assert (count, len(incidents)) == (guard.MAX_RESULTS, 1)
    assert read(Own(lambda _: [goose(at) for at in range(guard.MAX_RESULTS)]), "goose")[1] == []


@pytest.mark.parametrize("pattern", [r"(?:a|a)+[bc]", r"(?:a|aa)+\b!"])
def test_a_pattern_that_runs_out_of_time_is_named(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATTERN_SECONDS", 0.05)
    slow = PatternRecognizer("GOOSE", name="slow", patterns=[Pattern("slow", pattern, 0.9)])
    began = time.perf_counter()
    assert read(slow, "a" * 60) == (0, ["time"])
    assert time.perf_counter() - began < 30


def test_a_pattern_in_time_finds_what_it_should() -> None:
    quick = PatternRecognizer("GOOSE", name="quick", patterns=[Pattern("quick", r"g\w+", 0.9)])
    assert read(quick, "a Goose and a gander") == (2, [])


@pytest.mark.parametrize(("text", "found"), [("a 1 b 2", 0), ("a 1 b 2 c 3", 1), ("٣ ٤ ٥", 1)])
def test_a_gate_lets_only_drafts_with_enough_digits_through(text: str, found: int) -> None:
    assert read(Own(lambda _: [goose(0)]), text, digits=3) == (found, [])


SAMPLES = [
    "PAN ABCPE1234F",
    "id card CFGHJK1L2 and CZ6311T03",
    "passport M12A45678",
    "AB 12 34 56 C",
    "85.07.30-033.28",
    "1EG4-TE5-MK73",
    "GB29 NWBK 6016 1331 9268 19",
    "0477 12 34 56",
    "call 12 34 56 7",
    "S1234567D",
    "12 Marsh Lane",
    "Mill Road Nine",
    "LK19 OHF",
    "B-ML 4821",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "MORGA753116SM9IJ",
]


@pytest.mark.parametrize("guarded", [each for each in build_recognizers() if each._digits], ids=lambda each: each.name)
def test_a_gate_keeps_nothing_back_that_the_recognizer_would_find(guarded: Guard) -> None:
    for text in SAMPLES:
        artifacts = SimpleNamespace(incidents=Incidents(time.monotonic() + 5), digits=sum(map(str.isdigit, text)))
        kept = guarded.analyze(text, guarded.supported_entities, artifacts)
        free = guarded._inner.analyze(text, guarded.supported_entities, artifacts) or []
        spans = [(each.entity_type, each.start, each.end) for each in free if each.score > 0.05]
        assert [(each.entity_type, each.start, each.end) for each in kept if each.score > 0.05] == spans
