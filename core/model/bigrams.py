"""Bigrams: a linear model of tokens and of pairs of neighbours, which knows wordings that the encoder misreads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.model.encoding import Numbers

BITS = 17
"""Tokens and pairs share a table of 2**17 places: which of them meet in one is left to chance."""
_ONE, _FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_EDGE = np.zeros(1, np.uint32)


@dataclass(frozen=True, slots=True)
class Bigrams:
    """Weights [2**17, labels] in 8 bits, `scale` and `bias` [labels]: what a sentence's wording adds to its logits."""

    weights: npt.NDArray[np.int8] = field(repr=False)
    scale: npt.NDArray[np.float32] = field(repr=False)
    bias: npt.NDArray[np.float32] = field(repr=False)

    def read(self, tokens: Numbers) -> npt.NDArray[np.float32]:
        """Return the logits [labels] of a sentence's tokens."""
        found = places(tokens)
        total = self.weights[found].sum(axis=0, dtype=np.int32)
        logits: npt.NDArray[np.float32] = total * (self.scale / np.float32(len(found) ** 0.5)) + self.bias
        return logits


def places(tokens: Numbers) -> npt.NDArray[np.uint32]:
    """Return where a sentence's tokens stand in the table, and its pairs of neighbours, its two ends among them."""
    row = np.concatenate((_EDGE, tokens.astype(np.uint32), _EDGE))
    pairs = (row[:-1] * _FIRST) ^ (row[1:] * _SECOND)
    return np.unique(np.concatenate((row[1:-1] * _ONE, pairs * _ONE)) >> np.uint32(32 - BITS))
