"""The terms desk in views: every right asked at every step, every step recorded, nothing lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bots import labels, wording
from core.errors import TermsError
from core.terms.term import Secrecy

ROWS = "term,kind,aliases,note\nNorthwind Traders,client,Northwind,until launch\nSummit,project,,\n"


@pytest.fixture(params=["http", "socket"])
def way(request) -> str:
    """Return how Slack reaches us: every journey is tried over HTTP and over Socket Mode."""
    return request.param


@pytest.fixture
async def desk(stored, slack):
    """A door over a real database, with an admin at the desk."""
    running = await stored()
    running.view = await open_desk(running.caller, slack)
    return running


async def open_desk(caller, slack, user: str = "UADMIN") -> dict:
    """Open the desk by command."""
    before = len(slack.views)
    await caller.command("terms", user=user)
    return await slack.until_view(
        lambda view: len(slack.views) > before and "search" in str(slack.top()) and view is slack.top()
    )


def named(name: str):
    """Return what tells whether this is the view of that name."""
    return lambda view: view.get("callback_id") == name


def says(words: str):
    """Return what tells whether a view shows these words."""
    return lambda view: words in str(view)


def shown(view: dict) -> list[str]:
    """Return the lines of a view."""
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


async def add(desk, slack, name: str = "Northwind Traders", **fields: object) -> dict:
    """Add a term by its form, and return the desk as it is then."""
    await desk.caller.press(desk.view, labels.ADD_TERM, "UADMIN")
    form = await slack.until_view(named("term"))
    answer = await desk.caller.submit(form, "UADMIN", name=name, **fields)
    assert answer["response_action"] == "update", answer
    return await slack.until_view(lambda view: view.get("callback_id") == "terms" and name in str(view))


async def names(desk) -> list[str]:
    """Return what is on the list."""
    _, terms = await desk.services.terms.load()
    return sorted(term.name for term in terms)


async def test_a_term_is_added_with_all_its_particulars(desk, slack) -> None:
    until = int((datetime.now(UTC) + timedelta(days=30)).timestamp())
    view = await add(desk, slack, kind=("client",), aliases="Northwind\nNW Traders\n", note="until launch", until=until)
    assert shown(view)[0].startswith("Northwind Traders · Client · Open · until ")
    _, (term,) = await desk.services.terms.load()
    assert (term.aliases, term.note, int(term.active_until.timestamp())) == (
        ("Northwind", "NW Traders"),
        "until launch",
        until,
    )


async def test_a_term_counts_from_the_next_draft_on(real, slack) -> None:
    running = await real()
    running.view = await open_desk(running.caller, slack)
    await add(running, slack, kind=("client",))
    await running.caller.command("We won Northwind Traders.")
    await slack.until_whole(wording.PRIVACY)
    assert slack.answers[-1]["text"] == "⛔ Please do not post this"


async def test_a_term_is_changed_made_secret_and_freed_of_its_embargo(desk, slack) -> None:
    until = int((datetime.now(UTC) + timedelta(days=30)).timestamp())
    view = await add(desk, slack, until=until)
    await desk.caller.press(view, labels.EDIT_TERM, "UADMIN")
    form = await slack.until_view(lambda view: view.get("callback_id") == "term" and "Northwind" in str(view))
    fields = {"name": "Northwind", "secrecy": ("secret",), "needs": ("capital",), "until": until, "free": ["none"]}
    await desk.caller.submit(form, "UADMIN", **fields, aliases="", note="", owner="", kind=("deal",))
    view = await slack.until_view(lambda view: view.get("callback_id") == "terms" and "Northwind · Deal" in str(view))
    assert shown(view) == ["Northwind · Deal · Secret"]


async def test_a_form_undoes_nothing_that_somebody_else_changed_meanwhile(desk, slack) -> None:
    view = await add(desk, slack)
    await desk.caller.press(view, labels.EDIT_TERM, "UADMIN")
    form = await slack.until_view(lambda view: view.get("callback_id") == "term" and "Northwind" in str(view))
    await desk.services.terms.edit("Northwind Traders", "cli:somebody", secrecy=Secrecy.SECRET)
    answer = await desk.caller.submit(form, "UADMIN", name="Northwind Traders", secrecy=("open",), note="mine")
    assert "changed this term meanwhile" in str(answer)
    await desk.caller.press(slack.top(), labels.EDIT_TERM, "UADMIN")
    again = await slack.until_view(lambda view: view.get("callback_id") == "term" and view is not form)
    await desk.caller.submit(again, "UADMIN", name="Northwind Traders", secrecy=("secret",), note="mine")
    _, (term,) = await desk.services.terms.load()
    assert (term.secrecy, term.note) == (Secrecy.SECRET, "mine")


async def test_what_is_wrong_is_said_at_its_field_and_typed_text_stays(desk, slack) -> None:
    await add(desk, slack)
    await desk.caller.press(desk.view, labels.ADD_TERM, "UADMIN")
    form = await slack.until_view(lambda view: view.get("callback_id") == "term" and "initial_value" not in str(view))
    moment = int(datetime.now(UTC).timestamp())
    for fields, wrong in (
        ({"name": "northwind traders"}, "name"),
        ({"name": "x"}, "name"),
        ({"name": "Falcon", "aliases": "one;two"}, "aliases"),
        ({"name": "Falcon", "from": moment + 60, "until": moment}, "until"),
        ({"name": "Falcon", "kind": ("planet",)}, "name"),
    ):
        answer = await desk.caller.submit(form, "UADMIN", **fields)
        assert (answer["response_action"], list(answer["errors"])) == ("errors", [wrong])
        assert not answer["errors"][wrong].startswith(("alias:", "active_until:"))
    assert await names(desk) == ["Northwind Traders"]


async def test_a_term_is_retired_and_a_rollback_brings_it_back(desk, slack) -> None:
    view = await add(desk, slack)
    await desk.caller.press(view, labels.EDIT_TERM, "UADMIN")
    form = await slack.until_view(lambda view: view.get("callback_id") == "term" and labels.RETIRE in str(view))
    await desk.caller.press(form, labels.RETIRE, "UADMIN")
    await slack.until_view(says(labels.RETIRED))
    assert await names(desk) == []
    await desk.caller.press(desk.view, labels.HISTORY, "UADMIN")
    history = await slack.until_view(says("· remove ·"))
    assert [line.split(" · ")[3] for line in shown(history)] == ["remove", "add"]
    await desk.caller.press(history, labels.BACK_TO, "UADMIN")
    asked = await slack.until_view(named("rollback"))
    assert shown(asked) == ["+ Northwind Traders"]
    await desk.caller.submit(asked, "UADMIN")
    assert await names(desk) == ["Northwind Traders"]


async def test_a_way_back_is_asked_about_again_when_the_list_has_changed_since(desk, slack) -> None:
    await add(desk, slack)
    await add(desk, slack, "Falcon")
    await desk.caller.press(desk.view, labels.HISTORY, "UADMIN")
    history = await slack.until_view(says("· add ·"))
    await desk.caller.press(history, labels.BACK_TO, "UADMIN")
    asked = await slack.until_view(named("rollback"))
    await desk.services.terms.remove("Northwind Traders", "cli:somebody")
    await desk.caller.submit(asked, "UADMIN")
    assert await names(desk) == ["Falcon"]
    again = await slack.until_view(lambda view: view.get("callback_id") == "rollback" and "+ Northwind" in str(view))
    await desk.caller.submit(again, "UADMIN")
    assert await names(desk) == ["Northwind Traders"]


async def test_the_list_is_searched_and_turned_page_by_page(desk, slack) -> None:
    rows = "\n".join(f"Client {number:03},client,," for number in range(100))
    await desk.services.terms.import_csv(f"term,kind,aliases,note\n{rows}", "cli:somebody")
    view = await open_desk(desk.caller, slack)
    assert (len(shown(view)), "100 of 100" in str(view), "Page 1 of 7" in str(view)) == (15, True, True)
    await desk.caller.press(view, labels.LATER, "UADMIN")
    view = await slack.until_view(says("Page 2 of 7"))
    assert shown(view)[0].startswith("Client 015")
    await desk.caller.submit(view, "UADMIN", search="client 09")
    found = slack.views[view["id"]]
    assert len(shown(found)) == 10
    await desk.caller.submit(view, "UADMIN", search="no such name")
    assert "0 of 100" in str(slack.views[view["id"]])


async def test_typed_rows_are_tried_out_before_they_count(desk, slack) -> None:
    await desk.caller.press(desk.view, labels.IMPORT, "UADMIN")
    form = await slack.until_view(named("rows"))
    await desk.caller.submit(form, "UADMIN", rows=ROWS)
    dry = await slack.until_view(named("rows_sure"))
    assert "Would import: 2 new" in str(dry)
    assert "ordinary word" in str(dry)
    assert await names(desk) == []
    await desk.caller.submit(dry, "UADMIN", rows=ROWS.replace("Summit", "Falcon"))
    again = await slack.until_view(lambda view: view is not dry and named("rows_sure")(view))
    assert await names(desk) == []
    await desk.caller.submit(again, "UADMIN", rows=ROWS.replace("Summit", "Falcon"))
    await slack.until_view(says("Imported: 2 new"))
    assert await names(desk) == ["Falcon", "Northwind Traders"]


async def test_a_file_is_tried_out_and_read_again_when_it_counts(desk, slack) -> None:
    file = slack.add_file("terms.csv", ROWS.encode("utf-8-sig"), "text/csv")
    await desk.caller.press(desk.view, labels.IMPORT, "UADMIN")
    form = await slack.until_view(named("rows"))
    await desk.caller.submit(form, "UADMIN", file=[file], rows="")
    dry = await slack.until_view(named("rows_sure"))
    assert "Northwind" not in dry["private_metadata"]
    await desk.caller.submit(dry, "UADMIN")
    await slack.until_view(says("Imported: 2 new"))
    assert await names(desk) == ["Northwind Traders", "Summit"]


async def test_a_bad_row_changes_nothing_and_is_named_by_its_line(desk, slack) -> None:
    file = slack.add_file("terms.csv", b"term,kind,aliases,note\nNorthwind,client,,\nx,planet,,\n", "text/csv")
    await desk.caller.press(desk.view, labels.IMPORT, "UADMIN")
    form = await slack.until_view(named("rows"))
    await desk.caller.submit(form, "UADMIN", file=[file], rows="")
    assert "line 3" in str(await slack.until_view(says("nothing was imported")))
    assert (await desk.caller.submit(form, "UADMIN", rows=""))["errors"] == {"rows": labels.IMPORT_EMPTY}
    assert await names(desk) == []


async def test_typed_rows_of_which_one_is_bad_stay_to_be_mended(desk, slack) -> None:
    await desk.caller.press(desk.view, labels.IMPORT, "UADMIN")
    form = await slack.until_view(named("rows"))
    await desk.caller.submit(form, "UADMIN", rows=f"{ROWS}x,planet,,\n")
    again = await slack.until_view(says("nothing was imported"))
    (field,) = (block["element"] for block in again["blocks"] if block.get("block_id") == "rows")
    assert field["initial_value"] == f"{ROWS}x,planet,,\n"
    await desk.caller.submit(again, "UADMIN", rows=ROWS)
    assert "Would import: 2 new" in str(await slack.until_view(named("rows_sure")))


async def test_the_list_is_exported_to_the_admins_direct_chat_and_that_is_on_record(desk, slack) -> None:
    await add(desk, slack, note="R&D")
    await desk.caller.press(desk.view, labels.EXPORT, "UADMIN")
    await slack.until_view(says(labels.EXPORTED))
    (post,) = slack.posts
    assert post["channel"] == "DUADMIN"
    assert "Northwind Traders" in slack.words()
    assert "Northwind" not in post["text"]
    kinds = [record["kind"] async for record in desk.services.audit.records()]
    assert kinds == ["terms.add", "terms.export"]


async def test_a_proposal_is_accepted_with_its_form_or_declined(desk, slack) -> None:
    for name in ("Falcon", "Osprey"):
        await desk.caller.command(f"terms propose {name} --note please")
    await slack.until(2)
    view = await open_desk(desk.caller, slack)
    await desk.caller.press(view, f"{labels.PROPOSALS} (2)", "UADMIN")
    waiting = await slack.until_view(says("2 proposals wait"))
    assert shown(waiting)[0].startswith("Falcon · please · slack:T0001:UALICE")
    await desk.caller.press(waiting, labels.ACCEPT, "UADMIN")
    form = await slack.until_view(lambda view: view.get("callback_id") == "term" and "Falcon" in str(view))
    await desk.caller.submit(form, "UADMIN", name="Falcon", kind=("project",), note="please")
    assert await names(desk) == ["Falcon"]
    await desk.caller.press(waiting, f"{labels.DECLINE}#1", "UADMIN")
    await slack.until_view(says("0 proposals wait"))
    assert await names(desk) == ["Falcon"]
    await desk.caller.press(waiting, labels.ACCEPT, "UADMIN")
    await slack.until_view(says("decided on this proposal already"))


@pytest.mark.parametrize("user", ["UALICE", "UGUEST"])
async def test_nobody_else_sees_the_desk_and_that_is_on_record(stored, slack, user: str) -> None:
    running = await stored()
    caller = running.caller
    await caller.command("terms add Northwind", user="UADMIN")
    await slack.until(1)
    await caller.command("terms", user=user)
    view = await slack.until_view(says(wording.NOT_ADMIN.format(admins="<@UADMIN>")))
    assert "Northwind" not in str(view)
    await caller.command("terms remove Northwind", user=user)
    await slack.until(2)
    records = [(record["kind"], record["actor"][:7]) async for record in running.services.audit.records()]
    assert records == [("terms.add", "slack:T"), *[("terms.refuse", "person:")] * 2]


async def test_whoever_lost_the_right_a_second_ago_can_do_nothing_more(stored, slack) -> None:
    running = await stored(CHECKPOST_ADMINS="slack:workspace-admins")
    caller = running.caller
    running.view = await open_desk(caller, slack, "UOWNER")
    await caller.press(running.view, labels.ADD_TERM, "UOWNER")
    form = await slack.until_view(named("term"))
    await caller.submit(form, "UOWNER", name="Northwind")
    view = await slack.until_view(lambda view: view.get("callback_id") == "terms" and "Northwind" in str(view))
    slack.people["UOWNER"] = {}
    refused = wording.NOT_ADMIN.format(admins=wording.WORKSPACE_ADMINS)
    assert refused in str(await caller.submit(form, "UOWNER", name="Falcon"))
    assert refused in str(await caller.submit(view, "UOWNER", search="n"))
    for label in (labels.ADD_TERM, labels.EDIT_TERM, labels.IMPORT, labels.PROPOSALS, labels.HISTORY, labels.EXPORT):
        before = len(slack.views)
        await caller.press(view, label, "UOWNER")
        opened = await slack.until_view(lambda shown, seen=before: len(slack.views) > seen and refused in str(shown))
        assert "Northwind" not in str(opened)
    assert await names(running) == ["Northwind"]
    assert slack.posts == []


async def test_a_slow_step_is_acknowledged_in_time_and_ends_in_the_open_view(desk, slack) -> None:
    await desk.caller.press(desk.view, labels.ADD_TERM, "UADMIN")
    form = await slack.until_view(named("term"))
    slack.asleep = True
    answer = await desk.caller.submit(form, "UADMIN", name="Northwind")
    assert labels.WORKING in str(answer)
    slack.asleep = False
    await slack.until_view(says("Added: Northwind"))
    assert await names(desk) == ["Northwind"]


async def test_why_there_is_no_way_back_is_said_in_literal_words(desk, slack, monkeypatch) -> None:
    async def refuse(*_: object) -> str:
        raise TermsError("<!channel> & co")

    monkeypatch.setattr("bots.slack.versions.go_back", refuse)
    answer = await desk.caller.submit(desk.view | {"callback_id": "rollback", "private_metadata": "1 2"}, "UADMIN")
    assert "&lt;!channel&gt; &amp; co" in str(answer["view"])


async def test_a_step_whose_trigger_is_over_is_said_in_the_direct_chat(desk, slack) -> None:
    slack.faults["views.push"] = [{"ok": False, "error": "expired_trigger_id"}]
    await desk.caller.press(desk.view, labels.ADD_TERM, "UADMIN")
    await slack.until(1)
    assert [(post["channel"], post["text"]) for post in slack.posts] == [("DUADMIN", labels.FORM_OVER)]


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "1 2 3"])
async def test_a_made_up_press_is_answered_without_a_fault(desk, slack, value: str) -> None:
    for action in ("terms_edit", "terms_page", "versions_back", "proposal_accept", "proposal_decline", "term_retire"):
        body = {"actions": [{"type": "button", "action_id": f"{action}:0", "value": value}], "view": desk.view}
        assert (await desk.caller.interaction("block_actions", "UADMIN", **body)).status == 200
    for name in ("rollback", "term", "rows_sure"):
        view = desk.view | {"callback_id": name, "private_metadata": value}
        assert (await desk.caller.interaction("view_submission", "UADMIN", view=view)).status == 200
    await desk.caller.until_done()
    assert await names(desk) == []
