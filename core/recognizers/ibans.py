"""IBANs: account numbers, by the form of their country and their check digits (ISO 13616), in capitals or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from stdnum import iban, numdb

from core.finding import Detection, Span
from core.recognizers.own import OwnRecognizer

LABEL = "IBAN_CODE"

_BEGINNING = re.compile(r"(?<!\w)(?:([A-Z]{2})[ \-]?|([A-Za-z]{2}))\d{2}")
"""Small letters stand close to their digits: "no" and "at" are words."""
_NEXT = re.compile(r"[ \-.]{0,2}[A-Z0-9]", re.IGNORECASE)
_PART = re.compile(r"(\d+)!")
_BEFORE_PARTS = 4


class AnyCaseIbanRecognizer(OwnRecognizer):
    """Finds IBANs in one piece or in groups; a bank's own check digits are not asked for."""

    def __init__(self) -> None:
        super().__init__("ibans", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each account number."""
        for begins in _BEGINNING.finditer(text):
            if span := _account(text, begins):
                yield Detection(span, LABEL, 1.0)


def _account(text: str, begins: re.Match[str]) -> Span | None:
    """Return the account number that begins here, if one does."""
    end = begins.end()
    for _ in range(_characters((begins[1] or begins[2]).upper()) - _BEFORE_PARTS):
        following = _NEXT.match(text, end)
        if following is None:
            return None
        end = following.end()
    whole = end > begins.end() and not text[end : end + 1].isalnum()
    valid = whole and iban.is_valid(text[begins.start() : end], check_country=False)
    return Span(begins.start(), end) if valid else None


@cache
def _characters(country: str) -> int:
    """Return how many characters the account numbers of a country have; of one that has none, too few."""
    parts = numdb.get("iban").info(country)[0][1].get("bban", "")
    return _BEFORE_PARTS + sum(map(int, _PART.findall(parts)))
