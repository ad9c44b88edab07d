"""Addresses: a street with a house number, as it is written in some twenty countries."""

from __future__ import annotations

import re
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from core.finding import Span
from core.recognizers.result import report

LABEL = "STREET_ADDRESS"

_NAME = r"[A-ZÀ-ÞŁŚŻĆ][\w'’.\-]*"
_PARTICLES = "of|the|de|la|le|du|des|del|da|do|dos|das|di|dei|degli|della|delle|van|den|der|von|zum|zur|und|and"
_NAMES = rf"(?:{_NAME}|{_PARTICLES}|\d{{1,3}}(?:st|nd|rd|th))"
_NUMBER = r"\d{1,5}(?:[\-/]\d{1,4})?\s?[a-zA-Z]?"
_TOWN = rf"(?:,?\s+(?:[A-Z]{{1,2}}-)?\d{{4,6}}(?:\s?[A-Z]{{2}})?\s+{_NAME}(?:\s{_NAME})?)"
_AFTER_ENGLISH = (
    rf"(?:,?\s(?:Apt|Apartment|Flat|Unit|Suite|#)\.?\s?\w+)?(?:,\s{_NAME}(?:\s{_NAME}){{0,2}})?"
    r"(?:,?\s[A-Z]{2}\s\d{5}(?:-\d{4})?|,?\s[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|,?\s[A-Z]\d[A-Z]\s?\d[A-Z]\d)?"
)
_ENGLISH_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Court|Ct|Close|Crescent|Cres|Way|Place|Pl|Terrace|Ter|"
    "Boulevard|Blvd|Square|Sq|Row|Grove|Gardens|Gdns|Mews|Hill|Parade|Quay|View|Walk|Circle|Cir|Trail|Trl|Parkway|"
    "Pkwy|Highway|Hwy|Rise|Green|Wharf|Gate|Alley|Loop|Ridge|Heights|Bend|Vale|Croft|Wynd|Brae|Park|Cross|Nagar|"
    "Marg|Layout|Extension|Colony"
)
_SHAPES = (
    # 14 Marsh Lane; Flat 3, 27b Old Mill Road, Leeds LS6 2AB; 8205 W 43rd Ave
    rf"(?:(?:Flat|Apt|Unit|Apartment|House|Plot|H\.? ?No)\.?\s?\w{{1,5}},\s?)?{_NUMBER},?\s(?:[NSEW]\.?\s)?"
    rf"(?:{_NAMES}\s){{1,4}}(?:{_ENGLISH_STREETS})\b\.?{_AFTER_ENGLISH}",
    # Lindenstraße 14, 10969 Berlin; Kerkstraat 9; Storgatan 5B; Am Alten Markt 3; Mannerheimintie 12
    rf"{_NAME}(?:straße|strasse|str\.|gasse|weg|allee|platz|ring|damm|ufer|steig|stieg|pfad|twiete|hof|kamp|straat|laan|gracht|kade|plein|dreef|"
    rf"singel|gatan|vägen|gata|gaten|veien|vegen|vej|gade|katu|tie|kuja|utca|út|tér)\s{_NUMBER}{_TOWN}?",
    rf"(?:Am|Im|An der|An den|Auf der|Auf dem|Zum|Zur|Unter den|In der)\s{_NAME}(?:\s{_NAME})?\s\d{{1,4}}[a-z]?{_TOWN}",
    # 12 rue de la Paix, 75002 Paris; 5 bis avenue Foch
    rf"{_NUMBER}(?:\s?(?:bis|ter))?,?\s(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Pp]lace|[Qq]uai|"
    rf"[Rr]oute|[Cc]ours)\s(?:d'|de l'|l')?{_NAMES}(?:\s{_NAMES}){{0,4}}{_TOWN}?",
    # Calle de Alcalá 45; C/ Mayor, 3, 2º B; Via Roma 12; Rua das Flores, 88; ul. Długa 7/4
    rf"(?:[Cc]alle|C/|[Aa]venida|[Aa]vda\.?|Av\.|[Pp]laza|[Pp]aseo|[Cc]arrer|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|"
    rf"[Rr]ua|[Tt]ravessa|[Pp]raça|ul\.|[Uu]lica|al\.|os\.)\s?(?:d'|dell')?{_NAMES}(?:\s{_NAMES}){{0,4}},?\s"
    rf"(?:n[ºo°.]+\s?)?{_NUMBER}(?:/\d+)?(?:,\s?\d\s?[ºª°]?\s?[A-Z]?\b)?{_TOWN}?",
    # 3-18-402 Sakuragaoka-cho, Kanazawa 921-8000
    rf"\d{{1,3}}(?:-\d{{1,4}}){{1,2}},?\s{_NAME}(?:-(?:cho|chō|machi|ku|shi|gun|chome|chōme)|\sku)(?:,\s{_NAME})?(?:\s\d{{3}}-\d{{4}})?",
)


class AddressRecognizer(LocalRecognizer):
    """Finds street addresses with a house number."""

    def __init__(self) -> None:
        self._shapes = tuple(re.compile(rf"(?<![\w./\-]){shape}(?!\w)") for shape in _SHAPES)
        super().__init__(supported_entities=[LABEL], name="addresses")

    def load(self) -> None:
        """Do nothing: the shapes are compiled."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each address."""
        return [
            report(self, LABEL, Span(*match.span()), 0.9) for shape in self._shapes for match in shape.finditer(text)
        ]
