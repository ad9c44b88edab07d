"""Which tests one worker runs: those that share what takes long to start, or that fill the machine by themselves.

pytest-xdist's own groups are not used: its 3.8 names them in a field that pytest 9.2 no longer reads, and says nothing.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

MODULES = frozenset(
    {
        "tests/bots/slack/test_scenarios.py",  # a server in a process of its own, and crowds before it
        "tests/core/terms/test_disguises.py",  # a list of ten thousand names
        "tests/core/test_mending.py",  # a safe version of every draft
        "tests/quality/test_quality.py",  # the figures of all posts
    }
)
"""Modules that one worker runs whole."""


class Together(LoadScopeScheduling):
    """Hands out each test by itself, but for what belongs together."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """Return what a test belongs to: the tests on PostgreSQL, so that each version starts once, a module, or itself."""
    module, _, name = nodeid.partition("::")
    if "[postgresql" in name or "-postgresql" in name:
        return "postgresql"
    return module if module in MODULES else nodeid
