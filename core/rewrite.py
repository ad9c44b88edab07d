"""Rewrite: the safe version of a draft, by the smallest edit that its findings allow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.finding import Action, Finding, Span

_BEFORE = 100
_TAG = 64
_DETERMINER = re.compile(
    r"\b(a|an|the|our|my|your|their|his|her|its|this|that|these|those|another|each|every|one)(?:\s+\w+)?\s+$", re.I
)
_ARTICLE = re.compile(r"^(?:an?|the|our|some)\s+", re.I)
_POSSESSIVE = re.compile(r"[A-Za-z]'s$|[A-Za-z]s'$")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+|\n\s*)[\"'(*_]*$")


def rewrite(text: str, findings: Sequence[Finding]) -> str | None:
    """Return `text` with better words in place of the findings, or None where one has no better words.

    Notes are left alone. Whoever calls this checks the result again before showing it.
    """
    asked = sorted((f for f in findings if f.action > Action.NOTE), key=lambda f: f.span)
    if not asked or any(not finding.suggest or not finding.quotable for finding in asked):
        return None
    out: list[str] = []
    at = 0
    for finding in asked:
        if finding.span.start < at:
            continue
        span = _with_mark(text, finding.span)
        out.append(text[at : span.start])
        before = "".join(out[-2:])[-_BEFORE:]
        out.append(_fitted(before, text[span.start : span.end], finding.suggest[0]))
        at = span.end
    out.append(text[at:])
    return _tidied("".join(out))


def _with_mark(text: str, span: Span) -> Span:
    """Take a hashtag's or handle's sign, and the rest of its word, into what is replaced."""
    start, end = span.start, span.end
    while start > max(span.start - _TAG, 0) and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    if start > 0 and text[start - 1] in "#@":
        while end < min(span.end + _TAG, len(text)) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        return Span(start - 1, end)
    return span


def _fitted(before: str, words: str, better: str) -> str:
    """Fit better words into their place: no second article, a capital where a sentence begins."""
    if _DETERMINER.search(before):
        better = _ARTICLE.sub("", better)
    if _POSSESSIVE.search(words) and not better.endswith("'s"):
        better += "'s"
    if _SENTENCE_START.search(before):
        better = better[:1].upper() + better[1:]
    return better


def _tidied(text: str) -> str:
    """Close the gaps that an edit may leave, keeping line breaks."""
    return re.sub(r"(?<=\S) {2,}(?=\S)", " ", text).strip()
