"""Export: a trained encoder as an 8-bit ONNX file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from core.model.training.network import Encoder

OPSET = 17


class _OneText(torch.nn.Module):
    """An encoder as it is run: one text, no padding, hence no mask."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self._encoder = encoder

    def forward(self, ids: torch.Tensor, shapes: torch.Tensor) -> torch.Tensor:
        """Map [1, tokens] of ids and shapes to [1, tokens, outputs]."""
        return self._encoder(ids, shapes, torch.ones_like(ids))  # type: ignore[no-any-return]


def export(encoder: Encoder, path: Path, *, quantized: bool = True) -> None:
    """Write an encoder to `path`; weights in 7 of 8 bits, so that processors without VNNI do not saturate."""
    encoder.eval()
    ids = torch.arange(1_000, 1_024)[None]
    shapes = torch.zeros_like(ids)
    with tempfile.TemporaryDirectory() as folder:
        whole = path if not quantized else Path(folder) / "whole.onnx"
        torch.onnx.export(
            _OneText(encoder), (ids, shapes), str(whole), opset_version=OPSET, dynamo=False,
            input_names=["ids", "shapes"], output_names=["logits"],
            dynamic_axes={"ids": {1: "tokens"}, "shapes": {1: "tokens"}, "logits": {1: "tokens"}},
        )  # fmt: skip
        if quantized:
            quantize_dynamic(
                whole, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul", "Gather"],
            )  # fmt: skip
    onnx.checker.check_model(str(path))
