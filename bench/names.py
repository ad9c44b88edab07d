"""Names and drafts for the benchmark, invented with a fixed seed: the same ones on every machine."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.normalize import fold
from core.terms.term import Kind, Term

SEED = 11
PLANTED_OVER = 100
"""Drafts name only the first hundred terms, so that a list of any size sees the same detections."""

SHORT, LONG = 280, 3_000
_ONSETS = "b br d dr f fl g gr h j k kl l m n p pr r s sk st t tr v w z".split()
_VOWELS = "a e i o u ae io ui".split()
_CODAS = ["", "", "l", "n", "r", "m", "lk", "nd", "rn", "lt", "x"]
_TRADES = "Holdings Logistics Robotics Partners Capital Energy Biotech Systems Networks Pharma Studios".split()
SUFFIXES = "Ltd GmbH AG Inc. LLC plc S.A. B.V. Oy AB".split()
"""What the law adds to some of the companies."""
_FIRST = (
    "Anna Ben Carla David Elena Frank Grace Hugo Ines Jonas Karin Lena Marco Nadia Oscar Paula Rahul Sara Tomas Uche "
    "Vera Walter Yasmin Priya Chidi Ngozi Lars Astrid Javier Amina Kofi Meera"
).split()
_KNOWN = (
    "Blue Bright Broad Clear Coastal Copper Crystal Early Eastern Ever Fair First Free Fresh Golden Grand Great Green "
    "Grey High Little Long Main New Noble North Northern Open Prime Pure Quiet Red Royal Silver South Southern "
    "Steady Stone Strong Sun True United Urban Warm Western White Wild Wise Young"
).split()
_THINGS = (
    "Anchor Arrow Beech Bell Birch Bloom Bow Branch Brook Cast Cedar Cliff Coast Cove Creek Cross Crown Dale Drift "
    "Elm Fall Fern Field Finch Fjord Flint Forge Gate Glen Grove Hart Haven Heath Heron Hill Hold Horn Keel Lake "
    "Lark Leaf Ledge Light Link Marsh Mast Mead Mill Moor Oak Path Peak Pine Point Pond Port Quay Reach Reed Ridge "
    "Rock Root Rowan Sail Sand Shore Spire Spring Spruce Star Stead Stream Thorn Tide Tower Trail Vale View Wave Way "
    "Weir Well Willow Wind Wood Wren"
).split()
_WORDS = (
    "we have been talking about the new timetable all week and nobody knows which train to take so I asked my "
    "neighbour who drives a bus and she said that the old one was better because it stopped at every village on "
    "the way to the coast where people still wave at strangers today our team finished the longest sprint of the "
    "year with cake coffee and a very small party thanks to everybody who stayed late helped out or brought plants "
    "for a desk that had looked sad since spring next month there will be a talk on how to write clear letters and "
    "what to leave out come along if you like good questions better than quick answers it is free and there are "
    "biscuits my favourite lesson from ten years in this trade is simple listen first then draw then ask again"
).split()
_SIGNS = (" 🎉", " 🚀", " “indeed”", " it’s fine", " – yes", " …", " ☕")
_OTHERS = ("https://example.com/a/b?c=12", "см. дальше", "+44 20 7946 0000", "12/05/2027", "東京で会おう", "30 % off")


@dataclass(frozen=True)
class Planted:
    """A draft with one name in it, written in one form, and where."""

    form: str
    name: str
    text: str = field(repr=False)
    start: int
    end: int


def names() -> Iterator[str]:
    """Yield invented names without end and without a repeated one: people, companies, projects, products."""
    rng = random.Random(SEED)  # noqa: S311
    seen: set[str] = set()
    while True:
        name = _name(rng)
        key = fold(name)
        if key not in seen:
            seen.add(key)
            yield name


def terms(count: int, skip: int = 0) -> list[Term]:
    """Return the first `count` names after `skip` as terms."""
    kinds = (Kind.CLIENT, Kind.PROJECT, Kind.PRODUCT, Kind.PERSON)
    made = islice(names(), skip, skip + count)
    return [Term(name, kinds[number % 4], id=f"{skip + number:08x}-0000-4000-8000-000000000000")
            for number, name in enumerate(made)]  # fmt: skip


def _stem(rng: random.Random, syllables: int) -> str:
    word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice(_CODAS)
    return word.capitalize()


def _known(rng: random.Random) -> str:
    """Return a name of known words, as most firms have; the automaton then follows ordinary text some way down."""
    first, second = rng.choice(_KNOWN), rng.choice(_THINGS)
    return rng.choice((f"{first} {second}", f"{first} {_stem(rng, 2)}", f"{second} {_stem(rng, 2)}"))


def _name(rng: random.Random) -> str:
    sort = rng.random()
    if sort < 0.35:
        return f"{rng.choice(_FIRST)} {_stem(rng, 3)}"
    if sort < 0.7:
        tail = rng.random()
        trade = f" {rng.choice(_TRADES)}" if tail < 0.4 else ""
        suffix = f" {rng.choice(SUFFIXES)}" if tail > 0.85 else ""
        return f"{_known(rng) if rng.random() < 0.5 else _stem(rng, 4)}{trade}{suffix}"
    if sort < 0.85:
        return f"Project {_stem(rng, 3)}" if rng.random() < 0.3 else _stem(rng, 4)
    return _stem(rng, 4) + (f" {rng.randrange(2, 900)}" if rng.random() < 0.3 else "")


def drafts(length: int, count: int, seed: int = SEED) -> list[str]:
    """Return drafts of a length; half of them with signs beyond ASCII, one in a hundred with a name."""
    rng = random.Random(f"{seed} {length}")  # noqa: S311
    some = list(islice(names(), PLANTED_OVER))
    made = []
    for number in range(count):
        words = _prose(rng, length, signs=number % 2 == 0)
        if number % 100 == 50:
            words = _into(words, rng.choice(some), rng)[0][:length]
        made.append(words)
    return made


def mixed_drafts(length: int, count: int) -> list[str]:
    """Return drafts of which every sentence holds a number, a link or words in another script."""
    rng = random.Random(f"mixed {length}")  # noqa: S311
    return ["".join(f"{_prose(rng, 40, signs=True)} {rng.choice(_OTHERS)} " for _ in range(length // 50))
            for _ in range(count)]  # fmt: skip


def planted(each: int) -> list[Planted]:
    """Return drafts that name one of the first hundred terms, `each` in every form."""
    rng = random.Random(SEED + 1)  # noqa: S311
    some = list(islice(names(), PLANTED_OVER))
    made = []
    for form, write in FORMS.items():
        names_that_fit = [name for name in some if form not in TYPOS or (name.isalpha() and len(name) >= 8)]
        names_that_fit = [name for name in names_that_fit if form not in _OF_TWO_WORDS or " " in name]
        for _ in range(each):
            name = rng.choice(names_that_fit)
            before, written, behind = write(name, rng)
            text, start = _into(_prose(rng, 200, signs=False), f"{before}{written}{behind}", rng)
            start += len(before)
            made.append(Planted(form, name, text, start, start + len(written.rstrip("."))))
    return made


def misspelt(count: int, among: int) -> list[tuple[str, str]]:
    """Return (name, sentence) with one edit in a name of eight letters or more that has an invented word in it."""
    rng = random.Random(SEED + 2)  # noqa: S311
    words = {*_KNOWN, *_THINGS, *_FIRST, *_TRADES, "Project"}
    long = [name for name in islice(names(), among) if len(fold(name)) >= 8 and name.replace(" ", "").isalpha()]
    long = [name for name in long if name.split()[-1] not in SUFFIXES and not words.issuperset(name.split())]
    writers = [FORMS[form] for form in sorted(TYPOS)]
    made = []
    for number in range(count):
        name = rng.choice(long)
        made.append((name, f"lunch with {writers[number % len(writers)](name, rng)[1]} again"))
    return made


def _prose(rng: random.Random, length: int, *, signs: bool) -> str:
    words: list[str] = []
    size = 0
    while size <= length:
        at = rng.randrange(len(_WORDS))
        some = list(_WORDS[at : at + rng.randrange(4, 14)])
        sentence = " ".join(some).capitalize() + (rng.choice(_SIGNS) if signs and rng.random() < 0.3 else "") + "."
        words.append(sentence)
        size += len(sentence) + 1
    return " ".join(words)[:length].rstrip()


def _into(text: str, piece: str, rng: random.Random) -> tuple[str, int]:
    blanks = [at for at, char in enumerate(text) if char == " "]
    at = rng.choice(blanks[: max(1, len(blanks) // 2)]) + 1
    return f"{text[:at]}{piece} {text[at:]}", at


Writer = Callable[[str, random.Random], tuple[str, str, str]]


def _in_place(change: Callable[[str, int, random.Random], str]) -> Writer:
    def write(name: str, rng: random.Random) -> tuple[str, str, str]:
        while True:
            at = rng.randrange(1, len(name) - 1)
            written = change(name, at, rng)
            if written != name and name[at] != " ":
                return "", written, ""

    return write


def _swap(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if name[at : at + 2].isalpha() else name


def _leet(name: str, at: int, rng: random.Random) -> str:
    return (
        name[:at]
        + {"o": "0", "i": "1", "e": "3", "a": "4", "s": "5", "t": "7"}.get(name[at], name[at])
        + name[at + 1 :]
    )


def _cyrillic(name: str, rng: random.Random) -> tuple[str, str, str]:
    return "", name.translate(str.maketrans("aeopc", "аеорс")), ""


FORMS: dict[str, Writer] = {
    "as listed": lambda name, rng: ("", name, ""),
    "upper case": lambda name, rng: ("", name.upper(), ""),
    "possessive": lambda name, rng: ("", name, "’s"),
    "hashtag": lambda name, rng: ("#", "".join(filter(str.isalnum, name)), ""),
    "handle": lambda name, rng: ("@", "".join(filter(str.isalnum, name)).lower(), ""),
    "emphasis": lambda name, rng: ("_", name, "_"),
    "no-break blank": lambda name, rng: ("", name.replace(" ", "\u00a0"), ""),
    "line break": lambda name, rng: ("", name.replace(" ", "\n"), ""),
    "hyphen": lambda name, rng: ("", name.replace(" ", "-"), ""),
    "zero-width": lambda name, rng: ("", name[:3] + "\u200b" + name[3:], ""),
    "accents": lambda name, rng: ("", unicodedata.normalize("NFC", name.replace("a", "a\u0301")), ""),
    "full width": lambda name, rng: ("", "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in name), ""),
    "look-alikes": _cyrillic,
    "spaced out": lambda name, rng: ("", " ".join(filter(str.isalnum, name)), ""),
    "letter dropped": _in_place(lambda name, at, rng: name[:at] + name[at + 1 :]),
    "letter added": _in_place(lambda name, at, rng: name[:at] + rng.choice("bdfgkmpv") + name[at:]),
    "letter changed": _in_place(lambda name, at, rng: name[:at] + rng.choice("bdfgkmpv") + name[at + 1 :]),
    "letters swapped": _in_place(_swap),
    "digit for a letter": _in_place(_leet),
}
"""The ways in which the planted names are written: what stands before, the name, what stands behind."""

TYPOS = frozenset({"letter dropped", "letter added", "letter changed", "letters swapped", "digit for a letter"})
_OF_TWO_WORDS = frozenset({"no-break blank", "line break", "hyphen"})
