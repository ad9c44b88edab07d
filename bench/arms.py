"""Arms: the engines that the benchmark runs, each built from the same list and read from the same drafts."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import daachorse

from core.normalize import fold, readable
from core.terms.index import TermIndex
from core.terms.term import Term

RAW, OURS, TYPOS, MIXED = "raw daachorse", "checkpost", "checkpost with typos", "checkpost with typos, mixed drafts"
DENY_LIST, PHRASES, FLASHTEXT, PYAHOCORASICK = "Presidio deny list", "spaCy PhraseMatcher", "flashtext", "pyahocorasick"

Reads = Callable[[Any], list[tuple[int, int]]]


@dataclass
class Arm:
    """One engine over one list: how it reads a draft, what it is given to read, what building it cost."""

    name: str
    read: Callable[[Any], Any] = field(repr=False)
    prepare: Callable[[str], Any] = field(repr=False)
    seconds: float = 0.0
    spans: Reads | None = field(default=None, repr=False)
    index: Any = field(default=None, repr=False)


def has_typo_switch() -> bool:
    """Tell whether the index can be asked for exact names alone, so that both can be timed."""
    return "typos" in inspect.signature(TermIndex.find).parameters


def build_index(terms: Sequence[Term]) -> TermIndex:
    """Build our index."""
    return TermIndex(terms)


def _timed(build: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    built = build()
    return built, time.process_time() - began


def raw(terms: Sequence[Term]) -> Arm:
    """Build the bare automaton over folded names; it is given drafts folded in advance, as bytes."""
    keys = sorted({fold(term.name).encode() for term in terms})
    automaton, seconds = _timed(lambda: daachorse.DoubleArrayAhoCorasick(keys))
    return Arm(RAW, automaton.find_overlapping, lambda text: fold(text).encode(), seconds)


def ours(terms: Sequence[Term]) -> Arm:
    """Build our terms check, exact names only: from a readable text to labelled spans of it."""
    index, seconds = _timed(lambda: build_index(terms))
    find = partial(index.find, typos=False) if has_typo_switch() else index.find
    return Arm(OURS, lambda text: list(find(text)), _readable, seconds, _our_spans(find), index)


def with_typos(arm: Arm) -> Arm:
    """Return the same check over the same index, looking for typos too."""
    find = arm.index.find
    return Arm(TYPOS, lambda text: list(find(text)), _readable, arm.seconds, _our_spans(find), arm.index)


def _readable(text: str) -> str:
    return readable(text).text


def _our_spans(find: Callable[[str], Any]) -> Reads:
    def spans(text: str) -> list[tuple[int, int]]:
        view = readable(text)
        places = [view.original(span) for _, span, *_ in find(view.text)]
        return [(place.start, place.end) for place in places]

    return spans


def deny_list(terms: Sequence[Term]) -> Arm:
    """Build Presidio's own recognizer for a list of names."""
    from presidio_analyzer import PatternRecognizer

    names = [term.name for term in terms]

    def build() -> Any:
        made = PatternRecognizer(supported_entity="TERM", deny_list=names)
        made.analyze("warm", ["TERM"])
        return made

    recognizer, seconds = _timed(build)

    def spans(text: str) -> list[tuple[int, int]]:
        return [(result.start, result.end) for result in recognizer.analyze(text, ["TERM"]) or ()]

    return Arm(DENY_LIST, lambda text: recognizer.analyze(text, ["TERM"]), str, seconds, spans)


def phrases(terms: Sequence[Term]) -> Arm:
    """Build spaCy's matcher on lower-cased tokens of a blank English pipeline."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")

    def build() -> Any:
        matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        matcher.add("TERM", list(nlp.pipe(term.name for term in terms)))
        return matcher

    matcher, seconds = _timed(build)

    def spans(text: str) -> list[tuple[int, int]]:
        found = matcher(nlp(text), as_spans=True)
        return [(span.start_char, span.end_char) for span in found]

    return Arm(PHRASES, lambda text: matcher(nlp(text)), str, seconds, spans)


def flashtext(terms: Sequence[Term]) -> Arm:
    """Build flashtext, case-insensitive, on drafts as they are."""
    from flashtext import KeywordProcessor

    def build() -> Any:
        processor = KeywordProcessor(case_sensitive=False)
        for term in terms:
            processor.add_keyword(term.name)
        return processor

    processor, seconds = _timed(build)

    def spans(text: str) -> list[tuple[int, int]]:
        return [(start, end) for _, start, end in processor.extract_keywords(text, span_info=True)]

    return Arm(FLASHTEXT, lambda text: processor.extract_keywords(text, span_info=True), str, seconds, spans)


def pyahocorasick(terms: Sequence[Term]) -> Arm:
    """Build pyahocorasick over folded names; it is given drafts folded in advance."""
    import ahocorasick

    keys = sorted({fold(term.name) for term in terms})

    def build() -> Any:
        automaton = ahocorasick.Automaton()
        for number, key in enumerate(keys):
            automaton.add_word(key, number)
        automaton.make_automaton()
        return automaton

    automaton, seconds = _timed(build)
    return Arm(PYAHOCORASICK, lambda text: list(automaton.iter(text)), fold, seconds)


BUILDERS: dict[str, tuple[Callable[[Sequence[Term]], Arm], int, int]] = {
    RAW: (raw, 10_000_000, 1),
    OURS: (ours, 10_000_000, 1),
    PYAHOCORASICK: (pyahocorasick, 10_000_000, 1),
    FLASHTEXT: (flashtext, 100_000, 2),
    PHRASES: (phrases, 100_000, 4),
    DENY_LIST: (deny_list, 10_000, 40),
}
"""Every arm: how it is built, the longest list it is given, and which share of the drafts it reads (one in so many)."""
