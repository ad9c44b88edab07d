"""Edit: a stretch of a draft and what stands there instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.finding import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts `words` in place of a stretch; no words take it out. `lifts` makes a capital of the letter after it."""

    span: Span
    words: str = field(default="", repr=False)
    lifts: bool = False

    @property
    def is_cut(self) -> bool:
        """Tell whether the stretch only goes."""
        return not self.words


def composed(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return edits that do not overlap, in order, and cover everything that the given ones cover.

    A cut takes in what lies within it. Of two replacements of the same words, the longer one's words stay.
    """
    whole: list[Edit] = []
    for edit in sorted(edits, key=lambda each: (each.span.start, -each.span.end)):
        if not whole or not _meets(whole[-1], edit):
            whole.append(edit)
            continue
        before = whole.pop()
        span = Span(before.span.start, max(before.span.end, edit.span.end))
        cuts = [each for each in (before, edit) if each.is_cut]
        if cuts:
            last = max(cuts, key=lambda each: each.span.end)
            whole.append(Edit(span, "", last.lifts))
        else:
            longer = max(before, edit, key=lambda each: each.span.end - each.span.start)
            whole.append(Edit(span, longer.words))
    return tuple(whole)


def _meets(before: Edit, edit: Edit) -> bool:
    """Tell whether two edits share a character, or are two cuts side by side."""
    overlap = before.span.end - edit.span.start
    return overlap > 0 or (overlap == 0 and before.is_cut and edit.is_cut)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after edits that `composed` has put in order."""
    out: list[str] = []
    at, lifts = 0, False
    for edit in edits:
        for piece in (text[at : edit.span.start], edit.words):
            out.append(_lifted(piece) if lifts else piece)
            lifts = lifts and not any(map(str.isalnum, piece))
        at, lifts = edit.span.end, lifts or edit.lifts
    rest = text[at:]
    return "".join([*out, _lifted(rest) if lifts else rest])


def _lifted(piece: str) -> str:
    """Make a capital of the first letter, unless it belongs to a handle, a tag or an address."""
    at = next((at for at, char in enumerate(piece) if char.isalnum()), None)
    if at is None or piece[at - 1 : at] in ("#", "@"):
        return piece
    return piece[:at] + piece[at].upper() + piece[at + 1 :]
