"""What the shipped policy makes of held-back posts, compared with the last release; the figures close each test run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.recognizers.secrets import SecretRecognizer
from tests.quality import measure
from tests.quality.measure import Share

CEILINGS = {"ordinary: disturbed": 0.03, "protected: disturbed": 0.1}
TOLERANCE, FEW = 0.03, 1
"""A figure may be worse than that of the last release by this share, and by so many posts where they are few."""


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Every figure by its name; measured once."""
    return dict(measure.figures())


def _worse(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Return the figures that are worse than before by more than the tolerance, and those that are missing."""
    told = [f"{name}: is measured no more" for name in before.keys() - now.keys()]
    for name, was in before.items():
        share = now.get(name, was)
        sign = -1 if name.endswith(measure.DISTURBED) else 1
        fall = sign * (was.value - share.value)
        if round(fall, 6) > max(TOLERANCE, (FEW + 0.5) / max(share.of, 1)):
            told.append(f"{name}: {share}, was {was}")
    return sorted(told)


def test_no_figure_is_worse_than_that_of_the_last_release(
    figures: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    before = measure.kept()
    record_property("quality", measure.table(figures, before))
    assert _worse(figures, before) == [], "mend it, or say why in the changelog and run `make quality`"


@pytest.mark.parametrize(("name", "ceiling"), CEILINGS.items())
def test_a_page_that_asks_for_nothing_is_rarely_disturbed(figures: dict[str, Any], name: str, ceiling: float) -> None:
    assert figures[name].value <= ceiling


@pytest.mark.parametrize(
    ("name", "was", "now", "worse"),
    [
        ("read: secret recall", Share(90, 100), Share(87, 100), False),
        ("read: secret recall", Share(90, 100), Share(86, 100), True),
        ("read: secret recall", Share(8, 10), Share(7, 10), False),
        ("read: secret recall", Share(8, 10), Share(6, 10), True),
        ("read: secret recall", Share(8, 10), Share(10, 10), False),
        ("read: disturbed", Share(3, 100), Share(6, 100), False),
        ("read: disturbed", Share(3, 100), Share(7, 100), True),
        ("read: disturbed", Share(7, 100), Share(3, 100), False),
    ],
)
def test_a_fall_counts_where_it_is_more_than_the_tolerance_and_more_than_one_post(
    name: str, was: Any, now: Any, worse: bool
) -> None:
    assert bool(_worse({name: now}, {name: was})) is worse


def test_a_figure_that_is_measured_no_more_is_noticed() -> None:
    assert _worse({}, {"read: secret recall": Share(8, 10)}) == ["read: secret recall: is measured no more"]


def test_the_held_back_posts_are_whole_and_their_marks_lie_in_them() -> None:
    posts = measure.held_back(range(1, 6))
    assert len({post.id for post in posts}) == len(posts) == 250
    assert sum(post.outcome == "ok" for post in posts) == 100
    for post in posts:
        assert bool(post.marked) is (post.outcome != "ok"), post.id
        assert all(span.end <= len(post.text) for _, span in post.marked)


def test_no_key_lies_in_the_files_as_a_scanner_would_see_it() -> None:
    stored = [line for number in range(1, 6) for line in (measure.POSTS / f"{number}.jsonl").read_text().splitlines()]
    reads = SecretRecognizer().analyze
    assert not [line[:12] for line in stored if reads(line, [], None)]
    assert sum(bool(reads(post.text, [], None)) for post in measure.held_back(range(1, 6))) >= 3
