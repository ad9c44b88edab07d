"""Every mistake in a policy file is named as `file:line: what to write instead`."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PolicyError
from core.judgement import build_analyzer
from core.policy import load_policy

PACK = """\
pack: house
title: House rules
owner: house@example.com
vocabulary:
  bird: [goose, gander]
rules:
  - id: moo
    status: active
    category: venting
    title: Mooing
    why: Cows are shy.
    action: revise
    detect:
      words: [moo]
    examples:
      flags: [moo, moo too]
      passes: [a cow, a calf]
"""
SITE = "packs: [house]\n"
CHANGE = """\
packs: [house]
changes:
  - rule: house/moo
    because: the farm asked for it
    status: trial
    until: 2999-01-31
"""


def complaint(folder: Path, pack: str | bytes = PACK, site: str | bytes = SITE) -> str:
    """Return what loading these files complains about."""
    for name, content in (("house.yaml", pack), ("site.yaml", site)):
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(PolicyError) as error:
        build_analyzer(load_policy(folder), (), [])
    return str(error.value)


def test_a_sound_pack_is_taken(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(PACK)
    (tmp_path / "site.yaml").write_text(CHANGE)
    assert load_policy(tmp_path).rule("house/moo").status == "trial"


MISTAKES = {
    "unknown key of a rule": ("    why:", "    colour: red\n    why:", 11, "colour: unknown key"),
    "unknown key of the pack": ("vocabulary:", "colour: red\nvocabulary:", 4, "colour: unknown key"),
    "unknown key of detect": ("      words: [moo]", "      words: [moo]\n      fuzzy: 1", 15, "fuzzy: unknown key"),
    "unknown key of examples": ("      passes:", "      fails: [x]\n      passes:", 17, "fails: unknown key"),
    "duplicate key": ("    why: Cows", "    title: Again\n    why: Cows", 11, "'title' stands twice; keep one"),
    "duplicate key at the top": ("vocabulary:", "owner: else@example.com\nvocabulary:", 4, "'owner' stands twice"),
    "duplicate rule": ("  - id: moo", "  - id: moo\n    status: active\n    category: venting\n    title: t\n"
                       "    why: w\n    action: note\n    detect: {words: [x]}\n"
                       "    examples: {flags: [a, b], passes: [c, d]}\n  - id: moo", 15, "moo stands twice"),
    "two kinds of detection": ("      words: [moo]", "      words: [moo]\n      terms: client", 13, "exactly one of"),
    "no kind of detection": ("      words: [moo]", "      at_least: 0.5", 13, "exactly one of"),
    "an empty kind": ("      words: [moo]", "      words: []", 13, "list at least one"),
    "one thing together": ("      words: [moo]", "      together:\n        - words: [moo]", 13, "at least two"),
    "together in together": (
        "      words: [moo]",
        "      together:\n        - words: [moo]\n        - together: [{words: [a]}, {words: [b]}]",
        13, "side by side"),
    "a yes among words": ("words: [moo]", "words:\n        - moo\n        - yes", 16, "in quotes"),
    "a time among words": ("words: [moo]", "words:\n        - moo\n        - 22:30", 16, "in quotes"),
    "an octal among words": ("words: [moo]", "words:\n        - moo\n        - 012", 16, "in quotes"),
    "a yes as title": ("title: Mooing", "title: on", 10, "in quotes"),
    "a number as reason": ("why: Cows are shy.", "why: 42", 11, "in quotes"),
    "nothing as reason": ("why: Cows are shy.", "why:", 11, "why: "),
    "an empty reason": ("why: Cows are shy.", 'why: ""', 11, "why: "),
    "a no as action": ("action: revise", "action: no", 12, "use note, revise or block"),
    "a wrong action": ("action: revise", "action: forbid", 12, "action: use note, revise or block"),
    "a wrong status": ("status: active", "status: sleeping", 8, "'trial', 'active' or 'retired'"),
    "a yes as status": ("status: active", "status: yes", 8, "'trial', 'active' or 'retired'"),
    "a wrong category": ("category: venting", "category: Venting!", 9, "category: "),
    "a bad pattern": ("words: [moo]", 'patterns:\n        - moo\n        - "(moo"', 16, "check brackets"),
    "look-around": ("words: [moo]", 'patterns:\n        - moo\n        - "(?<=a)moo"', 16, "look-around"),
    "a bad exception": (
        "    examples:", '    unless:\n      - moo\n      - "moo("\n    examples:', 17, "check brackets"),
    "an unknown vocabulary": ("words: [moo]", 'patterns: ["{fish}"]', 14, "{fish} is not in this pack"),
    "a word of only a star": ("words: [moo]", 'words: ["*"]', 14, "write the beginning of the word"),
    "a score out of range": ("words: [moo]", "words: [moo]\n      at_least: 7", 15, "at_least: "),
    "a score in words": ("words: [moo]", "words: [moo]\n      at_least: high", 15, "at_least: "),
    "one example": ("flags: [moo, moo too]", "flags: [moo]", 16, "flags: "),
    "no examples": (
        "    examples:\n      flags: [moo, moo too]\n      passes: [a cow, a calf]\n",
        "", 7, "examples: is missing"),
    "an alias": ("title: Mooing", "title: &m Mooing\n    source: *m", 11, "no aliases"),
    "another pack's name": ("pack: house", "pack: barn", 1, "pack: write house"),
    "no owner": ("owner: house@example.com\n", "", 1, "owner: is missing"),
    "no rules": (PACK[PACK.index("rules:"):], "rules: []\n", 6, "rules: "),
    "a rule without an id": ("  - id: moo\n    status", "  - status", 7, "id: is missing"),
    "a tab": ("    why:", "\twhy:", 11, "not YAML"),
    "an open quote": ("title: Mooing", 'title: "Mooing', 0, "not YAML"),
    "a merge key": ("vocabulary:", "<<: {a: b}\nvocabulary:", 4, "unknown key"),
    "an unknown entity": ("words: [moo]", "entities: [MOO_NUMBER]", 14, "MOO_NUMBER"),
    "an unknown statement": ("words: [moo]", "statements: [mooing]", 14, "mooing"),
    "an unknown kind of term": ("words: [moo]", "terms: clients", 14, "TERM_CLIENTS"),
    "an unknown sample term": ("vocabulary:", "sample_terms:\n  clients: [Quorvane]\nvocabulary:", 5, "client"),
    "an example at no time": ("flags: [moo,", "flags: [{text: moo, at: yesterday},", 16, "at: "),
    "an example in no zone": ("flags: [moo,", "flags: [{text: moo, timezone: Mars/Base},", 16, "timezone: "),
    "an example on no network": ("flags: [moo,", "flags: [{text: moo, network: pigeon},", 16, "network: "),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_a_pack_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert PACK.count(old) == 1
    message = complaint(tmp_path, PACK.replace(old, new))
    assert re.match(rf"house\.yaml:{line or '[0-9]+'}: ", message)
    assert says in message


SITE_MISTAKES = {
    "a change without a reason": ("    because: the farm asked for it\n", "", 3, "because: is missing; add it"),
    "an empty reason": ("the farm asked for it", '""', 4, "because: "),
    "a lapsed change": ("2999-01-31", "2020-01-31", 6, "has lapsed"),
    "an end that is no day": ("2999-01-31", "2999-02-31", 6, ""),
    "an end in words": ("2999-01-31", "next week", 6, "until: "),
    "an end with a time": ("2999-01-31", "2999-01-31 10:00:00", 6, "until: "),
    "an unknown rule": ("house/moo", "house/boo", 3, "there is no rule house/boo"),
    "a rule without its pack": ("house/moo", "moo", 3, "there is no rule moo"),
    "a wrong action": ("status: trial", "action: forbid", 5, "use note, revise or block"),
    "an unknown key": ("status: trial", "state: trial", 5, "state: unknown key"),
    "a change of nothing": ("    status: trial\n", "", 3, "action"),
    "no packs": ("packs: [house]", "packs: []", 1, "packs: "),
    "a pack in another folder": ("packs: [house]", "packs: [../house]", 1, "no pack's name"),
    "a pack of a file's name": ("packs: [house]", "packs: [house.yaml]", 1, ""),
    "a bare number as time": ("changes:", "working_hours:\n  begin: 10:30\nchanges:", 3, "in quotes"),
    "no such time": ("changes:", 'working_hours:\n  begin: "25:00"\nchanges:', 3, "begin: "),
    "no such day": ("changes:", "working_hours:\n  days: [mon, holiday]\nchanges:", 3, "days: "),
    "an end before the beginning": ("changes:", 'working_hours:\n  begin: "22:00"\n  end: "06:00"\nchanges:', 0, "end"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "says"), SITE_MISTAKES.values(), ids=SITE_MISTAKES.keys())
def test_a_mistake_in_the_site_file_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert CHANGE.count(old) == 1
    message = complaint(tmp_path, site=CHANGE.replace(old, new))
    assert re.match(rf"(?:site|house)\.yaml(?:\.yaml)?:{line or '[0-9]+'}: ", message)
    assert says in message


def test_all_mistakes_are_named_at_once_and_each_but_once(tmp_path: Path) -> None:
    rule = PACK[PACK.index("  - id: moo") :].replace("id: moo", "id: baa")
    pack = PACK.replace("status: active", "status: sleeping").replace("flags: [moo, moo too]", "flags: [moo, 7]")
    shapes = complaint(tmp_path, pack + rule.replace("action: revise", "action: forbid")).splitlines()
    assert [line.partition(": ")[0] for line in shapes] == ["house.yaml:8", "house.yaml:16", "house.yaml:23"]
    two = "words: [moo]", 'patterns: ["(moo", moo, "moo)"]'
    meaning = complaint(tmp_path, PACK.replace(*two) + rule + rule).splitlines()
    assert [line.partition(": ")[0] for line in meaning] == ["house.yaml:14", "house.yaml:14", "house.yaml:29"]
    unknown = PACK.replace("words: [moo]", "statements: [mooing]") + rule.replace("words: [moo]", "entities: [COW]")
    assert [line[:13] for line in complaint(tmp_path, unknown).splitlines()] == ["house.yaml:14", "house.yaml:25"]
    (tmp_path / "barn.yaml").write_text("pack: barn\n")
    both = complaint(tmp_path, PACK.replace("why: Cows are shy.", "why:"), "packs: [house, barn]\n")
    assert {line.partition(":")[0] for line in both.splitlines()} == {"house.yaml", "barn.yaml"}
    changes = CHANGE.replace("2999", "2020") + CHANGE.partition("changes:\n")[2].replace("moo", "boo")
    assert [line[:11] for line in complaint(tmp_path, site=changes).splitlines()] == ["site.yaml:6", "site.yaml:7"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# only a comment\n",
        "- a list\n",
        "42\n",
        "[" * 100 + "]" * 100,
        "[" * 1_000,
        "{a: " * 70 + "1" + "}" * 70,
        PACK + "---\n" + PACK,
        "? [a, b]\n: c\n" + PACK,
        "? {a: b}\n: c\n" + PACK,
        PACK.replace("House rules", "!!python/object:os.system ls"),
        PACK.replace("House rules", "!!int goose"),
        PACK.replace("House rules", "!goose x"),
        PACK.replace("House rules", "!!binary goose"),
        PACK.replace("House rules", "!!timestamp goose"),
        PACK.replace("House rules", "\x07"),
        PACK.encode("utf-16"),
        PACK.replace("House", "Haüs").encode("latin-1"),
        b"\xff\xfe\x00",
        b"\x00",
    ],
)
def test_what_is_no_pack_at_all_is_refused_by_file_and_line(tmp_path: Path, content: str | bytes) -> None:
    assert re.match(r"house\.yaml:\d+: ", complaint(tmp_path, content))


@pytest.mark.parametrize(
    "site", ["", "packs: house\n", 'packs: ["a\\0b"]\n', "packs: [1]\n", 'packs: [""]\n', "packs: ['.']\n"]
)
def test_a_site_file_without_usable_packs_is_refused(tmp_path: Path, site: str) -> None:
    assert re.match(r"(?:site)?\.yaml:\d+: ", complaint(tmp_path, site=site))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"site\.yaml:1: "):
        load_policy(tmp_path)
    (tmp_path / "site.yaml").write_text("packs:\n  - house\n  - barn\n")
    (tmp_path / "house.yaml").write_text(PACK)
    with pytest.raises(PolicyError, match=r"^(?:site\.yaml:3|barn\.yaml:1): .*missing"):
        load_policy(tmp_path)


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "house.yaml").mkdir()
    with pytest.raises(PolicyError, match=r"^house\.yaml:1: "):
        load_policy(tmp_path)


def test_a_wrong_action_for_one_account_is_named_where_it_stands(tmp_path: Path) -> None:
    new = "action:\n      personal: note\n      brand: forbid"
    assert complaint(tmp_path, PACK.replace("action: revise", new)).startswith("house.yaml:14: ")


def test_an_account_that_there_is_not_is_named(tmp_path: Path) -> None:
    message = complaint(tmp_path, PACK.replace("action: revise", "action:\n      private: note"))
    assert message.startswith(("house.yaml:12: ", "house.yaml:13: "))
    assert "personal" in message


def test_a_message_does_not_quote_what_stood_there(tmp_path: Path) -> None:
    for old, new in (
        ("words: [moo]", 'patterns: ["canary("]'),
        ("why: Cows are shy.", "why: [canary]"),
        ("active", "canary"),
    ):
        assert "canary" not in complaint(tmp_path, PACK.replace(old, new))


def test_a_vocabulary_that_grows_without_end_is_refused_at_once(tmp_path: Path) -> None:
    lists = {name: [f"{{{below}}}"] * 12 for name, below in pairwise(["wa", "wb", "wc", "wd", "we"])}
    vocabulary = yaml.safe_dump({"vocabulary": lists | {"we": ["goose"]}})
    pack = PACK.replace("vocabulary:\n  bird: [goose, gander]\n", vocabulary)
    assert re.match(r"house\.yaml:\d+: ", complaint(tmp_path, pack.replace("words: [moo]", 'patterns: ["{wa}"]')))


@given(data=st.one_of(st.binary(max_size=60), st.text("{}[]:-,&*!|>'\"%#? \n\tab01", max_size=60).map(str.encode)))
def test_any_bytes_are_a_pack_or_an_error_that_says_where(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("policies", numbered=True)
    assert re.match(r"house\.yaml:\d+: ", complaint(folder, data))


lines = PACK.splitlines()


@given(at=st.integers(0, len(lines) - 1), new=st.text("{}[]:-,&*!|>'\"%#? \tab01~\x85é", max_size=20))
def test_any_line_put_into_a_pack_is_taken_or_refused_by_line(
    tmp_path_factory: pytest.TempPathFactory, at: int, new: str
) -> None:
    folder = tmp_path_factory.mktemp("policies", numbered=True)
    (folder / "site.yaml").write_text(SITE)
    (folder / "house.yaml").write_text("\n".join([*lines[:at], new, *lines[at:]]), encoding="utf-8")
    said = ""
    try:
        load_policy(folder)
    except PolicyError as error:
        said = str(error)
    assert re.match(r"house\.yaml:\d+: |$", said)
