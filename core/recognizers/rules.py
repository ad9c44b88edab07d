"""Rules: the words and patterns of the policy packs, all in one recognizer; its labels are the rules' ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.patterns import Pattern, PatternSet
from core.presidio import LocalRecognizer, RecognizerResult
from core.recognizers.result import report


class RulesRecognizer(LocalRecognizer):
    """Finds what the packs' own words and patterns describe."""

    def __init__(
        self, patterns: Mapping[str, Sequence[Pattern]], needs: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._patterns = PatternSet(patterns, needs)
        super().__init__(supported_entities=sorted(patterns), name="rules")

    def load(self) -> None:
        """Do nothing: patterns are compiled when they are first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each place where a pattern fits, less the blanks at its ends, labelled by its rule."""
        return [report(self, label, span.trimmed(text), 1.0) for label, span in self._patterns.spans(text)]
