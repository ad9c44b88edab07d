"""The drafts written for training: each can be read, and each section says what it holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import core.model
from core.model.labels import NAMED, STATEMENTS
from core.model.training.data import LABELS, Row, senses, written

FOLDER = Path(core.model.__file__).parent / "training" / "drafts"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(written(FOLDER))


def says(row: Row, label: str) -> bool:
    return any(target[LABELS.index(label)] for target in row.targets)


def test_every_label_has_hundreds_of_drafts_that_carry_it_and_near_misses(rows: list[Row]) -> None:
    sections = Counter(row.section for row in rows)
    for label in STATEMENTS:
        least = {"meeting_hint": 150, "company_figure": 250, "private_fact": 350}.get(label, 400)
        assert sections[f"{label}+"] >= least
        assert sections[f"{label}-"] >= 100


def test_a_draft_carries_what_its_section_says(rows: list[Row]) -> None:
    for row in rows:
        label = row.section.rstrip("+-")
        if label in STATEMENTS:
            assert says(row, label) is row.section.endswith("+"), (row.source, row.section)


def test_tags_do_not_stay_in_the_text(rows: list[Row]) -> None:
    assert not any(f"<{mark}" in row.text for row in rows for mark in ("pm>", "/pm>", "of>", "/of>"))


def test_a_listed_word_stands_in_its_draft_as_a_name_or_in_another_sense() -> None:
    told = Counter(row.targets[0][LABELS.index(NAMED)] for row in senses(FOLDER.with_name("senses")))
    assert min(told[1.0], told[0.0]) > 1_400


def test_a_draft_without_its_word_is_named(tmp_path: Path) -> None:
    (tmp_path / "z.tsv").write_text(
        "word\tkind\tsense\ttext\nHarbour\tclient\tnamed\tHarbours signed.\nOak\tdeal\tother\tSoaked.\n"
    )
    with pytest.raises(ValueError, match="Oak"):
        list(senses(tmp_path))
