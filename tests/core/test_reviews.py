"""Reviews: only when the author asks; decided by others; an approval counts for exactly one text and policy version."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from core.audit import Audit
from core.checker import Checker
from core.db import Database
from core.draft import Account, Author, Draft
from core.errors import ReviewError
from core.finding import Action, Finding, Span
from core.plan import ReviewPlan, Step
from core.privacy import Subjects
from core.reviews.approvals import approvals
from core.reviews.notices import Audience, Notice, Notices
from core.reviews.review import Person, Review, State, packed
from core.reviews.store import WAITING_EACH, Reviews
from core.reviews.tending import tend
from core.tables import count_rows
from core.tables import review_events as events
from core.tables import reviews as table
from core.terms.store import TermsStore
from core.verdict import Approval, Outcome, Verdict

ANN = Person(Author("slack", "T1", "U1"), "ann@wharf.example")
BOB = Person(Author("slack", "T1", "U2"))
CAT = Person(Author("teams", "t-9", "29:cat"))
CHANNEL = "teams:19:reviewers"
FOUND = Finding("house/moo", "venting", Action.REVISE, Span(0, 4), 1.0, "t", "w", ("a sound",))
TEXT = "Moo says the canary."
POLICY = "sha256:1"

both = pytest.mark.parametrize("store", ["sqlite", "postgresql18"])
Open = Callable[..., Any]


@pytest.fixture
def reviews(database: Database) -> Reviews:
    """Reviews of one step, with a channel in Teams."""
    return Reviews(database, ReviewPlan(), CHANNEL)


@pytest.fixture
def draft(a_draft: Any) -> Draft:
    """Ann's draft."""
    made: Draft = a_draft(TEXT, author=ANN.author, zone="Europe/Berlin")
    return made


def verdict(policy: str = POLICY) -> Verdict:
    return Verdict("d1", Outcome.REVISE, policy, (FOUND,))


async def sent(database: Database, platform: str) -> list[tuple[str, str, str]]:
    """Take what waits for a platform, as its door does, and say that it is sent."""
    notices, taken = Notices(database), list[Notice]()
    while each := await notices.take(platform):
        await notices.sent(each.id, f"message of {each.kind}")
        taken.append(each)
    return [(each.kind, each.audience.value, each.address) for each in taken]


@both
async def test_the_author_in_slack_and_the_reviewer_in_teams_meet(
    database: Database, reviews: Reviews, draft: Draft
) -> None:
    asked = await reviews.open(draft, verdict(), ANN, "for the fair on Monday")
    assert await sent(database, "teams") == [("asked", "reviewers", CHANNEL)]
    assert await sent(database, "slack") == []
    (waiting,) = await reviews.waiting()
    assert (waiting.draft, waiting.note) == (draft, "for the fair on Monday")
    assert waiting.verdict == verdict()

    decided = await reviews.approve(asked.id, CAT, "all good", step=0)

    assert (decided.state, decided.events[-1].reason) == (State.APPROVED, "all good")
    assert await sent(database, "slack") == [("approve", "author", str(ANN))]
    assert await sent(database, "teams") == [("change", "reviewers", CHANNEL)]
    assert await reviews.waiting() == []
    assert [each.id for each in await reviews.of(str(ANN))] == [asked.id]


async def test_a_request_keeps_what_was_not_read_and_one_of_before_opens(
    reviews: Reviews, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = replace(draft, unread=("file",))
    assert (await reviews.open(left, verdict(), ANN)).draft == left

    def of_before(*given: Any) -> bytes:
        values = json.loads(packed(*given))
        del values["draft"]["unread"]
        return json.dumps(values).encode()

    monkeypatch.setattr("core.reviews.store.packed", of_before)
    assert (await reviews.open(draft, verdict(), ANN)).draft == draft


async def approval(reviews: Reviews, draft: Draft, policy: str) -> Approval | None:
    async with reviews.database.reading() as connection:
        (found,) = await approvals(connection, reviews.database.keys, [draft], policy)
    return found


@both
async def test_an_approval_counts_for_exactly_this_text_author_place_and_policy(reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    assert await approval(reviews, draft, POLICY) is None
    await reviews.approve(asked.id, BOB)

    approved = await approval(reviews, draft, POLICY)
    assert approved is not None
    assert (approved.review, approved.by) == (asked.id, str(BOB))
    others = (
        replace(draft, text=TEXT + " "),
        replace(draft, text=TEXT.lower()),
        replace(draft, author=BOB.author),
        replace(draft, account=Account.BRAND),
        replace(draft, unread=("file",)),
    )
    assert [await approval(reviews, each, POLICY) for each in others] == [None] * 5
    assert await approval(reviews, draft, "sha256:2") is None


async def test_an_approval_shows_in_later_verdicts_and_in_the_record(
    database: Database, reviews: Reviews, draft: Draft, a_policy: Any
) -> None:
    policy = a_policy({"id": "moo", "detect": {"words": ["moo"]}})
    checker = Checker(policy, TermsStore(database), Audit(database))
    try:
        first = await checker.check(draft)
        asked = await reviews.open(draft, first, ANN)
        await reviews.approve(asked.id, BOB)
        second = await checker.check(draft)
        other = await checker.check(replace(draft, text=TEXT + "!"))
    finally:
        checker.close()

    assert (first.approval, other.approval) == (None, None)
    assert second.approval is not None
    assert second.approval.review == asked.id
    assert second.outcome is first.outcome is Outcome.REVISE, "a person's decision stands beside the verdict"
    checks = [each async for each in Audit(database).records() if each["kind"] == "check"]
    assert [each["review"] for each in checks] == [None, asked.id, None]


@both
@pytest.mark.parametrize("decide", ["approve", "suggest", "decline", "delegate"])
async def test_nobody_decides_on_their_own_request(reviews: Reviews, draft: Draft, decide: str) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    act = {
        "approve": lambda who: reviews.approve(asked.id, who),
        "suggest": lambda who: reviews.suggest(asked.id, who, "Better."),
        "decline": lambda who: reviews.decline(asked.id, who, "no"),
        "delegate": lambda who: reviews.delegate(asked.id, who, BOB),
    }[decide]
    herself_in_teams = Person(Author("teams", "t-9", "29:ann"), "Ann@Wharf.example")
    for own in (ANN, herself_in_teams, Person(ANN.author)):
        with pytest.raises(ReviewError, match="your own request"):
            await act(own)
    assert (await act(Person(Author("teams", "t-9", "29:dan"), "dan@wharf.example"))).id == asked.id


@both
async def test_of_reviewers_who_decide_at_once_one_does(database: Database, reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    made = await asyncio.gather(
        *(reviews.approve(asked.id, Person(Author("slack", "T1", f"R{n}")), step=0) for n in range(4)),
        *(reviews.decline(asked.id, Person(Author("slack", "T1", f"S{n}")), "no", step=0) for n in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Review) for each in made) == 1
    assert sum(isinstance(each, ReviewError) for each in made) == 7
    assert (await Audit(database).verify())[0] == 2


@both
async def test_a_step_that_is_approved_while_it_is_passed_on_leaves_the_next_one_with_nobody_by_name(
    database: Database, draft: Draft
) -> None:
    reviews = Reviews(database, ReviewPlan(steps=(Step(title="Team"), Step(title="Legal"))), CHANNEL)
    asked = await reviews.open(draft, verdict(), ANN)
    made = await asyncio.gather(
        reviews.approve(asked.id, BOB, step=0),
        *(reviews.delegate(asked.id, Person(Author("slack", "T1", f"R{n}")), CAT, step=0) for n in range(4)),
        return_exceptions=True,
    )
    assert {type(each) for each in made} <= {Review, ReviewError}
    now = await reviews.get(asked.id)
    assert (now.step, now.assigned) == (1, None)
    with pytest.raises(ReviewError, match="meanwhile"):
        await reviews.delegate(asked.id, CAT, BOB, step=0)


async def test_a_step_for_some_drafts_only_needs_another_person(database: Database, draft: Draft) -> None:
    steps = (Step(title="Team"), Step(title="Legal", categories=("venting",)), Step(title="Ads", accounts=("brand",)))
    reviews = Reviews(database, ReviewPlan(steps=steps), CHANNEL)
    asked = await reviews.open(draft, verdict(), ANN)
    assert [step.title for step in asked.steps] == ["Team", "Legal"]

    once = await reviews.approve(asked.id, BOB, step=0)
    assert (once.state, once.turn) == (State.WAITING, steps[1])
    assert await approval(reviews, draft, POLICY) is None, "half an approval is none"
    with pytest.raises(ReviewError, match="another person"):
        await reviews.approve(asked.id, BOB, step=1)
    with pytest.raises(ReviewError, match="meanwhile"):
        await reviews.approve(asked.id, CAT, step=0)
    assert (await reviews.approve(asked.id, CAT, step=1)).state is State.APPROVED
    assert await approval(reviews, draft, POLICY) is not None


async def test_one_person_on_two_platforms_takes_one_step(database: Database, draft: Draft) -> None:
    reviews = Reviews(database, ReviewPlan(steps=(Step(title="Team"), Step(title="Legal"))), CHANNEL)
    asked = await reviews.open(draft, verdict(), ANN)
    once = await reviews.approve(asked.id, Person(BOB.author, "bob@wharf.example"), step=0)
    assert "wharf" not in repr(once)
    with pytest.raises(ReviewError, match="another person"):
        await reviews.approve(asked.id, Person(CAT.author, "Bob@Wharf.example"), step=1)
    assert (await reviews.approve(asked.id, Person(CAT.author, "cat@wharf.example"), step=1)).state is State.APPROVED


@both
async def test_a_suggestion_goes_back_to_the_author_and_counts_as_approved(
    database: Database, reviews: Reviews, draft: Draft
) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    for same in ("\n", TEXT, f"{TEXT}\n"):
        with pytest.raises(ReviewError, match="empty or as it was"):
            await reviews.suggest(asked.id, BOB, same)
    decided = await reviews.suggest(asked.id, BOB, "A sound, says the canary.\n", "kinder")

    assert (decided.state, decided.events[-1].text) == (State.SUGGESTED, "A sound, says the canary.")
    assert ("suggest", "author", str(ANN)) in await sent(database, "slack")
    assert await approval(reviews, replace(draft, text="A sound, says the canary."), POLICY) is not None
    assert await approval(reviews, draft, POLICY) is None


@both
async def test_a_reopened_request_counts_no_more_until_it_is_approved_again(reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    with pytest.raises(ReviewError, match="waits"):
        await reviews.reopen(asked.id, BOB, "again")
    await reviews.approve(asked.id, BOB)
    await reviews.reopen(asked.id, CAT, "the fair was moved")
    assert await approval(reviews, draft, POLICY) is None
    await reviews.approve(asked.id, BOB)
    assert await approval(reviews, draft, POLICY) is not None


async def test_a_request_is_opened_once_and_not_without_end(reviews: Reviews, draft: Draft) -> None:
    first = await reviews.open(draft, verdict(), ANN)
    assert (await reviews.open(draft, verdict(), ANN)).id == first.id
    assert (await reviews.open(draft, verdict("sha256:2"), ANN)).id != first.id, "another policy is another question"
    for number in range(WAITING_EACH - 2):
        await reviews.open(replace(draft, text=f"{TEXT} {number}"), verdict(), ANN)
    with pytest.raises(ReviewError, match="wait for an answer"):
        await reviews.open(replace(draft, text="one more"), verdict(), ANN)
    await reviews.withdraw(first.id, ANN)
    await reviews.open(replace(draft, text="one more"), verdict(), ANN)


async def test_only_the_author_withdraws_and_nobody_decides_on_it_any_more(reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    with pytest.raises(ReviewError, match="only its author"):
        await reviews.withdraw(asked.id, BOB)
    await reviews.withdraw(asked.id, ANN)
    for late in (reviews.approve(asked.id, BOB), reviews.reopen(asked.id, BOB, "x")):
        with pytest.raises(ReviewError):
            await late


@both
@pytest.mark.parametrize("held", [False, True])
async def test_all_words_of_a_withdrawn_request_go_at_once_or_once_no_hold_stands(
    database: Database, reviews: Reviews, draft: Draft, *, held: bool
) -> None:
    async def kept() -> int:
        async with database.reading() as connection:
            return sum([await count_rows(connection, each, each.c.sealed.is_not(None)) for each in (table, events)])

    asked = await reviews.open(draft, verdict(), ANN, "a note")
    await reviews.suggest(asked.id, BOB, "A sound.", "kinder")
    await reviews.reopen(asked.id, BOB, "once more")
    hold = await Subjects(database).hold(asked.opened_at, "a lawsuit", "cli:op") if held else None
    gone = await reviews.withdraw(asked.id, ANN)
    assert (gone.state, gone.draft, gone.note) == (State.WITHDRAWN, None, "")
    assert [(each.reason, each.text) for each in gone.events] == [("", None)] * 4
    assert await kept() == (3 if held else 0)

    later = datetime.now(UTC) + timedelta(days=1)
    assert [*await tend(reviews, later)] == (["held"] if held else [])
    if hold:
        await Subjects(database).lift(hold.id, "cli:op")
        assert [*await tend(reviews, later + timedelta(days=1))] == ["delete"]
    assert await kept() == 0


async def test_without_a_channel_nobody_is_left_waiting(database: Database, draft: Draft) -> None:
    with pytest.raises(ReviewError, match="CHECKPOST_REVIEW_CHANNEL"):
        await Reviews(database, ReviewPlan()).open(draft, verdict(), ANN)


async def test_a_declined_request_says_why(reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    with pytest.raises(ReviewError, match="say why"):
        await reviews.decline(asked.id, BOB, "  ")
    assert (await reviews.decline(asked.id, BOB, "not out yet")).events[-1].reason == "not out yet"


@both
async def test_time_reminds_warns_lapses_and_deletes_in_this_order(
    database: Database, draft: Draft, store: str
) -> None:
    plan = ReviewPlan(remind_hours=4, warn_hours=12, lapse_hours=72, keep_days=30, deputies=("slack:U7",))
    reviews = Reviews(database, plan, CHANNEL)
    asked = await reviews.open(draft, verdict(), ANN)
    begun = asked.opened_at
    await sent(database, "teams")

    done = []
    for hours in (1, 5, 6, 59, 61, 71, 73, 74, 72 + 24 * 31):
        at = begun + timedelta(hours=hours)
        done.append((hours, [*await tend(reviews, at)]))
    assert [each for each in done if each[1]] == [
        (5, ["remind"]), (61, ["warn"]), (73, ["lapse"]), (72 + 24 * 31, ["delete"]),
    ]  # fmt: skip
    assert await sent(database, "teams") == [(kind, "reviewers", CHANNEL) for kind in ("remind", "warn", "lapse")]
    assert await sent(database, "slack") == [
        ("warn", "author", str(ANN)), ("warn", "person", "slack:U7"), ("lapse", "author", str(ANN)),
    ]  # fmt: skip
    gone = await reviews.get(asked.id)
    assert (gone.state, gone.draft) == (State.LAPSED, None)
    with pytest.raises(ReviewError, match="deleted"):
        await reviews.reopen(asked.id, BOB, "x")


async def test_after_an_outage_nothing_lapses_without_a_warning(reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    late = asked.opened_at + timedelta(days=20)
    steps = [[*await tend(reviews, late + timedelta(minutes=n))] for n in range(4)]
    assert steps == [["remind"], ["warn"], [], []]
    assert [*await tend(reviews, late + timedelta(hours=13))] == ["lapse"]


async def test_a_lapsed_request_can_be_reopened(reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    for hours in (5, 61, 73):
        await tend(reviews, asked.opened_at + timedelta(hours=hours))
    with pytest.raises(ReviewError, match="lapsed"):
        await reviews.approve(asked.id, BOB)
    await reviews.reopen(asked.id, ANN, "the fair is still on")
    assert (await reviews.approve(asked.id, BOB)).state is State.APPROVED


async def test_a_delegate_is_told_and_the_clock_begins_anew(database: Database, reviews: Reviews, draft: Draft) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    for herself in (ANN, Person(CAT.author, ANN.email)):
        with pytest.raises(ReviewError, match="somebody else"):
            await reviews.delegate(asked.id, BOB, herself)
    passed = await reviews.delegate(asked.id, BOB, CAT, "I am away")
    assert passed.assigned == str(CAT)
    assert passed.lapses_at > asked.lapses_at
    assert ("delegate", "person", str(CAT)) in await sent(database, "teams")
    await tend(reviews, datetime.now(UTC) + timedelta(hours=5))
    assert ("remind", "person", str(CAT)) in await sent(database, "teams")


@both
async def test_a_notice_is_taken_by_one_door_and_again_when_it_was_not_sent(
    database: Database, reviews: Reviews, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reviews.open(draft, verdict(), ANN)
    notices = Notices(database)
    taken = await asyncio.gather(*(notices.take("teams") for _ in range(4)))
    (notice,) = filter(None, taken)
    assert (notice.kind, notice.audience, notice.ref) == ("asked", Audience.REVIEWERS, None)
    assert await notices.take("teams") is None, "it is out on loan"
    await notices.failed(notice.id, wait=timedelta(0))
    again = await notices.take("teams")
    assert again == notice
    await notices.sent(again.id, "channel/170.1")
    assert await notices.take("teams") is None
    await reviews.approve(notice.review_id, BOB)
    change = await notices.take("teams")
    assert change
    assert change.ref == "channel/170.1", "the door may change the message that it sent before"


@both
async def test_a_notice_waits_for_those_before_it_so_that_the_last_word_is_the_last_sent(
    database: Database, reviews: Reviews, draft: Draft
) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    notices = Notices(database)
    slow = await notices.take("teams")
    await reviews.withdraw(asked.id, ANN)
    other = await reviews.open(draft, verdict(), ANN)
    assert (await notices.take("teams")).review_id == other.id, "another request waits for nothing"
    await notices.sent(slow.id, "channel/170.1")
    change = await notices.take("teams")
    assert (change.kind, change.ref) == ("change", "channel/170.1")


async def test_a_notice_that_cannot_be_sent_is_given_up_visibly(
    database: Database, reviews: Reviews, draft: Draft
) -> None:
    asked = await reviews.open(draft, verdict(), ANN)
    await reviews.approve(asked.id, BOB)
    notices, tries = Notices(database), list[str]()
    while taken := await notices.take("teams"):
        tries.append(taken.kind)
        with capture_logs() as logs:
            await notices.failed(taken.id, wait=timedelta(0))
    assert tries == ["asked"] * 8 + ["change"] * 8, "what is given up holds up nothing"
    assert [each["event"] for each in logs] == ["notice.given_up"]


async def test_every_step_is_on_record_without_a_word_of_it(
    database: Database, reviews: Reviews, draft: Draft, database_file: Any, files_with: Any
) -> None:
    asked = await reviews.open(draft, verdict(), ANN, "a canary note")
    await reviews.suggest(asked.id, BOB, "The canary sings.", "a canary reason")
    await reviews.reopen(asked.id, ANN, "canary again")
    await reviews.delegate(asked.id, BOB, CAT, "canary away")
    await reviews.decline(asked.id, CAT, "canary no")
    records = [each async for each in Audit(database).records()]
    assert [each["kind"].removeprefix("review.") for each in records] == [
        "open", "suggest", "reopen", "delegate", "decline",
    ]  # fmt: skip
    assert [each["actor"] for each in records[1::2]] == [str(BOB), str(BOB)]
    assert records[0]["actor"].startswith("person:")
    assert records[3]["to"].startswith("person:"), "whoever is asked has decided nothing yet"
    assert str(ANN) not in json.dumps(records), "the author's name can be deleted"
    assert files_with(database_file.parent, "canary") == []
    assert "canary" not in repr(await reviews.get(asked.id))
