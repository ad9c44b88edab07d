"""Cards: payment card numbers, by the ranges of their issuers and their check digit (ISO/IEC 7812-1)."""

from __future__ import annotations

import re
from typing import Any

from stdnum import luhn

from core.finding import Span
from core.presidio import LocalRecognizer, RecognizerResult
from core.recognizers.counts import counts
from core.recognizers.result import report

LABEL = "CREDIT_CARD"

_CANDIDATE = re.compile(r"(?<![\w.,/+#\-])\d(?:[ .\-]{0,3}\d){12,18}(?![\w%]|[.,:/\-]\d)")
_ISSUED = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:30[0-5]|309|36\d|3[89]\d)\d{11}(?:\d\d)?"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?"  # Discover, RuPay
    r"|(?:60|81|82)\d{14}"  # RuPay
    r"|62\d{14,17}"  # UnionPay
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}"  # Maestro
    r"|220[0-4]\d{12,15}"  # Mir
    r"|9792\d{12}"  # Troy
)
_BROKEN = re.compile(r"\d{1,2}(?:[ .\-]+\d{1,2})+")
_PLAIN_LENGTHS = (15, 16)
_MENTIONED = re.compile(
    r"\b(?:card|visa|master ?card|amex|maestro|diners|debit|credit|cvv|cvc|exp)\b|💳", re.IGNORECASE
)


class CardRecognizer(LocalRecognizer):
    """Finds card numbers in one piece or in groups; 13 or 14 digits in one piece only where a card is spoken of."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[LABEL], name="cards")

    def load(self) -> None:
        """Do nothing: the ranges are compiled."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each card number."""
        return [
            report(self, LABEL, Span(*match.span()), 1.0)
            for match in _CANDIDATE.finditer(text)
            if _is_card(match[0], text) and not counts(text, match.start())
        ]


def _is_card(written: str, text: str) -> bool:
    number = re.sub(r"\D", "", written)
    if len(written) == len(number) and len(number) not in _PLAIN_LENGTHS and not _MENTIONED.search(text):
        return False  # barcodes and parcels have as many digits, and every tenth has this check digit
    return bool(_ISSUED.fullmatch(number) and luhn.is_valid(number) and not _BROKEN.fullmatch(written))
