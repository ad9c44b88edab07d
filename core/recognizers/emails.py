"""Emails: Presidio's mail addresses, judged without its list of public suffixes, which it would fetch."""

from __future__ import annotations

from typing import Any

from core.presidio import RecognizerResult, predefined_recognizers


class OfflineEmailRecognizer(predefined_recognizers.EmailRecognizer):
    """Finds mail addresses; every ending of two letters or more counts, those kept for examples too."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None, **rest: Any) -> list[RecognizerResult]:
        """Return one result for each address; behind another @ it is an account of a federated network."""
        found = super().analyze(text, entities, nlp_artifacts, **rest)
        return [each for each in found if not text[: each.start].endswith("@")]

    def validate_result(self, pattern_text: str) -> bool:
        """Tell whether the part behind the last dot could be a top-level domain."""
        ending = pattern_text.rpartition(".")[2]
        return len(ending) >= 2 and ending.isalpha()
