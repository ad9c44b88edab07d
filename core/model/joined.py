"""Joined: words run together without a blank between them, told apart by how common each of them is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from tokenizers import Tokenizer

_RUN = re.compile(r"(?<![\w@./:-])(#?)([A-Za-z][a-z]{7,39})(?![\w/@:.-]\w|\w)")
_WORD = re.compile("[a-z]{2,}|[ai]")
_LONGEST = 18
_LEAST_WORDS, _MOST_COST = 3, 2.3
"""Rare words and names fall into common ones as well (`wet her holm`, `colonial i sm`): what is split holds three words
or more, each so common that a letter costs little, and fewer than the pieces that the tokenizer would make of it. A
hashtag may be of two words."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What each word of a vocabulary costs: the rarer, the more."""

    tokenizer: Tokenizer = field(repr=False)
    costs: Mapping[str, float] = field(repr=False)

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Self:
        """Take the costs from a vocabulary whose numbers rise as words get rarer (Zipf's law)."""
        numbers = tokenizer.get_vocab()
        words = sorted((word for word in numbers if _WORD.fullmatch(word)), key=numbers.__getitem__)
        scale = math.log(len(words) or 1)
        return cls(tokenizer, {word: math.log((rank + 1) * scale) for rank, word in enumerate(words)})

    def gaps(self, text: str) -> Iterator[int]:
        """Yield where a blank is missing in a text."""
        for run in _RUN.finditer(text):
            letters = run[2].lower()
            if letters in self.costs:
                continue
            ends = self._cheapest(letters)
            if len(ends) < (2 if run[1] else _LEAST_WORDS):
                continue
            if run[1] or len(ends) < len(self.tokenizer.encode(letters, add_special_tokens=False)):
                yield from (run.start(2) + end for end in ends[:-1])

    def _cheapest(self, letters: str) -> list[int]:
        """Return where each word ends in the likeliest way to read the letters as words, or nothing."""
        cost, came = [0.0], [0]
        for end in range(1, len(letters) + 1):
            best, start = min(
                (cost[at] + self.costs.get(letters[at:end], math.inf), at) for at in range(max(0, end - _LONGEST), end)
            )
            cost.append(best)
            came.append(start)
        if cost[-1] > _MOST_COST * len(letters):
            return []
        ends = [len(letters)]
        while came[ends[-1]]:
            ends.append(came[ends[-1]])
        return ends[::-1]
