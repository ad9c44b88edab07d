"""Who may keep the list of terms, and what everybody else is told."""

from __future__ import annotations

import pytest

from bots import wording

EVERY_WAY = "slack:UADMIN,slack:UGUEST,slack:UGONE,slack:@S0001,slack:workspace-admins,slack:UUNKNOWN"


@pytest.fixture
def kept(monkeypatch) -> list[tuple[str, str]]:
    """Record what reaches the list instead of changing it."""
    seen: list[tuple[str, str]] = []

    async def terms_command(services, actor: str, text: str) -> str:
        seen.append((actor, text))
        return "Done with Northwind."

    monkeypatch.setattr("bots.slack.terms.terms_command", terms_command)
    return seen


@pytest.mark.parametrize(
    ("typed", "passed_on"),
    [
        ("terms add Northwind --kind client", "add Northwind --kind client"),
        ("Terms   list", "list"),
        ("terms import\nterm,kind\nNorthwind,client", "import\nterm,kind\nNorthwind,client"),
        ("terms add R&amp;D <http://northwind.com|northwind.com>", "add R&D northwind.com"),
        ("terms remove “Northwind Traders”", "remove “Northwind Traders”"),
        ("terms export", "export"),
        ("terms rollback 3", "rollback 3"),
        ("terms delete Northwind", "delete Northwind"),
    ],
)
async def test_an_admin_keeps_the_list(caller, slack, kept, typed: str, passed_on: str) -> None:
    await caller.command(typed, user="UADMIN")
    await slack.until(1)
    assert kept == [("slack:T0001:UADMIN", passed_on)]
    (answer,) = slack.answers
    assert answer["response_type"] == "ephemeral"
    assert "Northwind" not in answer["text"]
    assert "Done with Northwind." in slack.words()


@pytest.mark.parametrize("typed", ["terms", "terms help"])
async def test_an_admin_who_gets_no_desk_sees_how(caller, slack, kept, typed: str) -> None:
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    await caller.command(typed, user="UADMIN")
    await slack.until(1)
    assert "`/checkpost terms add" in slack.words()
    assert kept == []


@pytest.mark.parametrize(
    ("user", "allowed"),
    [
        ("UADMIN", True),
        ("UOWNER", True),
        ("UGROUPED", True),
        ("UALICE", False),
        ("UGUEST", False),
        ("UGONE", False),
    ],
)
async def test_rights_come_from_the_settings_and_from_slack(bot, slack, kept, user: str, allowed: bool) -> None:
    running = await bot(admins=EVERY_WAY)
    await running.caller.command("terms list", user=user)
    await slack.until(1)
    assert bool(kept) is allowed
    if not allowed:
        assert "kept by <@UADMIN>" in slack.words()
        assert "<!subteam^S0001>" in slack.words()
        assert wording.WORKSPACE_ADMINS in slack.words()


@pytest.mark.parametrize("typed", ["terms", "terms list", "terms add X", "terms export", "terms import\nterm"])
async def test_everybody_else_is_told_whom_to_ask(caller, slack, kept, typed: str) -> None:
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    await caller.command(typed)
    await slack.until(1)
    assert slack.words().startswith(wording.NOT_ADMIN.format(admins="<@UADMIN>"))
    assert kept == []


async def test_without_admins_the_operator_is_named(bot, slack, kept) -> None:
    running = await bot(admins="teams:00000000-0000-0000-0000-000000000001")
    await running.caller.command("terms list", user="UADMIN")
    await slack.until(1)
    assert wording.NO_ADMINS in slack.words()
    assert kept == []


async def test_an_admin_of_another_workspace_is_nobody_here(caller, slack, kept) -> None:
    await caller.command("terms list", user="UADMIN", team_id="T9999")
    await slack.until(1)
    assert kept == []


async def test_rights_are_asked_anew_each_time(bot, slack, kept) -> None:
    running = await bot(admins="slack:workspace-admins")
    await running.caller.command("terms list", user="UOWNER")
    await slack.until(1)
    slack.people["UOWNER"] = {}
    await running.caller.command("terms list", user="UOWNER")
    await slack.until(2)
    assert len(kept) == 1


@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list", "auth.test"])
async def test_when_slack_does_not_say_nothing_is_done(bot, slack, kept, method: str) -> None:
    slack.faults[method] = [{"ok": False, "error": "invalid_auth"}] * 9
    running = await bot(admins="slack:@S0001")
    await running.caller.command("terms list", user="UGROUPED")
    await slack.until(1)
    assert slack.answers[0]["text"] == wording.RIGHTS_UNKNOWN
    assert kept == []


async def test_terms_are_not_kept_by_direct_message(caller, slack, kept) -> None:
    await caller.json(caller.direct_message("terms list price went up", user="UADMIN"))
    await slack.until(1)
    assert slack.posts[0]["text"] == "✅ Good to go"
    assert kept == []
