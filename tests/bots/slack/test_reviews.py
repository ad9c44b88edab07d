"""Reviews in Slack, from the button under a verdict to the author's direct message, and everybody who may not."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select, update

from bots import courier, labels, sayings, wording
from bots.answer import unread
from bots.slack import herald
from core.draft import Author
from core.errors import DatabaseError
from core.installations import Installation, Installations
from core.plan import ReviewPlan, Step
from core.privacy import Subjects
from core.reviews import rows
from core.reviews.notices import Notices
from core.reviews.review import Person, State
from core.reviews.tending import tend
from core.tables import audit, notices
from core.telemetry import set_up_logging
from core.terms.term import Term

CHANNEL = "C0REVIEWS"
REVIEWS = {"CHECKPOST_REVIEWERS": "slack:UBOB,slack:UCAT", "CHECKPOST_REVIEW_CHANNEL": f"slack:{CHANNEL}"}
BOB = Person(Author("slack", "T0001", "UBOB"))
DRAFT = "Soon Northwind and we sail together."
STEPS = ReviewPlan(
    steps=(Step(title="Review"), Step(title="Legal", reviewers=("slack:ULAW",))), deputies=("slack:UDEP",)
)


@pytest.fixture
async def desk(stored, slack, monkeypatch):
    """Serve with reviewers and a channel that the bot was invited to; returns how to start it."""
    monkeypatch.setattr(courier, "EVERY_SECONDS", 0.05)
    slack.channels.add(f"T0001/{CHANNEL}")
    for user in ("UBOB", "UCAT", "ULAW", "UDEP", "UNEW"):
        slack.people[user] = {"tz": "Europe/Berlin"}

    async def start(plan: ReviewPlan | None = None, **variables: str) -> SimpleNamespace:
        return await stored(plan, **REVIEWS | variables)

    return start


@pytest.fixture
def unsent(monkeypatch) -> asyncio.Event:
    """Set once a message could not be sent and that is noted; a row alone looks the same while it is on its way."""
    noted, note = asyncio.Event(), Notices.failed

    async def failed(self: Notices, notice_id: str) -> None:
        await note(self, notice_id)
        noted.set()

    monkeypatch.setattr(Notices, "failed", failed)
    return noted


async def ask(running, slack, text: str = DRAFT, user: str = "UALICE", note: str = "", **fields: object) -> dict:
    """Check a draft, ask for a review of it, and return what its author reads then."""
    form = await ask_form(running, slack, text, user)
    state = {"draft": text, "network": ("linkedin",), "account": ("personal",)} | fields
    await running.caller.submit(form, user, **state | ({"note": note} if note else {}))
    return await slack.until_view(lambda view: view.get("id") == form["id"] and said(view))


async def ask_form(running, slack, text: str = DRAFT, user: str = "UALICE") -> dict:
    """Check a draft, and open the form that asks for a review of it."""
    seen = len(slack.answers)
    await running.caller.command(text, user)
    async with asyncio.timeout(60):
        while not (asking := [each for each in slack.answers[seen:] if sayings.ASK in str(each["blocks"])]):
            slack.changed.clear()
            await slack.changed.wait()
    known = set(slack.views)
    await running.caller.press(asking[0], sayings.ASK, user)
    return await slack.until_view(lambda view: view.get("callback_id") == "ask" and view["id"] not in known)


def said(view: dict) -> bool:
    """Tell whether a view says how asking ended."""
    ends = (sayings.ASKED[:30], sayings.ASKED_BEFORE, sayings.NOT_NEEDED, sayings.REFUSED[:15])
    return any(each in str(view) for each in ends)


async def request(slack, headline: str = "⏳") -> dict:
    """Wait for the message of a request in the channel."""
    return await slack.until_pinned(lambda post: post["channel"] == CHANNEL and headline in str(post["blocks"][0]))


async def form(running, slack, where: dict, label: str, user: str = "UBOB") -> dict:
    """Press a button that opens a form, or says why not, and return the view once it is filled."""
    known = set(slack.views)
    await running.caller.press(where, label, user)
    return await slack.until_view(
        lambda view: view.get("id", "?") not in {*known, "?"} and labels.WORKING not in str(view)
    )


async def decide(running, slack, where: dict, label: str, user: str = "UBOB", **state: object) -> dict:
    """Press a button, fill in its form, and return what is shown then."""
    view = await form(running, slack, where, label, user)
    assert view["callback_id"] == "review", view
    await running.caller.submit(view, user, **state)
    return slack.views[view["id"]]


async def only(running) -> object:
    """Return the one request that there is."""
    (review,) = await running.services.reviews.of("slack:T0001:UALICE")
    return review


async def test_an_author_asks_and_is_told_that_it_is_approved(desk, slack) -> None:
    running = await desk()
    view = await ask(running, slack, note="for the fair")
    assert sayings.ASKED[:40] in str(view)

    post = await request(slack)
    shown = str(post["blocks"])
    for words in ("Northwind", "for the fair", "LinkedIn", "A client's name", "'user_id': 'UALICE'", "Step 1 of 1"):
        assert words in shown, words
    marked = [each for block in post["blocks"] for each in elements(block) if each.get("style", {}).get("code")]
    assert [each["text"] for each in marked] == ["Northwind"]
    done = await decide(running, slack, post, sayings.DEEDS["approve"], reason="Sail well.")

    assert sayings.DONE["approve"] in str(done)
    told = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["approve"][0])
    assert "Sail well." in str(told["blocks"])
    assert "'user_id': 'UBOB'" in str(told["blocks"])
    changed = await request(slack, "✅ Approved")
    assert "Northwind" not in str(changed["blocks"])
    assert "Sail well." not in str(changed["blocks"])
    assert (await only(running)).state is State.APPROVED
    assert len(slack.board) == 1


def elements(block: dict) -> list[dict]:
    """Return the elements of rich text."""
    return [each for part in block.get("elements", []) for each in part.get("elements", []) if isinstance(part, dict)]


async def test_what_asking_means_is_said_before_anything_is_kept(desk, slack) -> None:
    running = await desk()
    view = await ask_form(running, slack)
    for words in ("encrypted", "30 days after the decision", "Who sees it", "by name"):
        assert words in str(view)
    assert "Northwind" not in view["private_metadata"]
    assert await running.services.reviews.waiting() == []


@pytest.mark.parametrize(
    ("text", "channel"), [("A calm day.", f"slack:{CHANNEL}"), (DRAFT, ""), (DRAFT, "slack:T9:C1")]
)
async def test_no_button_asks_where_there_is_nothing_to_ask_or_nobody_to_answer(desk, slack, text, channel) -> None:
    running = await desk(CHECKPOST_REVIEW_CHANNEL=channel)
    await running.caller.command(text)
    await slack.until(1)
    assert sayings.ASK not in str(slack.answers[-1])


async def test_a_draft_that_is_fine_by_now_is_not_kept(desk, slack) -> None:
    running = await desk()
    view = await ask(running, slack, draft="A calm day.")
    assert sayings.NOT_NEEDED in str(view)
    assert await running.services.reviews.waiting() == []


async def test_the_same_draft_is_asked_about_once(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    assert sayings.ASKED_BEFORE in str(await ask(running, slack))
    assert len(await running.services.reviews.waiting()) == 1


async def test_a_long_draft_is_asked_about_with_its_text_once_more_or_as_a_file(desk, slack) -> None:
    running = await desk()
    long = "Northwind " + " ".join(f"word{number:05}" for number in range(1_500))
    file = slack.add_file("draft.txt", long.encode())
    view = await ask(running, slack, long, draft=None, file=[file])
    assert sayings.ASKED[:40] in str(view)
    (review,) = await running.services.reviews.waiting()
    assert review.draft.text == long
    post = await request(slack)
    assert sayings.DRAFT_LONG in str(post["blocks"])

    page = await form(running, slack, post, sayings.WHOLE_DRAFT)
    assert "Page 1 of" in str(page)
    await running.caller.press(page, labels.LATER, "UBOB")
    await slack.until_view(lambda view: "Page 2 of" in str(view))


async def test_a_draft_that_a_button_carries_and_a_form_does_not_hold_is_asked_for_and_never_cut(desk, slack) -> None:
    running = await desk()
    long = ("Northwind " + "word " * 606 + "the end").ljust(3_050, ".")
    view = await ask_form(running, slack, long)
    assert "word word" not in str(view)
    assert sayings.ASK_AGAIN in str(view)
    assert sayings.ASK_FILE in str(view)
    await running.caller.submit(view, file=[slack.add_file("draft.txt", long.encode())])
    await slack.until_view(lambda view: sayings.ASKED[:40] in str(view))
    (review,) = await running.services.reviews.waiting()
    assert review.draft.text == long


@pytest.mark.parametrize(("name", "text", "left"), [("a.pdf", "A calm day.", "file"), ("a.png", "", "picture")])
async def test_reviewers_learn_of_a_file_that_nobody_read(desk, slack, name: str, text: str, left: str) -> None:
    running = await desk()
    files = [slack.add_file(name, b"", "")]
    await running.caller.json(running.caller.direct_message(text, subtype="file_share", files=files))
    await slack.until(1)
    await running.caller.press(slack.posts[0], sayings.ASK)
    view = await slack.until_view(lambda view: view.get("callback_id") == "ask")
    assert unread(left) in str(view)
    assert "too long" not in str(view)
    await running.caller.submit(view, draft=text or "What it shows", network=("x",), account=("personal",))
    assert unread(left) in str((await request(slack))["blocks"])
    assert (await only(running)).draft.unread == (left,)


async def test_the_moment_that_a_draft_was_checked_for_stands_in_the_form_and_counts(desk, slack) -> None:
    running = await desk()
    await running.caller.command("")
    form = await slack.until_view(lambda view: view.get("callback_id") == "check")
    later = int((datetime.now(UTC) + timedelta(days=2)).timestamp()) // 60 * 60
    await running.caller.submit(form, draft=DRAFT, when=later)
    await running.caller.press(await slack.until_view(lambda view: sayings.ASK in str(view)), sayings.ASK)
    view = await slack.until_view(lambda view: view.get("callback_id") == "ask")
    fields = {each["block_id"]: each["element"] for each in view["blocks"] if each["type"] == "input"}
    assert fields["when"]["initial_date_time"] == later
    await running.caller.submit(view, draft=DRAFT, network=("x",), account=("personal",), when=later)
    await request(slack)
    assert (await only(running)).draft.written_at.timestamp() == later


async def test_a_form_without_the_draft_says_so(desk, slack) -> None:
    running = await desk()
    view = await ask_form(running, slack, "Northwind " + " ".join(f"word{number:05}" for number in range(900)))
    answer = await running.caller.submit(view, network=("x",), account=("personal",))
    assert answer["errors"] == {"draft": labels.FORM_EMPTY}
    answer = await running.caller.submit(view, draft=DRAFT, network=("myspace",), account=("personal",))
    assert answer["errors"] == {"network": labels.FORM_UNKNOWN}
    files = [slack.add_file("draft.txt", b"")]
    answer = await running.caller.submit(view, network=("myspace",), account=("personal",), file=files)
    assert answer["errors"] == {"file": labels.FILE_EMPTY}


async def test_a_suggestion_reaches_the_author_to_be_copied(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    view = await form(running, slack, await request(slack), sayings.DEEDS["suggest"])
    assert DRAFT in str(view["blocks"])
    assert "Northwind" not in view["private_metadata"]

    empty = await running.caller.submit(view, "UBOB", text="  ")
    assert empty["errors"] == {"text": sayings.SUGGESTION_EMPTY}
    await running.caller.submit(view, "UBOB", text="Soon a client and we sail.", reason="Their call.")

    told = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["suggest"][0])
    for words in ("Soon a client and we sail.", "Their call.", sayings.SUGGESTED_COUNTS):
        assert words in str(told["blocks"])
    await request(slack, "✏️")


async def test_a_decline_needs_a_reason_and_may_be_opened_again_by_its_author(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    view = await form(running, slack, await request(slack), sayings.DEEDS["decline"])
    assert (await running.caller.submit(view, "UBOB"))["errors"] == {"reason": sayings.REASON_MISSING}
    await running.caller.submit(view, "UBOB", reason="Not signed yet.")

    told = await slack.until_told("UALICE", "Not signed yet.")
    closed = await request(slack, "⛔ Declined")
    assert "Not signed yet." not in str(closed["blocks"])
    await decide(running, slack, told, sayings.DEEDS["reopen"], "UALICE", reason="It is signed now.")

    await slack.until_told("UALICE", sayings.AUTHOR_TOLD["reopen"][0])
    again = await request(slack)
    assert "Northwind" in str(again["blocks"])
    assert (await only(running)).state is State.WAITING


async def test_several_steps_each_take_another_person(desk, slack) -> None:
    running = await desk(STEPS)
    await ask(running, slack)
    first = await request(slack)
    assert sayings.NEXT_STEP in str(await decide(running, slack, first, sayings.DEEDS["approve"]))
    second = await slack.until_pinned(lambda post: "Step 2 of 2: Legal." in str(post["blocks"]))
    await slack.until_pinned(lambda post: post.get("thread_ts") == second["ts"] and post["reply_broadcast"])
    refused = await form(running, slack, second, sayings.DEEDS["approve"])
    assert sayings.NOT_REVIEWER in str(refused)

    await decide(running, slack, second, sayings.DEEDS["approve"], "ULAW")

    await slack.until_told("UALICE", sayings.AUTHOR_TOLD["approve"][0])
    assert [event.actor for event in (await only(running)).events][1:] == ["slack:T0001:UBOB", "slack:T0001:ULAW"]


async def test_a_press_on_an_earlier_step_shows_how_it_stands_and_does_nothing(desk, slack) -> None:
    running = await desk(STEPS)
    await ask(running, slack)
    first = json.loads(json.dumps(await request(slack)))
    opened = await form(running, slack, first, sayings.DEEDS["approve"], "UCAT")
    await decide(running, slack, first, sayings.DEEDS["approve"])
    slack.people["UBOB"]["is_admin"] = True

    stale = await form(running, slack, first, sayings.DEEDS["decline"], "UCAT")
    assert sayings.NOT_REVIEWER in str(stale)
    assert "Step 2 of 2" in str(stale)
    await running.caller.submit(opened, "UCAT")
    assert "Step 2 of 2" in str(slack.views[opened["id"]])
    assert (await only(running)).step == 1


async def test_a_press_after_the_decision_shows_the_decision(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    post = json.loads(json.dumps(await request(slack)))
    opened = await form(running, slack, post, sayings.DEEDS["decline"], "UCAT")
    await decide(running, slack, post, sayings.DEEDS["approve"], reason="Go.")

    late = await form(running, slack, post, sayings.DEEDS["approve"], "UCAT")
    assert sayings.AS_IT_STANDS in str(late)
    assert "✅ Approved" in str(late)
    assert "Go." in str(late)
    await running.caller.submit(opened, "UCAT", reason="No.")
    assert sayings.AS_IT_STANDS in str(slack.views[opened["id"]])
    assert (await only(running)).state is State.APPROVED


@pytest.mark.parametrize(
    ("user", "refusal"),
    [
        ("UALICE", sayings.OWN_REQUEST),
        ("UADMIN", sayings.NOT_REVIEWER),
        ("UGUEST", sayings.NOT_REVIEWER),
        ("UNOBODY", wording.RIGHTS_UNKNOWN),
    ],
)
@pytest.mark.parametrize("deed", ["approve", "suggest", "decline", "delegate"])
async def test_nobody_decides_without_the_right(desk, slack, user: str, refusal: str, deed: str) -> None:
    running = await desk(CHECKPOST_REVIEWERS="slack:UBOB,slack:UALICE,slack:UGUEST")
    await ask(running, slack)
    view = await form(running, slack, await request(slack), sayings.DEEDS[deed], user)
    assert refusal in str(view)
    assert ("Northwind" in str(view)) is (user == "UALICE")
    assert (await only(running)).state is State.WAITING


async def test_rights_that_were_lost_a_second_ago_are_gone(desk, slack) -> None:
    running = await desk(CHECKPOST_REVIEWERS="slack:@S123")
    slack.people["UGROUPED"] = {}
    await ask(running, slack)
    opened = await form(running, slack, await request(slack), sayings.DEEDS["approve"], "UGROUPED")
    assert opened["callback_id"] == "review"
    slack.people["UGROUPED"] = {"deleted": True}

    await running.caller.submit(opened, "UGROUPED")

    assert sayings.NOT_REVIEWER in str(slack.views[opened["id"]])
    assert (await only(running)).state is State.WAITING


async def test_somebody_who_is_asked_by_name_reads_and_decides(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    post = await request(slack)
    view = await form(running, slack, post, sayings.DEEDS["delegate"])
    nobody = await running.caller.submit(view, "UBOB", to={"UGUEST"})
    assert nobody["errors"] == {"to": sayings.DELEGATE_NOBODY}
    await running.caller.submit(view, "UBOB", to={"UNEW"}, reason="You know them.")

    told = await slack.until_told("UNEW", "You know them.")
    assert "Northwind" not in str(told["blocks"])
    assert sayings.ASSIGNED.partition("}")[2] in str(await shown(running, slack, "UNEW"))
    opened = await form(running, slack, told, sayings.OPEN_REQUEST, "UNEW")
    assert "Northwind" in str(opened)
    await decide(running, slack, opened, sayings.DEEDS["approve"], "UNEW")
    assert (await only(running)).events[-1].actor == "slack:T0001:UNEW"
    other = await form(running, slack, told, sayings.OPEN_REQUEST, "UADMIN")
    assert sayings.NOT_REVIEWER in str(other)


async def test_nobody_passes_a_request_on_to_its_author(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    view = await decide(running, slack, await request(slack), sayings.DEEDS["delegate"], to={"UALICE"})
    assert sayings.REFUSED[:15] in str(view)
    assert (await only(running)).assigned is None


async def test_an_author_withdraws_and_the_draft_is_gone_everywhere(desk, slack) -> None:
    running = await desk()
    view = await ask(running, slack)
    opened = await form(running, slack, view, sayings.OPEN_REQUEST, "UALICE")
    await running.caller.press(opened, sayings.DEEDS["withdraw"], "UALICE")
    await slack.until_view(lambda shown: sayings.DONE["withdraw"] in str(shown))

    post = await request(slack, "↩️")
    assert "Northwind" not in str(post["blocks"])
    assert (await running.services.reviews.of("slack:T0001:UALICE"))[0].draft is None
    assert sayings.OPEN_REQUEST not in str(post["blocks"])


async def test_whoever_is_deleted_is_gone_from_the_channel_with_their_draft(desk, slack) -> None:
    running = await desk()
    await ask(running, slack, note="for the fair")
    await request(slack)
    await Subjects(running.services.database).delete("slack:T0001:UALICE", "cli:op")

    post = await request(slack, "↩️")
    assert sayings.SOMEBODY["deleted"] in str(post["blocks"])
    for word in ("Northwind", "UALICE", "for the fair"):
        assert word not in str(post["blocks"])


async def test_reviewers_are_reminded_and_warned_deputies_join_and_a_lapse_is_told(desk, slack) -> None:
    running = await desk(STEPS)
    await ask(running, slack)
    post = await request(slack)
    reviews, now = running.services.reviews, datetime.now(UTC)
    await tend(reviews, now + timedelta(hours=5))
    reminder = await slack.until_pinned(lambda each: each.get("thread_ts") == post["ts"])
    assert sayings.REVIEWERS_TOLD["remind"] in str(reminder["blocks"])
    assert "Northwind" not in str(reminder["blocks"])

    await tend(reviews, now + timedelta(hours=61))
    warned = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["warn"][0])
    assert "Europe/Berlin" in str(warned["blocks"])
    deputy = await slack.until_told("UDEP", "if nobody decides")
    assert "Northwind" not in str(deputy["blocks"])

    await tend(reviews, now + timedelta(hours=80))
    lapsed = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["lapse"][0])
    closed = await request(slack, "⌛")
    assert closed["ts"] == post["ts"]
    assert "Northwind" not in str(closed["blocks"])
    await decide(running, slack, lapsed, sayings.DEEDS["reopen"], "UALICE", reason="Still wanted.")
    await request(slack)


async def test_a_deputy_decides_only_once_it_is_about_to_lapse(desk, slack) -> None:
    running = await desk(STEPS)
    await ask(running, slack)
    post = await request(slack)
    assert sayings.NOT_REVIEWER in str(await form(running, slack, post, sayings.DEEDS["approve"], "UDEP"))
    review = await only(running)
    async with running.services.database.writing() as connection:
        await rows.change(connection, review.id, lapses_at=datetime.now(UTC) + timedelta(hours=11))
    view = await form(running, slack, post, sayings.DEEDS["approve"], "UDEP")
    assert view["callback_id"] == "review"


async def test_a_form_that_cannot_be_opened_in_time_is_said(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    post = await request(slack)
    count = len(slack.said)
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    await running.caller.press(post, sayings.DEEDS["approve"], "UBOB")
    await slack.until(count + 1)
    assert labels.FORM_OVER in slack.words()
    assert all("Northwind" not in str(each) for each in slack.posts)


async def test_an_answer_in_the_channel_that_is_lost_goes_to_a_direct_chat(desk, slack) -> None:
    running = await desk()
    await ask(running, slack)
    post = await request(slack)
    slack.faults["views.open"] = [{"ok": False, "error": "expired_trigger_id"}]
    slack.faults["response_url"] = [(404, {})]
    board = len(slack.board)
    value = f"{(await only(running)).id} 0 approve"
    action = {"type": "button", "block_id": "b", "action_id": "review_do:approve", "value": value}
    url = slack.response_url()
    await running.caller.interaction(
        "block_actions", "UBOB", actions=[action], response_url=url, channel={"id": CHANNEL}, message={"ts": post["ts"]}
    )
    await slack.until_told("UBOB", labels.FORM_OVER)
    assert len(slack.board) == board


async def test_the_home_tab_has_the_queue_for_reviewers_and_their_own_for_authors(desk, slack) -> None:
    running = await desk()
    for number in range(10):
        await ask(running, slack, f"Northwind, number {number}.", "UCAT" if number else "UALICE")

    async def home(user: str, holds: str) -> dict:
        event = running.caller.event(type="app_home_opened", user=user, tab="home", channel=f"D{user}")
        slack.homes.pop(user, None)
        await running.caller.json(event)
        await slack.until_view(lambda _: holds in str(slack.homes.get(user, "")))
        return slack.homes[user]

    reviewer = await home("UBOB", sayings.QUEUE)
    assert sayings.QUEUE_LEAD.format(count=10) in str(reviewer)
    assert "Page 1 of 2" in str(reviewer)
    await running.caller.press(reviewer, labels.LATER, "UBOB")
    await slack.until_view(lambda _: "Page 2 of 2" in str(slack.homes["UBOB"]))
    author = await home("UALICE", sayings.MINE)
    assert sayings.QUEUE not in [block.get("text", {}).get("text") for block in author["blocks"]]
    assert "number" not in str(author) + str(reviewer)
    opened = await form(running, slack, author, sayings.OPEN_REQUEST, "UALICE")
    assert "number 0" in str(opened)
    assert sayings.DEEDS["approve"] not in str(opened)
    both = await home("UCAT", sayings.QUEUE)
    assert sayings.QUEUE_LEAD.format(count=1) in str(both)


async def test_a_message_that_somebody_took_away_is_posted_anew(desk, slack) -> None:
    running = await desk(STEPS)
    await ask(running, slack)
    post = await request(slack)
    slack.board.clear()
    await decide(running, slack, post, sayings.DEEDS["approve"])
    again = await slack.until_pinned(lambda each: "Step 2 of 2" in str(each["blocks"]))
    assert again["ts"] != post["ts"]


async def test_a_channel_without_the_bot_is_tried_again_later_and_nothing_is_lost(desk, slack, unsent) -> None:
    running = await desk()
    slack.channels.clear()
    await ask(running, slack)
    async with asyncio.timeout(60):
        await unsent.wait()
    slack.channels.add(f"T0001/{CHANNEL}")
    async with running.services.database.writing() as connection:
        await connection.execute(update(notices).values(due_at=datetime.now(UTC)))
    await request(slack)


async def test_of_several_messages_one_is_refused_and_all_come_again(desk, slack, unsent, monkeypatch) -> None:
    running = await desk()
    await ask(running, slack)
    sent, post = [], herald.post

    async def refuse_the_second(api, channel, message, **more):
        if channel != "DUALICE":
            return await post(api, channel, message, **more)
        sent.append(message)
        return {"ok": False, "error": "fatal_error"} if len(sent) == 2 else await post(api, channel, message, **more)

    monkeypatch.setattr(herald, "post", refuse_the_second)
    await running.services.reviews.suggest((await only(running)).id, BOB, "Soon a client and we sail. " * 600)
    async with asyncio.timeout(60):
        await unsent.wait()
    async with running.services.database.writing() as connection:
        await connection.execute(update(notices).values(due_at=datetime.now(UTC)).where(notices.c.kind == "suggest"))
    await slack.until_told("UALICE", sayings.SUGGESTED_COUNTS)
    assert len(sent) == 4
    assert sent[:2] == sent[2:]


async def test_a_reviewer_makes_an_exception_for_a_name_and_its_author(desk, slack) -> None:
    running = await desk()
    await running.services.terms.add(Term("Northwind"), "cli:op")
    await ask(running, slack)
    opened = await form(running, slack, await request(slack), sayings.WHOLE_DRAFT)
    assert sayings.DEEDS["except"] not in str(opened)
    opened = await form(running, slack, await shown(running, slack), sayings.DEEDS["except"])
    assert "The name: Northwind" in str(opened)
    assert sayings.EXCEPTION_EVERYBODY not in str(opened)
    (option,) = next(b for b in opened["blocks"] if b.get("block_id") == "free")["element"]["options"]
    state = {"free": (option["value"],), "whom": ("author",), "owner": "Bob", "reason": "Agreed in writing."}
    assert (await running.caller.submit(opened, "UBOB", **state))["errors"] == {"until": sayings.EXCEPTION_NO_END}

    await running.caller.submit(opened, "UBOB", **state, until=int(time.time()) + 86_400)

    assert "in force until" in str(slack.views[opened["id"]])
    (made,) = await running.services.exceptions.in_force()
    assert (made.author, made.owner, made.actor) == ("slack:T0001:UALICE", "Bob", "slack:T0001:UBOB")


async def test_only_admins_make_an_exception_for_everybody(desk, slack) -> None:
    running = await desk(CHECKPOST_REVIEWERS="slack:UBOB,slack:UADMIN")
    await running.services.terms.add(Term("Northwind"), "cli:op")
    await ask(running, slack)
    page = await shown(running, slack)
    forged = await form(running, slack, page, sayings.DEEDS["except"])
    (option,) = next(b for b in forged["blocks"] if b.get("block_id") == "free")["element"]["options"]
    state = {"free": (option["value"],), "whom": ("everybody",), "owner": "B", "reason": "R"}
    await running.caller.submit(forged, "UBOB", **state, until=int(time.time()) + 86_400)
    assert "only admins" in str(slack.views[forged["id"]])
    honest = await form(running, slack, page, sayings.DEEDS["except"], "UADMIN")
    assert sayings.EXCEPTION_EVERYBODY in str(honest)
    await running.caller.submit(honest, "UADMIN", **state, until=int(time.time()) + 86_400)
    (made,) = await running.services.exceptions.in_force()
    assert made.author == ""


async def shown(running, slack, user: str = "UBOB") -> dict:
    """Open the request as a reviewer finds it on the Home tab."""
    slack.homes.pop(user, None)
    await running.caller.json(running.caller.event(type="app_home_opened", user=user, tab="home", channel=f"D{user}"))
    await slack.until_view(lambda _: sayings.OPEN_REQUEST in str(slack.homes.get(user, "")))
    return await form(running, slack, slack.homes[user], sayings.OPEN_REQUEST, user)


async def test_a_secret_name_is_not_offered_to_be_freed(desk, slack) -> None:
    running = await desk()
    await running.services.terms.add(Term("Quarrow"), "cli:op")
    await ask(running, slack)
    view = await form(running, slack, await shown(running, slack), sayings.DEEDS["except"])
    assert sayings.EXCEPTION_NOTHING in str(view)
    assert "Quarrow" not in str(view)


async def test_no_word_of_a_draft_is_in_a_log_a_memo_or_a_direct_message_to_reviewers(desk, slack, capfd) -> None:
    canary = "Plimquarrow7Vexthorne"
    set_up_logging("DEBUG")
    running = await desk(STEPS)
    await ask(running, slack, f"Northwind hired {canary}.", note=f"{canary} agreed")
    post = await request(slack)
    await decide(running, slack, post, sayings.DEEDS["delegate"], to={"UNEW"}, reason="You know them.")
    await slack.until_told("UNEW", "You know them.")
    await decide(running, slack, post, sayings.DEEDS["suggest"], text=f"{canary} is here.", reason=f"{canary}!")
    told = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["suggest"][0])
    closed = await request(slack, "✏️")

    assert canary in str(told["blocks"])
    assert canary not in str(closed["blocks"])
    assert canary not in "".join(str(each["text"]) for each in [*slack.posts, *slack.board.values()])
    assert canary not in str([each for each in slack.posts if each["channel"] != "DUALICE"])
    assert canary not in str([view.get("private_metadata") for view in slack.views.values()])
    async with running.services.database.reading() as connection:
        for table in (notices, audit):
            assert canary not in str((await connection.execute(select(table))).all())
    output = "".join(capfd.readouterr())
    assert canary not in output


async def test_a_database_that_is_away_is_said_and_decides_nothing(desk, slack, monkeypatch) -> None:
    running = await desk()
    await ask(running, slack)
    view = await form(running, slack, await request(slack), sayings.DEEDS["approve"])

    async def gone(*_: object, **__: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("core.reviews.store.Reviews.approve", gone)
    await running.caller.submit(view, "UBOB")
    assert wording.SORRY in str(slack.views[view["id"]])
    monkeypatch.undo()
    assert (await only(running)).state is State.WAITING


OAUTH = {"SLACK_CLIENT_ID": "111.222", "SLACK_CLIENT_SECRET": "client-secret", "SLACK_BOT_TOKEN": ""}


@pytest.fixture
async def two(desk, slack):
    """Serve two workspaces, each with the channel of the same name, and return how to speak as people of the second."""
    running = await desk(**OAUTH, CHECKPOST_REVIEWERS="slack:UBOB,slack:workspace-admins")
    store = Installations(running.services.database)
    for team in ("T0001", "T0002"):
        slack.tokens[f"xoxb-{team}"] = team
        await store.save(Installation(f"slack:{team}", f"xoxb-{team}", "UBOT", "BBOT"))
    slack.people["UFAR"] = {"is_admin": True}
    running.far = type(running.caller)(running.caller.session, running.caller.url.removesuffix("/slack/events"), slack)
    running.far.team = "T0002"
    return running


async def test_two_workspaces_never_cross(two, slack) -> None:
    await ask(two, slack)
    post = await request(slack)
    assert post["team"] == "T0001"

    for label in (sayings.DEEDS["approve"], sayings.WHOLE_DRAFT):
        view = await form(SimpleNamespace(caller=two.far), slack, post, label, "UFAR")
        assert sayings.ELSEWHERE in str(view)
        assert "Northwind" not in str(view)
    await two.far.json(two.far.event(type="app_home_opened", user="UFAR", tab="home", channel="DUFAR"))
    await slack.until_view(lambda _: "UFAR" in slack.homes)
    assert sayings.QUEUE_EMPTY in str(slack.homes["UFAR"])

    await decide(two, slack, post, sayings.DEEDS["approve"])
    told = await slack.until_told("UALICE", sayings.AUTHOR_TOLD["approve"][0])
    assert told["token"] == "xoxb-T0001"


async def test_a_request_is_never_posted_in_a_workspace_other_than_its_authors(two, slack, unsent) -> None:
    slack.channels.clear()
    slack.channels.add(f"T0002/{CHANNEL}")
    await ask(two, slack)
    async with asyncio.timeout(60):
        await unsent.wait()
    assert slack.board == {}


async def test_a_review_goes_over_socket_mode_as_over_http(desk, slack) -> None:
    running = await desk(SLACK_APP_TOKEN="xapp-test")
    await slack.until_connected()
    running.caller = Wired(running.caller, slack)
    await ask(running, slack)
    await decide(running, slack, await request(slack), sayings.DEEDS["decline"], reason="Not signed yet.")
    await slack.until_told("UALICE", "Not signed yet.")
    assert (await only(running)).state is State.DECLINED
    assert running.caller.sent == 5


class Wired:
    """Sends over the socket what a caller would post."""

    def __init__(self, caller, slack) -> None:
        self.caller, self.slack, self.sent = caller, slack, 0
        caller.form = self.form

    def __getattr__(self, name: str) -> object:
        return getattr(self.caller, name)

    async def form(self, body: bytes) -> SimpleNamespace:
        """Send a form as an envelope, and answer with the payload of its acknowledgement."""
        fields = dict(parse_qsl(body.decode()))
        self.sent += 1
        kind, payload = (
            ("interactive", json.loads(fields["payload"])) if "payload" in fields else ("slash_commands", fields)
        )
        envelope = {"type": kind, "envelope_id": f"E{self.sent}", "payload": payload, "accepts_response_payload": True}
        await self.slack.sockets[-1].send_str(json.dumps(envelope))
        async with asyncio.timeout(60):
            while f"E{self.sent}" not in self.slack.acks:
                self.slack.changed.clear()
                await self.slack.changed.wait()
        return SimpleNamespace(status=200, text=json.dumps(self.slack.acks[f"E{self.sent}"]))
