"""Whole: our whole check against the stock AnalyzerEngine, for information only."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

from core.terms.term import Term  # the variable above must be set before anything of Presidio is loaded

OURS, STOCK = "checkpost, whole check", "stock AnalyzerEngine"


def our_check(terms: Sequence[Term]) -> Callable[[str], Any]:
    """Return the whole check as a function of a text."""
    from core.draft import Author, Draft
    from core.judgement import build_analyzer, evaluate
    from core.policy import load_policy

    policy = load_policy(Path("policies"))
    analyzer = build_analyzer(policy, terms)
    author = Author("cli", "", "me")
    return lambda text: evaluate(policy, analyzer, Draft("1", text, author))


def stock_check() -> Callable[[str], Any]:
    """Return Presidio as it comes: its default recognizers, blank English tokens and lemmas from a table.

    To be called before `our_check`: Presidio finds its recognizers by class name, and some of ours are called alike.
    """
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from spacy.lookups import Lookups

    nlp = spacy.blank("en")
    lookups = Lookups()
    lookups.add_table("lemma_lookup", {"numbers": "number", "cards": "card", "accounts": "account", "phones": "phone"})
    lemmatizer: Any = nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    lemmatizer.initialize(lookups=lookups)

    class Blank(SpacyNlpEngine):  # type: ignore[misc]
        """The stock engine around a pipeline that needs no model."""

        def load(self) -> None:
            self.nlp = {"en": nlp}

    engine = Blank()
    engine.load()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    return lambda text: analyzer.analyze(text, language="en")


def without_reader() -> None:
    """Let the two encoders read nothing in this process, from now on."""
    from core.recognizers import terms
    from core.recognizers.reader import NameRecognizer, StatementRecognizer

    for recognizer in (NameRecognizer, StatementRecognizer):
        recognizer.analyze = lambda *_: []
    terms.named = lambda *_, **__: 0.0


@contextmanager
def reader_left_out() -> Iterator[None]:
    """Let the two encoders read nothing for a while."""
    from core.recognizers import terms
    from core.recognizers.reader import NameRecognizer, StatementRecognizer

    kept = NameRecognizer.analyze, StatementRecognizer.analyze, terms.named
    without_reader()
    try:
        yield
    finally:
        NameRecognizer.analyze, StatementRecognizer.analyze, terms.named = kept


class Offline:
    """Lets nothing look up a name or open a connection while it is in force."""

    def __enter__(self) -> None:
        self._kept = socket.socket.connect, socket.getaddrinfo
        socket.socket.connect = socket.getaddrinfo = self._refuse  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        socket.socket.connect, socket.getaddrinfo = self._kept  # type: ignore[method-assign]

    @staticmethod
    def _refuse(*_: object, **__: object) -> Any:
        raise AssertionError("the check wants the network")


def seconds_of(check: Callable[[str], Any], shape: str) -> float:
    """Return the CPU seconds that one worst-case shape takes."""
    from bench.shapes import SHAPES, filled  # takes a tenth of a second, which is no part of a start

    began = time.process_time()
    check(filled(SHAPES[shape]))
    return time.process_time() - began


def slowest_shapes(check: Callable[[str], Any], count: int = 3) -> list[tuple[float, str]]:
    """Return the worst-case shapes that take most, with the CPU seconds of the better of two runs."""
    from bench.shapes import SHAPES, filled

    taken = []
    for name, piece in SHAPES.items():
        runs = []
        for _ in range(2):
            began = time.process_time()
            check(filled(piece))
            runs.append(time.process_time() - began)
            if runs[0] < 0.1:
                break
        taken.append((min(runs), name))
    return sorted(taken, reverse=True)[:count]
