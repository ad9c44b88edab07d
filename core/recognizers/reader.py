"""Reader: names and statements, as two small language models read them. They read English."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile
from typing import Any, TypeVar

import structlog

from core.errors import ModelError
from core.finding import Detection, Span
from core.model.decoding import Name
from core.model.labels import NAMES, STATEMENTS
from core.model.reader import Page, Reader, load_reader
from core.recognizers.guard import PatternTooSlow
from core.recognizers.own import OwnRecognizer
from core.sentences import sentence_at

LEAST = 0.05
"""A statement that is less likely than this is not worth reporting."""

FULL_NAME = "FULL_NAME"
"""A name of two words or more, which leads to one person; or who is meant by it, as "she" in the next sentence."""

_TITLE = re.compile(
    r"(?:mr|mrs|ms|mx|miss|dr|prof|sir|dame|lord|lady|uncle|aunt\w*|gran\w*|nana?|father|mother|sister|brother|cousin|"
    r"our|my|your|his|her|their|the|little|big|old|young|poor|dear|saint|st|captain|coach|chef|nurse|rabbi|imam|pastor)\.?",
    re.IGNORECASE,
)

_RELATED = re.compile(
    r"\b(?:(?:flat|room|house|team|work|class|school|band|crew|ship)-?mate|colleague|co-?worker|neighbou?r|friend|"
    r"cousin|aunt|uncle|nephew|niece|brother|sister|son|daughter|husband|wife|partner|boyfriend|girlfriend|named|"
    r"boss|manager|foreman|supervisor|intern|apprentice|trainee|cleaner|porter|driver|caretaker|receptionist|nurse|"
    r"teacher|tutor|pupil|student|patient|tenant|landlord|landlady|goalkeeper|striker|tenor|alto|baker|cook|waiter),? "
    r"(?P<name>[^\W\d_][\w'\-]+(?: [^\W\d_][\w'\-]+){1,2})"
)
"""Behind such a word two words with capitals are somebody, however strange as a name."""
_RELATED_SCORE = 0.6

_DOUBLE = re.compile(r"(?:(?<=-)[^\W\d_]+|-[A-ZÀ-Þ][\w']*)*(?: [A-ZÀ-Þ][\w']+-[A-ZÀ-Þ][\w']+(?![\w-]))?")
"""What of a double-barrelled name the reader may have left out: its second half, or both behind a given name."""

_PRONOUN = re.compile(r"\b(?:he|she|him|her|his)\b", re.IGNORECASE)

Seen = TypeVar("Seen")

log = structlog.get_logger()


class NameRecognizer(OwnRecognizer):
    """Finds people, places and organisations; people who are named in full a second time, as such."""

    def __init__(self) -> None:
        super().__init__("names", [*NAMES, FULL_NAME])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each name, a full one twice, and who is meant by it; nothing in a draft in another language."""
        if artifacts.language != "en":
            return
        people, full = list[Detection](), list[Detection]()
        for each in _whole(_in_time(page(text, artifacts).names(), artifacts), text):
            found = Detection(each.span, each.label, each.score)
            yield found
            if each.label == "PERSON":
                people.append(found)
                if is_full(text[found.span.start : found.span.end]):
                    full.append(found)
                    yield replace(found, label=FULL_NAME)
        for person in _related(text):
            if not any(person.span.overlaps(other.span) for other in people):
                full.append(person)
                yield person
        for person in full:
            yield from _meant(person, people, text, artifacts.sentences)


class StatementRecognizer(OwnRecognizer):
    """Finds sentences that say something: a leak, an insult, a threat, where somebody lives."""

    def __init__(self) -> None:
        super().__init__("statements", STATEMENTS)

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each sentence and what it says; nothing in a draft in another language."""
        if artifacts.language != "en":
            return
        for each in _in_time(page(text, artifacts).statements(), artifacts):
            if each.score >= LEAST:
                yield Detection(each.span.trimmed(text), each.label, each.score)


def page(text: str, artifacts: Any) -> Page:
    """Return the draft laid out for the reader, once.

    Raises:
        ModelError: the reader could not be loaded; the draft is then unchecked, not clean.
    """
    if artifacts.page is None:
        found = _loaded()
        if isinstance(found, ModelError):
            raise found
        artifacts.page = found.page(text, artifacts.sentences)
    return artifacts.page  # type: ignore[no-any-return]


def named(word: Span, text: str, artifacts: Any) -> float:
    """Return the logit that a word is used as a name and not in its everyday sense; 0 where nobody reads it.

    Nothing that fails here may cost the names on the list: the statements, which need the same reader, report it.
    """
    if artifacts.language != "en" or time.monotonic() > artifacts.incidents.deadline:
        return 0.0
    try:
        return page(text, artifacts).named(word)
    except Exception as error:
        log.warning("reader.word_unread", error=type(error).__name__)
        return 0.0


def is_full(name: str) -> bool:
    """Tell whether a person's name has two words that are no title and no way to call a relative."""
    words = [word for word in name.split() if word[0].isalpha() and not _TITLE.fullmatch(word)]
    return len(words) > 1


def _whole(names: Iterable[Name], text: str) -> Iterator[Name]:
    """Yield the names, of people with all of a double-barrelled one, in however many parts the reader saw it."""
    before = None
    for name in names:
        rest = _DOUBLE.match(text, name.span.end) if name.label == "PERSON" else None
        end = rest.end() if rest else name.span.end
        if before and before.span.overlaps(name.span):
            before = replace(before, span=Span(before.span.start, max(before.span.end, end)))
            continue
        if before:
            yield before
        before = replace(name, span=Span(name.span.start, end))
    if before:
        yield before


def _related(text: str) -> Iterator[Detection]:
    """Yield the full names behind a word for somebody that one knows, for some names are none that was ever read."""
    for found in _RELATED.finditer(text):
        words = list(takewhile(lambda word: word[0].isupper(), found["name"].split(" ")))
        if len(words) > 1:
            start = found.start("name")
            yield Detection(Span(start, start + len(" ".join(words))), FULL_NAME, _RELATED_SCORE)


def _meant(
    person: Detection, people: Sequence[Detection], text: str, sentences: tuple[Span, ...]
) -> Iterator[Detection]:
    """Yield the pronoun that stands for somebody named in the sentence before, where nobody else is named."""
    end = sentence_at(sentences, person.span).end
    if end == len(text):
        return
    after = sentence_at(sentences, Span(end, end + 1))
    pronoun = _PRONOUN.search(text, after.start, after.end)
    if pronoun and not any(after.overlaps(other.span) for other in people):
        yield Detection(Span(*pronoun.span()), FULL_NAME, person.score)


def _in_time(read: Iterable[Seen], artifacts: Any) -> Iterator[Seen]:
    """Yield what is read until the draft's time is up."""
    for each in read:
        if time.monotonic() > artifacts.incidents.deadline:
            raise PatternTooSlow
        yield each


@cache
def _loaded() -> Reader | ModelError:
    """Load the reader once, and remember it when that fails."""
    try:
        return load_reader()
    except ModelError as error:
        log.error("reader.unusable", file=error.file, reason=error.reason)
        return error
