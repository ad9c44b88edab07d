"""A full disk: changes are refused, nothing acknowledged is lost, no draft is fine, and it heals. Rows 14 and 22."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CANARY = "Quorvellan7Zephthorne"
HARBOUR = Path(__file__).parents[1] / "bots" / "cli" / "harbour"
FILLER = Path(__file__).with_name("filler.py")


@pytest.mark.skipif(
    not shutil.which("unshare") or os.geteuid() != 0, reason="a small disk of its own takes root and unshare"
)
def test_a_full_disk_refuses_changes_reads_on_heals_and_keeps_no_draft(
    environ: dict[str, str], tmp_path: Path, files_with: Any
) -> None:
    disk, copy = tmp_path / "disk", tmp_path / "copy"
    disk.mkdir()
    copy.mkdir()
    command = [sys.executable, str(FILLER), str(disk), str(HARBOUR), CANARY, str(copy)]
    place = {"CHECKPOST_DATABASE_URL": f"sqlite:///{disk}/c.db", "PATH": os.environ["PATH"]}
    root = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"', str(disk), *command],
        env=environ | place | {"PYTHONPATH": root}, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    if "permitted" in done.stderr or "denied" in done.stderr:
        pytest.skip("this place allows no mount")
    assert done.returncode == 0, done.stderr
    kept, refused, read, records, found, lost, ok, unchecked = map(int, done.stdout.split())
    print(f"\nacknowledged {kept}, refused {refused} of 20, lost {lost}, drafts ok {ok}, unchecked {unchecked}")  # noqa: T201
    assert kept > 10
    assert refused == 20
    assert read >= kept
    assert lost == 0
    assert found == read + 1
    assert records == found + ok, "a draft that is fine has its record, for which there was a place left"
    assert ok + unchecked == 20
    assert unchecked > 0
    assert "audit.failed" in done.stderr, "the log was on"
    assert CANARY not in done.stderr
    assert "c.db" in {path.name for path in copy.iterdir()}
    assert files_with(tmp_path, CANARY) == []
    (copy / "planted").write_text(CANARY)
    assert files_with(tmp_path, CANARY) == ["planted"]
