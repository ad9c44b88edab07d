"""Needles: words and signs that a text must hold wherever a pattern fits, read off it without compiling it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from operator import itemgetter
from string import punctuation
from typing import NamedTuple

Words = frozenset[str]
Signs = frozenset[str]
MOST_SETS = 3

_TEXT = r"[^\\\[\](){}|*+?.^$]"
_CLASS = r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"
_TOKEN = re.compile(
    rf"(?P<run>(?:\A|(?<=[(|:])(?<!\\[(|:])){_TEXT}+(?:\|{_TEXT}+)*(?=[|)]|\Z))"
    rf"|(?P<char>{_CLASS}|"
    r"\\[pP](?:\{[^}]*\}|.)|\\x(?:\{[^}]*\}|..)|\\.|\.)"
    r"|(?P<flags>\(\?[a-zA-Z-]+\))|(?P<open>\((?:\?P?<\w+>|\?[a-zA-Z-]*:)?)|(?P<close>\))|(?P<bar>\|)"
    rf"|(?P<repeat>(?:[*+?]|\{{\d+(?:,\d*)?\}})\??)|(?P<edge>[\^$])|(?P<text>{_TEXT}+(?![*+?{{])|{_TEXT}|[\]{{}}])",
    re.DOTALL,
)
_BRACKET = re.compile(rf"(?:[^()\\\[]++|\\.|{_CLASS})*+[()]", re.DOTALL)
_MEMBER = re.compile(r"\\?.", re.DOTALL)
_QUOTED = re.compile(r"\\[QCE]")
_BEGIN, _END = "\x01", "\x02"
_BLANKS = re.compile(rf" {{2,}}|{_BEGIN}(?=[a-z0-9_])|{_END}(?<=[a-z0-9_]{_END})")
_EDGES = re.compile(f"[{_BEGIN}{_END}]")
_UNTOLD = f" {_BEGIN}{_END}"
_SIGNS = frozenset(punctuation)
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


class Needles(NamedTuple):
    """What a text holds wherever a pattern fits: a word of each of up to three sets, and all of some signs.

    No sets and no signs: the pattern may fit anything.
    """

    words: tuple[Words, ...] = ()
    signs: Signs = frozenset()


def haystack(text: str) -> bytes:
    """Return a readable text as needles are looked up in it: small letters, 0 for any digit, one blank for all else."""
    return b" %b " % b" ".join(_plain(text).replace(b"|", b" ").split())


def needles(source: str) -> Needles:
    """Return what a text holds wherever a pattern fits it.

    The pattern is RE2's, in capitals or not, and fits at the edges of words. What is quoted by escapes is not read.
    """
    if _QUOTED.search(source):
        return Needles()
    whole = _sequence([_read(source, begin=True), _Part(frozenset({_END}))])
    return Needles(tuple(_settled(words) for _, words in _held(whole)), whole.signs)


def loosened(source: str) -> str:
    """Return a pattern that fits wherever this one does, without the counts that cost RE2 states by the thousand."""
    if _QUOTED.search(source):
        return source
    return "".join([_uncounted(each[0]) if each["repeat"] else each[0] for each in _TOKEN.finditer(source)])


def _uncounted(times: str) -> str:
    least, most = _bounds(times)
    return times if most <= max(least, 1) else "+" if least else "*"


_Ranked = tuple[float, Words]
"""A set of words behind how common it is: one that any text holds has 1."""


class _Part(NamedTuple):
    """A part of a pattern: all that it fits where that is few, else sets of which it holds a word each; its signs."""

    exact: Words | None
    held: tuple[_Ranked, ...] = ()
    signs: Signs = frozenset()


_NONE, _EMPTY, _BLANK = frozenset[str](), frozenset({""}), frozenset({" "})
_ANYTHING = _Part(None)


@lru_cache(maxsize=2_048)
def _read(source: str, begin: bool) -> _Part:
    """Read a pattern or a group, of which the same, such as a list of the vocabulary, stands in many patterns.

    `begin` says that the pattern begins here, at the edge of a word.
    """
    first = [_Part(frozenset({_BEGIN}))] if begin else []
    branches: list[list[_Part]] = [[]]
    for kind, text in _pieces(source):
        parts = branches[-1]
        if kind == "group":
            parts.append(_read(text, begin and not parts))
            continue
        parts += first if not parts else ()
        if kind == "bar":
            branches.append([])
        elif kind == "run":
            words = frozenset(_plain(text).decode().split("|"))
            parts.append(_Part(words, (), _SIGNS.intersection(*text.split("|"))))
        elif kind == "text":
            parts.append(_Part(frozenset({_plain(text).decode()}), (), _SIGNS.intersection(text)))
        elif kind == "char":
            parts.append(_char(text))
        elif kind == "repeat":
            parts[-1] = _repeated(parts[-1], text)
    return _either([_sequence(parts or first) for parts in branches])


def _pieces(source: str) -> Iterator[tuple[str | None, str]]:
    """Cut a pattern into tokens, each a kind and a text, and groups, each in one piece without its brackets."""
    at = 0
    while token := _TOKEN.search(source, at):
        at = token.end()
        if token.lastgroup != "open":
            yield token.lastgroup, token[0]
            continue
        begin, depth = at, 1
        while depth and (bracket := _BRACKET.match(source, at)):
            at = bracket.end()
            depth += 1 if source[at - 1] == "(" else -1
        yield "group", source[begin : at - 1]


def _plain(text: str) -> bytes:
    return text.lower().encode("ascii", "replace").translate(_PLAIN)


def _char(token: str) -> _Part:
    """Read a class, an escaped character or a dot."""
    if token == "." or token.startswith("[^"):
        return _ANYTHING
    if not token.startswith("["):
        return _Part(_EMPTY) if token[1] in _ZERO_WIDTH else _ANYTHING if token[1] in _MANY else _literal(token)
    inner = token[1:-1]
    members = _MEMBER.findall(inner)
    ranges = "-" in inner.strip("-").replace("\\-", "")
    if ranges or "[:" in inner or len(members) > _MOST_MEMBERS or any(each[1:] in _MANY for each in members):
        return _ANYTHING
    return _either([_literal(each) for each in members])


def _literal(token: str) -> _Part:
    """Read one character, escaped or not."""
    if token[1:] in _SPACES:
        return _Part(_BLANK)
    if token[1:] == "d":
        return _Part(frozenset({_DIGIT}))
    return _Part(frozenset({_plain(token[-1]).decode().replace("|", " ")}), (), _SIGNS.intersection(token[-1]))


def _repeated(part: _Part, times: str) -> _Part:
    """Read what a quantifier makes of a part; blanks in a row are one."""
    exact, held, signs = part
    least, most = _bounds(times)
    if not least:
        held, signs = (), _NONE
    if exact == _BLANK:
        least, most = min(least, 1), 1
    if most == 1:
        return part if least else _Part(exact and exact | _EMPTY)
    if exact is None:
        return _Part(None, held, signs)
    if most <= _MOST_TIMES and len(exact) == 1:
        words = frozenset(_times(word, number) for word in exact for number in range(least, most + 1))
        return _Part(words, (), signs)
    number = min(least, _MOST_TIMES) if len(exact) == 1 else 1  # of several, another may stand each time
    return _Part(None, _best([_ranked(frozenset(_times(word, number) for word in exact))]) if least else (), signs)


def _times(word: str, number: int) -> str:
    """Repeat a word, which is at the pattern's beginning once only."""
    return word + word.replace(_BEGIN, "") * (number - 1) if number else ""


def _bounds(times: str) -> tuple[int, int]:
    """Return how often a quantifier lets its part stand, at least and at most."""
    if times[0] in _TIMES:
        return _TIMES[times[0]]
    least, _, most = times.rstrip("?")[1:-1].partition(",")
    return int(least), int(most) if most else int(least) if "," not in times else _NO_END


def _sequence(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    signs = _NONE.union(*[part.signs for part in parts])
    exact, held = _EMPTY, list[_Ranked]()
    for part in parts:
        if part.exact is not None and _are_few(len(exact), len(part.exact)):
            exact = frozenset(map("".join, product(exact, part.exact))) if exact != _EMPTY else part.exact
        else:
            held += [_ranked(exact), *part.held]
            exact = part.exact or _EMPTY
    return _Part(None, _best([*held, _ranked(exact)]), signs) if held else _Part(exact, (), signs)


def _are_few(one: int, other: int) -> bool:
    return one * other <= (_MOST_EXACT if one > 1 < other else _MOST_WORDS)


def _either(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    signs = parts[0].signs.intersection(*[part.signs for part in parts])
    exact = [part.exact for part in parts if part.exact is not None]
    if len(exact) == len(parts):
        return _Part(_NONE.union(*exact), (), signs)
    held = [_held(part) for part in parts]
    if not all(held):
        return _Part(None, (), signs)
    ranks = range(max(map(len, held)))
    return _Part(
        None, _best(_ranked(_NONE.union(*(each[min(at, len(each) - 1)][1] for each in held))) for at in ranks), signs
    )


def _held(part: _Part) -> tuple[_Ranked, ...]:
    return part.held if part.exact is None else _best([_ranked(part.exact)])


def _best(sets: Iterable[_Ranked]) -> tuple[_Ranked, ...]:
    """Return the sets that tell most."""
    return tuple([each for each in sorted(sets, key=itemgetter(0))[:MOST_SETS] if each[0] <= _TOO_COMMON])


def _ranked(words: Words) -> _Ranked:
    if "" in words:
        return 1.0, words
    weights = [_OFTEN[bare] if (bare := word.strip(_UNTOLD)) in _OFTEN else _RARE[len(bare)] for word in words]
    return sum(weights), words


def _settled(words: Words) -> Words:
    """Put a blank at the edge of a pattern that a letter or digit stands at, and cut words short, all in one go."""
    return frozenset([word[:_CUT] for word in _EDGES.sub("", _BLANKS.sub(" ", "\n".join(words))).split("\n")])
