"""Platforms: what every place that drafts come from says about itself, in one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """A place that drafts come from.

    `private`: an author is one private person, whose name the record seals, whose finds of secret terms are counted,
    and who is not to be told from a few others in a report. `checks_a_minute`: of one author; None slows nobody down.
    `person`, `channel`: patterns of what follows its name in a setting.
    """

    private: bool = False
    checks_a_minute: int | None = None
    person: str = ""
    channel: str = ""


PLATFORMS = {
    "slack": Platform(
        private=True,
        checks_a_minute=20,
        person="[UW][A-Z0-9]+|@S[A-Z0-9]+|workspace-admins",
        channel="(?:T[A-Z0-9]+:)?[CG][A-Z0-9]+",
    ),
    "teams": Platform(
        private=True,
        checks_a_minute=20,
        person="[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        channel=r"\S+",
    ),
    "api": Platform(checks_a_minute=6_000),  # a program's token may stand for a whole company
    "page": Platform(),
    "cli": Platform(),
}

PRIVATE = frozenset(name for name, platform in PLATFORMS.items() if platform.private)
