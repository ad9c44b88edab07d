"""Shapes: texts that are dear to read out of all proportion, each repeated to the length of a long draft."""

from __future__ import annotations

import unicodedata

SIZE = 3_000


def filled(piece: str) -> str:
    """Repeat a piece until the text is as long as a long draft."""
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


_UNSEEN = "".join(
    char for char in map(chr, range(0x3400, 0x20000)) if unicodedata.category(char)[0] in "LNS"
)[7_000 : 7_000 + SIZE]  # fmt: skip
SHAPES = {
    "letters and blanks": "a ", "letters": "a", "digits": "1", "digits and dashes": "1-", "digits and blanks": "1 ",
    "letters and dots": "a.", "at signs": "@", "mail-like": "a@a.", "letters and dashes": "a-", "blocks": "A1 ",
    "letters then digits": "ABCD1234 ", "address-like": "1.1.1.", "colons": ":", "letters and colons": "a:",
    "open calls": "+1 (", "local phones": "555-0100 ", "schemes": "http://", "quoted schemes": '"http://a.',
    "mail marks": "a!#$%&'*+-/=?^_`{|}~@", "blanks": " ", "newlines": "\n", "apostrophes": "'",
    "phones": "+44 20 7946 0000 ", "dates": "12/12/", "emoji": "🎉", "Cyrillic": "привет мир ",
    "IBAN blocks": "DE89 3704 0044 0532 0130 00 ", "hardware addresses": "00:1a:", "hexadecimal": "deadbeef-",
    "nested names": "aaaaaaaaaaaaaaaa", "two-letter nests": "abababab", "nests misspelt": "ababbabaab",
    "only names": "Velmora Nordlumen ", "names joined": "VelmoraNordlumen", "names in one hashtag": "velmoranordlumen",
    "near misses": "Nordlumn Nordlumne N0rdlumen Nordlumens Norlumen ", "near misses joined": "nordlumne",
    "misses beyond": "Nrdlumne Nordlmun ", "brackets": "(", "starred": "*_*", "hashtags": "#", "all marks": "-.*_ ",
    "zero-width between": "N\u200bo\u200br\u200bd\u200bl\u200bu\u200bm\u200be\u200bn\u200b ", "zero-width": "\u200b",
    "accents": "e\u0301\u0302\u0303", "spaced names": "N o r d l u m e n ", "spaced nests": "a b a b ",
    "one letter and accents": "a" + "\u0301" * 2_999, "ligatures": "ﷺ", "half-spaced": "No rd lu men ",
    "unseen code points": _UNSEEN, "capitals": "ABAB", "camel": "AbAbAb", "legal suffixes": "Ltd GmbH & Co. KG ",
    "and": "and & und + ", "common word": "Summit summit ", "long name cut": "Zwaniodaerv Kozweprirn Fliogarumb Quist ",
}  # fmt: skip
"""The worst-case shapes of other recognizers, and those made against this one."""
