"""The report's page: it stands by itself, says what the counts say, and no more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from bots.paper import page
from bots.plots import Column, bars, columns, svg
from core.report import LEAST_PEOPLE, Report, Tally

BEGAN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def a_report() -> Callable[..., Report]:
    """A report of three weeks: a full one, an empty one, and one of a single person."""

    def make(rule: str = "house/moo") -> Report:
        report = Report(BEGAN, BEGAN + timedelta(weeks=3))
        everybody = {f"person:{number}" for number in range(LEAST_PEOPLE)}
        report.weeks[date(2026, 3, 2)] = Tally(Counter(ok=30, revise=6, block=3, unchecked=1), everybody)
        report.weeks[date(2026, 3, 16)] = Tally(Counter(block=7777), {"person:1"})
        report.found[rule] = Tally(Counter({rule: 9}), everybody)
        report.alarms[rule, "sha256:aaaaaaaabb"] = 2
        report.policies |= {"sha256:aaaaaaaabb": BEGAN, "sha256:ccccccccdd": BEGAN + timedelta(weeks=2)}
        report.ages.update({"older": 3})
        report.reviews.update(open=2, approve=1)
        report.waits.append(3.0)
        return report

    return make


class Elements(HTMLParser):
    """Notes every element, and checks that they close in order."""

    EMPTY = frozenset({"meta", "rect", "line", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


def parsed(text: str) -> Elements:
    reader = Elements()
    reader.feed(text)
    assert reader.open == []
    return reader


def test_a_page_needs_nothing_from_anywhere(a_report: Callable[..., Report]) -> None:
    text = page(a_report())
    reader = parsed(text)
    assert "://" not in text
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in reader.seen}
    assert not any(name in ("src", "href", "style") and tag != "i" for tag, names in reader.seen for name in names)


def test_a_page_says_what_the_counts_say(a_report: Callable[..., Report]) -> None:
    text = page(a_report())
    for words in ("2 March 2026 to 23 March 2026", "7,817", "75%", "house/moo", "9 (2)", "cccccccc", "3.0 hours"):
        assert words in text, words


def test_a_week_of_few_people_shows_a_box_and_no_count(a_report: Callable[..., Report]) -> None:
    text = page(a_report())
    assert len(re.findall(r'<rect class="few"', text)) == 1
    assert not re.search(r"7,?777 block", text)
    assert "Shares leave out 7,777 drafts" in text
    assert "person:" not in text


def test_a_rule_cannot_write_into_the_page(a_report: Callable[..., Report]) -> None:
    text = page(a_report('house/<script>"&'))
    parsed(text)
    assert "<script" not in text
    assert "house/&lt;script&gt;" in text


def test_an_empty_report_is_a_page_too() -> None:
    text = page(Report(BEGAN, BEGAN))
    parsed(text)
    assert "Nothing was checked in this time." in text


def test_plots_say_in_words_what_they_show() -> None:
    drawn = svg(columns("Drafts & weeks", [Column("1 Mar", {"ok": 2})], {"ok": "#000000"}))
    assert 'role="img" aria-label="Drafts &amp; weeks"' in drawn
    assert "<title>1 Mar: 2 ok</title>" in drawn
    assert ">3 (1)</text>" in svg(bars("t", [("a", 3, 1)], ("#000000", "#ffffff")))
    assert ">3</text>" in svg(bars("t", [("a", 3, 0)], ("#000000", "#ffffff")))
