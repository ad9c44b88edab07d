"""Alphabet: one byte for each character that patterns tell apart, in texts and in patterns alike.

RE2 reads UTF-8 byte by byte, and `any letter` alone takes it hundreds of states: in one byte a character, patterns are
compiled ten times as quickly and stay small. Letters of Western Europe and some signs have a byte of their own. All
others share one with their kind, since no pattern written in this alphabet speaks of them.
"""

from __future__ import annotations

import re
import unicodedata

_OWN = str.maketrans("€₹₦Łł", "\x80\x81\x82\x83\x84")
_SAME = str.maketrans("\u212a\u017f\u212b\u1e9e", "Ks\u00c5\u00df")
"""Kelvin, long s, ångström and capital ß: RE2 takes them for the plain letter wherever case is none."""
_CAPITAL, _SMALL, _LETTER, _NUMBER, _SIGN = "\x90\x91\x92\x93\x94"
_SHARED = {"Lu": _CAPITAL, "Ll": _SMALL, "L": _LETTER, "N": _NUMBER}
_KINDS = {
    "L": "A-Za-zªµºÀ-ÖØ-öø-ÿŁł" + _CAPITAL + _SMALL + _LETTER,
    "N": "0-9²³¹¼-¾" + _NUMBER,
    "Lu": "A-ZÀ-ÖØ-ÞŁ" + _CAPITAL,
    "Ll": "a-zµß-öø-ÿł" + _SMALL,
}
_BEYOND = re.compile(
    r"\\(?![dDsSzAaftnrv]|[^\w]|p(?:[LN]|\{(?:L|N|Lu|Ll)\}))"  # an escape that may be about any character
    r"|\[:|\(\?[\w-]+\)|-[^\x00-\x7f]|[^\x00-\x7f]-|[µÿ]|[^\x00-\x7f\xa0-\xff€₹₦Łł]"
)
_TOKEN = re.compile(
    r"\\p(?:\{(?P<kind>\w+)\}|(?P<letter>\w))|\\.|\[\^?\]?|\]|\((?:\?(?P<flags>[\w-]*):)?|\)|[^\x00-\x7f]", re.DOTALL
)


def text_in_bytes(text: str) -> bytes:
    """Write a text in the alphabet, character for character."""
    return text.encode() if text.isascii() else text.translate(_BYTES).encode("latin-1")


def pattern_in_bytes(source: str) -> bytes | None:
    """Write a pattern of RE2 for texts in the alphabet, or return None where it tells more characters apart.

    Among bytes RE2 knows capitals and small letters of ASCII alone, so that both of all others are written out.
    """
    if _BEYOND.search(source):
        return None
    inside, any_case = False, [True]
    out: list[str] = []
    done = 0
    for token in _TOKEN.finditer(source):
        out.append(source[done : token.start()])
        done, text = token.end(), token[0]
        kind = token["kind"] or token["letter"]
        if kind in ("Lu", "Ll") and any_case[-1]:
            return None
        if kind or not text.isascii():
            meant = _KINDS[kind] if kind else _in_both_cases(text) if any_case[-1] else text
            text = meant if inside else f"[{meant}]"
        elif inside or text[0] == "[":
            inside = text != "]"
        elif text[0] == "(":
            any_case.append(_is_any_case(token["flags"] or "", any_case[-1]))
        elif text == ")":
            any_case.pop()
        out.append(text)
    return "".join([*out, source[done:]]).translate(_OWN).encode("latin-1")


def _in_both_cases(char: str) -> str:
    other = char.swapcase()
    return char + other if len(other) == 1 else char


def _is_any_case(flags: str, before: bool) -> bool:
    """Tell whether case is none in a group that begins with these flags."""
    on, _, off = flags.partition("-")
    return "i" not in off and ("i" in on or before)


class _Bytes(dict[int, str]):
    """What stands for a character, by its number; of those that are rarely met it is found out each time."""

    def __missing__(self, code: int) -> str:
        category = unicodedata.category(chr(code))
        return _SHARED.get(category) or _SHARED.get(category[0], _SIGN)


_BYTES = _Bytes({code: chr(code) for code in (*range(0x80), *range(0xA0, 0x100))})
_BYTES.update({code: chr(byte) for code, byte in (*_OWN.items(), *_SAME.items())})
