"""Patterns: regular expressions written by people, run by RE2 in linear time on readable text.

The dialect is RE2's, with three differences: letters of every script count for `\\w`; `{name}` stands for a
list of the pack's vocabulary; and a match never begins or ends inside a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import re2

from core.finding import Span
from core.normalize import readable

_NAME = re.compile(r"\{([a-z][a-z-]*)\}")
_TOKEN = re.compile(r"\\[wW]|\\.|\[\^?\]?|\]|.", re.DOTALL)
_PATTERN_MEMORY = 8 << 20
_SET_MEMORY = 256 << 20
_EDGE = r"(?:\z|[^\pL\pN_])"
_MOST_CHARACTERS = 100_000
_ALWAYS = r"(?s)."


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    return options


_OPTIONS = _options()


class Pattern:
    """One pattern, understood when it is built and compiled when it first fits: most never do in a process's life.

    Raises ValueError for what RE2 cannot do, saying which; the message never quotes the pattern.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            re2.Set.SearchSet(_OPTIONS).Add(source)
        except re2.error:
            raise ValueError(_complaint(source)) from None

    @cached_property
    def _whole(self) -> Any:
        return re2.compile(f"({self.source}){_EDGE}", _OPTIONS)

    @cached_property
    def _free(self) -> Any:
        return re2.compile(f"({self.source})", _OPTIONS)

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where the pattern fits, leftmost first, without overlaps, at word edges only."""
        at = 0
        while at <= len(text):
            span = self._next(text, at)
            if span is None:
                return
            if span.start == span.end:
                at = span.end + 1
            elif span.start == 0 or not (_wordish(text[span.start - 1]) and _wordish(text[span.start])):
                yield span
                at = span.end
            else:
                at = span.start + 1

    @property
    def fits_nothing(self) -> bool:
        """Tell whether the pattern also fits no words at all, as one does whose every part is optional."""
        return bool(self._free.fullmatch(""))

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern fits anywhere."""
        return next(self.spans(text), None) is not None

    def _next(self, text: str, at: int) -> Span | None:
        """Return the first fit that ends at a word's edge: before something that is no letter, or in a sign."""
        whole = self._whole.search(text, at)
        free = self._free.search(text, at)
        if (
            free
            and free.end(1)
            and not _wordish(text[free.end(1) - 1])
            and (not whole or free.start(1) <= whole.start(1))
        ):
            return Span(*free.span(1))
        return Span(*whole.span(1)) if whole else None


class PatternSet:
    """Many labelled patterns; one pass over the text tells which of them are worth running."""

    def __init__(self, patterns: Mapping[str, Sequence[Pattern]]) -> None:
        self._all = [(label, pattern) for label, group in patterns.items() for pattern in group]
        self._set = re2.Set.SearchSet(_set_options())
        for _, pattern in self._all:
            self._set.Add(pattern.source)
        self._set.Add(_ALWAYS)
        self._set.Compile()

    def spans(self, text: str) -> Iterator[tuple[str, Span]]:
        """Yield (label, span) for every place where a pattern fits."""
        for number in self._worth_running(text):
            label, pattern = self._all[number]
            for span in pattern.spans(text):
                yield label, span

    def _worth_running(self, text: str) -> list[int]:
        """Return the patterns that fit somewhere; all of them where RE2 gave up, as it does without a word."""
        fitting = set(self._set.Match(text) or ())
        sentinel = len(self._all)
        return sorted(fitting - {sentinel}) if sentinel in fitting else list(range(sentinel))


def build_pattern(source: str, vocabulary: Mapping[str, Sequence[str]]) -> Pattern:
    """Compile a pattern of a pack.

    Raises:
        ValueError: saying what to write instead.
    """
    whole = _expanded(source, vocabulary)
    if readable(whole).text != unicodedata.normalize("NFC", whole):
        raise ValueError("write straight quotes, plain dashes and plain letters: drafts are read with these")
    return Pattern(_translated(unicodedata.normalize("NFC", whole)))


def build_words(phrase: str) -> Pattern:
    """Compile a word or phrase as people write it; blanks also fit hyphens, a final `*` fits any ending."""
    stem = readable(phrase).text.removesuffix("*").strip()
    if not stem:
        raise ValueError("a word of only * would fit everything: write the beginning of the word before it")
    return Pattern(literal(stem) + (r"[\pL\pN_]*" if phrase.endswith("*") else ""))


def literal(phrase: str) -> str:
    """Write a phrase as a pattern that fits it as people write it: blanks also fit hyphens."""
    return r"[\s\-]+".join(re2.escape(part) for part in re.split(r"[\s-]+", readable(phrase).text.strip()))


def _expanded(source: str, vocabulary: Mapping[str, Sequence[str]], depth: int = 0) -> str:
    if depth > 5:
        raise ValueError("the vocabulary refers to itself: take one of the names out of its own list")

    def look_up(match: re.Match[str]) -> str:
        name = match[1]
        if name not in vocabulary:
            raise ValueError(f"{{{name}}} is not in this pack's vocabulary: add it or correct the name")
        return "(?:" + "|".join(_expanded(word, vocabulary, depth + 1) for word in vocabulary[name]) + ")"

    whole = _NAME.sub(look_up, source)
    if len(whole) > _MOST_CHARACTERS:
        raise ValueError("the vocabulary makes this pattern too long: name fewer lists in it")
    return whole


def _translated(source: str) -> str:
    """Write `\\w` and `\\W` as classes of Unicode letters and digits, which RE2 does not do by itself."""
    out: list[str] = []
    inside = False
    for token in _TOKEN.findall(source):
        if token.startswith("[") and not inside:
            inside = True
        elif token == "]":
            inside = False
        if token == r"\w":
            token = r"\pL\pN_" if inside else r"[\pL\pN_]"
        elif token == r"\W":
            if inside:
                raise ValueError(r"\W cannot stand inside [...]: list what may stand there")
            token = r"[^\pL\pN_]"
        elif token == r"\b" and not inside:
            raise ValueError(r"\b is not needed: a match never begins or ends inside a word")
        out.append(token)
    return "".join(out)


def _wordish(char: str) -> bool:
    return char.isalnum() or char == "_"


def _complaint(source: str) -> str:
    if re.search(r"\(\?<?[=!]", source):
        return "look-around is not supported: use `unless`, or spell the words out"
    if re.search(r"\\[1-9]", source):
        return "back-references are not supported: spell the alternatives out"
    return "this is not a regular expression that RE2 takes: check brackets, repeats and escapes"


def _set_options() -> Any:
    options = _options()
    options.max_mem = _SET_MEMORY
    return options
