"""Links: where the links of a draft lead, as far as its words do not show it; that would be published with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

COMPARED_LINKS = 200
"""So many links are looked for in the text; further ones count as hidden, to bound the work."""

_SCHEME = re.compile(r"^(?:https?://|mailto:)")


def with_links(text: str, links: Iterable[str]) -> str:
    """Return a text, and behind it the links that hide in it, each on a line of its own."""
    return "\n".join([text.strip(), *links])


def hidden_links(text: str, targets: Iterable[str]) -> Iterator[str]:
    """Yield the targets of links that a text does not show, each once."""
    shown, seen = text.casefold(), set[str]()
    for target in map(str.strip, targets):
        if not target or target in seen:
            continue
        seen.add(target)
        if len(seen) > COMPARED_LINKS or _bare(target) not in shown:
            yield target


def _bare(url: str) -> str:
    """Return an address as people write it in a text, in small letters: without its scheme and final slash."""
    return _SCHEME.sub("", url.casefold()).rstrip("/")
