"""Export: trained encoders as the files that the reader loads."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor

from core.model.training.network import HEADS, Encoder, Layer

OPSET = 17
_SLOWER = ["SkipLayerNormFusion"]
"""Its operator takes four times what the addition and the normalisation take that it stands for (onnxruntime 1.32)."""


class _Attention(torch.autograd.Function):
    """What onnxruntime has one operator for: the tokens' matrices and the attention between them."""

    @staticmethod
    def forward(_: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Return the shape of the answer, [1, tokens, 384]: while a network is exported nothing is computed with it."""
        return torch.zeros_like(x)

    @staticmethod
    def symbolic(graph: Any, x: Any, weight: Any, bias: Any) -> Any:
        """Return the operator; `weight` is [384, 3 * 384]."""
        return graph.op("com.microsoft::Attention", x, weight, bias, num_heads_i=HEADS).setType(x.type())


class _FusedLayer(Layer):
    """A layer of which attention is exported as one operator: a model takes a seventh less time than with its parts."""

    def attended(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """Stand for what each token takes from the others; there is no padding, hence no `bias`."""
        return _Attention.apply(x, self.seen.weight.t(), self.seen.bias)  # type: ignore[no-any-return,no-untyped-call]


class _OneText(torch.nn.Module):
    """An encoder as it is run: one text, no padding, hence no mask; words are looked up before."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self._encoder = Encoder(encoder.head.out_features, layer=_FusedLayer)
        self._encoder.load_state_dict(encoder.state_dict())

    def forward(self, words: Tensor, shapes: Tensor) -> Tensor:
        """Map [1, tokens, 384] and shapes [1, tokens] to [1, tokens, outputs]."""
        return self._encoder.read(words, shapes)


def export(encoder: Encoder, path: Path) -> None:
    """Write an encoder in 8 bits to `path`, fused, in the format that onnxruntime uses in place.

    Weights take 7 of the 8 bits, so that processors without VNNI do not saturate.
    """
    shapes = torch.zeros((1, 24), dtype=torch.long)
    words = encoder.words(torch.arange(1_000, 1_024)[None])
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            _OneText(encoder).eval(), (words, shapes), str(whole), opset_version=OPSET, dynamo=False,
            input_names=["words", "shapes"], output_names=["logits"],
            dynamic_axes={"words": {1: "tokens"}, "shapes": {1: "tokens"}, "logits": {1: "tokens"}},
        )  # fmt: skip
        quantize_dynamic(
            whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Attention"],
        )  # fmt: skip
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(path)
        options.add_session_config_entry("session.save_model_format", "ORT")
        onnxruntime.InferenceSession(
            small, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER,
        )  # fmt: skip


def table(encoder: Encoder) -> bytes:
    """Return the embeddings of the words in 8 bits and a scale a word."""
    rows = encoder.words.weight.detach().numpy()
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-6) / 127
    file = io.BytesIO()
    np.savez(file, rows=np.rint(rows / scale[:, None]).astype(np.int8), scale=scale.astype(np.float32))
    return file.getvalue()
