"""Terms: finds the names on the confidential list; its labels are `TERM_<KIND>` and `TERM_SECRET`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any

from core.finding import Detection
from core.presidio import RecognizerResult
from core.recognizers.own import OwnRecognizer
from core.recognizers.reader import named
from core.terms.index import TermIndex
from core.terms.term import LABELS

_TOLD = re.compile(r"backward|mirror|revers|right to left|other way (?:a)?round", re.IGNORECASE)
"""Whoever writes a name backwards tells the reader to turn it; other drafts are not read twice."""
_WORD = re.compile(r"[^\W_]+")


class TermsRecognizer(OwnRecognizer):
    """Finds listed names in whatever spelling the index knows."""

    def __init__(self, index: TermIndex) -> None:
        self._index = index
        super().__init__("terms", sorted(LABELS))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> Iterator[RecognizerResult]:
        """Yield one result for each listed name, as they are found."""
        turned = _WORD.sub(lambda word: word[0][::-1], text) if _TOLD.search(text) else ""
        told = partial(named, text=text, artifacts=nlp_artifacts)
        for seen in chain(self._index.find(text, named=told), self._index.find(turned, typos=False)):
            yield self.result(Detection(seen.span, seen.label, seen.score))
