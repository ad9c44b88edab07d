"""`checkpost db`, `audit` and `doctor`: birth, record and health of an installation."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import stat
import sys
from contextlib import closing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import pytest

from bots.cli import main
from core.model.reader import FOLDER, load_reader
from core.settings import DEFAULT_POLICY_DIR

KEY = "k1:" + base64.b64encode(b"q" * 32).decode()
OTHER_KEY = "k1:" + base64.b64encode(b"r" * 32).decode()
SAMPLE = ["Northwind Traders", "Operation Marram", "Project Tidewren", "Quillstone 3", "Velmora Holdings", "Zephyrane"]


def test_db_init_twice_changes_nothing_the_second_time(fresh: Any, tmp_path: Path) -> None:
    first = fresh("db", "init")
    fresh("terms", "add", "Heron")
    key = (tmp_path / "checkpost.db.key").read_bytes()
    second = fresh("db", "init", "--sample")

    assert (first.exit_code, first.stdout) == (0, "the database is ready\n")
    assert (second.exit_code, second.stdout) == (0, "the database exists already; nothing was changed\n")
    assert (tmp_path / "checkpost.db.key").read_bytes() == key
    assert [entry["term"] for entry in json.loads(fresh("terms", "list", "--json").stdout)] == ["Heron"]


def test_the_key_file_is_for_its_owner_alone(terminal: Any, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "checkpost.db.key").stat().st_mode) == 0o600


def test_a_sample_list_guards_from_the_start(fresh: Any) -> None:
    assert fresh("db", "init", "--sample").exit_code == 0

    assert [entry["term"] for entry in json.loads(fresh("terms", "list", "--json").stdout)] == SAMPLE
    assert fresh("check", "A workshop with Northwind.").exit_code == 3


@pytest.mark.parametrize("name", ["odd #1", "odd %41", "was it?", "two  blanks & more", "Größe 😀"])
def test_the_database_lies_where_it_was_asked_for(fresh: Any, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    url = f"sqlite:///{quote(str(folder))}/kept.db"

    made = fresh("db", "init", CHECKPOST_DATABASE_URL=url)
    checked = fresh("check", "Fog.", CHECKPOST_DATABASE_URL=url)

    assert (made.exit_code, checked.exit_code) == (0, 0), made.stderr + checked.stderr
    assert (folder / "kept.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_relative_path_is_read_from_where_the_command_runs(
    fresh: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert fresh("db", "init", CHECKPOST_DATABASE_URL=None).exit_code == 0
    assert (tmp_path / "checkpost.db").is_file(), "the default of the contract"


def test_db_init_in_a_folder_that_is_not_there_says_so(fresh: Any, tmp_path: Path) -> None:
    result = fresh("db", "init", CHECKPOST_DATABASE_URL=f"sqlite:///{tmp_path}/no/such/folder.db")

    assert result.exit_code == 1
    assert f"{tmp_path}/no/such" in result.stderr
    assert "folder" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"a shopping list\n" * 100], ids=["empty", "foreign"])
def test_db_init_does_not_touch_a_file_that_is_not_ours(fresh: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpost.db").write_bytes(content)

    result = fresh("db", "init")

    assert result.exit_code == 1
    assert "database" in result.stderr
    assert (tmp_path / "checkpost.db").read_bytes() == content


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("db", "init"), 1),
        (("db", "upgrade"), 1),
        (("terms", "list"), 1),
        (("terms", "add", "Heron"), 1),
        (("terms", "export"), 1),
        (("audit", "verify"), 1),
        (("doctor",), 1),
        (("check", "Fog."), 4),
    ],
)
def test_production_without_a_key_refuses_whatever_opens_the_database(
    fresh: Any, tmp_path: Path, words: tuple[str, ...], status: int
) -> None:
    fresh("db", "init", CHECKPOST_ENV="production", CHECKPOST_ENCRYPTION_KEY=KEY)
    before = (tmp_path / "checkpost.db").read_bytes()

    result = fresh(*words, CHECKPOST_ENV="production")

    assert result.exit_code == status
    assert "CHECKPOST_ENCRYPTION_KEY is not set" in result.stdout + result.stderr
    assert (tmp_path / "checkpost.db").read_bytes() == before
    assert not (tmp_path / "checkpost.db.key").exists()


def test_production_without_a_key_makes_no_database(fresh: Any, tmp_path: Path) -> None:
    result = fresh("db", "init", CHECKPOST_ENV="production")

    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_production_with_a_key_works_and_writes_no_key_file(fresh: Any, tmp_path: Path) -> None:
    production = {"CHECKPOST_ENV": "production", "CHECKPOST_ENCRYPTION_KEY": KEY}

    assert fresh("db", "init", **production).exit_code == 0
    assert fresh("check", "Fog.", **production).exit_code == 0
    assert not (tmp_path / "checkpost.db.key").exists()


@pytest.mark.parametrize(
    "words", [("db", "init"), ("db", "upgrade"), ("terms", "list"), ("audit", "verify"), ("doctor",)]
)
def test_another_key_is_refused_by_every_command(fresh: Any, words: tuple[str, ...]) -> None:
    fresh("db", "init", CHECKPOST_ENCRYPTION_KEY=KEY)

    result = fresh(*words, CHECKPOST_ENCRYPTION_KEY=OTHER_KEY)

    assert result.exit_code == 1
    assert "not the one this database was made with" in result.stdout + result.stderr


def test_a_key_may_come_from_a_file_and_an_empty_one_is_refused(fresh: Any, tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    file.write_text(KEY + "\n")

    assert fresh("db", "init", CHECKPOST_ENCRYPTION_KEY_FILE=str(file)).exit_code == 0
    file.write_text("\n")
    result = fresh("terms", "list", CHECKPOST_ENCRYPTION_KEY_FILE=str(file))

    assert result.exit_code == 1
    assert "CHECKPOST_ENCRYPTION_KEY_FILE" in result.stderr


def test_db_upgrade_says_where_the_database_stands(terminal: Any, tmp_path: Path) -> None:
    result = terminal("db", "upgrade")
    (tmp_path / "checkpost.db").unlink()
    gone = terminal("db", "upgrade")

    assert result.exit_code == 0
    assert "already" in result.stdout
    assert gone.exit_code == 1
    assert "run `checkpost db init`" in gone.stderr
    assert not (tmp_path / "checkpost.db").exists()


def test_a_database_of_another_version_names_the_command(terminal: Any, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "checkpost.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")

    result = terminal("check", "Fog.")

    assert result.exit_code == 4
    assert "run `checkpost db upgrade`" in result.stderr


def test_audit_verify_walks_the_chain(terminal: Any) -> None:
    empty = terminal("audit", "verify")
    for draft in ("Fog.", "Bilgewater.", "More fog."):
        terminal("check", draft)
    full = terminal("audit", "verify")

    assert (empty.exit_code, empty.stdout) == (0, "0 records\n")
    assert full.exit_code == 0
    assert full.stdout.startswith("3 records, chain intact; head 3:")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE audit SET record = replace(record, 'block', 'ok') WHERE seq = 2", "record 2 was changed"),
        ("UPDATE audit SET at = '2001-01-01 00:00:00.000000' WHERE seq = 2", "record 2 was changed"),
        ("UPDATE audit SET mac = substr(mac, 2) || 'a' WHERE seq = 3", "record 3 was changed"),
        ("DELETE FROM audit WHERE seq = 2", "record 2 is missing"),
        ("DELETE FROM audit WHERE seq = 1", "record 1 is missing"),
        ("UPDATE audit SET seq = 9 WHERE seq = 3", "record 3 is missing"),
    ],
)
def test_audit_verify_names_the_first_record_that_does_not_hold(
    terminal: Any, tmp_path: Path, damage: str, said: str
) -> None:
    for draft in ("Fog.", "Bilgewater.", "More fog."):
        terminal("check", draft)
    with closing(sqlite3.connect(tmp_path / "checkpost.db")) as connection, connection:
        connection.execute(damage)

    result = terminal("audit", "verify")

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


def test_a_published_head_shows_a_cut(terminal: Any, tmp_path: Path) -> None:
    terminal("check", "Fog.")
    terminal("check", "More fog.")
    head = terminal("audit", "verify").stdout.split()[-1]
    terminal("check", "Fog at last.")

    held = terminal("audit", "verify", "--head", head)
    other = terminal("audit", "verify", "--head", "2:" + "0" * 64)
    with closing(sqlite3.connect(tmp_path / "checkpost.db")) as connection, connection:
        connection.execute("DELETE FROM audit WHERE seq > 1")
    unseen, cut = terminal("audit", "verify"), terminal("audit", "verify", "--head", head)

    assert held.exit_code == 0
    assert other.exit_code == 1
    assert "not the one that was published" in other.stderr
    assert unseen.exit_code == 0, "a chain alone cannot know its own end"
    assert cut.exit_code == 1
    assert "it ends at 1, record 2 had been published" in cut.stderr


@pytest.mark.parametrize("head", ["2", "x:" + "0" * 64, "2:" + "0" * 63, "2:" + "G" * 64, "2:" + "0" * 64 + "\n", ":"])
def test_a_head_in_another_form_is_wrong_usage(terminal: Any, head: str) -> None:
    result = terminal("audit", "verify", "--head", head)

    assert result.exit_code == 2
    assert "SEQ:MAC" in result.stderr


def test_doctor_finds_a_sound_house(terminal: Any) -> None:
    terminal("terms", "add", "Heron")

    result = terminal("doctor")

    assert result.exit_code == 0
    said = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert said["settings"] == "ok (test)"
    assert said["policy"].startswith("ok (7 rules, sha256:")
    assert said["reader"].startswith("ok (statements and names in English")
    assert said["database"] == "ok (1 terms, version 1)"
    assert {name: said[name].split(":")[0] for name in ("slack", "teams", "api")} == dict.fromkeys(
        ("slack", "teams", "api"), "off"
    )
    assert "CHECKPOST_ADMINS" in said["admins"]
    assert said["reviews"].startswith("off: set CHECKPOST_REVIEW_CHANNEL")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"CHECKPOST_REVIEW_CHANNEL": "teams:19:x", "CHECKPOST_REVIEWERS": "slack:U0"},
            "requests go to teams, which is off",
        ),
        ({"CHECKPOST_REVIEW_CHANNEL": "slack:C0"}, "nobody decides"),
        ({"CHECKPOST_REVIEW_CHANNEL": "slack:C0", "CHECKPOST_REVIEWERS": "slack:U0"}, "reviews   on"),
    ],
)
def test_doctor_tells_whether_a_request_for_review_would_be_answered(
    terminal: Any, variables: dict[str, str], said: str
) -> None:
    assert said in terminal("doctor", SLACK_BOT_TOKEN="xoxb-g", SLACK_SIGNING_SECRET="b", **variables).stdout


@pytest.mark.parametrize(
    ("last", "said"), [("{title: Legal, reviewers: [slack:U1]}", "on"), ("{title: Legal}", "NOT READY: nobody decides")]
)
def test_doctor_asks_the_steps_for_reviewers_too(terminal: Any, tmp_path: Path, last: str, said: str) -> None:
    site = shutil.copytree(Path(__file__).parent / "harbour", tmp_path / "policies")
    with (site / "site.yaml").open("a") as file:
        file.write(f"review: {{steps: [{{title: Review, reviewers: [slack:U0]}}, {last}]}}\n")
    chat = {"SLACK_BOT_TOKEN": "xoxb-g", "SLACK_SIGNING_SECRET": "b", "CHECKPOST_REVIEW_CHANNEL": "slack:C0"}
    assert f"reviews   {said}" in terminal("doctor", CHECKPOST_POLICY_DIR=str(site), **chat).stdout


def test_doctor_names_the_shipped_addresses_until_they_are_your_own(terminal: Any, tmp_path: Path) -> None:
    site = tmp_path / "policies"
    shutil.copytree(DEFAULT_POLICY_DIR, site)
    said = terminal("doctor", CHECKPOST_POLICY_DIR=str(site)).stdout
    assert "owners    communications@example.com, compliance@example.com, " in said
    for path in site.glob("*.yaml"):
        path.write_text(re.sub(r"(?m)^owner: .*", "owner: ask@harbour.test", path.read_text("utf-8")), "utf-8")
    assert "owners" not in terminal("doctor", CHECKPOST_POLICY_DIR=str(site)).stdout


@pytest.mark.parametrize(("app_token", "way"), [("", "https"), ("xapp-bowline", "Socket Mode")])
def test_doctor_tells_which_doors_are_open_and_shows_no_secret(terminal: Any, app_token: str, way: str) -> None:
    result = terminal(
        "doctor",
        CHECKPOST_API_TOKEN="wharf-rat-17",
        SLACK_BOT_TOKEN="xoxb-gangplank",
        SLACK_SIGNING_SECRET="barnacle",
        SLACK_APP_TOKEN=app_token,
        CHECKPOST_ADMINS="slack:U0HARBOUR",
    )

    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert f"slack     on, over {way}: " in result.stdout
    assert ["api", "on"] in lines
    assert ["teams", "off:"] in [line[:2] for line in lines]
    assert not any(line[0] == "admins" for line in lines)
    for secret in ("wharf-rat-17", "xoxb-gangplank", "barnacle", "xapp-"):
        assert secret not in result.stdout + result.stderr


def test_doctor_names_what_is_broken_and_only_that(terminal: Any, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.yaml").write_text("packs: [nothing]\n")

    no_policy = terminal("doctor", CHECKPOST_POLICY_DIR=str(site))
    (tmp_path / "checkpost.db").unlink()
    no_database = terminal("doctor")

    assert no_policy.exit_code == no_database.exit_code == 1
    assert "policy    NOT OK: nothing.yaml:1:" in no_policy.stdout
    assert "database  ok" in no_policy.stdout
    assert "policy    ok" in no_database.stdout
    assert "database  NOT OK: there is no database" in no_database.stdout


def test_doctor_names_the_file_of_the_reader_that_is_missing(
    terminal: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "names.ort").unlink()
    monkeypatch.setattr(sys.modules["bots.cli.doctor"], "load_reader", partial(load_reader, tmp_path))

    result = terminal("doctor")

    assert result.exit_code == 1
    assert f"reader    NOT OK: {tmp_path / 'names.ort'}: this file cannot be read" in result.stdout


def test_doctor_does_not_call_a_door_open_that_is_shut(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("\n")

    result = terminal("doctor", CHECKPOST_API_TOKEN_FILE=str(tmp_path / "token.txt"))

    assert "api       on" not in result.stdout
    assert "CHECKPOST_API_TOKEN_FILE" in result.stderr


def test_a_half_set_up_door_is_named(terminal: Any) -> None:
    result = terminal("doctor", TEAMS_APP_ID="00000000-0000-4000-8000-000000000000")

    assert result.exit_code == 1
    assert "TEAMS_APP_PASSWORD" in result.stderr
    assert "TEAMS_TENANT_ID" in result.stderr


@pytest.mark.parametrize("words", [(), ("db",), ("terms",), ("policy",), ("audit",)])
def test_a_command_alone_shows_its_help(fresh: Any, words: tuple[str, ...]) -> None:
    result = fresh(*words)

    assert "Commands:" in result.stdout + result.stderr
    assert "Usage: checkpost" in result.stdout + result.stderr


def test_every_command_of_the_help_explains_itself(fresh: Any) -> None:
    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        result = fresh(*path, "--help")
        assert result.exit_code == 0
        assert (command.help or "").strip(), path
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, (*path, name))

    walk(main, ())


def test_version_is_the_packages(fresh: Any) -> None:
    assert fresh("--version").stdout == version("checkpost") + "\n"


def test_an_upgrade_brings_the_list_under_a_new_key_and_says_so_once(fresh: Any) -> None:
    rotated = {"CHECKPOST_ENCRYPTION_KEY": f"{OTHER_KEY.replace('k1', 'k2')},{KEY}"}
    fresh("db", "init", CHECKPOST_ENCRYPTION_KEY=KEY)
    fresh("terms", "add", "Heron", CHECKPOST_ENCRYPTION_KEY=KEY)

    first, second = (fresh("db", "upgrade", **rotated).stdout.splitlines() for _ in range(2))

    assert first[1:] == ["2 rows were encrypted anew with the first key of CHECKPOST_ENCRYPTION_KEY"]
    assert second == first[:1]
    assert fresh("terms", "edit", "heron", "--note", "x", **rotated).exit_code == 0
    alone = fresh("terms", "list", CHECKPOST_ENCRYPTION_KEY=OTHER_KEY.replace("k1", "k2"))
    assert (alone.exit_code, "lacks the key 'k1'" in alone.stderr) == (1, True)


def test_a_backup_is_written_once_and_restored(terminal: Any, tmp_path: Path) -> None:
    terminal("terms", "add", "Heron")
    file = str(tmp_path / "monday.backup")
    written = terminal("db", "backup", file)
    again = terminal("db", "backup", file)
    terminal("terms", "remove", "Heron")
    restored = terminal("db", "restore", file)

    assert (written.exit_code, again.exit_code, restored.exit_code) == (0, 1, 0), again.stderr + restored.stderr
    head = re.search(r"head (1:[0-9a-f]{64})", written.stdout)
    assert head
    assert head[1] in restored.stdout
    assert "exists already" in again.stderr
    assert [entry["term"] for entry in json.loads(terminal("terms", "list", "--json").stdout)] == ["Heron"]
    assert terminal("audit", "verify", "--head", head[1]).exit_code == 0
    kept = [path.name for path in tmp_path.iterdir() if ".replaced-" in path.name]
    assert len(kept) == 1
    assert kept[0] in restored.stdout


@pytest.mark.parametrize("words", [("db", "backup"), ("db", "restore"), ("db", "restore", "nowhere")])
def test_a_backup_that_is_not_named_or_not_there_is_told(terminal: Any, words: tuple[str, ...]) -> None:
    told = terminal(*words)
    assert told.exit_code == (2 if len(words) == 2 else 1)
    assert told.stderr
