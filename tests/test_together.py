"""What belongs together is run by one worker, as the scheduler of a run on several has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.together import MODULES, group

ROOT = Path(__file__).resolve().parents[1]
ON_POSTGRESQL = "tests/core/test_rota.py::test_a[postgresql16]"


@pytest.mark.parametrize(
    ("test", "other", "together"),
    [
        (ON_POSTGRESQL, "tests/core/test_backup.py::test_b[sqlite-postgresql18]", True),
        (ON_POSTGRESQL, "tests/core/test_rota.py::test_a[sqlite]", False),
        ("tests/core/test_mending.py::test_a[b::c]", "tests/core/test_mending.py::test_d", True),
        ("tests/core/test_audit.py::test_a", "tests/core/test_audit.py::test_b", False),
    ],
)
def test_a_module_that_is_named_and_all_on_postgresql_are_one_group(test: str, other: str, together: bool) -> None:
    assert (group(test) == group(other)) is together


def test_every_module_that_is_named_is_there() -> None:
    assert {module for module in MODULES if not (ROOT / module).is_file()} == set()


def test_two_workers_are_given_a_group_each_as_a_whole(twenty_tests: Path, pytestconfig: pytest.Config) -> None:
    command = [sys.executable, "-m", "pytest", "-n2", "-v", "-p", "no:cacheprovider", "-c", "pytest.ini", "."]
    done = subprocess.run(command, cwd=twenty_tests, capture_output=True, text=True, timeout=300, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("[gw")]
    workers = {line[:5] for line in lines if "postgresql" in line}
    assert (len(lines), len(workers)) == (20, 1), done.stdout
    ours = [each.plugin_name for each in pytestconfig.hook.pytest_xdist_make_scheduler.get_hookimpls()]
    assert str(ROOT / "tests" / "conftest.py") in ours, "and that is the scheduler of our own runs"


@pytest.fixture
def twenty_tests(tmp_path: Path) -> Path:
    """A folder of twenty small tests, half of them on PostgreSQL by name, with our scheduler."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom tests.together import Together\n"
        "def pytest_xdist_make_scheduler(config, log):\n    return Together(config, log)\n"
    )
    (tmp_path / "test_small.py").write_text(
        "import pytest\n@pytest.mark.parametrize('store', ['sqlite', 'postgresql18'])\n"
        "@pytest.mark.parametrize('number', range(10))\ndef test_small(number, store):\n    pass\n"
    )
    return tmp_path
