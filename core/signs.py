"""Signs: punctuation that a text must hold wherever a pattern fits; needles, which are words, know none."""

from __future__ import annotations

from collections.abc import Iterator
from string import punctuation

from core.needles import bounds, is_quoted, tokens_of

Signs = frozenset[str]
_NONE: Signs = frozenset()
_ALL: Signs = frozenset(punctuation)


def signs(source: str) -> Signs:
    """Return the signs of ASCII all of which stand in a text where a pattern of RE2 fits; none where that is unsure."""
    return _NONE if is_quoted(source) else _alternatives(iter(tokens_of(source)))


def _alternatives(tokens: Iterator[tuple[str, str]]) -> Signs:
    """Read up to the closing bracket and return what every alternative holds."""
    branches: list[Signs] = []
    parts: list[Signs] = []
    for kind, text in tokens:
        if kind == "close":
            break
        if kind == "bar":
            branches.append(_NONE.union(*parts))
            parts = []
        elif kind == "repeat":
            if parts and not bounds(text)[0]:
                parts.pop()
        elif kind == "open":
            parts.append(_alternatives(tokens))
        elif kind == "run":
            parts.append(_signs_of(text.split("|")[0]).intersection(*map(_signs_of, text.split("|"))))
        elif kind == "text":
            parts += [_signs_of(text[:-1]), _signs_of(text[-1])]  # a quantifier behind it takes the last one alone
        elif kind == "char":
            parts.append(_signs_of(text[1]) if len(text) == 2 and text[0] == "\\" else _NONE)
    branches.append(_NONE.union(*parts))
    return branches[0].intersection(*branches)


def _signs_of(text: str) -> Signs:
    return _ALL.intersection(text)
