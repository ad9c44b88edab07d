"""Boundary: tells whether letters that match a name stand in the draft as that name, and not inside other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from core.finding import Span
from core.normalize import fold, readable, unmasked

SHORT = 3
"""A name of so few letters counts as it is written on the list, or where its use tells it: "IT" is not "it"."""

GAP = 5
"""So many signs may stand between two letters of a name at the most."""

INSIDE_TAG = 7
"""A name of so many letters also counts anywhere inside a hashtag or handle."""

_GAP = re.compile(r"[\s\-_.,*~'`/\\&+|#@:()\[\]\"\u00b7\u2022\u2190-\u2bff\U0001f300-\U0001faff]{0,5}")
_LONGEST_TAG = 64
_SENTENCE_END = re.compile(r"[.!?:,][\"')\]]*[ \t]|\n\s*\n|[.!?][\"')\]]*\n|[)\]\"]\s*[(\[\"]")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
_SHORTENED = re.compile(r"\b(?:op|proj|dr|st|mt|prof|mrs?|ms|bros)\. ?$", re.IGNORECASE)
"""A word of a name that ends in a full stop, and no sentence with it: Op. Osprey."""
_JOINER = re.compile(r"[\-_.*~'`|/\u00b7\u2022]{1,2}|-[ \t]*\n[ \t]*|[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?")
"""What may stand in one place inside a word: a sign or two, a picture, or the hyphen at the end of a line."""
_EVEN = re.compile(r"[\s\-_.*~'`|/\u00b7\u2022]{1,5}")
_INITIALS = re.compile(r"[^\W\d_](?P<sign>\. ?|[-\u00b7])[^\W\d_](?P=sign)[^\W\d_]")
"""Three letters, each with the same sign behind it: F.W.I., F. W. I., F-W-I."""
_MIXED = re.compile(r"[^\W\d_]{2}\d")
"""Two letters and a digit, which no word is: QS3 is also qs3."""
_PLURAL = re.compile(r"(?:s|es)(?![^\W_])", re.IGNORECASE)


def alone(text: str, start: int, end: int, letters: int) -> bool:
    """Tell whether nothing runs on from a name of so many letters at [start, end).

    Its letters may not be strung out over too many signs. No letter or digit may stand beside it, except a
    plural or genitive ending, the hump of a camel-case word, or a digit beside a letter; a long name may stand
    anywhere inside a hashtag or handle, a short one in capitals at its end.
    """
    if end - start > letters * (GAP + 1):
        return False
    if letters <= SHORT:
        return not _wordish(text, end) and (not _wordish(text, start - 1) or _closes_tag(text, start, end))
    return (_begins(text, start) and _ends(text, end)) or (letters >= INSIDE_TAG and _inside_tag(text, start, end))


def stands(text: str, places: Sequence[Span], name: str, *, cased: bool = True) -> bool:
    """Tell whether the letters of `text` at `places`, the span of each folded letter, read as `name`.

    Inside a word of it nothing may stand, unless all its letters are spaced out alike; between its words a
    little may. A short name must stand as it is `cased` on the list, dotted like initials at the most, unless it ends
    in a digit, or its use must decide.
    """
    if len(places) <= SHORT:
        shown = text[places[0].start : places[-1].end]
        shown = "".join(filter(str.isalnum, shown)) if _INITIALS.fullmatch(shown) else shown
        pair = unmasked(shown), _ENDS.sub("", unmasked(readable(name).text))
        loose = not cased or _MIXED.fullmatch(pair[1])
        return pair[0] == pair[1] or (bool(loose) and pair[0].lower() == pair[1].lower())
    return _hangs_together(text, places, name)


def follows(text: str, left: int, right: int) -> bool:
    """Tell whether two words, ending at `left` and beginning at `right`, could belong to one name."""
    gap = text[left:right]
    return bool(_GAP.fullmatch(gap)) and not _SENTENCE_END.search(gap)


def _begins(text: str, start: int) -> bool:
    if not _wordish(text, start - 1) or text[start - 1].isdigit() != text[start].isdigit():
        return True
    return text[start].isupper() and not text[start - 1].isupper()


def _ends(text: str, end: int) -> bool:
    if not _wordish(text, end) or _PLURAL.match(text, end) or text[end - 1].isdigit() != text[end].isdigit():
        return True
    return text[end].isupper() and not text[end - 1].isupper()


def _inside_tag(text: str, start: int, end: int) -> bool:
    """Tell whether a name stands inside one word that begins with # or @."""
    if not text[start:end].replace("_", "").isalnum():
        return False
    first = max(start - _LONGEST_TAG, 0)
    while start > first and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start > 0 and text[start - 1] in "#@"


def _closes_tag(text: str, start: int, end: int) -> bool:
    """Tell whether a name in capitals is the last word of a hashtag or handle: #teamOKC."""
    return text[start - 1].islower() and text[start:end].isupper() and _inside_tag(text, start, end)


def _hangs_together(text: str, places: Sequence[Span], name: str) -> bool:
    gaps = [text[left.end : right.start] for left, right in pairwise(places)]
    whole = {at for at, (left, right) in enumerate(pairwise(places), start=1) if left == right}  # æ is two letters
    if not any(gaps):
        return True
    seams = _seams(name)
    for at, gap in enumerate(gaps, start=1):
        as_in_name = bool(gap.strip()) and gap.split() == seams.get(at, "").split()
        if gap and not as_in_name and (not _GAP.fullmatch(gap) or _ends_sentence(text, places[at].start, gap)):
            return False
    inside = [gap for at, gap in enumerate(gaps, start=1) if at not in seams and at not in whole]
    if not any(inside) or (sum(map(bool, inside)) == 1 and all(_JOINER.fullmatch(gap) for gap in inside if gap)):
        return True
    return all(inside) and all(_EVEN.fullmatch(gap) for gap in inside)


def _ends_sentence(text: str, at: int, gap: str) -> bool:
    """Tell whether a sentence ends in the gap before `at`."""
    return bool(_SENTENCE_END.search(gap)) and not _SHORTENED.search(text, max(at - 6, 0), at)


def _seams(name: str) -> dict[int, str]:
    """Return after how many folded letters a new word of the name begins, and what stands before it."""
    seams: dict[int, str] = {}
    count = 0
    for part in re.split(r"([\W_]+)", readable(name).text):
        if part and not part[0].isalnum():
            seams[count] = part
        count += len(fold(part))
    return seams


def _wordish(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalnum()
