"""Phones: telephone numbers of every country, told from the many other numbers that people post."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers
from stdnum import ean

from core.finding import Detection, Span
from core.recognizers.counts import counts
from core.recognizers.own import OwnRecognizer

LABEL = "PHONE_NUMBER"
HOME_REGIONS = (
    "US GB IN DE FR ES IT NL BE IE AU ZA NG BR PH PL PT SE JP KR CN RU TR AR MX ID PK CH AT CZ DK NO FI HU RO GR "
    "IL KE EG NZ".split()
)
"""Where a number without a country code may come from."""

_CANDIDATE = re.compile(
    r"(?<![\w.,/+#\-])(?<!\d[:=])(?:\+|00)?\(?\d(?:[\s().\-/]{0,3}\d){6,15}(?![\w%€$£]|[.,:/\-]\d)"
    r"(?! ?(?:[kmgt]?hz|[kcm]?m|k?g|miles|rpm|ppm|px|dpi|[kmg]?wh?|[kmgt]i?b|bytes|dollars|euros?|pounds)\b)",
    re.IGNORECASE,
)
_DECORATED = re.compile(
    r"(?<![\w.,/+#\-])\d(?:(?=[^\n]{0,4}\d)[\s().\-/_*|~\u00b7\u2022\u20e3\u2190-\u2bff\U0001f000-\U0001faff]{0,5}\d){7,14}(?!\w)"
)
"""Figures in keycaps, or with signs and pictures between them."""
_CALLS = re.compile(
    r"\b(?:call|ring|phone|fone|tel|telephone|mobile|mob|cell|whats ?app|wa|zap|signal|viber|telegram|text|sms|dial|"
    r"portable|móvil|movil|celular|cellulare|komórka|gsm|ping me|"
    r"reach|contact|number(?! of)|digits|kontakt|hotline|fax|hmu|dm|handy|landline|extension|ext|voicemail|"
    r"answers?(?: on| at)?|picks? up(?: on| at)?|give (?:me|us|him|her|them) a (?:bell|buzz|shout))\b|[📞📱☎✆📲]",
    re.IGNORECASE,
)
_CALLED_AFTER = re.compile(
    r"[\s,;:()\-]{0,3}(?:is|was|that's|=|for)?\s*(?:my|his|her|their|our|the|a)?\s*(?:new |old |private |own |work )?"
    r"(?:(?:mobile|cell|phone|telephone|whats ?app) ?(?:number)?|number|handy|landline|call|ring|text|whats ?app|"
    r"if (?:any(?:one|body)|you) (?:fanc(?:y|ies)|wants?|needs?|feels? like)|"
    r"signal|any ?time|after \w+ please|ask for|sms|anrufen|appelle[rz]?|llama|ligar)\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d[.\-/ ]\d\d?[.\-/ ]\d\d?|\d\d?[.\-/]\d\d?[.\-/](?:19|20)\d\d")
_GROUPED = re.compile(
    r"\(?\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}|\(\d{2,5}\) ?\d{3,5}[ \-]\d{3,5}|0\d{1,3}-\d{3,4}-\d{3,4}|"
    r"8 ?\(?\d{3}\)? ?\d{3}-\d\d-\d\d|\(\d{2}\) ?9 ?\d{4}-\d{4}"
)
_TRUNK = re.compile(r"\(0\)")
_SPACED = re.compile(r"\d[\s\-/)]+\d")
_NEAR, _BARCODE = 45, 13


class TelephoneRecognizer(OwnRecognizer):
    """Finds telephone numbers; 0.9 for one that can be dialled as written, 0.6 for one that looks like it."""

    def __init__(self) -> None:
        super().__init__("phones", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each telephone number."""
        for match in _CANDIDATE.finditer(text):
            if not counts(text, match.start()) and (score := _score(match, text)):
                yield Detection(Span(*match.span()), LABEL, score)
        for match in _decorated(text) if not text.isascii() else ():
            yield Detection(Span(*match.span()), LABEL, 0.9)


def _score(match: re.Match[str], text: str) -> float:
    """Return how sure it is that a number in a text is a telephone's; 0.0 for no."""
    digits = _TRUNK.sub("", match[0]) if match[0].startswith(("+", "00")) else match[0]
    if _DATE.match(digits):
        return 0.0
    if digits.startswith(("+", "00")):
        return 0.9 if _possible("+" + digits.removeprefix("+").removeprefix("00"), None) else 0.0
    if _is_barcode(re.sub(r"\D", "", digits)):
        return 0.0
    if (_is_called(match, text) or _CALLED_AFTER.match(text, match.end())) and _possible_at_home(digits):
        return 0.9
    if _GROUPED.fullmatch(digits):
        return 0.6
    national = digits.startswith(("0", "(0")) and _SPACED.search(digits) and digits.count("-") < 2
    return 0.6 if national and any(_valid(digits, region) for region in HOME_REGIONS) else 0.0


def _is_barcode(figures: str) -> bool:
    """Tell whether figures are the code under the bars of a product."""
    return len(figures) == _BARCODE and figures[0] != "0" and ean.is_valid(figures)


def _decorated(text: str) -> Iterator[re.Match[str]]:
    """Yield numbers whose figures are set apart by signs and pictures, where they are said to be called."""
    for match in _DECORATED.finditer(text):
        if not match[0].isascii() and _is_called(match, text) and _possible_at_home(re.sub(r"\D", "", match[0])):
            yield match


def _is_called(match: re.Match[str], text: str) -> bool:
    """Tell whether the words in front say that a number is one to call."""
    return _CALLS.search(text, max(match.start() - _NEAR, 0), match.start()) is not None


def _possible_at_home(digits: str) -> bool:
    return any(_possible(digits, region) for region in HOME_REGIONS)


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
