"""Network: a six-layer BERT encoder in plain PyTorch, with an embedding for how words are written."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from core.model.encoding import SHAPES

HIDDEN, HEADS, LAYERS, INNER = 384, 12, 6, 1_536
VOCABULARY, POSITIONS = 30_522, 512
EPSILON = 1e-12


class Dropout(nn.Module):
    """Dropout whose masks are pieces of one long one: to draw a bit for every number took half of the time."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` with that share of its numbers set to 0 and the others raised accordingly; in use as it is."""
        if not self.training:
            return x
        mask = _mask(self.share)
        start = int(torch.randint(len(mask) - x.numel(), ()))
        return x * mask[start : start + x.numel()].view(x.shape)


@cache
def _mask(share: float) -> Tensor:
    """Return 33 million numbers, 0 or what makes up for the zeros."""
    return (torch.rand(1 << 25) >= share).to(torch.bfloat16) / (1 - share)


class Layer(nn.Module):
    """One block: attention, then a feed-forward part, each added to what came in and normalised."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.seen, self.mixed = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.up, self.down = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.norm1, self.norm2 = nn.LayerNorm(HIDDEN, EPSILON), nn.LayerNorm(HIDDEN, EPSILON)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """Map [rows, tokens, 384] to the same shape; `bias` is 0 for tokens and very low for padding."""
        x = self.norm1(x + self.dropout(self.mixed(self.attended(x, bias))))
        return self.norm2(x + self.dropout(self.down(functional.gelu(self.up(x)))))  # type: ignore[no-any-return]

    def attended(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """Return what each token takes from the others, before it is mixed, in the shape of `x`."""
        query, key, value = (self._heads(part) for part in self.seen(x).split(HIDDEN, -1))
        match = query @ key.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS)
        weights = torch.softmax(match if bias is None else match + bias, -1)
        return (self.dropout(weights) @ value).transpose(1, 2).flatten(2)  # type: ignore[no-any-return]

    def _heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (HEADS, HIDDEN // HEADS)).transpose(1, 2)


class Encoder(nn.Module):
    """Reads tokens and word shapes, gives `outputs` logits a token."""

    def __init__(self, outputs: int, dropout: float = 0.1, layer: type[Layer] = Layer) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.shapes = nn.Embedding(SHAPES, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = nn.ModuleList(layer(dropout) for _ in range(LAYERS))
        self.dropout = Dropout(dropout)
        self.head = nn.Linear(HIDDEN, outputs)
        nn.init.zeros_(self.shapes.weight)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.words.weight.requires_grad_(False)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """Map [rows, tokens] of ids, shapes and mask (1 for a token, 0 for padding) to [rows, tokens, outputs]."""
        words = self.words(ids)
        return self.read(words, shapes, (1.0 - mask[:, None, None, :].to(words.dtype)) * -1e4)

    def read(self, words: Tensor, shapes: Tensor, bias: Tensor | None = None) -> Tensor:
        """Map the embeddings of words, [rows, tokens, 384], and their shapes to [rows, tokens, outputs]."""
        positions = self.positions.weight[: shapes.shape[1]]
        x = self.dropout(self.norm(words + positions + self.shapes(shapes)))
        for layer in self.layers:
            x = layer(x, bias)
        return self.head(self.dropout(x))  # type: ignore[no-any-return]


def load_base(path: Path, outputs: int) -> Encoder:
    """Build an encoder from the base weights (`model.safetensors` of a six-layer MiniLM)."""
    weights = load_file(path)
    encoder = Encoder(outputs)
    state = encoder.state_dict()
    state["words.weight"] = weights["embeddings.word_embeddings.weight"]
    state["positions.weight"] = (
        weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    )
    names = {
        "mixed": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"] = weights[f"embeddings.LayerNorm.{kind}"]
        for number in range(LAYERS):
            attention = f"encoder.layer.{number}.attention.self"
            state[f"layers.{number}.seen.{kind}"] = torch.cat(
                [weights[f"{attention}.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for ours, theirs in names.items():
                state[f"layers.{number}.{ours}.{kind}"] = weights[f"encoder.layer.{number}.{theirs}.{kind}"]
    encoder.load_state_dict(state)
    return encoder
