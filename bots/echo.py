"""Echo: words that somebody wrote, made harmless to be shown again."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t\u200c\u200d"


def printable(text: str) -> str:
    """Drop control, bidirectional and other invisible characters, keeping line breaks and joiners."""
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in {"Cc", "Cf"})
