"""The picture of the house is true: its steps are modules, its layers those of the contracts, its signposts lead on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = {each["containers"][0]: each["layers"] for each in CONTRACTS if "containers" in each}
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
DRAWING = (ROOT / "docs" / "architecture.svg").read_text("utf-8")
SIGNPOSTS = {
    "CONTRIBUTING.md": (ROOT / "CONTRIBUTING.md").read_text("utf-8"),
    "docs/architecture.md": PAGE,
}
PLACE = re.compile(r"`((?:bots|core|docs|policies|tests|charts)/[^`\s]*)`")


def place_of(module: str) -> int:
    """Return how far down in the room's layers a module stands."""
    return next(at for at, layer in enumerate(LAYERS["core"]) if module in layer.split(" | "))


@pytest.mark.parametrize("package", ["bots", "core"])
def test_the_page_shows_the_layers_of_the_contract(package: str) -> None:
    shown = re.search(rf"```\n{package}\n(.*?)```", PAGE, re.S)
    assert shown
    assert [line.strip() for line in shown[1].splitlines()] == LAYERS[package]


def test_the_steps_that_are_drawn_are_modules_and_each_is_drawn_in_the_order_of_a_draft() -> None:
    steps = re.findall(r'<text x="286" y="(\d+)">(\w+): ', DRAWING)
    assert [name for _, name in steps] == ["analyzer", "policy", "verdict", "rewrite", "audit"]
    assert sorted(steps, key=lambda step: int(step[0])) == steps
    assert all((ROOT / "core" / f"{name}.py").is_file() for _, name in steps)
    assert place_of("checker") < min(place_of(name) for _, name in steps), "the checker walks all of them"


def test_the_steps_of_the_table_are_those_of_the_drawing() -> None:
    rows = re.findall(r"^\| (\w+) \|", PAGE, re.M)[:7]
    assert rows == ["intake", "analyzer", "policy", "verdict", "rewrite", "audit", "render"]


@pytest.mark.parametrize("page", SIGNPOSTS)
def test_every_place_that_is_named_is_there(page: str) -> None:
    named = {each for each in PLACE.findall(SIGNPOSTS[page]) if "<" not in each}
    assert len(named) > 10
    assert [each for each in sorted(named) if not list(ROOT.glob(each))] == []
