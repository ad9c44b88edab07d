"""`checkpost terms` beyond add and remove: edits, embargoes, history, rollback, proposals, and what an import tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HEADER = "term,kind,aliases,note"


def entries(terminal: Any) -> dict[str, dict[str, Any]]:
    """Return the list by name."""
    return {entry["term"]: entry for entry in json.loads(terminal("terms", "list", "--json").stdout)}


def versions(terminal: Any) -> list[dict[str, Any]]:
    """Return the history."""
    found: list[dict[str, Any]] = json.loads(terminal("terms", "history", "--json").stdout)
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--note", "new"), {"note": "new", "kind": "deal", "aliases": ["HRN"], "owner": "ann"}),
        (("--name", "Grey Heron"), {"term": "Grey Heron", "kind": "deal"}),
        (("--kind", "client", "--secrecy", "secret"), {"kind": "client", "secrecy": "secret", "note": "old"}),
        (("--alias", "A1", "--alias", "B2"), {"aliases": ["A1", "B2"]}),
        (("--alias", ""), {"aliases": []}),
        (("--note", "", "--owner", ""), {"note": "", "owner": ""}),
        (("--until", "2036-05-04T09:00+02:00"), {"active_until": "2036-05-04T09:00:00+02:00"}),
        (("--from", "2035-05-04T09:30", "--timezone", "Europe/Berlin"), {"active_from": "2035-05-04T09:30:00+02:00"}),
        (("--until", ""), {"active_until": None}),
        (("--needs", "cue"), {"needs": "cue", "owner": "ann"}),
        (("--needs", ""), {"needs": None}),
    ],
)
def test_edit_changes_what_is_given(terminal: Any, words: tuple[str, ...], expected: dict[str, Any]) -> None:
    terminal("terms", "add", "Heron", "--kind", "deal", "--alias", "HRN", "--note", "old", "--owner", "ann",
             "--needs", "capital", "--until", "2036-01-01T00:00Z")  # fmt: skip

    result = terminal("terms", "edit", "heron", *words)

    assert result.exit_code == 0, result.stderr
    (entry,) = entries(terminal).values()
    assert {name: entry[name] for name in expected} == expected
    assert result.stdout == f"changed {entry['term']}\n"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("Heron",), 2, "write what to change"),
        (("Heron", "--note", "a", "b"), 2, "quotes"),
        (("Heron", "--needs", "luck"), 2, "'luck' is not one of 'capital', 'cue'"),
        (("Heron", "--until", "soon"), 2, "--until: write a moment with its zone"),
        (("Heron", "--until", "2036-05-04T09:00"), 2, "--until: write a moment with its zone"),
        (("Heron", "--until", "2036-05-04T09:00", "--timezone", "Mars/Base"), 2, "--timezone: write AREA/CITY"),
        (("Tern", "--note", "x"), 1, "no term has this name"),
    ],
)
def test_edit_refuses_with_a_reason(terminal: Any, words: tuple[str, ...], status: int, said: str) -> None:
    terminal("terms", "add", "Heron")
    before = entries(terminal)

    result = terminal("terms", "edit", *words)

    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr
    assert entries(terminal) == before


def test_a_rollback_restores_the_export_byte_by_byte_and_history_tells_of_it(terminal: Any) -> None:
    terminal("terms", "add", "Blue Heron", "--alias", "Heron", "--note", "a, “quoted” note")
    terminal("terms", "add", "Tern", "--kind", "deal")
    exported = terminal("terms", "export").stdout_bytes
    terminal("terms", "remove", "Tern")
    terminal("terms", "edit", "Blue Heron", "--name", "Skua", "--kind", "client")

    differs = terminal("terms", "diff", "2").stdout
    rolled = terminal("terms", "rollback", "2")

    assert differs == "~ Blue Heron → Skua (term, kind)\n- Tern\n"
    assert rolled.exit_code == 0
    assert rolled.stdout.splitlines()[-1] == "the list is at version 5, as it was in version 2; 2 terms changed"
    assert terminal("terms", "export").stdout_bytes == exported
    assert terminal("terms", "diff", "2", "5").stdout == ""
    assert [(each["version"], each["action"], each["added"], each["removed"]) for each in versions(terminal)] == [
        (1, "add", ["Blue Heron"], []),
        (2, "add", ["Tern"], []),
        (3, "remove", [], ["Tern"]),
        (4, "edit", [], []),
        (5, "rollback", ["Tern"], []),
    ]
    lines = terminal("terms", "history").stdout.splitlines()
    assert len(lines) == 5
    assert " · cli:" in lines[0]
    assert lines[3].endswith("edit · ~ Blue Heron → Skua")


@pytest.mark.parametrize(
    ("words", "status"),
    [(("rollback", "9"), 1), (("rollback", "-1"), 2), (("rollback", "x"), 2), (("diff", "0", "9"), 1), (("diff",), 2)],
)
def test_a_version_that_never_was_is_refused(terminal: Any, words: tuple[str, ...], status: int) -> None:
    terminal("terms", "add", "Heron")

    result = terminal("terms", *words)

    assert result.exit_code == status
    assert status == 2 or "there is no version 9: `terms history` shows all" in result.stderr


def test_what_is_worth_a_look_goes_to_standard_error(terminal: Any, tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(f"{HEADER},needs\nSummit,client,Zarquil,,\nPlimquay,deal,zarquil,,\nHarbour,client,,,capital\n")

    dry = terminal("terms", "import", str(path), "--dry-run")
    done = terminal("terms", "import", str(path))

    assert dry.stdout == "would import 3 new and 0 changed terms; 0 are as they were\n"
    first, second, third = dry.stderr.splitlines()
    assert first.startswith("line 2: this name is also an ordinary word")
    assert "write capital or cue as its needs" in first
    assert second == "line 3: has a spelling of line 2 too"
    assert third.startswith("of 300 ordinary posts these names would stop ")
    assert done.stderr.splitlines() == [first, second]
    assert list(entries(terminal)) == ["Harbour", "Plimquay", "Summit"]


def test_a_name_is_proposed_and_accepted_or_declined(terminal: Any) -> None:
    proposed = terminal("terms", "propose", "Blue", "Heron", "--note", "a client, I think")
    terminal("terms", "propose", "Tern")
    waiting = json.loads(terminal("terms", "proposals", "--json").stdout)
    table = terminal("terms", "proposals").stdout

    accepted = terminal("terms", "accept", waiting[0]["id"], "--kind", "client", "--secrecy", "secret")
    declined = terminal("terms", "decline", waiting[1]["id"])

    assert (proposed.stdout, accepted.stdout, declined.stdout) == (
        "proposed Blue Heron\n",
        "added Blue Heron\n",
        "declined Tern\n",
    )
    assert [(each["term"], each["note"]) for each in waiting] == [("Blue Heron", "a client, I think"), ("Tern", "")]
    assert "Blue Heron" in table
    (entry,) = entries(terminal).values()
    assert (entry["kind"], entry["secrecy"], entry["note"]) == ("client", "secret", "a client, I think")
    assert json.loads(terminal("terms", "proposals", "--json").stdout) == []
    assert "3 records" not in terminal("audit", "verify").stdout
    assert terminal("audit", "verify").stdout.startswith("4 records, chain intact")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("accept", "nope"), 1, "`terms proposals`"),
        (("decline", "nope"), 1, "`terms proposals`"),
        (("accept", "--kind", "deal"), 2, "number of a proposal"),
        (("propose", "Heron", "--kind", "deal"), 2, "a proposal is a name"),
        (("propose", "x"), 1, "two letters"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(terminal: Any, words: tuple[str, ...], status: int, said: str) -> None:
    result = terminal("terms", *words)

    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr


def test_an_embargo_is_shown_in_the_table(terminal: Any) -> None:
    terminal("terms", "add", "Heron", "--until", "2036-05-04T09:00", "--timezone", "America/New_York", "--owner", "ann")

    line = terminal("terms", "list").stdout.splitlines()[1]

    assert line.split() == ["Heron", "other", "open", "ann", "2036-05-04T09:00-04:00"]
