"""Weights: what a capital, and the words on both sides, say of a word that may be a name. Above zero: a name."""

from __future__ import annotations

import re

from core.terms import cues, lexicon
from core.terms.place import Place, Style

_ACTS = cues.VERBS | cues.DEEDS | cues.GROUP_VERBS
_THIN = " '\"*_#("
"""What may stand between two words that belong together."""
_VERSION = re.compile(r"v?\d+$|v\d")
SITES = frozenset("com io net org ai app eu".split())
"""What follows the dot in the address of a site."""


def by_case(place: Place) -> float:
    """Weigh the capital, or that there is none."""
    if place.style is Style.SILENT:
        return -1.0 if place.tail else 0.0
    if place.capital:
        weight = 1.5 if set(place.gaps[0]) & set(':"') else 2.5
        return (weight if place.left else 0.0) - (1.5 if place.tail else 0.0)
    if place.tail:
        return -3.0
    return -2.5 if place.style is Style.SENTENCE else 0.0


def by_left(place: Place) -> float:
    """Weigh the words in front."""
    if place.gaps[0].endswith("@"):
        return 4.0
    if not place.left:
        return 0.0
    if place.gaps[0].strip(_THIN):
        return 1.5 if not cues.HEADINGS.isdisjoint(place.left[:3]) else 0.0
    score = _determined(place) + _framed(place)
    if lexicon.PETS.intersection(place.left[:4]):
        score -= 5.0 if place.left[0] in lexicon.PETS or place.left[0] in cues.NAMING else 2.0
    if place.capital and place.left[0] in cues.THITHER and not lexicon.TRAVEL.isdisjoint(place.left[1:8]):
        score -= 2.0
    if place.left[0] in lexicon.LIFE:
        score -= 1.0
    if lexicon.SHOWS.intersection(place.left[:2]):
        score -= 2.0
    return score - (_in_longer_name(place) if place.telling and place.style is Style.SENTENCE else 0.0)


def _determined(place: Place) -> float:
    """Weigh articles and their like: names have none, things have one."""
    if not place.left or place.gaps[0].strip(_THIN):
        return 0.0
    near = place.left[0]
    if near == "the" and place.beside[0] == "The" and len(place.left) > 1 and place.telling:
        return -3.0
    follows = place.right[:1] and (place.right[0] in cues.PREDICATES or place.right[0] in cues.FILLERS)
    if near in ("that", "what") and follows and len(place.left) > 1:
        return 0.0  # they said that Ember is over; what Ember even was
    if near in cues.OWN and place.telling and (not place.right or place.gaps[1].strip(_THIN)):
        return -3.0  # my Everest
    if near in cues.COUNTERS or near.endswith("'s"):
        return -0.5 if place.owns else -1.5 if place.telling else -2.0
    if near in cues.POINTERS:
        return (0.0 if place.telling else -0.5) if place.owns else (-1.0 if place.telling else -2.0)
    if place.telling:
        return 0.0
    for at, word in enumerate(place.left[:4]):
        if word in cues.JOINTS or word == "of" or word.endswith("ly"):
            return 0.0
        if at and (word in cues.DETERMINERS or word.endswith("'s")):
            return -0.5 if place.owns else -1.5
    return 0.0


def _framed(place: Place) -> float:
    """Weigh the title, preposition or verb right in front."""
    near = place.left[0]
    if near in cues.TITLES:
        return 2.0
    if near == "to" and not place.capital:
        if place.right[:1] and place.right[0] in cues.OBJECTS:
            return -2.0
        if not cues.INFINITIVE.isdisjoint(place.left[1:2]):
            return -2.5  # learning to drum
    if near in cues.ASKING and place.right[:1] and place.right[0].endswith("ing"):
        return 1.5  # why is Emerald taking so long
    if near in cues.HELPING and not cues.QUESTIONS.isdisjoint(place.left[1:2]) and place.right[:1]:
        return 1.5  # when does Typhoon go live
    if near in cues.EQUALS:
        return 1.5 * _lone(place)  # it's Snowdrop
    if near in cues.PREPOSITIONS:
        if place.telling:
            return 0.0 if near == "in" else 0.5
        work = any(word in cues.WORK or word in cues.DEEDS or word in cues.HANDLED for word in place.left[1:4])
        return 1.0 + work + (_lone(place) if near not in cues.BARE_FRAMES else 0.0)
    if near in cues.HANDLED:
        return 1.5 + _lone(place)
    if near in cues.TOLD:
        return 1.0 + _lone(place)
    if near == "it" and not cues.NAMING.isdisjoint(place.left[1:2]):
        return 2.0
    if near in ("of", "is", "was") and not cues.WORK.isdisjoint(place.left[1:3]):
        return 1.5
    if not place.capital and near == "of":
        if place.left[1:2] == ["because"]:
            return 1.0 + _lone(place)
        return -0.5 if not _lone(place) or not cues.MEASURES.isdisjoint(place.left[1:2]) else 1.0
    if not _determined(place) and (near in cues.BASES or near.endswith("ing") or place.left[1:2] == ["to"]):
        return 1.25 * _lone(place)  # to save Piano, charging Scarf
    if not place.capital and near in cues.SUBJECTS:
        return -2.0
    plain = near in cues.JOINTS or near in cues.DETERMINERS or near.endswith("ly")
    return -0.5 if place.style is Style.LOWER and not plain else 0.0


def _lone(place: Place) -> float:
    """Weigh a thing that one counts, without an article and with nothing behind it that it could describe."""
    if place.tail or place.telling or not lexicon.is_countable(place.name.lower()):
        return 0.0
    near = place.right[0] if place.right and not place.gaps[1].strip(_THIN) else ""
    return 1.0 if not near or near in cues.JOINTS or near in cues.OBJECTS or near in cues.DATES else 0.0


def _in_longer_name(place: Place) -> float:
    """Weigh a capital right in front: Royal Mint, Lady Macbeth."""
    word, near = place.beside[0], place.left[0]
    if not word[0].isupper() or word.isupper() or near in cues.DATES or near.endswith(("ing", "'s")):
        return 0.0
    if near in cues.JOINTS or near in cues.TITLES or near in cues.DETERMINERS:
        return 0.0
    if len(place.left) > 1 or near in lexicon.FORENAMES_OF_PLACES or not lexicon.is_word(near):
        return 4.0
    return 3.0 if lexicon.is_personal(near) else 1.5


def by_right(place: Place) -> float:
    """Weigh the words behind."""
    if place.gaps[1] == "." and not SITES.isdisjoint(place.right[:1]):
        return 4.0
    if place.owns:
        if not place.telling and not cues.LOOSE.isdisjoint(place.right[:1]):
            return 2.0 if place.style is Style.LOWER and place.left else 1.0
        return 2.0 if place.capital or place.style is Style.LOWER else 1.0
    if place.gaps[1][:1] == ":" and not place.left:
        return 1.0  # Snowdrop: week 12
    if place.right[:1] == ["s"] and place.gaps[1].endswith("'"):
        bare = 0.0 if _determined(place) else float(lexicon.is_countable(place.name.lower()))
        acts = not _determined(place) and place.right[1:2] and place.right[1].endswith("ing")
        return (0.5 if place.capital else 0.0) + bare + (1.0 if acts else 0.0)
    if not place.right or place.gaps[1].strip(' "*_)'):
        return _bare(place) * bool(place.left)
    near, word = place.right[0], place.beside[1]
    if _VERSION.match(near):
        return 2.0
    if near == "of":
        return -2.0
    if word[0].isupper() and place.capital and place.style is Style.SENTENCE and near not in cues.DATES:
        if near in cues.VERSIONS:
            return 1.0
        if near in lexicon.PLACES:
            return -4.0
        if not word.isupper():
            return -3.0
    if place.tail or _determined(place):
        return 0.0
    if place.telling:
        return -1.5 if near in lexicon.ART else 0.0
    return _subject(place)


def _subject(place: Place) -> float:
    """Weigh whether a verb follows, whose subject the name is, or a noun, with which it makes a compound."""
    rest = [word for word in place.right[:4] if word not in cues.FILLERS and not word.endswith("ly")]
    near = rest[0] if rest else ""
    if near in cues.OBJECTS:
        return _bare(place)  # we told Monarch the price
    if near.endswith("s") and rest[1:2] and rest[1] in cues.AFTER_VERBS:
        return 2.0 + _bare(place) / 2  # whatever the word is, here it is a verb
    if near.endswith("s") and near not in cues.AUXILIARIES and rest[1:2] and f"{rest[1]}s" in _ACTS:
        return -1.5  # Orchard walks start at ten: the word behind is the subject
    if near in cues.GROUP_VERBS or near in cues.DEEDS:
        return 2.5
    if near in cues.VERBS:
        if near.endswith("ed") and place.closes:
            return _bare(place) / 2 - 1.0  # Summit reached, sandwiches eaten: something was done to it
        willing = near in cues.WILLS or lexicon.is_countable(place.name.lower())
        return 2.0 + _bare(place) / 2 if willing else 1.25
    if near in cues.AUXILIARIES:
        state = 2.0 if rest[1:2] and rest[1] in cues.STATES else 0.25 if rest[1:2] and rest[1] in ("a", "an") else 1.0
        return state + _bare(place)
    if near in cues.JOINTS or not near:
        return _bare(place) * bool(place.left)
    if near in cues.OCCASIONS and place.closes:
        return 0.5  # Clover week, Velvet Thursday: of a name as much as of a thing
    if near in cues.WORK:
        return 1.0
    if near in lexicon.PLACES and near != "day":
        return -2.0
    if near in lexicon.ART or near in lexicon.LIFE:
        return -1.5
    if near.endswith("ed"):
        return 1.0 + _bare(place)
    if near.endswith("s"):
        return -0.25
    if place.left and place.left[0] in cues.PREPOSITIONS:
        return 0.0
    return -1.0 if lexicon.is_word(near) else -0.5


def _bare(place: Place) -> float:
    """Weigh a thing that one counts and that stands without an article."""
    if place.telling or place.tail:
        return 0.0
    if _determined(place) or (place.left and place.left[0] not in cues.JOINTS and not place.gaps[0].strip(_THIN)):
        return 0.0
    return 1.0 if lexicon.is_countable(place.name.lower()) else 0.0
