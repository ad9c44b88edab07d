"""Ship: writes what the reader loads: two 8-bit encoders, the bigrams, their vocabulary, scales and hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from core.model.labels import SAID, STATEMENTS
from core.model.reader import (
    FILES,
    GIVEN_AND_FAMILY,
    MANIFEST,
    NAMES,
    NAMES_WORDS,
    STATEMENTS_BIGRAMS,
    STATEMENTS_WORDS,
    TOKENIZER,
    Scale,
)
from core.model.reader import STATEMENTS as STATEMENTS_FILE
from core.model.training.export import export, table
from core.model.training.network import Encoder


def ship(
    folder: Path, names: Encoder | None, statements: Encoder, bigrams: bytes, tokenizer: bytes, listed: bytes
) -> None:
    """Write the files of the reader into `folder`; the manifest comes last, with scales that are still to be set.

    Without an encoder of names the one that is there stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if names is not None:
        export(names, folder / NAMES)
        (folder / NAMES_WORDS).write_bytes(table(names))
    export(told(statements), folder / STATEMENTS_FILE)
    (folder / STATEMENTS_WORDS).write_bytes(table(statements))
    (folder / STATEMENTS_BIGRAMS).write_bytes(bigrams)
    (folder / TOKENIZER).write_bytes(tokenizer)
    (folder / GIVEN_AND_FAMILY).write_bytes(listed)
    set_scales(folder, dict.fromkeys(STATEMENTS, Scale(1.0, 0.0)))


def set_scales(folder: Path, scales: Mapping[str, Scale]) -> None:
    """Write the manifest: what the files are, and how logits become scores."""
    manifest = {
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES},
        "scales": {label: {"slope": scale.slope, "shift": scale.shift} for label, scale in scales.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def told(encoder: Encoder) -> Encoder:
    """Return the encoder without the output that only helped to train it."""
    kept = Encoder(len(SAID))
    state: dict[str, Tensor] = dict(encoder.state_dict())
    state["head.weight"], state["head.bias"] = (
        state["head.weight"][: len(SAID)],
        state["head.bias"][: len(SAID)],
    )
    kept.load_state_dict(state)
    return kept.eval()


def load_encoder(outputs: int, *paths: Path) -> Encoder:
    """Load weights that a training run kept; those of several runs from one base are averaged."""
    runs = [torch.load(path) for path in paths]
    encoder = Encoder(outputs)
    encoder.load_state_dict({name: sum(run[name] for run in runs) / len(runs) for name in runs[0]})
    return encoder.eval()
