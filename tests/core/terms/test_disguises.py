"""Every disguise that the list of terms must see through, and every text on which it must keep quiet.

The names, disguises and sentences are generated with fixed seeds by the files beside this one. To see the whole
table: `PYTHONPATH=. python tests/core/terms/test_disguises.py`; with names of CoNLL files behind it, it counts the
alarms of ten thousand names on the posts in them.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from bench.oracle import one_edit
from core.draft import Author, Draft
from core.finding import Span
from core.judgement import build_analyzer, evaluate
from core.normalize import readable
from core.terms.index import TermIndex
from core.terms.term import Kind, Term
from core.verdict import Outcome
from tests import shipped
from tests.core.terms import disguises, innocents, listed

SEED = 20260501
EACH = 120
CROWD = 10_000
RECALL, RECALL_OF_A_KIND = 0.99, 0.97
FALSE_ALARMS, FALSE_ALARMS_OF_A_KIND = 0.005, 0.02
AMBIGUOUS = "a word used as a name"


@dataclass
class Tally:
    """What became of the texts of one kind: how many, how many right, and some that went wrong."""

    texts: int = 0
    seen: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.texts


def found(index: TermIndex, text: str) -> list[tuple[str, Span]]:
    """Return (label, span in the text as written)."""
    view = readable(text)
    return [(label, view.original(span)) for label, span, *_ in index.find(view.text)]


@cache
def terms() -> list[Term]:
    made: list[Term] = listed.build_terms(SEED)
    return made


@cache
def crowd() -> list[Term]:
    made: list[Term] = [*terms(), *listed.build_crowd(SEED, CROWD)]
    return made


@cache
def recall() -> dict[str, Tally]:
    """Look for every disguised name with the list of invented terms."""
    index = TermIndex(terms())
    carriers = listed.lines("carriers")
    cases = disguises.build_cases(terms(), carriers, listed.ordinary(), SEED, EACH, listed.bare)
    tallies: dict[str, Tally] = {kind: Tally() for kind in (*disguises.KINDS, AMBIGUOUS)}
    for case in cases:
        wanted = (case.term.label, Span(case.start, case.end))
        _count(tallies[case.kind], found(index, case.text), wanted, case.term.name, case.text)
    rows = innocents.as_a_name(listed.lines("ambiguous"))
    index = TermIndex([Term(name, Kind.CLIENT) for name in {name for name, _ in rows}])
    for name, text in rows:
        at = text.index(name)
        _count(tallies[AMBIGUOUS], found(index, text), ("TERM_CLIENT", Span(at, at + len(name))), name, text)
    return tallies


def _count(tally: Tally, got: list[tuple[str, Span]], wanted: tuple[str, Span], name: str, text: str) -> None:
    tally.texts += 1
    tally.seen += any(span.overlaps(wanted[1]) for _, span in got)
    tally.right += got == [wanted]
    if got != [wanted]:
        tally.wrong.append(f"{name!r} in {text!r}: {[(label, text[s.start : s.end]) for label, s in got]}")


@cache
def false_alarms() -> dict[str, Tally]:
    """Read every innocent text; the ordinary ones with ten thousand further terms."""
    long_list = TermIndex(crowd())
    posts = (Path(__file__).parents[2] / "policies" / "ordinary.txt").read_text(encoding="utf-8").splitlines()
    groups = innocents.build_innocents(terms(), crowd(), listed.listing, listed.lines, posts, SEED, listed.bare)
    tallies: dict[str, Tally] = {}
    for group in groups:
        tally = tallies[group.kind] = Tally()
        index = long_list if group.terms is None else TermIndex(group.terms)
        for text in group.texts:
            got = found(index, text)
            tally.texts += 1
            tally.right += not got
            if got:
                tally.wrong.append(f"{text!r}: {[text[span.start : span.end] for _, span in got]}")
    return tallies


def table(tallies: dict[str, Tally], heading: str, share: Callable[[Tally], float]) -> str:
    """Return the tallies as lines of text."""
    rows = [f"{heading:28} texts  found   exact" if heading == "disguise" else f"{heading:28} texts  alarms"]
    for kind, tally in tallies.items():
        middle = f"  {tally.seen / tally.texts:5.3f}" if heading == "disguise" else ""
        rows.append(f"{kind:28} {tally.texts:5}{middle}  {share(tally):6.4f}")
    rows.append(f"{'all':28} {sum(tally.texts for tally in tallies.values()):5}  {total(tallies.values()):6.4f} right")
    return "\n".join(rows)


def total(tallies: Iterable[Tally]) -> float:
    """Return the share of texts that were judged rightly."""
    tallies = list(tallies)
    return sum(tally.right for tally in tallies) / sum(tally.texts for tally in tallies)


def test_nearly_every_disguised_name_is_found_exactly() -> None:
    assert total(recall().values()) >= RECALL, "\n" + table(recall(), "disguise", lambda tally: tally.share)


@pytest.mark.parametrize("kind", [*disguises.KINDS, AMBIGUOUS])
def test_each_kind_of_disguise_is_found_exactly(kind: str) -> None:
    tally = recall()[kind]
    assert tally.texts >= 25
    assert tally.share >= RECALL_OF_A_KIND, f"{tally.share:.3f}\n" + "\n".join(tally.wrong[:8])


def test_hardly_any_innocent_text_raises_an_alarm() -> None:
    alarms = 1 - total(false_alarms().values())
    assert alarms <= FALSE_ALARMS, "\n" + table(false_alarms(), "innocent", lambda tally: 1 - tally.share)


@pytest.mark.parametrize("kind", [group.kind for group in innocents.build_innocents(
    terms(), terms(), listed.listing, listed.lines, (), SEED, listed.bare)])  # fmt: skip
def test_each_kind_of_innocent_text_stays_quiet(kind: str) -> None:
    tally = false_alarms()[kind]
    limit = FALSE_ALARMS if kind.startswith("ordinary") else FALSE_ALARMS_OF_A_KIND
    assert 1 - tally.share <= limit, f"{1 - tally.share:.4f}\n" + "\n".join(tally.wrong[:8])


OTHER_SCRIPTS = (
    "Ζωή Παπαδάκη", "Γιώργος Μηλιώτης", "Όμηρος Ναυτιλία", "Георгий Щукин", "Наталья Журова", "Հրանտ Գրիգորյան",
    "Українська Зоря", "Ђорђе Живковић",
)  # fmt: skip


@pytest.mark.parametrize("name", OTHER_SCRIPTS)
def test_a_name_in_another_script_is_found_in_either_case(name: str) -> None:
    index = TermIndex([Term(name, Kind.PERSON)])
    for written in (name, name.upper(), name.lower()):
        text = f"Our talk with {written} went well."
        assert [text[span.start : span.end] for _, span in found(index, text)] == [written]


@pytest.mark.parametrize("row", listed.lines("near_misses"))
def test_a_near_miss_is_one_edit_away_and_ordinary(row: str) -> None:
    term, written = (listed.plain(cell) for cell in row.split("|"))
    assert one_edit(term, written)


def test_the_whole_check_stops_a_draft_that_names_one_in_disguise() -> None:
    policy = shipped.policy()
    analyzer = build_analyzer(policy, terms())
    carriers = listed.lines("carriers")
    cases = disguises.build_cases(terms(), carriers, listed.ordinary(), SEED + 1, 1, listed.bare)
    missed = []
    for case in cases:
        verdict = evaluate(policy, analyzer, Draft("1", case.text, Author("cli", "", "me")))
        wanted = Span(case.start, case.end)
        named = [each for each in verdict.findings if each.category == "confidential_term" and each.quotable]
        secret = [each for each in verdict.findings if each.category == "confidential_term" and not each.quotable]
        right = any(each.span == wanted for each in named) or any(each.span.overlaps(wanted) for each in secret)
        if not right or verdict.outcome not in (Outcome.REVISE, Outcome.BLOCK):
            missed.append(f"{case.kind}: {case.term.name!r} in {case.text!r}")
    assert len(missed) <= (1 - RECALL_OF_A_KIND) * len(cases), f"{len(missed)} of {len(cases)}\n" + "\n".join(
        missed[:12]
    )


def test_the_suite_is_as_large_and_varied_as_it_says() -> None:
    words = Counter(len(listed.bare(term.name).split()) for term in terms())
    assert len(terms()) >= 500
    assert set(words) >= {1, 2, 3, 4}
    assert len(listed.lines("carriers")) == 150
    assert all(tally.texts >= EACH * 0.9 for kind, tally in recall().items() if kind != AMBIGUOUS)


def test_no_carrier_or_innocent_text_holds_a_listed_name_as_it_is() -> None:
    texts = "|".join(listed.plain(line) for line in (*listed.lines("carriers"), *listed.lines("prose")))
    assert [term.name for term in terms() if listed.plain(term.name) in texts] == []


def read_conll(path: Path) -> list[str]:
    """Return the posts of a file with one token and its tag a line and a blank line between posts."""
    posts = path.read_text(encoding="utf-8").split("\n\n")
    texts = (" ".join(line.split("\t")[0] for line in post.splitlines()) for post in posts)
    return [re.sub(r" (?=[.,!?;:)…]|['’](?:s|t|m|ll|re|ve|d)\b)", "", text) for text in texts if text.strip()]


def main(files: list[str]) -> None:
    """Print both tables and some errors; with files of posts, the alarms of the long list on them instead."""
    if files:
        posts = [post for name in files for post in read_conll(Path(name))]
        index = TermIndex(crowd())
        alarms = [(post, got) for post in posts if (got := found(index, post))]
        sys.stdout.write(f"{len(alarms)} of {len(posts)} posts, {len(crowd())} terms\n")
        for post, got in alarms:
            sys.stdout.write(f"{[post[span.start : span.end] for _, span in got]} in {post!r}\n")
        return
    sys.stdout.write(table(recall(), "disguise", lambda tally: tally.share) + "\n\n")
    sys.stdout.write(table(false_alarms(), "innocent", lambda tally: 1 - tally.share) + "\n")
    for kind, tally in (recall() | false_alarms()).items():
        for line in tally.wrong[:6]:
            sys.stdout.write(f"{kind}: {line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
