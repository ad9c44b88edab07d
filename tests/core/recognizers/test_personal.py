"""Numbers and addresses of people, each beside one that only looks like it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recognizers.addresses import AddressRecognizer
from core.recognizers.emails import OfflineEmailRecognizer
from core.recognizers.national_ids import NationalIdRecognizer
from core.recognizers.phones import TelephoneRecognizer


def found(recognizer: Any, text: str, least: float = 0.5) -> list[str]:
    results = recognizer.analyze(text, recognizer.supported_entities, None) or []
    return [text[each.start : each.end] for each in results if each.score >= least]


PHONES = [
    ("ring +44 7700 900123 tonight", "+44 7700 900123"),
    ("ring 0044 7700 900123 tonight", "0044 7700 900123"),
    ("+49 151 23456789", "+49 151 23456789"),
    ("tel:+447700900123", "+447700900123"),
    ("Tel:07700 900123", "07700 900123"),
    ("my number=+44 7700 900123", "+44 7700 900123"),
    ("text 07700 900123, please", "07700 900123"),
    ("(415) 555-0132 after six", "(415) 555-0132"),
    ("415-555-0132", "415-555-0132"),
    ("call 415.555.0132!", "415.555.0132"),
    ("📞 07700900123", "07700900123"),
    ("(+44) 7700 900123", "44) 7700 900123"),
    ("the neighbour answers on 07.700.900.123", "07.700.900.123"),
    (
        "call 0\u20e37\u20e37\u20e30\u20e30\u20e3 9\u20e30\u20e30\u20e3 1\u20e32\u20e33\u20e3",
        "0\u20e37\u20e37\u20e30\u20e30\u20e3 9\u20e30\u20e30\u20e3 1\u20e32\u20e33",
    ),
    (
        "text 06 \U0001f642 55 \U0001f642 12 \U0001f642 34 \U0001f642 56",
        "06 \U0001f642 55 \U0001f642 12 \U0001f642 34 \U0001f642 56",
    ),
]


@pytest.mark.parametrize(("text", "number"), PHONES)
def test_a_telephone_number_is_found(text: str, number: str) -> None:
    assert any(
        number.strip("(") in each.replace("(", "") or number in each for each in found(TelephoneRecognizer(), text)
    )


@pytest.mark.parametrize(
    "text",
    [
        "order 07700 900123 is on its way",
        "ISBN 978-3-16-148410-0",
        "2026-03-03 2026-03-04",
        "on 03.03.2026 at noon",
        "1234567",
        "room 415-555",
        "12,345,678 visitors",
        "£07700900123",
        "v1.2.3.4.5.6.7.8",
        "x07700900123",
        "10.14.3.7 and 192.168.0.1",
        "3 14 15 92 65 35",
        "invoice no. 415-555-0132",
        "VAT number GB 123 4567 82",
        "medals: 10 \U0001f947 12 \U0001f948 14 \U0001f949 16",
        "call us, we sell 1\u20e3 2\u20e3 3\u20e3",
        "The number of geese at the pond: 719 462 830, said my daughter.",
    ],
)
def test_a_number_that_only_looks_like_a_telephone_number_is_none(text: str) -> None:
    assert found(TelephoneRecognizer(), text) == []


IDS = {
    "be.nn": "85.07.30-033.28",
    "pl.pesel": "44051401359",
    "br.cpf": "529.982.247-25",
    "es.nif": "12345678Z",
    "it.codicefiscale": "RSSMRA85T10A562S",
    "us.ssn": "219-09-9998",
    "fi.hetu": "131052-308T",
    "ch.ssn": "756.9217.0769.85",
    "in_.pan": "ABCPE1234F",
    "nl.bsn": "111.222.333",
    "gb.nhs": "943 476 5919",
    "se.personnummer": "811228-9874",
    "dk.cpr": "211062-5629",
    "za.idnr": "8001015009087",
    "cn.ric": "11010519491231002X",
    "de.idnr": "36 574 261 809",
    "mx.curp": "BOXW310820HNERXN09",
}


@pytest.mark.parametrize("number", IDS.values(), ids=IDS.keys())
def test_a_national_number_is_found_between_other_words(number: str) -> None:
    for text in (f"mine is {number}, sorry", number, f"({number})", f"mine: {number}."):
        assert number in found(NationalIdRecognizer(), text)


CHECKED = {
    key: number for key, number in IDS.items() if key not in ("us.ssn", "in_.pan", "dk.cpr")
}  # those have no check digit


@pytest.mark.parametrize("number", CHECKED.values(), ids=CHECKED.keys())
def test_a_number_with_a_wrong_check_digit_is_none(number: str) -> None:
    last = max(at for at, char in enumerate(number) if char.isdigit())
    wrong = number[:last] + str((int(number[last]) + 1) % 10) + number[last + 1 :]
    labels = [
        each.entity_type
        for each in NationalIdRecognizer().analyze(wrong, [], None)
        if wrong[each.start : each.end] == wrong and each.entity_type == "NATIONAL_ID"
    ]
    assert labels == []


@pytest.mark.parametrize("number", IDS.values(), ids=IDS.keys())
def test_a_national_number_inside_a_longer_one_is_none(number: str) -> None:
    for text in (f"A{number}", f"{number}9", f"1.{number}", f"{number}-7"):
        assert number not in found(NationalIdRecognizer(), text)


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("ines@mail.example", "ines@mail.example"),
        ("to INES.Larraga+x@mail.co.example.", "INES.Larraga+x@mail.co.example"),
        ("<ines_82@mail.example>", "ines_82@mail.example"),
        ("ines@mail.example,ruby@post.example", "ruby@post.example"),
    ],
)
def test_a_mail_address_is_found(text: str, mail: str) -> None:
    assert mail in found(OfflineEmailRecognizer(), text)


@pytest.mark.parametrize(
    "text",
    [
        "@ines",
        "ines@",
        "ines@mail",
        "ines at mail.example",
        "5@7.30",
        "a@b.c1",
        "ines @mail .example",
        "@ines@social.example",
    ],
)
def test_what_only_looks_like_a_mail_address_is_none(text: str) -> None:
    assert found(OfflineEmailRecognizer(), text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("14 Mossbank Terrace, Leeds LS6 3QD", "14 Mossbank Terrace, Leeds LS6 3QD"),
        ("to 14 Mossbank Terrace, Leeds, LS6 3QD.", "14 Mossbank Terrace, Leeds, LS6 3QD"),
        ("14 Mossbank Terrace LS63QD", "14 Mossbank Terrace LS63QD"),
        (
            "14 Mossbank Terrace, Far Headingley, Leeds LS16 3QD now",
            "14 Mossbank Terrace, Far Headingley, Leeds LS16 3QD",
        ),
        ("14 Mossbank Terrace, London SW1A 3QD", "14 Mossbank Terrace, London SW1A 3QD"),
        ("at 14 mossbank terrace, leeds ls6 3qd", "14 mossbank terrace, leeds ls6 3qd"),
        ("8 Alder Avenue, Tallow Springs IL 62799", "8 Alder Avenue, Tallow Springs IL 62799"),
        ("8 Alder Avenue, Tallow Bay, ON M4B 1B3", "8 Alder Avenue, Tallow Bay, ON M4B 1B3"),
        ("14 Mossbank Terrace, Leeds by train", "14 Mossbank Terrace, Leeds"),
        ("at 14 mossbank terrace, see you at 6", "14 mossbank terrace"),
    ],
)
def test_an_address_is_taken_with_its_whole_postcode_and_no_more(text: str, address: str) -> None:
    assert max(found(AddressRecognizer(), text), key=len) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("come to 14 Marsh Lane at six", "14 Marsh Lane"),
        ("Flat 3, 27b Old Mill Road, Leeds LS6 2AB", "27b Old Mill Road"),
        ("8205 W 43rd Ave", "8205 W 43rd Ave"),
        ("Lindenstraße 14, 10969 Berlin", "Lindenstraße 14"),
        ("Kerkstraat 9", "Kerkstraat 9"),
        ("Storgatan 5B", "Storgatan 5B"),
        ("Am Alten Markt 3, 50667 Köln", "Am Alten Markt 3"),
        ("12 rue de la Paix, 75002 Paris", "12 rue de la Paix"),
        ("Calle de Alcalá 45", "Calle de Alcalá 45"),
        ("Via Roma 12", "Via Roma 12"),
        ("Rua das Flores, 88", "Rua das Flores, 88"),
        ("Rua das Flores 88, 3.º Esq., 4050-262 Porto", "Rua das Flores 88, 3.º Esq., 4050-262 Porto"),
        ("Calle Luna 4, 2 izq., 28004 Madrid", "Calle Luna 4, 2 izq., 28004 Madrid"),
        ("ul. Długa 7/4", "ul. Długa 7/4"),
        ("Mariahilfer Straße 12, 1060 Wien", "Mariahilfer Straße 12"),
        ("Nørregade 12", "Nørregade 12"),
        ("Kossuth Lajos utca 5", "Kossuth Lajos utca 5"),
        ("Pilies gatvė 12", "Pilies gatvė 12"),
        ("Brīvības iela 34", "Brīvības iela 34"),
        ("Slovenska cesta 12", "Slovenska cesta 12"),
        ("Gül Sokak No 5", "Gül Sokak No 5"),
        ("Dlouhá 12, 110 00 Praha", "Dlouhá 12, 110 00"),
        ("Str. Lalelelor nr. 5", "Str. Lalelelor nr. 5"),
        ("ул. Ленина, 5", "ул. Ленина, 5"),
        ("12 Jalan Ampang", "12 Jalan Ampang"),
        ("Blk 123 Ang Mo Kio Ave 3 #04-12", "Blk 123 Ang Mo Kio Ave 3 #04-12"),
        ("Calle 5 de Mayo #12", "Calle 5 de Mayo #12"),
        ("party at 14 marsh lane", "14 marsh lane"),
        ("PARTY AT 14 MARSH LANE", "14 MARSH LANE"),
        ("my address is 8 hazelbury close", "8 hazelbury close"),
        ("wohne jetzt lindenstraße 14", "lindenstraße 14"),
        ("vivo en calle de alcalá 45", "calle de alcalá 45"),
    ],
)
def test_a_street_address_is_found(text: str, address: str) -> None:
    assert any(address in each for each in found(AddressRecognizer(), text))


@pytest.mark.parametrize(
    "text",
    [
        "14 marshes and a lane",
        "Marsh Lane is long",
        "in 2026 Road works begin",
        "Lindenstraße is closed",
        "chapter 12, page 7",
        "14 days in May Lane",
        "flew via Rome 14 hours late",
        "the meeting is at 10 down the road",
        "from 3 minutes of driving to 40 minutes drive",
        "home: 3 nil down the drive",
        "Bundesliga 2, 1860 Munich",
        "Rome 14, Paris 12, Berlin 9",
    ],
)
def test_a_street_without_a_house_is_none(text: str) -> None:
    assert found(AddressRecognizer(), text) == []


EVERY = [TelephoneRecognizer(), NationalIdRecognizer(), OfflineEmailRecognizer(), AddressRecognizer()]


@pytest.mark.parametrize("recognizer", EVERY, ids=lambda each: each.name)
@given(text=st.text(st.sampled_from(list("0123456789 .-/()+@ABZa\nLanestraß,'é²")), max_size=50))
def test_any_text_is_read_and_spans_lie_in_it(recognizer: Any, text: str) -> None:
    for each in recognizer.analyze(text, recognizer.supported_entities, None) or []:
        assert 0 <= each.start < each.end <= len(text)
        assert 0 <= each.score <= 1
