"""Trains an encoder: `python -m core.model.training names|public --base DIR --data DIR --out DIR`."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch

from core.model.encoding import Vocabulary, load_vocabulary
from core.model.labels import TAGS
from core.model.training import names, statements
from core.model.training.data import LABELS, Row, everyday, public
from core.model.training.fit import Plan
from core.model.training.network import Encoder, load_base
from core.model.training.vocabulary import build_names

_OFFENSIVE = LABELS.index("offensive")
_ROWS, _TWEETS, _DEV = 45_000, 3_000, 1_500


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("names", "public"))
    parser.add_argument("--base", type=Path, required=True, help="folder of the base weights and their tokenizer.json")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="where the run keeps its state and its best weights")
    options = parser.parse_args()
    torch.set_num_threads(1)
    vocabulary = load_vocabulary((options.base / "tokenizer.json").read_bytes(), build_names())
    weights = options.base / "model.safetensors"
    if options.what == "names":
        names.train(options.data, vocabulary, load_base(weights, len(TAGS)), options.out)
    else:
        _public(options.data, vocabulary, load_base(weights, len(LABELS)), options.out)


def _public(data: Path, vocabulary: Vocabulary, encoder: Encoder, out: Path) -> None:
    """Train the statements' encoder on the licensed sets alone."""
    rows, dev = list(public(data, "train")), list(public(data, "dev"))
    found = names.load(data, "train")
    tweets = list(everyday(row for source, each in found.items() if source != "professional" for row in each))

    def choose(chance: random.Random) -> list[Row]:
        return statements.capped(rows, chance, _ROWS) + chance.sample(tweets, _TWEETS)

    plan = Plan(epochs=1, rate=1.5e-4)
    statements.train("public", vocabulary, encoder, out, plan, choose, lambda each: _balanced(each, vocabulary, dev))


def _balanced(encoder: Encoder, vocabulary: Vocabulary, dev: list[Row]) -> float:
    """Return the mean share of offensive and of harmless posts that are told rightly at a score of one half."""
    read = statements.reader(encoder, vocabulary)
    right: dict[float, list[bool]] = {0.0: [], 1.0: []}
    for row in random.Random(3).sample(dev, min(_DEV, len(dev))):  # noqa: S311
        wanted = row.targets[0][_OFFENSIVE]
        if wanted is not None:
            right[wanted].append(bool(read(row.text, row.segments)[0][_OFFENSIVE] > 0) == bool(wanted))
    return float(np.mean([np.mean(each) for each in right.values()]))


if __name__ == "__main__":
    main()
