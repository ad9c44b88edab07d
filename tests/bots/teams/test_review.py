"""A request for review in Teams, from the author's button to the answer, between people and the reviewers' channel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partialmethod
from typing import Any

import pytest
from structlog.testing import capture_logs

from bots import labels, sayings, wording
from bots.answer import unread
from bots.teams.connector import ConnectorError
from bots.teams.people import CHANNELS, reach
from core.contacts import Contact
from core.draft import Author, Draft
from core.plan import ReviewPlan, Step
from core.reviews.notices import Notices
from core.reviews.review import Person, State
from core.reviews.tending import tend
from core.verdict import Outcome, Verdict
from tests.bots.teams import card_rules as rules
from tests.bots.teams import simulator as sim
from tests.bots.teams.traffic import texts

DRAFT = "We are proud to work with Northwind."
BOB, CAT = sim.object_id("bob"), sim.object_id("cat")
HOUSE = {"CHECKPOST_REVIEW_CHANNEL": f"teams:{sim.REVIEWS}", "CHECKPOST_REVIEWERS": f"teams:{BOB}"}
TWO = ReviewPlan(steps=(Step(title="Team"), Step(title="Legal", reviewers=(f"teams:{CAT}",))))


class House:
    """People who talk to one bot about requests for review."""

    def __init__(self, teams: Any, desk: Any) -> None:
        self.teams, self.desk, self.person = teams, desk, desk.person
        self.card: Any = None

    async def asks(self, who: str = "ann", text: str = DRAFT, note: str = "for the fair") -> str:
        """Send a draft and press *Ask for a review*; return what is said."""
        before = len([call for call in self.teams.sent() if call.conversation == f"a:{who}"])
        await self.person.post(self.teams.personal(text, who))
        here = await self.until(lambda call: call.kind == "post" and call.conversation == f"a:{who}", before + 1)
        verdict = here[-1]
        await self.press(self.teams.pressed(rules.buttons_of(verdict.card)[sayings.ASK], who, verdict.card))
        return await self.send(sayings.ASK_SEND, who, note=note)

    async def press(self, invoke: dict[str, Any]) -> str:
        """Open or turn a dialog, and return what it says."""
        task = (await self.person.ask(invoke))["task"]
        self.card = task["value"]["card"]["content"] if task["type"] == "continue" else None
        assert self.card is None or rules.faults(self.card, dialog=True) == []
        return "\n".join(texts(self.card)) if self.card else task["value"]

    async def send(self, title: str, who: str, **filled: str) -> str:
        """Press a button of the open dialog."""
        button = rules.buttons_of(self.card)[title]
        return await self.press(self.teams.sent_from_dialog(button, who, self.card, **filled))

    async def clicks(self, title: str, who: str, card: Any = None) -> str:
        """Press a button of the card in the reviewers' channel, as it stands there now."""
        shown = card or (await self.channel())[-1].card
        invoke = self.teams.pressed(rules.buttons_of(shown)[title], who, shown)
        return await self.press(self.teams.in_channel(invoke, "posted"))

    async def channel(self, count: int = 1) -> list[Any]:
        """Wait for cards in the reviewers' channel, posted or brought up to date."""
        return await self.until(lambda call: call.conversation == sim.REVIEWS and call.kind != "member", count)

    async def told(self, who: str, words: str) -> Any:
        """Wait until somebody is told something in their direct chat."""
        found = await self.until(lambda call: call.conversation == f"a:{who}" and words in call.words)
        return found[-1]

    async def until(self, fits: Callable[[Any], bool], count: int = 1) -> list[Any]:
        """Wait for so many accepted calls of a kind."""
        async with asyncio.timeout(60):
            while True:
                found = [call for call in self.teams.calls if call.status < 300 and fits(call)]
                if len(found) >= count:
                    return found
                await self.teams.called()

    async def review(self) -> Any:
        """Return the only request of Ann."""
        (review,) = await self.desk.services.reviews.of(f"teams:{sim.TENANT}:{sim.object_id('ann')}")
        return review


@pytest.fixture
async def house(teams: Any, open_desk: Callable[..., Awaitable[Any]], monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr("bots.courier.EVERY_SECONDS", 0.05)
    monkeypatch.setattr("bots.teams.app.INVOKE_SECONDS", 20.0)
    return House(teams, await open_desk(**HOUSE))


async def meet(house: House, *people: str) -> None:
    """Have people install the app, so that they can be written to first."""
    for who in people:
        await house.person.post(house.teams.installed(who))
    await house.teams.settled(len(people))


async def test_a_request_goes_from_its_author_to_the_channel_and_its_answer_back(house: House, teams: Any) -> None:
    await meet(house, "ann", "bob")
    said = await house.asks()
    assert said.startswith("Your request is with the reviewers.")
    (posted,) = await house.channel()
    assert posted.kind == "post"
    assert rules.faults(posted.card) == []
    for words in (DRAFT, "for the fair", "Ann", "Waits for a decision", "A client", "Step 1 of 1"):
        assert words in posted.words
    assert "Northwind" not in posted.body["summary"] + posted.card["fallbackText"]
    assert list(rules.buttons_of(posted.card)) == [
        sayings.DEEDS[d] for d in ("approve", "suggest", "decline", "delegate")
    ]

    await house.clicks("Approve", "bob")
    assert await house.send("Approve", "bob", reason="It is announced.") == sayings.DONE["approve"]
    answer = await house.told("ann", "Your post is approved")
    assert "Bob" in answer.words
    assert "It is announced." in answer.words
    assert answer.body["summary"] == "Your post is approved"
    changed = (await house.channel(2))[-1]
    assert (changed.kind, changed.conversation) == ("update", sim.REVIEWS)
    assert "Approved" in changed.words
    assert "Northwind" not in json.dumps(changed.body)
    assert "Bob approved." in changed.words
    for words in (DRAFT, "for the fair", "It is announced."):
        assert words not in changed.words
    assert rules.faults(changed.card) == []
    assert list(rules.buttons_of(changed.card)) == [sayings.DEEDS["reopen"], sayings.OPEN_REQUEST]
    assert (await house.review()).state is State.APPROVED


async def test_what_asking_means_is_said_before_anything_is_kept(house: House, teams: Any) -> None:
    await house.person.post(teams.personal(DRAFT))
    (verdict,) = await teams.settled()
    button = rules.buttons_of(verdict.card)[sayings.ASK]
    said = await house.press(teams.pressed(button, "ann", verdict.card))
    assert "30 days after the decision" in said
    assert await house.desk.services.reviews.waiting() == []
    assert "Northwind" not in json.dumps(button)


async def test_the_same_request_twice_is_one(house: House, teams: Any) -> None:
    await house.asks()
    assert await house.asks() == sayings.ASKED_BEFORE
    assert len(await house.desk.services.reviews.waiting()) == 1


async def test_nobody_is_asked_where_nothing_stands_in_the_way_any_more(
    house: House, teams: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.person.post(teams.personal(DRAFT))
    (verdict,) = await teams.settled()
    await house.press(teams.pressed(rules.buttons_of(verdict.card)[sayings.ASK], "ann", verdict.card))
    room = house.desk.services

    async def free(draft: Any) -> Any:
        room.drafts.append(draft)
        return Verdict(draft.id, Outcome.OK, "sha256:0")

    monkeypatch.setattr(room, "check", free)
    assert sayings.NOT_NEEDED in await house.send(sayings.ASK_SEND, "ann")
    assert await room.reviews.waiting() == []


async def test_reviewers_learn_of_a_file_that_nobody_read(house: House, teams: Any) -> None:
    await house.person.post(teams.dropped("plan.pdf", b"%PDF-1.7", "Lunch was great"))
    (verdict,) = [call for call in await teams.settled() if call.kind == "post"]
    await house.press(teams.pressed(rules.buttons_of(verdict.card)[sayings.ASK], "ann", verdict.card))
    assert (await house.send(sayings.ASK_SEND, "ann")).startswith("Your request is with the reviewers.")
    assert unread("file") in (await house.channel())[0].words
    assert (await house.review()).draft.unread == ("file",)


async def test_without_a_review_channel_there_is_no_such_button(teams: Any, desk_bot: Any) -> None:
    await desk_bot.person.post(teams.personal(DRAFT))
    (verdict,) = await teams.settled()
    assert sayings.ASK not in rules.buttons_of(verdict.card)
    answer = await desk_bot.person.ask(teams.invoke("task/fetch", {"data": {"verb": "ask", "memo": "x", "nonce": "1"}}))
    assert answer["task"] == {"type": "message", "value": labels.PRESS_OVER}


async def test_a_suggested_text_reaches_the_author_word_for_word(house: House, teams: Any) -> None:
    await meet(house, "ann")
    await house.asks()
    await house.clicks("Suggest an edit", "bob")
    assert rules.inputs_of(house.card)["text"] == DRAFT
    await house.send("Suggest an edit", "bob", text=DRAFT)
    assert "empty or as it was" in "\n".join(texts(house.card))
    better = "We are proud to work with <a *great* client>."
    assert await house.send("Suggest an edit", "bob", text=better) == sayings.DONE["suggest"]
    answer = await house.told("ann", "A better version of your post")
    assert better in answer.words
    assert sayings.SUGGESTED_COUNTS in answer.words


async def test_a_refusal_needs_its_reason_and_what_was_filled_in_stays(house: House, teams: Any) -> None:
    await meet(house, "ann")
    await house.asks()
    await house.clicks("Decline", "bob")
    assert sayings.REASON_MISSING in await house.send("Decline", "bob", reason=" ")
    assert (await house.review()).state is State.WAITING
    assert await house.send("Decline", "bob", reason="Not before May.") == sayings.DONE["decline"]
    answer = await house.told("ann", "asks you to leave it")
    assert "Not before May." in answer.words
    assert list(rules.buttons_of(answer.card)) == [sayings.DEEDS["reopen"], sayings.OPEN_REQUEST]

    await house.press(teams.pressed(rules.buttons_of(answer.card)[sayings.DEEDS["reopen"]], "ann", answer.card))
    assert await house.send("Open again", "ann", reason="It is May.") == sayings.DONE["reopen"]
    assert (await house.review()).state is State.WAITING
    said = (await house.until(lambda call: "open again" in call.words and call.conversation.startswith(sim.REVIEWS)))[
        -1
    ]
    assert said.conversation.startswith(f"{sim.REVIEWS};messageid=posted-")


async def test_somebody_who_is_asked_by_name_is_told_and_may_decide(house: House, teams: Any) -> None:
    await meet(house, "ann", "cat")
    await house.asks()
    assert sayings.NOT_REVIEWER in await house.clicks("Approve", "cat")
    await house.clicks("Delegate", "bob")
    for nobody in ("", "cat", f"{CAT},{BOB}"):
        assert sayings.DELEGATE_NOBODY in await house.send("Delegate", "bob", to=nobody)
    assert await house.send("Delegate", "bob", to=CAT.upper(), reason="You know them.") == sayings.DONE["delegate"]
    asked = await house.told("cat", "asks you to decide")
    assert "Bob" not in asked.words  # Bob never wrote, so nobody knows what he is called
    assert "You know them." in asked.words
    assert DRAFT not in asked.words
    said = await house.press(teams.pressed(rules.buttons_of(asked.card)[sayings.OPEN_REQUEST], "cat", asked.card))
    assert DRAFT in said
    await house.send("Approve", "cat")
    assert await house.send("Approve", "cat") == sayings.DONE["approve"]
    assert (await house.review()).state is State.APPROVED


async def test_nobody_is_asked_who_cannot_be_told(house: House, teams: Any) -> None:
    await meet(house, "ann")
    await house.asks()
    await house.clicks("Delegate", "bob")
    teams.faults.append(sim.Fault("create", 403))
    assert sayings.DELEGATE_UNREACHED in await house.send("Delegate", "bob", to=CAT)
    assert (await house.review()).assigned is None


async def test_whoever_was_never_seen_is_found_by_object_id(house: House, teams: Any) -> None:
    await meet(house, "ann")
    await house.asks()
    await house.clicks("Delegate", "bob")
    assert await house.send("Delegate", "bob", to=CAT) == sayings.DONE["delegate"]
    await house.told("cat", "asks you to decide")


async def test_two_steps_need_two_people(
    teams: Any, open_desk: Callable[..., Awaitable[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.courier.EVERY_SECONDS", 0.05)
    monkeypatch.setattr("bots.teams.app.INVOKE_SECONDS", 20.0)
    house = House(teams, await open_desk(TWO, **HOUSE))
    await meet(house, "ann")
    await house.asks()
    first = (await house.channel())[-1].card
    await house.clicks("Approve", "bob")
    assert await house.send("Approve", "bob") == sayings.NEXT_STEP
    below = (await house.until(lambda call: "One step is done" in call.words))[-1]
    assert below.conversation.startswith(f"{sim.REVIEWS};messageid=")
    assert sayings.NOT_REVIEWER in await house.clicks("Approve", "bob")
    assert sayings.AS_IT_STANDS in await house.clicks("Approve", "cat", first)  # what was shown is another step
    assert "Step 2 of 2" in "\n".join(texts(house.card))
    await house.clicks("Approve", "cat")
    assert await house.send("Approve", "cat") == sayings.DONE["approve"]
    await house.told("ann", "Your post is approved")


@pytest.mark.parametrize("who", ["dan", "guest", "no object id", "unknown"])
async def test_each_press_is_for_reviewers_alone_however_it_comes(who: str, house: House, teams: Any) -> None:
    await meet(house, "ann")
    await house.asks()
    review = await house.review()
    for number, deed in enumerate(("approve", "suggest", "decline", "delegate", "except", "reopen", "withdraw")):
        for verb in ("deed", "deed_send", "request", "request_whole"):
            about = {"request": review.id, "request_whole": f"{review.id} 0"}.get(verb, f"{review.id} {deed} 0")
            data = {"verb": verb, "about": about, "nonce": f"{number}{verb}", "reason": "x", "text": "y", "to": CAT}
            invoke = teams.invoke("task/submit", {"data": data}, "dan" if who == "dan" else "bob")
            if who == "guest":
                teams.roles["29:bob"] = "guest"
            if who == "no object id":
                del invoke["from"]["aadObjectId"]
            if who == "unknown":
                teams.faults.append(sim.Fault("member", 500))
            said = await house.press(invoke)
            assert said in (sayings.NOT_REVIEWER, wording.RIGHTS_UNKNOWN), (deed, verb)
    assert (await house.review()).events == review.events
    queue = await house.press(teams.invoke("task/fetch", {"data": {"verb": "queue"}}, "dan"))
    assert sayings.QUEUE_EMPTY in queue


async def test_nobody_decides_on_their_own_request_also_not_a_reviewer(house: House, teams: Any) -> None:
    await house.asks("bob")
    assert sayings.OWN_REQUEST in await house.clicks("Approve", "bob")
    assert list(rules.buttons_of(house.card)) == [sayings.DEEDS["withdraw"]]


async def test_a_reviewer_who_was_removed_meanwhile_is_refused_at_the_next_press(
    house: House, teams: Any, open_desk: Callable[..., Awaitable[Any]]
) -> None:
    await house.asks()
    await house.clicks("Approve", "bob")
    card = house.card
    await house.desk.stop()
    house = House(teams, await open_desk(**HOUSE | {"CHECKPOST_REVIEWERS": f"teams:{CAT}"}))
    house.card = card
    assert await house.send("Approve", "bob") == sayings.NOT_REVIEWER
    assert (await house.review()).state is State.WAITING


async def test_a_decision_that_is_sent_twice_counts_once(house: House, teams: Any) -> None:
    await house.asks()
    await house.clicks("Approve", "bob")
    button = rules.buttons_of(house.card)["Approve"]
    sent = teams.sent_from_dialog(button, "bob", house.card)
    answers = [await house.person.ask(sent | {"id": str(number)}) for number in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert [event.kind for event in (await house.review()).events] == ["open", "approve"]


async def test_two_reviewers_at_once_decide_once_and_the_other_sees_how_it_stands(
    house: House, teams: Any, open_desk: Callable[..., Awaitable[Any]]
) -> None:
    await house.asks()
    await house.clicks("Approve", "bob")
    late = house.card
    await house.clicks("Decline", "bob")
    await house.send("Decline", "bob", reason="No.")
    house.card = late
    said = await house.send("Approve", "bob")
    assert "Declined" in said
    assert (await house.review()).state is State.DECLINED


async def test_reviewers_find_what_waits_and_authors_their_own(house: House, teams: Any) -> None:
    await meet(house, "ann", "bob")
    pages = {call.conversation: call.card for call in teams.sent()}
    assert sayings.QUEUE in rules.buttons_of(pages["a:bob"])
    assert sayings.QUEUE not in rules.buttons_of(pages["a:ann"])
    for number in range(9):
        await house.asks(text=f"{DRAFT} {number}")
    said = await house.press(teams.pressed(rules.buttons_of(pages["a:bob"])[sayings.QUEUE], "bob", pages["a:bob"]))
    assert "9 requests wait." in said
    assert "Page 1 of 2" in said
    assert "Northwind" not in said
    said = await house.send(sayings.OPEN_REQUEST, "bob")
    assert f"{DRAFT} 0" in said
    said = await house.press(teams.pressed(rules.buttons_of(pages["a:ann"])[sayings.MINE], "ann", pages["a:ann"]))
    await house.send(sayings.OPEN_REQUEST, "ann")
    await house.send("Withdraw", "ann")
    assert await house.send("Withdraw", "ann") == sayings.DONE["withdraw"]
    assert len(await house.desk.services.reviews.waiting()) == 8


async def test_deputies_find_the_way_to_what_waits(teams: Any, open_desk: Callable[..., Awaitable[Any]]) -> None:
    house = House(teams, await open_desk(ReviewPlan(deputies=(f"teams:{CAT}",)), **HOUSE))
    await meet(house, "cat")
    (page,) = teams.sent()
    assert sayings.QUEUE in rules.buttons_of(page.card)


async def test_a_long_draft_is_read_whole_page_by_page(house: House, teams: Any) -> None:
    text = "Northwind" + " and then some words" * 400
    await house.desk.services.reviews.open(*await _checked(house, text))
    (posted,) = await house.channel()
    assert sayings.DRAFT_LONG in posted.words
    said = await house.clicks(sayings.WHOLE_DRAFT, "bob")
    whole = said.partition("\nPage")[0]
    whole += (await house.send(labels.LATER, "bob")).partition("\nPage")[0]
    assert whole == text


async def test_a_draft_that_no_button_holds_says_so(house: House, teams: Any) -> None:
    words = " ".join(f"{number:x}" for number in range(9_000, 14_000))
    await house.person.post(teams.personal(f"Northwind {words}"))
    (verdict,) = await teams.settled()
    said = await house.press(teams.pressed(rules.buttons_of(verdict.card)[sayings.ASK], "ann", verdict.card))
    assert said == sayings.NO_ROOM


async def test_an_exception_out_of_a_request_is_in_force_with_owner_and_reason(house: House, teams: Any) -> None:
    await house.asks()
    review = await house.review()
    about = f"{review.id} except 0"
    await house.press(teams.invoke("task/fetch", {"data": {"verb": "deed", "about": about}}, "bob"))
    filled = {
        "owner": "legal",
        "reason": "a fair",
        "whom": "everybody",
        "until_day": "2099-01-01",
        "until_time": "09:00",
    }
    assert "Only admins" in await house.send("Make an exception", "bob", **filled)
    filled |= {"whom": "author", "until_day": "", "until_time": ""}
    assert sayings.EXCEPTION_NO_END in await house.send("Make an exception", "bob", **filled)
    filled |= {"until_day": "2001-01-01", "until_time": "09:00"}
    assert "a year from now" in await house.send("Make an exception", "bob", **filled)
    day = f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}"
    said = await house.send("Make an exception", "bob", **filled | {"until_day": day})
    assert said.startswith("The exception is in force until")
    (made,) = await house.desk.services.exceptions.in_force()
    assert (made.owner, made.reason, made.author, made.name) == ("legal", "a fair", review.author, "Northwind")


async def test_deleting_a_message_lets_go_of_what_its_review_kept(house: House, teams: Any) -> None:
    message = teams.personal(DRAFT)
    await house.person.post(message)
    (verdict,) = await teams.settled()
    await house.press(teams.pressed(rules.buttons_of(verdict.card)[sayings.ASK], "ann", verdict.card))
    await house.send(sayings.ASK_SEND, "ann")
    await house.person.post(teams.personal(None) | {"type": "messageDelete"})
    assert (await house.review()).state is State.WAITING  # that was another message
    await house.person.post(teams.personal(None, "eve", id=message["id"]) | {"type": "messageDelete"})
    assert (await house.review()).state is State.WAITING  # and that another person's
    await house.person.post({**message, "type": "messageDelete", "text": None})
    review = await house.review()
    assert (review.state, review.draft) == (State.WITHDRAWN, None)


async def test_the_words_of_a_decided_request_go_soon_once_its_message_is_deleted(house: House, teams: Any) -> None:
    message = teams.personal(DRAFT)
    await house.person.post(message)
    (verdict,) = await teams.settled()
    await house.press(teams.pressed(rules.buttons_of(verdict.card)[sayings.ASK], "ann", verdict.card))
    await house.send(sayings.ASK_SEND, "ann")
    await house.clicks("Decline", "bob")
    await house.send("Decline", "bob", reason="No.")
    await house.person.post({**message, "type": "messageDelete", "text": None})
    await tend(house.desk.services.reviews)
    review = await house.review()
    assert (review.state, review.draft) == (State.DECLINED, None)


async def test_a_removed_app_is_not_written_to_and_an_installed_one_is_again(house: House, teams: Any) -> None:
    contacts = house.desk.services.contacts
    name = f"teams:{sim.TENANT}:{sim.object_id('ann')}"
    await meet(house, "ann")
    kept = await contacts.find(name)
    assert (kept.service, kept.conversation, kept.called) == (teams.service_url, "a:ann", "Ann")
    await house.person.post(teams.installed("ann", gone=True))
    assert await contacts.find(name) is None
    await house.person.post(teams.personal("hello"))
    assert (await contacts.find(name)).conversation == "a:ann"


async def test_whoever_blocked_the_app_is_forgotten_and_the_notice_waits(house: House, teams: Any) -> None:
    await house.asks()
    await house.channel()
    teams.faults.append(sim.Fault("post", 403))  # to the author: the card in the channel is updated after that
    await house.clicks("Approve", "bob")
    await house.send("Approve", "bob")
    await house.until(lambda call: call.kind == "update")
    assert await house.desk.services.contacts.find(f"teams:{sim.TENANT}:{sim.object_id('ann')}") is None


async def test_a_contact_whose_service_is_permitted_no_more_is_not_used(house: House, teams: Any) -> None:
    services, name = house.desk.services, f"teams:{sim.TENANT}:{CAT}"
    await services.contacts.keep(name, Contact("https://smba.evil.example/", sim.BOT, "a:cat"))
    await services.contacts.keep(CHANNELS, Contact("https://smba.evil.example/", sim.BOT))
    with pytest.raises(ConnectorError):
        await reach(services, None, name)  # type: ignore[arg-type]


async def test_a_card_that_was_taken_away_comes_back_only_when_somebody_is_needed(house: House, teams: Any) -> None:
    await meet(house, "ann")
    await house.asks()
    await house.channel()
    teams.faults.append(sim.Fault("update", 404, times=2))
    await house.clicks("Decline", "bob")
    await house.send("Decline", "bob", reason="No.")
    told = await house.told("ann", "asks you to leave it")
    await house.press(teams.pressed(rules.buttons_of(told.card)[sayings.DEEDS["reopen"]], "ann", told.card))
    await house.send("Open again", "ann", reason="It is out by now.")
    posts = await house.until(lambda call: call.kind == "post" and call.conversation == sim.REVIEWS, 2)
    assert ["Waits for a decision" in call.words for call in posts] == [True, True]


@pytest.mark.parametrize("status", [400, 403, 405])
async def test_a_card_that_could_not_be_changed_is_tried_again_until_its_draft_is_gone(
    status: int, house: House, teams: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.reviews.notices.Notices.failed", partialmethod(Notices.failed, wait=timedelta(0)))
    await house.asks()
    await house.channel()
    teams.faults.append(sim.Fault("update", status, times=2))
    await house.clicks("Approve", "bob")
    await house.send("Approve", "bob")
    (changed,) = await house.until(lambda call: call.kind == "update")
    assert [call.status for call in teams.calls if call.kind == "update"] == [status, status, changed.status]
    assert DRAFT not in changed.words


async def test_no_word_of_a_request_is_in_a_log(house: House, teams: Any) -> None:
    await meet(house, "ann")
    with capture_logs() as logs:
        await house.asks(text="Canaryword of Northwind", note="canarynote")
        await house.clicks("Decline", "bob")
        await house.send("Decline", "bob", reason="canaryreason")
        await house.told("ann", "canaryreason")
    assert "canary" not in json.dumps(logs, default=str).lower()


async def _checked(house: House, text: str) -> tuple[Any, Any, Any]:
    draft = Draft("d1", text, Author("teams", sim.TENANT, sim.object_id("ann")))
    await house.person.post(house.teams.personal("hello", "ann"))
    return draft, await house.desk.services.check(draft), Person(draft.author)
