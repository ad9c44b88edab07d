"""Result: how our own recognizers report to Presidio."""

from __future__ import annotations

from core.finding import Span
from core.presidio import EntityRecognizer, RecognizerResult


def report(recognizer: EntityRecognizer, label: str, span: Span, score: float) -> RecognizerResult:
    """Return one detection in Presidio's form."""
    return RecognizerResult(
        entity_type=label,
        start=span.start,
        end=span.end,
        score=score,
        recognition_metadata={
            RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
        },
    )
