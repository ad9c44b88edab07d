"""Layout: closes the gaps that cuts leave: blanks, list markers, lines, and a lead-in to a list that is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.edit import Edit, composed
from core.finding import Span
from core.passage import MARKER
from core.sentences import sentences

_TAG = re.compile(r"[#@]\w[\w.-]*")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CLOSING = frozenset(".,;:!?)")
_BLANKS = " \t"


def closed(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits, `composed` as they come in, with cuts of everything that they leave empty.

    Lines that no edit touches stay as they are, but for a blank one of two that would meet, and a lead-in to nothing.
    """
    snug = tuple(edits)
    for _ in range(2):  # two cuts that a blank parted become one, with a gap of its own
        snug = composed(_snug(text, edit) if edit.is_cut else edit for edit in snug)
    lines = [Span(*line.span()) for line in _LINE.finditer(text)]
    dropped = _emptied(text, lines, snug)
    if not dropped:
        return snug
    leads = list(_leads(text, lines, dropped, snug))
    dropped |= {number for number, edit in leads if edit is None}
    dropped |= set(_doubled(text, lines, dropped))
    cuts = [Edit(lines[number]) for number in dropped]
    kept = [number for number in range(len(lines)) if number not in dropped]
    if kept and kept[-1] < len(lines) - 1 and not text.endswith("\n"):
        last = lines[kept[-1]]
        cuts.append(Edit(Span(last.end - 1, last.end)))
    return composed([*snug, *cuts, *(edit for _, edit in leads if edit)])


def _snug(text: str, cut: Edit) -> Edit:
    """Take into a cut the blanks on one of its sides, so that one gap stays of two."""
    start, end = cut.span.start, cut.span.end
    after = end
    while after < len(text) and text[after] in _BLANKS:
        after += 1
    before = start
    while before > 0 and text[before - 1] in _BLANKS:
        before -= 1
    if (
        after == len(text)
        or text[after] == "\n"
        or (text[after] in _CLOSING and text[after : after + 2] not in (":)", ";)"))
    ):
        start, end = before, after
    elif before < start or start == 0 or text[start - 1] == "\n":
        end = after
    return Edit(Span(start, end), cut.words, cut.lifts)


def _emptied(text: str, lines: Sequence[Span], edits: Sequence[Edit]) -> set[int]:
    """Return the lines that had words and of which no word is left, but tags."""
    found: set[int] = set()
    first = 0
    for number, line in enumerate(lines):
        while first < len(edits) and edits[first].span.end <= line.start:
            first += 1
        left, at, cut = [], line.start, False
        for edit in edits[first:]:
            if edit.span.start >= line.end:
                break
            left += [text[at : max(edit.span.start, at)], edit.words]
            at, cut = max(edit.span.end, at), cut or edit.is_cut
        left.append(text[min(at, line.end) : line.end])
        if cut and not _has_words("".join(left)) and _has_words(text[line.start : line.end], tags=True):
            found.add(number)
    return found


def _has_words(line: str, *, tags: bool = False) -> bool:
    """Tell whether a line has words after its marker; whether tags count as such is asked."""
    line = line.rstrip() + " "  # a marker that stands alone is none without it
    marker = MARKER.match(line)
    words = line[marker.end() :] if marker else line
    return any(map(str.isalnum, words if tags else _TAG.sub("", words)))


def _leads(
    text: str, lines: Sequence[Span], dropped: set[int], edits: Sequence[Edit]
) -> Iterator[tuple[int, Edit | None]]:
    """Yield the lines that lead, by a colon, to nothing any more, with the cut of their last sentence if not of all."""
    gone = {edit.span.end for edit in edits}
    for number, line in enumerate(lines):
        words = text[line.start : line.end].rstrip()
        if number in dropped or not words.endswith(":") or line.start + len(words) in gone:
            continue
        following = [n for n in range(number + 1, len(lines)) if text[lines[n].start : lines[n].end].strip()]
        stays = next((n for n in following if n not in dropped), None)
        if not following or following[0] not in dropped or (stays is not None and _is_item(text, lines[stays])):
            continue
        last = sentences(words)[-1]
        yield number, (Edit(Span(line.start + last.start, line.start + len(words))) if last.start else None)


def _is_item(text: str, line: Span) -> bool:
    marker = MARKER.match(text, line.start, line.end)
    return bool(marker and marker[0].strip())


def _doubled(text: str, lines: Sequence[Span], dropped: set[int]) -> Iterator[int]:
    """Yield the blank lines that would stand beside another one, or at an end, because of lines that go."""
    waiting: list[int] = []
    before_blank, gap = True, False
    for number, line in enumerate(lines):
        if number in dropped:
            gap = True
        elif text[line.start : line.end].strip():
            before_blank, gap, waiting = False, False, []
        elif gap and before_blank:
            yield number
        else:
            before_blank = True
            waiting.append(number)
    if gap:
        yield from waiting
