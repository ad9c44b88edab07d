"""`checkpost check`: what it reads, what it prints, and the status it ends with."""

from __future__ import annotations

import base64
import getpass
import json
import re
import shutil
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.pictures import Picture, Pictures

KEYS = ["id", "outcome", "findings", "rewrite", "policy", "language", "incomplete"]
FINDING_KEYS = ["rule", "category", "action", "start", "end", "text", "score", "why", "suggest", "learn"]
SPANISH = (
    "Esta mañana caminamos por el puerto viejo y hablamos durante horas con los pescadores que vuelven "
    "cada día cansados pero contentos con sus barcos llenos de sardinas"
)


@pytest.mark.parametrize(
    ("draft", "status", "said"),
    [
        ("A quiet morning at the quay.", 0, "Good to go"),
        ("A gull stole my roll.", 0, "For your information: A gull"),
        ("I am not gullible.", 0, "Good to go"),
        ("The springtide comes.", 1, "Please change: A tide without a table"),
        ("Spring and the tide come.", 0, "Good to go"),
        ("They pump bilgewater.", 3, "Please leave out: Bilgewater"),
        ("A gull, the springtide and bilgewater.", 3, "Please do not post this"),
        ("x" * 40_001, 4, "40,000 characters at most"),
        ("x" * 40_000, 0, "Good to go"),
        (SPANISH, 4, "another language (es)"),
        (SPANISH + " bilgewater", 3, "another language (es)"),
    ],
)
def test_the_status_tells_the_outcome(terminal: Any, draft: str, status: int, said: str) -> None:
    result = terminal("check", draft)

    assert result.exit_code == status
    assert said in result.stdout
    assert result.stderr == ""


def test_a_draft_of_fifty_thousand_characters_is_unchecked_and_told_to_come_in_parts(terminal: Any) -> None:
    result = terminal("check", given="bilgewater " * 4_546)

    assert result.exit_code == 4
    assert "Check it in parts" in result.stdout
    assert "bilgewater" not in result.stdout


def test_text_a_file_and_standard_input_are_read_alike(terminal: Any, tmp_path: Path) -> None:
    draft = "Grüße 😀 vom Kai.\nBilgewater, überall."
    file = tmp_path / "draft.txt"
    file.write_text(draft, encoding="utf-8")
    with_mark = tmp_path / "windows.txt"
    with_mark.write_text(draft, encoding="utf-8-sig")

    results = [
        terminal("check", draft, "--json"),
        terminal("check", "--json", "--file", str(file)),
        terminal("check", "--json", "--file", str(with_mark)),
        terminal("check", "--json", "--file", "-", given=draft),
        terminal("check", "--json", given=draft),
        terminal("check", "-", "--json", given=draft),
    ]

    assert {result.exit_code for result in results} == {3}
    assert len({json.dumps(verdict_without_id(result.stdout)) for result in results}) == 1


def test_json_has_the_contracts_form(terminal: Any) -> None:
    terminal("terms", "add", "Wexcombe Chandlers", "--kind", "client")
    draft = "😀🏴‍☠️ Odalys Fenwright met Wexcombe Chandlers; the springtide came."

    result = terminal("check", draft, "--json")

    assert result.stdout.count("\n") == 1
    verdict = json.loads(result.stdout)
    assert list(verdict) == KEYS
    assert uuid.UUID(verdict["id"])
    assert verdict["outcome"] == "block"
    assert verdict["rewrite"] == "😀🏴‍☠️ Odalys Fenwright met a client; the high water came."
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", verdict["policy"])
    assert verdict["language"] == "en"
    assert verdict["incomplete"] == []
    assert [list(finding) for finding in verdict["findings"]] == [FINDING_KEYS] * 3
    for finding in verdict["findings"]:
        assert finding["text"] == draft[finding["start"] : finding["end"]]
        assert type(finding["start"]) is int
        assert type(finding["end"]) is int
        assert type(finding["score"]) is float
        assert 0 <= finding["score"] <= 1
    name, client, tide = verdict["findings"]
    assert (name["rule"], name["action"], name["text"]) == ("personal-data/person-name", "note", "Odalys Fenwright")
    assert client == {
        "rule": "harbour/client",
        "category": "confidential_term",
        "action": "block",
        "start": draft.index("Wexcombe"),
        "end": draft.index(";"),
        "text": "Wexcombe Chandlers",
        "score": 1.0,
        "why": "Clients choose when they are named.",
        "suggest": ["a client"],
        "learn": None,
    }
    assert (tide["action"], tide["learn"]) == ("revise", "https://harbour.example/tides#spring")


@pytest.mark.parametrize(
    ("draft", "outcome", "incomplete", "language"),
    [
        ("Fog.", "ok", [], "en"),
        ("The springtide comes.", "revise", [], "en"),
        ("Bilgewater.", "block", [], "en"),
        ("y" * 40_001, "unchecked", ["length"], "en"),
        (SPANISH, "unchecked", ["language:es"], "es"),
        (SPANISH + " bilgewater", "block", ["language:es"], "es"),
    ],
)
def test_json_says_what_could_not_run(
    terminal: Any, draft: str, outcome: str, incomplete: list[str], language: str
) -> None:
    verdict = json.loads(terminal("check", draft, "--json").stdout)

    assert (verdict["outcome"], verdict["incomplete"], verdict["language"]) == (outcome, incomplete, language)


def test_a_secret_term_is_never_repeated(terminal: Any) -> None:
    terminal("terms", "add", "Lanternfold", "--kind", "deal", "--secrecy", "secret", "--alias", "Glimmerfold")
    draft = "Fog again. We whisper of Glimmerfold, they say. More fog."

    shown = terminal("check", draft)
    verdict = json.loads(terminal("check", draft, "--json").stdout)

    assert shown.exit_code == 3
    assert shown.stdout.lower().count("glimmerfold") == 1, "in the draft itself and nowhere else"
    assert "Lanternfold" not in shown.stdout
    (finding,) = verdict["findings"]
    assert draft[finding["start"] : finding["end"]] == "We whisper of Glimmerfold, they say."
    assert (finding["text"], finding["suggest"], finding["category"]) == (None, [], "confidential_term")
    assert verdict["rewrite"] is None
    assert not re.search("deal|lanternfold|glimmerfold", json.dumps(verdict).lower())


def test_a_secret_term_that_is_a_persons_name_is_not_told_to_programs_either(terminal: Any) -> None:
    terminal("terms", "add", "Odalys Fenwright", "--secrecy", "secret")

    shown = terminal("check", "We met Odalys Fenwright.", "--json").stdout
    found = json.loads(shown)["findings"]

    assert "personal-data/person-name" in {each["rule"] for each in found}, "the note itself stays"
    assert {each["text"] for each in found} == {None}
    assert "odalys" not in shown.lower()


def test_a_persons_name_is_told_to_programs_and_not_to_people(terminal: Any) -> None:
    draft = "We met Odalys Fenwright."

    shown = terminal("check", draft)
    verdict = json.loads(terminal("check", draft, "--json").stdout)

    assert shown.stdout.strip() == "✅ Good to go"
    assert [finding["text"] for finding in verdict["findings"]] == ["Odalys Fenwright"]


@pytest.mark.parametrize(("account", "status"), [("personal", 1), ("brand", 3)])
def test_the_account_decides_how_strict_a_rule_is(terminal: Any, account: str, status: int) -> None:
    assert terminal("check", "The springtide comes.", "--account", account).exit_code == status


@pytest.mark.parametrize(
    "network", "linkedin x facebook instagram threads mastodon bluesky tiktok youtube reddit other".split()
)
def test_every_network_of_the_contract_is_known(terminal: Any, network: str) -> None:
    assert terminal("check", "Fog.", "--network", network).exit_code == 0


@pytest.mark.parametrize(
    ("at", "zone", "account", "noted"),
    [
        ("2026-03-03T10:30:00+01:00", "Europe/Berlin", "personal", True),
        ("2026-03-03T10:30", "Europe/Berlin", "personal", True),
        ("2026-03-03T10:30:00+01:00", "Europe/Berlin", "brand", False),
        ("2026-03-03T10:30:00+01:00", "Pacific/Auckland", "personal", False),
        ("2026-03-03T10:30:00+01:00", None, "personal", False),
        ("2026-03-07T10:30:00+01:00", "Europe/Berlin", "personal", False),
    ],
)
def test_working_time_is_told_by_the_authors_clock(
    terminal: Any, at: str, zone: str | None, account: str, noted: bool
) -> None:
    clock = ["--timezone", zone] if zone else []

    result = terminal("check", "Fog.", "--at", at, "--account", account, *clock)

    assert result.exit_code == 0
    assert ("working time" in result.stdout) is noted


def test_a_note_about_the_hour_does_not_quote_the_whole_draft(terminal: Any) -> None:
    draft = "Fog over the quay, and a kettle that sings."

    result = terminal("check", draft, "--at", "2026-03-03T10:30:00+01:00", "--timezone", "Europe/Berlin")

    assert "working time" in result.stdout
    assert f"“{draft}”" not in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "the draft is empty"),
        (("",), "the draft is empty"),
        ((" \n ",), "the draft is empty"),
        (("Fog.", "--network", "myspace"), "linkedin"),
        (("Fog.", "--account", "both"), "brand"),
        (("Fog.", "--timezone", "Berlin"), "write AREA/CITY"),
        (("Fog.", "--timezone", "../../etc/passwd"), "write AREA/CITY"),
        (("Fog.", "--timezone", "Europe"), "write AREA/CITY"),
        (("Fog.", "--timezone", ""), "write AREA/CITY"),
        (("Fog.", "--at", "tomorrow"), "at:"),
        (("Fog.", "--at", "2026-13-40"), "at:"),
        (("Fog.", "--file", "nowhere.txt"), "nowhere.txt"),
        (("Fog.", "--file", "-"), "one of them"),
        (("Fog.", "--jsonl"), "--jsonl takes everything from its lines"),
        (("--jsonl", "--network", "x"), "--jsonl takes everything from its lines"),
        (("--jsonl", "--json"), "--jsonl takes everything from its lines"),
        (("Fog.", "more fog"), "unexpected extra argument"),
        (("--colour", "Fog."), "--colour"),
    ],
)
def test_wrong_usage_says_what_to_write_and_ends_with_two(terminal: Any, words: tuple[str, ...], said: str) -> None:
    result = terminal("check", *words)

    assert result.exit_code == 2
    assert said in result.stderr
    assert "Input should be" not in result.stderr, "that is our parser speaking"
    assert result.stdout == ""


def test_a_draft_that_is_not_utf8_is_named_by_the_byte(terminal: Any, tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes(b"Ahoi K\xe4pten")

    by_file, by_pipe = terminal("check", "--file", str(file)), terminal("check", given=b"Ahoi K\xe4pten")

    assert (by_file.exit_code, by_pipe.exit_code) == (2, 2)
    assert "not UTF-8 (byte 7)" in by_file.stderr
    assert by_file.stderr == by_pipe.stderr


def test_an_argument_with_a_broken_character_is_read_with_a_sign_in_its_place(terminal: Any) -> None:
    result = terminal("check", "\udcff bilgewater \ud800", "--json")

    finding = json.loads(result.stdout)["findings"][0]
    assert (finding["start"], finding["end"], result.exit_code) == (2, 12, 3)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_moment_at_the_end_of_time_does_not_spoil_the_check(terminal: Any, at: str) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Midway"):
        result = terminal("check", "Fog.", "--at", at, "--timezone", zone)

        assert result.exit_code in (0, 2), result.stdout


def test_without_a_database_it_names_the_command_that_makes_one(fresh: Any, tmp_path: Path) -> None:
    result = fresh("check", "Fog.")

    assert result.exit_code == 4
    assert "run `checkpost db init`" in result.stderr
    assert not list(tmp_path.iterdir()), "a check makes no database"


def test_jsonl_without_a_database_ends_with_four_too(fresh: Any) -> None:
    assert fresh("check", "--jsonl", given='{"text": "Fog."}').exit_code == 4


def test_with_another_key_it_does_not_check(terminal: Any) -> None:
    result = terminal("check", "Fog.", CHECKPOST_ENCRYPTION_KEY=key(b"k"))

    assert result.exit_code == 4
    assert "CHECKPOST_ENCRYPTION_KEY" in result.stderr
    assert "not the one this database was made with" in result.stderr
    assert key(b"k")[3:] not in result.stderr


def test_without_the_key_file_it_does_not_make_a_new_key(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "checkpost.db.key").unlink()

    result = terminal("check", "Fog.")

    assert result.exit_code == 4
    assert "checkpost.db.key is missing" in result.stderr
    assert not (tmp_path / "checkpost.db.key").exists()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"\0" * 4080, b"no database at all" * 300])
def test_with_a_damaged_database_it_does_not_check(terminal: Any, tmp_path: Path, content: bytes) -> None:
    for leftover in tmp_path.glob("checkpost.db-*"):
        leftover.unlink()
    (tmp_path / "checkpost.db").write_bytes(content)

    result = terminal("check", "Fog.")

    assert result.exit_code == 4
    assert "database" in result.stderr
    assert result.stdout == ""


def test_with_a_broken_pack_it_names_file_and_line(terminal: Any, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(terminal.environ["CHECKPOST_POLICY_DIR"], folder)
    pack = folder / "harbour.yaml"
    pack.write_text(pack.read_text().replace("action: note", "action: shrug"))
    line = pack.read_text().split("action: shrug")[0].count("\n") + 1

    result = terminal("check", "Fog.", CHECKPOST_POLICY_DIR=str(folder))

    assert result.exit_code == 4
    assert result.stderr == f"checkpost: harbour.yaml:{line}: action: use note, revise or block\n"


def test_without_a_policy_folder_it_says_where_it_looked(terminal: Any, tmp_path: Path) -> None:
    result = terminal("check", "Fog.", CHECKPOST_POLICY_DIR=str(tmp_path / "nowhere"))

    assert result.exit_code == 4
    assert "nowhere" in result.stderr
    assert "take it out of site.yaml" not in result.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHECKPOST_ENV", "staging"),
        ("LOG_LEVEL", "LOUD"),
        ("PORT", "eighty"),
        ("CHECKPOST_DATABASE_URL", "mysql://harbour/db"),
        ("CHECKPOST_ENCRYPTION_KEY", "k1:tooshort"),
        ("CHECKPOST_ADMINS", "the boss"),
        ("SLACK_BOT_TOKEN", "xoxb-half"),
    ],
)
def test_a_wrong_setting_is_named(terminal: Any, variable: str, value: str) -> None:
    result = terminal("check", "Fog.", **{variable: value})

    assert result.exit_code == 4
    assert variable.replace("BOT_TOKEN", "SIGNING_SECRET") in result.stderr


def test_production_without_a_key_does_not_check(terminal: Any) -> None:
    result = terminal("check", "Fog.", CHECKPOST_ENV="production")

    assert result.exit_code == 4
    assert "CHECKPOST_ENCRYPTION_KEY is not set" in result.stderr


def test_nothing_in_a_draft_reaches_the_terminal_as_a_command(terminal: Any) -> None:
    draft = "bilgewater \x1b[2J\x1b]0;owned\x07 \u202egnihton\u202c \x9b31m\x00 [red]springtide[/red] :gull:"

    result = terminal("check", draft, FORCE_COLOR=None)

    assert result.exit_code == 3
    assert not set("\x1b\x07\x9b\x00\u202e\u202c") & set(result.stdout)
    assert "[red]" in result.stdout, "a draft's brackets are no markup"


def test_the_log_goes_to_standard_error_and_leaves_json_whole(terminal: Any) -> None:
    result = terminal("check", "Fog.", "--json", LOG_LEVEL="DEBUG")

    assert json.loads(result.stdout)["outcome"] == "ok"


def test_each_check_is_on_record_under_the_operators_name(terminal: Any, tmp_path: Path) -> None:
    terminal("check", "The springtide comes.")
    with closing(sqlite3.connect(tmp_path / "checkpost.db")) as connection:
        (record,) = connection.execute("SELECT record FROM audit").fetchone()

    values = json.loads(record)
    assert values["actor"] == f"cli:{getpass.getuser()}"
    assert (values["kind"], values["outcome"], values["rules"]) == ("check", "revise", ["harbour/tide"])
    assert "springtide" not in record


def test_the_operator_has_no_probing_limit(terminal: Any) -> None:
    terminal("terms", "add", "Lanternfold", "--secrecy", "secret")
    lines = "\n".join(json.dumps({"text": f"We whisper of Lanternfold {number}."}) for number in range(40))

    result = terminal("check", "--jsonl", given=lines)

    assert [json.loads(line)["outcome"] for line in result.stdout.splitlines()] == ["block"] * 40


def verdict_without_id(text: str) -> dict[str, Any]:
    """Return a printed verdict, less what differs with each check."""
    verdict: dict[str, Any] = json.loads(text)
    return {name: value for name, value in verdict.items() if name != "id"}


def key(byte: bytes) -> str:
    """Return a key ring of one key, all of one byte."""
    return "k1:" + base64.b64encode(byte * 32).decode()


def test_a_picture_is_checked_like_a_text(terminal: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(_: object, data: bytes) -> Picture:
        return (
            Picture("Ahoy, the anchor is at 54.3.", None, sure=True)
            if data == b"text"
            else Picture("Ahoy." if data == b"blurred" else "", None, sure=data != b"blurred")
        )

    monkeypatch.setattr(Pictures, "read", read)
    file = tmp_path / "shot.png"
    file.write_bytes(b"text")
    assert json.loads(terminal("check", "--picture", str(file), "--json").output)["outcome"]
    file.write_bytes(b"blurred")
    assert terminal("check", "--picture", str(file)).exit_code == 4
    file.write_bytes(b"nothing")
    done = terminal("check", "--picture", str(file))
    assert done.exit_code == 2
    assert "no text in the picture" in done.output
    assert terminal("check", "words", "--picture", str(file)).exit_code == 2


def test_a_picture_that_cannot_be_read_is_not_checked(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(b"")
    done = terminal("check", "--picture", str(tmp_path / "shot.png"))
    assert done.exit_code == 4
    assert "the picture is empty" in done.output
