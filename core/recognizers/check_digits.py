"""Check digits: those of personal numbers that python-stdnum does not know. Each is a function from text to truth.

Where an issuer publishes no formula, the source is the one that its own validators use; the numbers are only told from
others by it, never looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stdnum import luhn, verhoeff

Valid = Callable[[str], bool]


def hong_kong(text: str) -> bool:
    """Tell whether an identity card's check digit is right: weights 9 to 1 modulo 11, a blank counting as 36."""
    body = [36, *map(_worth, _bare(text))][-9:]
    return sum(worth * weight for worth, weight in zip(body, range(9, 0, -1), strict=True)) % 11 == 0


def taiwan(text: str) -> bool:
    """Tell whether an identity card's check digit is right: the letter stands for two digits by its place."""
    bare = _bare(text)
    tens, ones = divmod("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(bare[0]) + 10, 10)
    return (tens + 9 * ones + _sum(bare[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def singapore(text: str) -> bool:
    """Tell whether the letter at the end of an NRIC or FIN is the right one."""
    bare = _bare(text)
    kind, digits, letter = bare[0], bare[1:-1], bare[-1]
    shift = {"T": 4, "G": 4, "M": 3}.get(kind, 0)
    among = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(kind, "XWUTRQPNMLK")
    return among[(_sum(digits, (2, 7, 6, 5, 4, 3, 2)) + shift) % 11] == letter


def russian_pension(text: str) -> bool:
    """Tell whether a SNILS is right: weights 9 to 1 modulo 101, and 100 is written 00."""
    digits = _bare(text)
    return _sum(digits[:9], range(9, 0, -1)) % 101 % 100 == int(digits[9:])


def hungarian_insurance(text: str) -> bool:
    """Tell whether a TAJ number is right: weights 3 and 7 in turn, modulo 10."""
    digits = _bare(text)
    return _sum(digits[:8], (3, 7) * 4) % 10 == int(digits[8])


def hungarian_tax(text: str) -> bool:
    """Tell whether a person's tax number is right: weights 1 to 9, modulo 11."""
    return _sum(text[:9], range(1, 10)) % 11 == int(text[9])


def kazakh(text: str) -> bool:
    """Tell whether an IIN is right: weights 1 to 11 modulo 11, and 3 to 2 where that leaves ten."""
    check = _sum(text[:11], range(1, 12)) % 11
    if check == 10:
        check = _sum(text[:11], (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return check == int(text[11])


def iranian(text: str) -> bool:
    """Tell whether a national code is right: weights 10 to 2 modulo 11; no code is one digit ten times over."""
    rest = _sum(text[:9], range(10, 1, -1)) % 11
    return len(set(text)) > 1 and int(text[9]) == (rest if rest < 2 else 11 - rest)


def uruguayan(text: str) -> bool:
    """Tell whether an identity card's check digit is right: weights 2 9 8 7 6 3 4, modulo 10."""
    return _sum(_bare(text), (2, 9, 8, 7, 6, 3, 4, 1)) % 10 == 0


def luxembourgish(text: str) -> bool:
    """Tell whether a matricule's last two digits are those of Luhn and of Verhoeff, each over the first eleven."""
    return bool(luhn.is_valid(text[:12]) and verhoeff.is_valid(text[:11] + text[12]))


def by_luhn(text: str) -> bool:
    """Tell whether the last digit is Luhn's (ISO/IEC 7812-1); the Emirates and Saudi Arabia use it."""
    return bool(luhn.is_valid(_bare(text)))


def none(text: str) -> bool:
    """Return True: the form alone tells, with a birth date in it."""
    return True


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _worth(sign: str) -> int:
    return int(sign, 36)


def _sum(digits: Iterable[str], weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


OWN: dict[str, Valid] = {
    "ae": by_luhn,
    "eg": none,
    "hk": hong_kong,
    "hu.taj": hungarian_insurance,
    "hu.tax": hungarian_tax,
    "ir": iranian,
    "kz": kazakh,
    "lu": luxembourgish,
    "ru.snils": russian_pension,
    "sa": by_luhn,
    "sg": singapore,
    "tw": taiwan,
    "uy": uruguayan,
}
"""By the names that the tables of national numbers call them."""
