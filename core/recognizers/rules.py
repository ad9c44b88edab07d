"""Rules: the words and patterns of the policy packs, all in one recognizer; its labels are the rules' ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from core.finding import Detection
from core.patterns import Pattern, PatternSet
from core.recognizers.own import OwnRecognizer


class RulesRecognizer(OwnRecognizer):
    """Finds what the packs' own words and patterns describe."""

    def __init__(
        self, patterns: Mapping[str, Sequence[Pattern]], needs: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._patterns = PatternSet(patterns, needs)
        super().__init__("rules", sorted(patterns))

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each place where a pattern fits, less the blanks at its ends, labelled by its rule."""
        for label, span in self._patterns.spans(text):
            yield Detection(span.trimmed(text), label, 1.0)
