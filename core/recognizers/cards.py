"""Cards: payment card numbers, by the ranges of their issuers and their check digit (ISO/IEC 7812-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stdnum import luhn

from core.finding import Detection, Span
from core.recognizers.counts import counts
from core.recognizers.own import OwnRecognizer

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
_TOLD = re.compile(
    r"(?:^|[^\w-])(?P<other>(?:gift|library|loyalty|member(?:ship)?|club|sim|sd|memory|graphics|score|business|post|report|"
    r"birthday|id|identity|health|insurance|stamp|travel|rail|top-?up|phone|bonus|reward|points|playing)[ -])?"
    r"(?:cards?|visa|master ?card|amex|maestro)\b|💳",
    re.IGNORECASE,
)
_REACH = 80
_TOLD_SCORE = 0.6


class CardRecognizer(OwnRecognizer):
    """Finds card numbers in one piece or in groups; 13 or 14 digits in one piece only where a card is spoken of.

    Scores 0.6 where the check digit is wrong and a card is told of in front: a slip leads to nobody else's.
    """

    def __init__(self) -> None:
        super().__init__("cards", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each card number."""
        for match in _CANDIDATE.finditer(text):
            if (score := _score(match, text)) and not counts(text, match.start()):
                yield Detection(Span(*match.span()), LABEL, score)


def _score(match: re.Match[str], text: str) -> float:
    """Return how sure it is that a number in a text is a card's; 0.0 for no."""
    number = re.sub(r"\D", "", match[0])
    if len(match[0]) == len(number) and len(number) not in _PLAIN_LENGTHS and not _MENTIONED.search(text):
        return 0.0  # barcodes and parcels have as many digits, and every tenth has this check digit
    if not _ISSUED.fullmatch(number) or _BROKEN.fullmatch(match[0]):
        return 0.0
    if luhn.is_valid(number):
        return 1.0
    told = list(_TOLD.finditer(text, max(match.start() - _REACH, 0), match.start()))
    return _TOLD_SCORE if told and not told[-1]["other"] else 0.0
