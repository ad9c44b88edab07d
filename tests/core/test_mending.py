"""The safe versions of many invented drafts: each passes the same check, keeps its voice and still reads."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from core.analyzer import Analyzer
from core.draft import Author, Draft
from core.finding import Action
from core.judgement import build_analyzer, evaluate
from core.policy import Policy
from core.reading import Reading
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome, Verdict
from tests import shipped

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "drafts_to_mend.yaml").read_text("utf-8"))
LISTED = (
    Term("Velmora Holdings", Kind.CLIENT, ("Velmora",)),
    Term("Dalsund Dairies", Kind.CLIENT, ("Dalsund",)),
    Term("Ashgrove Optics", Kind.CLIENT, ("Ashgrove",)),
    Term("Project Tidewren", Kind.PROJECT, ("Tidewren",)),
    Term("Quillstone 3", Kind.PRODUCT, ("Quillstone",)),
    Term("Operation Marram", Kind.DEAL),
    Term("Ottoline Breckwald", Kind.PERSON),
    Term("Fernholt Annex"),
    Term("Zephyrane", secrecy=Secrecy.SECRET),
)
OVERREAD = {case["text"] for case in CASES if case.get("overread")}
FIXABLE = [case for case in CASES if not case.get("none")]
EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
MARKER_ALONE = re.compile(r"^[ \t>]*(?:[-*•]|\d{1,2}[.)])[ \t]*$", re.MULTILINE)
DANGLING = re.compile(
    r"(?:^|[.!?]\s+)(?:and|because|or|which)\b|\b(?:and|because|but|or|which)\s*(?:[.!?,;]|$)", re.IGNORECASE
)
DOUBLED = re.compile(r",\s*[,.;!?]|;\s*[,.;]|\.\s+[,;]|[ \t][,.;!?](?=\s|$)|\(\s*\)|\"\"|(?<!\.)\.\.(?!\.)")
SATURDAY = datetime(2026, 1, 3, tzinfo=UTC)
LONGEST_FIT = len("Thank you to the second ")


def named(case: dict[str, Any]) -> str:
    return str(case["text"])[:50]


@cache
def _judging() -> tuple[Policy, Analyzer]:
    policy = shipped.policy()
    return policy, build_analyzer(policy, LISTED)


@cache
def judged(text: str) -> Verdict:
    """Judge a draft by the shipped policy and the names above."""
    policy, analyzer = _judging()
    return evaluate(
        policy, analyzer, Draft("d", text, Author("test", "w", "u"), written_at=datetime(2026, 1, 3, tzinfo=UTC))
    )


def mended() -> Iterator[tuple[str, str]]:
    """Yield each draft that has a safe version, and the version."""
    for case in CASES:
        version = judged(case["text"]).rewrite
        if version is not None:
            yield case["text"], version


def quotes(text: str) -> tuple[int, int]:
    return text.count('"') % 2, text.count("(") - len(re.sub(r"[:;]\)", "", text).replace("(", "").split(")")) + 1


def test_there_are_enough_drafts_and_nearly_all_need_a_change() -> None:
    asked = [judged(case["text"]).outcome for case in CASES if "(I work there)" not in str(case.get("kept"))]
    assert len(CASES) >= 120
    assert sum(outcome in (Outcome.REVISE, Outcome.BLOCK) for outcome in asked) >= 0.95 * len(asked)


def test_nine_in_ten_fixable_drafts_have_a_version_that_passes_its_own_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    passed = [
        case
        for case in FIXABLE
        if (version := judged(case["text"]).rewrite) is not None and judged(version).outcome is Outcome.OK
    ]
    offered = sum(1 for _ in mended())
    with capsys.disabled():
        sys.stdout.write(
            f"\nsafe versions: {len(passed)} of {len(FIXABLE)} fixable drafts pass their own check "
            f"({len(passed) / len(FIXABLE):.1%}); {offered} of all {len(CASES)} drafts have one "
            f"({offered / len(CASES):.1%})\n"
        )
    assert len(passed) >= 0.9 * len(FIXABLE)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=pytest.mark.xfail(reason="the reader takes a neighbour along", strict=True))
        if case["text"] in OVERREAD
        else case
        for case in FIXABLE
    ],
    ids=named,
)
def test_what_must_go_is_gone_and_what_may_stay_stays(case: dict[str, Any]) -> None:
    version = judged(case["text"]).rewrite
    if version is None:  # counted above
        return
    assert [words for words in case["gone"] if words.casefold() in version.casefold()] == []
    assert [words for words in case["kept"] if words not in version] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.get("none")], ids=named)
def test_where_nothing_useful_is_left_no_version_is_offered(case: dict[str, Any]) -> None:
    assert judged(case["text"]).rewrite is None


def test_a_version_passes_the_same_check_and_asks_for_no_other() -> None:
    for _, version in mended():
        verdict = judged(version)
        assert (verdict.outcome, verdict.rewrite, verdict.incomplete) == (Outcome.OK, None, ()), version


class _Reading:
    """An analyzer that notes what time it is given, and has none left for a safe version where `late`."""

    def __init__(self, analyzer: Analyzer, *, late: bool) -> None:
        self._analyzer, self._late = analyzer, late
        self.given: list[float] = []

    def read(self, text: str, seconds: float) -> Reading:
        self.given.append(seconds)
        return self._analyzer.read(text, -1 if self._late and len(self.given) > 1 else seconds)


@pytest.mark.parametrize("late", [False, True])
def test_a_draft_and_its_safe_versions_share_their_time_and_the_verdict_stands_without_one(*, late: bool) -> None:
    text = "Our client Velmora sent us a cake in the shape of a forklift 🎂"
    policy, analyzer = _judging()
    reading = _Reading(analyzer, late=late)
    verdict = evaluate(policy, cast(Analyzer, reading), Draft("1", text, Author("test", "", "")))

    assert len(reading.given) > 1
    assert reading.given == sorted(set(reading.given), reverse=True)
    assert verdict.outcome is judged(text).outcome is not Outcome.UNCHECKED
    assert (verdict.rewrite is None) is late


def test_lines_without_a_finding_stay_as_they_are_byte_for_byte() -> None:
    for text, version in mended():
        kept = version.splitlines(keepends=True)
        for number, line in enumerate(untouched := list(_untouched(text))):
            near_the_end = number == len(untouched) - 1 and line.rstrip("\n") in version
            assert line in kept or near_the_end, (line, version)


def _untouched(text: str) -> Iterator[str]:
    """Yield the lines that hold nothing, lean on nothing that goes, and lead to nothing that goes."""
    found = [f.span for f in judged(text).findings if f.action > Action.NOTE or f.mend == "add"]
    at, after_one = 0, False
    for line in text.splitlines(keepends=True):
        hit = any(span.start < at + len(line) and at < span.end for span in found)
        if (
            not hit
            and not after_one
            and line.strip()
            and not line.rstrip().endswith(":")
            and at + len(line) < len(text)
        ):
            yield line
        at, after_one = at + len(line), hit


def test_line_breaks_inside_and_at_the_ends_are_kept() -> None:
    for text, version in mended():
        if text not in OVERREAD and all(
            f.suggest and f.mend != "names" for f in judged(text).findings if f.action > Action.NOTE
        ):
            tags_dropped = text.count("#") > version.count("#")
            assert tags_dropped or version.count("\n") == text.count("\n"), version
        assert "\n\n\n" not in version or "\n\n\n" in text
        assert (version[:1].isspace(), version[-1:].isspace()) == (text[:1].isspace(), text[-1:].isspace()), version


def test_emoji_are_kept_in_order_wherever_only_words_are_put_in_place_of_others() -> None:
    for text, version in mended():
        before, after = EMOJI.findall(text), EMOJI.findall(version)
        if text not in OVERREAD and all(f.suggest for f in judged(text).findings if f.action > Action.NOTE):
            assert after == before, version
        rest = iter(before)
        assert all(each in rest for each in after), version


def test_a_version_is_no_longer_than_its_draft_but_for_the_words_put_in() -> None:
    for text, version in mended():
        room = sum(len(f.suggest[0]) + LONGEST_FIT for f in judged(text).findings if f.suggest)
        assert len(version) <= len(text) + room


@pytest.mark.parametrize("blemish", [MARKER_ALONE, DANGLING, DOUBLED], ids=["empty item", "loose word", "double mark"])
def test_no_version_has_a_blemish_that_its_draft_had_not(blemish: re.Pattern[str]) -> None:
    for text, version in mended():
        assert len(blemish.findall(version)) <= len(blemish.findall(text)), version


def test_no_version_has_half_a_quotation_or_bracket() -> None:
    for text, version in mended():
        assert quotes(version) == quotes(text), version


def test_no_version_has_two_blanks_or_a_tag_sign_alone_that_its_draft_had_not() -> None:
    for text, version in mended():
        assert len(re.findall(r"\S {2,}\S", version)) <= len(re.findall(r"\S {2,}\S", text)), version
        assert not re.search(r"[#@](?:\s|$)", version), version


def test_no_version_invents_a_word() -> None:
    fitting = {"the", "first", "second", "third", "another", "to", "that", "else", "link", "removed", "s", "a", "it"}
    for text, version in mended():
        suggested = {
            word
            for f in judged(text).findings
            for better in f.suggest
            for word in re.findall(r"\w+", better.casefold())
        }
        known = set(re.findall(r"\w+", text.casefold())) | fitting
        fresh = set(re.findall(r"\w+", version.casefold())) - known
        # what a first try brought to light may have words of its own
        assert fresh <= suggested | {"someone", "person", "client", "project", "product", "deal"}, (fresh, version)


def test_a_secret_name_leaves_no_trace_in_what_is_offered() -> None:
    secret = [case["text"] for case in CASES if re.search(r"z\s*e\s*p\s*h", case["text"], re.IGNORECASE)]
    assert len(secret) >= 5
    assert [judged(text).rewrite for text in secret] == [None] * len(secret)
