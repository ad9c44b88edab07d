"""Statements: trains the encoder that tells what a sentence says: a leak, an insult, a threat, where somebody lives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.finding import Span
from core.model.decoding import parts
from core.model.encoding import LOWER, SHAPE, Vocabulary, Window, windows
from core.model.labels import NAMED, STATEMENTS
from core.model.training.data import LABELS, Row
from core.model.training.fit import Fit, Plan
from core.model.training.names import collate
from core.model.training.network import Encoder
from core.sentences import sentences

_LOWER_CASE, _NOISE = 0.15, 0.2
_COVERED, _COVERED_TOKENS = 0.7, 0.1
"""Share of the examples in which tokens are covered, and of these tokens: what was learnt by heart teaches again."""
_BESIDE = 0.5
"""Chance of a row to be read together with the next: a post goes on about something else, and may say two things.
So two rows in three are."""
_TAUGHT = 0.7
"""How much of what is learnt is what the teachers say."""
_WEIGHTS = np.array([8.0 if label == NAMED else 1.0 for label in LABELS], np.float32)
"""A word's sense is one label of one word, beside the dozen of every sentence."""
CAPS = {"davidson": 8_000, "mlma": 3_000, "identity_templates": 2_500, "convabuse": 1_000, "toxic_spans": 2_000}
"""How many rows of a set to read at most: the sets are of uneven size and quality."""
CAPS_BESIDE_DRAFTS = {
    "convabuse": 500,
    "davidson": 1_500,
    "edos": 6_000,
    "guest_misogyny": 2_000,
    "hatexplain": 5_000,
    "identity_templates": 400,
    "mhs_twitter": 4_000,
    "mlma": 2_000,
    "toxigen": 5_000,
}
"""The same for rows that are read again beside the drafts: more of the sets whose harmless half is hard."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A window, its segments as rows of weights over the tokens, and what each segment says."""

    window: Window
    pool: np.ndarray
    targets: np.ndarray
    weights: np.ndarray


def examples_of(vocabulary: Vocabulary, row: Row) -> list[Stated]:
    """Return the windows of a row with the segments that lie in them."""
    found = []
    known = np.array([[0.0 if each is None else each for each in target] for target in row.targets], np.float32)
    weights = np.array([[each is not None for each in target] for target in row.targets], np.float32) * _WEIGHTS
    for window in windows(vocabulary, row.text, sentences(row.text)):
        inside = dict(parts(window, row.segments))
        if not inside:
            continue
        kept = np.array([segment in inside for segment in row.segments])
        pool = np.stack(list(inside.values())).astype(np.float32)
        pool /= pool.sum(axis=1, keepdims=True)
        found.append(Stated(window, np.pad(pool, ((0, 0), (1, 1))), known[kept], weights[kept]))
    return found


def train(
    name: str,
    vocabulary: Vocabulary,
    encoder: Encoder,
    folder: Path,
    plan: Plan,
    choose: Callable[[random.Random], Iterable[Row]],
    score: Callable[[Encoder], float],
    teachers: Sequence[Encoder] = (),
) -> Encoder:
    """Train on the rows that `choose` gives for each epoch, and on what `teachers` say of them on average.

    The words learn as well: slurs hardly occur in what the base was made from. Names have too few sentences for that.
    """
    encoder.words.weight.requires_grad_(True)
    cover = vocabulary.tokenizer.token_to_id("[MASK]")

    def examples(epoch: int, chance: random.Random) -> list[Stated]:
        return [
            _covered(_varied(each, chance), chance, cover)
            for row in mixed([_noisy(row, chance) for row in choose(chance)], chance)
            for each in examples_of(vocabulary, row)
        ]

    return Fit(
        name=name,
        folder=folder,
        plan=plan,
        examples=examples,
        loss=partial(_taught, teachers, plan.bfloat16) if teachers else _loss,
        score=score,
        size=lambda item: len(item.window.ids),
        collate=lambda batch: collate([item.window for item in batch]),
    ).run(encoder)


def capped(rows: Iterable[Row], chance: random.Random, caps: Mapping[str, int], most: int | None = None) -> list[Row]:
    """Return at most `most` rows of the public sets, no set with more than its cap."""
    by_source: dict[str, list[Row]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    kept = [
        row
        for source, each in sorted(by_source.items())
        for row in chance.sample(each, min(len(each), caps.get(source, len(each))))
    ]
    return chance.sample(kept, min(most or len(kept), len(kept)))


def mixed(rows: Sequence[Row], chance: random.Random) -> Iterator[Row]:
    """Yield the rows in another order, some of them in pairs."""
    left = chance.sample(rows, len(rows))
    while left:
        row = left.pop()
        yield beside(row, left.pop(), chance) if left and chance.random() < _BESIDE else row


def beside(first: Row, second: Row, chance: random.Random) -> Row:
    """Return one row that says what the first says, and then what the other says."""
    between = chance.choice((" ", "\n", "\n\n"))
    moved = len(first.text) + len(between)
    return replace(
        first,
        text=first.text + between + second.text,
        segments=first.segments + tuple(Span(each.start + moved, each.end + moved) for each in second.segments),
        targets=first.targets + second.targets,
    )


def reader(encoder: Encoder, vocabulary: Vocabulary) -> Callable[[str, Sequence[Span]], np.ndarray]:
    """Return a function that gives the logits [segments, labels] of a text's segments."""
    encoder.eval()

    def read(text: str, segments: Sequence[Span]) -> np.ndarray:
        found = {}
        for window in windows(vocabulary, text, sentences(text)):
            with torch.inference_mode():
                logits = encoder(*collate([window]))[0].numpy()
            for segment, inside in parts(window, segments):
                mean = logits[1:-1][inside].mean(axis=0)
                found[segment] = np.maximum(mean, found.get(segment, mean))
        nothing = np.full(len(LABELS), -9.0, np.float32)
        return np.stack([found.get(segment, nothing) for segment in segments])

    return read


def _loss(logits: Tensor, batch: Sequence[Stated]) -> Tensor:
    targets, weights = (_stacked([getattr(item, name) for item in batch]) for name in ("targets", "weights"))
    return _error(_stacked([item.pool for item in batch]) @ logits, targets, weights)


def _taught(teachers: Sequence[Encoder], bfloat16: bool, logits: Tensor, batch: Sequence[Stated]) -> Tensor:
    """Return how far the logits lie from what is known, and from what the teachers make of the same tokens."""
    tokens = collate([item.window for item in batch])
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        told = torch.stack([teacher(*tokens).float() for teacher in teachers]).mean(0)
    pool = _stacked([item.pool for item in batch])
    weights = pool.sum(-1, keepdim=True) * torch.tensor([label in STATEMENTS for label in LABELS])
    return (1 - _TAUGHT) * _loss(logits, batch) + _TAUGHT * _error(pool @ logits, (pool @ told).sigmoid(), weights)


def _error(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    errors = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (errors * weights).sum() / weights.sum().clamp(min=1) * len(LABELS)


def _stacked(tables: Sequence[np.ndarray]) -> Tensor:
    """Return tables [segments, columns] of one batch as one, with zeros where one is smaller than the largest."""
    shape = tuple(max(table.shape[side] for table in tables) for side in (0, 1))
    stack = torch.zeros(len(tables), *shape)
    for row, table in enumerate(tables):
        stack[row, : table.shape[0], : table.shape[1]] = torch.from_numpy(table)
    return stack


def _varied(item: Stated, chance: random.Random) -> Stated:
    """Return the example, now and then as if it had been written without capitals."""
    if chance.random() >= _LOWER_CASE:
        return item
    shapes = item.window.shapes
    cased = np.isin(shapes % SHAPE, (LOWER + 1, LOWER + 2, LOWER + 3, LOWER + 4))
    lowered = np.where(cased, shapes - shapes % SHAPE + LOWER, shapes)
    return replace(item, window=replace(item.window, shapes=lowered))


def _covered(item: Stated, chance: random.Random, cover: int) -> Stated:
    """Return the example, mostly with a few tokens covered."""
    if chance.random() >= _COVERED:
        return item
    ids = item.window.ids.copy()
    for place in range(1, len(ids) - 1):
        if chance.random() < _COVERED_TOKENS:
            ids[place] = cover
    return replace(item, window=replace(item.window, ids=ids))


_LEET = str.maketrans("oieast", "013457")
_JOINED = 0.5


def _noisy(row: Row, chance: random.Random) -> Row:
    """Return a row, now and then with words misspelt or run together; only rows of one segment, whose end may move."""
    if row.segments != (Span(0, len(row.text)),) or chance.random() >= _NOISE:
        return row
    words = row.text.split(" ")
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(words))
        word = words[at]
        if len(word) > 3 and word.isalpha():
            cut = chance.randrange(1, len(word) - 1)
            words[at] = chance.choice(
                (
                    word[:cut] + word[cut + 1 :],
                    word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
                    word[:cut] + word[cut] + word[cut:],
                    word[:cut] + word[cut].translate(_LEET) + word[cut + 1 :],
                    " ".join(word),
                )
            )
        elif chance.random() < _JOINED:
            words[at : at + 3] = ["".join(words[at : at + 3])]
    text = " ".join(words)
    return replace(row, text=text, segments=(Span(0, len(text)),))
