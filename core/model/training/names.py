"""Names: trains the encoder that tells people, places and organisations."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from faker import Faker
from torch import Tensor
from torch.nn import functional

from core.finding import Span
from core.model.decoding import decoded
from core.model.encoding import Vocabulary, Window, windows
from core.model.labels import NAMES, TAGS
from core.model.training.data import Named, named
from core.model.training.fit import Fit, Plan
from core.model.training.network import Encoder
from core.sentences import sentences

_IGNORED = -100
_LOCALES = ["en_US", "en_GB", "en_IN", "en_AU", "de_DE", "es_ES", "fr_FR", "it_IT", "pl_PL", "nl_NL", "yo_NG", "sv_SE"]
_LOWER, _UPPER, _OTHER_NAME = 0.2, 0.03, 0.2
_PROFESSIONAL = 900
PLAN = Plan(epochs=4, rate=2e-4, tokens=1_000)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A window with the tag of each token; -100 for tokens that are not the first of a word."""

    window: Window
    tags: np.ndarray


def load(folder: Path, split: str) -> dict[str, list[Named]]:
    """Return the sentences of each set."""
    found = {path.name.partition(".")[0]: list(named(path)) for path in sorted((folder / split).glob("*merged.conll"))}
    extra = folder / split / "ner_aug.faker.conll"
    return found | ({"professional": list(named(extra))} if extra.exists() else {})


def train(data: Path, vocabulary: Vocabulary, encoder: Encoder, folder: Path, plan: Plan = PLAN) -> Encoder:
    """Train on the CoNLL sets in `data/train`, choosing the epoch on `data/dev`."""
    rows = load(data, "train")
    dev = [row for each in load(data, "dev").values() for row in each]
    fake = Faker(_LOCALES, use_weighting=False)

    def examples(epoch: int, chance: random.Random) -> list[Tagged]:
        fake.seed_instance(epoch)
        rest = rows.get("professional", [])
        chosen = [
            *(row for name, each in rows.items() if name != "professional" for row in each),
            *chance.sample(rest, min(_PROFESSIONAL, len(rest))),
        ]
        return [item for row in chosen for item in tagged(vocabulary, _varied(row, chance, fake))]

    return Fit(
        name="names",
        folder=folder,
        plan=plan,
        examples=examples,
        loss=_loss,
        score=lambda each: scores(predictor(each, vocabulary), dev)["PERSON"][2],
        size=lambda item: len(item.window.ids),
        collate=lambda batch: collate([item.window for item in batch]),
    ).run(encoder)


def tagged(vocabulary: Vocabulary, row: Named) -> list[Tagged]:
    """Return the windows of a text with its tags."""
    found = []
    for window in windows(vocabulary, row.text, sentences(row.text)):
        tags = [_tag(place, row.names) for place in window.places]
        first = np.diff(window.words, prepend=-1) > 0
        inner = np.where(first, np.array(tags)[window.words], _IGNORED)
        found.append(Tagged(window, np.concatenate(([_IGNORED], inner, [_IGNORED]))))
    return found


def predictor(encoder: Encoder, vocabulary: Vocabulary) -> Callable[[str], list[tuple[Span, str]]]:
    """Return a function that reads the names in a text with an encoder as it is trained."""
    encoder.eval()

    def names(text: str) -> list[tuple[Span, str]]:
        found: list[tuple[Span, str]] = []
        for window in windows(vocabulary, text, sentences(text)):
            with torch.inference_mode():
                logits = encoder(*collate([window]))[0].numpy()
            found += [(name.span, name.label) for name in decoded(window, logits)]
        return found

    return names


def scores(predict: Callable[[str], list[tuple[Span, str]]], rows: Sequence[Named]) -> dict[str, tuple[float, ...]]:
    """Return (precision, recall, F1) of each label over exact spans."""
    result: dict[str, tuple[float, ...]] = {}
    pairs = [(set(predict(row.text)), set(row.names)) for row in rows]
    for label in NAMES:
        seen = [
            ({each for each in got if each[1] == label}, {each for each in true if each[1] == label})
            for got, true in pairs
        ]
        right = sum(len(got & true) for got, true in seen)
        precision = right / max(sum(len(got) for got, _ in seen), 1)
        recall = right / max(sum(len(true) for _, true in seen), 1)
        result[label] = (precision, recall, 2 * precision * recall / max(precision + recall, 1e-9))
    return result


def collate(batch: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, shapes and mask of several windows, padded to the longest."""
    longest = max(len(window.ids) for window in batch)
    ids, shapes, mask = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(3))
    for row, window in enumerate(batch):
        count = len(window.ids)
        ids[row, :count] = torch.from_numpy(window.ids)
        shapes[row, :count] = torch.from_numpy(window.shapes)
        mask[row, :count] = 1
    return ids, shapes, mask


def _loss(logits: Tensor, batch: Sequence[Tagged]) -> Tensor:
    targets = torch.full(logits.shape[:2], _IGNORED)
    for row, item in enumerate(batch):
        targets[row, : len(item.tags)] = torch.from_numpy(item.tags)
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=_IGNORED)


def _tag(place: Span, names: Sequence[tuple[Span, str]]) -> int:
    for span, label in names:
        if place.overlaps(span):
            return TAGS.index(f"{'B' if place.start <= span.start else 'I'}-{label}")
    return 0


def _varied(row: Named, chance: random.Random, fake: Faker) -> Named:
    """Return a text in another casing, or about other people, so that neither is learnt by heart."""
    names = row.names
    text = row.text
    if any(label == "PERSON" for _, label in names) and chance.random() < _OTHER_NAME:
        text, names = _renamed(row, chance, fake)
    roll = chance.random()
    recased = text.lower() if roll < _LOWER else text.upper() if roll < _LOWER + _UPPER else text
    return Named(recased if len(recased) == len(text) else text, tuple(names), row.source)


def _renamed(row: Named, chance: random.Random, fake: Faker) -> tuple[str, list[tuple[Span, str]]]:
    text, names, at = "", [], 0
    for span, label in row.names:
        text += row.text[at : span.start]
        words = row.text[span.start : span.end]
        if label == "PERSON":
            other = (
                f"{fake.first_name()} {fake.last_name()}"
                if " " in words
                else chance.choice([fake.first_name, fake.last_name])()
            )
            words = other.lower() if words.islower() else other.upper() if words.isupper() else other
        names.append((Span(len(text), len(text) + len(words)), label))
        text += words
        at = span.end
    return text + row.text[at:], names
