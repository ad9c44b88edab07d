"""Bigrams: fits the linear model of tokens and pairs to drafts and tweets.

The collected sets of hateful posts are left out: what they call offensive differs, and that the encoder learns
better.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from core.model.bigrams import BITS, places
from core.model.decoding import parts
from core.model.encoding import Numbers, Vocabulary, windows
from core.model.labels import STATEMENTS
from core.model.training.data import Row
from core.sentences import sentences

WEIGHT = 0.6
"""How much its logits count beside the encoder's."""
_ALPHA, _EPOCHS = 1e-6, 8
_MOST = 0.9999
"""Share of the weights that 8 bits hold as they are; the few beyond are cut."""


def fitted(rows: Iterable[Row], vocabulary: Vocabulary) -> bytes:
    """Return the model as the file that the reader loads."""
    found = [each for row in rows for each in _segments(row, vocabulary)]
    told = np.array([target[: len(STATEMENTS)] for _, target in found], np.float32)
    table = _table([tokens for tokens, _ in found])
    models = [_one(table, column) for column in told.T]
    weights = WEIGHT * np.stack([model.coef_[0] for model in models], axis=1)
    scale = np.quantile(np.abs(weights), _MOST, axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        weights=np.rint(weights / scale).clip(-127, 127).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=WEIGHT * np.array([model.intercept_[0] for model in models], np.float32),
    )
    return file.getvalue()


def _segments(row: Row, vocabulary: Vocabulary) -> Iterator[tuple[Numbers, tuple[float | None, ...]]]:
    """Yield the tokens of each segment of a row, and what it says."""
    told = dict(zip(row.segments, row.targets, strict=True))
    for window in windows(vocabulary, row.text, sentences(row.text)):
        for segment, inside in parts(window, row.segments):
            yield window.ids[1:-1][inside], told[segment]


def _table(rows: list[Numbers]) -> csr_matrix:
    """Return [segments, places]: every row of length one."""
    found = [places(tokens) for tokens in rows]
    lengths = np.array([len(each) for each in found])
    values = np.repeat(lengths**-0.5, lengths)
    return csr_matrix((values, np.concatenate(found), np.append(0, lengths.cumsum())), (len(rows), 2**BITS))


def _one(table: csr_matrix, told: npt.NDArray[np.float32]) -> SGDClassifier:
    """Return the model of one label, from the segments of which it is known."""
    known = np.flatnonzero(~np.isnan(told))
    model = SGDClassifier(loss="log_loss", alpha=_ALPHA, max_iter=_EPOCHS, tol=None, average=True, random_state=1)
    return model.fit(table[known], told[known] == 1)
