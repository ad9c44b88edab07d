"""Reader: the two encoders and the bigrams as they are shipped, loaded once and proved by their hashes."""

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
from core.model import labels
from core.model.bigrams import Bigrams
from core.model.decoding import Logits, Name, decoded, parts
from core.model.encoding import Vocabulary, Window, load_vocabulary, windows

FOLDER = Path(__file__).resolve().parent / "files"
MANIFEST = "reader.json"
TOKENIZER, GIVEN_AND_FAMILY = "tokenizer.json", "names.tsv"
NAMES, NAMES_WORDS = "names.ort", "names-words.npz"
STATEMENTS, STATEMENTS_WORDS, STATEMENTS_BIGRAMS = "statements.ort", "statements-words.npz", "statements-bigrams.npz"
_NAMED, _EITHER = labels.SAID.index(labels.NAMED), -1.0
"""Where the logit of a word's sense stands, and the logit at which it may have either: a little below 0, by sentences
that were kept from training."""
FILES = (TOKENIZER, GIVEN_AND_FAMILY, NAMES, NAMES_WORDS, STATEMENTS, STATEMENTS_WORDS, STATEMENTS_BIGRAMS)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence says, and how sure the reader is: 0.5 is likely, 0.9 is sure (0 to 1)."""

    span: Span
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns a logit into a score: 1 / (1 + exp(-(slope * logit + shift)))."""

    slope: float
    shift: float

    def score(self, logit: float) -> float:
        """Return the score, 0 to 1."""
        return 1 / (1 + math.exp(-max(min(self.slope * logit + self.shift, 60.0), -60.0)))


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of the two: a table of words, `rows` [30522, 384] in 8 bits times `scale` [30522], and what reads them."""

    rows: npt.NDArray[np.int8] = field(repr=False)
    scale: npt.NDArray[np.float32] = field(repr=False)
    session: Any = field(repr=False)

    def read(self, window: Window) -> Logits:
        """Return the logits [tokens, outputs] of a window."""
        words = (self.rows[window.ids] * self.scale[window.ids, None])[None]
        logits: Logits = self.session.run(None, {"words": words, "shapes": window.shapes[None]})[0][0]
        return logits


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads English. One text a call, one thread; safe to share by threads."""

    vocabulary: Vocabulary
    names: Encoder = field(repr=False)
    statements: Encoder = field(repr=False)
    bigrams: Bigrams = field(repr=False)
    scales: Mapping[str, Scale]

    def page(self, text: str, sentences: Sequence[Span]) -> Page:
        """Return a readable text laid out to be read."""
        return Page(self, sentences, list(windows(self.vocabulary, text, sentences)))


@dataclass(frozen=True, slots=True)
class Page:
    """A readable text before the reader: cut into windows once, each read once at the most. For one thread."""

    _reader: Reader
    _sentences: Sequence[Span] = field(repr=False)
    _windows: Sequence[Window] = field(repr=False)
    _said: dict[int, Logits] = field(default_factory=dict, repr=False)

    def names(self) -> Iterator[Name]:
        """Yield the names in the text, window by window."""
        for window in self._windows:
            yield from decoded(window, self._reader.names.read(window))

    def statements(self) -> Iterator[Statement]:
        """Yield every label of every sentence with its score, window by window."""
        for sentence, logits in self.logits():
            for (label, scale), logit in zip(self._reader.scales.items(), logits.tolist(), strict=True):
                yield Statement(sentence, label, scale.score(logit))

    def logits(self) -> Iterator[tuple[Span, Logits]]:
        """Yield the logits [labels] of every sentence, window by window: the mean of its tokens', and its bigrams'."""
        for number, window in enumerate(self._windows):
            said = self._read(number)
            for sentence, inside in parts(window, self._sentences):
                bigrams = self._reader.bigrams.read(window.ids[1:-1][inside])
                yield sentence, said[inside, : len(labels.STATEMENTS)].mean(axis=0) + bigrams

    def named(self, word: Span) -> float:
        """Return the logit that a word, which may be a listed name, is used as a name and not in its everyday sense.

        0 where it may be either, or stands nowhere in the text.
        """
        for number, window in enumerate(self._windows):
            if Span(window.places[0].start, window.places[-1].end).overlaps(word):
                inside = np.array([place.overlaps(word) for place in window.places])[window.words]
                if inside.any():
                    return float(self._read(number)[inside, _NAMED].mean()) - _EITHER
        return 0.0

    def _read(self, number: int) -> Logits:
        """Return the logits [tokens, outputs] of a window by the encoder of statements."""
        if number not in self._said:
            self._said[number] = self._reader.statements.read(self._windows[number])[1:-1]
        return self._said[number]


def load_reader(folder: Path = FOLDER) -> Reader:
    """Load the reader from its files.

    Raises:
        ModelError: naming the file that is missing, unreadable or not the one that was shipped.
    """
    try:
        manifest = json.loads(_read(folder / MANIFEST))
        files = {name: _proved(folder / name, digest) for name, digest in manifest["files"].items()}
        return Reader(
            vocabulary=load_vocabulary(files[TOKENIZER], files[GIVEN_AND_FAMILY]),
            names=_encoder(files[NAMES_WORDS], files[NAMES]),
            statements=_encoder(files[STATEMENTS_WORDS], files[STATEMENTS]),
            bigrams=Bigrams(**np.load(io.BytesIO(files[STATEMENTS_BIGRAMS]))),
            scales={label: Scale(**scale) for label, scale in manifest["scales"].items()},
        )
    except ModelError:
        raise
    except Exception as error:  # what the manifest proves is no reader: libraries raise errors of all kinds over it
        said = f"no reader can be loaded by this file ({type(error).__name__})"
        raise ModelError(folder / MANIFEST, "damaged", said) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        is_missing, said = isinstance(error, FileNotFoundError), f"this file cannot be read ({type(error).__name__})"
        raise ModelError(path, "missing" if is_missing else "unreadable", said) from error


def _proved(path: Path, digest: str) -> bytes:
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != digest:
        raise ModelError(path, "damaged", "this is not the file that was shipped")
    return content


def _encoder(words: bytes, model: bytes) -> Encoder:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # keeps memory flat whatever the lengths of the drafts
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return Encoder(**np.load(io.BytesIO(words)), session=session)
