"""Terms: finds the names on the confidential list; its labels are `TERM_<KIND>` and `TERM_SECRET`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from core.recognizers.result import report
from core.terms.index import TermIndex
from core.terms.term import LABELS


class TermsRecognizer(LocalRecognizer):
    """Finds listed names in whatever spelling the index knows."""

    def __init__(self, index: TermIndex) -> None:
        self._index = index
        super().__init__(supported_entities=sorted(LABELS), name="terms")

    def load(self) -> None:
        """Do nothing: the index comes built."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> Iterator[RecognizerResult]:
        """Yield one result for each listed name, as they are found."""
        for seen in self._index.find(text):
            yield report(self, seen.label, seen.span, seen.score)
