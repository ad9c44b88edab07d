"""Oracle: a slow and plain way to find names, written from the rule alone, against which the engine is compared.

The rule: in the folded text the letters of the name follow one another. In the readable text no letter or digit
stands beside them, unless it is the hump of a camel-case word or a plural ending; nothing stands inside a word of
the name, unless all its letters are spaced out; and no sentence ends inside it. The longest name wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from core.finding import Span
from core.normalize import fold

_PLURAL = re.compile(r"e?s(?![^\W_])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n")


def look_up(names: Iterable[str], text: str) -> list[Span]:
    """Return where the names stand in a readable text, in order; it tries every name at every place."""
    letters, places = _folded(text)
    fitting = [span for name in names for span in _placed(name, text, letters, places)]
    taken: list[Span] = []
    for _, span in sorted(fitting, key=lambda found: (-found[0], found[1])):
        if not any(span.overlaps(other) for other in taken):
            taken.append(span)
    return sorted(taken)


def one_edit(left: str, right: str) -> bool:
    """Tell whether one letter more, less or different, or two neighbours swapped, turns one word into the other."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    if len(left) > len(right):
        left, right = right, left
    same = next((at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(left))
    if len(left) < len(right):
        return left[same:] == right[same + 1 :]
    swapped = left[same + 1 : same + 2] + left[same : same + 1] + left[same + 2 :]
    return left[same + 1 :] == right[same + 1 :] or (len(left) > same + 1 and swapped == right[same:])


def is_misspelt(names: Sequence[str], written: str, least: int = 8) -> bool:
    """Tell whether a stretch of text is one edit from a name of at least so many letters."""
    letters = fold(written)
    return any(one_edit(letters, key) for key in map(fold, names) if len(key) >= least)


def _folded(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for letter in fold(char):
            letters.append(letter)
            places.append(at)
    return "".join(letters), places


def _placed(name: str, text: str, letters: str, places: Sequence[int]) -> Iterable[tuple[int, Span]]:
    key = fold(name)
    at = letters.find(key)
    while at >= 0:
        mine = places[at : at + len(key)]
        if _stands(name, text, mine):
            yield len(key), Span(mine[0], mine[-1] + 1)
        at = letters.find(key, at + 1)


def _stands(name: str, text: str, places: Sequence[int]) -> bool:
    first, last = places[0], places[-1]
    before, behind = text[max(first - 1, 0) : first], text[last + 1 : last + 2]
    begins = not before.isalnum() or (text[first].isupper() and not before.isupper())
    ends = not behind.isalnum() or bool(_PLURAL.match(text, last + 1)) or (behind.isupper() and text[last].islower())
    if not (begins and ends):
        return False
    gaps = [text[left + 1 : right] for left, right in pairwise(places)]
    if any(_SENTENCE_END.search(gap) for gap in gaps):
        return False
    seams: set[int] = set()
    for word in re.split(r"[\W_]+", name):
        seams.add(len(fold(word)) + max(seams, default=0))
    inside = [gap for at, gap in enumerate(gaps, start=1) if at not in seams]
    return not any(inside) or all(gaps)
