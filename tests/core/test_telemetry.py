"""The log lets named keys through, and the code logs no other: one that is dropped tells an operator nothing."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
import structlog

from core.telemetry import ALLOWED, set_up_logging

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {f"log.{level}" for level in ("debug", "info", "warning", "error", "exception", "critical")}


def logged() -> dict[str, set[str]]:
    """Return the keys that each module logs by name."""
    found: dict[str, set[str]] = {}
    for path in [*ROOT.glob("bots/**/*.py"), *ROOT.glob("core/**/*.py")]:
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in LEVELS:
                keys = {each.arg for each in call.keywords if each.arg}
                found.setdefault(str(path.relative_to(ROOT)), set()).update(keys)
    return found


def test_every_key_that_the_code_logs_gets_through() -> None:
    keys = logged()
    assert "advice" in keys["bots/slack/stream.py"], "the keys are found"
    assert {path: sorted(names - ALLOWED) for path, names in keys.items() if names - ALLOWED} == {}


def test_what_an_operator_is_advised_is_told_and_a_key_that_nobody_named_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("INFO")
    structlog.get_logger().error("slack.stream_refused", advice="check SLACK_APP_TOKEN", draft="Lunch with Northwind")
    line = json.loads(capsys.readouterr().err)
    assert (line["advice"], line["draft"]) == ("check SLACK_APP_TOKEN", "[dropped]")
