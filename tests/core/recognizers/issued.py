"""Valid identity numbers of many countries, made up by computing their check digits here and not with the library.

`PLAIN` ones are given away by their form; `NAMED` ones need the word that people call them by beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

Maker = Callable[[Random], str]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def letters(rng: Random, count: int, among: str = LETTERS) -> str:
    return "".join(rng.choice(among) for _ in range(count))


def day(rng: Random, order: str, since: int = 1930, until: int = 1999) -> str:
    """Write a birth date in an order such as `yymmdd`."""
    parts = {"Y": f"{rng.randint(since, until)}", "m": f"{rng.randint(1, 12):02}", "d": f"{rng.randint(1, 28):02}"}
    parts["y"] = parts["Y"][2:]
    return "".join(parts[letter] for letter in order)


def weighted(number: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True))


def luhn(number: str) -> str:
    """Compute the check digit of ISO/IEC 7812-1."""
    doubled = (sum(divmod(int(d) * (2 if at % 2 == 0 else 1), 10)) for at, d in enumerate(reversed(number)))
    return str(-sum(doubled) % 10)


def verhoeff(number: str) -> str:
    """Compute the check digit of Verhoeff's scheme, in the dihedral group of ten elements."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
        return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5

    turn = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    check = 0
    for at, digit in enumerate(reversed(number), start=1):
        turned = int(digit)
        for _ in range(at):
            turned = turn[turned]
        check = times(check, turned)
    return str(next(d for d in range(10) if times(check, d) == 0))


def mod_11_10(number: str) -> str:
    """Compute the check digit of ISO/IEC 7064, MOD 11,10."""
    check = 10
    for digit in number:
        check = ((check + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - check) % 10)


def until(make: Callable[[Random], str | None]) -> Maker:
    """Try until a number has a check digit at all: some schemes leave one number in eleven out."""

    def made(rng: Random) -> str:
        while (number := make(rng)) is None:
            pass
        return number

    return made


def modulo(body: Maker, weights: Iterable[int], modulus: int, turned: bool = True, ten: str | None = None) -> Maker:
    """Make `body` and one check digit: the weighted sum modulo 10 or 11, turned over or not; `ten` for a ten."""
    weights = tuple(weights)

    @until
    def made(rng: Random) -> str | None:
        number = body(rng)
        check = weighted(number, weights) % modulus
        check = -check % modulus if turned else check
        return None if check >= 10 and ten is None else number + (str(check) if check < 10 else str(ten))

    return made


def eleven(body: Maker, weights: Iterable[int]) -> Maker:
    """Make `body` and one check digit: eleven less the weighted sum modulo 11, its last digit alone."""
    weights = tuple(weights)
    return lambda rng: (number := body(rng)) + str((11 - weighted(number, weights) % 11) % 10)


def written(make: Maker, form: str) -> Maker:
    """Write a number in groups: `###-##` puts its characters in place of the signs."""

    def made(rng: Random) -> str:
        signs = iter(make(rng))
        return "".join(next(signs) if sign == "#" else sign for sign in form)

    return made


def _belgian(rng: Random) -> str:
    body = day(rng, "ymd") + f"{rng.randint(1, 997):03}"
    return f"{body}{97 - int(body) % 97:02}"


def _finnish(rng: Random) -> str:
    born, serial = day(rng, "dmy"), f"{rng.randint(2, 899):03}"
    return f"{born}-{serial}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(born + serial) % 31]}"


@until
def _norwegian(rng: Random) -> str | None:
    body = day(rng, "dmy", 1940) + f"{rng.randint(0, 499):03}"
    first = -weighted(body, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighted(f"{body}{first % 10}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return None if 10 in (first, second) else f"{body}{first}{second}"


def _french(rng: Random) -> str:
    body = rng.choice("12") + day(rng, "ym") + f"{rng.randint(1, 95):02}{digits(rng, 6)}"
    return f"{body}{97 - int(body) % 97:02}"


def _italian(rng: Random) -> str:
    body = letters(rng, 6, "BCDFGLMNPRST") + f"{rng.randint(40, 99)}{rng.choice('ABCDEHLMPRST')}"
    body += f"{rng.randint(1, 28):02}{rng.choice('ABCDEFGH')}{rng.randint(1, 899):03}"
    odd = dict(zip("0123456789" + LETTERS, _ODD[:10] + _ODD, strict=True))
    even = {sign: int(sign) if sign.isdigit() else LETTERS.index(sign) for sign in "0123456789" + LETTERS}
    return body + LETTERS[sum((odd if at % 2 == 0 else even)[sign] for at, sign in enumerate(body)) % 26]


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _czech(rng: Random) -> str:
    body = next(n for n in iter(lambda: day(rng, "ymd", 1960) + digits(rng, 3), "") if int(n) % 11 < 10)
    return f"{body[:6]}/{body[6:]}{int(body) % 11}"


def _cpf(rng: Random) -> str:
    number = digits(rng, 9)
    for first in (10, 11):
        number += str(-weighted(number, range(first, 1, -1)) % 11 % 10)
    return number


def _chilean(rng: Random) -> str:
    body = str(rng.randint(5_000_000, 25_000_000))
    total = sum(int(d) * (2 + at % 6) for at, d in enumerate(reversed(body)))
    return f"{int(body):,}".replace(",", ".") + "-" + "0K987654321"[total % 11]


def _chinese(rng: Random) -> str:
    body = "110105" + day(rng, "Ymd") + digits(rng, 3)
    return body + "10X98765432"[sum(int(d) * pow(2, 17 - at, 11) for at, d in enumerate(body)) % 11]


def _mexican(rng: Random) -> str:
    body = letters(rng, 1, "BCDFGLMNRST") + "E" + letters(rng, 2, "BCDFGLMNRST") + day(rng, "ymd")
    body += rng.choice("HM") + rng.choice(("DF", "JC", "NL", "PL")) + letters(rng, 3, "BCDFGLMNRST") + "0"
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    return body + str(-sum(alphabet.index(sign) * (18 - at) for at, sign in enumerate(body)) % 10)


def _spanish(rng: Random) -> str:
    number = rng.randint(10_000_000, 79_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _foreigner_in_spain(rng: Random) -> str:
    lead, rest = rng.randrange(3), digits(rng, 7)
    return f"{'XYZ'[lead]}{rest}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(f'{lead}{rest}') % 23]}"


def _singaporean(rng: Random) -> str:
    kind, body = rng.choice("STFG"), digits(rng, 7)
    rest = (weighted(body, (2, 7, 6, 5, 4, 3, 2)) + (4 if kind in "TG" else 0)) % 11
    return f"{kind}{body}{('JZIHGFEDCBA' if kind in 'ST' else 'XWUTRQPNMLK')[rest]}"


@until
def _hong_kong(rng: Random) -> str | None:
    letter, body = rng.choice(LETTERS), digits(rng, 6)
    total = 36 * 9 + (LETTERS.index(letter) + 10) * 8 + weighted(body, range(7, 1, -1))
    return f"{letter}{body}({'0123456789A'[-total % 11]})"


def _taiwanese(rng: Random) -> str:
    letter, body = rng.choice(LETTERS), rng.choice("12") + digits(rng, 7)
    tens, ones = divmod("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10, 10)
    return f"{letter}{body}{-(tens + 9 * ones + weighted(body, range(8, 0, -1))) % 10}"


def _turkish(rng: Random) -> str:
    body = str(rng.randint(100_000_000, 999_999_999))
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    tenth = (odd * 7 - even) % 10
    return f"{body}{tenth}{(odd + even + tenth) % 10}"


def _snils(rng: Random) -> str:
    body = f"{rng.randint(2, 999):03}{digits(rng, 6)}"
    return f"{body}{weighted(body, range(9, 0, -1)) % 101 % 100:02}"


def _luxembourgish(rng: Random) -> str:
    body = day(rng, "Ymd") + digits(rng, 3)
    return body + luhn(body) + verhoeff(body)


def _baltic(rng: Random) -> str:
    body = rng.choice("34") + day(rng, "ymd") + digits(rng, 3)
    check = weighted(body, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    return body + str(check if check < 10 else weighted(body, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10)


def _kazakh(rng: Random) -> str:
    body = day(rng, "ymd") + rng.choice("34") + digits(rng, 4)
    check = weighted(body, range(1, 12)) % 11
    return body + str(check if check < 10 else weighted(body, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11 % 10)


def _iranian(rng: Random) -> str:
    body = str(rng.randint(100_000_000, 899_999_999))
    rest = weighted(body, range(10, 1, -1)) % 11
    return body + str(rest if rest < 2 else 11 - rest)


def _irish(rng: Random) -> str:
    body = str(rng.randint(1_000_000, 9_999_999))
    return body + "WABCDEFGHIJKLMNOPQRSTUV"[weighted(body, range(8, 1, -1)) % 23]


@until
def _german(rng: Random) -> str | None:
    nine = [*rng.sample("123456789", 9)]
    nine[rng.randrange(1, 9)] = "0"
    body = "".join(nine) + nine[rng.randrange(9)]
    if body[0] == "0" or sorted(map(body.count, set(body)))[-2:] != [1, 2]:
        return None
    return body + mod_11_10(body)


def _japanese(rng: Random) -> str:
    body = digits(rng, 11)
    rest = weighted(body, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return body + str(0 if rest < 2 else 11 - rest)


def _icelandic(rng: Random) -> str:
    make = modulo(lambda r: day(r, "dmy", 1940) + f"{r.randint(20, 99)}", (3, 2, 7, 6, 5, 4, 3, 2), 11)
    return make(rng) + "9"


def _dated(order: str, count: int) -> Maker:
    return lambda rng: day(rng, order) + digits(rng, count)


def _some(count: int, first: str = "123456789") -> Maker:
    return lambda rng: rng.choice(first) + digits(rng, count - 1)


def _luhn(body: Maker) -> Maker:
    return lambda rng: (number := body(rng)) + luhn(number)


def _verhoeff(body: Maker) -> Maker:
    return lambda rng: (number := body(rng)) + verhoeff(number)


def _11_10(body: Maker) -> Maker:
    return lambda rng: (number := body(rng)) + mod_11_10(number)


_EMSO = modulo(lambda r: day(r, "dm") + f"9{r.randint(30, 99)}50{digits(r, 3)}", (7, 6, 5, 4, 3, 2) * 2, 11)
_CNP = modulo(
    lambda r: r.choice("12") + day(r, "ymd") + "12" + f"{r.randint(1, 999):03}",
    map(int, "279146358279"),
    11,
    turned=False,
    ten="1",
)


@until
def _argentine(rng: Random) -> str | None:
    body = rng.choice(("20", "27")) + digits(rng, 8)
    check = -weighted(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return None if check == 10 else f"{body}{check}"


def _latvian(rng: Random) -> str:
    body = day(rng, "dmy") + "1" + digits(rng, 3)
    return f"{body}{(1 + weighted(body, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10}"


def _venezuelan(rng: Random) -> str:
    body = str(rng.randint(10_000_000, 39_999_999))
    check = "00987654321"[(4 + weighted(body, (3, 2, 7, 6, 5, 4, 3, 2))) % 11]
    return f"V-{body}-{check}"


@until
def _austrian(rng: Random) -> str | None:
    serial, born = str(rng.randint(100, 999)), day(rng, "dmy")
    check = weighted(serial + born, (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
    return None if check == 10 else f"{serial}{check} {born}"


def _russian(rng: Random) -> str:
    number = "77" + digits(rng, 8)
    number += str(weighted(number, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return number + str(weighted(number, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


def _taxed(rng: Random) -> str:
    body = digits(rng, 9)
    return "21987654321"[weighted(body, (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] + body


PLAIN: dict[str, Maker] = {
    "Argentina": written(_argentine, "##-########-#"),
    "Belgium": written(_belgian, "##.##.##-###.##"),
    "Brazil": written(_cpf, "###.###.###-##"),
    "Chile": _chilean,
    "China": _chinese,
    "Czechia and Slovakia": _czech,
    "Dominican Republic": written(_luhn(lambda r: "001" + digits(r, 7)), "###-#######-#"),
    "Emirates": written(_luhn(lambda r: "784" + day(r, "Y") + digits(r, 7)), "###-####-#######-#"),
    "Finland": _finnish,
    "former Yugoslavia": _EMSO,
    "France": written(_french, "# ## ## ## ### ### ##"),
    "Hong Kong": _hong_kong,
    "India, Aadhaar": written(_verhoeff(_some(11, "23456789")), "#### #### ####"),
    "India, PAN": lambda r: letters(r, 3) + "P" + letters(r, 1) + f"{r.randint(1, 9999):04}" + letters(r, 1),
    "Indonesia": lambda r: "317101" + day(r, "dmy") + f"{r.randint(1, 9999):04}",
    "Italy": _italian,
    "Korea": written(
        eleven(
            lambda r: day(r, "ymd") + r.choice("12") + f"{r.randint(0, 95):02}" + digits(r, 3),
            (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5),
        ),
        "######-#######",
    ),
    "Latvia": written(_latvian, "######-#####"),
    "Luxembourg": _luxembourgish,
    "Malaysia": written(lambda r: day(r, "ymd") + "14" + digits(r, 4), "######-##-####"),
    "Mexico": _mexican,
    "Norway": written(_norwegian, "###### #####"),
    "Pakistan": lambda r: f"{r.randint(11101, 71999)}-{r.randint(1_000_000, 9_999_999)}-{r.randint(1, 9)}",
    "Romania": _CNP,
    "Russia, SNILS": written(_snils, "###-###-### ##"),
    "Singapore": _singaporean,
    "South Africa": _luhn(lambda r: day(r, "ymd") + digits(r, 4) + "08"),
    "Spain": _spanish,
    "Spain, foreigners": _foreigner_in_spain,
    "Sweden": written(_luhn(_dated("ymd", 3)), "######-####"),
    "Switzerland": written(modulo(lambda r: "756" + digits(r, 9), (1, 3) * 6, 10), "###.####.####.##"),
    "Thailand": written(eleven(_some(12, "12345678"), range(13, 1, -1)), "#-####-#####-##-#"),
    "United States": lambda r: f"{r.randint(1, 665):03}-{r.randint(1, 99):02}-{r.randint(1, 9999):04}",
    "Uruguay": written(modulo(_some(7, "12345"), (2, 9, 8, 7, 6, 3, 4), 10), "#.###.###-#"),
    "Venezuela": _venezuelan,
}
"""How a number is made that its form and check digits give away."""

NAMED: dict[str, tuple[str, Maker]] = {
    "Australia": (
        "tax file number",
        written(modulo(_some(8), (1, 4, 3, 7, 5, 8, 6, 9), 11, turned=False), "### ### ###"),
    ),
    "Austria": ("SVNR", _austrian),
    "Brazil": ("CPF", _cpf),
    "Bulgaria": ("EGN", modulo(_dated("ymd", 3), (2, 4, 8, 5, 10, 9, 7, 3, 6), 11, turned=False, ten="0")),
    "Canada": ("social insurance number", written(_luhn(_some(8, "1234567")), "### ### ###")),
    "Croatia": ("OIB", _11_10(_some(10))),
    "Denmark": ("CPR", written(lambda r: day(r, "dmy", 1940) + r.choice("0123") + digits(r, 3), "######-####")),
    "Ecuador": ("cédula", _luhn(lambda r: f"{r.randint(1, 24):02}{r.randint(0, 5)}{digits(r, 6)}")),
    "Egypt": ("national ID", lambda r: "2" + day(r, "ymd") + f"{r.randint(1, 4):02}" + digits(r, 5)),
    "Estonia": ("isikukood", _baltic),
    "Germany": ("Steuer-ID", written(_german, "## ### ### ###")),
    "Greece": ("AMKA", _luhn(_dated("dmy", 4))),
    "Hungary": ("TAJ", written(modulo(_some(8), (3, 7) * 4, 10, turned=False), "### ### ###")),
    "Hungary, tax": ("adóazonosító", modulo(lambda r: "8" + digits(r, 8), range(1, 10), 11, turned=False)),
    "Iceland": ("kennitala", written(_icelandic, "######-####")),
    "Iran": ("national code", _iranian),
    "Ireland": ("PPS number", _irish),
    "Israel": ("teudat zehut", _luhn(_some(8))),
    "Japan": ("My Number", written(_japanese, "#### #### ####")),
    "Kazakhstan": ("IIN", _kazakh),
    "Lithuania": ("asmens kodas", _baltic),
    "Netherlands": ("BSN", modulo(_some(8), range(9, 1, -1), 11, turned=False)),
    "New Zealand": ("IRD number", modulo(_some(7, "23456789"), (2, 7, 6, 5, 4, 3, 2), 11)),
    "Poland": ("PESEL", modulo(_dated("ymd", 4), (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10)),
    "Portugal": ("NIF", modulo(_some(8, "12"), range(9, 1, -1), 11, ten="0")),
    "Russia": ("INN", _russian),
    "Saudi Arabia": ("iqama", _luhn(_some(9, "12"))),
    "Taiwan": ("ID number", _taiwanese),
    "Turkey": ("TC kimlik", _turkish),
    "Ukraine": ("RNOKPP", modulo(_some(9, "123"), (-1, 5, 7, 9, 4, 6, 10, 5, 7), 11, turned=False, ten="0")),
    "United Kingdom": ("NHS number", written(modulo(_some(9, "4567"), range(10, 1, -1), 11), "### ### ####")),
    "United Kingdom, tax": ("UTR", _taxed),
    "United States, tax": ("ITIN", lambda r: f"9{digits(r, 2)}-{r.randint(70, 88)}-{digits(r, 4)}"),
}
"""What people call a number that others resemble, and how one is made."""
