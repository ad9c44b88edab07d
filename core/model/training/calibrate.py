"""Calibrate: turns logits into scores whose 0.5 and 0.9 mean the same for every label and every training.

At 0.5 a statement is likely: at most 0.5 % of everyday posts, 5 % of the near misses that were written to look like
it (more where these differ in next to nothing) and 1.5 % of all other drafts reach that score without saying it, and
nothing does that is less likely than `_LEAST_LIKELY` among drafts that were kept from training. For offence everyday
posts and the other drafts decide nothing, for some of them are offensive, but the collected sets do beside the near
misses. At 0.9 it is sure: at most 0.5 % of the drafts that say nothing of any kind do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from core.finding import Span
from core.model.labels import STATEMENTS
from core.model.reader import Scale
from core.model.training.data import LABELS, RUDE, Row
from core.sentences import sentences

Read = Callable[[str, Sequence[Span]], npt.NDArray[Any]]
Logits = npt.NDArray[np.float32]

_EVERYDAY, _NEAR_MISSES, _OTHERS, _SURE = 0.005, 0.05, 0.015, 0.005
_ALARMING = 0.002
"""Share of drafts that say nothing of any kind and may be taken for a threat: nothing frightens an author more."""
_COLLECTED, _ENOUGH = 0.14, 200
"""Share of the harmless posts of a collected set that may be flagged as offensive or a threat; it counts where it has
so many of them."""
_HARD = {"private_fact": 0.15, "company_figure": 0.2, "secret": 0.08, "venting": 0.08}
"""Near misses that may be flagged of statements whose near misses differ in next to nothing. A private fact counts only
beside a full name, so these alone set its limit."""
_TWINS = "hatemojibuild"
"""A set whose harmless posts are hateful ones changed by a sign; it decides nothing."""
_GROUP_WORD = re.compile(
    r"\b(wom[ae]n|girls?|females?|fem\w+|lad(y|ies)|wi(fe|ves)|mothers?|moms?|chicks?|bitch\w*|sluts?|whores?|cunts?|thots?"
    r"|black\w*|white\w*|asian\w*|jew\w*|muslim\w*|islam\w*|gays?|lesbian\w*|trans\w*|trann\w+|fag\w*|nig\w+|retard\w*)\b",
    re.IGNORECASE,
)
"""One set says only whether a post is sexist: its other posts are harmless where they speak of no group."""
_LEAST_STEP, _LEAST_LIKELY = 0.3, 0.3
"""A step of the logit from likely to sure, and the least chance that can be likely."""


def strongest(read: Read, rows: Sequence[Row]) -> npt.NDArray[Any]:
    """Return [rows, labels]: the highest logit or score that any sentence of each row reaches."""
    return np.stack([read(row.text, sentences(row.text)).max(axis=0) for row in rows])


def says(row: Row, label: str) -> float | None:
    """Return 1 where a row carries a label, 0 where it does not, None where nobody knows."""
    told = [target[LABELS.index(label)] for target in row.targets]
    return max(known) if len(known := [each for each in told if each is not None]) == len(told) else None


def calibrated(rows: Sequence[Row], logits: Logits) -> dict[str, Scale]:
    """Return the scale of each label, from rows that the encoder was not trained on."""
    return {label: _scale(rows, logits[:, LABELS.index(label)], label) for label in STATEMENTS}


def _scale(rows: Sequence[Row], column: Logits, label: str) -> Scale:
    with_it, without = (np.array([says(row, label) == told for row in rows]) for told in (1, 0))
    ours = np.array([row.section != row.source for row in rows]) & ~_is(rows, "tweets")
    written, near = without & ours, _is(rows, f"{label}-")
    likely = [_as_likely_as(_LEAST_LIKELY, column[written], column[with_it & ours])]
    if label not in ("offensive", "private_fact"):
        likely += [
            _above(column[written & ~near], _OTHERS),
            _above(column[without & _is(rows, "tweets")], _EVERYDAY),
        ]
    if label in ("offensive", "threat"):
        harmless = without & np.array([_harmless(row) for row in rows])
        sets = {row.section for row in rows if row.section == row.source} - {_TWINS}
        collected = [column[harmless & _is(rows, each)] for each in sorted(sets)]
        likely += [_above(logits, _COLLECTED) for logits in collected if len(logits) >= _ENOUGH]
    likely.append(_above(column[written & near], _HARD.get(label, _NEAR_MISSES)))
    silent = written & ~near & np.array([all(says(row, each) != 1 for each in STATEMENTS) for row in rows])
    if label == "threat":
        likely.append(_above(column[silent], _ALARMING))
    low = max(likely)
    high = max(_above(column[silent], _SURE), low + _LEAST_STEP)
    slope = math.log(9) / (high - low)
    return Scale(slope=round(slope, 4), shift=round(-slope * low, 4))


def _as_likely_as(chance: float, without: Logits, with_it: Logits) -> float:
    """Return the logit at which one of so many says it (a logistic regression on one logit)."""
    told = np.repeat((False, True), (len(without), len(with_it)))
    model = LogisticRegression().fit(np.concatenate((without, with_it))[:, None], told)
    return float((math.log(chance / (1 - chance)) - model.intercept_[0]) / model.coef_[0, 0])


def _harmless(row: Row) -> bool:
    """Tell whether a post of a collected set is harmless, and not merely without hate."""
    return says(row, RUDE) != 1 and not (row.source == "edos" and _GROUP_WORD.search(row.text))


def _is(rows: Sequence[Row], section: str) -> npt.NDArray[np.bool_]:
    return np.array([row.section == section for row in rows])


def _above(logits: Logits, share: float) -> float:
    """Return the logit that at most this share of them reach; too few to tell set no limit."""
    return float(np.quantile(logits, 1 - share)) if 2 * share * len(logits) >= 1 else -math.inf
