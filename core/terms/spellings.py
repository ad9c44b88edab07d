"""Spellings: the forms in which one listed name is looked up, all derived from how the admin wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.normalize import fold

_LEGAL = (
    r"(?:ltd|limited|llc|l\.l\.c|llp|lp|inc|incorporated|corp|corporation|co|company|plc|kg|ag|se|ohg|ug|e\.?v|mbh|"
    r"gmbh(?: ?& ?co\.? ?kga?)?|kgaa|s\.?a\.?s|s\.?a\.?r\.?l|s\.?a|s\.?r\.?l|s\.?p\.?a|s\.?l\.?u?|b\.?v|n\.?v|"
    r"oyj?|abp?|a/s|aps|asa?|kk|k\.k|pty(?:\.? ltd)?|pte(?:\.? ltd)?|pvt(?:\.? ltd)?|private limited|sdn(?:\.? bhd)?|"
    r"bhd|sp\.? ?z ?o\.?o|d\.?o\.?o|s\.?r\.?o|kft|zrt|ltda|eireli)"
)
SUFFIX_ENDS = (
    "ltd limited llc l c llp lp p inc incorporated corp corporation co company plc kg kga ag se ohg ug ev v mbh "
    "gmbh kgaa sas s sarl a sa srl spa slu sl u bv b nv n oy oyj ab abp aps as asa kk k pty pte pvt sdn bhd spzoo "
    "zoo oo o doo sro kft zrt ltda eireli"
).split()
"""The last word, of letters alone, of every legal suffix: a name with another last word has none."""
_SUFFIX = re.compile(rf"[\s,]+{_LEGAL}\.?$", re.IGNORECASE)
_OPEN_END = re.compile(r"(?:[\s,]*[&+]|[\s,]+(?:and|und|et|y))$", re.IGNORECASE)
_SEVERAL = re.compile(r"[\s,]")
SIGNS, JOINS = "&+", ("and", "und", "et", "y")
"""What stands between the names of partners."""
_JOINED = re.compile(rf"\s*(?:[{SIGNS}]|\b(?:{'|'.join(JOINS)})\b)\s*", re.IGNORECASE)
_NUMBERS = (
    ("2", "two", "ii"), ("3", "three", "iii"), ("4", "four", "iv"), ("5", "five"), ("6", "six", "vi"),
    ("7", "seven", "vii"), ("8", "eight", "viii"), ("9", "nine", "ix"), ("10", "ten"),
)  # fmt: skip
NUMBER_ENDS = tuple(each for number in _NUMBERS for each in number)
"""The last word of a name that may be written in other ways: Dovetail 9, Dovetail Nine, Dovetail IX. A single letter is
none: Project X is not the tenth."""
_NUMBER = re.compile(rf"[\s-]({'|'.join(NUMBER_ENDS)})$", re.IGNORECASE)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)
_LEAST = 4
"""A name without its legal suffix must keep this many letters; less says nothing."""


def spellings(name: str) -> Iterator[str]:
    """Yield the name and what people write in its place: no legal suffix, another "and", ae for ä, nine for 9.

    Each form keeps its word boundaries; case, accents and spacing are left to folding, after which some may be alike.
    """
    bare = _bare(name) if _SEVERAL.search(name) else None
    for form in (name, bare) if bare else (name,):
        yield form
        if not form.isascii():
            yield form.translate(_UMLAUTS)
            yield form.upper()  # Greek, Cyrillic and Armenian capitals look like other Latin letters than small ones
            yield form.lower()
        if _JOINED.search(form):
            for word in (" and ", " & ", " und "):
                yield _JOINED.sub(word, form)
        if (number := _NUMBER.search(form)) and len(fold(form[: number.start()])) >= _LEAST:
            for way in next(ways for ways in _NUMBERS if number[1].lower() in ways):
                yield form[: number.start(1)] + way


def _bare(name: str) -> str | None:
    """Return the name without its legal suffix, where enough of it remains."""
    bare = _SUFFIX.sub("", name)
    if bare == name:
        return None
    bare = _SUFFIX.sub("", bare)
    bare = _OPEN_END.sub("", bare)  # Dalsund & Co. KG is Dalsund, and not "Dalsund and"
    return bare if len(fold(bare)) >= _LEAST else None
