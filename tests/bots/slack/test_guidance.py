"""The guidance desk and the false-alarm button in Slack."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from bots import labels
from bots.desk import GUIDES
from bots.slack.render import render_verdict
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.guidance import load_guidance
from core.settings import DEFAULT_POLICY_DIR
from core.verdict import Outcome, Verdict
from tests import shipped

PAGES = {
    "policy confidential/client-name": "Clients decide for themselves",
    "policy client-name": "Clients decide for themselves",
    "reply friend-request": "in person or by phone first",
    "Reply friend request in-care": "because it protects you",
    "trail": "Would you sign it in a year?",
    "privacy": "Deleting it",
    "policy no-such-clause": "No clause has this name",
    "reply": "reply friend-request",
}


class Noted:
    """Keeps what would be recorded."""

    def __init__(self) -> None:
        self.alarms: list[tuple[str, str, str]] = []

    async def record_false_alarm(self, platform: str, rule: str, policy: str) -> None:
        self.alarms.append((platform, rule, policy))


@pytest.fixture
async def desk(bot):
    """The Slack door with the shipped policy and guidance behind it, and no detection."""
    checker = SimpleNamespace(policy=shipped.policy())
    return await bot(checker=checker, guidance=load_guidance(DEFAULT_POLICY_DIR), audit=Noted())


@pytest.mark.parametrize(("asked", "words"), PAGES.items())
async def test_every_page_is_there_by_command_and_in_the_direct_conversation(desk, slack, asked, words) -> None:
    await desk.caller.command(asked)
    await desk.caller.json(desk.caller.direct_message(asked))
    await slack.until(2)
    assert slack.words().count(words) >= 2


async def test_the_whole_policy_comes_within_the_limits_of_slack(desk, slack, violations) -> None:
    rules = desk.services.checker.policy.rules
    await desk.caller.command("policy")
    await slack.until_whole("tells more about it")
    shown = slack.words()
    assert all(rule.id in shown for rule in rules if rule.status == "active")
    assert [wrong for answer in slack.answers for wrong in violations(answer)] == []


@pytest.mark.parametrize(
    "draft",
    [
        "policy matters to me",
        "Policy",
        "trail running is my life",
        "privacy is dead",
        "reply to this post",
        "reply guy",
        "receipts or it did not happen",
    ],
)
def test_a_draft_that_begins_like_a_topic_stays_a_draft(draft: str) -> None:
    fits = re.fullmatch(GUIDES, draft, re.IGNORECASE)
    assert bool(fits) is (draft == "Policy")


def pressed(value: str, user: str = "UALICE", trigger: int = 1) -> bytes:
    """Return a press of the button as Slack sends it, each with a trigger of its own."""
    body = {
        "type": "block_actions",
        "team": {"id": "T0001"},
        "user": {"id": user},
        "channel": {"id": "D0001"},
        "trigger_id": f"1.{abs(hash(value))}.{trigger}",
        "actions": [{"type": "button", "action_id": "false_alarm", "block_id": "b", "value": value}],
    }
    return urlencode({"payload": json.dumps(body)}).encode()


async def test_a_false_alarm_is_noted_without_person_or_text(desk, slack) -> None:
    version = desk.services.checker.policy.version
    await desk.caller.form(pressed(f"claims/claim-without-source {version} d1"))
    await slack.until(1)
    assert "none of your words" in slack.words()
    assert desk.services.audit.alarms == [("slack", "claims/claim-without-source", version)]


async def test_a_false_alarm_counts_once_for_author_check_and_rule_however_often_it_is_pressed(desk, slack) -> None:
    version = desk.services.checker.policy.version
    moo, baa = (f"{rule.id} {version}" for rule in desk.services.checker.policy.rules[:2])
    presses = [(f"{moo} d1", "UALICE"), (f"{moo} d1", "UALICE"), (f"{moo} d2", "UALICE"), (f"{baa} d1", "UALICE")]
    presses += [(f"{moo} d1", "UBOB"), (moo, "UALICE"), (moo, "UALICE")]  # the last as buttons were before
    for number, (value, user) in enumerate(presses):
        await desk.caller.form(pressed(value, user, number))
    await slack.until(len(presses))
    rules = [f"{rule} {policy}" for _, rule, policy in desk.services.audit.alarms]
    assert sorted(rules) == sorted([moo, moo, baa, moo, moo])


@pytest.mark.parametrize(
    "value",
    [
        "claims/none sha256:" + "a" * 64,
        "claims/claim-without-source",
        "claims/claim-without-source draft text",
        "x" * 900,
    ],
)
async def test_a_press_that_names_no_rule_and_version_is_not_noted_and_that_is_said(desk, slack, value: str) -> None:
    assert (await desk.caller.form(pressed(value))).status == 200
    await slack.until(1)
    assert labels.PRESS_OVER in slack.words()
    assert desk.services.audit.alarms == []


def test_each_finding_that_asks_for_something_has_the_button_and_a_note_has_none() -> None:
    draft = Draft("d", "moo and baa", Author("test", "w", "u"))
    findings = (
        Finding("house/moo", "venting", Action.REVISE, Span(0, 3), 1.0, "Moo", "Why."),
        Finding("house/baa", "disclosure", Action.NOTE, Span(8, 11), 1.0, "Baa", "Why."),
    )
    (message,) = render_verdict(draft, Verdict("d", Outcome.REVISE, "sha256:ab", findings))
    rows = [block for block in message.blocks if block["type"] == "actions"]
    assert [row["elements"][0]["value"] for row in rows] == ["house/moo sha256:ab d"]
    assert "moo" not in rows[0]["elements"][0]["text"]["text"]
