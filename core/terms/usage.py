"""Usage: tells whether an ordinary word in a draft is used as the listed name or in its everyday sense.

Every observation (a capital, the words on both sides, the words of the passage) adds to a score or takes from it, and
so does what the reader makes of the word; what stays in the middle is unsure. The weights were found by experiment on
the sentences of `tests/core/terms/usage*.tsv`, that of the reader on posts that it was not trained on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import IntEnum
from itertools import islice

from core.finding import Span
from core.terms import cues, lexicon
from core.terms.place import WORD, Place, Style, place_at
from core.terms.term import Kind
from core.terms.weights import SITES, by_case, by_left, by_right

_NAMED_FROM, _OTHER_UNTIL = 1.5, -0.25
_CLEAR = 6.0
"""A disguise, such as spaced letters or Cyrillic ones: nobody writes an ordinary word so."""
_READ, _TOLD = 0.6, 2.0
"""What the reader's logit counts beside the observations, and from where on a lone capital is enough."""
_DIVIDED = 0.5
_SHORT = 6
"""So many other words leave it open whether a sentence is about the name: Big day for Ember."""
_PARTS, _LATIN, _DIGIT = 2, "\u024f", frozenset("0123456789@$!")
_OTHER_PLACES = 4
_PART = re.compile(r"[^\W_]+")
_NAMED_AFTER = (
    r"(?:(?:feature|feat|bug ?fix|fix|hotfix|release|chore|epic|spike|task)/(?:[a-z]+-\d+[-_])?{}(?:[-_/][\w./-]*)?"
    r"|(?:[a-z0-9]+[-_.])*{}(?:[-_.][a-z0-9]+)*?[-_.](?:prod|prd|stg|staging|uat|preprod|dev|qa|api|db|svc|service|token|secret|"
    r"keys?|url|host|env|cutover|migration|rollout|go-?live|war-?room|deal-?team|data-?room|kick-?off|steerco|pmo|"
    r"backend|frontend|cluster|vpn|repo)(?:[-_./][\w.-]*)?"
    r"|{}[-_][\w-]*\.(?:xlsx?|pptx?|docx?|msg|sql|ya?ml|tf|ps1|sh|key))"
)
"""What engineers and analysts name after a project or client: branches, machines, variables, channels, files."""
_REACH = 60
_STAGE = re.compile(
    r"\bact (?:one|two|three|four|five|i{1,3}|iv|v)\b|\b(?:first|second|third|last|two|three|four|five) acts?\b|"
    r"\b(?:soprano|mezzo|tenor|aria|libretto|intermission|curtain call)s?\b"
)
"""What only the stage has, in a sentence or the next: there a name is a work's."""


class Sense(IntEnum):
    """How a word that is also a listed name is used."""

    OTHER = 0
    UNSURE = 1
    NAMED = 2


Named = Callable[[Span], float]
"""Tells how far a word is used as a name: a logit, 0 where nobody read it."""


def unread(_word: Span) -> float:
    """Stand for a reader that is not there."""
    return 0.0


def sense(text: str, word: Span, kind: Kind, named: Named = unread) -> Sense:
    """Return how a name in a readable draft is used; a clear use elsewhere decides an unclear one."""
    start, end = word.start, word.end
    score = _score(text, start, end, kind)
    if score < _CLEAR:
        read = named(word)
        score += _READ * read
        if score >= _NAMED_FROM and read < _TOLD and not _attested(text, start, end, kind):
            return Sense.UNSURE
    if _OTHER_UNTIL < score < _NAMED_FROM:
        score += _elsewhere(text, start, end, kind)
    if score >= _NAMED_FROM:
        return Sense.NAMED
    return Sense.OTHER if score <= _OTHER_UNTIL else Sense.UNSURE


def _attested(text: str, start: int, end: int, kind: Kind) -> bool:
    """Tell whether more than a capital speaks for the name, or its sentence is too long to be about a cat."""
    place = place_at(text, start, end)
    if cued(text, start, end) or len(place.left) + len(place.right) > _SHORT or len(_PART.findall(place.name)) > 1:
        return True
    if place.right[:1] and not _DIGIT.isdisjoint(place.right[0]):
        return True  # Ember 2.1
    around = (word.removesuffix("'s") for word in WORD.findall(place.around.lower()))
    work = cues.CUES | cues.KIND_WORK[kind]
    return not (work | cues.HANDLED | cues.WILLS).isdisjoint((*place.left, *place.right)) or not work.isdisjoint(around)


def cued(text: str, start: int, end: int) -> bool:
    """Tell whether a word of working life, an @ or a site's ending stands by the name at [start, end)."""
    place = place_at(text, start, end)
    if place.gaps[0].endswith("@") or (place.gaps[1] == "." and not SITES.isdisjoint(place.right[:1])):
        return True
    return not cues.CUES.isdisjoint((*place.left, *place.right))


def at_work(text: str, start: int, end: int) -> bool:
    """Tell whether the letters at [start, end) stand as a client does: the olf contract, a deadline at hk."""
    place = place_at(text, start, end)
    framed = place.left[:1] and place.left[0] in cues.PREPOSITIONS | cues.TITLES | cues.HANDLED
    return place.owns or (bool(framed) and cued(text, start, end))


def names_something(text: str, start: int, end: int) -> bool:
    """Tell whether the name at [start, end) stands in the name of a branch, machine, variable, channel or file."""
    name = re.escape(text[start:end])
    form = re.compile(rf"(?<![\w])(?:{_NAMED_AFTER.replace('{}', name)})(?!\w)", re.IGNORECASE)
    found = form.finditer(text, max(start - _REACH, 0), end + _REACH)
    return any(match.start() <= start and end <= match.end() for match in found)


def _elsewhere(text: str, start: int, end: int, kind: Kind) -> float:
    """Weigh the clearest other use of the same word in the draft."""
    found = re.finditer(rf"(?<![^\W_]){re.escape(text[start:end])}(?![^\W_])", text, re.IGNORECASE)
    scores = [_score(text, *other.span(), kind) for other in islice(found, _OTHER_PLACES) if other.start() != start]
    if any(score >= _NAMED_FROM + 1 for score in scores):
        return 2.0
    return -1.5 if any(score <= _OTHER_UNTIL - 1 for score in scores) else 0.0


def _score(text: str, start: int, end: int, kind: Kind) -> float:
    """Add up what speaks for the name, and take off what speaks for the everyday sense."""
    place = place_at(text, start, end)
    if names_something(text, start, end):
        return _CLEAR
    parts = _PART.findall(place.name)
    if len(parts) > _PARTS or max(place.name) > _LATIN or not _DIGIT.isdisjoint(place.name):
        return _CLEAR
    if len(parts) > 1:
        if not lexicon.is_common(place.name):  # one word in two parts, which an ordinary word is at a line's end only
            return _DIVIDED if "\n" in place.name else _CLEAR
        return _person(place, parts) + _passage(place, kind)
    return by_case(place) + by_left(place) + by_right(place) + _passage(place, kind)


def _person(place: Place, parts: list[str]) -> float:
    """Weigh a full name made of two ordinary words."""
    if all(part[0].isupper() for part in parts):
        score = 0.5 if place.style is Style.SILENT else 4.0
        if place.left and place.left[0] in cues.WHERE:
            score -= 2.0
        if place.left and place.left[0] in cues.THERE and parts[-1].lower() in lexicon.PLACES:
            score -= 5.0
    else:
        score = -3.0 if place.capital or place.style is Style.SENTENCE else -0.5
        if place.left and place.left[0] in cues.WHERE:
            score -= 1.0
    if place.tail:
        score -= 2.0
    near = place.right[0] if place.right and not place.gaps[1].strip(" ") else ""
    if near in cues.AUXILIARIES or near in cues.DEEDS or near in cues.VERBS:
        return score + 2.0
    if place.left and (place.left[0] in cues.HANDLED or place.left[0] in cues.MEETS):
        return score + 1.5
    return score - 1.5 if near in cues.GROUP_VERBS or near in cues.STRETCHES else score


def _passage(place: Place, kind: Kind) -> float:
    """Weigh the words of the sentence, and by half those of its neighbours."""
    own = cues.KIND_WORK[kind]
    near, far = _balance((*place.left, *place.right), own), _balance(WORD.findall(place.around.lower()), own)
    work, life, art = (close + wide / 2 for close, wide in zip(near, far, strict=True))
    art += 4.0 * bool(_STAGE.search(" ".join((*reversed(place.left), *place.right, "|", place.around.lower()))))
    return min(work, 2.5) - (min(life * 0.75, 2.25) if place.telling else min(life, 3.0)) - min(art, 4.0)


def _balance(words: Iterable[str], own: frozenset[str]) -> tuple[float, float, float]:
    """Return how much of working life, of life outside it and of the arts there is among the words."""
    work = life = art = 0.0
    for word in (each.removesuffix("'s") for each in words):
        if word in own:
            work += 1.2
        elif word in cues.WORK:
            work += 0.7
        if word in lexicon.ART:
            art += 2.0
        elif word in lexicon.LIFE:
            life += 1.0
        elif word in lexicon.HOME:
            life += 0.5
    return work, life, art
