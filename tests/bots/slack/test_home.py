"""The Home tab, by person: a check, what is kept, the policy, own receipts, and the desk for admins alone."""

from __future__ import annotations

import pytest

from bots import labels
from core.draft import Author, Draft, Network
from core.errors import DatabaseError
from core.verdict import Outcome, Verdict


@pytest.fixture(params=["http", "socket"])
def way(request) -> str:
    """Return how Slack reaches us: every journey is tried over HTTP and over Socket Mode."""
    return request.param


async def open_home(caller, slack, user: str) -> dict:
    """Open the Home tab and return it."""
    slack.homes.pop(user, None)
    event = caller.event(type="app_home_opened", user=user, tab="home", channel=f"D{user}")
    assert (await caller.json(event)).status == 200
    return await slack.until_view(lambda _: user in slack.homes) and slack.homes[user]


@pytest.mark.parametrize(
    ("user", "keeps_terms"), [("UALICE", False), ("UADMIN", True), ("UGUEST", False), ("UNOBODY", False)]
)
async def test_everybody_has_a_home_and_only_admins_the_way_to_the_terms(stored, slack, user, keeps_terms) -> None:
    running = await stored()
    await running.services.terms.import_csv("term,kind,aliases,note\nNorthwind,client,,\n", "cli:somebody")
    view = await open_home(running.caller, slack, user)
    shown = str(view)
    for words in (labels.HOME_LEAD, labels.HOME_KEPT, labels.HOME_POLICY, labels.HOME_NO_RECEIPTS):
        assert words in shown
    assert (labels.TERMS in shown) is keeps_terms
    assert "Northwind" not in shown


async def test_the_other_tab_publishes_nothing(stored, slack) -> None:
    caller = (await stored()).caller
    await caller.json(caller.event(type="app_home_opened", user="UALICE", tab="messages", channel="DUALICE"))
    await caller.until_done()
    assert slack.homes == {}


async def test_somebodys_own_checks_are_their_receipts_without_a_word_of_the_draft(stored, slack) -> None:
    running = await stored()
    for number, (author, outcome) in enumerate(
        [("UALICE", Outcome.OK), ("UALICE", Outcome.BLOCK), ("UALICEX", Outcome.REVISE), ("UA", Outcome.OK)]
    ):
        draft = Draft(f"d{number}", "secret words", Author("slack", "T0001", author), Network.LINKEDIN)
        await running.services.audit.record_check(draft, Verdict(draft.id, outcome, "sha256:x"))
    view = await open_home(running.caller, slack, "UALICE")
    lines = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"][1:]
    assert [line.partition(" · ")[2] for line in lines] == [
        "⛔ Please do not post this · LinkedIn",
        "✅ Good to go · LinkedIn",
    ]
    assert "Europe/Berlin" in str(view)
    assert "secret words" not in str(view)


async def test_only_so_many_receipts_fit_and_a_lost_database_is_said(stored, slack, monkeypatch) -> None:
    running = await stored()
    for number in range(30):
        draft = Draft(f"d{number}", "x", Author("slack", "T0001", "UALICE"))
        await running.services.audit.record_check(draft, Verdict(draft.id, Outcome.OK, "sha256:x"))
    view = await open_home(running.caller, slack, "UALICE")
    assert len([block for block in view["blocks"] if block["type"] == "section"]) == 11

    async def lost(*_: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("core.audit.Audit.receipts", lost)
    assert labels.HOME_FAULT in str(await open_home(running.caller, slack, "UALICE"))


async def test_every_button_of_home_leads_somewhere(stored, slack) -> None:
    running = await stored()
    view = await open_home(running.caller, slack, "UADMIN")
    for label, words in (
        (labels.FORM_TITLE, labels.FORM_DRAFT),
        (labels.HOME_KEPT, "Deleting it"),
        (labels.HOME_TRAIL, "Would you sign it in a year?"),
        (labels.TERMS, labels.SEARCH),
    ):
        await running.caller.press(view, label, "UADMIN")
        await slack.until_view(lambda shown, words=words: words in str(shown))


async def test_the_policy_is_turned_page_by_page_and_every_rule_is_in_it(stored, slack) -> None:
    running = await stored()
    await running.caller.press(await open_home(running.caller, slack, "UALICE"), labels.HOME_POLICY)
    view = await slack.until_view(lambda shown: "Page 1 of" in str(shown))
    pages = int(str(view).split("Page 1 of ")[1].split("'")[0])
    seen = str(view)
    for number in range(2, pages + 1):
        await running.caller.press(view, labels.LATER)
        view = await slack.until_view(lambda shown, at=f"Page {number} of": at in str(shown))
        seen += str(view)
    assert pages > 1
    rules = running.services.checker.policy.rules
    assert [rule.id for rule in rules if rule.status == "active" and rule.id not in seen] == []
