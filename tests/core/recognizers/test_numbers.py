"""Numbers of people by the thousand, made up with valid check digits, beside as many that belong to nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import phonenumbers
import pytest

from core.recognizers.cards import CardRecognizer
from core.recognizers.ibans import AnyCaseIbanRecognizer
from core.recognizers.national_ids import LIKELY, SURE, NationalIdRecognizer
from core.recognizers.phones import TelephoneRecognizer
from core.recognizers.plates import PlateRecognizer
from tests.core.recognizers import harmless, issued

SEED = 20260502
EACH = 40
ALARMS = 20


def seeded() -> Random:
    return Random(SEED)  # noqa: S311


def labels(recognizer: Any, text: str, number: str) -> set[str]:
    """Return what is reported about exactly `number` in a text."""
    at = text.index(number)
    return {
        each.entity_type
        for each in recognizer.analyze(text, [], None)
        if (each.start, each.end) == (at, at + len(number))
    }


@pytest.mark.parametrize("make", issued.PLAIN.values(), ids=issued.PLAIN.keys())
def test_a_number_that_its_form_gives_away_is_found_in_a_sentence(make: Callable[[Random], str]) -> None:
    rng, recognizer = seeded(), NationalIdRecognizer()
    for number in (make(rng) for _ in range(EACH)):
        assert SURE in labels(recognizer, f"They printed {number} on my badge.", number), number


@pytest.mark.parametrize(("said", "make"), issued.NAMED.values(), ids=issued.NAMED.keys())
def test_a_number_that_others_resemble_is_found_as_such(said: str, make: Callable[[Random], str]) -> None:
    rng, recognizer = seeded(), NationalIdRecognizer()
    for number in (make(rng) for _ in range(EACH)):
        assert labels(recognizer, f"My {said} is {number}, they said.", number), number


def test_numbers_of_at_least_fifty_countries_are_known() -> None:
    assert len({kind.partition(",")[0] for kind in (*issued.PLAIN, *issued.NAMED)}) >= 50


@pytest.mark.parametrize("make", issued.PLAIN.values(), ids=issued.PLAIN.keys())
def test_a_number_said_to_be_an_order_is_left_alone(make: Callable[[Random], str]) -> None:
    number = make(seeded())
    assert labels(NationalIdRecognizer(), f"Order {number} has left.", number) == set()
    assert labels(NationalIdRecognizer(), f"invoice no. {number}", number) == set()


WITHOUT_DIGITS_THAT_CHECK = {"India, PAN", "Malaysia", "Pakistan", "United States", "Indonesia"}


@pytest.mark.parametrize(
    "make",
    [make for kind, make in issued.PLAIN.items() if kind not in WITHOUT_DIGITS_THAT_CHECK],
    ids=[kind for kind in issued.PLAIN if kind not in WITHOUT_DIGITS_THAT_CHECK],
)
def test_most_numbers_with_one_digit_changed_are_no_longer_sure(make: Callable[[Random], str]) -> None:
    rng, recognizer = seeded(), NationalIdRecognizer()
    still = 0
    for number in (make(rng) for _ in range(EACH)):
        at = rng.choice([at for at, sign in enumerate(number) if sign.isdigit()][3:])
        wrong = number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]
        still += SURE in labels(recognizer, f"It says {wrong} here.", wrong)
    assert still <= EACH * 0.1


CARDS = {
    "Visa": ("4", 16, "#### #### #### ####"),
    "Visa in one piece": ("4", 16, "################"),
    "Mastercard": ("53", 16, "####-####-####-####"),
    "newer Mastercard": ("2350", 16, "#### #### #### ####"),
    "American Express": ("37", 15, "#### ###### #####"),
    "Diners Club": ("36", 14, "#### ###### ####"),
    "JCB": ("3530", 16, "#### #### #### ####"),
    "Discover": ("6011", 16, "#### #### #### ####"),
    "UnionPay": ("62", 16, "#### #### #### ####"),
    "RuPay": ("60", 16, "#### #### #### ####"),
    "Maestro": ("6759", 16, "#### #### #### ####"),
    "Mir": ("2202", 16, "#### #### #### ####"),
    "Troy": ("9792", 16, "#### #### #### ####"),
}


@pytest.mark.parametrize(("lead", "length", "form"), CARDS.values(), ids=CARDS.keys())
def test_a_card_of_each_issuer_is_found_and_with_another_last_digit_is_not(lead: str, length: int, form: str) -> None:
    rng, recognizer = seeded(), CardRecognizer()
    for _ in range(EACH):
        body = lead + issued.digits(rng, length - 1 - len(lead))
        number = body + issued.luhn(body)
        wrong = body + str((int(number[-1]) + rng.randint(1, 9)) % 10)
        good, bad = (issued.written(lambda _, n=n: n, form)(rng) for n in (number, wrong))
        assert labels(recognizer, f"shiny new {good}, who dis", good), good
        assert not labels(recognizer, f"shiny new {bad}, who dis", bad), bad
        assert not labels(recognizer, f"Parcel {good} is late.", good), good


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my debit card is 4716 2201 8835 9074", True),
        ("Amex says 3782 822463 10007 and no more", True),
        ("💳 5412-7734-1109-8825", True),
        ("my library card is 4716 2201 8835 9074", False),
        ("a postcard with 4716 2201 8835 9074 on it", False),
        ("card lost, parcel 4716 2201 8835 9074 too", False),
        ("my debit card is 1716 2201 8835 9074", False),
        ("4716 2201 8835 9074", False),
    ],
)
def test_a_number_with_a_slip_is_a_card_only_where_one_is_told_of_in_front(text: str, found: bool) -> None:
    results = CardRecognizer().analyze(text, [], None)
    assert [result.score for result in results] == [0.6] * found


def test_a_barcode_and_a_telephone_are_no_cards() -> None:
    rng, recognizer = seeded(), CardRecognizer()
    for _ in range(EACH * 5):
        code, imei = harmless.ean(rng), "35" + issued.digits(rng, 12)
        assert not recognizer.analyze(f"It says {code} under the stripes.", [], None), code
        assert not recognizer.analyze(f"The phone is {imei + issued.luhn(imei)}.", [], None), imei


ACCOUNTS = {
    "AT": "################",
    "BE": "############",
    "CH": "#################",
    "DE": "##################",
    "DK": "##############",
    "ES": "####################",
    "FR": "##########@@###########",
    "GB": "@@@@##############",
    "IE": "@@@@##############",
    "IT": "@######################",
    "NL": "@@@@##########",
    "NO": "###########",
    "PL": "########################",
    "PT": "#####################",
    "SE": "####################",
    "TR": "######################",
}


def _iban(country: str, form: str, rng: Random) -> str:
    """Make an account number with its check digits, as ISO 13616 computes them."""
    parts = "".join({"#": issued.digits(rng, 1), "@": issued.letters(rng, 1)}[sign] for sign in form)
    as_digits = "".join(str(int(char, 36)) for char in f"{parts}{country}00")
    return f"{country}{98 - int(as_digits) % 97:02}{parts}"


@pytest.mark.parametrize(("country", "form"), ACCOUNTS.items(), ids=ACCOUNTS.keys())
def test_an_account_is_found_in_either_case_and_grouping_and_not_with_other_digits(country: str, form: str) -> None:
    rng, recognizer = seeded(), AnyCaseIbanRecognizer()
    for _ in range(EACH):
        number = _iban(country, form, rng)
        last = rng.choice([digit for digit in "0123456789" if digit != number[-1]])
        for whole in (number, number.lower()):
            grouped = " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
            for good in (whole, grouped, grouped.replace(" ", "-")):
                assert labels(recognizer, f"rent goes to {good} and then to bed", good) == {"IBAN_CODE"}, good
                assert not recognizer.analyze(f"order {good[:-1]}{last} is late", [], None), good
                assert not recognizer.analyze(f"order {good}{last} is late", [], None), good


@pytest.mark.parametrize(
    "text",
    [
        "Order no 93 8601 1117 947 is late.",
        "We meet at 12 30 1934 1234 2342 3411, says the riddle.",
        "It is xx12 3456 7890 1234.",
        "de89 is a postcode in the game, de89 3704 0044 is another.",
        "AB12",
    ],
)
def test_what_only_begins_like_an_account_is_none(text: str) -> None:
    assert not AnyCaseIbanRecognizer().analyze(text, [], None)


REGIONS = (
    "US CA GB IE IN DE AT CH FR ES IT NL BE LU PT PL CZ SK HU RO BG GR HR SI SE NO DK FI EE LV LT TR UA RU AU NZ "
    "ZA NG KE EG BR MX AR CL CO JP KR CN SG MY ID TH VN PK BD LK AE SA IL PH"
).split()


def _mobile(region: str, rng: Random) -> phonenumbers.PhoneNumber:
    shown = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    while True:
        national = int(str(shown.national_number)[:-4] + issued.digits(rng, 4))
        number = phonenumbers.PhoneNumber(country_code=shown.country_code, national_number=national)
        if phonenumbers.is_valid_number(number):
            return number


@pytest.mark.parametrize("region", REGIONS)
def test_a_telephone_number_of_each_country_is_found_as_it_is_written(region: str) -> None:
    rng, recognizer = seeded(), TelephoneRecognizer()
    for _ in range(5):
        number = _mobile(region, rng)
        abroad = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        home = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for text in (
            f"still have the keys? {abroad}",
            f"{plain} if you want the sofa",
            f"00{plain[1:]} for the sofa",
            f"call me on {home} tonight",
            f"{home} is my new number",
            f"whatsapp {home.replace(' ', '').replace('-', '')} for photos",
        ):
            assert any(each.score >= 0.5 for each in recognizer.analyze(text, [], None)), text


PLATES = {
    "Britain": "LK19 OHF",
    "Ireland": "191-C-33418",
    "Germany": "B-ML 4821",
    "France": "AB-123-CD",
    "Spain": "4821 KRT",
    "Netherlands": "1-XKZ-23",
    "Belgium": "1-ABK-234",
    "Romania": "B 123 XKZ",
    "Portugal": "AK-12-BZ",
    "India": "MH 12 AB 1234",
    "Ukraine": "AA 1234 BB",
    "Czechia": "1A2 3456",
    "California": "7KBC123",
    "Brazil": "BRK1D23",
    "Nigeria": "KRT-123AB",
    "South Africa": "BB 12 CD GP",
    "Croatia": "ZG-1234-AB",
    "China": "京A12345",
}
SHARED_PLATES = {
    "Sweden": "KRT 12D",
    "Norway": "EK 12345",
    "Austria": "W 12345 X",
    "Poland": "WA 1234F",
    "Turkey": "34 KRT 123",
}


@pytest.mark.parametrize("plate", PLATES.values(), ids=PLATES.keys())
def test_a_plate_of_a_form_of_its_own_is_sure(plate: str) -> None:
    assert [each.score for each in PlateRecognizer().analyze(f"the {plate} again", [], None)][:1] == [0.9]


@pytest.mark.parametrize("plate", SHARED_PLATES.values(), ids=SHARED_PLATES.keys())
def test_a_plate_of_a_form_that_others_share_is_likely(plate: str) -> None:
    assert [each.score for each in PlateRecognizer().analyze(f"the {plate} again", [], None)][:1] == [0.5]


@pytest.mark.parametrize(
    "text", ["GTI 2003", "USD 4500", "BMW 318", "in MAY 2024", "km 225.6", "A-4", "EN 12345", "10-20-30"]
)
def test_what_only_looks_like_a_plate_is_none(text: str) -> None:
    assert PlateRecognizer().analyze(f"the {text} again", [], None) == []


def test_numbers_that_belong_to_nobody_are_left_alone() -> None:
    """Count alarms of what needs no word beside it; the packs ask for a word beside the rest."""
    recognizers = (CardRecognizer(), NationalIdRecognizer(), TelephoneRecognizer())
    alarms: Counter[str] = Counter()
    seen = 0
    for kind, text in harmless.sentences(seeded(), ALARMS):
        seen += 1
        if kind == "helplines":
            continue
        found = [each for recognizer in recognizers for each in recognizer.analyze(text, [], None)]
        alarms[kind] += any(each.entity_type != LIKELY and each.score >= 0.5 for each in found)
    assert seen >= 500
    assert sum(alarms.values()) <= seen * 0.002, alarms
