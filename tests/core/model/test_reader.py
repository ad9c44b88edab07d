"""The reader: proved when it is loaded, and never silently absent."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from onnxruntime.tools.ort_format_model.ort_flatbuffers_py.fbs.InferenceSession import InferenceSession
from structlog.testing import capture_logs

import core.recognizers.reader
from core.draft import Draft
from core.errors import ModelError
from core.finding import Span
from core.judgement import build_analyzer, evaluate
from core.model.decoding import decoded, parts
from core.model.encoding import WINDOW, windows
from core.model.labels import NAMES, STATEMENTS, TAGS
from core.model.reader import FILES, FOLDER, GIVEN_AND_FAMILY, MANIFEST, Reader, Statement, load_reader
from core.policy import Policy
from core.sentences import sentences
from core.terms.term import Kind, Term

LONG = ("The ferry to Brenholm left at six with a goat on board. " * 5).strip()
PROSE = " ".join(
    f"On day {number} we walked to the {place} and back again." for number in range(40) for place in ("lake", "mill")
)


def said_of(reader: Reader, text: str) -> list[Statement]:
    """Return what every sentence of a text says."""
    within = sentences(text)
    return list(reader.page(text, within).statements())


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the reader's files, to be damaged."""
    return Path(shutil.copytree(FOLDER, tmp_path / "files"))


@pytest.mark.parametrize(
    "name",
    [*FILES, MANIFEST],
)
def test_a_missing_file_is_an_error(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(
        ModelError, match=f"/{name}: this file cannot be read .FileNotFoundError.; install again"
    ) as told:
        load_reader(copied)
    assert (told.value.file, told.value.reason) == (name, "missing")


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_an_error(copied: Path, name: str) -> None:
    with (copied / name).open("r+b") as file:
        file.seek(200)
        byte = file.read(1)
        file.seek(200)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ModelError, match="not the file that was shipped") as told:
        load_reader(copied)
    assert (told.value.file, told.value.reason) == (name, "damaged")


@pytest.mark.parametrize("name", ["names.ort", "statements.ort"])
def test_attention_is_one_operator_a_layer(name: str) -> None:
    """Twenty-five smaller ones take a seventh longer to say the same."""
    graph = InferenceSession.GetRootAsInferenceSession((FOLDER / name).read_bytes(), 0).Model().Graph()
    operators = [graph.Nodes(number).OpType() for number in range(graph.NodesLength())]
    assert operators.count(b"QAttention") == 6
    assert not {b"Softmax", b"FusedMatMul", b"SkipLayerNormalization"} & set(operators)


@pytest.mark.parametrize("manifest", [{"files": {}}, {"files": []}, [], None])
def test_a_manifest_that_is_none_is_an_error(copied: Path, manifest: object) -> None:
    (copied / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=f"/{MANIFEST}: .*; install again") as told:
        load_reader(copied)
    assert (told.value.file, told.value.reason) == (MANIFEST, "damaged")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing more", b"no more words\n"])
def test_a_file_that_is_proved_and_no_part_of_a_reader_is_an_error(copied: Path, name: str, content: bytes) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (copied / MANIFEST).write_text(json.dumps(manifest))
    (copied / name).write_bytes(content)
    if (name, content) != (GIVEN_AND_FAMILY, b""):  # a list of no names is one
        with pytest.raises(ModelError, match=f"/{MANIFEST}: .*; install again"):
            load_reader(copied)


def test_a_reader_that_cannot_be_loaded_is_looked_for_once_and_the_log_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    looked = []
    monkeypatch.setattr(core.recognizers.reader, "load_reader", lambda: looked.append(1) or load_reader(tmp_path))
    core.recognizers.reader._loaded.cache_clear()
    try:
        with capture_logs() as logged:
            for _ in range(2):
                assert isinstance(core.recognizers.reader._loaded(), ModelError)
    finally:
        core.recognizers.reader._loaded.cache_clear()
    assert len(looked) == 1
    assert logged == [{"event": "reader.unusable", "log_level": "error", "file": MANIFEST, "reason": "missing"}]


@pytest.fixture
def without_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail() -> Reader:
        raise ModelError(Path("names.ort"), "missing", "gone")

    core.recognizers.reader._loaded.cache_clear()
    monkeypatch.setattr(core.recognizers.reader, "load_reader", fail)
    yield
    core.recognizers.reader._loaded.cache_clear()


@pytest.mark.usefixtures("without_reader")
def test_without_a_reader_a_draft_is_unchecked_and_not_ok(shipped: Policy, a_draft: Callable[..., Draft]) -> None:
    verdict = evaluate(shipped, build_analyzer(shipped, ()), a_draft("The heron is back."))
    assert verdict.outcome == "unchecked"
    assert verdict.incomplete == ("names", "statements")


@pytest.mark.usefixtures("without_reader")
def test_without_a_reader_what_is_found_otherwise_still_blocks(shipped: Policy, a_draft: Callable[..., Draft]) -> None:
    verdict = evaluate(shipped, build_analyzer(shipped, ()), a_draft("My card is 4539 5787 6362 1486."))
    assert verdict.outcome == "block"


def test_another_language_is_not_read(shipped: Policy, a_draft: Callable[..., Draft]) -> None:
    german = "Heute hat Frau Hannelore Brinkmann im Garten neben der alten Scheune wieder ihre Rosen geschnitten."
    verdict = evaluate(shipped, build_analyzer(shipped, ()), a_draft(german))
    assert verdict.incomplete == ("language:de",)
    assert not [each for each in verdict.findings if each.rule == "personal-data/person-name"]


def test_a_persons_name_is_a_note_in_the_verdict(shipped: Policy, a_draft: Callable[..., Draft]) -> None:
    draft = a_draft("Coffee with Maria Jensen this morning.")
    verdict = evaluate(shipped, build_analyzer(shipped, ()), draft)
    assert verdict.outcome == "ok"
    assert [(each.rule, draft.text[each.span.start : each.span.end]) for each in verdict.findings] == [
        ("personal-data/person-name", "Maria Jensen")
    ]


@pytest.mark.parametrize(
    ("name", "in_full"),
    [
        ("Maria Jensen", True),
        ("Auntie Maria Jensen", True),
        ("Dr. Maria Lund-Jensen", True),
        ("Maria", False),
        ("Our Benno", False),
        ("Auntie Pru", False),
        ("Mr. Jensen", False),
    ],
)
def test_a_full_name_has_more_than_a_title_and_a_word(name: str, in_full: bool) -> None:
    assert core.recognizers.reader.is_full(name) is in_full


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("So proud of my flatmate Ottavia Brandsma-Cole, two years sober this week.", "block"),
        ("So proud of my flatmate Ottavia, two years sober this week.", "ok"),
        ("Denholm Askwith-Perry hung our doors, and he's a crook.", "block"),
        ("Nobody at the depot knew that Sindiwe Mahlaba-Dube had a miscarriage in May.", "block"),
        ("Sarah Mabuza-Nkosi has been in rehab since June.", "block"),
        ("Dirk-Pieter Lansbergen has been in the cardiac ward since Monday after his second bypass.", "block"),
        ("Sindiwe from the depot had a miscarriage in May, and told us all herself.", "ok"),
        ("Tonight a band named The Sober Judges plays at the Heron.", "ok"),
    ],
)
def test_two_capitals_behind_a_word_for_somebody_are_their_name(
    shipped: Policy, a_draft: Callable[..., Draft], text: str, outcome: str
) -> None:
    assert evaluate(shipped, build_analyzer(shipped, ()), a_draft(text)).outcome == outcome


def test_every_word_lies_in_one_window(reader: Reader) -> None:
    found = list(windows(reader.vocabulary, PROSE, sentences(PROSE)))
    assert len(found) > 2
    assert all(len(each.ids) <= WINDOW for each in found)
    words = [PROSE[place.start : place.end] for each in found for place in each.places]
    assert "".join(words) == PROSE.replace(" ", "")


def test_windows_end_with_a_sentence_where_they_can(reader: Reader) -> None:
    ends = {each.end for each in sentences(PROSE)}
    assert all(each.places[-1].end in ends for each in windows(reader.vocabulary, PROSE, sentences(PROSE)))


def test_a_word_of_more_tokens_than_a_window_is_cut(reader: Reader) -> None:
    text = "Qx7" * 400
    found = list(windows(reader.vocabulary, text, sentences(text)))
    assert all(len(each.ids) <= WINDOW for each in found)


def test_every_sentence_gets_a_score_for_every_label(reader: Reader) -> None:
    said = said_of(reader, LONG)
    assert {each.label for each in said} == set(STATEMENTS)
    assert {each.span for each in said} == set(sentences(LONG))
    assert all(0 <= each.score <= 1 for each in said)


def test_a_draft_is_cut_once_for_both_encoders(shipped, a_draft, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = []
    monkeypatch.setattr("core.model.reader.windows", lambda *rest: cut.append(rest) or iter(()))
    evaluate(shipped, build_analyzer(shipped, ()), a_draft(PROSE))
    assert len(cut) == 1


@pytest.mark.parametrize(
    ("as_a_name", "in_its_own_sense"),
    [
        ("Harbour's lawyers want a new clause before they sign.", "We walked along the harbour with an ice cream."),
        ("Two more sprints for Lantern, then the launch.", "The lantern on the porch is older than me."),
        ("Invoice for Thistle went out today.", "A thistle grows between the paving stones."),
    ],
)
def test_a_word_used_as_a_name_is_told_from_the_thing(reader: Reader, as_a_name: str, in_its_own_sense: str) -> None:
    def named(text: str) -> float:
        found = re.search("harbour|lantern|thistle", text, re.IGNORECASE)
        return reader.page(text, sentences(text)).named(Span(*found.span()))

    assert named(as_a_name) > 1
    assert named(in_its_own_sense) < -1


def test_a_word_beyond_the_text_is_of_neither_sense(reader: Reader) -> None:
    assert reader.page("The heron is back.", sentences("The heron is back.")).named(Span(90, 95)) == 0


@pytest.mark.usefixtures("without_reader")
def test_without_a_reader_a_listed_word_is_told_by_the_words_around(
    shipped: Policy, a_draft: Callable[..., Draft]
) -> None:
    analyzer = build_analyzer(shipped, [Term("Harbour", Kind.CLIENT)])
    verdict = evaluate(shipped, analyzer, a_draft("Signed the contract with Harbour today."))
    assert verdict.outcome == "block"
    assert verdict.incomplete == ("names", "statements")


def test_a_reader_that_fails_over_a_word_costs_no_name_on_the_list(
    shipped: Policy, a_draft: Callable[..., Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("core.model.reader.Encoder.read", fail)
    analyzer = build_analyzer(shipped, [Term("Harbour", Kind.CLIENT), Term("Quorvellan", Kind.CLIENT)])
    verdict = evaluate(shipped, analyzer, a_draft("Signed Quorvellan today, walked by the harbour."))
    assert verdict.outcome == "block"
    assert verdict.incomplete == ("names", "statements")


def test_no_word_is_read_when_the_time_is_up(shipped: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("core.model.reader.Page.named", lambda *rest: asked.append(rest) or 0.0)
    analyzer = build_analyzer(shipped, [Term("Harbour", Kind.CLIENT)])
    for seconds in (5, -1):
        analyzer.read("Walked by the harbour.", seconds)
    assert len(asked) == 1


def test_an_empty_text_says_nothing(reader: Reader) -> None:
    assert not said_of(reader, "")
    assert not list(reader.page("", ()).names())


def test_the_same_text_is_always_read_alike(reader: Reader) -> None:
    first = said_of(reader, PROSE)
    said_of(reader, "Something else in between.")
    assert said_of(reader, PROSE) == first


def test_no_name_begins_in_its_middle(reader: Reader) -> None:
    text = "Anna Berg sang"
    (window,) = windows(reader.vocabulary, text, sentences(text))
    logits = np.full((len(window.ids), len(TAGS)), -5.0, np.float32)
    logits[:, TAGS.index("I-PERSON")] = 5  # an encoder that sees the inside of a name everywhere
    logits[3:, TAGS.index("O")] = 9
    names = list(decoded(window, logits))
    assert all(each.label in NAMES for each in names)
    assert [text[each.span.start : each.span.end] for each in names] == ["Anna Berg"]


def test_a_sentence_has_the_tokens_that_begin_in_it(reader: Reader) -> None:
    text = "One goat. Two."
    (window,) = windows(reader.vocabulary, text, sentences(text))
    assert [(span, np.flatnonzero(inside).tolist()) for span, inside in parts(window, sentences(text))] == [
        (Span(0, 9), [0, 1, 2]),
        (Span(9, 14), [3, 4]),
    ]
