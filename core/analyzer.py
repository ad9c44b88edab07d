"""Analyzer: the seam to Presidio. Hosts every recognizer in one AnalyzerEngine and returns a Reading.

No spaCy model and no network: the engine gets tokens that are made on demand, only when a recognizer asks
for the words around something it saw.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from core.finding import Detection, Span
from core.language import identify
from core.normalize import readable
from core.presidio import AnalyzerEngine, NlpArtifacts, NoOpNlpEngine, RecognizerRegistry, RecognizerResult
from core.reading import Reading
from core.recognizers import Recognizer
from core.recognizers.guard import Incidents
from core.sentences import sentences

_WORD, _DIGIT = re.compile(r"\w+|[^\w\s]"), re.compile("[0-9]")  # readable texts have no other digits


class Analyzer:
    """Reads drafts with a fixed set of recognizers, each in its guard. Safe to share by threads."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        self.labels = frozenset(label for each in recognizers for label in each.supported_entities)
        # an engine without a recognizer of its own would load those that Presidio ships
        self._engine = _engine(recognizers) if recognizers else None

    def read(self, text: str, seconds: float) -> Reading:
        """Return everything the recognizers see in `text`, in order of appearance.

        A recognizer that fails, or that `seconds` leave no time for, is named in `incomplete`; the others
        still report.
        """
        view = readable(text)
        artifacts = _Artifacts(view.text, time.monotonic() + seconds)
        results = (
            self._engine.analyze(view.text, language="en", nlp_artifacts=artifacts)
            if self._engine and view.text
            else []
        )
        detections = {
            Detection(Span(result.start, result.end), result.entity_type, float(result.score)) for result in results
        }
        return Reading(
            view=view,
            sentences=artifacts.sentences,
            detections=tuple(sorted(detections)),
            language=artifacts.language,
            incomplete=tuple(sorted(set(artifacts.incidents.failed))),
        )


class _Engine(AnalyzerEngine):
    """Presidio's engine with a fixed set of recognizers, of which most see nothing in most drafts."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._entities: list[str] = super().get_supported_entities("en")
        self._hearing = {each.id for each in self.get_recognizers("en") if each.context}

    def get_supported_entities(self, language: str | None = None) -> list[str]:
        """Return all labels; Presidio would gather them anew for every draft."""
        return self._entities

    def _enhance_using_context(self, text: str, raw_results: Any, *rest: Any, **named: Any) -> Any:
        """Look for words around what was seen only where its recognizer has any to look for."""
        hearing = [each for each in raw_results if _seen_by(each) in self._hearing]
        if not hearing:
            return raw_results
        others = [each for each in raw_results if _seen_by(each) not in self._hearing]
        return others + super()._enhance_using_context(text, hearing, *rest, **named)


def _seen_by(result: RecognizerResult) -> str:
    return str(result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY])


def _engine(recognizers: Sequence[Recognizer]) -> AnalyzerEngine:
    return _Engine(
        registry=RecognizerRegistry(recognizers=list(recognizers), supported_languages=["en"]),
        nlp_engine=_NoEngine(),
        supported_languages=["en"],
    )


class _Artifacts(NlpArtifacts):
    """The words of one draft, made when first asked for, and a note of what went wrong while reading it."""

    def __init__(self, text: str, deadline: float) -> None:
        self._text = text
        self.incidents = Incidents(deadline)
        self.entities: list[Any] = []
        self.scores: list[float] = []
        self.page: Any = None

    @cached_property
    def language(self) -> str:
        return identify(self._text)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return sentences(self._text)

    @cached_property
    def digits(self) -> int:
        return len(_DIGIT.findall(self._text))

    @cached_property
    def _words(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self._text))

    @cached_property
    def tokens(self) -> list[str]:
        return [word[0] for word in self._words]

    @cached_property
    def tokens_indices(self) -> list[int]:
        return [word.start() for word in self._words]

    @cached_property
    def lemmas(self) -> list[str]:
        return [token.lower() for token in self.tokens]

    @cached_property
    def keywords(self) -> list[str]:
        return [lemma for lemma in self.lemmas if lemma[0].isalnum()]


class _NoEngine(NoOpNlpEngine):
    """Presidio's engine for want of one, without spaCy's vocabulary; `Analyzer` hands over the artifacts itself."""

    def __init__(self) -> None:
        self.nlp = {"en": None}
