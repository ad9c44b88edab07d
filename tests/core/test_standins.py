"""A package is imported without what it never uses, and with it where it cannot do without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.standins import load

HEAVY = "from heavy.engine import Part, registry\nfrom heavy import make\n"
USES = {
    "as types": "def read(parts: list[Part]) -> Part | None: ...",
    "as a parent": "class Own(Part): pass",
    "as a decorator": "@registry.parts('own', defaults={})\ndef read(): ...",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder to import from that has a heavy package; what a test imports from there is forgotten."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "heavy").mkdir()
    (tmp_path / "heavy" / "__init__.py").write_text("LOADED = 1\nmake = print\n")
    (tmp_path / "heavy" / "engine.py").write_text(
        "class Part: pass\nclass registry:\n    parts = staticmethod(print)\n"
    )
    yield tmp_path
    for name in ("light", "light.slow", "heavy", "heavy.engine"):
        sys.modules.pop(name, None)


def package(folder: Path, source: str) -> None:
    (folder / "light").mkdir()
    (folder / "light" / "__init__.py").write_text(f"{HEAVY}{source}\nimport heavy\nREAL = hasattr(heavy, '__file__')\n")


@pytest.mark.parametrize("use", USES)
def test_what_is_left_out_may_be_named_in_any_way_and_is_there_for_others_afterwards(folder: Path, use: str) -> None:
    package(folder, USES[use])
    load("light", without=("heavy",))
    import heavy  # type: ignore[import-not-found]
    import light  # type: ignore[import-not-found]

    assert not light.REAL
    assert heavy.LOADED


def test_what_is_left_out_fails_loudly_where_it_is_used_after_all(folder: Path) -> None:
    package(folder, "def use():\n    return Part()")
    load("light", without=("heavy",))
    import light

    with pytest.raises(RuntimeError, match="left out"):
        light.use()


def test_a_module_of_the_package_itself_may_be_left_out(folder: Path) -> None:
    package(folder, "from light.slow import Slow\ndef use():\n    return Slow()")
    (folder / "light" / "slow.py").write_text("class Slow: pass\n")
    load("light", without=("light.slow",))
    import light
    from light.slow import Slow  # type: ignore[import-not-found]

    with pytest.raises(RuntimeError, match="left out"):
        light.use()
    assert isinstance(Slow(), Slow)


def test_a_package_that_cannot_do_without_gets_all_that_it_asks_for(folder: Path) -> None:
    package(folder, "import heavy\nTWICE = heavy.LOADED * 2")
    load("light", without=("heavy",))
    import light

    assert light.REAL
    assert light.TWICE == 2


def test_what_is_loaded_already_stays(folder: Path) -> None:
    package(folder, "")
    import heavy

    load("light", without=("heavy",))
    import light

    assert light.REAL
    assert sys.modules["heavy"] is heavy


def test_a_check_loads_neither_spacy_nor_what_fetches_lists() -> None:
    code = (
        "import sys\nfrom core.recognizers import build_recognizers\nbuild_recognizers()\n"
        "print(*{'spacy', 'thinc', 'requests', 'requests_file'} & set(sys.modules))\n"
        "import spacy; print(spacy.blank('en').lang)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == ["", "en"]
