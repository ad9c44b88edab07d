"""Passage: how much of a draft goes with words that have no better ones, so that the rest still reads.

A clause goes where the rest of its sentence stands by itself, else the sentence, and what leans on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.clause import EMOJI, ENDS_LOOSE, JOINS, LEAD, LEANS, clause
from core.edit import Edit
from core.finding import Span
from core.sentences import sentence_at

MARKER = re.compile(rf"[ \t>]*(?:(?:[-*+•‣◦▪►·–—]|\(?\d{{1,2}}[.):]|{EMOJI}+)[ \t]+)?")
"""What a list item begins with."""

_TAG = re.compile(r"[#@]\w[\w.-]*")
_SHOWN = re.compile(rf"\s|{EMOJI}")
_LEANS_ALWAYS = re.compile(
    r"\s*(?:because|which|who|whose|hence|therefore|especially|including|except|meaning|for example|for instance|"
    r"such as|in other words|as a result|that's why|that is why|more (?:when|soon|later|to come|details)|"
    r"details (?:soon|later|to follow|will follow))(?![\w-])",
    re.IGNORECASE,
)
_ANNOUNCING = (":", "👇", "⬇", "⬇\ufe0f")
_SMILEY = re.compile(r"[:;=8xX][-']?[()DPp]")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))


def removal(text: str, sentences: tuple[Span, ...], place: Span, *, strict: bool, whole: bool) -> Edit:
    """Return the cut that takes out a place: its clause, or its sentence where `whole` asks for it.

    `strict` lets only clauses stay that cannot be a part of what is said, as for a leak.
    """
    stretch = _balanced(text, sentences, _unwrapped(text, sentences, sentence_at(sentences, place)))
    content = _content(text, stretch, place)
    part = None if whole else clause(text, content, place, strict=strict)
    return part if part and _partner(text, part.span) is None else Edit(content)


def leaning(text: str, sentences: tuple[Span, ...], cuts: Sequence[Edit], *, strict: bool) -> list[Edit]:
    """Return cuts for what leans on a sentence that goes: "Because ...", "It ...", its list, a first "And"."""
    edits: list[Edit] = []
    waiting = list(reversed(cuts))
    gone = anything_before = list_goes = False
    for sentence in sentences:
        content = _content(text, sentence)
        words = text[content.start : content.end]
        if any(map(str.isalpha, words)):
            while waiting and waiting[-1].span.end < content.end:
                waiting.pop()
            if _begins_line(text, sentence):
                is_item = _is_item(text, sentence)
                list_goes = list_goes and is_item
                gone, anything_before = gone and not is_item, anything_before and not is_item
            if waiting and waiting[-1].span.start <= content.start:
                gone, list_goes = True, list_goes or text[content.start : sentence.end].rstrip().endswith(_ANNOUNCING)
            elif list_goes or (gone and _leans(words, alone=strict or not anything_before)):
                edits.append(Edit(content))
            else:
                if gone and (join := JOINS.match(words)):
                    lead = Span(content.start, content.start + join.end(1))
                    edits.append(Edit(lead, lifts=words[:1].isupper()))
                gone, anything_before = False, True
        if "\n\n" in text[sentence.start : sentence.end]:
            gone = anything_before = False
    return edits


def cut_before_join(text: str, place: Span) -> Edit:
    """Return the cut of a place, with the "and" after it where a line begins there."""
    join = JOINS.match(text, place.end)
    if join is None or _TAG.sub("", text[text.rfind("\n", 0, place.start) + 1 : place.start]).strip():
        return Edit(place)
    return Edit(Span(place.start, join.end(1)), lifts=text[place.start : place.end].istitle())


def _leans(words: str, *, alone: bool) -> bool:
    """Tell whether a sentence wants the one before it; `alone` says that nothing else stands before."""
    return bool(_LEANS_ALWAYS.match(words) or (alone and LEANS.match(words)))


def _unwrapped(text: str, sentences: tuple[Span, ...], stretch: Span) -> Span:
    """Take in the lines before and after where a sentence was broken over them, as some type."""
    start, end = stretch.start, stretch.end
    while start > 1 and text[start - 1] == "\n" and _breaks_off(text[:start]):
        start = sentence_at(sentences, Span(start - 1, start)).start
    while end < len(text) and text[end - 1] == "\n" and _breaks_off(text[start:end]):
        end = sentence_at(sentences, Span(end, end + 1)).end
    return Span(start, end)


def _breaks_off(text: str) -> bool:
    """Tell whether a line ends in a word that wants another one after it."""
    last = text[:-1].rpartition("\n")[2].rstrip()
    return bool(last) and last[-1] not in ":," and bool(ENDS_LOOSE.search(last))


def _balanced(text: str, sentences: tuple[Span, ...], stretch: Span) -> Span:
    """Take in the sentences up to the other half of a quotation or bracket."""
    while partner := _partner(text, stretch):
        reach = Span(min(stretch.start, partner.start), max(stretch.end, partner.end))
        stretch = sentence_at(sentences, reach)
    return stretch


def _partner(text: str, stretch: Span) -> Span | None:
    """Return where the other half of a mark lies that has only one half in the stretch; in its line alone."""
    begin = text.rfind("\n", 0, stretch.start) + 1
    end = text.find("\n", stretch.end)
    line = _SMILEY.sub(lambda smiley: " " * len(smiley[0]), text[begin : end if end >= 0 else len(text)])
    first, after = stretch.start - begin, stretch.end - begin
    words = line[first:after]
    at = -1
    for opening, closing in _PAIRS:
        if words.count(opening) > words.count(closing):
            at = max(at, line.find(closing, after))
        elif words.count(closing) > words.count(opening):
            at = max(at, line.rfind(opening, 0, first))
    for mark in '"`':
        if words.count(mark) % 2:
            closes = line.count(mark, 0, first) % 2
            at = max(at, line.rfind(mark, 0, first) if closes else line.find(mark, after))
    return Span(begin + at, begin + at + 1) if at >= 0 else None


def _is_item(text: str, sentence: Span) -> bool:
    """Tell whether a sentence begins an item of a list."""
    marker = MARKER.match(text, sentence.start)
    return _begins_line(text, sentence) and bool(marker and marker[0].strip())


def _begins_line(text: str, sentence: Span) -> bool:
    return sentence.start == 0 or text[sentence.start - 1] == "\n"


def _content(text: str, stretch: Span, place: Span | None = None) -> Span:
    """Return the words of a stretch: without a list's marker, and without the emoji and tags around them."""
    start = stretch.start
    if start == 0 or text[start - 1] == "\n":
        marker = MARKER.match(text, start, stretch.end)
        start = marker.end() if marker else start
    lead = LEAD.match(text, start, stretch.end)
    start = lead.end() if lead else start
    end = _without_tail(text, start, stretch.end)
    if place:
        start, end = min(start, place.start), max(end, place.end)
    return Span(start, max(start, end))


def _without_tail(text: str, start: int, end: int) -> int:
    """Return where the words end before the emoji, tags and blanks that follow them."""
    while end > start:
        if _SHOWN.match(text, end - 1, end):
            end -= 1
            continue
        token = max((text.rfind(blank, start, end) + 1 for blank in " \n\t"), default=start)
        if not _TAG.fullmatch(text, max(token, start), end):
            break
        end = max(token, start)
    return end
