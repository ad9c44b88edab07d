"""Sentences with numbers that belong to nobody: orders, versions, prices, scores, and what else people count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

Maker = Callable[[Random], str]


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _letters(rng: Random, count: int) -> str:
    return "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(count))


def _hex(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789abcdef") for _ in range(count))


def _in_form(form: str) -> Maker:
    """Fill a form: # for a digit, @ for a letter."""
    return lambda rng: "".join(
        _digits(rng, 1) if sign == "#" else _letters(rng, 1) if sign == "@" else sign for sign in form
    )


def _any(*forms: str) -> Maker:
    makers = [_in_form(form) for form in forms]
    return lambda rng: rng.choice(makers)(rng)


def isbn(rng: Random) -> str:
    body = "978" + _digits(rng, 9)
    whole = body + str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body)) % 10)
    return rng.choice((whole, f"{whole[:3]}-{whole[3]}-{whole[4:7]}-{whole[7:12]}-{whole[12]}"))


def old_isbn(rng: Random) -> str:
    body = _digits(rng, 9)
    check = -sum(int(d) * weight for d, weight in zip(body, range(10, 1, -1), strict=True)) % 11
    return f"{body[0]}-{body[1:5]}-{body[5:]}-{'0123456789X'[check]}"


def ean(rng: Random) -> str:
    body = rng.choice("234567") + _digits(rng, 11)
    return body + str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body)) % 10)


def _grouped(rng: Random) -> str:
    return f"{rng.randint(10_000, 9_999_999_999):,}"


def _date(rng: Random) -> str:
    year, month, day = rng.randint(1600, 2030), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice((f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}", f"{month}/{day}/{year}"))


KINDS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "orders": (
        _any("########", "#########", "##########", "###########", "#############", "###-#######-#######", "@@-######"),
        ("Order {} has shipped.", "order no. {} is still in the oven", "Bestellung {} ist da", "Where is order #{}?"),
    ),
    "invoices": (
        _any("2025-#####", "######", "##########", "@@####-##", "####/##"),
        ("Invoice {} was paid twice.", "Rechnung Nr. {} liegt im Ofen.", "invoice number {}, third reminder, my fault"),
    ),
    "parcels": (
        _any(
            "1Z######@#########",
            "################",
            "##############",
            "@@#########DE",
            "############",
            "#### #### ####",
        ),
        ("Parcel {} tours Leipzig.", "tracking {} says 'soon'", "Tracking number: {}", "My parcel {} is in Madrid."),
    ),
    "versions": (
        _any("#.#.#", "##.#.##", "#.##.#-rc#", "v#.#.#.####", "##.##.####.##", "20#######.#", "##.#.#.#"),
        ("Release {} is out.", "version {} fixes the printer", "upgraded to {} and nothing burned", "build {} passes"),
    ),
    "prices": (
        _any(
            "€#,###", "$##.##", "£###", "€##.###,##", "$#,###,###", "##.## EUR", "₹#,##,###", "###.### kr", "1#.###,-"
        ),
        ("They want {} for that chair.", "Sold at {}, all in.", "{} for a sandwich", "It cost {} in 1998 and {} now."),
    ),
    "books": (isbn, ("ISBN {} is my first book.", "The book ({}) is out of print.", "look for {} at the library")),
    "older books": (old_isbn, ("ISBN {} fell behind the shelf.", "My copy is ISBN {}.")),
    "barcodes": (ean, ("The barcode {} scans as cheese.", "EAN {} is a cucumber.", "It says {} under the stripes.")),
    "scores": (
        _any("#-#", "##:##", "#:#", "6-4, 6-#, 7-5", "###-##", "##-##-##", "###/#"),
        ("We lost {} and sang anyway.", "{} at half-time", "Final score {}.", "Up {} after extra time!"),
    ),
    "years": (
        lambda rng: rng.choice((f"{rng.randint(1400, 2049)}", f"{rng.randint(1900, 2020)}-{rng.randint(10, 99)}")),
        ("The mill was built in {}.", "{} was a good year for plums", "Between {} and {} nobody cleaned it."),
    ),
    "dates": (_date, ("The fair opens on {}.", "Deadline: {}.", "The bridge fell on {}.", "It was founded {}.")),
    "times": (
        _any("1#:##", "0#:##:##", "0#:## - 1#:##", "0#.## to 1#.##", "1#h##"),
        ("Doors at {}.", "my alarm rang at {}", "Open {} every day.", "A personal best: {}!"),
    ),
    "colours": (
        lambda rng: "#" + _hex(rng, rng.choice((3, 6, 8))),
        ("The wall is {} now.", "brand green is {}", "{} and {} clash, discuss"),
    ),
    "hashes": (
        lambda rng: _hex(rng, rng.choice((7, 8, 12, 32, 40))),
        ("Fixed in commit {}.", "sha {} is the good one", "git bisect says {}"),
    ),
    "network": (
        _any("10.#.#.##", "192.168.#.##", "172.16.##.#", "2001:db8::####", "0#:##:##:##:##:##", "127.0.0.1:####"),
        ("Ping {} and wait.", "{} answers again", "the router is {}"),
    ),
    "mathematics": (
        lambda rng: rng.choice(
            (
                f"3.1415926{_digits(rng, 6)}",
                f"2^{rng.randint(10, 99)} = {rng.randint(10**6, 10**12)}",
                f"1.{_digits(rng, 9)}",
                f"{_digits(rng, 1)}.{_digits(rng, 3)}e-{_digits(rng, 1)}",
                f"{_digits(rng, 3)} × {_digits(rng, 4)}",
            )
        ),
        ("So {} is the answer.", "we got {} and cheered", "π is not {}", "The proof needs {} cases."),
    ),
    "crowds": (
        _grouped,
        ("{} visitors this year!", "{} steps today", "The comet is {} km away.", "{} likes and no dinner"),
    ),
    "lists": (
        lambda rng: ", ".join(str(rng.randint(1, 49)) for _ in range(6)),
        ("The lottery drew {}.", "bus lines {} are late", "Chapters {} are done."),
    ),
    "bare sums": (_any("######", "#######", "####"), ("We counted {} ants.", "{} rows, one typo", "{} stitches later")),
    "models": (
        _any("@@-####", "@####", "@@@ ###", "####-@", "@#-##", "@@##@", "###@"),
        ("The model {} drill died.", "serial {} is a good one", "my old {} still prints", "part {} does not exist"),
    ),
    "flights": (_any("@@ ####", "@@####", "@@###"), ("Flight {} is boarding.", "{} landed early", "gate for {} moved")),
    "places": (
        _any("room ###", "gate @##", "km ###.#", "platform ##", "section ##-@", "hall #.##"),
        ("Find us in {}.", "{} smells of soup", "Accident at {}, drive slowly."),
    ),
    "sizes": (
        _any("##x##x## cm", "####x####", "#.#### mm", "##-##-##", "## 1/2 x ## 3/4", "###/##R##", "####-#### MHz"),
        ("The table is {}.", "screen: {}", "It measures {}.", "tyres {} wanted"),
    ),
    "shares": (
        _any("##.##%", "#.## %", "##,#%", "+#.##%", "-##%", "##.# per cent"),
        ("Turnout was {}.", "{} up on last year", "Only {} read to the end."),
    ),
    "laws": (
        _any("§ ###", "Article ##(#)", "EN ####-#:20##", "ISO ####:20##", "RFC ####", "10.####/@@.####", "20##/####"),
        ("See {}.", "{} says otherwise", "we now follow {}"),
    ),
    "companies": (
        _any("########", "SC######", "HRB #####", "12-#######"),
        ("Registered company number {}.", "Charity number {}.", "we are company no. {}"),
    ),
    "devices": (
        lambda rng: "35" + _digits(rng, 13),
        ("IMEI {} bricked itself.", "The phone's IMEI is {}."),
    ),
    "helplines": (
        _any("0800 ### ####", "116 ###", "1-800-###-####", "111", "0300 ### ####", "0900-####"),
        (
            "The helpline is {}.",
            "Call the crisis line on {}, day and night.",
            "Our customer service: {}.",
            "hotline {}, free",
        ),
    ),
}
"""A maker of numbers and the sentences that they stand in, for each kind."""


def sentences(rng: Random, each: int) -> Iterator[tuple[str, str]]:
    """Yield (kind, sentence), `each` of every kind."""
    for kind, (make, frames) in KINDS.items():
        for at in range(each):
            frame = frames[at % len(frames)]
            yield kind, frame.format(*(make(rng) for _ in range(frame.count("{}"))))
