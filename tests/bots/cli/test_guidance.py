"""The guidance desk and the report on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.settings import DEFAULT_POLICY_DIR


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("policy", "clauses"), "confidential/client-name: A client's name."),
        (("policy", "clauses", "client-name"), "Clients decide for themselves"),
        (("reply", "friend-request"), "in person or by phone first"),
        (("reply", "friend-request", "in-care"), "because it protects you"),
        (("trail",), "Can it be undone?"),
        (("privacy",), "Deleting it"),
    ],
)
def test_the_desk_answers_without_a_database(fresh: Any, words: tuple[str, ...], shown: str) -> None:
    result = fresh(*words, CHECKPOST_POLICY_DIR=str(DEFAULT_POLICY_DIR))
    assert (result.exit_code, shown in result.stdout) == (0, True)


def test_what_there_is_not_is_answered_with_what_there_is(fresh: Any) -> None:
    result = fresh("reply", "marriage-proposal")
    assert result.exit_code == 1
    assert "friend-request" in result.stderr


def test_a_report_counts_checks_and_findings_and_names_nobody(terminal: Any, tmp_path: Path) -> None:
    assert "0 checks" in terminal("report").stdout
    terminal("check", "--timezone", "Europe/Berlin", given="A calm evening by the water.")
    page = tmp_path / "report.html"
    assert "1 checks: 1 " in terminal("report", "--since", "2026-01-01").stdout
    assert terminal("report", "--out", str(page)).exit_code == 0
    shown = page.read_text(encoding="utf-8")
    assert "drafts checked" in shown
    assert "cli:" not in shown
