"""What is installed runs as the image runs it: on a read-only root, without capabilities, not as root where it can.

No builder is needed: a mount namespace of its own has the same root, remounted read-only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USER, BARE = "10001", "--no-new-privs --bounding-set -all --inh-caps -all"
SCRIPT = """
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir -m 777 /mnt/data /mnt/tmp
awk '$2 !~ "^/(proc|sys|dev|mnt)" {print $2}' /proc/self/mounts | sort -u | while read -r where; do
  mount -o remount,bind,ro "$where" || echo "left writable: $where" >&2
done
cd /mnt/data
exec setpriv $OPTIONS -- sh -euc '
  touch "$CHECKOUT/written" 2>/dev/null && { echo "the root is writable"; exit 9; }
  "$PYTHON" -m bots.cli db init
  "$PYTHON" -m bots.cli check --json "Call me on +44 20 7946 0958 about the fine weather here, Ana." || test $? = 3
  "$PYTHON" -m bots.cli audit verify
  find /mnt -type f
'
"""


def able() -> str | None:
    """Say why this cannot be tried here, or None."""
    missing = [name for name in ("unshare", "setpriv", "mount") if shutil.which(name) is None]
    if missing or os.getuid() != 0:
        return f"this needs root and {', '.join(missing) or 'a mount namespace'}"
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "no mount namespace can be made here"


def test_a_check_needs_no_writable_root_and_no_capability() -> None:
    if reason := able():
        pytest.skip(reason)
    user = f"{BARE} --reuid {USER} --regid {USER} --clear-groups"
    look = ["sh", "-c", '"$0" -c "import click"', sys.executable]  # a shell between, which has no rights of ours left
    seen = subprocess.run(["setpriv", *user.split(), "--", *look], capture_output=True, check=False)
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "CHECKOUT": str(ROOT),
        "OPTIONS": user if seen.returncode == 0 else BARE,  # this Python lies in root's own home
        "CHECKPOST_ENCRYPTION_KEY": "k1:" + "A" * 43 + "=",
        "CHECKPOST_DATABASE_URL": "sqlite:////mnt/data/checkpost.db",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/mnt/tmp",
        "TMPDIR": "/mnt/tmp",
    }
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", SCRIPT], env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"outcome": "block"' in done.stdout
    assert "chain intact" in done.stdout
    written = [line for line in done.stdout.splitlines() if line.startswith("/mnt/")]
    assert written
    assert {Path(line).parent for line in written} == {Path("/mnt/data")}
