"""Labels: what the two encoders tell."""

from __future__ import annotations

NAMES = ("PERSON", "LOCATION", "ORG")
STATEMENTS = (
    "private_meeting",
    "meeting_hint",
    "client_news",
    "venting",
    "protected_activity",
    "offensive",
    "threat",
    "personal_disclosure",
    "unverified_claim",
    "private_fact",
    "company_figure",
    "secret",
)
NAMED = "named"
"""What the encoder of statements tells of a word and not of a sentence: it is used as a name, as clients and projects
have, and not in its everyday sense."""
SAID = (*STATEMENTS, NAMED)
"""What the encoder of statements puts out."""
TAGS = ("O", *(f"{part}-{name}" for name in NAMES for part in ("B", "I")))
"""A word's tag: outside, or the beginning or inside of a name."""
