"""Patterns and words of packs: what they find, what they refuse, and that a set finds what its members find."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.normalize import readable
from core.patterns import Pattern, PatternSet, build_pattern, build_words
from tests.patience import SHARED


def found(source: str, text: str, **vocabulary: list[str]) -> list[str]:
    pattern = build_pattern(source, {name.replace("_", "-"): words for name, words in vocabulary.items()})
    return [text[span.start : span.end] for span in pattern.spans(text)]


def words_found(phrase: str, text: str) -> list[str]:
    return [text[span.start : span.end] for span in build_words(phrase).spans(text)]


@pytest.mark.parametrize(
    ("source", "text", "wanted"),
    [
        ("goose", "Goose, goose and GOOSE.", ["Goose", "goose", "GOOSE"]),
        ("goose", "mongoose gooseberry goose_1 goose2", []),
        ("goose", "goose-fat (goose) 'goose' #goose", ["goose"] * 4),
        ("g(?:oo|ee)se", "geese ate the goose", ["geese", "goose"]),
        ("a(?:b|bc)", "abc ab", ["abc", "ab"]),  # the longer way is tried where the shorter ends inside a word
        (r"\w+ goose", "the grüne goose", ["grüne goose"]),
        (r"ärzt\w*", "Ärztinnen, Ärzte", ["Ärztinnen", "Ärzte"]),
        (r"\W\w", "é-b", ["-b"]),
        (r"[\w!]+", "hé! yo", ["hé!", "yo"]),
        (r"\d{2,3}", "7 77 777 7777", ["77", "777"]),
        ("#goose", "#goose a#goose", ["#goose", "#goose"]),
        ("(?-i:Goose)", "goose Goose", ["Goose"]),
        ("goose\ngander", "goose\ngander", ["goose\ngander"]),
        ("goose", "", []),
        ("🪿+", "🪿, é🪿🪿 and ß🪿", ["🪿", "🪿🪿", "🪿"]),
        ("žába", "é Žába, žáby", ["Žába"]),
    ],
)
def test_a_pattern_fits_whole_words_in_any_case(source: str, text: str, wanted: list[str]) -> None:
    assert found(source, text) == wanted


@pytest.mark.parametrize(
    ("source", "text", "wanted"),
    [
        (r"\d+%", "up 99%", ["99%"]),
        (r"\d+%", "up 99% now", ["99%"]),
        (r"wow!", "wow!", ["wow!"]),
        (r"wow!", "wow! yes", ["wow!"]),
        (r"a\.", "a.", ["a."]),
        (r"\(goose\)", "a (goose)", ["(goose)"]),
        (r"code: \w+!", "code: abc!", ["code: abc!"]),
        (r"goose-", "goose- and", ["goose-"]),
        (r"goose\?", "a goose?", ["goose?"]),
    ],
)
def test_a_match_that_ends_in_a_sign_keeps_it(source: str, text: str, wanted: list[str]) -> None:
    assert found(source, text) == wanted


@pytest.mark.parametrize("source", ["cat|foo-", "(?:foo=|cat)", "foo/|cat"])
def test_an_alternative_that_ends_in_a_sign_lets_no_other_end_inside_a_word(source: str) -> None:
    assert found(source, "category concat") == []
    assert found(source, "a cat") == ["cat"]


@pytest.mark.parametrize(
    ("phrase", "text", "wanted"),
    [
        (
            "goose fat",
            "goose fat, Goose-Fat, goose  fat, goose\nfat",
            ["goose fat", "Goose-Fat", "goose  fat", "goose\nfat"],
        ),
        ("goose fat", "goosefat, goose and fat", []),
        ("goose-fat", "goose fat", ["goose fat"]),
        ("goos*", "goose goosling mongoose goos", ["goose", "goosling", "goos"]),
        ("goose", "geese gooses", []),
        ("a.b", "a.b aXb", ["a.b"]),
        ("(ha)", "(ha) ha", ["(ha)"]),
        ("c++", "we write C++ here", ["C++"]),
        ("naïve", "naïve naive", ["naïve"]),
    ],
)
def test_words_are_found_as_people_write_them(phrase: str, text: str, wanted: list[str]) -> None:
    assert words_found(phrase, text) == wanted


@pytest.mark.parametrize("phrase", ["don’t honk", "café goose".replace("é", "e\u0301"), "goose – fat", "“quack”"])
def test_words_typed_in_a_word_processor_fit_the_same_words_of_a_draft(phrase: str) -> None:
    assert build_words(phrase).found_in(readable(f"well, {phrase} then").text)


def test_the_vocabulary_stands_for_its_list() -> None:
    assert found("(?:old|young) {bird}", "an old gander, a young goose, an old cow", bird=["goose", "gander"]) == [
        "old gander",
        "young goose",
    ]
    assert found("{any}!*", "goose cow", bird=["goose"], any=["{bird}", "cow"]) == ["goose", "cow"]


def test_counted_repeats_are_no_vocabulary() -> None:
    assert found(r"go{2,3}se", "goose gooose gose") == ["goose", "gooose"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("(goose", "brackets"),
        ("goose)", "brackets"),
        ("(?:goose))é", "brackets"),
        ("goose(?=fat)", "look-around"),
        ("(?<!fat )goose", "look-around"),
        (r"(g)o\1se", "back-reference"),
        ("goose{1,100000}", "repeats"),
        (r"\bgoose\b", "not needed"),
        (r"[\W]goose", "cannot stand inside"),
        ("{gander}", "vocabulary"),
        ("{loop}", "refers to itself"),
    ],
)
def test_what_cannot_be_a_pattern_is_refused_with_a_reason_and_no_quote(source: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as error:
        build_pattern(source, {"loop": ["a{loop}"]})
    assert "goose" not in str(error.value)


@pytest.mark.parametrize("source", ["(?:goose)?", "goose|", "(?:goose)*", ""])
def test_a_pattern_that_also_fits_nothing_finds_no_empty_place(source: str) -> None:
    try:
        seen = found(source, "a goose, é")
    except ValueError:
        return
    assert seen == (["goose"] if source else [])


def test_a_pattern_that_is_too_large_is_refused_when_it_is_built() -> None:
    large = "(?:" + "|".join(f"{word}{number}" for word in ("goose", "gander") for number in range(60_000)) + ")"
    with pytest.raises(ValueError, match=r"RE2|too long"):
        build_pattern(large, {})


@pytest.mark.parametrize("phrase", ["*", "  ", ""])
def test_a_word_of_nothing_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="write the beginning"):
        build_words(phrase)


@given(st.text(max_size=25))
def test_any_text_is_a_pattern_or_refused_in_words(source: str) -> None:
    try:
        pattern = build_pattern(source, {})
    except ValueError:
        return
    assert all(span.start < span.end for span in pattern.spans("some words, 7 of them; and a goose"))


sources = st.sampled_from(
    ["a", "ab", "a+b", "[ab]c", "a b", "b(?:a|ab)c?", r"\w+c", "c!", r"a.\d", "#a", "a-", "(?-i:AB)", "é+", r"\d%"]
)
drafts = st.text(st.sampled_from(list("abcAB é1!#-% \n_")), max_size=40)


@given(st.lists(sources, min_size=1, max_size=6, unique=True), drafts)
def test_a_set_of_patterns_finds_what_each_would_find_alone(chosen: list[str], text: str) -> None:
    patterns = {source: [build_pattern(source, {})] for source in chosen}
    alone = {(source, span) for source, group in patterns.items() for each in group for span in each.spans(text)}
    assert set(PatternSet(patterns).spans(text)) == alone


@given(sources, drafts)
def test_no_match_begins_or_ends_inside_a_word(source: str, text: str) -> None:
    def letter(at: int) -> bool:
        return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")

    for span in build_pattern(source, {}).spans(text):
        assert 0 <= span.start < span.end <= len(text)
        assert not (letter(span.start - 1) and letter(span.start))
        assert not (letter(span.end - 1) and letter(span.end))


def test_an_empty_set_finds_nothing() -> None:
    assert list(PatternSet({}).spans("goose")) == []


@given(st.text(alphabet="aé€漢🙂 \U0010ffff"))
def test_a_sign_beyond_the_alphabet_is_found_where_it_stands(text: str) -> None:
    places = [span.start for span in Pattern("🙂").spans(text)]
    assert places == [at for at, char in enumerate(text) if char == "🙂"]


def test_many_signs_beyond_the_alphabet_are_found_in_linear_time() -> None:
    began = time.process_time()
    assert len(list(Pattern("🪿").spans("🪿" * 40_000))) == 40_000
    assert time.process_time() - began < SHARED


@pytest.mark.parametrize("text", ["(a+)+" * 400, "a" * 20_000, "a " * 10_000, "ab" * 10_000])
def test_a_pattern_made_to_be_slow_is_not(text: str) -> None:
    patterns = PatternSet({"slow": [Pattern("(?:a+)+b"), Pattern("(?:a|a|aa)+c"), Pattern("a.*a.*a.*b")]})
    began = time.process_time()
    list(patterns.spans(text))
    assert time.process_time() - began < 2 * SHARED
