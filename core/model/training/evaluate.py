"""Evaluate: measures the reader as it is shipped, and writes the figures of the model card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.finding import Span
from core.model.labels import NAMES, STATEMENTS
from core.model.reader import Reader, load_reader
from core.model.training import names
from core.model.training.calibrate import says, strongest
from core.model.training.data import Case, Named, Row, everyday, public
from core.sentences import sentences

CARD = Path("docs/model-card.md")
PLOT = Path("docs/model-card.svg")
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_LIKELY, _SURE = 0.5, 0.9
_HATEFUL = ("offensive", "threat")
_SHORT, _LONG = 15, 40

Scores = Mapping[str, npt.NDArray[np.float64]]
Mask = npt.NDArray[np.bool_]

SLICES: dict[str, Callable[[Row], bool]] = {
    f"under {_SHORT} words": lambda row: len(row.text.split()) < _SHORT,
    f"{_SHORT} to {_LONG} words": lambda row: _SHORT <= len(row.text.split()) <= _LONG,
    f"over {_LONG} words": lambda row: len(row.text.split()) > _LONG,
    "lower case": lambda row: row.text == row.text.lower(),
    "with capitals": lambda row: row.text != row.text.lower(),
    "speaking as we": lambda row: _speaks(row, {"we", "our", "us", "we're", "we've"}),
    "speaking as I": lambda row: _speaks(row, {"i", "my", "me", "i'm", "i've"}),
}


def report(data: Path, held: Sequence[Row], suite: Sequence[Case], kept: Sequence[Row]) -> None:
    """Measure the reader and write it on the card.

    `held` are drafts, `suite` cases that nothing was tuned on, `kept` drafts that were kept from training and set the
    scales.
    """
    reader = load_reader()
    dev = names.load(data, "dev")
    tweets = list(everyday(row for each in dev.values() for row in each))
    sets = list(public(data, "dev"))
    scores = scored(reader, held)
    parts = (
        _statements(scores, held, scored(reader, tweets)),
        _slices(scores, held),
        _voices(scored(reader, kept), kept),
        _suite(scored(reader, [case.row for case in suite]), suite),
        _sets(scored(reader, sets), sets),
        _names(reader, dev),
    )
    figures = "\n\n".join("\n".join(part) for part in parts)
    before, rest = CARD.read_text("utf-8").split(_BEGIN)
    CARD.write_text(f"{before}{_BEGIN}\n{figures}\n{_END}{rest.split(_END)[1]}", "utf-8")
    _plot(scores, held)


def scored(reader: Reader, rows: Sequence[Row]) -> Scores:
    """Return for each label the highest score of each row."""

    def read(text: str, within: Sequence[Span]) -> npt.NDArray[np.float64]:
        said = reader.page(text, within).statements()
        return np.array([each.score for each in said]).reshape(-1, len(reader.scales))

    return dict(zip(reader.scales, strongest(read, rows).T, strict=True))


def _statements(scores: Scores, held: Sequence[Row], on_tweets: Scores) -> Iterator[str]:
    count = len(on_tweets[STATEMENTS[0]])
    yield f"{len(held):,} drafts by writers of whom nothing was tuned on, and {count:,} tweets."
    yield "Share found, or flagged, as likely / sure:"
    yield ""
    yield "| statement | drafts | recall | near misses | plain | tweets flagged | precision | F1 | error |"
    yield "|---|---|---|---|---|---|---|---|---|"
    plain = _mask(held, lambda row: row.section == "plain")
    for label in STATEMENTS:
        carry = _carry(held, label)
        near = _mask(held, lambda row, label=label: row.section == f"{label}-") & ~carry
        own = scores[label]
        cells = [_two(group) for group in (own[carry], own[near], own[plain & ~carry], on_tweets[label])]
        precision, _, f1 = _prf(own >= _LIKELY, carry)
        cells += [f"{precision:.2f}", f"{f1:.2f}", f"{_error(own, carry):.3f}"]
        yield f"| {label} | {carry.sum()} | {' | '.join(cells)} |"
    yield ""
    yield "Error: how far the score lies from the share that carries it, over ten bins of score (calibration error)."


def _slices(scores: Scores, held: Sequence[Row]) -> Iterator[str]:
    yield "The same drafts in slices, all statements together, at likely:"
    yield ""
    yield "| slice | drafts | precision | recall | F1 |"
    yield "|---|---|---|---|---|"
    for name, fits in SLICES.items():
        some = _mask(held, fits)
        yield f"| {name} | {some.sum()} | {_together(scores, held, some)} |"


def _voices(scores: Scores, kept: Sequence[Row]) -> Iterator[str]:
    yield "Drafts that were kept from training and set the scales, by voice (`drafts/README.md` tells who they are):"
    yield ""
    yield "| voice | drafts | precision | recall | F1 |"
    yield "|---|---|---|---|---|"
    for voice in sorted({row.source for row in kept}):
        some = _mask(kept, lambda row, voice=voice: row.source == voice)
        yield f"| {voice} | {some.sum()} | {_together(scores, kept, some)} |"


def _suite(scores: Scores, suite: Sequence[Case]) -> Iterator[str]:
    yield f"{len(suite)} short posts by another writer of whom nothing was tuned on, hateful and harmless, by what they"
    yield "do and by whom they speak of, at likely:"
    flagged = np.maximum(*(scores[label] for label in _HATEFUL)) >= _LIKELY
    hateful = np.array([case.hateful for case in suite])
    for what in ("function", "group"):
        yield ""
        yield f"| {what} | hateful | found | harmless | silent |"
        yield "|---|---|---|---|---|"
        kinds = np.array([getattr(case, what) for case in suite])
        for kind in ("all", *sorted({*kinds.tolist()} - {""})):
            some = (kinds == kind) | (kind == "all")
            bad, good = flagged[some & hateful], ~flagged[some & ~hateful]
            yield f"| {kind} | {len(bad)} | {_share(bad, 1)} | {len(good)} | {_share(good, 1)} |"


def _sets(scores: Scores, rows: Sequence[Row]) -> Iterator[str]:
    top = np.maximum(*(scores[label] for label in _HATEFUL))
    yield "Offence and threats on the development part of each licensed set, and by the group spoken of, at likely:"
    yield ""
    yield "| | harmless | flagged | hateful | found |"
    yield "|---|---|---|---|---|"
    hateful, harmless = _carry(rows, "offensive"), _mask(rows, lambda row: says(row, "offensive") == 0)
    kinds = [
        *((source, _mask(rows, lambda row, source=source: row.source == source)) for source in _all(rows, "source")),
        *((group, _mask(rows, lambda row, group=group: row.group == group)) for group in _all(rows, "group")),
    ]
    for name, some in kinds:
        cells = (f"{group.sum()} | {_share(top[group], _LIKELY)}" for group in (some & harmless, some & hateful))
        yield f"| {name} | {' | '.join(cells)} |"


def _names(reader: Reader, dev: dict[str, list[Named]]) -> Iterator[str]:
    yield "Names on the development sets, exact spans, as precision / recall / F1:"
    yield ""
    yield f"| set | {' | '.join(NAMES)} |"
    yield "|---|---|---|---|"
    for source, rows in dev.items():
        lowered = [
            Named(row.text.lower(), row.names, row.source) for row in rows if len(row.text.lower()) == len(row.text)
        ]
        for name, each in ((source, rows), (f"{source}, lower case", lowered)):
            found = names.scores(partial(_named, reader), each)
            cells = (" / ".join(f"{figure:.3f}" for figure in found[label]) for label in NAMES)
            yield f"| {name} | {' | '.join(cells)} |"


def _named(reader: Reader, text: str) -> list[tuple[Span, str]]:
    return [(each.span, each.label) for each in reader.page(text, sentences(text)).names()]


def _plot(scores: Scores, held: Sequence[Row]) -> None:
    """Draw, for each statement, which share of the drafts with a score does carry it."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "checkpost", "font.size": 8})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(4, 3, figsize=(8, 10), sharex=True, sharey=True)
    for axis in axes.flat[len(STATEMENTS) :]:
        axis.set_visible(False)
    for axis, label in zip(axes.flat, STATEMENTS, strict=False):
        bins = _bins(scores[label], _carry(held, label))
        axis.plot([0, 1], [0, 1], color="#999999", linewidth=0.8)
        axis.plot([score for score, _, _ in bins], [share for _, share, _ in bins], marker="o", color="#0b6e4f")
        axis.set_title(label)
    for axis in axes[-1]:
        axis.set_xlabel("score")
    for axis in axes[:, 0]:
        axis.set_ylabel("share that carries it")
    figure.tight_layout()
    figure.savefig(PLOT, format="svg", metadata={"Date": None})
    plt.close(figure)


def _bins(scores: npt.NDArray[np.float64], carry: Mask) -> list[tuple[float, float, int]]:
    """Return (mean score, share that carries, drafts) of each tenth of the scale that holds a draft."""
    tenth = np.minimum((scores * 10).astype(int), 9)
    inside = [tenth == each for each in range(10)]
    return [(float(scores[some].mean()), float(carry[some].mean()), int(some.sum())) for some in inside if some.any()]


def _error(scores: npt.NDArray[np.float64], carry: Mask) -> float:
    return sum(abs(score - share) * count for score, share, count in _bins(scores, carry)) / len(scores)


def _together(scores: Scores, rows: Sequence[Row], some: Mask) -> str:
    flagged = np.concatenate([(scores[label] >= _LIKELY)[some] for label in STATEMENTS])
    carry = np.concatenate([_carry(rows, label)[some] for label in STATEMENTS])
    return " | ".join(f"{figure:.2f}" for figure in _prf(flagged, carry))


def _prf(flagged: Mask, carry: Mask) -> tuple[float, float, float]:
    right = (flagged & carry).sum()
    precision, recall = right / max(flagged.sum(), 1), right / max(carry.sum(), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _carry(rows: Sequence[Row], label: str) -> Mask:
    return _mask(rows, lambda row: says(row, label) == 1)


def _mask(rows: Sequence[Row], fits: Callable[[Row], bool]) -> Mask:
    return np.array([fits(row) for row in rows], bool)


def _all(rows: Sequence[Row], what: str) -> list[str]:
    return sorted({getattr(row, what) for row in rows} - {""})


def _speaks(row: Row, words: set[str]) -> bool:
    return not words.isdisjoint(row.text.lower().replace("’", "'").split())


def _two(scores: npt.NDArray[np.float64]) -> str:
    return f"{_share(scores, _LIKELY)} / {_share(scores, _SURE)}"


def _share(scores: npt.NDArray[np.float64] | Mask, least: float) -> str:
    return f"{np.mean(scores >= least):.3f}" if len(scores) else "-"
