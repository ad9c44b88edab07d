"""Normalize: two plainer views of a text, each of which maps its spans back to the text it was made from.

`readable` is what patterns and identifiers read: invisible characters gone, full-width and styled letters
plain, quotes and dashes straight. `folded` is what names are looked up in: letters and digits only, without
case, accents or look-alikes from other scripts.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from array import array
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.finding import Span

_STRAIGHT = {
    **dict.fromkeys("‘’‚‛′´ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("\u2028\u2029\x85\x0b\x0c", "\n"),
    "…": "...",
}
"""Characters that keyboards and word processors put in place of plain ones."""

_LOOKALIKES = {
    ord(pair[0]): pair[1]
    for pair in (
        "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ ԚQ ԜW Ғf "  # Cyrillic capitals
        "аa вb еe кk мm нh оo рp сc тt уy хx ѕs іi јj ԛq ԝw һh ԁd ӏl гr "  # Cyrillic
        "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX "  # Greek capitals
        "αa βb γy εe ηn ιi κk νv οo ρp τt υu χx ωw "  # Greek
        "աw գq զq հh ոn սu օo ցg ՏS ՕO "  # Armenian
        "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ꞯq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ƦR ꞮI"  # small capitals
    ).split()
}
"""Letters of other scripts that are drawn like Latin ones."""
_FLAG_LETTERS = {0x1F1E6 + at: chr(ord("a") + at) for at in range(26)}
"""The letters that two by two make a flag."""
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Code points that show nothing (Unicode's Default_Ignorable_Code_Point)."""
_AT_LINE_ENDS = "\r\u00ad"
_LINE_ENDS = frozenset("\n\r\u2028")
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h"}
)
_LOWER = bytes(range(128)).lower() + bytes(range(128, 256))
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_LENGTHS = np.array([int(chr(code).isalnum()) for code in range(128)], np.int64)
_PLAIN_ASCII, _ODD = re.compile(r"[\n\t -~]*"), re.compile(r"[^\n\t -~]+")
_STYLED = ("<font>", "<wide>", "<narrow>", "<circle>", "<square>", "<compat>", "<noBreak>", "<initial>")


@dataclass(frozen=True, slots=True)
class View:
    """A plainer form of a text. `starts[i]` and `ends[i]` say which code points became character i."""

    text: str = field(repr=False)
    starts: array[int] | None = field(default=None, repr=False)
    ends: array[int] | None = field(default=None, repr=False)

    def original(self, span: Span) -> Span:
        """Map a non-empty span of this view to the text that the view was made from."""
        if self.starts is None or self.ends is None:
            return span
        return Span(self.starts[span.start], self.ends[span.end - 1])


def readable(text: str) -> View:
    """Return the view that patterns read; for plain ASCII it is the text itself."""
    if _PLAIN_ASCII.fullmatch(text):
        return View(text)
    out: list[str] = []
    starts, ends = array("l"), array("l")
    done = 0
    for odd in _ODD.finditer(text):
        out.append(text[done : odd.start()])
        _keep(starts, ends, done, odd.start())
        done = odd.end()
        for at in range(odd.start(), done):
            char = text[at]
            if unicodedata.combining(char):
                if ends and ends[-1] == at:
                    ends[-1] = at + 1
                    out[-1] = out[-1][:-1] + _composed(out[-1][-1], char)
                continue
            for plain in _plain(char) if char not in _AT_LINE_ENDS else _line_end(text, at):
                out.append(plain)
                starts.append(at)
                ends.append(at + 1)
    out.append(text[done:])
    _keep(starts, ends, done, len(text))
    return View("".join(out), starts, ends)


def _keep(starts: array[int], ends: array[int], first: int, after: int) -> None:
    """Let some code points stand for themselves."""
    starts.extend(range(first, after))
    ends.extend(range(first + 1, after + 1))


def folded(text: str) -> View:
    """Return the view that names are looked up in: letters and digits, without case or accents."""
    lengths = fold_lengths(text)
    at_code = lengths.nonzero()[0] if text.isascii() else np.arange(len(text)).repeat(lengths)
    starts, ends = array("l", at_code.tobytes()), array("l", (at_code + 1).tobytes())
    return View(letters(text), starts, ends)


def fold_lengths(text: str) -> npt.NDArray[np.int64]:
    """Return how many letters and digits each character of a readable text folds to."""
    if text.isascii():
        return _LENGTHS[np.frombuffer(text.encode(), np.uint8)]
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = _LENGTHS[np.minimum(codes, 127)]
    for at in np.flatnonzero(codes > 127).tolist():
        lengths[at] = len(_fold(text[at]))
    return lengths


def fold(text: str) -> str:
    """Return the folded form of any text alone, as for a term."""
    if text.isascii() and text.isprintable():
        return letters(text)
    return letters(readable(text).text)


def unmasked(text: str) -> str:
    """Return a readable text without accents and look-alikes, its case kept."""
    plain = unicodedata.normalize("NFKD", text).translate(_LOOKALIKES)
    return "".join(char for char in plain if not unicodedata.combining(char))


def letters(text: str) -> str:
    """Return `folded(text).text` of a readable text, quickly and without the way back."""
    return letters_of(plain_bytes(text)).decode()


def plain_bytes(text: str) -> bytes:
    """Return a text with the folded letters, in UTF-8, in place of everything that is not ASCII."""
    return text.encode("ascii", _FOLDING)


def letters_of(plain: bytes) -> bytes:
    """Return the lower-case letters and digits alone of what `plain_bytes` gave."""
    return plain.translate(_LOWER, _NO_LETTERS)


def _composed(base: str, mark: str) -> str:
    """Put an accent on a letter where one character holds both; else drop the accent."""
    whole = unicodedata.normalize("NFC", base + mark)
    return whole if len(whole) == 1 else base


def _line_end(text: str, at: int) -> str:
    """Read a carriage return as a line break, unless one follows anyway, and a soft hyphen as one where it shows."""
    if text[at] == "\r":
        return "" if text[at + 1 : at + 2] == "\n" else "\n"
    return "-" if text[at + 1 : at + 2] in _LINE_ENDS else ""


@lru_cache(maxsize=65_536)
def _plain(char: str) -> str:
    """Return what one code point reads as: nothing, itself, or plainer characters."""
    if char in _STRAIGHT:
        return _STRAIGHT[char]
    if _IGNORABLE.match(char):
        return ""
    category = unicodedata.category(char)
    if category in ("Cf", "Cc"):
        return char if char in "\n\t" else ""
    if category == "Zs" or char == "\u2800":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(char))
    if unicodedata.decomposition(char).startswith(_STYLED):
        return unicodedata.normalize("NFKC", char)
    return char


def _fold_run(error: UnicodeError) -> tuple[bytes, int]:
    """Stand in for a run of characters that ASCII cannot encode."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(_fold, error.object[error.start : error.end])).encode(), error.end


_FOLDING = "checkpost.folding"
codecs.register_error(_FOLDING, _fold_run)  # the encoder finds such runs ten times as fast as a pattern does


@lru_cache(maxsize=65_536)
def _fold(char: str) -> str:
    """Return the letters and digits that one code point stands for in a name."""
    if unicodedata.decomposition(char).startswith(("<super>", "<sub>")):
        return ""
    latin = unicodedata.normalize("NFKD", char).translate(_LOOKALIKES).translate(_FLAG_LETTERS)
    lower = unicodedata.normalize("NFKD", latin.casefold())
    return "".join(each for each in lower if each.isalnum()).translate(_PLAIN_LETTERS)
