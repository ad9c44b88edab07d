"""`checkpost check --jsonl`: one verdict a line, in order, whatever stands between."""

from __future__ import annotations

import json
import os
import pty
from typing import Any

import pytest

UNIQUE = "Quorvellan"


def answers(result: Any) -> list[dict[str, Any]]:
    """Return what each printed line says."""
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "" or result.stdout.endswith("\n")
    return [json.loads(line) for line in result.stdout.split("\n")[:-1]]


def lines(*values: object) -> bytes:
    """Return one line for each value: bytes as they are, anything else as JSON."""
    return b"".join((value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n" for value in values)


def test_verdicts_come_in_the_order_of_the_lines(terminal: Any) -> None:
    drafts = {f"n{number}": ("Fog.", "The springtide.", "Bilgewater.")[number % 3] for number in range(60)}

    found = answers(terminal("check", "--jsonl", given=lines(*({"id": i, "text": t} for i, t in drafts.items()))))

    assert [answer["id"] for answer in found] == list(drafts)
    assert [answer["outcome"] for answer in found] == ["ok", "revise", "block"] * 20


def test_a_line_may_carry_everything_that_the_options_say(terminal: Any) -> None:
    at = {"at": "2026-03-03T10:30:00+01:00", "timezone": "Europe/Berlin"}
    found = answers(
        terminal(
            "check",
            "--jsonl",
            given=lines(
                {"id": "a", "text": "The springtide.", "account": "brand", "network": "linkedin"},
                {"id": "b", "text": "Fog.", **at},
                {"id": "c", "text": "Fog.", **at, "account": "brand"},
                {"id": "d", "text": "Fog.", "team": "quay", "text ": "Bilgewater", "likes": {"gull": [1, None]}},
            ),
        )
    )

    assert [answer["outcome"] for answer in found] == ["block", "ok", "ok", "ok"]
    assert [len(answer["findings"]) for answer in found] == [1, 1, 0, 0]


def test_a_line_gets_the_verdict_that_json_gives(terminal: Any) -> None:
    draft = "😀 The springtide brings bilgewater to Odalys Fenwright."
    alone = json.loads(terminal("check", draft, "--json").stdout)

    (in_line,) = answers(terminal("check", "--jsonl", given=lines({"id": alone["id"], "text": draft})))

    assert in_line == alone
    assert list(in_line) == list(alone)


def test_a_line_without_an_id_gets_one(terminal: Any) -> None:
    first, second = answers(terminal("check", "--jsonl", given=lines({"text": "Fog."}, {"text": "Fog."})))

    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("line", "identity", "said"),
    [
        (b"not json", None, "the line is not JSON"),
        (b'{"text": "Fog."', None, "the line is not JSON"),
        (b'{"text": "Fog."} {"text": "Fog."}', None, "the line is not JSON"),
        (b'{"text": NaN}', None, "the line is not JSON"),
        (b'["Fog."]', None, "not a JSON object"),
        (b'"Fog."', None, "not a JSON object"),
        (b"null", None, "not a JSON object"),
        (b'{"text": "F\xf6g."}', None, "the line is not UTF-8"),
        (b'{"id": "a", "text": ' + b"[" * 70 + b"]" * 70 + b"}", None, "64 levels deep"),
        (b"[" * 100_000, None, "64 levels deep"),
        (b'{"id": "a"}', "a", "text"),
        (b'{"id": "a", "text": null}', "a", "text"),
        (b'{"id": "a", "text": 5}', "a", "text"),
        (b'{"id": "a", "text": ""}', "a", "the draft is empty"),
        (b'{"id": "a", "text": " \\n "}', "a", "the draft is empty"),
        (b'{"id": "a", "text": "Fog.", "network": "myspace"}', "a", "linkedin"),
        (b'{"id": "a", "text": "Fog.", "account": "both"}', "a", "personal brand"),
        (b'{"id": "a", "text": "Fog.", "timezone": "Nowhere/Atall"}', "a", "AREA/CITY"),
        (b'{"id": "a", "text": "Fog.", "timezone": {"Quorvellan": 1}}', "a", "AREA/CITY"),
        (b'{"id": "a", "text": "Fog.", "timezone": 5}', "a", "AREA/CITY"),
        (b'{"id": "a", "text": "Fog.", "at": "Quorvellan"}', "a", "at:"),
        (b'{"id": "a", "text": "Fog.", "at": 1e999}', "a", "at:"),
        (b'{"id": "", "text": "Fog."}', "", "id"),
        (b'{"id": "\\ud800", "text": ""}', "\ufffd", "the draft is empty"),
        (b'{"id": "\\ud800\\udc00", "text": ""}', "\U00010000", "the draft is empty"),
    ],
)
def test_a_bad_line_gives_its_id_and_an_error_and_stops_nothing(
    terminal: Any, line: bytes, identity: object, said: str
) -> None:
    given = lines({"id": "before", "text": "Fog."}, line, {"id": "after", "text": "Bilgewater."})

    before, bad, after = answers(terminal("check", "--jsonl", given=given))

    assert list(bad) == ["id", "error"]
    assert bad["id"] == identity
    assert said in bad["error"]
    assert UNIQUE not in bad["error"]
    assert "Input should be" not in bad["error"], "that is our parser speaking"
    assert "Field required" not in bad["error"], "that is our parser speaking"
    assert (before["id"], before["outcome"]) == ("before", "ok")
    assert (after["id"], after["outcome"]) == ("after", "block")


@pytest.mark.parametrize("identity", [["a"], {"a": 1}, True, 1.5, None, "x" * 201])
def test_an_id_that_is_none_gives_an_error_about_the_id(terminal: Any, identity: object) -> None:
    given = lines({"id": identity, "text": "Fog."}, {"id": "after", "text": "Fog."})

    bad, after = answers(terminal("check", "--jsonl", given=given))

    assert list(bad) == ["id", "error"]
    assert bad["error"].startswith("id: ")
    assert after["outcome"] == "ok"


def test_an_id_that_is_a_number_comes_back_alike_from_good_and_bad_lines(terminal: Any) -> None:
    good, bad = answers(terminal("check", "--jsonl", given=lines({"id": 7, "text": "Fog."}, {"id": 7, "text": ""})))

    assert good["id"] == bad["id"]


@pytest.mark.parametrize(
    "given",
    [
        b'\n\n{"text": "Fog."}\n   \n\t\n{"text": "Fog."}\n\n',
        b'{"text": "Fog."}\r\n{"text": "Fog."}\r\n',
        b'{"text": "Fog."}\n{"text": "Fog."}',
        b'\xef\xbb\xbf{"text": "Fog."}\n{"text": "Fog."}\n',
        '{"text": "Fog.\u2028"}\n{"text": "Fog.\x85"}\n'.encode(),
    ],
    ids=["empty lines", "carriage returns", "no line break at the end", "byte order mark", "unicode line breaks"],
)
def test_two_drafts_are_two_answers(terminal: Any, given: bytes) -> None:
    assert [answer.get("outcome") for answer in answers(terminal("check", "--jsonl", given=given))] == ["ok", "ok"]


@pytest.mark.parametrize("given", [b"", b"\n\n", b"\n \r\n\t"])
def test_nothing_to_read_is_nothing_to_answer(terminal: Any, given: bytes) -> None:
    assert answers(terminal("check", "--jsonl", given=given)) == []


def test_the_limit_on_length_holds_for_each_line(terminal: Any) -> None:
    given = lines({"text": "x" * 50_000}, {"text": "x" * 40_000}, {"text": "😀" * 40_000}, {"text": "x" * 600_000})

    found = answers(terminal("check", "--jsonl", given=given))

    assert [answer["incomplete"] for answer in found] == [["length"], [], [], ["length"]]


def test_offsets_count_code_points_after_broken_characters(terminal: Any) -> None:
    line = b'{"text": "\\ud83d\\ude00 \\ud800\\u0000 bilgewater"}'

    (answer,) = answers(terminal("check", "--jsonl", given=lines(line)))

    (finding,) = answer["findings"]
    assert (finding["start"], finding["end"], finding["text"]) == (5, 15, "bilgewater")


def test_lines_may_come_from_a_file(terminal: Any, tmp_path: Any) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_bytes(lines({"id": "a", "text": "Fog."}))

    assert [answer["id"] for answer in answers(terminal("check", "--jsonl", "--file", str(file)))] == ["a"]


def test_progress_is_shown_at_a_terminal_only_and_beside_the_answers(process: Any, terminal: Any) -> None:
    ours, theirs = pty.openpty()
    given = lines(*({"id": str(number), "text": "Fog."} for number in range(5)))

    result = process("check", "--jsonl", given=given, stderr=theirs)
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)

    assert result.returncode == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["0", "1", "2", "3", "4"]
    assert "100%" in shown
    assert terminal("check", "--jsonl", given=given).stderr == ""
