"""Working hours by the author's own clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from core.clock import free_at, working_hours
from core.draft import Draft
from core.finding import Span
from core.packs import Rest, WorkingHours
from core.policy import Policy


@pytest.mark.parametrize(
    ("at", "zone", "found"),
    [
        ("2026-03-03T10:30:00+00:00", "Europe/London", True),  # a Tuesday
        ("2026-03-03T08:59:59+00:00", "Europe/London", False),
        ("2026-03-03T09:00:00+00:00", "Europe/London", True),
        ("2026-03-03T16:59:59+00:00", "Europe/London", True),
        ("2026-03-03T17:00:00+00:00", "Europe/London", False),
        ("2026-03-07T10:30:00+00:00", "Europe/London", False),  # a Saturday
        ("2026-03-08T23:30:00+00:00", "Asia/Tokyo", False),  # Monday there, but half past eight
        ("2026-03-09T00:30:00+00:00", "Asia/Tokyo", True),
        ("2026-03-06T20:30:00+00:00", "Pacific/Auckland", False),  # Friday in Europe, Saturday there
        ("2026-03-06T21:30:00+00:00", "America/Los_Angeles", True),
        ("2026-07-01T15:30:00+00:00", "Europe/Berlin", False),  # 17:30 in summer
        ("2026-01-07T15:30:00+00:00", "Europe/Berlin", True),  # 16:30 in winter
        ("2026-03-03T10:30:00+00:00", None, False),
    ],
)
def test_the_authors_clock_tells_working_time(
    a_draft: Callable[..., Draft], at: str, zone: str | None, found: bool
) -> None:
    draft = a_draft("Look, a cloud.", at=datetime.fromisoformat(at), zone=zone)
    seen = working_hours(draft, WorkingHours(), 14)
    assert [(each.label, each.span) for each in seen] == ([("WORKING_HOURS", Span(0, 14))] if found else [])


def test_a_brand_posts_whenever_it_likes(a_draft: Callable[..., Draft]) -> None:
    at = datetime.fromisoformat("2026-03-03T10:30:00+00:00")
    assert not working_hours(a_draft("A cloud.", at=at, zone="Europe/London", account="brand"), WorkingHours(), 8)


def test_the_companys_own_days_and_times_count(a_draft: Callable[..., Draft]) -> None:
    hours = WorkingHours(days=("sat",), begin="06:00", end="08:30")
    at = datetime.fromisoformat
    early = a_draft("A cloud.", at=at("2026-03-07T06:30:00+00:00"), zone="Europe/London")
    later = a_draft("A cloud.", at=at("2026-03-07T10:30:00+00:00"), zone="Europe/London")
    assert working_hours(early, hours, 8)
    assert not working_hours(later, hours, 8)


def test_nothing_is_said_about_a_draft_without_a_visible_character(a_draft: Callable[..., Draft]) -> None:
    at = datetime.fromisoformat("2026-03-03T10:30:00+00:00")
    assert not working_hours(a_draft("\u200b", at=at, zone="Europe/London"), WorkingHours(), 0)


@pytest.mark.parametrize(
    ("at", "free"),
    [
        ("2026-03-03T09:30:00+00:00", "12:30"),
        ("2026-03-03T12:30:00+00:00", None),
        ("2026-03-03T13:00:00+00:00", "17:00"),
        ("2026-03-03T17:00:00+00:00", None),
        ("2026-04-03T10:00:00+00:00", None),  # Good Friday
        ("2026-12-23T10:00:00+00:00", None),  # a day on which the company is closed
        ("2026-12-22T10:00:00+00:00", "12:30"),
    ],
)
def test_the_next_free_time_is_told(a_draft: Callable[..., Draft], at: str, free: str | None) -> None:
    hours = WorkingHours(rest=Rest(begin="12:30", end="13:00"), closed=(date(2026, 12, 23),))
    assert free_at(a_draft("A cloud.", at=datetime.fromisoformat(at), zone="Europe/London"), hours) == free


def test_public_holidays_can_be_left_out(a_draft: Callable[..., Draft]) -> None:
    good_friday = a_draft("A cloud.", at=datetime.fromisoformat("2026-04-03T10:00:00+00:00"), zone="Europe/London")
    assert free_at(good_friday, WorkingHours()) is None
    assert free_at(good_friday, WorkingHours(public_holidays=False)) == "17:00"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"begin": "17:00", "end": "09:00"}, "begin: must come before end"),
        ({"rest": {"begin": "08:00", "end": "09:30"}}, "rest: must begin"),
        ({"places": ["DE-XX"]}, "places: write a country or region"),
    ],
)
def test_hours_that_make_no_sense_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        WorkingHours.model_validate(given)


def test_a_finding_about_working_time_says_when_it_is_over(a_policy: Callable[..., Policy], judge: Any) -> None:
    policy = a_policy(
        {"id": "hours", "category": "work_hours", "action": "note", "detect": {"entities": ["WORKING_HOURS"]}},
        {"id": "moo", "suggest": ["a cow"], "detect": {"words": ["moo"]}},
    )
    at = datetime.fromisoformat("2026-03-03T10:30:00+00:00")
    found = judge(policy, "moo", at=at, zone="Europe/London").findings
    assert {each.rule: each.suggest for each in found} == {
        "house/hours": ("today at 17:00",),
        "house/moo": ("a cow",),
    }
