"""The picture of the house is true: its steps are modules, its layers those of the contracts, its signposts lead on."""

from __future__ import annotations

import ast
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
MODULES = [path for folder in ("bots", "core") for path in sorted((ROOT / folder).rglob("*.py"))]
LONG_MODULE, LONG_FUNCTION = 300, 40
REASON = re.compile(r"  # long: \w+")
"""What a function that is longer says of that, where it begins."""


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


def test_no_module_is_too_long() -> None:
    assert len(MODULES) > 200
    lengths = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8").count("\n") for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONG_MODULE} == {}


def test_no_function_is_too_long_without_its_reason() -> None:
    long = {}
    for path in MODULES:
        lines = path.read_text("utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.end_lineno + 1 - node.lineno > LONG_FUNCTION:
                long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines[node.lineno - 1]
    assert [name for name, line in long.items() if not REASON.search(line)] == []
    assert len(long) <= 2, "a reason is for what cannot be parted"
