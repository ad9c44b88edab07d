"""Decoding: what an encoder's logits say about a window: names, and statements sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.finding import Span
from core.model.encoding import Window
from core.model.labels import TAGS

Logits = npt.NDArray[np.float32]

_MAY_FOLLOW = np.array(
    [[not to.startswith("I") or (before != "O" and before[2:] == to[2:]) for to in TAGS] for before in TAGS]
)
_FORBIDDEN = -1e9


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: PERSON, LOCATION or ORG, and how sure the reader is (0 to 1)."""

    span: Span
    label: str
    score: float


def decoded(window: Window, logits: Logits) -> Iterator[Name]:
    """Yield the names along the best sequence of tags, in which no name begins in its middle.

    `logits` is [tokens, tags], the framing tokens included; a word is told by its first token.
    """
    first = np.flatnonzero(np.diff(window.words, prepend=-1)) + 1
    chances = _log_softmax(logits[first].astype(np.float64))
    path = _best_path(chances)
    start: int | None = None
    for at in range(len(path) + 1):
        tag = TAGS[path[at]] if at < len(path) else "O"
        if start is not None and not tag.startswith("I"):
            score = float(np.exp(np.mean([chances[word, path[word]] for word in range(start, at)])))
            span = Span(window.places[start].start, window.places[at - 1].end)
            yield Name(span, TAGS[path[start]][2:], score)
            start = None
        if tag.startswith("B"):
            start = at


def parts(window: Window, sentences: Sequence[Span]) -> Iterator[tuple[Span, npt.NDArray[np.bool_]]]:
    """Yield each sentence of which the window holds a part, and which of the tokens between the frames it has."""
    begins = np.array([place.start for place in window.places])[window.words]
    for sentence in sentences:
        inside = (begins >= sentence.start) & (begins < sentence.end)
        if inside.any():
            yield sentence, inside


def _log_softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _best_path(chances: npt.NDArray[np.float64]) -> list[int]:
    """Return the likeliest tags that may follow each other (Viterbi)."""
    allowed = np.where(_MAY_FOLLOW, 0.0, _FORBIDDEN)
    score = chances[0] + allowed[0]
    came: list[npt.NDArray[np.intp]] = []
    for row in chances[1:]:
        steps = score[:, None] + allowed
        came.append(steps.argmax(axis=0))
        score = steps.max(axis=0) + row
    path = [int(score.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]
