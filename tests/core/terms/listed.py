"""Listed: invented names to put on a list of terms, and the ordinary words and names that they must not be."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from core.terms.term import Kind, Secrecy, Term

DATA = Path(__file__).with_name("data")

_ONSETS = "b br d dr f fl g gr h j k kl l m n p pr qu r s sk st t th tr v w y z zw".split()
_VOWELS = "a a e e i i o o u ae io ui".split()
_CODAS = ["", "", "l", "n", "r", "m", "lk", "nd", "rn", "lt", "mb", "rv", "sk", "x"]
_TRADES = (
    "Holdings Logistics Robotics Partners Capital Foods Energy Shipping Biotech Systems Networks Textiles Pharma "
    "Advisory Studios Mobility Insurance Analytics Brewing Marine"
).split()
_MIDDLE = "Nordic Baltic Marine Medical Digital Applied Southern Alpine United Coastal".split()
_SECRET_WORK = "Project Projekt Operation Programme Initiative".split()
_FIRST = (
    "Anirudh Vaishnavi Harpreet Ganesan Chukwuemeka Oluwaseun Adaeze Ifeanyi Temitope Babajide Iñigo Begoña Joaquín "
    "María-José Ximena Íñigo Bjørn Åsa Håkon Sólveig Þórdís Gwendolen Alistair Siobhán Jean-Luc Zoltán Radoslav "
    "Wilhelmina Barnaby Marguerite Thaddeus Leocadia Constance Ruaridh Ambrose"
).split()
_LAST = (
    "Velayutham Raghunandan Bhattarkar Thirumalesh Sekharan Okwudishu Adewunmide Ogbonnaya Eziokwu Olaniyonu Nwachidi "
    "Arriagada Echeveste Zubizarte Montañer Quiñonero Håkonsvik Strømdalen Lindqvarn Æskilsen Öhrnberg Wolstenhurst "
    "O'Dalbhach Marchevert Featherwick McIlvarney Thornaby-Pell Grzybkowicz Szentmarjai Baumgärtler Vanderhoeck "
    "D'Ambrevaux Castellopoulos Fitzmorran Ravensthwaite"
).split()
_SECOND_LAST = "Quirozábal Iturbelde Carvallido Ocañizares Belmontero Urquidela".split()
SUFFIXES = (
    "Ltd", "Ltd.", "Limited", "GmbH", "AG", "Inc.", "Inc", "LLC", "plc", "PLC", "S.A.", "SA", "B.V.", "BV", "N.V.",
    "Oy", "Oyj", "AB", "AS", "A/S", "ApS", "Pty Ltd", "Pty. Ltd.", "Co.", "Corp.", "Corporation", "LLP", "KG",
    "GmbH & Co. KG", "S.r.l.", "SpA", "S.L.", "SARL", "SAS", "Pvt Ltd", "Private Limited", "SE", "Company", "L.L.C.",
)  # fmt: skip
"""What the law adds to a company's name."""
_BY_HAND = (
    "Velmora|Velmora Crest|Nordlumen|Café Zürlin|Project Tidewren|Halden Brookvik|Brånäs Kraft|Ñanduvé Viajes|"
    "Señalva Norte|Łodkowna Trade|Ærholm Lys|Crème Ravouxelle|Straußmeer|Öresvikken|Étoilandre|Šumavice Dřevo|"
    "Çınarlık Tekstil|Curaçetta|Zoëlline|Ågotnesvåg|Piñaterra|Exposélia|Fjällvråken Data|Gänsebrück|Ibarlúzea Mar|"
    "Kõrvesalu|Mañanita Robótica|Orléandre Biotech|Pokój Wschodni|Südwindel|Têtraval|Vénusandre Lumière"
)
_PRODUCT_TAILS = ("7", "X200", "4500", "Pro", "3D", "One", "Mk2", "G5", "Mini", "2000")
CODES = (
    "QX7", "ZK-19", "TRVX", "KJ2", "B7K", "VX-91", "WZQ", "JQR", "H2QX", "ZR-4T", "PX88", "QVL", "GX-501", "NQZ3",
    "XKV", "Y7-Z", "LQ9", "VRQ8", "MZX", "DK-77",
)  # fmt: skip


def lines(name: str) -> list[str]:
    """Return the lines of a data file, without blank ones and remarks."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


def listing(name: str) -> list[str]:
    """Return the words of a data file."""
    return " ".join(lines(name)).split()


@cache
def ordinary() -> frozenset[str]:
    """Return every word of the data files in plain lower case."""
    files = ("first_names", "last_names", "words", "prose", "carriers")
    return frozenset(plain(word) for name in files for word in listing(name))


def term_id(number: int) -> str:
    """Return the same id for the same number in every run."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def plain(text: str) -> str:
    """Return only the letters and digits, in lower case and without accents; written apart from `core.normalize`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    straight = apart.translate(str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "þ": "th", "ð": "d", "ı": "i", "đ": "d"}))
    return "".join(char for char in straight if char.isalnum())


def stem(rng: random.Random, syllables: int) -> str:
    """Return an invented word of six to twelve letters that is no ordinary one."""
    while True:
        word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice(_CODAS)
        if 6 <= len(word) <= 12 and word not in ordinary():
            return word.capitalize()


def stems(rng: random.Random, syllables: int | None = None) -> str:
    """Return an invented word of three or four syllables."""
    return stem(rng, syllables or rng.choice((3, 3, 3, 4)))


def _company(rng: random.Random) -> str:
    words = rng.choice((1, 1, 2, 2, 3, 4))
    tail = [rng.choice(_TRADES)] if words > 1 else []
    middle = [rng.choice(_MIDDLE)] if words > 2 else []
    return " ".join([stems(rng), *([stems(rng)] if words == 4 else []), *middle, *tail])


def _with_suffix(rng: random.Random) -> str:
    comma = "," if rng.random() < 0.15 else ""
    return f"{_company(rng)}{comma} {rng.choice(SUFFIXES)}"


def _pair(rng: random.Random) -> str:
    tail = f" {rng.choice(_TRADES)}" if rng.random() < 0.4 else ""
    return f"{stems(rng)} {rng.choice(('&', '&', 'and', 'und', '+'))} {stems(rng)}{tail}"


def _person(rng: random.Random) -> str:
    two = rng.random() < 0.15
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" + (f" {rng.choice(_SECOND_LAST)}" if two else "")


def _secret_work(rng: random.Random) -> str:
    return f"{rng.choice(_SECRET_WORK)} {stems(rng)}"


def _product(rng: random.Random) -> str:
    return f"{stems(rng)} {rng.choice(_PRODUCT_TAILS)}"


_MAKERS: tuple[tuple[Kind, Callable[[random.Random], str], int], ...] = (
    (Kind.PERSON, _person, 140),
    (Kind.CLIENT, _company, 150),
    (Kind.CLIENT, _with_suffix, 150),
    (Kind.OTHER, _pair, 60),
    (Kind.PROJECT, _secret_work, 60),
    (Kind.PRODUCT, _product, 60),
    (Kind.DEAL, stems, 60),
)


def bare(name: str) -> str:
    """Return a company's name without what the law adds to it."""
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(f" {suffix}"):
            return name.removesuffix(f" {suffix}").rstrip(",")
    return name


def build_terms(seed: int) -> list[Term]:
    """Return some seven hundred terms, none of which is part of another or one edit from it."""
    rng = random.Random(seed)  # noqa: S311
    made = [(Kind.OTHER, name) for name in (*_BY_HAND.split("|"), *CODES)]
    made += [(kind, make(rng)) for kind, make, count in _MAKERS for _ in range(count)]
    terms: list[Term] = []
    kept: list[str] = []
    neighbours: set[str] = set()
    for number, (kind, name) in enumerate(made):
        key = plain(bare(name))
        near = {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}
        if near & neighbours or any(key in other or other in key for other in kept):
            continue
        kept.append(key)
        neighbours |= near
        secrecy = Secrecy.SECRET if number % 7 == 0 else Secrecy.OPEN
        terms.append(Term(name, kind, secrecy=secrecy, id=term_id(number)))
    return terms


def build_crowd(seed: int, count: int) -> list[Term]:
    """Return `count` further names, people with everyday names among them, for the false alarms of a long list."""
    rng = random.Random(seed)  # noqa: S311
    first, last = listing("first_names"), listing("last_names")

    def names() -> Iterator[str]:
        while True:
            yield f"{rng.choice(first)} {rng.choice(last)}"
            yield rng.choice((_company, _with_suffix, _pair, _secret_work, _product))(rng)
            yield f"{rng.choice(first)} {stems(rng)}"

    taken: dict[str, str] = {}
    for name in names():
        taken.setdefault(plain(name), name)
        if len(taken) == count:
            break
    return [Term(name, Kind.CLIENT, id=term_id(10_000 + number)) for number, name in enumerate(taken.values())]
