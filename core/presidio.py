"""Presidio: all that we use of it, loaded without what it never needs here.

Those are spaCy, in whose place stand our own words (`core.analyzer`), what would fetch the list of public suffixes,
which we do not use (`core.recognizers.emails`), and the patterns of links, which nothing here asks for and which are
read four times when they are loaded. They take longer to load than all the rest of it.
"""

from __future__ import annotations

from core.standins import load

load(
    "presidio_analyzer.predefined_recognizers",
    without=(
        "spacy",
        "thinc",
        "requests",
        "requests_file",
        "presidio_analyzer.predefined_recognizers.generic.url_recognizer",
    ),
)

from presidio_analyzer import (  # noqa: E402  (after what is left out)
    AnalyzerEngine,
    EntityRecognizer,
    LocalRecognizer,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
    predefined_recognizers,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine  # noqa: E402

__all__ = [
    "AnalyzerEngine",
    "EntityRecognizer",
    "LocalRecognizer",
    "NlpArtifacts",
    "NoOpNlpEngine",
    "PatternRecognizer",
    "RecognizerRegistry",
    "RecognizerResult",
    "predefined_recognizers",
]
