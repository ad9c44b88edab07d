"""Plates: registration plates of vehicles as some forty countries write them.

0.9 for a form that little else has, 0.5 for one that models, roads and years have too; rules ask for a word beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from core.finding import Detection, Span
from core.recognizers.own import OwnRecognizer

LABEL = "NUMBER_PLATE"

_OWN_FORMS = (
    r"(?i:[A-HJ-PR-Y]{2}\d{2}[- ]?[A-HJ-PR-Z]{3})",  # Britain: LK19 OHF
    r"\d{2,3}-[A-Z]{1,2}-\d{1,6}",  # Ireland: 191-C-33418
    r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}[EH]?",  # Germany: B-ML 4821
    r"[A-Z]{2}[- ]\d{3}[- ][A-Z]{2}|[A-Z]{2}\d{3}[A-Z]{2}",  # France, Italy, Slovakia, Argentina: AB-123-CD
    r"\d{4}[ -]?[B-DF-HJ-NP-TV-Z]{3}",  # Spain: 4821 KRT
    r"\d{1,2}-[A-Z]{2,3}-\d{1,3}|[A-Z]{1,2}-\d{2,3}-[A-Z]{1,2}",  # Netherlands: 1-XYZ-23, AB-123-C
    r"\d{2}-[A-Z]{2}-[A-Z]{2}|[A-Z]{2}-\d{2}-\d{2}",  # Netherlands until 2008: 12-AB-CD
    r"[1-9]-[A-Z]{3}-\d{3}",  # Belgium: 1-ABC-234
    r"[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}",  # India: MH 12 AB 1234
    r"[A-Z]{2} ?\d{2} ?[A-Z]{2} ?(?:GP|WP|EC|NC|FS|NW|MP|ZN|L)|CA \d{3}-\d{3}",  # South Africa: BB 12 CD GP
    r"[A-Z]{2}[- ]\d{3,4}-[A-Z]{1,2}|[A-Z]{2} [A-Z\d]\d-\d{3}",  # Croatia, Serbia, Slovenia: ZG-1234-AB
    r"[A-Z]{1,2}[- ]\d{2,3}[- ][A-Z]{2,3}|\d{2}[- ][A-Z]{2}[- ]\d{2}",  # Romania, Portugal: B 123 XYZ, AA-12-BC
    r"[A-Z]{2} ?\d{4} ?[A-Z]{2}",  # Ukraine: AA 1234 BB
    r"[ABEKMHOPCTYXАВЕКМНОРСТУХ]\d{3}[ABEKMHOPCTYXАВЕКМНОРСТУХ]{2} ?\d{2,3}",  # Russia: A123BC 77
    r"\d[A-Z]\d ?\d{4}|\d[A-Z]{3}\d{3}",  # Czechia, California: 1A2 3456, 7ABC123
    r"[A-Z]{3}-?\d[A-Z]\d{2}|[A-Z]{3}-\d{2}-\d{2}|[A-Z]{3}-\d{3}-[A-Z]|[A-Z]{3}-\d{4}",  # Brazil, Mexico: ABC1D23
    r"[A-Z]{3}[- ]?\d{3}[A-Z]{1,2}|S[A-Z]{2} ?\d{1,4} ?[A-Z]",  # Nigeria, Kenya, Sweden, Singapore: KDA 123B
    r"[A-Z]{2} ?[A-Z]{2}-\d{3}",  # Hungary: AA BC-123
    r"[\u4e00-\u9fff][A-Z][·• ]?[A-Z0-9]{5}",  # China
)
_SHARED_FORMS = (
    r"[A-Z]{2,4}[- ]?\d{3,4}|\d{3}[- ][A-Z]{2,4}",  # United States, Finland, New Zealand, Northern Ireland: ABC 123
    r"[A-Z]{3} ?\d{2}[A-Z0-9]",  # Sweden, Australia: ABC 12D
    r"[A-Z]\d{1,3}[- ]?[A-Z]{3}",  # Britain until 2001: P123 ABC
    r"[A-ZÄÖÜ]{1,3} [A-Z]{1,2} ?\d{1,4}[EH]?",  # Germany without its hyphen: B ML 4821
    r"[A-Z]{2}[ -]?\d{5,6}|[A-Z]{2}[ -]?\d{2}[ -]?\d{3}",  # Norway, Denmark, Switzerland: EK 12345
    r"[A-Z]{1,2}[- ]\d{2,5} ?[A-Z]{1,3}",  # Austria: W 12345 X
    r"[A-Z]{2,3} [A-Z0-9]{0,2}\d[A-Z0-9]{2,3}",  # Poland: WA 1234F
    r"\d{2} ?[A-Z]{1,3} ?\d{2,5}",  # Turkey: 34 ABC 123
)
_NO_PLATE = re.compile(
    r"(?:USD|EUR|GBP|CHF|BMW|GTI|GTE|GTD|SUV|RAV|KIA|VW|MPG|KM|MPH|ISO|EN|DIN|GMT|UTC|CET|EST|PST|ABS|CEO|MOT|VIN|EV|BEV|"
    r"HGV|ID|NO|NR|RS|AMG|COVID|MK|SAT|SUN|MON|TUE|WED|THU|FRI|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|AM|PM|"
    r"RFC|PR|SKU|REF|TYPE|GATE|ROOM|BUS|LINE|PAGE|WW|TOP|OVER|UNDER)[ \-]?\d.*|.*\D(?:19[5-9]\d|20[0-4]\d)"
)
"""What has the form of a plate and is none: makes, units, standards, months, and a word before a year."""


class PlateRecognizer(OwnRecognizer):
    """Finds number plates, whoever's they are."""

    def __init__(self) -> None:
        self._forms = tuple(
            (score, re.compile(rf"(?<![\w.\-/])(?:{'|'.join(forms)})(?![\w]|[.\-/]\d)"))
            for score, forms in ((0.9, _OWN_FORMS), (0.5, _SHARED_FORMS))
        )
        super().__init__("plates", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each plate."""
        for score, form in self._forms:
            for match in form.finditer(text):
                if not _NO_PLATE.fullmatch(match[0]):
                    yield Detection(Span(*match.span()), LABEL, score)
