"""Echo: words that somebody wrote, made harmless to be shown again."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """Drop control, bidirectional and other invisible characters, keeping line breaks."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf"})
