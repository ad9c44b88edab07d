"""Needles: words that a text must hold wherever a pattern fits, read off the pattern without compiling it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from typing import Self

Words = frozenset[str]
MOST_SETS = 3

_TEXT = r"[^\\\[\](){}|*+?.^$]"
_TOKEN = re.compile(
    rf"(?P<run>(?:\A|(?<=[(|:])(?<!\\[(|:])){_TEXT}+(?:\|{_TEXT}+)*(?=[|)]|\Z))"
    r"|(?P<char>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\\[pP](?:\{[^}]*\}|.)|\\x(?:\{[^}]*\}|..)|\\.|\.)"
    r"|(?P<flags>\(\?[a-zA-Z-]+\))|(?P<open>\((?:\?P?<\w+>|\?[a-zA-Z-]*:)?)|(?P<close>\))|(?P<bar>\|)"
    rf"|(?P<repeat>(?:[*+?]|\{{\d+(?:,\d*)?\}})\??)|(?P<edge>[\^$])|(?P<text>{_TEXT}+|[\]{{}}])",
    re.DOTALL,
)
_MEMBER = re.compile(r"\\?.", re.DOTALL)
_QUOTED = re.compile(r"\\[QCE]")
_BEGIN, _END = "\x01", "\x02"
_BLANKS = re.compile(rf" {{2,}}|{_BEGIN}(?=[a-z0-9_])|(?<=[a-z0-9_]){_END}")
_EDGES = re.compile(f"[{_BEGIN}{_END}]")
_UNTOLD = f" {_BEGIN}{_END}"
_ZERO_WIDTH, _SPACES, _MANY = frozenset("AzbB"), frozenset("snrtfv"), frozenset("DwWSpPx")
_MOST_EXACT, _MOST_WORDS, _MOST_MEMBERS, _LONGEST, _CUT = 128, 4_096, 8, 6, 10
_NO_END, _MOST_TIMES = 1_000, 8
_TIMES = {"?": (0, 1), "*": (0, _NO_END), "+": (1, _NO_END)}
_LETTERS, _TOO_COMMON = 8.0, 0.7
"""A letter is about as telling as one of eight that are equally common; a set that so many texts hold tells nothing."""

_RARE = defaultdict(lambda: _LETTERS**-_LONGEST, {length: _LETTERS**-length for length in range(_LONGEST)})
_OFTEN = dict.fromkeys(
    "a all an and are as at be been but by do for from get go has have he her him his how i if in is it its just like "
    "m me more my no not now of off on one or our out s she so some than that the their them then they this to up us "
    "was we were what when who will with you your".split(),
    0.25,
)
_WORDISH = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_DIGIT = "0"
_PLAIN = bytes(
    ord(_DIGIT) if 48 <= code < 58 else code if chr(code) in _WORDISH or code == ord("|") else 32 for code in range(256)
)


def haystack(text: str) -> bytes:
    """Return a readable text as needles are looked up in it: small letters, 0 for any digit, one blank for all else."""
    return b" %b " % b" ".join(_plain(text).replace(b"|", b" ").split())


def needles(source: str) -> tuple[Words, ...]:
    """Return up to three sets of words; where a pattern fits, the text's haystack holds a word of each.

    The pattern is RE2's, in capitals or not, and fits at the edges of words. No sets: it may fit anything.
    """
    if is_quoted(source):
        return ()
    whole = _sequence([_Parser.of(source).alternatives(begin=True), _Part(frozenset({_END}))])
    return tuple(map(_settled, _held(whole)))


def tokens_of(source: str) -> list[tuple[str, str]]:
    """Cut a pattern into tokens, each a kind and a text; a `run` is plain alternatives, bars and all."""
    return [(str(each.lastgroup), each[0]) for each in _TOKEN.finditer(source)]


def is_quoted(source: str) -> bool:
    """Tell whether a part is quoted by escapes, which tokens do not show."""
    return bool(_QUOTED.search(source))


def bounds(times: str) -> tuple[int, int]:
    """Return how often a quantifier lets its part stand, at least and at most."""
    return _TIMES[times[0]] if times[0] in _TIMES else _bounds(times)


def loosened(source: str) -> str:
    """Return a pattern that fits wherever this one does, without the counts that cost RE2 states by the thousand."""
    if is_quoted(source):
        return source
    return "".join([_uncounted(text) if kind == "repeat" else text for kind, text in tokens_of(source)])


def _uncounted(times: str) -> str:
    least, most = bounds(times)
    return times if most <= max(least, 1) else "+" if least else "*"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: all that it fits where that is few, and sets of which it holds a word each."""

    exact: Words | None
    held: tuple[Words, ...] = ()


_EMPTY: Words = frozenset({""})
_ANYTHING, _NOTHING, _BLANK = _Part(None), _Part(_EMPTY), _Part(frozenset({" "}))


@dataclass(slots=True)
class _Parser:
    """Reads the parts of a pattern off its tokens, each a kind and a text; `ends` has the end of each group."""

    tokens: list[tuple[str, str]]
    ends: dict[int, int]
    at: int = 0

    @classmethod
    def of(cls, source: str) -> Self:
        """Cut a pattern into tokens."""
        tokens = tokens_of(source)
        ends, opened = dict[int, int](), list[int]()
        for at, (kind, _) in enumerate(tokens):
            if kind == "open":
                opened.append(at)
            elif kind == "close" and opened:
                ends[opened.pop()] = at
        return cls(tokens, ends)

    def alternatives(self, *, begin: bool) -> _Part:
        """Read up to the closing bracket; `begin` says that the pattern begins here, at the edge of a word."""
        branches = [self._branch(begin)]
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "bar":
            self.at += 1
            branches.append(self._branch(begin))
        return branches[0] if len(branches) == 1 else _either(branches)

    def _branch(self, begin: bool) -> _Part:
        inner = begin and self.at < len(self.tokens) and self.tokens[self.at][0] == "open"
        parts: list[_Part] = [_Part(frozenset({_BEGIN}))] if begin and not inner else []
        while self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind in ("bar", "close"):
                break
            self.at += 1
            if kind == "open":
                parts.append(self._group(begin=inner and not parts))
            elif kind == "run":
                parts.append(_Part(frozenset(_plain(text).decode().split("|"))))
            elif kind == "text":
                parts += self._text(_plain(text).decode())
            elif kind == "char":
                parts.append(_char(text))
            elif kind == "repeat":
                parts[-1] = _repeated(parts[-1], text)
        return parts[0] if len(parts) == 1 else _sequence(parts)

    def _text(self, plain: str) -> list[_Part]:
        """Read plain text, of which a quantifier behind it takes the last character alone."""
        repeated = self.at < len(self.tokens) and self.tokens[self.at][0] == "repeat"
        pieces = (plain[:-1], plain[-1]) if repeated else (plain,)
        return [_Part(frozenset({each})) for each in pieces if each]

    def _group(self, *, begin: bool) -> _Part:
        """Read a group; the same one, such as a list of the vocabulary, stands in many patterns."""
        first, last = self.at, self.ends.get(self.at - 1, len(self.tokens))
        if begin:
            part = self.alternatives(begin=True)
            last = self.at
        else:
            part = _group("".join([text for _, text in self.tokens[first:last]]))
        self.at = last + 1
        return part


@lru_cache(maxsize=2_048)
def _group(source: str) -> _Part:
    return _Parser.of(source).alternatives(begin=False)


def _plain(text: str) -> bytes:
    return text.lower().encode("ascii", "replace").translate(_PLAIN)


def _char(token: str) -> _Part:
    """Read a class, an escaped character or a dot."""
    if token == "." or token.startswith("[^"):
        return _ANYTHING
    if not token.startswith("["):
        return _NOTHING if token[1] in _ZERO_WIDTH else _ANYTHING if token[1] in _MANY else _literal(token)
    inner = token[1:-1]
    members = _MEMBER.findall(inner)
    ranges = "-" in inner.strip("-").replace("\\-", "")
    if ranges or "[:" in inner or len(members) > _MOST_MEMBERS or any(each[1:] in _MANY for each in members):
        return _ANYTHING
    return _either([_literal(each) for each in members])


def _literal(token: str) -> _Part:
    """Read one character, escaped or not."""
    if token[1:] in _SPACES:
        return _BLANK
    if token[1:] == "d":
        return _Part(frozenset({_DIGIT}))
    return _Part(frozenset({_plain(token[-1]).decode().replace("|", " ")}))


def _repeated(part: _Part, times: str) -> _Part:
    """Read what a quantifier makes of a part; blanks in a row are one."""
    least, most = bounds(times)
    if part == _BLANK:
        least, most = min(least, 1), 1
    if part.exact is None:
        return part if least and most == 1 else _Part(None, part.held if least else ())
    if most <= _MOST_TIMES and (len(part.exact) == 1 or most == 1):
        return _Part(frozenset(_times(word, number) for word in part.exact for number in range(least, most + 1)))
    number = min(least, _MOST_TIMES) if len(part.exact) == 1 else 1  # of several, another may stand each time
    return _Part(None, _best([frozenset(_times(word, number) for word in part.exact)]) if least else ())


def _times(word: str, number: int) -> str:
    """Repeat a word, which is at the pattern's beginning once only."""
    return word + word.replace(_BEGIN, "") * (number - 1) if number else ""


def _bounds(times: str) -> tuple[int, int]:
    """Read `{2}`, `{2,}` or `{2,5}`."""
    least, _, most = times.rstrip("?")[1:-1].partition(",")
    return int(least), int(most) if most else int(least) if "," not in times else _NO_END


def _sequence(parts: Iterable[_Part]) -> _Part:
    exact, held = _EMPTY, list[Words]()
    for part in parts:
        if part.exact is not None and _are_few(len(exact), len(part.exact)):
            exact = frozenset(map("".join, product(exact, part.exact))) if exact != _EMPTY else part.exact
        else:
            held += [exact, *part.held]
            exact = part.exact or _EMPTY
    return _Part(None, _best([*held, exact])) if held else _Part(exact)


def _are_few(one: int, other: int) -> bool:
    return one * other <= (_MOST_EXACT if one > 1 < other else _MOST_WORDS)


def _either(parts: list[_Part]) -> _Part:
    exact = [part.exact for part in parts if part.exact is not None]
    if len(exact) == len(parts):
        return _Part(frozenset(chain.from_iterable(exact)))
    held = [_held(part) for part in parts]
    if not all(held):
        return _ANYTHING
    ranks = range(max(map(len, held)))
    return _Part(None, _best(_EMPTY.union(*(each[min(at, len(each) - 1)] for each in held)) - _EMPTY for at in ranks))


def _held(part: _Part) -> tuple[Words, ...]:
    return part.held if part.exact is None else _best([part.exact])


def _best(sets: Iterable[Words]) -> tuple[Words, ...]:
    """Return the sets that tell most."""
    ranked = sorted(((_commonness(each), at, each) for at, each in enumerate(sets)))
    return tuple(each for commonness, _, each in ranked[:MOST_SETS] if commonness <= _TOO_COMMON)


def _commonness(words: Words) -> float:
    if "" in words:
        return 1.0
    return sum([_OFTEN[bare] if (bare := word.strip(_UNTOLD)) in _OFTEN else _RARE[len(bare)] for word in words])


def _settled(words: Words) -> Words:
    """Put a blank at the edge of a pattern that a letter or digit stands at, and cut words short, all in one go."""
    return frozenset([word[:_CUT] for word in _EDGES.sub("", _BLANKS.sub(" ", "\n".join(words))).split("\n")])
