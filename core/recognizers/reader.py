"""Reader: names and statements, as two small language models read them. They read English."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

import structlog
from presidio_analyzer import LocalRecognizer, RecognizerResult

from core.errors import ModelError
from core.model.labels import NAMES, STATEMENTS
from core.model.reader import Reader, load_reader
from core.recognizers.guard import PatternTooSlow
from core.recognizers.result import report

LEAST = 0.05
"""A statement that is less likely than this is not worth reporting."""

Seen = TypeVar("Seen")

log = structlog.get_logger()


class NameRecognizer(LocalRecognizer):
    """Finds people, places and organisations."""

    def __init__(self) -> None:
        super().__init__(supported_entities=list(NAMES), name="names")

    def load(self) -> None:
        """Do nothing: the reader is loaded with the first draft that it reads."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each name; nothing in a draft in another language."""
        if nlp_artifacts.language != "en":
            return []
        names = _reader().names(text, nlp_artifacts.sentences)
        return [report(self, each.label, each.span, each.score) for each in _in_time(names, nlp_artifacts)]


class StatementRecognizer(LocalRecognizer):
    """Finds sentences that say something: a leak, an insult, a threat, where somebody lives."""

    def __init__(self) -> None:
        super().__init__(supported_entities=list(STATEMENTS), name="statements")

    def load(self) -> None:
        """Do nothing: the reader is loaded with the first draft that it reads."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each sentence and what it says; nothing in a draft in another language."""
        if nlp_artifacts.language != "en":
            return []
        read = _reader().statements(text, nlp_artifacts.sentences)
        return [
            report(self, each.label, each.span.trimmed(text), each.score)
            for each in _in_time(read, nlp_artifacts)
            if each.score >= LEAST
        ]


def _in_time(read: Iterable[Seen], artifacts: Any) -> Iterator[Seen]:
    """Yield what is read until the draft's time is up."""
    for each in read:
        if time.monotonic() > artifacts.incidents.deadline:
            raise PatternTooSlow
        yield each


def _reader() -> Reader:
    """Return the reader.

    Raises:
        ModelError: it could not be loaded; the draft is then unchecked, not clean.
    """
    found = _loaded()
    if isinstance(found, ModelError):
        raise found
    return found


@cache
def _loaded() -> Reader | ModelError:
    """Load the reader once, and remember it when that fails."""
    try:
        return load_reader()
    except ModelError as error:
        log.error("reader.missing", error=type(error).__name__)
        return error
