"""A check opens no connection and looks up no name, not even from native code, which Python cannot watch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = """
from pathlib import Path
from core.judgement import build_analyzer, evaluate
from core.draft import Author, Draft
from core.policy import load_policy
policy = load_policy(Path("policies"))
text = "Write to anna@velmora.example or call +44 20 7946 0958: we met the client in private, and the launch is off."
verdict = evaluate(policy, build_analyzer(policy, []), Draft("1", text, Author("cli", "", "me")))
assert verdict.findings and not verdict.incomplete, verdict
"""
ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *before: str) -> None:
    """Check a draft in a new process that has its own temporary folder."""
    environ = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environ |= {"TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    subprocess.run([*before, sys.executable, "-c", CHECK], cwd=ROOT, env=environ, timeout=120, check=True)


def test_a_check_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    run(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on PATH")
def test_a_check_opens_no_socket_of_the_internet(tmp_path: Path) -> None:
    traced = tmp_path / "calls"
    (tmp_path / "tmp").mkdir()
    run(tmp_path / "tmp", "strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(traced))
    calls = [line for line in traced.read_text(encoding="utf-8").splitlines() if "AF_INET" in line]
    # An unconnected socket that asks whether this host knows IPv6, as urllib3 does at import, sends nothing.
    assert [line for line in calls if "connect(" in line or "sendto(" in line] == []
