"""Clause: the part of a sentence that goes with a place in it, where what is left stands by itself.

There is no grammar in here, only the marks and small words that part clauses; where they leave a doubt, no clause is
named and the whole sentence has to go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.edit import Edit
from core.finding import Span

EMOJI = (
    "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
    "\u200d\ufe0f\u20e3\U000e0020-\U000e007f©®™]"
)
LEAD = re.compile(rf"(?:\s|{EMOJI})*")
_SUBJECT = (
    r"(?:i|we|you|he|she|it|they|there|this|that|the|my|our|your|his|her|its|their|a|an|these|those|"
    r"some|any|every|no|nobody|everybody|everyone|everything|nothing|someone|somebody|all|most|who)\b"
)
_BARE = rf"\s(?P<bare>and|but|so|because|although|though|while|whereas)\s+(?={_SUBJECT})"
_SEPARATOR = re.compile(
    rf"(?P<strong>;\s+|\s[-–—]{{1,2}}\s+|—|(?:\.\.\.|…)\s+)(?:(?:and|but|so|because|or)\s+)?"
    rf"|,\s+(?P<coord>and|but|so|yet|or|plus)\s+|,\s+(?P<sub>because|since|which|who|whose|where|while|although|though|as|"
    rf"when|if|unless|until|whereas|with|especially|including)\s+|(?P<comma>,\s+)|{_BARE}|(?P<emoji>\s(?={EMOJI}))",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[.!?…]*[\"'”’)\]*_`]*$")
_VERB = re.compile(
    r"\b(?:am|is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|should|may|might|must|got|went|made|"
    r"came|took|said|felt|kept|found|let|love|loved|like|know|think|need|want|wish|hope|feel|go|goes|\w{2,}ed|"
    r"taught|bought|brought|left|lost|met|paid|ran|sat|sold|sent|slept|spent|stood|told|thought|won|wrote|gave|grew|drove|ate|"
    r"saw|began|broke|built|caught|chose|fell|flew|forgot|heard|held|knew|led|meant|put|rode|rose|sang|spoke|swam|woke|wore)\b"
    r"|n't\b|'(?:s|re|ve|ll|d|m)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:i|we|you|there)(?:'\w+)?\s+\w+", re.IGNORECASE)
_STARTS_LOOSE = re.compile(
    r"(?:if|when|whenever|unless|because|although|though|while|since|after|before|as|until|once|whether|not only|"
    r"either|neither|both|in|on|at|for|with|without|to|from|by|about|despite|given|according|like|than|that|who|which|what|"
    r"where|how|and|but|or)\b",
    re.IGNORECASE,
)
ENDS_LOOSE = re.compile(
    r"(?:^|\s)(?:a|an|the|my|our|your|his|her|its|their|this|these|those|some|no|every|of|in|on|at|for|with|without|to|"
    r"from|by|about|into|over|than|that|who|which|if|when|because|and|but|or|so|as|is|are|was|were|am|be|been|has|have|"
    r"had|will|would|can|could|should|must|may|might|not|very|said|says|say|told|tells|heard|hear|learned|know|knows|"
    r"think|thinks|apparently|'s)$|[:,]$",
    re.IGNORECASE,
)
LEANS = re.compile(
    r"\s*(?:he|she|it|they|this|that|these|those|his|her|its|their|him|them|same|both|neither|which|who|whose|because|"
    r"hence|therefore|especially|including|except|meaning|announcement|"
    r"(?:not )?[\"'“]?(?:public|official|announced|out)[\"'”]? (?:yet|on|in|from|next)|not (?:public|official|out)|"
    r"said (?:in|by|at))"
    r"(?![\w-])",
    re.IGNORECASE,
)
JOINS = re.compile(r"\s*((?:and|but|or|so|plus|also|yet|then|still)\b,?\s+)(?=\w)", re.IGNORECASE)
_CLAUSE = re.compile(_SUBJECT, re.IGNORECASE)
_QUESTION = re.compile(
    r"(?:who|what|why|how|when|where|which|do|does|did|is|are|am|was|were|can|could|would|will|shall|should|has|have|"
    r"anyone|anybody|any)\b",
    re.IGNORECASE,
)
_ENDING, _GLANCE = 20, 200


@dataclass(frozen=True, slots=True)
class Segment:
    """A clause, or what looks like one: where it lies, and what parts it from the one before."""

    start: int
    end: int
    after: str


def clause(text: str, content: Span, place: Span, *, strict: bool) -> Edit | None:
    """Return the cut of the clauses of a sentence that a place lies in, or of the brackets around it.

    `strict` tells apart only clauses that cannot be a part of what the others say.
    """
    if remark := _parenthesis(text, content, place):
        return remark
    segments = _segments(text, content, strict)
    hit = [number for number, each in enumerate(segments) if each.start < place.end and place.start < each.end]
    if not hit or len(hit) == len(segments):
        return None
    first, last = hit[0], hit[-1]
    if last == len(segments) - 1:
        return _without_end(text, content, segments, first)
    if first == 0:
        return _without_beginning(text, content, segments[last + 1], None if strict else place)
    return _without_middle(text, content, segments, first, last)


def _parenthesis(text: str, content: Span, place: Span) -> Edit | None:
    """Return the cut of a remark in brackets that holds the whole place, and is not the whole sentence."""
    opening = text.rfind("(", content.start + 1, place.start + 1)
    closing = text.find(")", place.end - 1, content.end)
    if opening < 0 or closing < 0 or ")" in text[opening : place.start]:
        return None
    return Edit(Span(opening, closing + 1))


def _segments(text: str, content: Span, strict: bool) -> list[Segment]:
    segments: list[Segment] = []
    start, after = content.start, ""
    for mark in _SEPARATOR.finditer(text, content.start, content.end):
        kind = next(name for name, value in mark.groupdict().items() if value is not None)
        starts_clause = _is_clause(text[mark.end() : min(mark.end() + _GLANCE, content.end)])
        if strict and not (kind in ("strong", "emoji") or (kind in ("coord", "bare") and starts_clause)):
            continue
        segments.append(Segment(start, mark.start(), after))
        start, after = mark.end(), kind
    return [*segments, Segment(start, content.end, after)]


def _without_end(text: str, content: Span, segments: Sequence[Segment], first: int) -> Edit | None:
    kept = Span(content.start, segments[first - 1].end)
    words = text[kept.start : kept.end]
    lead = LEAD.match(text, segments[first].start)
    if segments[first].after == "emoji" and lead:  # it parts as a full stop does
        return Edit(Span(lead.end(), content.end))
    if not _stands(words):
        return None
    near = max(content.end - _ENDING, kept.end)
    marks = _MARKS.search(text, near, content.end)
    end = marks.start() if marks else content.end
    if marks and "?" in marks[0] and not _QUESTION.match(words):
        return Edit(Span(kept.end, content.end), ".") if marks[0].strip("?!") == "" else None
    return Edit(Span(kept.end, end))


def _without_beginning(text: str, content: Span, then: Segment, place: Span | None) -> Edit | None:
    lead = text.rfind(": ", content.start, place.start) if place else -1
    if lead >= 0 and then.after in ("comma", "coord", "bare"):  # the first of several that a colon announces
        return Edit(Span(lead + 2, then.start))
    words = text[then.start : content.end].lstrip()
    if then.after in ("comma", "sub") or not _is_clause(words) or LEANS.match(words):
        return None
    return Edit(Span(content.start, then.start), lifts=text[content.start].isupper())


def _without_middle(text: str, content: Span, segments: Sequence[Segment], first: int, last: int) -> Edit | None:
    before, then = segments[first - 1], segments[last + 1]
    if segments[first].after == "sub" and then.after == "comma":  # a relative clause between its commas
        return Edit(Span(before.end, segments[last].end + 1))
    list_like = segments[first].after in ("comma", "strong", "emoji") or then.after in ("strong", "emoji")
    leans = LEANS.match(text, then.start, content.end)
    if then.after == "sub" or leans or not list_like or not _stands(text[content.start : before.end]):
        return None
    lead = LEAD.match(text, segments[first].start)
    start = lead.end() if segments[first].after == "emoji" and lead else before.end
    return Edit(Span(start, segments[last].end))


def _stands(words: str) -> bool:
    """Tell whether a beginning of a sentence reads as a whole one."""
    words = words.strip()
    if len(words.split()) < 3 or ENDS_LOOSE.search(words):
        return False
    opening = JOINS.match(words)
    words = words[opening.end(1) :] if opening else words
    parts = words.split(", ")
    if _STARTS_LOOSE.match(words):
        return any(_is_clause(part) for part in parts[1:])
    return len(parts) > 1 or bool(_VERB.search(words) or _PRONOUN.match(words))


def _is_clause(words: str) -> bool:
    """Tell whether words begin with somebody or something, and say what they do."""
    lead = LEAD.match(words)
    words = words[lead.end() :] if lead else words
    said = words.partition(",")[0]
    return bool(_CLAUSE.match(said)) and bool(_VERB.search(said) or _PRONOUN.match(said))
