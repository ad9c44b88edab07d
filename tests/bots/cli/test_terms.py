"""`checkpost terms`: the operator keeps the list."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

HEADER = "term,kind,aliases,note"
FULL = "term,kind,aliases,note,secrecy,active_from,active_until,owner,needs"
LIST = f'''{FULL}
"Blue Heron, Ltd",client,Heron;Blue Heron,"until launch, then ""free""",open,,,desk@harbour.example,capital
Lanternfold,deal,,,secret,2026-01-01T00:00:00+00:00,2036-01-01T00:00:00+00:00,,
Ørsted's Ångström 😀,person,,,open,,,,
=SUM(A1),other,,,open,,,,
'''


def names(terminal: Any) -> list[str]:
    """Return the names on the list."""
    return [entry["term"] for entry in json.loads(terminal("terms", "list", "--json").stdout)]


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    """Write a file to import and return its path."""

    def write(content: str | bytes, name: str = "terms.csv") -> str:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(tmp_path / name)

    return write


def test_a_term_is_guarded_from_add_until_remove(terminal: Any) -> None:
    draft = "We sold rope to Blue Heron."

    before = terminal("check", draft).exit_code
    added = terminal("terms", "add", "Blue Heron", "--kind", "client")
    during = terminal("check", draft).exit_code
    removed = terminal("terms", "remove", "blue  heron")
    after = terminal("check", draft).exit_code

    assert (before, during, after) == (0, 3, 0)
    assert added.stdout == "added Blue Heron\n"
    assert removed.stdout == "removed Blue Heron\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("Heron",), {"kind": "other", "secrecy": "open", "aliases": [], "note": ""}),
        (("Heron", "--kind", "deal"), {"kind": "deal"}),
        (("Heron", "--alias", "Grey Heron", "--alias", "HRN"), {"aliases": ["Grey Heron", "HRN"]}),
        (("Heron", "--note", "until the launch"), {"note": "until the launch"}),
        (("Heron", "--note", "--secret--"), {"note": "--secret--"}),
        (("Heron", "--secrecy", "secret"), {"secrecy": "secret"}),
        (("O'Brien's", "Bar"), {"term": "O'Brien's Bar"}),
        (("AC\\DC",), {"term": "AC\\DC"}),
        (("Tom & Jerry's #1",), {"term": "Tom & Jerry's #1"}),
    ],
)
def test_add_keeps_what_was_given(terminal: Any, words: tuple[str, ...], expected: dict[str, Any]) -> None:
    result = terminal("terms", "add", *words)

    assert result.exit_code == 0, result.stderr
    (entry,) = json.loads(terminal("terms", "list", "--json").stdout)
    assert {name: entry[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "Missing argument"),
        (("Heron", "--kind", "boat"), 2, "'client', 'project', 'product', 'deal', 'person', 'other'"),
        (("Heron", "--kid", "client"), 2, "--kind"),
        (("Heron", "--kind"), 2, "--kind"),
        (("Heron", "--secrecy", "hush"), 2, "secret"),
        (("Heron", "--note", "until", "launch"), 2, "quotes"),
        (("--kind", "client", "Heron"), 2, "name first"),
        (("",), 1, "two letters or digits"),
        (("!?",), 1, "two letters or digits"),
        (("x",), 1, "two letters or digits"),
        (("x" * 201,), 1, "200 characters"),
        (("Heron", "--alias", "-"), 1, "two letters or digits"),
    ],
)
def test_add_refuses_with_a_reason(terminal: Any, words: tuple[str, ...], status: int, said: str) -> None:
    result = terminal("terms", "add", *words)

    assert result.exit_code == status
    assert said in result.stderr
    assert result.stdout == ""
    assert names(terminal) == []


def test_help_of_add_names_every_option(terminal: Any) -> None:
    result = terminal("terms", "add", "--help")

    assert result.exit_code == 0
    for word in ("--kind", "--alias", "--note", "--secrecy", "client", "project", "product", "deal", "person", "other"):
        assert word in result.stdout


def test_a_name_stands_on_the_list_once_in_whatever_spelling(terminal: Any) -> None:
    terminal("terms", "add", "Blue Heron")

    again = terminal("terms", "add", "BLUE-HÉRON")

    assert again.exit_code == 1
    assert "on the list already" in again.stderr
    assert names(terminal) == ["Blue Heron"]


def test_removing_what_is_not_there_says_where_to_look(terminal: Any) -> None:
    terminal("terms", "add", "Blue Heron", "--alias", "Birdie")

    for name in ("Grey Heron", "Birdie"):
        result = terminal("terms", "remove", name)

        assert result.exit_code == 1
        assert "`terms list`" in result.stderr
    assert names(terminal) == ["Blue Heron"]


def test_list_shows_a_table_and_json(terminal: Any, csv: Any) -> None:
    terminal("terms", "import", csv(LIST))

    table = terminal("terms", "list").stdout
    entries = json.loads(terminal("terms", "list", "--json").stdout)

    assert table.split()[:5] == ["term", "kind", "secrecy", "aliases", "note"]
    assert len(table.splitlines()) == 5
    assert [entry["term"] for entry in entries] == [
        "Blue Heron, Ltd",
        "Lanternfold",
        "Ørsted's Ångström 😀",
        "=SUM(A1)",
    ]
    assert entries[0] == {
        "term": "Blue Heron, Ltd",
        "kind": "client",
        "aliases": ["Heron", "Blue Heron"],
        "note": 'until launch, then "free"',
        "secrecy": "open",
        "active_from": None,
        "active_until": None,
        "owner": "desk@harbour.example",
        "needs": "capital",
        "workspace": None,
    }
    assert entries[1]["active_until"] == "2036-01-01T00:00:00+00:00"


def test_an_empty_list_is_an_empty_table(terminal: Any) -> None:
    assert json.loads(terminal("terms", "list", "--json").stdout) == []
    assert terminal("terms", "list").exit_code == 0
    assert terminal("terms", "export").stdout == FULL + "\n"


def test_brackets_in_a_name_are_no_markup(terminal: Any) -> None:
    terminal("terms", "add", "[bold]Heron[/] :gull:")

    assert "[bold]Heron[/] :gull:" in terminal("terms", "list").stdout


def test_an_export_imports_as_it_was(terminal: Any, csv: Any) -> None:
    terminal("terms", "import", csv(LIST))
    exported = terminal("terms", "export").stdout_bytes

    again = terminal("terms", "import", csv(exported, "again.csv"))
    for entry in names(terminal):
        terminal("terms", "remove", entry)
    anew = terminal("terms", "import", csv(exported, "anew.csv"))

    assert again.stdout == "imported 0 new and 0 changed terms; 4 are as they were\n"
    assert anew.stdout == "imported 4 new and 0 changed terms; 0 are as they were\n"
    assert terminal("terms", "export").stdout_bytes == exported
    assert b"\r" not in exported


def test_an_import_says_what_is_new_changed_and_the_same(terminal: Any, csv: Any) -> None:
    terminal("terms", "import", csv(f"{HEADER}\nHeron,client,,\nTern,deal,,\n"))

    result = terminal("terms", "import", csv(f"{HEADER}\nHERON,client,Bird,\nTern,deal,,\nSkua,person,,\n"))

    assert result.stdout == "imported 1 new and 1 changed terms; 1 are as they were\n"


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\nHeron,client,,\n",
        f"\ufeff{HEADER}\r\nHeron,client,,\r\n",
        "note,aliases,kind,term\n,,client,Heron\n",
        f"{HEADER}\n\n Heron , CLIENT ,;, \n\n",
        f"{HEADER},owner\nHeron,client,,,me\n",
    ],
    ids=["plain", "as spreadsheets write it", "columns in any order", "blanks and empty lines", "one optional column"],
)
def test_files_of_many_programs_are_read(terminal: Any, csv: Any, content: str) -> None:
    result = terminal("terms", "import", csv(content))

    assert result.stdout == "imported 1 new and 0 changed terms; 0 are as they were\n", result.stderr
    assert names(terminal) == ["Heron"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Skua,boat,,", "line 3: kind: use one of client project product deal person other"),
        (",client,,", "line 3: term: is empty"),
        ("Skua,client,", "line 3: this row has more or fewer columns"),
        ("Skua,client,,,,", "line 3: this row has more or fewer columns"),
        ("?!,client,,", "line 3: a name needs at least two letters or digits"),
        ("héron,client,,", "line 3: the same name stands in line 2"),
        ('"Skua,client,,', "line 3: this is not CSV"),
        (f"{'x' * 201},client,,", "line 3: a name may have 200 characters"),
    ],
)
def test_a_broken_row_is_named_by_its_line_and_nothing_is_imported(
    terminal: Any, csv: Any, row: str, said: str
) -> None:
    result = terminal("terms", "import", csv(f"{HEADER}\nHeron,client,,\n{row}\n"))

    assert result.exit_code == 1
    assert "nothing was imported" in result.stderr
    assert said in result.stderr
    assert "Skua" not in result.stderr, "the line is named, the name is not repeated"
    assert names(terminal) == []


def test_lines_are_counted_as_an_editor_counts_them(terminal: Any, csv: Any) -> None:
    content = f'{HEADER}\n\n"Heron",client,,"two\nlines"\n\nSkua,boat,,\nTern,deal,,\nGull,ship,,\n'

    result = terminal("terms", "import", csv(content))

    assert "2 row(s) need mending\nline 6: kind" in result.stderr
    assert "\nline 8: kind" in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: the first line must name the columns"),
        (b"name,kind\nHeron,client\n", "line 1: the first line must name the columns"),
        (f"{HEADER},colour\nHeron,client,,,red\n".encode(), "line 1: the first line must name the columns"),
        (f"{HEADER}\nHeron,client,,\nK\xe4pten,client,,\n".encode("latin-1"), "not UTF-8 (line 3)"),
        (f"{HEADER},active_until\nHeron,client,,,tomorrow\n".encode(), "line 2: active_until"),
        (f"{HEADER},active_until\nHeron,client,,,2026-05-04T09:00\n".encode(), "with its zone"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_place(terminal: Any, csv: Any, content: bytes, said: str) -> None:
    result = terminal("terms", "import", csv(content))

    assert result.exit_code == 1
    assert said in result.stderr
    assert names(terminal) == []


def test_a_dry_run_says_the_same_and_changes_nothing(terminal: Any, csv: Any, tmp_path: Path) -> None:
    terminal("terms", "add", "Heron", "--kind", "client")
    records = terminal("audit", "verify").stdout
    path = csv(f"{HEADER}\nHeron,deal,,\nTern,deal,,\n")

    dry = terminal("terms", "import", path, "--dry-run")

    assert dry.stdout == "would import 1 new and 1 changed terms; 0 are as they were\n"
    assert names(terminal) == ["Heron"]
    assert terminal("audit", "verify").stdout == records
    assert terminal("terms", "import", path).stdout == "imported 1 new and 1 changed terms; 0 are as they were\n"
    assert terminal("terms", "import", csv(f"{HEADER}\nGull,boat,,\n"), "--dry-run").exit_code == 1


def test_a_missing_file_is_wrong_usage(terminal: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        assert terminal("terms", "import", str(path)).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [("list",), ("add", "Heron"), ("remove", "Heron"), ("export",)],
)
def test_without_a_database_every_command_fails_and_says_so(fresh: Any, words: tuple[str, ...]) -> None:
    result = fresh("terms", *words)

    assert result.exit_code == 1
    assert "run `checkpost db init`" in result.stderr


def test_a_term_under_embargo_is_free_outside_it(terminal: Any, csv: Any) -> None:
    rows = f"""{FULL}
Heron,client,,,open,,2020-01-01T00:00:00+00:00,,
Tern,client,,,open,2020-01-01T00:00:00+00:00,,,
"""
    terminal("terms", "import", csv(rows))

    assert terminal("check", "Rope for Heron.").exit_code == 0
    assert terminal("check", "Rope for Tern.").exit_code == 3


def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_half_done(terminal: Any, tmp_path: Path) -> None:
    refuse_records(tmp_path / "checkpost.db")

    result = terminal("terms", "add", "Heron")

    assert result.exit_code == 1
    assert result.stderr.startswith("checkpost: ")
    assert result.stderr.count("\n") == 1
    assert "Heron" not in result.stderr
    assert names(terminal) == []


def test_a_check_that_cannot_be_recorded_is_unchecked(terminal: Any, tmp_path: Path) -> None:
    refuse_records(tmp_path / "checkpost.db")

    result = terminal("check", "Fog.")

    assert result.exit_code == 4
    assert "a check without a record does not count" in result.stdout


def test_a_tampered_row_is_found_out(terminal: Any, tmp_path: Path) -> None:
    terminal("terms", "add", "Heron", "--kind", "client")
    with closing(sqlite3.connect(tmp_path / "checkpost.db")) as connection, connection:
        connection.execute("UPDATE terms SET sealed = zeroblob(64)")

    listed, checked = terminal("terms", "list"), terminal("check", "Rope for Heron.")

    assert listed.exit_code == 1
    assert "cannot be decrypted" in listed.stderr
    assert checked.exit_code == 4


async def test_a_change_counts_at_the_next_check_of_a_running_server(fresh: Any, serve: Any) -> None:
    running = await serve(
        CHECKPOST_API_TOKEN="anchor-chain", CHECKPOST_POLICY_DIR=fresh.environ["CHECKPOST_POLICY_DIR"]
    )

    async def outcome() -> str:
        headers = {"Authorization": "Bearer anchor-chain"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{running.url}/v1/check", json={"text": "Rope for Heron."}, headers=headers) as response,
        ):
            return str((await response.json())["outcome"])

    outcomes = [await outcome()]
    for words in (("add", "Heron", "--kind", "client"), ("remove", "Heron")):
        assert (await asyncio.to_thread(fresh, "terms", *words)).exit_code == 0
        outcomes.append(await outcome())

    assert outcomes == ["ok", "block", "ok"]


def refuse_records(path: Path) -> None:
    """Make the database refuse audit records, as a full disk would."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )


def test_a_workspace_has_names_of_its_own_beside_those_of_all(terminal: Any, csv: Any) -> None:
    terminal("terms", "add", "Heron")
    assert terminal("terms", "--workspace", "T0002", "add", "Lanternfold").exit_code == 0
    terminal("terms", "--workspace", "T0002", "import", csv(f"{HEADER}\nPlimquay,client,,\n"))
    everywhere = terminal("terms", "list", "--json")
    assert [(each["term"], each["workspace"]) for each in json.loads(everywhere.stdout)] == [("Heron", None)]
    assert "2 more are of one workspace: `terms --workspace T0002 list`" in everywhere.stderr
    mine = terminal("terms", "--workspace", "T0002", "list", "--json")
    assert {each["term"]: each["workspace"] for each in json.loads(mine.stdout)} == {
        "Heron": None,
        "Lanternfold": "T0002",
        "Plimquay": "T0002",
    }
    assert mine.stderr == ""
    assert "workspace" in terminal("terms", "--workspace", "T0002", "list").stdout
    assert "workspace" not in terminal("terms", "list").stdout
    alone = terminal("terms", "--workspace", "T0003", "list").stdout
    assert [line.split()[0] for line in alone.splitlines() if line.split()[-1] == "all"] == ["Heron"]
    assert "Heron" not in terminal("terms", "--workspace", "T0002", "export").stdout
    assert "guarded in all workspaces" in terminal("terms", "--workspace", "T0002", "remove", "Heron").stderr
    assert "no term has this name" in terminal("terms", "remove", "Plimquay").stderr
    assert "Plimquay" in terminal("terms", "--workspace", "T0002", "history").stdout
    assert "Plimquay" not in terminal("terms", "history").stdout
