"""The form: from a button, on a message, from the compose box; what is filled in comes back as a verdict or stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bots import labels, wording
from core.draft import Account, Network
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim
from tests.bots.teams.traffic import texts

BLOCKED = "Please do not post this"
DRAFT = "We are proud to work with Northwind."
TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"


def dialog_of(answer: dict[str, Any]) -> Any:
    task = answer["task"]
    assert task["type"] == "continue", answer
    assert task["value"].keys() == {"title", "height", "width", "card"}
    assert rules.faults(task["value"]["card"]["content"], dialog=True) == []
    return task["value"]["card"]["content"]


async def filled(teams: Any, person: Any, **values: str) -> dict[str, Any]:
    """Open the form from the compose box and send it filled in."""
    form = dialog_of(await person.ask(teams.extension(None)))
    button = rules.buttons_of(form)[labels.FORM_SUBMIT]
    data = {**button["data"], **rules.inputs_of(form), **values}
    sent = {"commandId": "checkPost", "data": data}
    return await person.ask(teams.extension(None) | {"name": "composeExtension/submitAction", "value": sent})


async def test_everything_that_is_filled_in_counts(teams: Any, room: Any, person: Any) -> None:
    answer = await filled(
        teams, person, draft=f" {DRAFT}\n", network="linkedin", account="brand",
        when_day=TOMORROW, when_time="09:30",
    )  # fmt: skip
    (draft,) = room.drafts
    assert (draft.text, draft.network, draft.account) == (DRAFT, Network.LINKEDIN, Account.BRAND)
    assert draft.timezone == ZoneInfo("Europe/Berlin")
    assert f"{draft.local_time:%Y-%m-%d %H:%M}" == f"{TOMORROW} 09:30"
    assert BLOCKED in "\n".join(texts(dialog_of(answer)))
    assert teams.calls == []


async def test_who_fills_in_nothing_else_writes_now_on_their_own_account(teams: Any, room: Any, person: Any) -> None:
    await filled(teams, person, draft="Hello")
    (draft,) = room.drafts
    assert (draft.network, draft.account) == (Network.OTHER, Account.PERSONAL)
    assert abs(draft.written_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"draft": " \n"}, labels.FORM_EMPTY),
        ({"when_day": TOMORROW}, labels.FORM_WHEN_HALF),
        ({"when_time": "09:30"}, labels.FORM_WHEN_HALF),
        ({"when_day": "tomorrow", "when_time": "9"}, labels.FORM_WHEN_HALF),
        ({"when_day": "0001-01-01", "when_time": "00:00"}, labels.FORM_WHEN_HALF),
        ({"network": "myspace"}, labels.FORM_UNKNOWN),
        ({"account": "both"}, labels.FORM_UNKNOWN),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_filled_in_stays(
    values: dict[str, str], said: str, teams: Any, room: Any, person: Any
) -> None:
    given = {"draft": DRAFT, "account": "brand"} | values
    again = dialog_of(await filled(teams, person, **given))
    assert said in texts(again)
    kept = rules.inputs_of(again)
    assert kept.get("draft", "") == given["draft"]
    assert kept["account"] in ("brand", "personal")
    assert kept.get("when_day", "") == values.get("when_day", "")
    assert room.drafts == []


async def test_each_form_that_is_shown_again_can_be_sent(teams: Any, room: Any, person: Any) -> None:
    again = dialog_of(await filled(teams, person, draft=""))
    button = rules.buttons_of(again)[labels.FORM_SUBMIT]
    answer = await person.ask(teams.sent_from_dialog(button, "ann", again, draft=DRAFT))
    assert BLOCKED in "\n".join(texts(dialog_of(answer)))


async def test_three_identical_submissions_are_one_check(teams: Any, room: Any, person: Any) -> None:
    form = dialog_of(await person.ask(teams.extension(None)))
    sent = teams.sent_from_dialog(rules.buttons_of(form)[labels.FORM_SUBMIT], "ann", form, draft=DRAFT)
    answers = [await person.ask(sent | {"id": str(number)}) for number in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(room.drafts) == 1


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"contentType": "html", "content": "<div><div>Hello <b>all</b></div></div>"}, "Hello all"),
        ({"contentType": "html", "content": "<p>One</p><p>Fish &amp; chips&nbsp;&lt;3</p>"}, "One\n\nFish & chips <3"),
        ({"contentType": "html", "content": "<ul><li>a</li><li>b</li></ul>"}, "- a\n\n- b"),
        ({"contentType": "html", "content": 'Well<emoji alt="🎉"></emoji><br>done'}, "Well🎉\ndone"),
        (
            {"contentType": "html", "content": '<a href="https://s.example/?a=1&amp;b=2">here</a>'},
            "here\nhttps://s.example/?a=1&b=2",
        ),
        ({"contentType": "html", "content": '<a href="https://o.example/">https://o.example</a>'}, "https://o.example"),
        ({"contentType": "text", "content": "a <b>\n"}, "a <b>"),
        ({"contentType": "html", "content": "<script>x</script>un<closed"}, "un<closed"),
        ({"contentType": "html", "content": 'שלום <at id="0">Jane</at> 👍🏽'}, "שלום Jane 👍🏽"),
    ],
)
async def test_a_message_is_read_as_its_readers_see_it(
    body: dict[str, str], text: str, teams: Any, room: Any, person: Any
) -> None:
    form = dialog_of(await person.ask(teams.extension(body)))
    assert rules.inputs_of(form)["draft"] == text
    assert (room.drafts, teams.calls) == ([], [])


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        ({"contentType": "html", "content": ""}, {}, labels.DELETED_MESSAGE),
        ({"contentType": "html", "content": None}, {"deletedDateTime": "2026-01-01"}, labels.DELETED_MESSAGE),
        ({"contentType": "html", "content": '<attachment id="1"></attachment>'}, {}, wording.FILE_UNREAD),
        ({"contentType": "html", "content": "<p>&nbsp;</p>"}, {"attachments": [{"id": "1"}]}, wording.FILE_UNREAD),
        ("nonsense", {}, labels.DELETED_MESSAGE),
    ],
)
async def test_a_message_without_text_opens_an_empty_form_that_says_so(
    body: Any, more: dict[str, Any], said: str, teams: Any, person: Any
) -> None:
    form = dialog_of(await person.ask(teams.extension(body, **more)))
    assert said in texts(form)
    assert "draft" not in rules.inputs_of(form)


async def test_the_draft_belongs_to_whoever_clicked(teams: Any, room: Any, person: Any) -> None:
    form = dialog_of(await person.ask(teams.extension({"contentType": "text", "content": DRAFT}, "bob")))
    await person.ask(teams.sent_from_dialog(rules.buttons_of(form)[labels.FORM_SUBMIT], "bob", form))
    assert str(room.drafts[0].author).endswith(sim.object_id("bob"))


@pytest.mark.parametrize("length", [20_000, 40_000])
async def test_a_message_that_is_too_long_for_a_form_is_checked_at_once(
    length: int, teams: Any, room: Any, person: Any
) -> None:
    answer = await person.ask(teams.extension({"contentType": "text", "content": "word " * (length // 5)}))
    assert labels.FORM_TOO_LONG in texts(dialog_of(answer))
    assert len(room.drafts) == 1


async def test_every_button_of_a_verdict_works_inside_the_dialog(teams: Any, room: Any, person: Any) -> None:
    verdict = dialog_of(await filled(teams, person, draft=DRAFT, network="x"))
    buttons = rules.buttons_of(verdict)
    edit = dialog_of(await person.ask(teams.sent_from_dialog(buttons[labels.EDIT_AGAIN], "ann", verdict)))
    assert rules.inputs_of(edit) == {"draft": DRAFT, "network": "x", "account": "personal"}
    safe = dialog_of(await person.ask(teams.sent_from_dialog(buttons[labels.USE_SAFE], "ann", verdict)))
    assert labels.READY in texts(safe)
    assert [draft.network for draft in room.drafts] == [Network.X, Network.X]


async def test_a_verdict_that_takes_longer_follows_in_the_direct_chat(
    teams: Any, room: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.teams.app.INVOKE_SECONDS", 0.2)
    room.seconds = 0.8
    answer = await filled(teams, person, draft=DRAFT)
    assert answer == {"task": {"type": "message", "value": labels.TAKES_LONGER}}
    (verdict,) = await teams.settled()
    assert verdict.conversation == "a:ann"
    assert BLOCKED in verdict.words
    assert rules.faults(verdict.card) == []


@pytest.mark.parametrize(
    "value", [None, {}, {"commandId": "other"}, {"commandId": "checkPost", "data": None}, {"data": {"verb": "x"}}, []]
)
@pytest.mark.parametrize("name", ["composeExtension/fetchTask", "composeExtension/submitAction", "task/submit"])
async def test_nothing_that_a_dialog_sends_shows_as_unable_to_reach_app(
    name: str, value: Any, teams: Any, room: Any, person: Any
) -> None:
    answer = await person.ask(teams.invoke(name, value))
    assert answer["task"]["type"] in ("message", "continue")
    assert room.drafts == []


async def test_an_empty_command_offers_the_form_in_the_direct_chat_and_words_elsewhere(teams: Any, person: Any) -> None:
    await person.post(teams.personal("/checkpost"))
    await person.post(teams.group(""))
    direct, shared = await teams.settled(2)
    form = await person.ask(teams.pressed(rules.buttons_of(direct.card)[labels.SHORTCUT], "ann", direct.card))
    assert "draft" in {node.get("id") for node in dialog_of(form)["body"]}
    assert (shared.card, shared.words) == (None, wording.EMPTY)
