"""Public holidays, by the time zone of an author."""

from __future__ import annotations

from datetime import date

import pytest

from core.almanac import country_of, is_known, is_public_holiday


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Berlin", "DE"),
        ("America/Sao_Paulo", "BR"),
        ("Asia/Calcutta", "IN"),  # an older name of Asia/Kolkata
        ("US/Eastern", "US"),
        ("UTC", None),
        ("Etc/GMT+3", None),
    ],
)
def test_a_zone_lies_in_a_country(zone: str, country: str | None) -> None:
    assert country_of(zone) == country


@pytest.mark.parametrize(
    ("day", "zone", "places", "holiday"),
    [
        (date(2026, 10, 3), "Europe/Berlin", (), True),
        (date(2026, 10, 3), "Europe/Vienna", (), False),
        (date(2026, 7, 3), "America/Chicago", (), True),  # kept for the fourth, a Saturday
        (date(2026, 1, 6), "Europe/Berlin", (), False),
        (date(2026, 1, 6), "Europe/Berlin", ("DE-BY",), True),
        (date(2026, 1, 6), "Europe/Berlin", ("DE-BE",), False),
        (date(2026, 1, 6), "Europe/London", ("DE-BY",), False),
        (date(2026, 1, 1), "UTC", (), False),
        (date(2999, 1, 1), "Europe/Berlin", (), False),
    ],
)
def test_a_day_is_a_holiday_where_the_author_lives(
    day: date, zone: str, places: tuple[str, ...], holiday: bool
) -> None:
    assert is_public_holiday(day, zone, places) is holiday


def test_a_place_is_known_by_its_code() -> None:
    assert is_known("AT")
    assert is_known("DE-BY")
    assert not is_known("DE-XX")
    assert not is_known("Bavaria")
