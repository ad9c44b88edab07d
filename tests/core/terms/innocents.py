"""Innocents: texts that hold no listed name, however close some of them come to one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.terms.term import Kind, Term

_INSIDE = {
    "Uri": "security purity curious mercurial luxurious",
    "Elan": "relaunch Iceland melange Zealander",
    "Arlo": "Charlotte Carlotta parlour",
    "Mira": "admiral miracle admiration mirage",
    "Orin": "boring scoring exploring memorino",
    "Vero": "Verona overoptimistic powerover",
    "Nova": "innovation renovate Casanova supernovas",
    "Alto": "altogether contraltos",
    "Ello": "yellow bellows cello hello",
    "Tain": "captain certain mountain entertain",
    "Rant": "warranty restaurant quarantine grants",
    "Ente": "presenter entertain centered",
    "Kala": "Kalahari kalamata",
    "Oris": "flourish floristry authorise",
    "Vanta": "advantage vantage",
    "Lumin": "aluminium illuminate luminous",
}
"""Short names, and ordinary words that hold their letters."""
_ACRONYMS = {
    "ACT": "we act as one, and they act out", "ARC": "the arc of the story", "AID": "first aid at the door",
    "CARE": "take care of your knees", "HOPE": "i hope for sun", "GATE": "meet me at the gate", "LEAP": "what a leap",
    "STEP": "one step and then another", "SAFE": "get home safe", "NOW": "do it now", "SET": "a set of spoons",
    "LINK": "the link is broken", "FIT": "still fit at ninety", "WISE": "a wise old owl", "MAP": "fold the map",
    "TIDE": "the tide is out", "RISE": "rise and shine, they said", "IT": "she said it and meant it",
    "US": "come with us to the lake", "AIM": "my aim is poor", "CORE": "throw the core away", "PAR": "on par with him",
    "SOS": "so so good", "OPEN": "the shop is open", "ICE": "the ice is thin",
}  # fmt: skip
_CODES_NEARBY = {
    "QX7": "QX8 QX70 QX77 QXD7", "ZK-19": "ZK-18 ZK-191 BZK-19", "VX-91": "VX-92 VX-910", "KJ2": "KJ3 KJ22",
    "GX-501": "GX-502 GX-5010", "PX88": "PX89 PX880 TPX88", "B7K": "B8K B7KL", "H2QX": "H3QX H2QXT", "NQZ3": "NQZ4",
}  # fmt: skip
_LONGER = (
    "{}ological", "{}ization", "{}ingly", "super{}", "anti{}ism", "under{}ment", "{}atics", "mega{}", "{}ophone",
    "non{}able", "inter{}ian", "{}ville",
)  # fmt: skip
_LONGER_IN = ("What does {} even mean?", "My spelling of {} is a scandal.", "They call it {}, I call it Tuesday.")
_ENDS = (
    "I have never been to {0}. {1} is where my aunt lives.",
    "Is it called {0}? {1} sounds better to me.",
    "What a word, {0}! {1} is another.",
    "My cat is called {0}.\n\n{1} is the dog.",
    "First came {0}.\n{1} came second.",
    "We left for {0}... {1} was closed anyway.",
)
_APART = (
    "{0} is what we said on the day that the {1} came.",
    "I can pronounce {0}, but {1} is beyond me.",
    "{1} first, then {0}, that was the order.",
    "From {0} it is an hour by bus to {1}.",
    "{0}, as my uncle used to say, is no {1}.",
)
_ALONE = ("Someone called {} left an umbrella here.", "Is {} a common name where you live?", "{} who? Never mind.")
_NAMED = (
    "Happy birthday, {}!", "Dinner with {} was lovely.", "I have not seen {} since school.", "Thanks {} for the lift.",
    "{} makes the best soup in the street.", "Congratulations to {} and the whole choir.", "RIP {}, what a voice.",
    "Does {} know about the party?", "Old photo of {} on the beach.", "{} and I are off to the lake.",
)  # fmt: skip
_NEARBY = ("That is {}, if you ask me.", "We talked about {} all night.", "{}: discuss.", "A little {} goes far.")


@dataclass(frozen=True)
class Innocents:
    """Texts of one kind, and the list of terms that must stay silent on them; None stands for the long list."""

    kind: str
    texts: Sequence[str] = field(repr=False)
    terms: Sequence[Term] | None = field(default=None, repr=False)


def build_innocents(
    terms: Sequence[Term], crowd: Sequence[Term], listing: Callable[[str], list[str]],
    lines: Callable[[str], list[str]], posts: Sequence[str], seed: int, bare: Callable[[str], str],
) -> list[Innocents]:  # fmt: skip
    """Return every group of texts; `posts` are further ordinary texts."""
    rng = random.Random(seed)  # noqa: S311
    fill = [line.replace("{}", rng.choice(("the client", "our partners", "a friend"))) for line in lines("carriers")]
    whole = [term for term in terms if bare(term.name) == term.name]
    return [
        Innocents("ordinary names", _names(rng, crowd, listing)),
        Innocents("ordinary words", _words(rng, listing("words"))),
        Innocents("ordinary prose", [*lines("prose"), *posts, *fill]),
        _near_ordinary(rng, lines("near_misses")),
        _inside_short(rng),
        Innocents("inside a longer word", _inside_longer(rng, terms), terms),
        Innocents("across a sentence end", _split(rng, whole, _ENDS), terms),
        Innocents("words far apart", _split(rng, whole, _APART), terms),
        Innocents("one word of a name", _alone(rng, terms), terms),
        Innocents("acronym as a word", list(_ACRONYMS.values()), _listed(_ACRONYMS)),
        Innocents(
            "another code", [f"Part {code} fits." for row in _CODES_NEARBY.values() for code in row.split()],
            _listed(_CODES_NEARBY),
        ),
        *_as_a_word(lines("ambiguous")),
    ]  # fmt: skip


def as_a_name(rows: Sequence[str]) -> list[tuple[str, str]]:
    """Return (term, sentence) where a name that is also a word is meant as a name."""
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    return [(term, sentence) for term, use, sentence in cells if use == "name"]


def _as_a_word(rows: Sequence[str]) -> list[Innocents]:
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    texts = [sentence for _, use, sentence in cells if use == "word"]
    return [Innocents("a name used as a word", texts, _listed({term for term, _, _ in cells}))]


def _listed(names: object) -> list[Term]:
    return [Term(name, Kind.CLIENT) for name in sorted(names)]  # type: ignore[call-overload]


def _names(rng: random.Random, crowd: Sequence[Term], listing: Callable[[str], list[str]]) -> list[str]:
    first, last = listing("first_names"), listing("last_names")
    listed = {term.name for term in crowd}
    full = [f"{rng.choice(first)} {rng.choice(last)}" for _ in range(500)]
    return [rng.choice(_NAMED).replace("{}", name) for name in (*first, *last, *full) if name not in listed]


def _words(rng: random.Random, words: Sequence[str]) -> list[str]:
    texts = [" ".join(rng.sample(words, 6)) for _ in range(200)]
    texts += [f"{rng.choice(words).capitalize()} {' '.join(rng.sample(words, 4))}." for _ in range(100)]
    texts += ["#" + "".join(word.capitalize() for word in rng.sample(words, 2)) for _ in range(100)]
    return texts


def _near_ordinary(rng: random.Random, rows: Sequence[str]) -> Innocents:
    pairs = [tuple(cell.strip() for cell in row.split("|")) for row in rows]
    texts = [rng.choice(_NEARBY).replace("{}", written) for _, written in pairs]
    return Innocents("one edit from a listed name", texts, _listed({term for term, _ in pairs}))


def _inside_short(rng: random.Random) -> Innocents:
    words = [word for row in _INSIDE.values() for word in row.split()]
    texts = [f"{rng.choice(('A', 'The', 'Some', 'My'))} {word} and another {word.upper()}" for word in words]
    return Innocents("short name inside a word", texts, _listed(_INSIDE))


def _inside_longer(rng: random.Random, terms: Sequence[Term]) -> list[str]:
    names = [term.name for term in terms if re.fullmatch(r"[A-Za-z]{5,}", term.name) and not term.name.isupper()]
    words = [form.replace("{}", name.lower()) for name in names for form in rng.sample(_LONGER, 2)]
    return [rng.choice(_LONGER_IN).replace("{}", rng.choice((word, word.capitalize(), word.upper()))) for word in words]


def _split(rng: random.Random, terms: Sequence[Term], forms: Sequence[str]) -> list[str]:
    pairs = [term.name.split() for term in terms if re.fullmatch(r"[^\W\d]{4,} [^\W\d]{4,}", term.name)]
    return [rng.choice(forms).format(*pair) for pair in rng.choices(pairs, k=150)]


def _alone(rng: random.Random, terms: Sequence[Term]) -> list[str]:
    people = [term.name.split() for term in terms if term.kind is Kind.PERSON]
    return [rng.choice(_ALONE).replace("{}", word) for name in people for word in (name[0], name[-1])]
