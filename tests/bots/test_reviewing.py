"""Reviewing: who may do what about a request, what it shows, what its messages say, and how they get sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from bots import courier, sayings
from bots.courier import deliver_next, delivering
from bots.excepting import AUTHOR, EVERYBODY, choices, for_whom, make
from bots.request import Deed, Line, deeds, headline, is_true, person, picture, summary, telling
from bots.reviewing import ask, can_ask, consent, deciders, do, is_named, part, queue, refused, reviewers, said_of
from core.db import open_database
from core.draft import Account, Author, Draft, Network
from core.errors import ExceptionError, ReviewError
from core.exceptions import About, Exceptions, Exemption
from core.finding import Action, Finding, Span
from core.plan import ReviewPlan, Step
from core.reviews.notices import Audience, Notice, Notices
from core.reviews.review import Person, Review, State
from core.reviews.store import Reviews
from core.reviews.tending import tend
from core.settings import Settings
from core.tables import reviews
from core.terms.store import TermsStore
from core.terms.term import Secrecy, Term
from core.verdict import Approval, Outcome, Verdict
from tests.databases import new_database

ANN = Person(Author("slack", "T1", "UANN"), "ann@wharf.example")
BOB = Person(Author("slack", "T1", "UBOB"))
CAT = Person(Author("teams", "t-9", "0000-cat"))
FAR = Person(Author("slack", "T2", "UBOB"))
CHANNEL = "slack:C0REVIEWS"
TEXT = "Quillet and Zarquil will merge, say the tides."
NAMED = Finding("house/name", "confidential_term", Action.BLOCK, Span(0, 7), 1.0, "A name", "why")
SECRET = replace(NAMED, span=Span(0, 46), quotable=False)
VENTED = Finding("house/tone", "venting", Action.REVISE, Span(36, 45), 1.0, "Tone", "why")
NOTED = replace(VENTED, rule="house/note", action=Action.NOTE)


class Judge:
    """Answers every draft with the findings that it is given."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = (NAMED, VENTED, NOTED)

    async def check(self, draft: Draft) -> Verdict:
        """Block where something was found."""
        outcome = Outcome.BLOCK if self.findings else Outcome.OK
        return Verdict(draft.id, outcome, "sha256:1", self.findings)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[Any]:
    """What a door has, with a judge of our own."""
    await new_database(settings)
    database = await open_database(settings)
    plan = ReviewPlan(
        steps=(Step(title="Review"), Step(title="Legal", reviewers=("slack:ULAW",))), deputies=("slack:UDEP",)
    )
    yield SimpleNamespace(
        settings=settings.model_copy(update={"reviewers": ("slack:UBOB", "slack:@S1")}),
        database=database,
        checker=Judge(),
        terms=TermsStore(database),
        reviews=Reviews(database, plan, CHANNEL),
        notices=Notices(database),
        exceptions=Exceptions(database),
    )
    await database.close()


def a_draft(text: str = TEXT, by: Person = ANN) -> Draft:
    """Write a draft."""
    return Draft("d1", text, by.author, Network.LINKEDIN, Account.BRAND, datetime(2026, 5, 4, tzinfo=UTC))


async def asked(house: Any) -> Review:
    """Ask for a review as Ann."""
    _, review = await ask(house, a_draft(), ANN, " for the fair ")
    assert review
    return review


def plain(line: Line) -> str:
    """Read a line as a platform might show it."""
    return "".join(str(part) for part in line)


async def test_a_draft_is_looked_at_once_more_and_kept_only_where_something_stands_in_its_way(house: Any) -> None:
    review = await asked(house)
    assert (review.state, review.note, review.draft) == (State.WAITING, "for the fair", a_draft())

    house.checker.findings = ()
    verdict, none = await ask(house, a_draft("All is calm."), ANN)

    assert (verdict.outcome, none) == (Outcome.OK, None)
    assert len(await house.reviews.waiting()) == 1


@pytest.mark.parametrize(
    ("channel", "by", "can"),
    [
        (CHANNEL, ANN, True),
        (None, ANN, False),
        ("slack:T1:C0", ANN, True),
        ("slack:T2:C0", ANN, False),
        ("slack:T2:C0", CAT, True),
        ("teams:19:reviews", ANN, True),
    ],
)
def test_who_can_ask_depends_on_where_reviewers_are(channel: str | None, by: Person, can: bool) -> None:
    assert can_ask(SimpleNamespace(reviews=SimpleNamespace(channel=channel)), by.author) is can  # type: ignore[arg-type]


def test_what_asking_means_is_said_with_the_days_that_the_plan_keeps_a_draft(house: Any) -> None:
    assert "30 days after the decision" in consent(house)
    house.reviews = replace(house.reviews, plan=ReviewPlan(keep_days=0))
    assert "until the decision" in consent(house)
    assert "{" not in consent(house)


async def test_reviewers_are_denied_by_default_and_each_step_has_its_own(house: Any) -> None:
    review = await asked(house)
    assert reviewers(house) == ("slack:UBOB", "slack:@S1", "slack:ULAW")
    assert deciders(house, review) == ("slack:UBOB", "slack:@S1")

    second = await do(house, Deed.APPROVE, review, BOB, step=0)
    assert deciders(house, second) == ("slack:ULAW",)

    house.settings = house.settings.model_copy(update={"reviewers": ()})
    assert deciders(house, review) == ()


async def test_whoever_is_asked_by_name_may_decide_and_deputies_once_it_is_about_to_lapse(house: Any) -> None:
    review = await do(house, Deed.DELEGATE, await asked(house), BOB, to=CAT)
    now = datetime.now(UTC)

    assert is_named(deciders(house, review), CAT.author)
    assert "slack:UDEP" not in deciders(house, review, now + timedelta(hours=59))
    assert "slack:UDEP" in deciders(house, review, now + timedelta(hours=61))


@pytest.mark.parametrize(
    ("entries", "author", "named"),
    [
        (("slack:UBOB",), BOB.author, True),
        (("slack:UBO",), BOB.author, False),
        (("teams:UBOB",), BOB.author, False),
        (("slack:T1:UBOB",), BOB.author, True),
        (("slack:T1:UBOB",), FAR.author, False),
        (("teams:0000-cat",), CAT.author, True),
        ((), BOB.author, False),
    ],
)
def test_a_name_stands_for_one_person(entries: tuple[str, ...], author: Author, named: bool) -> None:
    assert is_named(entries, author) is named


async def test_everybody_has_a_part_of_their_own(house: Any) -> None:
    review = await asked(house)
    decide = (Deed.APPROVE, Deed.SUGGEST, Deed.DECLINE, Deed.DELEGATE, Deed.EXCEPT)

    assert part(review, BOB, may_decide=True, is_reviewer=True).deeds == decide
    mine = part(review, ANN, may_decide=True, is_reviewer=True)
    assert (mine.deeds, mine.refusal) == ((Deed.WITHDRAW,), sayings.OWN_REQUEST)
    on_teams = Person(CAT.author, "Ann@Wharf.example")
    assert part(review, on_teams, may_decide=True, is_reviewer=True).deeds == (Deed.WITHDRAW,)
    watching = part(review, BOB, may_decide=False, is_reviewer=True)
    assert (watching.may_see, watching.deeds) == (True, ())
    stranger = part(review, BOB, may_decide=False, is_reviewer=False)
    assert (stranger.may_see, stranger.deeds, stranger.refusal) == (False, (), sayings.NOT_REVIEWER)
    far = part(review, FAR, may_decide=True, is_reviewer=True)
    assert (far.may_see, far.deeds, far.refusal) == (False, (), sayings.ELSEWHERE)


async def test_everybody_who_may_decide_or_watch_finds_what_waits_but_their_own(house: Any) -> None:
    asks = 0

    async def waits_for(by: Person) -> list[str] | None:
        async def may(entries: tuple[str, ...]) -> bool:
            nonlocal asks
            asks += 1
            return is_named(entries, by.author)

        found = await queue(house, by.author, may)
        return found if found is None else [each.id for each in found]

    law, deputy = (Person(Author("slack", "T1", name)) for name in ("ULAW", "UDEP"))
    assert (await waits_for(BOB), await waits_for(CAT)) == ([], None)
    first = await asked(house)
    of_bob = (await ask(house, a_draft(by=BOB), BOB))[1]
    assert of_bob
    assert [await waits_for(each) for each in (law, BOB)] == [[first.id, of_bob.id], [first.id]]
    assert [await waits_for(each) for each in (ANN, CAT, deputy, FAR)] == [None] * 3 + [[]]

    await do(house, Deed.DELEGATE, first, BOB, step=0, to=CAT)
    assert await waits_for(CAT) == [first.id]
    async with house.database.writing() as connection:
        late = {"lapses_at": datetime.now(UTC) + timedelta(hours=1)}
        await connection.execute(update(reviews).where(reviews.c.id == of_bob.id).values(late))
    asks = 0
    assert await waits_for(deputy) == [of_bob.id]
    assert asks == 3, "once for the reviewers, and once for each list of others"


async def test_what_may_be_done_follows_how_a_request_stands(house: Any) -> None:
    review = await asked(house)

    def at(state: State, **change: Any) -> tuple[tuple[Deed, ...], tuple[Deed, ...]]:
        seen = replace(review, state=state, **change)
        return deeds(seen, is_author=True, may_decide=False), deeds(seen, is_author=False, may_decide=True)

    reopened = (Deed.REOPEN, Deed.EXCEPT)
    assert at(State.APPROVED) == ((), reopened)
    assert at(State.DECLINED) == at(State.LAPSED) == ((Deed.REOPEN,), reopened)
    assert at(State.LAPSED, draft=None) == at(State.WITHDRAWN, draft=None) == ((), ())


async def test_each_deed_is_done_and_said(house: Any) -> None:
    review = await asked(house)
    again = await do(house, Deed.APPROVE, review, BOB, step=0)
    assert said_of(Deed.APPROVE, again) == sayings.NEXT_STEP
    for late in (Deed.APPROVE, Deed.SUGGEST, Deed.DECLINE, Deed.DELEGATE):
        with pytest.raises(ReviewError, match="on this step meanwhile"):
            await do(house, late, review, CAT, reason="no", text="Calm.", to=str(BOB), step=0)
    done = await do(house, Deed.APPROVE, again, CAT, step=1)
    assert (done.state, said_of(Deed.APPROVE, done)) == (State.APPROVED, sayings.DONE["approve"])

    with pytest.raises(ReviewError) as stale:
        await do(house, Deed.DECLINE, review, CAT, reason="too late", step=0)
    assert refused(stale.value).startswith("That was not done: this request does not wait any more")

    opened = await do(house, Deed.REOPEN, done, CAT, reason="the date moved")
    assert opened.state is State.WAITING
    assert (await do(house, Deed.SUGGEST, opened, BOB, text="Calm.", step=0)).state is State.SUGGESTED
    opened = await do(house, Deed.REOPEN, opened, CAT, reason="once more")
    assert (await do(house, Deed.DECLINE, opened, BOB, reason="no")).state is State.DECLINED
    opened = await do(house, Deed.REOPEN, opened, ANN, reason="please")
    assert (await do(house, Deed.WITHDRAW, opened, ANN)).draft is None


async def test_a_request_shows_its_draft_marked_its_findings_and_what_was_said(house: Any) -> None:
    review = await do(house, Deed.APPROVE, await asked(house), BOB, reason="fine by me", step=0)
    review = await do(house, Deed.DELEGATE, review, Person(Author("slack", "T1", "ULAW")), to=CAT)

    shown = picture(review, "slack")

    said = "\n".join(map(plain, shown.lines))
    assert f"From {ANN}, for LinkedIn: an account of the company." in said
    assert "Step 2 of 2: Legal." in said
    assert "somebody in Teams was asked by name." in said
    assert "⛔ Please do not post this" in said
    assert shown.note == "for the fair"
    assert [piece for piece, is_marked in shown.pieces if is_marked] == ["Quillet", TEXT[36:45]]
    assert shown.answer
    assert [item.rule for item in shown.answer.items] == ["house/name", "house/tone", "house/note"]
    assert [(remark.words, "approved" in plain(remark.line)) for remark in shown.history] == [
        ("fine by me", True),
        ("", False),
    ]
    assert Author("slack", "T1", "UBOB") in shown.history[0].line
    assert not {"Quillet", "fine by me", "for the fair"} & set(repr(shown).replace("'", " ").split())


async def test_what_stays_in_a_channel_holds_nobodys_words_once_it_is_decided(house: Any) -> None:
    review = await asked(house)
    assert picture(review, "slack", lasting=True) == picture(review, "slack")
    closed = await do(house, Deed.DECLINE, review, BOB, reason="not yet")

    stays, opened = picture(closed, "slack", lasting=True), picture(closed, "slack")

    assert (opened.note, opened.history[0].words, opened.is_bare) == ("for the fair", "not yet", False)
    assert (stays.note, stays.answer, stays.pieces, stays.history[0].words) == ("", None, (), "")
    assert (stays.is_bare, stays.is_gone) == (True, False)


async def test_a_secret_name_is_marked_for_no_reviewer_and_free_for_nobody(house: Any) -> None:
    house.checker.findings = (SECRET,)
    await house.terms.add(Term("Quillet"), "cli:op")
    review = await asked(house)

    shown = picture(review, "slack")

    assert not any(is_marked for _, is_marked in shown.pieces)
    assert shown.answer
    assert shown.answer.items[0].quotes == ()
    assert await choices(house, review) == ()


async def test_a_deleted_text_shows_nothing_but_how_it_went(house: Any) -> None:
    review = await do(house, Deed.WITHDRAW, await asked(house), ANN)

    shown = picture(review, "teams")

    assert (shown.is_gone, shown.pieces, shown.note) == (True, (), "")
    assert (sayings.GONE,) in shown.lines
    assert headline(review) == "↩️ Withdrawn by its author"
    assert "somebody in Slack" in plain(summary(review, "teams"))


@pytest.mark.parametrize(
    ("name", "here", "shown"),
    [
        ("slack:T1:UBOB", "slack", BOB.author),
        ("slack:T1:UBOB", "teams", "somebody in Slack"),
        ("cli:root", "slack", "the operator"),
        ("checkpost", "slack", "checkpost"),
        ("", "slack", "the operator"),
    ],
)
def test_people_are_named_where_they_are_at_home(name: str, here: str, shown: object) -> None:
    assert person(name, here) == shown


def notice(kind: str, audience: Audience) -> Notice:
    """Make a notice."""
    return Notice("n", "r", kind, audience, "slack:T1:U", None)


async def test_an_author_is_told_the_decision_its_reason_and_the_text(house: Any) -> None:
    review = await do(house, Deed.SUGGEST, await asked(house), BOB, text="Calm seas.", reason="kinder", step=0)

    told = telling(notice("suggest", Audience.AUTHOR), review, "slack")

    assert (told.words, told.text, told.more) == ("kinder", "Calm seas.", sayings.SUGGESTED_STEPS)
    assert BOB.author in told.line
    assert not {"kinder", "Calm"} & set(repr(told).replace("'", " ").replace(".", " ").split())
    at_last = replace(review, step=1)
    assert telling(notice("suggest", Audience.AUTHOR), at_last, "slack").more == sayings.SUGGESTED_COUNTS


@pytest.mark.parametrize("kind", sayings.AUTHOR_TOLD)
async def test_every_message_to_an_author_has_words(house: Any, kind: str) -> None:
    told = telling(notice(kind, Audience.AUTHOR), await asked(house), "slack") if kind in ("warn", "reopen") else None
    if told is None:
        ends = {"approve": State.APPROVED, "suggest": State.SUGGESTED, "decline": State.DECLINED, "lapse": State.LAPSED}
        told = telling(notice(kind, Audience.AUTHOR), replace(await asked(house), state=ends[kind]), "slack")
    assert told.headline == sayings.AUTHOR_TOLD[kind][0]
    assert "{" not in plain(told.line)


async def test_the_channel_is_stirred_while_something_is_to_do(house: Any) -> None:
    review = await asked(house)
    for kind in ("asked", "step", "remind", "warn", "reopen"):
        assert telling(notice(kind, Audience.REVIEWERS), review, "slack").stirs, kind
    assert not telling(notice("change", Audience.REVIEWERS), review, "slack").stirs
    over = replace(review, state=State.DECLINED)
    late = telling(notice("remind", Audience.REVIEWERS), over, "slack")
    assert (late.stirs, plain(late.line), late.deeds) == (False, sayings.REVIEWERS_TOLD["change"], (Deed.REOPEN,))


async def test_what_came_too_late_is_true_no_more(house: Any) -> None:
    review = await asked(house)
    approved = replace(review, state=State.APPROVED)
    assert is_true(notice("warn", Audience.AUTHOR), review)
    assert not is_true(notice("warn", Audience.AUTHOR), approved)
    assert is_true(notice("approve", Audience.AUTHOR), approved)
    assert not is_true(notice("approve", Audience.AUTHOR), review)
    assert is_true(notice("change", Audience.REVIEWERS), review)


async def test_a_message_is_sent_once_and_its_place_remembered(house: Any) -> None:
    await asked(house)
    seen: list[Notice] = []

    async def send(notice: Notice, review: Review) -> str:
        seen.append(notice)
        return "C0:1"

    assert await deliver_next(house, "slack", send)
    assert not await deliver_next(house, "slack", send)
    assert [(each.kind, each.ref) for each in seen] == [("asked", None)]
    await do(house, Deed.DECLINE, (await house.reviews.waiting())[0], BOB, reason="no")
    while await deliver_next(house, "slack", send):
        pass
    assert {(each.kind, each.ref) for each in seen[1:]} == {("decline", None), ("change", "C0:1")}


async def test_one_that_fails_waits_and_holds_up_no_other(house: Any) -> None:
    await asked(house)
    await ask(house, a_draft("Another one."), ANN)
    tried: list[str] = []

    async def refuse(notice: Notice, review: Review) -> None:
        tried.append(notice.review_id)
        raise OSError("canary")

    while await deliver_next(house, "slack", refuse):
        pass
    assert len(set(tried)) == len(tried) == 2
    assert await house.notices.take("slack") is None


async def test_what_is_true_no_more_is_not_sent(house: Any) -> None:
    review = await asked(house)
    await tend(house.reviews, datetime.now(UTC) + timedelta(hours=5))
    await tend(house.reviews, datetime.now(UTC) + timedelta(hours=61))
    await do(house, Deed.DECLINE, review, BOB, reason="no")
    seen: list[tuple[str, str]] = []

    async def send(notice: Notice, review: Review) -> None:
        seen.append((notice.audience.value, notice.kind))

    while await deliver_next(house, "slack", send):
        pass
    assert ("author", "decline") in seen
    assert ("author", "warn") not in seen
    assert ("person", "warn") not in seen
    assert ("reviewers", "warn") in seen


async def test_two_replicas_never_send_the_same_twice(house: Any) -> None:
    for number in range(6):
        await ask(house, a_draft(f"Tide number {number}."), ANN)
    seen: list[str] = []
    everything = asyncio.Event()

    async def send(notice: Notice, review: Review) -> None:
        await asyncio.sleep(0)
        seen.append(notice.id)
        if len(seen) >= 6:
            everything.set()

    async with delivering(house, "slack", send), delivering(house, "slack", send):
        async with asyncio.timeout(60):
            await everything.wait()
    assert len(seen) == len(set(seen)) == 6


async def test_a_message_that_is_on_its_way_arrives_before_the_server_ends(house: Any) -> None:
    await asked(house)
    begun, arrived = asyncio.Event(), []

    async def send(notice: Notice, review: Review) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        arrived.append(notice.id)

    async with delivering(house, "slack", send):
        async with asyncio.timeout(60):
            await begun.wait()
    assert len(arrived) == 1
    assert await house.notices.take("slack") is None


async def test_a_database_that_is_away_for_a_while_ends_nothing(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "EVERY_SECONDS", 0.01)
    await asked(house)
    arrived, faults = asyncio.Event(), [OSError("away"), OSError("away")]

    class Flaky:
        """Notices whose database is away twice."""

        def __getattr__(self, name: str) -> Any:
            return getattr(Notices(house.database), name)

        async def take(self, platform: str) -> Notice | None:
            """Fail twice."""
            if faults:
                raise faults.pop()
            return await Notices(house.database).take(platform)

    house.notices = Flaky()

    async def send(notice: Notice, review: Review) -> None:
        arrived.set()

    async with delivering(house, "slack", send):
        async with asyncio.timeout(60):
            await arrived.wait()


async def test_a_reviewer_frees_a_rule_or_an_open_name_for_its_author(house: Any) -> None:
    house.terms = TermsStore(house.database, "T1")
    await house.terms.add(Term("Quillet"), "cli:op")
    review = await asked(house)
    offered = await choices(house, review)
    assert [(each.about, each.title) for each in offered] == [
        (About.TERM, "The name: Quillet"),
        (About.RULE, "The rule: Tone"),
    ]

    until = datetime.now(UTC) + timedelta(days=3)

    async def made_by(by: Person, key: str, whom: str = AUTHOR, *, is_admin: bool = False) -> Exemption:
        filled = {"free": key, "whom": whom, "owner": "Bob", "reason": " agreed "}
        return await make(house, review, by, filled, until, is_admin=is_admin)

    made = await made_by(BOB, offered[0].key)

    assert (made.author, made.review, made.name, made.workspace) == (str(ANN), review.id, "Quillet", "T1")
    assert [each.id for each in await house.exceptions.in_force()] == [made.id]
    with pytest.raises(ExceptionError, match="only admins"):
        await made_by(BOB, offered[1].key, EVERYBODY)
    assert (await made_by(BOB, offered[1].key, EVERYBODY, is_admin=True)).author == ""
    for key, by in (("rule house/other", BOB), (offered[0].key, ANN)):
        with pytest.raises(ExceptionError):
            await made_by(by, key)

    await house.terms.edit("Quillet", "cli:op", secrecy=Secrecy.SECRET)
    assert await choices(house, review) == offered[1:]
    with pytest.raises(ExceptionError, match="was found"):
        await made_by(BOB, offered[0].key)

    assert list(for_whom(house, is_admin=True)) == [AUTHOR, EVERYBODY]
    house.settings = house.settings.model_copy(update={"slack_client_id": "1.2"})
    assert list(for_whom(house, is_admin=True)) == [AUTHOR]
    with pytest.raises(ExceptionError, match="several workspaces"):
        await made_by(BOB, offered[0].key, EVERYBODY, is_admin=True)


def test_an_approval_is_told_beside_a_later_verdict() -> None:
    from bots.answer import answer_to

    approval = Approval("0f3a", str(BOB), datetime(2026, 5, 4, tzinfo=UTC))
    verdict = Verdict("d1", Outcome.BLOCK, "sha256:1", (NAMED,), approval=approval)

    assert "exactly this text on 2026-05-04" in answer_to(a_draft(), verdict).approved
    assert "0f3a" in answer_to(a_draft(), verdict).approved
    assert answer_to(a_draft(), replace(verdict, approval=None)).approved == ""
