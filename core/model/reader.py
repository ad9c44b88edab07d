"""Reader: the two encoders as they are shipped, loaded once and proved by their hashes."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from core.errors import ModelError
from core.finding import Span
from core.model.decoding import Logits, Name, decoded, pooled
from core.model.encoding import Numbers, Vocabulary, Window, load_vocabulary, windows

FOLDER = Path(__file__).resolve().parent / "files"
MANIFEST = "reader.json"
TOKENIZER, GIVEN_AND_FAMILY, WORDS = "tokenizer.json", "names.tsv", "words.npz"
NAMES, STATEMENTS = "names.ort", "statements.ort"
FILES = (TOKENIZER, GIVEN_AND_FAMILY, WORDS, NAMES, STATEMENTS)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence says, and how sure the reader is: 0.5 is likely, 0.9 is sure (0 to 1)."""

    span: Span
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns a mean logit into a score: 1 / (1 + exp(-(slope * logit + shift)))."""

    slope: float
    shift: float

    def score(self, logit: float) -> float:
        """Return the score, 0 to 1."""
        return 1 / (1 + math.exp(-max(min(self.slope * logit + self.shift, 60.0), -60.0)))


@dataclass(frozen=True, slots=True)
class Words:
    """The embeddings of all tokens, which both encoders share: `rows` [30522, 384] in 8 bits, times `scale` [30522]."""

    rows: npt.NDArray[np.int8] = field(repr=False)
    scale: npt.NDArray[np.float32] = field(repr=False)

    def of(self, ids: Numbers) -> npt.NDArray[np.float32]:
        """Return the embeddings [1, tokens, 384] of some tokens."""
        return (self.rows[ids] * self.scale[ids, None])[None]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads English. One text a call, one thread; safe to share by threads."""

    vocabulary: Vocabulary
    words: Words = field(repr=False)
    _names: Any = field(repr=False)
    _statements: Any = field(repr=False)
    scales: Mapping[str, Scale]

    def names(self, text: str, sentences: Sequence[Span]) -> Iterator[Name]:
        """Yield the names in a readable text, window by window."""
        for window in windows(self.vocabulary, text, sentences):
            yield from decoded(window, self._run(self._names, window))

    def statements(self, text: str, sentences: Sequence[Span]) -> Iterator[Statement]:
        """Yield every label of every sentence of a readable text with its score, window by window."""
        for sentence, means in self.means(text, sentences):
            for (label, scale), logit in zip(self.scales.items(), means.tolist(), strict=True):
                yield Statement(sentence, label, scale.score(logit))

    def means(self, text: str, sentences: Sequence[Span]) -> Iterator[tuple[Span, Logits]]:
        """Yield the mean logits [labels] of every sentence of a readable text, window by window."""
        for window in windows(self.vocabulary, text, sentences):
            yield from pooled(window, self._run(self._statements, window), sentences)

    def _run(self, session: Any, window: Window) -> Logits:
        inputs = {"words": self.words.of(window.ids), "shapes": window.shapes[None]}
        logits: Logits = session.run(None, inputs)[0][0]
        return logits


def load_reader(folder: Path = FOLDER) -> Reader:
    """Load the reader from its files.

    Raises:
        ModelError: a file is missing, or is not the one that was shipped.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files = {name: _proved(folder / name, digest) for name, digest in manifest["files"].items()}
        return Reader(
            vocabulary=load_vocabulary(files[TOKENIZER], files[GIVEN_AND_FAMILY]),
            words=Words(**np.load(io.BytesIO(files[WORDS]))),
            _names=_session(files[NAMES]),
            _statements=_session(files[STATEMENTS]),
            scales={label: Scale(**scale) for label, scale in manifest["scales"].items()},
        )
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{folder}: the reader cannot be loaded ({type(error).__name__}); install again") from error


def _proved(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(f"{path}: this is not the file that was shipped; install again")
    return content


def _session(model: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # keeps memory flat whatever the lengths of the drafts
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
