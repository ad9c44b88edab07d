"""Plain: the spelling that the encoders read: emoji by their names, `h a t e`, `h4te` and `somanywords` as words.

What a safe version put in place of a number or name, such as [number removed], is read as empty brackets.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import lru_cache

from core.model.joined import Joined
from core.normalize import View

_EMOJI = re.compile("[\u2190-\u2bff\u3030-\u303f\U0001f000-\U0001faff]")
_SPACED = re.compile(r"(?<![\w])[^\W\d_](?:([ .*_~-])[^\W\d_])(?:\1[^\W\d_])+(?![\w])")
_MIXED = re.compile(r"(?<![\w@$.#/:+-])(?=[\w@$!]*[^\W\d_])(?=[\w@$!]*[013457@$!])[\w@$!]*[\w@$](?![\w@$/.:+-]\w)")
_TAG = re.compile(r"(?<!\w)#(\w{3,64})")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")
_PUT_IN = re.compile(
    r"\[(?:[a-z]+ ){1,2}(?:removed|on request)\]|\[message me for the [a-z]+\]|\[internal [a-z]+\]", re.IGNORECASE
)
_LONG = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_REPEATED = re.compile(r"(.{1,40}?)\1{7,}", re.DOTALL)
_EIGHT_ALIKE = re.compile(r"(.)\1{7}", re.DOTALL)
_LEET = str.maketrans("013457@$!", "oieastasi")
_INSIDE = re.compile(r"[^\W\d_][013457@$!]+[^\W\d_]|^[@$][^\W\d_]{2}|^[013457][^\W\d_]{3}")
_SIGNS = frozenset("013457@$!#_")
_LEAST_SPACED = 3
_LONG_TEXT, _REPEATS = 1_000, 7
"""In a long text, what is repeated more than so many times in a row is not read again: it would take minutes."""


def plain(text: str, joined: Joined) -> View:
    """Return a readable text as the encoders read it, with the way back to `text`."""
    edits = sorted(_edits(text, joined), key=lambda edit: (edit[0], -edit[1]))
    if not edits:
        return View(text)
    out: list[str] = []
    starts, ends = array("l"), array("l")
    at = 0
    for start, end, words in edits:
        if start < at:
            continue
        out.append(text[at:start])
        starts.extend(range(at, start))
        ends.extend(range(at + 1, start + 1))
        out.append(words)
        if len(words) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(words))
            ends.extend([max(end, start + 1)] * len(words))
        at = end
    out.append(text[at:])
    starts.extend(range(at, len(text)))
    ends.extend(range(at + 1, len(text) + 1))
    return View("".join(out), starts, ends)


def _edits(text: str, joined: Joined) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, what to read instead)."""
    if not text.isascii():
        for sign in _EMOJI.finditer(text):
            yield sign.start(), sign.end(), _name(sign[0])
    if not _SIGNS.isdisjoint(text):
        for tag in _TAG.finditer(text):
            for hump in _HUMP.finditer(tag[1]):
                yield tag.start(1) + hump.start(), tag.start(1) + hump.end(), " "
        for word in _MIXED.finditer(text):
            if _INSIDE.search(word[0]) and not word[0].isdigit():
                yield word.start(), word.end(), word[0].translate(_LEET)
    if "[" in text:
        for removed in _PUT_IN.finditer(text):
            yield removed.start() + 1, removed.end() - 1, ""
    for gap in joined.gaps(text):
        yield gap, gap, " "
    for spaced in _SPACED.finditer(text):
        letters = spaced[0][::2]
        if len(letters) > _LEAST_SPACED or not (letters.isupper() or spaced[1] in " ."):
            yield spaced.start(), spaced.end(), letters
    if len(text) > _LONG_TEXT and _may_repeat(text):
        for repeated in _REPEATED.finditer(text):
            yield repeated.start() + _REPEATS * len(repeated[1]), repeated.end(), " "
    for run in _LONG.finditer(text):
        yield run.start() + 2, run.end(), ""


def _may_repeat(text: str) -> bool:
    """Tell whether anything of up to 40 signs may stand eight times in a row: every so-manyth sign is then alike."""
    return any(_EIGHT_ALIKE.search(text[::length]) for length in range(1, 41))


@lru_cache(maxsize=4_096)
def _name(sign: str) -> str:
    """Return an emoji's name in Unicode as words; skin tones and flag letters say nothing."""
    name = unicodedata.name(sign, "")
    if unicodedata.category(sign) not in ("So", "Sm", "Po") or name.startswith("REGIONAL INDICATOR"):
        return "" if unicodedata.category(sign) == "Sk" or name.startswith("REGIONAL") else sign
    return f" {name.lower()} " if ord(sign) >= 0x2600 else sign
