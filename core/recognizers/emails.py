"""Emails: Presidio's mail addresses, judged without its list of public suffixes, which it would fetch."""

from __future__ import annotations

from presidio_analyzer.predefined_recognizers import EmailRecognizer


class OfflineEmailRecognizer(EmailRecognizer):
    """Finds mail addresses; every ending of two letters or more counts, those kept for examples too."""

    def validate_result(self, pattern_text: str) -> bool:
        """Tell whether the part behind the last dot could be a top-level domain."""
        ending = pattern_text.rpartition(".")[2]
        return len(ending) >= 2 and ending.isalpha()
