"""The terms desk in dialogs: everything that can be done with words can be done with buttons, by admins alone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from bots import labels, wording
from bots.teams import decide, press, review
from core.tables import audit
from core.terms.term import Kind, Needs, Secrecy, Term
from tests.bots.teams import card_rules as rules
from tests.bots.teams.traffic import texts


class Admin:
    """An admin at the desk: presses buttons by their title and looks at what the dialog shows."""

    def __init__(self, teams: Any, desk_bot: Any, who: str = "admin") -> None:
        self.teams, self.person, self.who = teams, desk_bot.person, who
        self.card: Any = None
        self.said = ""

    async def open(self) -> Admin:
        return await self._show(self.teams.invoke("task/fetch", {"data": {"verb": "terms"}}, self.who))

    async def press(self, title: str, near: str = "", **filled: str) -> Admin:
        button = rules.buttons_of(self._near(near))[title]
        return await self._show(self.teams.sent_from_dialog(button, self.who, self.card, **filled))

    def _near(self, words: str) -> Any:
        """Return the part of the card in which some words stand, so that one of several like buttons is meant."""
        parts = [part for part in self.card["body"] if words and words in "\n".join(texts(part.get("items")))]
        return {"body": parts} if parts else self.card

    async def _show(self, invoke: dict[str, Any]) -> Admin:
        task = (await self.person.ask(invoke))["task"]
        self.card = task["value"]["card"]["content"] if task["type"] == "continue" else None
        self.said = "\n".join(texts(self.card)) if self.card else task["value"]
        assert self.card is None or rules.faults(self.card, dialog=True) == []
        return self


@pytest.fixture
async def admin(teams: Any, desk_bot: Any) -> Admin:
    return await Admin(teams, desk_bot).open()


async def listed(desk_bot: Any) -> dict[str, Term]:
    _, terms = await desk_bot.services.terms.load()
    return {term.name: term for term in terms}


async def kinds(desk_bot: Any) -> list[str]:
    async with desk_bot.services.database.reading() as connection:
        rows = await connection.execute(select(audit).order_by(audit.c.seq))
        return [json.loads(row.record)["kind"] for row in rows]


async def test_a_term_is_added_changed_and_retired_through_the_desk(admin: Admin, desk_bot: Any) -> None:
    assert "Northwind" in admin.said
    await admin.press(labels.ADD_TERM)
    await admin.press(
        labels.SAVE, name="Bluebird", kind="project", secrecy="secret", aliases="Blue Bird\n BB9 ", needs="capital",
        note="until launch", owner="legal", until_day="2031-05-04", until_time="09:00",
    )  # fmt: skip
    assert labels.TERM_COUNTS in admin.said
    term = (await listed(desk_bot))["Bluebird"]
    assert (term.kind, term.secrecy, term.aliases) == (Kind.PROJECT, Secrecy.SECRET, ("Blue Bird", "BB9"))
    assert (term.needs, term.note, term.owner) == (Needs.CAPITAL, "until launch", "legal")
    assert term.active_until
    assert term.active_until.isoformat() == "2031-05-04T09:00:00+02:00"

    await admin.press(labels.BACK)
    await admin.press(labels.EDIT_TERM, near="Bluebird")
    assert rules.inputs_of(admin.card)["until_time"] == "09:00"
    await admin.press(labels.SAVE, name="Blue Bird Two", until_day="", until_time="")
    changed = (await listed(desk_bot))["Blue Bird Two"]
    assert (changed.id, changed.active_until, changed.aliases) == (term.id, None, term.aliases)

    await admin.press(labels.BACK)
    await admin.press(labels.EDIT_TERM, near="Blue Bird Two")
    await admin.press(labels.RETIRE)
    assert labels.RETIRE_SURE in admin.said
    assert "Blue Bird Two" in await listed(desk_bot)
    await admin.press(labels.SURE_RETIRE)
    assert set(await listed(desk_bot)) == {"Northwind"}
    assert [kind for kind in await kinds(desk_bot) if kind.startswith("terms.")][-3:] == [
        "terms.add", "terms.edit", "terms.remove",
    ]  # fmt: skip


async def test_a_form_undoes_nothing_that_somebody_else_changed_meanwhile(admin: Admin, desk_bot: Any) -> None:
    await admin.press(labels.EDIT_TERM)
    await desk_bot.services.terms.edit("Northwind", "test", secrecy=Secrecy.SECRET)
    await admin.press(labels.SAVE, note="mine")
    assert "changed this term meanwhile" in admin.said
    await admin.press(labels.SAVE, note="mine")
    term = (await listed(desk_bot))["Northwind"]
    assert (term.secrecy, term.note) == (Secrecy.SECRET, "mine")


async def test_a_form_of_before_that_knows_no_mark_is_saved(admin: Admin, desk_bot: Any) -> None:
    await admin.press(labels.EDIT_TERM)
    save = rules.buttons_of(admin.card)[labels.SAVE]
    save["data"]["about"] = save["data"]["about"].partition(" ")[0]
    await admin.press(labels.SAVE, note="mine")
    assert (await listed(desk_bot))["Northwind"].note == "mine"


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"name": ""}, "at least two letters"),
        ({"name": "Northwind"}, "on the list already"),
        ({"name": "Bluebird", "kind": "planet"}, labels.FORM_UNKNOWN),
        ({"name": "Bluebird", "until_day": "2031-05-04"}, labels.TERM_MOMENT_HALF),
        ({"name": "Bluebird", "aliases": "a;b"}, "without a semicolon"),
        ({"name": "B" * 300}, "characters at most"),
    ],
)
async def test_what_is_wrong_with_a_term_is_said_and_the_rest_stays(
    filled: dict[str, str], said: str, admin: Admin, desk_bot: Any
) -> None:
    await admin.press(labels.ADD_TERM)
    await admin.press(labels.SAVE, note="kept", **filled)
    assert said in admin.said
    assert rules.inputs_of(admin.card)["note"] == "kept"
    assert set(await listed(desk_bot)) == {"Northwind"}
    await admin.press(labels.SAVE, name="Bluebird", kind="other", aliases="", until_day="")
    assert set(await listed(desk_bot)) == {"Northwind", "Bluebird"}


async def test_the_list_is_searched_and_turned(admin: Admin, desk_bot: Any) -> None:
    for number in range(23):
        await desk_bot.services.terms.add(Term(name=f"Harbour {number:02}", note="n" * 2_000), "test")
    await admin.open()
    assert "Page 1 of 3" in admin.said
    await admin.press(labels.LATER)
    await admin.press(labels.LATER)
    assert "Northwind" in admin.said
    await admin.press(labels.SEARCH, search="harbour 07")
    assert "1 of 24" in admin.said
    assert "Harbour 07" in admin.said
    await admin.press(labels.SEARCH, search="nothing like it")
    assert "0 of 24" in admin.said


async def test_rows_are_tried_out_before_they_count(admin: Admin, desk_bot: Any) -> None:
    await admin.press(labels.IMPORT)
    await admin.press(labels.IMPORT_TRY, rows=" ")
    assert labels.IMPORT_EMPTY in admin.said
    await admin.press(labels.IMPORT_TRY, rows="term,kind,aliases,note\nBluebird,planet,,")
    assert "line 2" in admin.said
    good = "term,kind,aliases,note\nBluebird,project,,\nSummit,client,,"
    await admin.press(labels.IMPORT_TRY, rows=good)
    assert "Would import: 2 new" in admin.said
    assert set(await listed(desk_bot)) == {"Northwind"}
    await admin.press(labels.IMPORT, rows=good + "\nHarbour,client,,")  # not what was tried out
    assert "Would import: 3 new" in admin.said
    assert set(await listed(desk_bot)) == {"Northwind"}
    await admin.press(labels.IMPORT)
    assert "Imported: 3 new" in admin.said
    assert set(await listed(desk_bot)) == {"Northwind", "Bluebird", "Summit", "Harbour"}


async def test_rows_that_no_form_holds_are_refused_with_another_way(admin: Admin, desk_bot: Any) -> None:
    await admin.press(labels.IMPORT)
    await admin.press(labels.IMPORT_TRY, rows="term,kind\n" + "\n".join(f"Harbour {n},client" for n in range(2_000)))
    assert labels.ROWS_TOO_MANY in admin.said


async def test_the_list_goes_to_the_admins_own_chat_once(admin: Admin, desk_bot: Any, teams: Any) -> None:
    await admin.press(labels.EXPORT)
    assert labels.EXPORT_SURE in admin.said
    assert teams.sent() == []
    await admin.press(labels.SURE_EXPORT)
    assert admin.said == labels.EXPORTED
    (export,) = await teams.settled()
    assert export.conversation == "a:admin"
    assert "Northwind" in export.words
    assert "Northwind" not in export.body["summary"]
    assert "terms.export" in await kinds(desk_bot)


async def test_history_leads_back_unless_the_list_has_changed_meanwhile(admin: Admin, desk_bot: Any) -> None:
    await desk_bot.services.terms.add(Term(name="Bluebird"), "test")
    await admin.open()
    await admin.press(labels.HISTORY)
    await admin.press(labels.BACK_TO)  # the newest version has no way back, so this is the one before
    assert "makes 1 changes" in admin.said
    assert "Bluebird" in admin.said
    await desk_bot.services.terms.add(Term(name="Harbour"), "test")
    await admin.press(labels.BACK_TO)
    assert "makes 2 changes" in admin.said
    await admin.press(labels.BACK_TO)
    assert "2 terms changed" in admin.said
    assert set(await listed(desk_bot)) == {"Northwind"}


async def test_proposals_are_accepted_and_declined(admin: Admin, desk_bot: Any) -> None:
    for name in ("Bluebird", "Summit"):
        await desk_bot.services.proposals.propose(name, "ann", "heard in the lift")
    await admin.open()
    await admin.press(f"{labels.PROPOSALS} (2)")
    await admin.press(labels.ACCEPT, near="Bluebird")
    assert rules.inputs_of(admin.card)["name"] == "Bluebird"
    await admin.press(labels.SAVE, kind="deal")
    assert (await listed(desk_bot))["Bluebird"].kind is Kind.DEAL
    await admin.press(labels.BACK)
    await admin.press(f"{labels.PROPOSALS} (1)")
    await admin.press(labels.DECLINE, near="Summit")
    await admin.press(labels.SURE_DECLINE)
    assert admin.said.startswith("Declined: Summit.")
    assert await desk_bot.services.proposals.waiting() == []


FOR_EVERYBODY = {"compose", "form", "edit", "guide", "clause", "check", "use_safe", "alarm"}
REVIEWS = {**review.LOOKS, **review.DEEDS, **decide.LOOKS, **decide.DEEDS}.keys()
DESK = sorted({**press.LOOKS, **press.DEEDS}.keys() - FOR_EVERYBODY - REVIEWS)


@pytest.mark.parametrize("who", ["ann", "guest", "no object id"])
async def test_every_step_is_for_admins_alone_however_it_comes(who: str, teams: Any, desk_bot: Any) -> None:
    (term,) = (await listed(desk_bot)).values()
    for number, verb in enumerate(DESK):
        data = {"verb": verb, "nonce": f"{who}{number}", "about": term.id, "name": "Bluebird", "rows": "term\nBluebird"}
        for name, value in (
            ("task/fetch", {"data": data}),
            ("task/submit", {"data": data | {"nonce": f"{who}{number}b"}}),
            ("composeExtension/submitAction", {"commandId": "checkPost", "data": data | {"nonce": f"{who}{number}c"}}),
            ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": verb,
                                                "data": data | {"nonce": f"{who}{number}d"}}}),
        ):  # fmt: skip
            invoke = teams.invoke(name, value, "admin" if who == "guest" else "ann")
            if who == "guest":
                teams.roles["29:admin"] = "guest"
            if who == "no object id":
                del invoke["from"]["aadObjectId"]
            answer = json.dumps(await desk_bot.person.ask(invoke))
            assert "kept by" in answer, (verb, name, answer)
            assert "Northwind" not in answer
    assert set(await listed(desk_bot)) == {"Northwind"}
    assert await kinds(desk_bot) == ["terms.add", *["terms.refuse"] * (4 * len(DESK))]
    assert teams.sent() == []


@pytest.mark.parametrize("verb", DESK)
async def test_a_forged_submit_is_refused_on_record_too(verb: str, teams: Any, desk_bot: Any) -> None:
    (term,) = (await listed(desk_bot)).values()
    data = {"verb": verb, "nonce": "1", "about": term.id, "name": "Bluebird", "rows": "term\nBluebird"}
    assert await desk_bot.person.post(teams.personal(None, "ann", value=data, replyToId="posted-1")) == (200, "")
    (answer,) = await teams.settled()
    assert "kept by" in answer.words
    assert "Northwind" not in str(answer.body)
    assert await kinds(desk_bot) == ["terms.add", "terms.refuse"]


async def test_an_admin_who_was_taken_off_the_list_meanwhile_is_refused_at_the_next_click(
    admin: Admin, teams: Any, desk_bot: Any, open_desk: Callable[..., Awaitable[Any]]
) -> None:
    await admin.press(labels.ADD_TERM)
    await desk_bot.stop()
    admin.person = (await open_desk(CHECKPOST_ADMINS="teams:cccccccc-0000-0000-0000-000000000001")).person
    await admin.press(labels.SAVE, name="Bluebird")
    assert "kept by" in admin.said
    assert set(await listed(desk_bot)) == {"Northwind"}


async def test_the_desk_is_not_shown_among_others(teams: Any, desk_bot: Any) -> None:
    invoke = teams.extension(None, "admin") | {"name": "composeExtension/submitAction"}
    answer = await desk_bot.person.ask(invoke | {"value": {"data": {"verb": "terms"}}})
    assert answer["task"] == {"type": "message", "value": wording.TERMS_ELSEWHERE}


async def test_an_admin_who_was_removed_meanwhile_is_refused_at_the_next_click(
    admin: Admin, teams: Any, desk_bot: Any
) -> None:
    await admin.press(labels.ADD_TERM)
    teams.roles["29:admin"] = "guest"
    await admin.press(labels.SAVE, name="Bluebird")
    assert "kept by" in admin.said
    assert set(await listed(desk_bot)) == {"Northwind"}


async def test_a_form_that_is_sent_twice_changes_the_list_once(admin: Admin, teams: Any, desk_bot: Any) -> None:
    await admin.press(labels.ADD_TERM)
    button = rules.buttons_of(admin.card)[labels.SAVE]
    sent = teams.sent_from_dialog(button, "admin", admin.card, name="Bluebird")
    assert [await desk_bot.person.ask(sent) for _ in range(3)].count(await desk_bot.person.ask(sent)) == 3
    assert (await kinds(desk_bot)).count("terms.add") == 2


async def test_a_failure_at_the_desk_is_not_taken_for_done(
    admin: Admin, desk_bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("Bluebird")

    monkeypatch.setattr("bots.teams.app.REPEAT_SECONDS", 0.0)
    await admin.press(labels.ADD_TERM)
    form = admin.card
    with monkeypatch.context() as patch:
        patch.setattr("core.terms.store.TermsStore.add", fail)
        await admin.press(labels.SAVE, name="Bluebird")
    assert admin.said == wording.TERMS_UNSURE
    admin.card = form  # it is still open
    await admin.press(labels.SAVE, name="Bluebird")
    assert labels.TERM_COUNTS in admin.said


async def test_terms_alone_offers_the_desk(teams: Any, desk_bot: Any) -> None:
    await desk_bot.person.post(teams.personal("terms", "admin"))
    way_in, *_ = await teams.settled(2)
    admin = Admin(teams, desk_bot)
    await admin._show(teams.pressed(rules.buttons_of(way_in.card)[labels.OPEN_TERMS], "admin", way_in.card))
    assert "Northwind" in admin.said
