"""Patterns: regular expressions written by people, run by RE2 in linear time on readable text.

The dialect is RE2's, with three differences: letters of every script count for `\\w`; `{name}` stands for a
list of the pack's vocabulary; and a match never begins or ends inside a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

import re2

from core.alphabet import pattern_in_bytes, text_in_bytes
from core.finding import Span
from core.needles import Needles, loosened, needles
from core.normalize import readable
from core.sieve import Sieve

_NAME = re.compile(r"\{([a-z][a-z-]*)\}")
_TOKEN = re.compile(r"\\.|\[\^?\]?|\]", re.DOTALL)
_PATTERN_MEMORY = 4 << 20
"""Bytes for a pattern and its states. With four times as many, memory grows for hours, and nothing is quicker."""
_EDGE = r"(?:\z|[^\pL\pN_])"
_MOST_CHARACTERS = 100_000
_BEGINS = bytes(not 0x80 <= byte < 0xC0 for byte in range(256))
"""Whether a character of UTF-8 begins with a byte: 1, else 0."""


def _options(*, groups: bool, in_bytes: bool) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    options.never_capture = not groups  # finding where groups are takes many times as long
    options.encoding = re2.Options.Encoding.LATIN1 if in_bytes else re2.Options.Encoding.UTF8
    return options


class Pattern:
    """One pattern, understood when it is built and compiled when it first fits: most never do in a process's life.

    Raises ValueError for what RE2 cannot do, saying which; the message never quotes the pattern.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        written = pattern_in_bytes(source)  # understood in a tenth of the time
        self._in_bytes = written is not None
        options = _options(groups=True, in_bytes=self._in_bytes)
        try:
            re2.Set.SearchSet(options).Add(source if written is None else written)
        except re2.error:
            raise ValueError(_complaint(source)) from None

    @cached_property
    def needles(self) -> Needles:
        """Return what a text must hold where the pattern fits."""
        return needles(self.source)

    @cached_property
    def _whole(self) -> Any:
        return _compiled(f"({self.source}){_EDGE}", groups=True)

    @cached_property
    def _with_edge(self) -> Any:
        return _compiled(f"(?:{self.source}){_EDGE}", groups=False)

    @cached_property
    def _free(self) -> Any:
        return _compiled(self.source, groups=False)

    @cached_property
    def _loose(self) -> Any:
        source = loosened(self.source)
        return self._free if source == self.source else _compiled(source, groups=False)

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where the pattern fits, leftmost first, without overlaps, at word edges only."""
        return self.spans_in(text, text_in_bytes(text))

    def spans_in(self, text: str, data: bytes) -> Iterator[Span]:
        """Yield the same of a text that is written in the alphabet already."""
        written, chars = (data, range(len(data) + 1)) if self._in_bytes else _in_utf8(text)
        maybe = self._loose.search(written)
        at = maybe.start() if maybe else len(written) + 1
        while at <= len(written) and (place := self._next(text, written, chars, at)) is not None:
            start, end = place
            if start == end or _within_word(text, chars[start]):
                at = start + 1
                while at < len(written) and chars[at] == chars[start]:
                    at += 1
            else:
                yield Span(chars[start], chars[end])
                at = end

    @property
    def fits_nothing(self) -> bool:
        """Tell whether the pattern also fits no words at all, as one does whose every part is optional."""
        return bool(self._free.fullmatch(b""))

    def found_in(self, text: str) -> bool:
        """Tell whether the pattern fits anywhere."""
        return next(self.spans(text), None) is not None

    def _next(self, text: str, written: bytes, chars: Sequence[int], at: int) -> tuple[int, int] | None:
        """Return the first fit that ends at a word's edge: before something that is no letter, or in a sign."""
        fit = self._free.search(written, at)
        if fit and _within_word(text, chars[fit.end()]):
            return self._up_to_edge(text, written, fit.start())
        return (fit.start(), fit.end()) if fit else None

    def _up_to_edge(self, text: str, written: bytes, at: int) -> tuple[int, int] | None:
        """Return the first fit that something stands behind that is no letter, or nothing at all."""
        if self._in_bytes:
            fit = self._with_edge.search(written, at)
            if not fit or fit.end() < len(written):  # without groups, as long as one sign tells where it ends
                return (fit.start(), fit.end() - 1) if fit else None
            if _wordish(text[-1]):
                return fit.start(), fit.end()
        fit = self._whole.search(written, at)
        return (fit.start(1), fit.end(1)) if fit else None


def _compiled(source: str, *, groups: bool) -> Any:
    """Compile a pattern for texts in the alphabet where that can be, else for UTF-8."""
    written = pattern_in_bytes(source)
    options = _options(groups=groups, in_bytes=written is not None)
    return re2.compile(source.encode() if written is None else written, options)


def _in_utf8(text: str) -> tuple[bytes, Sequence[int]]:
    """Return a text in UTF-8, and for each byte of it and for its end the number of the character there."""
    data = text.encode()
    if len(data) == len(text):
        return data, range(len(data) + 1)
    begun = accumulate(data.translate(_BEGINS), initial=-1)  # counts the bytes that a character begins with
    next(begun)
    return data, [*begun, len(text)]


class PatternSet:
    """Many labelled patterns; their needles tell which of them are worth running.

    `needs` names other labels without which nobody wants to know about a label.
    """

    def __init__(
        self, patterns: Mapping[str, Sequence[Pattern]], needs: Mapping[str, Collection[str]] | None = None
    ) -> None:
        self._all = [(label, pattern) for label, group in patterns.items() for pattern in group]
        self._sieve = Sieve([each.needles for _, each in self._all])
        self._needs = needs or {}

    def spans(self, text: str) -> Iterator[tuple[str, Span]]:
        """Yield (label, span) for every place where a pattern fits."""
        data = text_in_bytes(text)
        worth: dict[str, list[Pattern]] = {}
        for number in self._sieve.passing(text):
            label, pattern = self._all[number]
            worth.setdefault(label, []).append(pattern)
        found: dict[str, list[Span]] = {}
        for label in worth:
            needed = (*self._needs.get(label, ()), label)
            if all(each in worth for each in needed):
                for each in needed:
                    if each not in found:
                        found[each] = [span for pattern in worth[each] for span in pattern.spans_in(text, data)]
                    if not found[each]:
                        break
                else:
                    yield from ((label, span) for span in found[label])


def _within_word(text: str, at: int) -> bool:
    """Tell whether a place lies between two letters or digits."""
    return 0 < at < len(text) and _wordish(text[at - 1]) and _wordish(text[at])


def build_pattern(source: str, vocabulary: Mapping[str, Sequence[str]]) -> Pattern:
    """Compile a pattern of a pack.

    Raises:
        ValueError: saying what to write instead.
    """
    whole = _expanded(source, vocabulary)
    if readable(whole).text != unicodedata.normalize("NFC", whole):
        raise ValueError("write straight quotes, plain dashes and plain letters: drafts are read with these")
    return _understood(_translated(unicodedata.normalize("NFC", whole)))


@lru_cache(maxsize=1_024)
def _understood(source: str) -> Pattern:
    """Return the one Pattern of a source: rules share many, above all those of `unless`."""
    return Pattern(source)


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
    inside = False

    def translate(match: re.Match[str]) -> str:
        nonlocal inside
        token = match[0]
        if token.startswith("[") and not inside:
            inside = True
        elif token == "]":
            inside = False
        elif token == r"\w":
            return r"\pL\pN_" if inside else r"[\pL\pN_]"
        elif token == r"\W":
            if inside:
                raise ValueError(r"\W cannot stand inside [...]: list what may stand there")
            return r"[^\pL\pN_]"
        elif token == r"\b" and not inside:
            raise ValueError(r"\b is not needed: a match never begins or ends inside a word")
        return token

    return _TOKEN.sub(translate, source)


def _wordish(char: str) -> bool:
    return char.isalnum() or char == "_"


def _complaint(source: str) -> str:
    if re.search(r"\(\?<?[=!]", source):
        return "look-around is not supported: use `unless`, or spell the words out"
    if re.search(r"\\[1-9]", source):
        return "back-references are not supported: spell the alternatives out"
    return "this is not a regular expression that RE2 takes: check brackets, repeats and escapes"
