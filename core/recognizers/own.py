"""Own: what the recognizers that we wrote have in common, and how they report to Presidio."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.finding import Detection
from core.presidio import LocalRecognizer, RecognizerResult


class OwnRecognizer(LocalRecognizer):
    """A recognizer of ours; each says what it sees in a readable text."""

    def __init__(self, name: str, labels: Iterable[str]) -> None:
        super().__init__(supported_entities=list(labels), name=name)

    def load(self) -> None:
        """Do nothing: what it needs is there when it is built, or comes with the first draft."""

    def detections(self, text: str, artifacts: Any) -> Iterable[Detection]:
        """Return what it sees; `artifacts` are what the analyzer knows of the draft."""
        raise NotImplementedError

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> Iterable[RecognizerResult]:
        """Return all that it sees, in Presidio's form."""
        return [self.result(each) for each in self.detections(text, nlp_artifacts)]

    def result(self, seen: Detection) -> RecognizerResult:
        """Return one detection in Presidio's form."""
        return RecognizerResult(
            entity_type=seen.label,
            start=seen.span.start,
            end=seen.span.end,
            score=seen.score,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )
