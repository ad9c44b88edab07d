"""Phones: telephone numbers of every country, told from the many other numbers that people post."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from presidio_analyzer import LocalRecognizer, RecognizerResult

from core.finding import Span
from core.recognizers.result import report

LABEL = "PHONE_NUMBER"
HOME_REGIONS = (
    "US",
    "GB",
    "IN",
    "DE",
    "FR",
    "ES",
    "IT",
    "NL",
    "BE",
    "IE",
    "AU",
    "ZA",
    "NG",
    "BR",
    "PH",
    "PL",
    "PT",
    "SE",
)
"""Where a number without a country code may come from."""

_CANDIDATE = re.compile(r"(?<![\w.,/+#\-])(?<!\d[:=])(?:\+|00)?\(?\d(?:[\s().\-/]{0,3}\d){6,15}(?![\w%€$£]|[.,:/\-]\d)")
_CALLS = re.compile(
    r"\b(?:call|ring|phone|fone|tel|telephone|mobile|mob|cell|whats ?app|wa|zap|signal|viber|telegram|text|sms|dial|"
    r"reach|contact|number|hotline|fax|hmu|dm|handy|landline|extension|ext|voicemail)\b|[📞📱☎✆📲]",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"(?:\b(?:order|invoice|ticket|model|serial|part|build|version|isbn|issn|ean|doi|id|ref|reference|case|tracking|"
    r"parcel|account|batch|lot|sku|patent|grant|train|flight|edition|item|rfc|issue|pr|commit|year|years|no|nr|"
    r"article|catalogue|wagon|engine|frame|chassis|score|draw|winning|numbers)\b\.?[\s:#]*(?:number|no|nr)?[.\s:#]*|[$€£¥#])$",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d[.\-/ ]\d\d?[.\-/ ]\d\d?|\d\d?[.\-/]\d\d?[.\-/](?:19|20)\d\d")
_GROUPED = re.compile(r"\(?\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}|\(\d{2,5}\) ?\d{3,5}[ \-]\d{3,5}")
_SPACED = re.compile(r"\d[\s\-/)]+\d")
_NEAR = 45


class TelephoneRecognizer(LocalRecognizer):
    """Finds telephone numbers; 0.9 for one that can be dialled as written, 0.6 for one that looks like it."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[LABEL], name="phones")

    def load(self) -> None:
        """Do nothing: the metadata comes with the library."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each telephone number."""
        results = []
        for match in _CANDIDATE.finditer(text):
            score = self._score(match[0], text[max(match.start() - _NEAR, 0) : match.start()])
            if score:
                results.append(report(self, LABEL, Span(*match.span()), score))
        return results

    def _score(self, digits: str, before: str) -> float:
        if _COUNTS.search(before) or _DATE.match(digits):
            return 0.0
        if digits.startswith(("+", "00")):
            return 0.9 if _possible("+" + digits.removeprefix("+").removeprefix("00"), None) else 0.0
        called = bool(_CALLS.search(before))
        if called and any(_possible(digits, region) for region in HOME_REGIONS):
            return 0.9
        if _GROUPED.fullmatch(digits):
            return 0.6
        national = digits.startswith(("0", "(0")) and _SPACED.search(digits) and digits.count("-") < 2
        return 0.6 if national and any(_valid(digits, region) for region in HOME_REGIONS) else 0.0


def _possible(digits: str, region: str | None) -> bool:
    """Tell whether the number has a length that its country uses; numbers kept for fiction count."""
    number = _parsed(digits, region)
    return number is not None and phonenumbers.is_possible_number(number)


def _valid(digits: str, region: str) -> bool:
    number = _parsed(digits, region)
    return number is not None and phonenumbers.is_valid_number(number)


def _parsed(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
