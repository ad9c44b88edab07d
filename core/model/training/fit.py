"""Fit: one training loop for both encoders: seeded, with progress, resumable, keeping the best epoch."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor

from core.model.training.network import Encoder

Item = TypeVar("Item")

_SAVE_EVERY = 300.0
_FRESH = ("head", "shapes")


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `rate` is the highest learning rate of the encoder; head and word shapes learn 5 times as fast.

    `bfloat16` computes in 16 bits: several times as fast on processors that can (AMX, AVX512-BF16), slower on others.
    """

    epochs: int
    rate: float
    tokens: int = 1_600
    warm_up: float = 0.08
    seed: int = 1
    bfloat16: bool = False


@dataclass(slots=True)
class Fit(Generic[Item]):
    """A run: `examples(epoch, random)` gives what to read, `loss(logits, batch)` how wrong it was.

    `score(encoder)` is taken after every epoch; the best epoch is kept. State lies in `folder`, so that a run that was
    stopped goes on where it last saved.
    """

    name: str
    folder: Path
    plan: Plan
    examples: Callable[[int, random.Random], Sequence[Item]]
    loss: Callable[[Tensor, Sequence[Item]], Tensor]
    score: Callable[[Encoder], float]
    size: Callable[[Item], int]
    collate: Callable[[Sequence[Item]], tuple[Tensor, Tensor, Tensor]]
    _saved: float = field(default_factory=time.monotonic)

    def run(self, encoder: Encoder) -> Encoder:
        """Train, and return the encoder as it was after its best epoch."""
        plan = self.plan
        self.folder.mkdir(parents=True, exist_ok=True)
        state_file, best_file = self.folder / f"{self.name}.state", self.folder / f"{self.name}.best"
        torch.manual_seed(plan.seed)
        optimizer = _optimizer(encoder, plan.rate)
        epoch = batch_number = 0
        best = float("-inf")
        if state_file.exists():
            state = torch.load(state_file, weights_only=False)
            encoder.load_state_dict(state["encoder"])
            optimizer.load_state_dict(state["optimizer"])
            torch.set_rng_state(state["rng"])
            epoch, batch_number, best = state["epoch"], state["batch"], state["best"]
        while epoch < plan.epochs:
            batches = self._batches(epoch)
            total = len(batches) * plan.epochs  # epochs are of like length
            done = len(batches) * epoch + batch_number
            began, running = time.monotonic(), 0.0
            encoder.train()
            for number in range(batch_number, len(batches)):
                running += self._step(encoder, optimizer, batches[number], done / total)
                done += 1
                count = number - batch_number + 1
                if count % 25 == 0:
                    left = (time.monotonic() - began) / count * (total - done) / 60
                    line = f"{self.name}: {100 * done / total:5.1f} %, loss {running / count:.4f}, {left:.0f} min left"
                    _say(line, end="\n" if count % 200 == 0 else "\r")
                if time.monotonic() - self._saved > _SAVE_EVERY:
                    self._save(state_file, encoder, optimizer, epoch, number + 1, best)
            epoch, batch_number = epoch + 1, 0
            score = self.score(encoder)
            _say(f"{self.name}: epoch {epoch}, score {score:.4f}", end="\n")
            if score >= best:
                best = score
                torch.save(encoder.state_dict(), best_file)
            self._save(state_file, encoder, optimizer, epoch, 0, best)
        encoder.load_state_dict(torch.load(best_file))
        return encoder.eval()

    def _step(
        self, encoder: Encoder, optimizer: torch.optim.Optimizer, batch: Sequence[Item], progress: float
    ) -> float:
        factor = min(progress / self.plan.warm_up, (1 - progress) / (1 - self.plan.warm_up))
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * max(factor, 1e-3)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.bfloat16):
            logits = encoder(*self.collate(batch))
        loss = self.loss(logits.float(), batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    def _batches(self, epoch: int) -> list[list[Item]]:
        """Return an epoch's batches: texts of like length together, in a shuffled order that the seed fixes."""
        chance = random.Random(self.plan.seed * 1_000 + epoch)  # noqa: S311
        items = list(self.examples(epoch, chance))
        chance.shuffle(items)
        batches: list[list[Item]] = []
        for start in range(0, len(items), 4_000):
            batch: list[Item] = []
            for item in sorted(items[start : start + 4_000], key=self.size):
                if batch and self.size(item) * (len(batch) + 1) > self.plan.tokens:
                    batches.append(batch)
                    batch = []
                batch.append(item)
            batches.append(batch)
        chance.shuffle(batches)
        return batches

    def _save(
        self, path: Path, encoder: Encoder, optimizer: torch.optim.Optimizer, epoch: int, batch: int, best: float
    ) -> None:
        state = {
            "encoder": encoder.state_dict(),
            "optimizer": optimizer.state_dict(),
            "rng": torch.get_rng_state(),
            "epoch": epoch,
            "batch": batch,
            "best": best,
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)
        self._saved = time.monotonic()


def _optimizer(encoder: Encoder, rate: float) -> torch.optim.AdamW:
    fresh, grown = [], []
    for name, weight in encoder.named_parameters():
        if weight.requires_grad:
            (fresh if name.startswith(_FRESH) else grown).append(weight)
    return torch.optim.AdamW(
        [{"params": grown, "peak": rate}, {"params": fresh, "peak": 5 * rate}], lr=rate, weight_decay=0.01, fused=True
    )


def _say(line: str, end: str = "\r") -> None:
    """Show progress: over itself at a terminal, whole lines now and then in a log."""
    if sys.stderr.isatty() or end == "\n":
        print(line, end=end, file=sys.stderr, flush=True)  # noqa: T201
