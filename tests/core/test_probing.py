"""Who asks for names instead of checking posts is slowed down, stopped and reported."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bots.answer import answer_to, marked, unread
from bots.contract import verdict_json
from core.db import Database
from core.draft import Author, Draft
from core.judgement import build_analyzer, evaluate
from core.privacy import Subjects
from core.probing import CHECKS_A_MINUTE, LIMIT, PACE, SECRET_FINDINGS_A_DAY, Probing
from core.tables import audit as audit_table
from core.tables import probes
from core.telemetry import ORACLE_LIMITED
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome, Verdict

RULES = (
    {"id": "secret", "category": "confidential_term", "action": "block", "detect": {"terms": "secret"}},
    {"id": "client", "category": "confidential_term", "action": "block", "detect": {"terms": "client"}},
)
ANN = Author("slack", "T1", "UANN")
BOB = Author("slack", "T1", "UBOB")


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 3, 12, 0, tzinfo=UTC)

    def seconds(self) -> float:
        """Return seconds since some moment."""
        return self.now.timestamp()

    def moment(self) -> datetime:
        """Return the moment."""
        return self.now


class Room:
    """Checks drafts as the checker does, limits first."""

    def __init__(self, database: Database, evaluated: Callable[[Draft], Verdict], clock: Clock) -> None:
        self.clock, self._evaluated = clock, evaluated
        self.probing = Probing(database, clock=clock.seconds, now=clock.moment)

    async def check(self, draft: Draft) -> Verdict:
        """Return what the author is told."""
        if reason := await self.probing.refusal(draft.author):
            return Verdict(draft.id, Outcome.UNCHECKED, "", incomplete=(reason,))
        return await self.probing.note(draft, self._evaluated(draft))


@pytest.fixture
def names() -> list[str]:
    """Four hundred names that are no words."""
    ends = ("wick", "holm", "gard", "mere", "sund", "lund", "bryk", "vell", "dorn", "quay")
    starts = [f"{first}{second}{third}" for first in "BDGK" for second in "aeiou" for third in ("z", "x")]
    return [start + end for start in starts for end in ends]


@pytest.fixture
def room(database: Database, a_policy: Any, names: list[str]) -> Room:
    """A room in which thirty of the names are secret, and one other is open."""
    secret = [Term(name, secrecy=Secrecy.SECRET) for name in names[5::13][:30]]
    policy = a_policy(*RULES)
    analyzer = build_analyzer(policy, [*secret, Term("Northwind", Kind.CLIENT)], [])
    return Room(database, lambda draft: evaluate(policy, analyzer, draft), Clock())


async def records(database: Database) -> list[dict[str, Any]]:
    """Return the audit records."""
    async with database.reading() as connection:
        return [json.loads(row.record) for row in await connection.execute(select(audit_table))]


def revealed(verdict: Verdict) -> int:
    """Count what a verdict tells of secret names."""
    return len({finding.span for finding in verdict.findings if not finding.quotable})


async def probe(room: Room, a_draft: Any, names: list[str], author: Author = ANN, at_once: int = 1) -> tuple[int, int]:
    """Ask for every name, waiting where one must; return what was revealed and how many were never answered."""
    told = refused = 0
    for start in range(0, len(names), at_once):
        room.clock.now += timedelta(seconds=4)
        text = "\n".join(f"We work with {name} now." for name in names[start : start + at_once])
        verdict = await room.check(a_draft(text, author=author))
        told += revealed(verdict)
        refused += verdict.incomplete == (LIMIT,)
    return told, refused


@pytest.mark.parametrize("at_once", [1, 7, 50, 400])
async def test_a_prober_is_stopped_and_reported_after_ten_secret_findings_at_most(
    room: Room, a_draft: Any, names: list[str], database: Database, at_once: int
) -> None:
    before = ORACLE_LIMITED.labels(platform="slack", reason=LIMIT)._value.get()
    with capture_logs() as logs:
        told, refused = await probe(room, a_draft, names, at_once=at_once)

    assert told <= SECRET_FINDINGS_A_DAY
    assert told == SECRET_FINDINGS_A_DAY or at_once > 1
    assert refused > 0
    assert ORACLE_LIMITED.labels(platform="slack", reason=LIMIT)._value.get() - before == refused
    alerts = [entry for entry in logs if entry["event"] == "probing.limited"]
    assert alerts == [{"event": "probing.limited", "log_level": "warning", "platform": "slack", "count": 10}]
    (record,) = [each for each in await records(database) if each["kind"] == "probing.limited"]
    assert await Subjects(database).named([record["actor"]]) == {record["actor"]: str(ANN)}
    assert not any(name in json.dumps(record) for name in names)


async def test_once_stopped_every_answer_is_the_same_whatever_the_draft_says(
    room: Room, a_draft: Any, names: list[str]
) -> None:
    await probe(room, a_draft, names[:200])

    told = []
    for text in (f"We work with {names[5]} now.", f"With {names[395]}.", "Nice weather.", "Northwind is our client."):
        room.clock.now += timedelta(seconds=4)
        verdict = await room.check(a_draft(text, author=ANN))
        told.append(verdict_json(a_draft(text), verdict))

    assert all(each == told[0] for each in told)
    assert (told[0]["outcome"], told[0]["incomplete"], told[0]["findings"]) == ("unchecked", [LIMIT], [])
    assert "compliance" in unread(LIMIT)


async def test_others_and_other_days_are_not_limited(room: Room, a_draft: Any, names: list[str]) -> None:
    await probe(room, a_draft, names[:200])
    draft = a_draft(f"We work with {names[5]} now.", author=ANN)

    assert revealed(await room.check(a_draft(draft.text, author=BOB))) == 1
    assert revealed(await room.check(a_draft(draft.text, author=Author("slack", "T2", "UANN")))) == 1
    room.clock.now += timedelta(days=1)
    assert revealed(await room.check(draft)) == 1


async def test_the_same_sentence_again_counts_once(room: Room, a_draft: Any, names: list[str]) -> None:
    texts = [
        f"We work with {names[5]} now.",
        f"  we WORK with {names[5].upper()} now!",
        f"*We* work with {names[5]} now",
    ]

    for number in range(60):
        room.clock.now += timedelta(seconds=4)
        assert revealed(await room.check(a_draft(texts[number % 3], author=ANN))) == 1


async def test_open_names_and_clean_drafts_count_for_nothing(room: Room, a_draft: Any, database: Database) -> None:
    for number in range(40):
        room.clock.now += timedelta(seconds=4)
        verdict = await room.check(a_draft(f"Day {number} at Northwind.", author=ANN))
        assert verdict.outcome is Outcome.BLOCK
    async with database.reading() as connection:
        assert (await connection.execute(select(probes))).all() == []


@pytest.mark.parametrize(("platform", "limited"), [("slack", True), ("teams", True), ("cli", False), ("api", False)])
async def test_who_is_no_single_person_has_no_daily_limit(
    room: Room, a_draft: Any, names: list[str], platform: str, limited: bool
) -> None:
    told, _ = await probe(room, a_draft, names, author=Author(platform, "", "somebody"))

    assert told == (SECRET_FINDINGS_A_DAY if limited else 30)


async def test_checks_at_the_same_time_reveal_no_more(room: Room, a_draft: Any, names: list[str]) -> None:
    secret = names[5::13][:20]

    verdicts = await asyncio.gather(*(room.check(a_draft(f"With {name}.", author=ANN)) for name in secret))

    assert sum(map(revealed, verdicts)) == SECRET_FINDINGS_A_DAY


async def test_replicas_count_together_and_report_once(
    room: Room, a_draft: Any, names: list[str], database: Database
) -> None:
    other = Room(database, room._evaluated, room.clock)

    told = [await probe(each, a_draft, names) for each in (room, other)]

    assert sum(revealed for revealed, _ in told) == SECRET_FINDINGS_A_DAY
    assert [each["kind"] for each in await records(database)] == ["probing.limited"]


async def test_what_is_kept_names_neither_people_nor_words(
    room: Room, a_draft: Any, names: list[str], database: Database
) -> None:
    await probe(room, a_draft, names[:200])

    async with database.reading() as connection:
        rows = str((await connection.execute(select(probes))).all())
    assert "ANN" not in rows
    assert not any(name.lower() in rows.lower() for name in names)


async def test_days_gone_by_are_forgotten(room: Room, a_draft: Any, names: list[str], database: Database) -> None:
    for _ in range(4):
        await probe(room, a_draft, names[:40])
        room.clock.now += timedelta(days=1)

    async with database.reading() as connection:
        days = {row.day for row in await connection.execute(select(probes.c.day))}
    assert days == {"2026-01-05", "2026-01-06"}


@pytest.mark.parametrize("platform", ["slack", "teams", "api"])
async def test_a_person_has_so_many_checks_a_minute(room: Room, platform: str) -> None:
    author, allowed = Author(platform, "T1", "U1"), CHECKS_A_MINUTE[platform]

    answers = [await room.probing.refusal(author) for _ in range(allowed + 5)]

    assert answers == [""] * allowed + [PACE] * 5
    assert await room.probing.refusal(Author(platform, "T1", "U2")) == ""
    room.clock.now += timedelta(seconds=59)
    assert await room.probing.refusal(author) == PACE
    room.clock.now += timedelta(seconds=2)
    assert await room.probing.refusal(author) == ""


async def test_the_command_line_is_never_slowed_down(room: Room) -> None:
    assert {await room.probing.refusal(Author("cli", "", "root")) for _ in range(2_000)} == {""}


@pytest.mark.parametrize(
    "written", ["Zephyrane", "zephyrane", "Z e p h y r a n e", "Zephyrone", "Zephyrnae", "#ZephyraneRocks", "Zеphyrane"]
)
def test_a_secret_term_is_told_alike_however_it_is_written_and_in_no_words_of_its_own(
    a_policy: Any, a_draft: Any, written: str
) -> None:
    policy = a_policy(*RULES)
    term = Term("Zephyrane", Kind.DEAL, ("Wobbenhaft",), "hush money", Secrecy.SECRET, owner="ruby@x.example")
    draft = a_draft(f"Good day. I have seen {written} and liked it. Bye.")

    verdict = evaluate(policy, build_analyzer(policy, [term], []), draft)

    (finding,) = verdict_json(draft, verdict)["findings"]
    at = slice(finding.pop("start"), finding.pop("end"))
    assert draft.text[at].strip() == f"I have seen {written} and liked it."
    assert finding == {
        "rule": "house/secret",
        "category": "confidential_term",
        "action": "block",
        "text": None,
        "score": 1.0,
        "why": "Why of secret.",
        "suggest": [],
        "learn": None,
    }
    words = answer_to(draft, verdict)
    assert verdict.rewrite is None
    assert words.items[0].quotes == ()
    assert list(marked(draft, verdict)) == [(draft.text, False)], "no mark shows where it stands"
    told = json.dumps(verdict_json(draft, verdict)) + repr(words.items) + words.headline + words.lead
    for hidden in (written, "Zephyrane", "Wobbenhaft", "hush", "ruby", "deal"):
        assert hidden.lower() not in told.lower()
