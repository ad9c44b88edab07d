"""Addresses: a street with a house number, as it is written in some forty countries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from core.finding import Detection, Span
from core.recognizers.own import OwnRecognizer

LABEL = "STREET_ADDRESS"

_NAME = r"[A-ZÀ-ÞŁŚŻĆČŠŽŐŰİŞĞĀĒĪŪĐ][\w'’.\-]*"
_PARTICLES = "of|the|de|la|le|du|des|del|da|do|dos|das|di|dei|degli|della|delle|van|den|der|von|zum|zur|und|and"
_NAMES = rf"(?:{_NAME}|{_PARTICLES}|\d{{1,3}}(?:st|nd|rd|th))"
_NUMBER = r"\d{1,5}(?:[\-/]\d{1,4})?\s?[a-zA-Z]?"
_TOWN = rf"(?:,?\s+(?:[A-Z]{{1,2}}-)?\d{{2,6}}(?:[\s\-]?(?:\d{{2,3}}|[A-Z]{{2}}))?\s+{_NAME}(?:\s{_NAME})?)"
_PLACE = rf"(?:,\s{_NAME}(?:\s{_NAME}){{0,2}})"
_UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_CODE = rf"(?:,?\s(?:[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?|{_UK_CODE}|(?:[A-Z]{{2}}\s)?[A-Z]\d[A-Z]\s?\d[A-Z]\d)(?!\w))"
# with the code first: a place would take its first half for a name of its own
_AFTER_ENGLISH = rf"(?:,?\s(?:Apt|Apartment|Flat|Unit|Suite|#)\.?\s?\w+)?(?:{_PLACE}{{0,2}}{_CODE}|{_PLACE})?"
_ENGLISH_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Court|Ct|Close|Crescent|Cres|Way|Place|Pl|Terrace|Ter|"
    "Boulevard|Blvd|Square|Sq|Row|Grove|Gardens|Gdns|Mews|Hill|Parade|Quay|View|Walk|Circle|Cir|Trail|Trl|Parkway|"
    "Pkwy|Highway|Hwy|Rise|Green|Wharf|Gate|Alley|Loop|Ridge|Heights|Bend|Vale|Croft|Wynd|Brae|Park|Cross|Nagar|"
    "Marg|Layout|Extension|Colony"
)
_GERMAN = "straße|strasse|str\\.|gasse|weg|allee|platz|ring|damm|ufer|steig|stieg|pfad|twiete|hof|kamp"
_DUTCH = "straat|laan|gracht|kade|plein|dreef|singel"
_NORDIC = "gatan|vägen|gata|gaten|veien|vegen|vej|gade|katu|tie|kuja|vegur|stígur|braut"
_DOOR = r"(?:[Ee]sq|[Dd]to|[Dd]ta|[Ff]rente|[Ii]zq|[Ii]zda|[Dd]cha|[Ii]nt)\b\.?"
_HUNGARIAN = "utca|út|tér|körút"
_SPANISH = r"Calle|C/|Avenida|Avda\.?|Av\.|Plaza|Paseo|Carrer|Ronda|Carrera|Cra\.|Cll\.|Jirón|Jr\."
_ITALIAN = "Via|Viale|Piazza|Corso|Vicolo|Largo"
_PORTUGUESE = "Rua|R\\.|Travessa|Praça|Alameda|Estrada"
_SLAVIC = "ul\\.|Ulica|ulica|al\\.|os\\.|pl\\.|улица|ул\\.|вул\\.|вулиця|проспект|пр-т|бул\\."
_ROMANIAN = "Strada|Str\\.|str\\.|Bulevardul|Bd\\.|Aleea|Calea"
_BEFORE_NAME = "|".join((_SPANISH, _ITALIAN, _PORTUGUESE, _SLAVIC, _ROMANIAN))
_ANY_NAME = r"[\wÀ-ž'’.\-]+"

_SHAPES = (
    # 14 Marsh Lane; Flat 3, 27b Old Mill Road, Leeds LS6 2AB; 8205 W 43rd Ave
    rf"(?:(?:Flat|Apt|Unit|Apartment|House|Plot|H\.? ?No)\.?\s?\w{{1,5}},\s?)?{_NUMBER},?\s(?:[NSEW]\.?\s)?"
    rf"(?:{_NAMES}\s){{1,4}}(?:{_ENGLISH_STREETS})\b\.?{_AFTER_ENGLISH}",
    # Lindenstraße 14, 10969 Berlin; Kerkstraat 9; Storgatan 5B; Mannerheimintie 12; Nørregade 12
    rf"{_NAME}(?:{_GERMAN}|{_DUTCH}|{_NORDIC}|{_HUNGARIAN})\s{_NUMBER}{_TOWN}?",
    # Mariahilfer Straße 12; Kossuth Lajos utca 5; Pilies gatvė 12; Brīvības iela 34; Slovenska cesta 12; Pikk tänav 5
    rf"{_NAME}(?:[ \-]{_NAME})?[ \-](?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Ring|Damm|Ufer|utca|út|tér|körút|"
    rf"gatvė|g\.|prospektas|iela|cesta|ulica|tänav|puiestee|mnt|gata|katu|väg)\s{_NUMBER}{_TOWN}?",
    # Atatürk Caddesi No: 12; Gül Sokak No 5
    rf"{_NAME}(?:\s{_NAME})?\s(?:Caddesi|Cad\.|Sokağı|Sokak|Sok\.|Bulvarı)\s?,?\s?(?:[Nn]o\s?[:.]?\s?)?{_NUMBER}",
    # Am Alten Markt 3, 50667 Köln
    rf"(?:Am|Im|An der|An den|Auf der|Auf dem|Zum|Zur|Unter den|In der)\s{_NAME}(?:\s{_NAME})?\s\d{{1,4}}[a-z]?{_TOWN}",
    # Dlouhá 12, 110 00 Praha; Ermou 25, 105 63 Athina; Bulevar 3, A-8010 Graz
    rf"{_NAME}(?:\s{_NAME})?\s\d{{1,4}}[a-z]?(?:/\d{{1,4}})?,\s(?:\d{{3}}\s\d{{2}}|\d{{5}}|[A-Z]{{1,2}}-\d{{4}})\s{_NAME}",
    # 12 rue de la Paix, 75002 Paris; 5 bis avenue Foch
    rf"{_NUMBER}(?:\s?(?:bis|ter))?,?\s(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Pp]lace|[Qq]uai|"
    rf"[Rr]oute|[Cc]ours)\s(?:d'|de l'|l')?{_NAMES}(?:\s{_NAMES}){{0,4}}{_TOWN}?",
    # Calle de Alcalá 45; C/ Mayor, 3, 2º B; Via Roma 12; Rua das Flores, 88; ul. Długa 7/4; ул. Ленина, 5
    rf"(?:{_BEFORE_NAME})\s?(?:d'|dell'|\d{{1,2}}\sde\s)?(?:{_NAMES}|[А-ЯЁІЇЄ][\w\-]*)(?:\s{_NAMES}){{0,4}},?\s"
    rf"(?:(?:n[ºo°r.]+|#|д\.|буд\.)\s?)?#?{_NUMBER}(?:/\d+)?(?:,\s?\d{{1,2}}\.?\s?[ºª°]?\s?(?:[A-Z]\b|{_DOOR})?)?{_TOWN}?",
    # 40 Calle Olivar; 17 Via Garibaldi, 20121 Milano; 8 Rua dos Moinhos
    rf"{_NUMBER},?\s(?:{_SPANISH}|{_ITALIAN}|{_PORTUGUESE}|Strada|Ulica)\s?(?:d'|dell'|de l')?{_NAMES}"
    rf"(?:\s{_NAMES}){{0,4}}{_TOWN}?",
    # 12 Jalan Ampang; Jalan Sudirman No. 5; Blk 123 Ang Mo Kio Ave 3 #04-12
    rf"{_NUMBER},?\s(?:Jalan|Jln\.?|Jl\.|Lorong|Soi)\s{_NAME}(?:\s{_NAME})?|(?:Jalan|Jln\.?|Jl\.)\s{_NAME}(?:\s{_NAME})?\sNo\.?\s?\d{{1,4}}"
    rf"|(?:Blk|Block)\s\d{{1,4}}[A-Z]?\s{_NAME}(?:\s(?:{_NAME}|\d{{1,3}})){{0,4}}\s#\d{{2}}-\d{{2,4}}",
    # 3-18-402 Sakuragaoka-cho, Kanazawa 921-8000; 123 Teheran-ro
    rf"\d{{1,3}}(?:-\d{{1,4}}){{1,2}},?\s{_NAME}(?:-(?:cho|chō|machi|ku|shi|gun|chome|chōme)|\sku)(?:,\s{_NAME})?"
    rf"(?:\s\d{{3}}-\d{{4}})?|{_NUMBER},?\s{_NAME}-(?:ro|gil|daero)\b",
)
_SMALL_SHAPES = (
    # at 14 marsh lane; my address is 27b old mill road
    rf"\d{{1,4}}[a-z]?,?\s(?:{_ANY_NAME}\s){{1,3}}(?:{_ENGLISH_STREETS})\b(?:(?:,?\s[a-z]+){{0,2}},?\s{_UK_CODE}(?!\w))?",
    # my address: Mare Street 271
    rf"(?:{_ANY_NAME}\s){{1,2}}(?:street|road|lane|avenue|square|row|gardens)\s\d{{1,4}}[a-z]?",
    # lindenstraße 14; kerkstraat 9; storgatan 5
    rf"\w{{3,}}(?:straße|strasse|gasse|allee|straat|laan|gracht|kade|plein|gatan|vägen|gaten|veien|vegen|katu|utca)\s{_NUMBER}",
    # 12 rue de la paix; calle de alcalá 45; via roma 12; rua das flores 88; ul. długa 7
    rf"\d{{1,4}}(?:\s?bis)?,?\srue\s(?:{_ANY_NAME}\s?){{1,4}}|(?:{_BEFORE_NAME})\s(?:{_ANY_NAME}\s?){{1,4}},?\s\d{{1,4}}[a-z]?",
)
_SAID_BEFORE = re.compile(
    r"(?:\b(?:at|address(?: is)?|live (?:at|in|on)|living (?:at|in|on)|moved (?:in)?to|now (?:at|in)|house|home|ours|"
    r"flat|place|deliver(?:ed)? to|send (?:it|them|everything) to|from|wohn\w*(?: jetzt| nun)?(?: in| an)?(?: der)?|"
    r"vivo en|habito en|abito in|moro na|mieszkam na|bor på|adress?e?|dirección|indirizzo|endereço)|[:📍🏠🏡])[\s,(]*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\d{1,4}[a-z]?,?\s(?:[\w'.\-]+\s)*(?:of|in|on|to|from|down|up|per|for|by|with|than|and|or|a|an|my|your|our|minutes?|mins?|hours?|"
    r"days?|weeks?|months?|years?|seconds?|miles?|km|kilomet\w+|met(?:re|er)s?|yards?|feet|foot|acres?|lanes?|people|"
    r"cars?|houses?|trees?|percent|times?|way|am|pm|o'clock|degrees?|hole|star|man|page|day|year|hour|mile|minute|"
    r"is|are|was|were|the|this|that|every|all|goes|went|more|other|new|different)\s",
    re.IGNORECASE,
)
_REACH = 30


class AddressRecognizer(OwnRecognizer):
    """Finds street addresses with a house number; 0.6 without capitals, and only where one is spoken of."""

    def __init__(self) -> None:
        self._shapes = tuple(re.compile(rf"(?<![\w./\-]){shape}(?!\w)") for shape in _SHAPES)
        self._small = tuple(re.compile(rf"(?<![\w./\-])(?:{shape})(?!\w)", re.IGNORECASE) for shape in _SMALL_SHAPES)
        super().__init__("addresses", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each address."""
        for shape in self._shapes:
            yield from (Detection(Span(*match.span()), LABEL, 0.9) for match in shape.finditer(text))
        for match in chain.from_iterable(shape.finditer(text) for shape in self._small):
            said = _SAID_BEFORE.search(text, max(match.start() - _REACH, 0), match.start())
            if said and not _COUNTED.match(match[0]):
                yield Detection(Span(*match.span()), LABEL, 0.6)
