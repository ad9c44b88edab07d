"""The index of listed names: the spellings that it finds, and what only looks like a name."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.normalize import readable
from core.terms.index import TermIndex
from core.terms.term import Kind, Secrecy, Term
from tests.patience import SHARED

NAMES = ["Quorvane", "Quorvane Partners", "Sundrelin", "Café Mörvik", "Project Larkmoor", "Tolven Reach"]


def find(text: str, *names: str) -> list[str]:
    """Return the stretches of the text itself in which a listed name is found."""
    view = readable(text)
    index = TermIndex([Term(name) for name in names])
    places = sorted(view.original(seen.span) for seen in index.find(view.text))
    return [text[place.start : place.end] for place in places]


SPELLINGS = [
    ("plain", "Lunch at Quorvane Partners today", "Quorvane Partners"),
    ("capitals", "QUORVANE PARTNERS pays", "QUORVANE PARTNERS"),
    ("the longest of two", "By Quorvane Partners alone", "Quorvane Partners"),
    ("genitive", "Quorvane's launch", "Quorvane"),
    ("curly genitive", "Quorvane’s launch", "Quorvane"),
    ("hashtag", "so #Quorvane", "Quorvane"),
    ("starred", "*Sundrelin* at last", "Sundrelin"),
    ("underscored", "_Sundrelin_ at last", "Sundrelin"),
    ("joined in a hashtag", "#QuorvanePartners rocks", "QuorvanePartners"),
    ("joined in a handle", "cc @quorvanepartners", "quorvanepartners"),
    ("double blank", "my Project  Larkmoor", "Project  Larkmoor"),
    ("line break", "my Project\nLarkmoor", "Project\nLarkmoor"),
    ("hyphen", "near Tolven-Reach", "Tolven-Reach"),
    ("no-break space", "my Project\u00a0Larkmoor", "Project\u00a0Larkmoor"),
    ("accents left out", "tea at Cafe Morvik", "Cafe Morvik"),
    ("accents decomposed", "tea at Cafe\u0301 Mo\u0308rvik", "Cafe\u0301 Mo\u0308rvik"),
    ("zero-width space", "oh Sund\u200brelin", "Sund\u200brelin"),
    ("soft hyphen", "oh Sund\u00adrelin", "Sund\u00adrelin"),
    ("full width", "oh Ｓｕｎｄｒｅｌｉｎ", "Ｓｕｎｄｒｅｌｉｎ"),
    ("look-alike", "oh Sundr\u0435lin", "Sundr\u0435lin"),
    ("spaced", "oh S u n d r e l i n", "S u n d r e l i n"),
    ("dotted", "oh S.u.n.d.r.e.l.i.n", "S.u.n.d.r.e.l.i.n"),
    ("struck through", "oh S\u0336undrelin", "S\u0336undrelin"),
    ("mathematical", "oh 𝐒𝐮𝐧𝐝𝐫𝐞𝐥𝐢𝐧", "𝐒𝐮𝐧𝐝𝐫𝐞𝐥𝐢𝐧"),
    ("hyphen at a line's end", "oh Sun-\ndrelin", "Sun-\ndrelin"),
    ("soft hyphen at a line's end", "oh Sund\u00ad\nrelin", "Sund\u00ad\nrelin"),
    ("small capitals", "oh ꜱᴜɴᴅʀᴇʟɪɴ", "ꜱᴜɴᴅʀᴇʟɪɴ"),
    ("flags", "oh 🇸🇺🇳🇩🇷🇪🇱🇮🇳", "🇸🇺🇳🇩🇷🇪🇱🇮🇳"),
    ("escaped", "the Tolven\\_Reach", "Tolven\\_Reach"),
    ("a picture between", "the Tolven ⛰ Reach", "Tolven ⛰ Reach"),
    ("leet, 1 as l", "oh 5undre1in", "5undre1in"),
    ("leet, 1 as i", "oh 5undrel1n", "5undrel1n"),
    ("slashed", "Quorvane/Sundrelin", None),
    ("in brackets", "(Sundrelin)", "Sundrelin"),
    ("trade mark", "Sundrelin™ is here", "Sundrelin"),
    ("plural", "two Sundrelins", "Sundrelin"),
    ("beside a sign of another script", "Sundrelin。", "Sundrelin"),
    ("a picture inside", "oh Sund🌞relin", "Sund🌞relin"),
    ("at the very end", "Sundrelin", "Sundrelin"),
]


@pytest.mark.parametrize(("text", "shown"), [each[1:] for each in SPELLINGS], ids=[each[0] for each in SPELLINGS])
def test_a_name_is_found_in_this_spelling(text: str, shown: str | None) -> None:
    found = find(text, *NAMES)
    if shown is None:
        assert found == ["Quorvane", "Sundrelin"]
    else:
        assert len(found) == 1
        assert found[0] in (shown, shown + "™", shown + "s", shown + "'s", shown + "’s")


@pytest.mark.parametrize(
    "text", ["At Quorvane I learned", "a Quorvane a day", "Quorvane 7 of us", "I, Quorvane", "x Quorvane y"]
)
def test_a_name_takes_no_short_word_beside_it_along(text: str) -> None:
    assert find(text, *NAMES) == ["Quorvane"]


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("Dalsund & Co. KG", "a year with Dalsund and I am tired", "Dalsund"),
        ("Dalsund & Co. KG", "a year with Dalsund & Co and I am tired", "Dalsund"),
        ("Dalsund and Sons Ltd", "a year with Dalsund & Sons", "Dalsund & Sons"),
        ("Quorvane AG", "#Quorvane again and again", "Quorvane"),
        ("Quorvane SE", "so @quorvane sent a cake", "quorvane"),
        ("Brynhæv Ågren", "B r y n h æ v  Å g r e n", "B r y n h æ v  Å g r e n"),
    ],
)
def test_a_name_takes_no_part_of_what_follows_it(name: str, text: str, shown: str) -> None:
    assert find(text, name) == [shown]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("third of forty, #teamQVN", ["QVN"]),
        ("cc @askQVN", ["QVN"]),
        ("#teamQVNs", []),
        ("teamQVN", []),
        ("#teamqvn", []),
    ],
)
def test_a_short_name_in_capitals_may_close_a_tag(text: str, found: list[str]) -> None:
    assert find(text, "QVN") == found


@pytest.mark.parametrize("text", ["the elm in the yard", "two elms", "elm wood", "ELM TREES EVERYWHERE", "overwhelm"])
def test_a_short_thing_is_no_name_where_it_is_used_as_the_thing(text: str) -> None:
    assert find(text, "Elm") == []


@pytest.mark.parametrize(
    "text", ["elm signed the contract!!", "ask your manager about elm", "Elm signed the contract."]
)
def test_a_short_thing_is_a_name_in_either_case_where_it_is_used_as_one(text: str) -> None:
    assert [shown.lower() for shown in find(text, "Elm")] == ["elm"]


@pytest.mark.parametrize(
    "text", ["at Quorvne today", "at Quorvaen today", "at Qu0rvane today", "at Quorvanne today", "at Suxdrelin today"]
)
def test_a_long_name_is_found_with_one_slip(text: str) -> None:
    assert find(text, *NAMES) == [text.split()[1]]


@pytest.mark.parametrize("listed", ["Orlune 9", "Orlune Nine", "Orlune IX"])
@pytest.mark.parametrize("written", ["Orlune 9", "Orlune nine", "Orlune IX", "orlune-9", "#OrluneNine"])
def test_a_number_at_the_end_of_a_name_is_found_however_it_is_written(listed: str, written: str) -> None:
    assert find(f"so {written} is late", listed) == [written.lstrip("#")]
    assert find("so Orlune 8 is late, and Orlune 90 and Orlune VIII", listed) == []


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("every project 10 people start", "Project X"),
        ("our model five times over", "Model V"),
        ("I said no. Limits are good for children", "No Limits"),
    ],
)
def test_a_single_letter_is_no_number_and_no_is_no_shortened_word(text: str, listed: str) -> None:
    assert find(text, listed) == []


@pytest.mark.parametrize(("text", "found"), [("by Op. Orlune alone", ["Op. Orlune"]), ("a pop. Orlune is late", [])])
def test_a_full_stop_behind_a_shortened_word_ends_no_name(text: str, found: list[str]) -> None:
    assert find(text, "Op Orlune") == found


@pytest.mark.parametrize(
    ("text", "listed", "found"),
    [
        ("at Lindquist Shipping today", "Lindqvist Shipping", ["Lindquist Shipping"]),
        ("at Lindquist today", "Lindqvist", []),
        ("with Anna Lindquist today", "Anna Lindqvist", []),
        ("at Carter Spencer today", "Carver Spencer", []),
    ],
)
def test_another_spelling_of_a_family_name_is_a_slip_beside_words_that_are_nobodys_name(
    text: str, listed: str, found: list[str]
) -> None:
    assert find(text, listed) == found


@pytest.mark.parametrize("text", ["at Qorvne today", "at Tlven today", "at Quorum today", "quorate and overt"])
def test_two_slips_or_a_word_of_its_own_are_no_name(text: str) -> None:
    assert find(text, *NAMES) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("marigolld kickoff with the client tomorrow", ["marigolld"]),
        ("The go-live of Tumblleweed slips again", ["Tumblleweed"]),
        ("Planted marigollds between the tomatoes.", []),
        ("a marigolld in every window box", []),
    ],
)
def test_an_ordinary_word_with_a_slip_is_a_name_only_where_it_is_surely_used_as_one(
    text: str, shown: list[str]
) -> None:
    assert find(text, "Marigold", "Tumbleweed") == shown


def test_two_letters_and_a_digit_are_a_name_in_either_case() -> None:
    assert find("knitting on the ql3, or QL3 as they say", "QL3") == ["ql3", "QL3"]
    assert find("knitting on the ql, ql4 or sql3", "QL3", "QL") == []


def test_an_acronym_in_small_letters_is_a_name_where_it_stands_as_a_client_does() -> None:
    for text in ("the olf contract is signed", "three days at olf and no deadline met", "onboarding olf, help"):
        assert find(text, "OLF") == ["olf"]
    for text in ("olf is how it begins", "ten minutes from olf and the sea", "olf, says my manager", "olfactory team"):
        assert find(text, "OLF") == []
    assert find("an hour with pm and the whole team", "PM") == []  # a word of its own


def test_the_name_of_a_work_is_none_where_the_stage_is_spoken_of() -> None:
    assert find("Took Gran to Tosca. She slept from act two on.", "Tosca") == []
    assert find("Took Gran's boss to Tosca. She slept through the signing.", "Tosca") == ["Tosca"]


@pytest.mark.parametrize("text", ["#Quorvane2026", "#QuorvanePartners2026", "Quorvane2 is out"])
def test_a_year_behind_a_name_hides_it_not(text: str) -> None:
    assert find(text, *NAMES)


NEGATIVES = [
    ("inside a longer word", "a squorvanery of quorvanelike things", NAMES),
    ("in front of a longer word", "the Sundrelinium mine", NAMES),
    ("at the end of a longer word", "an unsundrelin", NAMES),
    ("a word of capitals", "XSUNDRELINX", NAMES),
    ("one word of two", "the Project was at Tolven", NAMES),
    ("words swapped", "Reach Tolven", NAMES),
    ("a line's end alone", "oh Sund\nrelin", NAMES),
    ("a hyphen and a new paragraph", "oh Sund-\n\nrelin", NAMES),
    ("many pictures between", "the Tolven ⛰⛰⛰⛰⛰⛰ Reach", NAMES),
    ("a flag", "🇺🇸 and 🇮🇹", ["US", "IT"]),
    ("across a sentence's end", "We left Tolven. Reach for the sky.", NAMES),
    ("across an exclamation", "We left Tolven! Reach for the sky.", NAMES),
    ("across a quoted end", 'She said "we left Tolven." Reach for the sky.', NAMES),
    ("across a paragraph", "We left Tolven\n\nReach for the sky", NAMES),
    ("with a word between", "Tolven and Reach", NAMES),
    ("with a comma between", "Tolven, Reach and Bede", NAMES),
    ("a short name inside a word", "the security of jurists", ["Uri"]),
    ("a short name in another case", "uri and URI", ["Uri"]),
    ("a short acronym in small letters", "we met abc and Abc", ["ABC"]),
    ("a short acronym in a longer one", "ABCD and XABC and ABC1", ["ABC"]),
    ("a longer number", "Quillstead 30", ["Quillstead 3"]),
    ("an innocent text", "The kettle sings, the cat listens.", NAMES),
    ("nothing", "", NAMES),
    ("signs only", "?!… 😀", NAMES),
]


@pytest.mark.parametrize(("text", "names"), [each[1:] for each in NEGATIVES], ids=[each[0] for each in NEGATIVES])
def test_what_only_looks_like_a_name_is_none(text: str, names: list[str]) -> None:
    assert find(text, *names) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ABC", "ABC's tea"),
        ("ABC", "#ABC (ABC) ABC"),
        ("Yum!", "I love Yum! a lot"),
        ("Yum!", "I love Yum! "),
        ("A.B.", "the A.B. group"),
        ("O’D", "with O'D today"),
        ("O'D", "with O’D today"),
        ("E\u0301du", "with Édu"),
        ("E\u0301d", "with Éd"),
        ("Ｑ7", "with Q7"),
        ("H&M", "at H&M"),
        ("AT&T", "at AT&T"),
        ("QRV", "pay from Q.R.V. at last"),
        ("QRV", "off to Q. R. V. again"),
        ("QRV", "Q-R-V on my lanyard"),
    ],
)
def test_a_short_name_is_found_as_it_is_written(name: str, text: str) -> None:
    assert find(text, name)


@pytest.mark.parametrize("text", ["q.r.v. in small letters", "Q.R-V", "Q. R.V", "plan Q. Revise", "Q, R, V and W"])
def test_initials_are_a_short_name_only_with_one_sign_behind_each(text: str) -> None:
    assert not find(text, "QRV")


@pytest.mark.parametrize("name", ["Газ Нефть", "Жук и Дом", "Ζευς Αθηνα", "Straßenbau Öd", "İzmit Çelik"])
@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, str])
def test_a_name_of_any_script_is_found_in_any_case(name: str, change: object) -> None:
    text = f"at {change(name)} again"  # type: ignore[operator]
    assert find(text, name)


def test_an_alias_is_as_good_as_the_name_and_the_label_says_the_kind() -> None:
    terms = [
        Term("Quorvane", Kind.CLIENT, ("Zwirnhold",)),
        Term("Sundrelin", Kind.DEAL, ("Ombrelune",), secrecy=Secrecy.SECRET),
    ]
    found = [seen.label for seen in TermIndex(terms).find("Zwirnhold, Quorvane, Sundrelin and Ombrelune")]
    assert sorted(found) == ["TERM_CLIENT", "TERM_CLIENT", "TERM_SECRET", "TERM_SECRET"]


def test_an_empty_list_finds_nothing() -> None:
    assert list(TermIndex([]).find("Quorvane")) == []


pieces = st.sampled_from(
    ["Quorvane", " ", "Partners", "-", "Sundrelin", "\u200b", "s", ".", "x", "#", "\n", "é", "7", "Q u"]
)


@given(st.lists(pieces, max_size=14).map("".join))
def test_spans_lie_in_the_text_and_share_no_words(text: str) -> None:
    view = readable(text)
    places = sorted(view.original(seen.span) for seen in TermIndex([Term(name) for name in NAMES]).find(view.text))
    assert all(0 <= place.start < place.end <= len(text) for place in places)
    assert all(left.end <= right.start for left, right in pairwise(places))


@given(
    st.sampled_from(NAMES),
    st.sampled_from(["", " ", "(", '"', "#", "well, "]),
    st.sampled_from(["", " ", ")", '"', "!", "'s tea", "…"]),
)
def test_a_name_between_any_signs_is_found(name: str, before: str, behind: str) -> None:
    text = before + name + behind
    (seen,) = TermIndex([Term(name)]).find(readable(text).text)
    assert seen.span.start == len(before)
    assert seen.span.end in (len(before) + len(name), len(before) + len(name) + len("'s"))


@pytest.mark.parametrize(
    "unit", ["Quorvane ", "QuorvaneQuorvane", "q u o r ", "quorvan ", "Tolven Reac ", "a", "aaaa "]
)
def test_a_draft_made_of_names_and_near_misses_is_read_in_a_moment(unit: str) -> None:
    index = TermIndex([Term(name) for name in [*NAMES, *("a" * long for long in range(4, 12))]])
    text = (unit * 8_000)[:8_000]
    began = time.process_time()
    try:
        list(index.find(text))
    except Exception as error:
        assert type(error).__name__ == "TooManyCandidates"  # noqa: PT017
    assert time.process_time() - began < SHARED
