"""Almanac: which days are public holidays where an author lives, offline."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files


def is_public_holiday(day: date, zone: str, places: Iterable[str] = ()) -> bool:
    """Tell whether a day is a public holiday in the country of a time zone such as `Europe/Berlin`.

    `places` are regions such as `DE-BY` whose own holidays count too, for authors in their country. Where a country
    is not known, no day is one.
    """
    country = country_of(zone)
    if country is None:
        return False
    regions = [place for place in places if place.partition("-")[0] == country]
    return any(day in _holidays(place, day.year) for place in regions or [country])


def is_known(place: str) -> bool:
    """Tell whether the holidays of a country or region, such as `AT` or `DE-BY`, are known."""
    try:
        _holidays(place, 2026)
    except NotImplementedError:
        return False
    return True


def country_of(zone: str) -> str | None:
    """Return the ISO 3166 code of the country that a time zone lies in, other names of the zone included."""
    countries, names = _zones()
    return countries.get(zone) or countries.get(names.get(zone, ""))


@cache
def _zones() -> tuple[dict[str, str], dict[str, str]]:
    """Return the country of each zone, and the zone that each other name stands for, from the time zone database."""
    tables = files("tzdata.zoneinfo")
    rows = [line.split("\t") for line in tables.joinpath("zone.tab").read_text("utf-8").splitlines()]
    countries = {row[2]: row[0] for row in rows if not row[0].startswith("#")}
    links = [line.split() for line in tables.joinpath("tzdata.zi").read_text("utf-8").splitlines() if line[:2] == "L "]
    return countries, {link[2]: link[1] for link in links}


@lru_cache(maxsize=512)
def _holidays(place: str, year: int) -> frozenset[date]:
    import holidays  # takes a twentieth of a second, which a start need not

    country, _, region = place.partition("-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # says that a far year holds no lunar holidays
        try:
            return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
        except NotImplementedError:
            if region or country not in _countries():
                raise
            return frozenset()


@cache
def _countries() -> frozenset[str]:
    return frozenset(_zones()[0].values())
