"""Recover: the shipped encoder of statements, from its 8-bit files, as weights that can be trained further."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from onnxruntime.tools.ort_format_model.ort_flatbuffers_py.fbs.InferenceSession import InferenceSession

from core.model.reader import STATEMENTS as STATEMENTS_FILE
from core.model.reader import STATEMENTS_WORDS
from core.model.training.data import LABELS
from core.model.training.network import LAYERS, Encoder

_FLOAT = 1
_TURNED = re.compile(r"((?:onnx::MatMul|com\.microsoft::Attention)_(\d+))_quantized")
_INSIDE = "_encoder."
_PARTS = ("seen", "mixed", "up", "down")


def recovered(folder: Path) -> Encoder:
    """Return the encoder of `folder`; outputs that it does not have yet begin anew.

    The files hold each matrix in 7 bits and a scale a column: it comes back a little coarser than it was trained.
    """
    encoder = Encoder(len(LABELS))
    state = {name: weight.numpy() for name, weight in encoder.state_dict().items()}
    stored = _initializers((folder / STATEMENTS_FILE).read_bytes())
    turned = sorted((int(match[2]), match[1]) for name in stored if (match := _TURNED.fullmatch(name)))
    names = [f"layers.{layer}.{part}.weight" for layer in range(LAYERS) for part in _PARTS] + ["head.weight"]
    found = {name[len(_INSIDE) :]: value for name, value in stored.items() if name.startswith(_INSIDE)}
    found |= {name: _matrix(stored, other) for name, (_, other) in zip(names, turned, strict=True)}
    with np.load(folder / STATEMENTS_WORDS) as table:
        found["words.weight"] = table["rows"] * table["scale"][:, None]
    for name, value in found.items():
        state[name][: len(value)] = value
    if missing := state.keys() - found.keys():
        raise ValueError(f"{folder}: no weights for {', '.join(sorted(missing))}")
    encoder.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return encoder


def _initializers(content: bytes) -> dict[str, npt.NDArray[np.generic]]:
    """Return the constants of a model in onnxruntime's own format by their names."""
    graph = InferenceSession.GetRootAsInferenceSession(bytearray(content), 0).Model().Graph()
    found = {}
    for number in range(graph.InitializersLength()):
        each = graph.Initializers(number)
        shape = [each.Dims(axis) for axis in range(each.DimsLength())]
        raw = each.RawDataAsNumpy()
        kind = np.float32 if each.DataType() == _FLOAT else np.int8 if raw.size == np.prod(shape) else np.int64
        found[each.Name().decode()] = raw.view(kind).reshape(shape)
    return found


def _matrix(stored: dict[str, npt.NDArray[np.generic]], name: str) -> npt.NDArray[np.float32]:
    """Return a matrix [outputs, inputs] from its 8-bit form [inputs, outputs]."""
    whole = stored[f"{name}_quantized"].astype(np.float32) - stored[f"{name}_zero_point"].astype(np.float32)
    matrix: npt.NDArray[np.float32] = (whole * stored[f"{name}_scale"]).T
    return matrix
