"""Reviewing: who may see and decide requests for review, and what happens when they do, the same on every platform.

The doors find out who is asking; rights, ownership and state are looked at anew at every press.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bots import sayings
from bots.bootstrap import Services
from bots.request import DECIDING, REASONED, Deed, deeds
from core.draft import Author, Draft
from core.errors import CheckpostError, ReviewError
from core.reviews.review import Person, Review, State
from core.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody may do about a request: `deeds` in the order of buttons; `refusal` says why there are none."""

    may_see: bool
    deeds: tuple[Deed, ...] = ()
    refusal: str = ""

    def late(self, deed: Deed, review: Review, step: int | None) -> str:
        """Say why a deed is not to be done now, or nothing; `step` is what whoever wants it saw."""
        if deed not in self.deeds:
            return self.refusal or sayings.AS_IT_STANDS
        return sayings.AS_IT_STANDS if deed in DECIDING and step != review.step else ""


def can_ask(services: Services, author: Author) -> bool:
    """Tell whether an author can ask for a review: a channel is set, and where it names a workspace, it is theirs."""
    return services.reviews.channel is not None and not _is_foreign(services.reviews.channel, author)


def consent(services: Services) -> str:
    """Say what asking for a review means for the draft, before somebody asks."""
    days = services.reviews.plan.keep_days
    return sayings.ASK_LEAD.format(days=days) if days else sayings.ASK_LEAD_AT_ONCE


async def ask(services: Services, draft: Draft, by: Person, note: str = "") -> tuple[Verdict, Review | None]:
    """Check a draft once more and ask for a review of it; None where nothing stands in its way now.

    Raises:
        ReviewError: reviews are not set up, or too many of this author's wait.
    """
    verdict = await services.checker.check(draft)
    if verdict.outcome is Outcome.OK:
        return verdict, None
    return verdict, await services.reviews.open(draft, verdict, by, note.strip())


def reviewers(services: Services) -> tuple[str, ...]:
    """Return all who may see what waits, as entries of CHECKPOST_REVIEWERS: those of a step are reviewers, too."""
    named = [entry for step in services.reviews.plan.steps for entry in step.reviewers]
    return tuple(dict.fromkeys([*services.settings.reviewers, *named]))


def deciders(services: Services, review: Review, now: datetime | None = None) -> tuple[str, ...]:
    """Return who may decide on a request now: the reviewers of its step, who was asked by name, and late its deputies.

    A name is an entry of CHECKPOST_REVIEWERS, or `platform:workspace:id`.
    """
    turn, plan = review.turn, services.reviews.plan
    step = turn.reviewers if turn and turn.reviewers else services.settings.reviewers
    asked = (review.assigned,) if review.assigned else ()
    late = review.state is State.WAITING and (now or datetime.now(UTC)) >= review.lapses_at - (plan.lapse - plan.warn)
    return tuple(dict.fromkeys([*step, *asked, *(plan.deputies if late else ())]))


def is_named(entries: tuple[str, ...], author: Author) -> bool:
    """Tell whether somebody stands in a list of people by name; groups are for the platform to look up."""
    return not {str(author), f"{author.platform}:{author.id}"}.isdisjoint(entries)


def part(review: Review, by: Person, *, may_decide: bool, is_reviewer: bool) -> Part:
    """Return what somebody may do, whose rights were looked up this moment: those of `deciders` and of `reviewers`.

    An author has no other rights over their own request, whatever else they are; nobody sees one that was made in
    another workspace of Slack.
    """
    if _is_foreign(review.author, by.author):
        return Part(False, refusal=sayings.ELSEWHERE)
    is_author = by.is_same(review.author, review.email)
    if not (is_author or may_decide or is_reviewer):
        return Part(False, refusal=sayings.NOT_REVIEWER)
    refusal = sayings.OWN_REQUEST if is_author else "" if may_decide else sayings.NOT_REVIEWER
    return Part(True, deeds(review, is_author=is_author, may_decide=may_decide), refusal)


async def do(
    services: Services, deed: Deed, review: Review, by: Person, *, step: int | None = None, reason: str = "",
    text: str = "", to: Person | None = None,
) -> Review:  # fmt: skip
    """Do what somebody may do who was looked up this moment, and return the request as it stands then.

    `step` is what they saw, `to` whom they ask by name.

    Raises:
        ReviewError: it was decided meanwhile, needs another person, or lacks a reason or a text.
    """
    store = services.reviews
    if deed is Deed.APPROVE:
        return await store.approve(review.id, by, reason, step=step)
    if deed is Deed.SUGGEST:
        return await store.suggest(review.id, by, text, reason, step=step)
    if deed is Deed.DECLINE:
        return await store.decline(review.id, by, reason, step=step)
    if deed is Deed.DELEGATE and to:
        return await store.delegate(review.id, by, to, reason, step=step)
    if deed is Deed.WITHDRAW:
        return await store.withdraw(review.id, by)
    if deed is Deed.REOPEN:
        return await store.reopen(review.id, by, reason)
    raise ReviewError("an exception is made in its own form")


def missing(deed: Deed, reason: str, text: str) -> dict[str, str]:
    """Say what a form lacks, by its field."""
    if deed is Deed.SUGGEST and not text.strip():
        return {"text": sayings.SUGGESTION_EMPTY}
    return {"reason": sayings.REASON_MISSING} if deed in REASONED and not reason.strip() else {}


def said_of(deed: Deed, review: Review) -> str:
    """Say to somebody what they just did."""
    is_next = deed is Deed.APPROVE and review.state is State.WAITING
    return sayings.NEXT_STEP if is_next else sayings.DONE[deed]


def refused(error: CheckpostError) -> str:
    """Say to somebody why nothing was done."""
    return sayings.REFUSED.format(reason=str(error).rstrip("."))


async def queue(
    services: Services, by: Author, may: Callable[[tuple[str, ...]], Awaitable[bool | None]]
) -> list[Review] | None:
    """Return what waits and somebody may open, oldest first; None to whom no queue is shown, for they review nothing.

    Their own stand elsewhere, for others decide on those. `may` looks up whether somebody stands in a list of people.
    """
    known, found = reviewers(services), list[Review]()
    is_reviewer = await may(known)
    rights: dict[tuple[str, ...], bool] = {(): False}
    for review in await services.reviews.waiting():
        if review.author == str(by) or _is_foreign(review.author, by):
            continue
        others = () if is_reviewer else tuple(each for each in deciders(services, review) if each not in known)
        if others not in rights:
            rights[others] = bool(await may(others))
        if is_reviewer or rights[others]:
            found.append(review)
    return found if found or is_reviewer else None


def _is_foreign(name: str, by: Author) -> bool:
    """Tell whether a name belongs to another workspace of Slack; people of two platforms may meet."""
    platform, *rest = name.split(":")
    workspace = rest[0] if len(rest) > 1 else ""
    return platform == by.platform == "slack" and bool(workspace) and workspace != by.workspace
