"""What must hold for any text and any list: folding maps back, finding agrees with a slow oracle, none is slow."""

from __future__ import annotations

import itertools
import random
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.oracle import is_misspelt, look_up, one_edit
from bench.shapes import SHAPES, SIZE, filled
from core.finding import Span
from core.normalize import fold, folded, readable
from core.terms.index import TermIndex, TooManyCandidates
from core.terms.term import Kind, Term

LETTERS = "qxzvw"
"""Letters that spell no ordinary word or name, so that only the plain rule decides."""

LIMIT = 0.250

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aAİıßﬁ①Ǆ\u0301\u200b️￼ㅤ½™𝐕.\n ")))


def _word(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=least, max_size=most)


short_names = st.one_of(_word(4, 7), st.tuples(_word(2, 4), _word(3, 3)).map(" ".join))
long_names = st.one_of(_word(8, 11), st.tuples(_word(3, 6), _word(5, 6)).map(" ".join))


@st.composite
def drafts(draw: st.DrawFn, names: list[str]) -> str:
    """Write names in the ways that the rule speaks of, among fillers of the same letters."""
    written = {
        "plain": lambda name: name,
        "upper": str.upper,
        "title": str.title,
        "possessive": lambda name: f"{name}'s",
        "plural": lambda name: f"{name}s",
        "joined": lambda name: name.title().replace(" ", ""),
        "hump": lambda name: "Uuu" + name.title().replace(" ", "") + "Uuu",
        "inside": lambda name: f"u{name}u",
        "spaced": lambda name: " ".join(name.replace(" ", "")),
        "line": lambda name: name.replace(" ", "\n"),
        "cut": lambda name: name.replace(" ", ". "),
        "split": lambda name: f"{name[:2]} {name[2:]}",
    }
    names_written = st.tuples(st.sampled_from(sorted(written)), st.sampled_from(names)).map(
        lambda pair: written[pair[0]](pair[1])
    )
    tokens = draw(st.lists(st.one_of(names_written, _word(2, 5)), min_size=1, max_size=12))
    ends = draw(st.lists(st.sampled_from((" ", " ", " ", "  ", ". ", "! ", "\n\n")), min_size=len(tokens)))
    return "".join(token + end for token, end in zip(tokens, ends, strict=False))


def _terms(names: list[str]) -> list[Term]:
    return [Term(name, Kind.CLIENT) for name in names]


def _spans(names: list[str], text: str) -> list[Span]:
    return sorted(seen.span for seen in TermIndex(_terms(names)).find(text))


@quick
@given(texts)
def test_folding_takes_any_text_and_every_letter_maps_back(text: str) -> None:
    view = readable(text)
    letters = folded(view.text)
    assert fold(text) == letters.text
    last = Span(0, 0)
    for at in range(len(letters.text)):
        inner = letters.original(Span(at, at + 1))
        outer = view.original(inner)
        assert 0 <= outer.start < outer.end <= len(text)
        assert outer.start >= last.start
        assert outer.end >= last.end
        last = outer
        assert letters.text[at] in fold(text[outer.start : outer.end])


@quick
@given(texts)
def test_folding_leaves_letters_and_digits_only(text: str) -> None:
    assert all(char.isalnum() for char in fold(text))


def test_folding_never_tells_the_case_of_a_latin_letter() -> None:
    deprecated = "ŉ"
    latin = [char for char in map(chr, range(0x30000)) if unicodedata.name(char, "").startswith("LATIN")]
    told = [char for char in latin if not fold(char) == fold(char.lower()) == fold(char.upper())]
    assert [char for char in told if char != deprecated] == []


@quick
@given(texts)
def test_folding_does_not_tell_how_a_text_is_composed(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@quick
@given(texts, st.lists(st.sampled_from(("Velmora", "Café Zürlin", "Project Tidewren")), min_size=1, max_size=3))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str, names: list[str]) -> None:
    view = readable(text + names[0] + text)
    spans = sorted(seen.span for seen in TermIndex(_terms(sorted(set(names)))).find(view.text))
    assert all(0 <= span.start < span.end <= len(view.text) for span in spans)
    assert not any(left.overlaps(right) for left, right in itertools.pairwise(spans))


@quick
@given(st.data(), st.lists(short_names, min_size=1, max_size=8, unique_by=fold))
def test_short_names_are_found_exactly_where_the_oracle_finds_them(data: st.DataObject, names: list[str]) -> None:
    text = data.draw(drafts(names))
    assert _spans(names, text) == look_up(names, text)


@quick
@given(st.data(), st.lists(long_names, min_size=1, max_size=8, unique_by=fold))
def test_long_names_are_found_where_the_oracle_does_and_else_one_edit_away(
    data: st.DataObject, names: list[str]
) -> None:
    text = data.draw(drafts(names))
    spans, expected = _spans(names, text), look_up(names, text)
    assert not [place for place in expected if not any(place.overlaps(span) for span in spans)]
    assert all(is_misspelt(names, text[span.start : span.end]) for span in spans if span not in expected)


@quick
@given(_word(1, 9), _word(1, 9))
def test_one_edit_is_symmetric_and_true_of_every_single_change(left: str, right: str) -> None:
    assert one_edit(left, right) == one_edit(right, left)
    for at in range(len(left)):
        assert one_edit(left, left[:at] + left[at + 1 :])
        assert one_edit(left, left[:at] + "y" + left[at + 1 :])
        assert one_edit(left, left[:at] + "y" + left[at:])
        swapped = left[:at] + left[at + 1 : at + 2] + left[at : at + 1] + left[at + 2 :]
        assert swapped == left or one_edit(left, swapped)


@pytest.fixture(scope="module")
def hard_index() -> TermIndex:
    """An index with nested names, names of few different letters and some of every other sort."""
    names = ["a" * length for length in range(6, 66)] + [("ab" * 40)[:length] for length in range(6, 66)]
    names += ["Velmora", "Nordlumen", "Summit", "Velmora Nordlumen", "Zwaniodaerv Kozweprirn Fliogarumb Quistorp"]
    names += ["Velmora Holdings Ltd", "Brandt & Ilves", "Café Zürlin", "QX7", "11-11-11-11", "12/12/2027 Plan"]
    rng = random.Random(8)  # noqa: S311
    names += ["".join(rng.choices("ab", k=rng.randrange(8, 16))) for _ in range(200)]
    return TermIndex(_terms(sorted(set(names))))


@pytest.mark.parametrize("shape", list(SHAPES))
def test_no_shape_keeps_the_terms_check_busy(hard_index: TermIndex, shape: str) -> None:
    text = filled(SHAPES[shape])
    taken = []
    for _ in range(3):
        began = time.thread_time()
        try:
            for _sighting in hard_index.find(readable(text).text):
                pass
        except TooManyCandidates:
            pass
        taken.append(time.thread_time() - began)
    assert min(taken) <= LIMIT, f"{min(taken) * 1000:.0f} ms"


def test_the_first_sight_of_unseen_code_points_is_quick(hard_index: TermIndex) -> None:
    text = "".join(chr(code) for code in range(0x20000, 0x20000 + SIZE))
    began = time.thread_time()
    list(hard_index.find(readable(text).text))
    assert time.thread_time() - began <= LIMIT
