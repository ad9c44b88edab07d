"""Guard: stands around a recognizer, so that failing or running out of time is noticed and never looks clean."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from typing import Any

import regex
import structlog

from core.presidio import EntityRecognizer, PatternRecognizer, RecognizerResult

PATTERN_SECONDS = 2.0
MAX_RESULTS = 500

log = structlog.get_logger()


class Incidents:
    """What went wrong while one draft was read: names of recognizers that did not finish."""

    __slots__ = ("deadline", "failed")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.failed: list[str] = []


class PatternTooSlow(Exception):  # noqa: N818
    """A pattern ran out of time. Not a TimeoutError: Presidio swallows those and reports a clean draft."""


class Guard(EntityRecognizer):
    """Runs one recognizer; a failure or a passed deadline goes into the draft's incidents.

    `digits` is how many digits a draft must have, and `sign` what must stand in it, for it to find anything.
    """

    def __init__(self, inner: EntityRecognizer, digits: int = 0, sign: str = "") -> None:
        super().__init__(
            supported_entities=inner.supported_entities, name=inner.name, context=inner.context, version=inner.version
        )
        self._inner = inner
        self._digits = digits
        self._sign = sign
        self._id = inner.id
        if isinstance(inner, PatternRecognizer):
            inner.patterns = copy.deepcopy(inner.patterns)
            for pattern in inner.patterns:
                pattern.compiled_with_flags = inner.global_regex_flags
                pattern.compiled_regex = _Timed(regex.compile(pattern.regex, flags=inner.global_regex_flags))

    def load(self) -> None:
        """Do nothing: the inner recognizer loaded itself when it was built."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return what the inner recognizer sees; when it fails, what it saw until then, and an incident."""
        incidents: Incidents = nlp_artifacts.incidents
        if self._sign not in text or (self._digits and nlp_artifacts.digits < self._digits):
            return []
        results: list[RecognizerResult] = []
        try:
            if time.monotonic() > incidents.deadline:
                raise PatternTooSlow
            for result in self._inner.analyze(text, entities, nlp_artifacts) or ():
                if len(results) == MAX_RESULTS:
                    incidents.failed.append("too_many")
                    break
                results.append(result)
        except PatternTooSlow:
            incidents.failed.append("time")
        except Exception as error:  # whatever a recognizer raises, the draft must not pass as read
            log.error("recognizer.failed", name=self.name, error=type(error).__name__)
            incidents.failed.append(self.name)
        return results


class _Timed:
    """A compiled pattern whose time-out is an error that Presidio does not swallow."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def finditer(self, text: str, timeout: float) -> Iterator[Any]:
        """Yield matches for PATTERN_SECONDS at most, whatever time Presidio would give."""
        try:
            yield from self._compiled.finditer(text, timeout=min(timeout, PATTERN_SECONDS))
        except TimeoutError:
            raise PatternTooSlow from None
