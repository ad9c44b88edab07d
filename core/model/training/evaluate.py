"""Evaluate: measures the reader as it is shipped, and writes the figures of the model card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.model.labels import NAMES, STATEMENTS
from core.model.reader import Reader, load_reader
from core.model.training import names
from core.model.training.calibrate import says
from core.model.training.data import Named, Row, everyday, public, written
from core.sentences import sentences

CARD = Path("docs/model-card.md")
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_LIKELY, _SURE = 0.5, 0.9


def report(data: Path, held_back: Path) -> None:
    """Measure the reader on drafts that nothing was tuned on and on the dev sets; write it on the card."""
    reader = load_reader()
    dev = names.load(data, "dev")
    held = list(written(held_back))
    tweets = list(everyday(row for each in dev.values() for row in each))
    figures = "\n".join(
        (*_statements(reader, held, tweets), "", *_sets(reader, list(public(data, "dev"))), "", *_names(reader, dev))
    )
    before, rest = CARD.read_text("utf-8").split(_BEGIN)
    CARD.write_text(f"{before}{_BEGIN}\n{figures}\n{_END}{rest.split(_END)[1]}", "utf-8")


def strongest(reader: Reader, rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Return for each label the highest score of each row."""
    scores = {label: np.zeros(len(rows)) for label in STATEMENTS}
    for number, row in enumerate(rows):
        for said in reader.statements(row.text, sentences(row.text)):
            scores[said.label][number] = max(scores[said.label][number], said.score)
    return scores


def _statements(reader: Reader, held: Sequence[Row], tweets: Sequence[Row]) -> Iterator[str]:
    scores, everyday_scores = strongest(reader, held), strongest(reader, tweets)
    yield f"{len(held):,} drafts by a writer of whom nothing was tuned on, {len(tweets):,} tweets; at likely / sure:"
    yield ""
    yield "| statement | drafts | found | near misses flagged | plain flagged | tweets flagged | precision |"
    yield "|---|---|---|---|---|---|---|"
    plain = np.array([row.section == "plain" for row in held])
    for label in STATEMENTS:
        carry = np.array([says(row, label) == 1 for row in held])
        near = np.array([row.section == f"{label}-" for row in held])
        cells = []
        for group in (scores[label][carry], scores[label][near & ~carry], scores[label][plain], everyday_scores[label]):
            cells.append(f"{_share(group, _LIKELY)} / {_share(group, _SURE)}")
        flagged = scores[label] >= _LIKELY
        precision = (flagged & carry).sum() / max(flagged.sum(), 1)
        yield f"| {label} | {carry.sum()} | {' | '.join(cells)} | {precision:.2f} |"


def _sets(reader: Reader, rows: Sequence[Row]) -> Iterator[str]:
    scores = strongest(reader, rows)
    top = np.maximum(scores["offensive"], scores["threat"])
    yield "Offence and threats on the development part of each licensed set, at likely:"
    yield ""
    yield "| set | harmless | flagged | hateful | found |"
    yield "|---|---|---|---|---|"
    for source in sorted({row.source for row in rows}):
        cells = []
        for wanted in (0, 1):
            group = np.array([row.source == source and says(row, "offensive") == wanted for row in rows])
            cells.append(f"{group.sum()} | {_share(top[group], _LIKELY)}")
        yield f"| {source} | {' | '.join(cells)} |"


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
            found = names.scores(lambda text: [(n.span, n.label) for n in reader.names(text, sentences(text))], each)
            cells = (" / ".join(f"{figure:.3f}" for figure in found[label]) for label in NAMES)
            yield f"| {name} | {' | '.join(cells)} |"


def _share(scores: np.ndarray, least: float) -> str:
    return f"{np.mean(scores >= least):.3f}" if len(scores) else "-"
