"""Encoding: a readable text as windows of numbers for the encoders, and the way back to its characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from core.finding import Span
from core.model.joined import Joined
from core.model.plain import plain
from core.normalize import View

WINDOW = 256
"""Tokens an encoder reads at once, with the two that frame them."""
_CLS, _SEP = 101, 102
_NONE, _DIGITS, _SIGN, LOWER, _UPPER, _CAPITAL, _TITLE, _MIXED = range(8)
SHAPE = 8
_LEXICONS = 4
SHAPES = _LEXICONS * SHAPE
"""Every way of writing a word, for words that are no name, a given name, a family name, or both."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text as one encoder reads it.

    `ids` and `shapes` have one entry a token, the two framing tokens included; `words` says for each token
    between them which word it belongs to, counted from the window's first; `places` where each word stands
    in the text.
    """

    ids: Numbers
    shapes: Numbers
    words: Numbers
    places: tuple[Span, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What turns words into numbers: a tokenizer, and lower-case names as given (1), family (2) or both (3)."""

    tokenizer: Tokenizer = field(repr=False)
    names: Mapping[str, int] = field(repr=False)
    joined: Joined = field(repr=False)


def load_vocabulary(tokenizer: bytes, names: bytes) -> Vocabulary:
    """Read a tokenizer's JSON, and names one a line as `name`, tab, class."""
    read = Tokenizer.from_buffer(tokenizer)
    read.no_padding()
    read.no_truncation()
    rows = (line.split("\t") for line in names.decode().splitlines())
    return Vocabulary(read, {name: int(kind) for name, kind in rows}, Joined.of(read))


def windows(vocabulary: Vocabulary, text: str, sentences: Sequence[Span]) -> Iterator[Window]:
    """Yield a readable text in windows of at most 256 tokens that begin and end with a sentence where they can."""
    view = plain(text, vocabulary.joined)
    encoding = vocabulary.tokenizer.encode(view.text, add_special_tokens=False)
    ids = np.array(encoding.ids, np.int64)
    if not len(ids):
        return
    words = np.array(encoding.word_ids, np.int64)
    places = _places(view, encoding.offsets, words)
    spelt = [text[place.start : place.end] for place in places]
    shapes = np.array([shape(word) + SHAPE * vocabulary.names.get(word.lower(), 0) for word in spelt], np.int64)[words]
    for first, last in _cuts(words, places, sentences):
        own = words[first:last] - words[first]
        yield Window(
            ids=np.concatenate(([_CLS], ids[first:last], [_SEP])),
            shapes=np.concatenate(([_NONE], shapes[first:last], [_NONE])),
            words=own,
            places=places[words[first] : words[last - 1] + 1],
        )


def shape(word: str) -> int:
    """Return how a word is written, which the uncased vocabulary does not tell."""
    if word.isalpha():
        if word.islower():
            return LOWER
        if word.isupper():
            return _UPPER if len(word) > 1 else _CAPITAL
        return _TITLE if word.istitle() else _MIXED
    if word.isdigit():
        return _DIGITS
    return _MIXED if any(map(str.isalnum, word)) else _SIGN


def _places(view: View, offsets: Sequence[tuple[int, int]], words: Numbers) -> tuple[Span, ...]:
    """Return where each word stands in the text that the view was made from."""
    begins = np.flatnonzero(np.diff(words, prepend=-1))
    finishes = np.append(begins[1:], len(words)) - 1
    return tuple(
        view.original(Span(offsets[begin][0], max(offsets[finish][1], offsets[begin][0] + 1)))
        for begin, finish in zip(begins.tolist(), finishes.tolist(), strict=True)
    )


def _cuts(words: Numbers, places: Sequence[Span], sentences: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) tokens of each window: whole sentences while they fit, else whole words."""
    room, total = WINDOW - 2, len(words)
    if total <= room:
        yield 0, total
        return
    ends = {sentence.end for sentence in sentences}
    closing = np.array([place.end in ends for place in places], bool)
    word_ends = np.append(np.flatnonzero(np.diff(words)) + 1, total)
    first = 0
    while first < total:
        fitting = word_ends[(word_ends > first) & (word_ends <= first + room)]
        if not len(fitting):  # one word of more tokens than a window holds
            fitting = np.array([min(first + room, total)])
        whole = [end for end in fitting.tolist() if closing[words[end - 1]]]
        last = int(fitting[-1]) if fitting[-1] == total or not whole else whole[-1]
        yield first, last
        first = last
