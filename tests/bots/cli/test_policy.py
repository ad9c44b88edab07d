"""`checkpost policy`: for somebody who answers for the rules and knows no Python."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def folder(fresh: Any, tmp_path: Path) -> Path:
    """A copy of the harbour's policy, to be changed."""
    return Path(shutil.copytree(fresh.environ["CHECKPOST_POLICY_DIR"], tmp_path / "policies"))


def edit(folder: Path, before: str, after: str, name: str = "harbour.yaml") -> int:
    """Change one place of a pack and return its line."""
    pack = folder / name
    text = pack.read_text()
    assert text.count(before) >= 1, before
    pack.write_text(text.replace(before, after, 1))
    return text.split(before)[0].count("\n") + 1


def test_list_shows_each_rule_with_what_it_asks(fresh: Any, tmp_path: Path) -> None:
    result = fresh("policy", "list")

    rows = {line.split()[0]: line.split()[1:4] for line in result.stdout.splitlines()}
    assert result.exit_code == 0
    assert rows["harbour/tide"] == ["active", "revise", "block"]
    assert rows["harbour/hours"] == ["active", "note", "-"]
    assert len(rows) == 8
    assert not list(tmp_path.glob("*.db*")), "the rules can be read without a database"


def test_show_tells_a_rule_from_its_reason_to_its_examples(fresh: Any) -> None:
    result = fresh("policy", "show", "harbour/tide")

    assert result.exit_code == 0
    for words in (
        "harbour/tide: A tide without a table (active)",
        "personal revise, brand block",
        "unverified_claim",
        "harbour-master@harbour.example",
        "Tides are published by the harbour office.",
        "high water",
        "https://harbour.example/tides#spring",
        "A springtide, they say.",
        "The tide, in spring.",
    ):
        assert words in result.stdout


def test_showing_a_rule_that_is_not_there_names_the_command_that_lists_them(fresh: Any) -> None:
    result = fresh("policy", "show", "harbour/kraken")

    assert result.exit_code == 1
    assert "`checkpost policy list`" in result.stderr


def test_docs_prints_a_page_about_every_rule_and_says_which_are_off(fresh: Any, folder: Path, tmp_path: Path) -> None:
    site = folder / "site.yaml"
    site.write_text(site.read_text().replace("[harbour, personal-data]", "[harbour]"))
    out = tmp_path / "rules.md"
    printed = fresh("policy", "docs", str(folder))
    written = fresh("policy", "docs", str(folder), "--out", str(out))

    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert out.read_text() == printed.stdout
    for words in (
        "### harbour/tide\n\n**A tide without a table.** Tides are published by the harbour office.",
        "- Asks: personal account: revise; brand account: block\n- Better words: high water",
        "- Owner: harbour-master@harbour.example",
        "  - A springtide, they say.",
        "Off until `site.yaml` names it.",
    ):
        assert words in printed.stdout


def test_the_harbours_policy_holds(fresh: Any, folder: Path) -> None:
    for words in ((), (str(folder),)):
        result = fresh("policy", "test", *words)

        assert result.stdout == "7 rules, 28 examples, 0 failed\n"
        assert result.exit_code == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            '"They pump bilgewater."',
            '"They pump water."',
            "harbour/bilge: flags example is not found: They pump water.",
        ),
        ('"The bilge is dry."', '"Dry bilgewater."', "harbour/bilge: passes example is found: Dry bilgewater."),
        ("[bilgewater]", "[bilgewater, wastewater]", "harbour/bilge: no example needs pattern 2"),
    ],
)
def test_an_example_that_does_not_hold_is_told_with_its_rule(
    fresh: Any, folder: Path, before: str, after: str, said: str
) -> None:
    edit(folder, before, after)

    result = fresh("policy", "test", str(folder))

    assert result.exit_code == 1
    assert said in result.stdout
    assert result.stdout.endswith("7 rules, 28 examples, 1 failed\n")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("action: note", "action: shrug", "action: use note, revise or block"),
        ("action: note", "action: note\n    colour: grey", "colour: unknown key"),
        ("detect: {words: [gull]}", "detect: {words: [gull], entities: [X]}", "exactly one of"),
        ("words: [gull]", "words: [no]", "write it in quotes"),
        ("words: [gull]", "patterns: ['(?=gull)']", ""),
        ("id: gull", "id: bilge", "stands twice"),
        ("    status: active", "   status: active", "this is not YAML"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(fresh: Any, folder: Path, before: str, after: str, said: str) -> None:
    line = edit(folder, before, after)

    for words in (("policy", "test", str(folder)), ("policy", "list"), ("policy", "show", "harbour/gull")):
        result = fresh(*words, CHECKPOST_POLICY_DIR=str(folder))

        assert result.exit_code == 1
        assert result.stderr.startswith("checkpost: harbour.yaml:")
        assert abs(int(result.stderr.split(":")[2]) - line) <= 1
        assert said in result.stderr


def test_a_folder_that_is_none_is_wrong_usage_and_an_empty_one_is_told(fresh: Any, tmp_path: Path) -> None:
    missing, empty = fresh("policy", "test", str(tmp_path / "nowhere")), fresh("policy", "test", str(tmp_path))

    assert missing.exit_code == 2
    assert empty.exit_code == 1
    assert "site.yaml" in empty.stderr
    assert "take it out of site.yaml" not in empty.stderr


def test_a_change_in_site_yaml_is_in_force_and_a_lapsed_one_is_an_error(terminal: Any, folder: Path) -> None:
    with (folder / "site.yaml").open("a") as site:
        site.write("changes:\n  - {rule: harbour/gull, action: block, because: the gulls complained}\n")
    changed = terminal("check", "A gull.", CHECKPOST_POLICY_DIR=str(folder))
    (folder / "site.yaml").write_text(
        (folder / "site.yaml").read_text().replace("action: block", "action: block, until: 2020-01-31")
    )
    lapsed = terminal("check", "A gull.", CHECKPOST_POLICY_DIR=str(folder))

    assert changed.exit_code == 3
    assert lapsed.exit_code == 4
    assert "site.yaml:4: this change has lapsed" in lapsed.stderr
