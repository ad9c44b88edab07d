"""The values of the chart: its defaults, and each supported shape laid over them."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).resolve().parents[2] / "charts" / "checkpost"
GOLDENS = Path(__file__).resolve().parent / "goldens"

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """One `ci/*-values.yaml`: what it gives, what the chart sees in the end, and the golden rendering's objects."""

    given: Values
    values: Values
    objects: dict[str, dict[str, Any]]


def by_kind(text: str) -> dict[str, dict[str, Any]]:
    """Give rendered objects by kind; what stands beside the server carries its own name: `Service/ops`."""
    found: dict[str, dict[str, Any]] = {}
    for entry in filter(None, yaml.safe_load_all(text)):
        last = entry["metadata"]["name"].rpartition("-")[2]
        kind = f"{entry['kind']}/{last}" if last in ("ops", "dashboard") else entry["kind"]
        assert kind not in found, kind
        found[kind] = entry
    return found


def _load(path: Path) -> Values:
    loaded: Values = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _merge(below: Values, above: Values) -> Values:
    """Lay values over values as Helm does: maps merge, everything else is replaced."""
    merged = copy.deepcopy(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


@pytest.fixture
def with_defaults() -> Callable[[Values], Values]:
    """Give a function that lays values over the chart's own."""
    return lambda values: _merge(_load(CHART / "values.yaml"), values)


@pytest.fixture(params=sorted(path.name for path in (CHART / "ci").glob("*-values.yaml")))
def shape(request: pytest.FixtureRequest, with_defaults: Callable[[Values], Values]) -> Shape:
    """Give each supported shape in turn."""
    given = _load(CHART / "ci" / request.param)
    name = request.param.removesuffix("-values.yaml")
    objects = by_kind((GOLDENS / f"{name}.yaml").read_text(encoding="utf-8"))
    return Shape(given, with_defaults(given), objects)


@pytest.fixture(scope="session")
def objects_of() -> Callable[[str], dict[str, dict[str, Any]]]:
    """Give the function that reads rendered objects."""
    return by_kind
