"""Every dependency is used, and every package that the code imports is a dependency or comes with one."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMES_WITH = {
    "botframework": "botbuilder-core",
    "multidict": "aiohttp",
    "regex": "presidio-analyzer",
    "slack_sdk": "slack-bolt",
    "yarl": "aiohttp",
}
NOT_IMPORTED = {
    "aiosqlite": "SQLAlchemy's driver",
    "asyncpg": "SQLAlchemy's driver",
    "detect-secrets": "its detectors are loaded by name, without what asks the network",
    "faker": "its lists of names are read as files",
    "symspellpy": "its list of words is read as a file",
    "tzdata": "zoneinfo reads it",
}


def plain(name: str) -> str:
    """Return the name of a package as every index writes it."""
    return name.lower().replace("_", "-")


def wanted() -> set[str]:
    """Return the names of what `pip install checkpost[pictures]` asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["pictures"]]
    return {plain(re.split(r"[\[<>=;,! ]", line)[0]) for line in lines}


def imported() -> set[str]:
    """Return the packages of others that run-time code imports, by the name they are imported by."""
    found = set()
    for file in [*(ROOT / "bots").rglob("*.py"), *(ROOT / "core").rglob("*.py")]:
        if "training" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"bots", "core"}


def test_what_is_imported_is_a_dependency_and_each_dependency_is_used() -> None:
    owners = packages_distributions()
    used = set()
    for name in imported():
        declared = {COMES_WITH[name]} if name in COMES_WITH else {plain(each) for each in owners[name]} & wanted()
        assert declared, name
        used |= declared
    assert wanted() == used | NOT_IMPORTED.keys()


def test_no_exception_is_left_that_is_none() -> None:
    assert COMES_WITH.keys() <= imported()
    assert COMES_WITH.keys().isdisjoint(wanted())
