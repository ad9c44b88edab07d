"""Alphabet: one byte for each character that patterns tell apart, in texts and in patterns alike.

RE2 reads UTF-8 byte by byte, and `any letter` alone takes it hundreds of states: in one byte a character, patterns are
compiled ten times as quickly and stay small. Letters of Western Europe and some signs have a byte of their own. All
others share one with their kind, since no pattern written in this alphabet speaks of them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

_SIGN, _NUMBER, _CAPITAL, _SMALL, _LETTER = "sign", "N", "Lu", "Ll", "L"
_OWN = {
    _SIGN: "€₹₦×÷\xa0¡¢£¤¥¦§¨©«¬\xad®¯°±´¶·¸»¿",
    _NUMBER: "²³¹¼½¾",
    _CAPITAL: "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞČŁŠŽ",
    _SMALL: "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþčłšžß",
    _LETTER: "ªº",
}
"""The characters with a byte of their own. Letters are together, and numbers beside them: so they are one range."""
_FIRST = dict(zip(_OWN, accumulate((len(own) + 1 for own in _OWN.values()), initial=0x80), strict=False))
_BYTE = {ord(char): chr(_FIRST[kind] + at) for kind, own in _OWN.items() for at, char in enumerate(own, 1)}
_SHARED = {kind: chr(first) for kind, first in _FIRST.items()}
_LAST = {kind: chr(_FIRST[kind] + len(own)) for kind, own in _OWN.items()}
_KINDS = {
    "L": f"A-Za-z{_SHARED[_CAPITAL]}-{_LAST[_LETTER]}",
    "N": f"0-9{_SHARED[_NUMBER]}-{_LAST[_NUMBER]}",
    "Lu": f"A-Z{_SHARED[_CAPITAL]}-{_LAST[_CAPITAL]}",
    "Ll": f"a-z{_SHARED[_SMALL]}-{_LAST[_SMALL]}",
}
_SAME = {0x212A: "K", 0x17F: "s", 0x212B: _BYTE[ord("Å")], 0x1E9E: _BYTE[ord("ß")]}
"""Kelvin, long s, ångström and capital ß: RE2 takes them for the plain letter wherever case is none."""
_BEYOND = re.compile(
    r"\\(?![dDsSzAaftnrv]|[^\w]|p(?:[LN]|\{(?:L|N|Lu|Ll)\}))"  # an escape that may be about any character
    rf"|\[:\^?\w+:\]|\(\?[\w-]+\)|-[^\x00-\x7f]|[^\x00-\x7f]-|[^\x00-\x7f{''.join(_OWN.values())}]"
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
            meant = _in_both_cases(text) if any_case[-1] else text
            text = _KINDS[kind] if kind else meant.translate(_BYTE)
            text = text if inside else f"[{text}]"
        elif inside or text[0] == "[":
            inside = text != "]"
        elif text[0] == "(":
            any_case.append(_is_any_case(token["flags"] or "", any_case[-1]))
        elif text == ")" and len(any_case) > 1:  # one too many is for RE2 to refuse
            any_case.pop()
        out.append(text)
    return "".join([*out, source[done:]]).encode("latin-1")


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
        return _SHARED.get(category) or _SHARED.get(category[0], _SHARED[_SIGN])


_BYTES = _Bytes({**{code: chr(code) for code in range(0x80)}, **_BYTE, **_SAME})
