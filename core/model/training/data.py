"""Data: drafts written for the project, and public sets, as rows for the two encoders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.finding import Span
from core.model.labels import NAMED, SAID, STATEMENTS
from core.normalize import readable
from core.sentences import sentences

RUDE = "rude"
"""Trained beside the statements and not shipped: swearing and insults, which are no offence against a group."""
LABELS = (*SAID, RUDE)
CODES = dict(zip(("pm", "mh", "cn", "ve", "pa", "of", "th", "pd", "uc", "pf", "cf", "se"), STATEMENTS, strict=True))
_LATE = ("private_fact", "company_figure", "secret")
"""Labels that came last. In drafts not written for them they are unknown where a sentence carries another label, for it
may carry them without a mark."""
_TOLD_UNMARKED = {"q": ("private_fact", "secret")}
"""A voice whose drafts tell of somebody, and how to get in, without a mark."""

_TAG = re.compile(r"<(/?)(" + "|".join(CODES) + r")>")
_SURE_VOTES = 2 / 3
_AWAY = (
    "private_meeting",
    "meeting_hint",
    "client_news",
    "personal_disclosure",
    "protected_activity",
    "company_figure",
    "secret",
)
"""Labels that collections of hateful posts hold so rarely that their absence can be taken for granted."""
_AT_WORK = re.compile(
    r"\b(boss|manage|supervis|co-?work|colleague|customer|client|shift|job|work|office|employ|staff|teach|school|class)",
    re.IGNORECASE,
)
"""Without such a word a collected post is no complaint about the author's own work, however loud it is."""

_GROUPS = {
    "Muslims and Arabs": {"muslim", "mus", "muswom", "islam", "arab", "middle"},
    "Jews": {"jewish", "jew", "jews"},
    "Black people": {"black", "bla", "blawom", "blaman", "african"},
    "Asians": {"asian", "asians", "asi", "chinese"},
    "immigrants and Latinos": {"immig", "immigrant", "immigrants", "ref", "refugee", "mexican", "latino", "hispanic"},
    "native peoples": {"native", "indig", "indigenous"},
    "gay, bi and trans people": {
        "lgbtq",
        "lgbtqa",
        "gay",
        "gayman",
        "gaywom",
        "trans",
        "homosexual",
        "sexual",
        "sexuality",
    },
    "disabled people": {"dis", "mental", "physical", "disability", "special"},
    "women": {"women", "wom", "woman"},
}  # the first that fits


@dataclass(frozen=True, slots=True)
class Row:
    """A text in segments; `targets` says for each segment and label 1, 0 or None (not known).

    `section` is what a written draft was written for (`private_meeting+`, `venting-`, `plain`), or the set's name.
    """

    text: str = field(repr=False)
    segments: tuple[Span, ...]
    targets: tuple[tuple[float | None, ...], ...]
    section: str
    source: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A text and the names in it, as (span, PERSON | LOCATION | ORG)."""

    text: str = field(repr=False)
    names: tuple[tuple[Span, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a suite: what it does (`question`, `reclaimed`), of whom it speaks, whether it is hateful."""

    function: str
    group: str
    hateful: bool
    row: Row


def suite(path: Path) -> list[Case]:
    """Return the cases of a file: function, group, 1 or 0 and the text, with tabs between."""
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [
        Case(function, group, hateful == "1", _whole(text, {"offensive": float(hateful)}, path.stem, group))
        for function, group, hateful, text in lines
    ]


def written(folder: Path) -> Iterator[Row]:
    """Yield the drafts written for training, one a line: `<pm>` to `</pm>` marks a label, `## pm+` begins a section."""
    for path in sorted(folder.glob("**/*.txt")):
        section = "plain"
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("## "):
                section = line[3:].strip()
                section = CODES[section[:2]] + section[2:] if section[:2] in CODES else section
            elif line.strip():
                yield _marked(line.strip(), section, path.parent.name)


def _marked(line: str, section: str, source: str) -> Row:
    text, marks, opened = "", [], dict[str, int]()
    at = 0
    line = line.replace("\\n", "\n")
    for tag in _TAG.finditer(line):
        text += line[at : tag.start()]
        at = tag.end()
        if tag[1]:
            marks.append((CODES[tag[2]], Span(opened.pop(tag[2]), len(text))))
        else:
            opened[tag[2]] = len(text)
    text += line[at:]
    view = readable(text)
    segments = sentences(view.text)
    where = [(view.original(segment), segment) for segment in segments]
    written_for = section[:-1] in _LATE
    targets = []
    for whole, _ in where:
        carried = {name for name, span in marks if _carries(span, whole)}
        unknown = {NAMED, RUDE} if written_for else {NAMED, RUDE, *_TOLD_UNMARKED.get(source, ())}
        if carried and not written_for:
            unknown.update(_LATE)
        targets.append(tuple(None if label in unknown - carried else float(label in carried) for label in LABELS))
    return Row(view.text, segments, tuple(targets), section, source)


def _carries(mark: Span, segment: Span) -> bool:
    """Tell whether a sentence holds half of a mark or a mark half of it."""
    shared = mark.shared(segment)
    return shared > 0 and 2 * shared >= min(mark.end - mark.start, segment.end - segment.start)


def senses(folder: Path) -> Iterator[Row]:
    """Yield drafts with a listed name that is an ordinary word as well: word, kind, sense and text, with tabs between.

    The one segment is the word. Its sense is `named` or `other`.
    """
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines()[1:]:
            word, _, sense, text = line.split("\t")
            view = readable(text.replace("\\n", "\n"))
            found = re.search(
                rf"(?<![^\W_]){re.escape(readable(word).text)}(?=(?:'?s)?(?![^\W_]))", view.text, re.IGNORECASE
            )
            if found is None:
                raise ValueError(f"{path}: {word} does not stand in its draft: {text}")
            told = tuple(float(sense == NAMED) if label == NAMED else None for label in LABELS)
            yield Row(view.text, (Span(*found.span()),), (told,), NAMED, path.stem)


def public(folder: Path, split: str) -> Iterator[Row]:
    """Yield the licensed sets of hateful, rude and harmless posts, each as one segment."""
    for path in sorted((folder / split).glob("*.jsonl")):
        source = path.name.partition(".")[0]
        for line in path.read_text("utf-8").splitlines():
            raw = json.loads(line)
            known = _davidson(raw) if source == "davidson" else _other(raw)
            yield _whole(raw["text"], known, source, _group(raw.get("target")))


def _davidson(raw: dict[str, Any]) -> dict[str, float | None]:
    votes = raw["n"]
    hate: float | None = float(raw["hate"] >= _SURE_VOTES * votes)
    if not hate and raw["hate"]:
        hate = None
    threat = 0.0 if raw["cls"] == "neither" else None
    return {"offensive": hate, RUDE: float(raw["neither"] * 2 < votes), "threat": threat}


def _other(raw: dict[str, Any]) -> dict[str, float | None]:
    hate = None if raw["hate"] is None else float(raw["hate"])
    rude = None if raw["offensive"] is None else float(raw["offensive"])
    threat = None if raw["label"] != "none" else 0.0
    if "threat" in raw["type"]:
        threat = 1.0
    return {"offensive": hate, RUDE: rude, "threat": threat}


def _group(target: str | None) -> str:
    """Return which group of people a post is about, of those that are told apart when figures are taken."""
    words = set(re.findall(r"[a-z]+", (target or "").lower()))
    return next((group for group, names in _GROUPS.items() if words & names), "")


def _whole(text: str, known: dict[str, float | None], source: str, group: str) -> Row:
    view = readable(text)
    away = _AWAY if _AT_WORK.search(view.text) else (*_AWAY, "venting")
    targets = tuple(known.get(label, 0.0 if label in away else None) for label in LABELS)
    return Row(view.text, (Span(0, len(view.text)),), (targets,), source, source, group)


def everyday(rows: Iterable[Named]) -> Iterator[Row]:
    """Yield tweets that were collected for their names as posts that carry no label."""
    for row in rows:
        segments = sentences(row.text)
        clean = tuple(0.0 if label in STATEMENTS else None for label in LABELS)
        yield Row(row.text, segments, (clean,) * len(segments), "tweets", row.source)


def named(path: Path) -> Iterator[Named]:
    """Yield the sentences of a CoNLL file, tokens joined by blanks."""
    for block in path.read_text("utf-8").split("\n\n"):
        pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
        if pairs:
            yield _joined(
                [pair[0] for pair in pairs], [pair[-1].strip() for pair in pairs], path.name.partition(".")[0]
            )


def _joined(tokens: Sequence[str], tags: Sequence[str], source: str) -> Named:
    names: list[tuple[Span, str]] = []
    text = ""
    for token, tag in zip((readable(token).text for token in tokens), tags, strict=True):
        if not token:
            continue
        start = len(text) + (1 if text else 0)
        text = f"{text} {token}" if text else token
        if tag.startswith("B-"):
            names.append((Span(start, len(text)), tag[2:]))
        elif tag.startswith("I-") and names:
            names[-1] = (Span(names[-1][0].start, len(text)), names[-1][1])
    return Named(text, tuple(names), source)
