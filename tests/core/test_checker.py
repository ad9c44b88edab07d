# ruff: noqa: ASYNC240 (a test may look at its files)
"""One draft in, one verdict out: whatever goes wrong on the way, nobody is told that a draft is fine."""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from presidio_analyzer import Pattern as PresidioPattern
from presidio_analyzer import PatternRecognizer

import core.checker
import core.judgement
import core.recognizers.guard
from bots.contract import verdict_json
from core.audit import Audit
from core.checker import Checker
from core.db import Database
from core.draft import MAX_CHARACTERS, Draft
from core.policy import Policy
from core.recognizers.emails import OfflineEmailRecognizer
from core.recognizers.guard import Guard
from core.recognizers.terms import TermsRecognizer
from core.standing import Standings
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome, Verdict

ADraft = Callable[..., Draft]
Start = Callable[..., Checker]
Rebuilding = Callable[[Any], Awaitable[Checker]]

RULES: list[dict[str, Any]] = [
    {"id": "moo", "suggest": ["a sound"], "detect": {"words": ["moo"]}},
    {"id": "fine", "action": "note", "category": "disclosure", "detect": {"words": ["baa"]}},
    {"id": "mail", "category": "personal_data", "action": "block", "detect": {"entities": ["EMAIL_ADDRESS"]}},
    {
        "id": "client",
        "category": "confidential_term",
        "action": "block",
        "suggest": ["a client"],
        "detect": {"terms": "client"},
    },
    {
        "id": "secret",
        "category": "confidential_term",
        "action": "block",
        "suggest": ["x"],
        "detect": {"terms": "secret"},
    },
    {"id": "hours", "action": "note", "category": "work_hours", "detect": {"entities": ["WORKING_HOURS"]}},
]
GERMAN = "Meine Nachbarin hält sieben Gänse im Hof und jede einzelne von ihnen hasst den Briefträger sehr."
BLOCKED = "Write to ines.larraga82@mail.example"


@pytest.fixture
def policy(a_policy: Callable[..., Policy]) -> Policy:
    """Six small rules: one to revise, one to note, three to block, one for the clock."""
    return a_policy(*RULES)


@pytest.fixture
async def start(policy: Policy, database: Database) -> AsyncIterator[Start]:
    """Build a checker over the fresh database; it is closed at the end."""
    async with AsyncExitStack() as stack:

        def build(with_policy: Policy = policy) -> Checker:
            checker = Checker(with_policy, TermsStore(database), Audit(database))
            stack.callback(checker.close)
            return checker

        yield build


def records(path: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT record FROM audit ORDER BY seq").fetchall()
    connection.close()
    return [json.loads(record) for (record,) in rows]


def tamper(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("text", "outcome", "rules"),
    [
        ("A quiet day.", "ok", []),
        ("The sheep said baa.", "ok", ["fine"]),
        ("The cow said moo.", "revise", ["moo"]),
        ("The cow said moo and baa.", "revise", ["moo", "fine"]),
        (BLOCKED, "block", ["mail"]),
        (BLOCKED + " about the moo.", "block", ["mail", "moo"]),
        ("Quorvane said moo.", "block", ["client", "moo"]),
    ],
)
async def test_a_draft_gets_its_verdict_and_its_record(
    start: Start, a_draft: ADraft, database: Database, database_file: Path, text: str, outcome: str, rules: list[str]
) -> None:
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
    verdict = await start().check(a_draft(text, id="d7"))
    assert (verdict.id, verdict.outcome, verdict.incomplete) == ("d7", outcome, ())
    assert [each.rule for each in verdict.findings] == [f"house/{rule}" for rule in rules]
    record = records(database_file)[-1]
    assert (record["kind"], record["outcome"], record["actor"]) == ("check", outcome, "test:w1:u1")
    assert record["rules"] == sorted(f"house/{rule}" for rule in rules)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("A quiet day.", "unchecked"), ("The cow said moo.", "unchecked"), (BLOCKED, "block"), ("", "unchecked"),
    ],
)  # fmt: skip
async def test_what_could_not_be_read_beside_a_text_keeps_it_from_being_called_good(
    start: Start, a_draft: ADraft, database_file: Path, text: str, outcome: str
) -> None:
    verdict = await start().check(a_draft(text, unread=("picture",)))
    assert (verdict.outcome, verdict.incomplete, verdict.rewrite) == (outcome, ("picture",), None)
    assert records(database_file)[-1]["incomplete"] == ["picture"]


async def boom(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a canary sings")


def broken(*_: Any, **__: Any) -> Any:
    raise ValueError("a canary sings")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("A quiet canary @ noon.", "unchecked"), ("The cow said moo @ noon.", "unchecked"), ("Quorvane @ noon!", "block")],
)
async def test_a_recognizer_that_fails_makes_a_draft_unchecked(
    start: Start,
    a_draft: ADraft,
    database: Database,
    database_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    text: str,
    outcome: str,
) -> None:
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
    monkeypatch.setattr(OfflineEmailRecognizer, "analyze", broken)
    verdict = await start().check(a_draft(text))
    assert verdict.outcome == outcome
    assert verdict.incomplete == ("EmailRecognizer",) or "Email" in verdict.incomplete[0]
    assert records(database_file)[-1]["incomplete"] == list(verdict.incomplete)
    shown = capfd.readouterr()
    assert "ValueError" in shown.out + shown.err
    assert "canary" not in shown.out + shown.err


@pytest.mark.parametrize("error", [TimeoutError, RecursionError, MemoryError, KeyError, AssertionError])
async def test_any_failure_of_the_list_makes_a_draft_unchecked(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(TermsRecognizer, "analyze", fail)
    verdict = await start().check(a_draft("A quiet day."))
    assert (verdict.outcome, verdict.incomplete) == ("unchecked", ("terms",))


async def test_a_pattern_that_runs_out_of_time_makes_a_draft_unchecked(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = PatternRecognizer("EMAIL_ADDRESS", name="slow", patterns=[PresidioPattern("slow", r"(?:x|x)+[yz]", 0.9)])
    monkeypatch.setattr(core.recognizers.guard, "PATTERN_SECONDS", 0.05)
    monkeypatch.setattr(core.judgement, "build_recognizers", lambda: [Guard(slow)])
    checker = start()
    verdict = await checker.check(a_draft("x" * 60))
    assert (verdict.outcome, verdict.incomplete) == ("unchecked", ("time",))
    assert (await checker.check(a_draft("xx xxy"))).outcome == "block"


async def test_a_passed_deadline_makes_a_draft_unchecked(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = start()
    monkeypatch.setattr(core.judgement, "READ_SECONDS", -0.5)
    verdict = await checker.check(a_draft("A quiet day."))
    assert verdict.outcome == "unchecked"
    assert "time" in verdict.incomplete


async def test_an_author_does_not_wait_longer_than_the_deadline(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = start()
    told, ended = threading.Event(), threading.Event()

    def judge_until_told(*_: object) -> None:
        told.wait(30)
        ended.set()

    monkeypatch.setattr(core.checker, "READ_SECONDS", -0.8)
    monkeypatch.setattr(core.checker, "evaluate", judge_until_told)
    verdict = await checker.check(a_draft("A quiet day."))
    assert (verdict.outcome, verdict.incomplete) == ("unchecked", ("time",))
    assert not ended.is_set()
    told.set()


async def test_an_error_while_judging_makes_a_draft_unchecked_and_shows_no_text(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    checker = start()
    monkeypatch.setattr(core.judgement, "findings", broken)
    verdict = await checker.check(a_draft("A canary sings."))
    assert (verdict.outcome, verdict.incomplete) == ("unchecked", ("check",))
    shown = capfd.readouterr()
    assert "canary" not in shown.out + shown.err


@pytest.mark.parametrize(
    ("text", "outcome"), [("A quiet day.", "unchecked"), ("cow: moo", "unchecked"), (BLOCKED, "block")]
)
@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE terms RENAME TO lost",
        "UPDATE terms SET sealed = x'00112233445566778899aabbccddeeff'",
        "UPDATE terms SET key_id = 'zz'",
        "DROP TABLE meta",
    ],
)
async def test_without_its_list_a_draft_is_never_fine(
    start: Start, a_draft: ADraft, database: Database, database_file: Path, damage: str, text: str, outcome: str
) -> None:
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
    tamper(database_file, damage)
    verdict = await start().check(a_draft(text))
    assert verdict.outcome == outcome
    assert verdict.incomplete[0] == "terms"


async def test_when_the_list_goes_away_the_last_one_is_used_and_the_gap_is_told(
    start: Start, a_draft: ADraft, database: Database, database_file: Path
) -> None:
    checker = start()
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
    assert (await checker.check(a_draft("Quorvane"))).incomplete == ()
    tamper(database_file, "DELETE FROM meta WHERE name = 'terms_version'")
    verdict = await checker.check(a_draft("Quorvane"))
    assert (verdict.outcome, verdict.incomplete) == ("block", ("terms",))
    assert (await checker.check(a_draft("A quiet day."))).outcome == "unchecked"


@pytest.mark.parametrize("text", ["A quiet day.", "cow: moo", BLOCKED])
async def test_a_verdict_that_cannot_be_recorded_is_not_given(
    start: Start, a_draft: ADraft, database_file: Path, text: str
) -> None:
    checker = start()
    tamper(database_file, "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'canary'); END")
    verdict = await checker.check(a_draft(text))
    assert (verdict.outcome, verdict.findings, verdict.rewrite) == ("unchecked", (), None)
    assert "audit" in verdict.incomplete


async def test_a_lost_database_makes_every_draft_unchecked(
    start: Start, a_draft: ADraft, database: Database, database_file: Path
) -> None:
    checker = start()
    await checker.warm_up()
    await database.close()
    for path in database_file.parent.glob("checkpost.db*"):
        path.unlink()
    assert (await checker.check(a_draft("A quiet day."))).outcome == "unchecked"
    assert not database_file.exists()


@pytest.mark.parametrize(
    ("text", "outcome", "language"),
    [
        (GERMAN, "unchecked", "de"),
        (GERMAN + " Die Kuh sagt moo.", "unchecked", "de"),
        (GERMAN + " " + BLOCKED, "block", "de"),
        (" ".join(GERMAN.split()[:11]), "ok", "en"),
    ],
)
async def test_a_language_that_is_not_read_is_never_fine(
    start: Start, a_draft: ADraft, text: str, outcome: str, language: str
) -> None:
    verdict = await start().check(a_draft(text))
    assert (verdict.outcome, verdict.language) == (outcome, language)
    assert verdict.incomplete == (() if language == "en" else (f"language:{language}",))
    assert verdict.rewrite is None


@pytest.mark.parametrize(("length", "outcome"), [(MAX_CHARACTERS, "ok"), (MAX_CHARACTERS + 1, "unchecked")])
async def test_a_draft_may_have_forty_thousand_characters(
    start: Start, a_draft: ADraft, database_file: Path, length: int, outcome: str
) -> None:
    text = ("A quiet day. " * 4_000)[:length]
    verdict = await start().check(a_draft(text))
    assert verdict.outcome == outcome
    assert records(database_file)[-1]["length"] == length
    assert records(database_file)[-1]["outcome"] == outcome


async def test_a_change_of_the_list_counts_for_the_next_draft(
    start: Start, a_draft: ADraft, database: Database
) -> None:
    checker, store = start(), TermsStore(database)
    outcomes = [(await checker.check(a_draft("Quorvane"))).outcome]
    await store.add(Term("Quorvane", Kind.CLIENT), "me")
    outcomes.append((await checker.check(a_draft("Quorvane"))).outcome)
    await store.remove("Quorvane", "me")
    outcomes.append((await checker.check(a_draft("Quorvane"))).outcome)
    assert outcomes == ["ok", "block", "ok"]


@pytest.mark.parametrize(
    ("begins", "ends", "outcome"), [(None, -1, "ok"), (None, 60, "block"), (60, None, "ok"), (-60, None, "block")]
)
async def test_a_name_is_guarded_from_its_first_to_its_last_moment(
    start: Start, a_draft: ADraft, database: Database, begins: int | None, ends: int | None, outcome: str
) -> None:
    now = datetime.now(UTC)
    moments = [None if seconds is None else now + timedelta(seconds=seconds) for seconds in (begins, ends)]
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT, active_from=moments[0], active_until=moments[1]), "me")
    assert (await start().check(a_draft("Quorvane"))).outcome == outcome


async def test_an_embargo_begins_and_ends_while_the_checker_runs(
    start: Start, a_draft: ADraft, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Turned(datetime):
        """A clock that the test turns on."""

        moment = datetime.now(UTC)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.moment

    checker, now, instant = start(), Turned.moment, timedelta(microseconds=1)
    soon, later = now + timedelta(hours=1), now + timedelta(hours=2)
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT, active_from=soon, active_until=later), "me")
    monkeypatch.setattr(core.checker, "datetime", Turned)
    seen = []
    for Turned.moment in (now, soon - instant, soon, later - instant, later):
        seen.append((await checker.check(a_draft("Quorvane"))).outcome)
    assert seen == ["ok", "ok", "block", "block", "ok"]


async def test_many_drafts_at_once_each_get_their_own_verdict(
    start: Start, a_draft: ADraft, database: Database, database_file: Path
) -> None:
    checker = start()
    texts = {"ok": "A quiet day.", "revise": "moo", "block": BLOCKED}
    wanted = [*texts] * 5
    drafts = [a_draft(texts[outcome], id=str(number)) for number, outcome in enumerate(wanted)]
    verdicts = await asyncio.gather(*(checker.check(draft) for draft in drafts))
    assert [verdict.outcome for verdict in verdicts] == wanted
    assert [verdict.id for verdict in verdicts] == [draft.id for draft in drafts]
    assert (await Audit(database).verify())[0] == 15
    assert sorted(record["id"] for record in records(database_file)) == sorted(draft.id for draft in drafts)


@pytest.mark.parametrize("spelling", ["Quorvane", "QUORVANE", "Q u o r v a n e", "#Quorvane", "Quorv\u200bane"])
async def test_a_secret_name_goes_out_to_nobody(
    start: Start, a_draft: ADraft, database: Database, spelling: str
) -> None:
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT, note="hush", secrecy=Secrecy.SECRET), "me")
    draft = a_draft(f"It rained. I met {spelling} at the pond. The end.")
    verdict = await start().check(draft)
    shown = verdict_json(draft, verdict)
    (finding,) = shown["findings"]
    sentence = f"I met {spelling} at the pond."
    assert draft.text[finding["start"] : finding["end"]] == sentence
    assert (finding["text"], finding["suggest"], finding["category"]) == (None, [], "confidential_term")
    assert (shown["outcome"], shown["rewrite"]) == ("block", None)
    assert spelling not in json.dumps(shown, ensure_ascii=False)
    assert "hush" not in json.dumps(shown)


async def test_an_open_name_is_shown_with_better_words(start: Start, a_draft: ADraft, database: Database) -> None:
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
    draft = a_draft("I met 😀 Quorvane at the pond.")
    shown = verdict_json(draft, await start().check(draft))
    (finding,) = shown["findings"]
    assert (finding["text"], finding["suggest"]) == ("Quorvane", ["a client"])
    assert draft.text[finding["start"] : finding["end"]] == "Quorvane"
    assert shown["rewrite"] == "I met 😀 a client at the pond."


@pytest.mark.parametrize("text", ["\u200b", "\u202e\u200d", "\ufe0f", " ", "\n", "", "\u0301", "\ufffd"])
async def test_a_draft_of_next_to_nothing_is_read_at_any_hour(start: Start, a_draft: ADraft, text: str) -> None:
    at = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
    verdict = await start().check(a_draft(text, at=at, zone="Europe/London"))
    assert (verdict.outcome, verdict.incomplete) == ("ok", ())


async def test_a_check_takes_two_transactions_and_those_at_the_same_time_share_them(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker, taken = start(), []
    plain = Database._transaction

    def noted(self: Database, engine: Any) -> Any:
        taken.append("write" if engine.get_execution_options().get("writer") else "read")
        return plain(self, engine)

    await checker.check(a_draft("A quiet day."))
    monkeypatch.setattr(Database, "_transaction", noted)
    await checker.check(a_draft("A quiet day."))
    assert taken == ["read", "write"]
    taken.clear()
    found = await asyncio.gather(*(checker.check(a_draft("A quiet day.")) for _ in range(8)))
    assert [each.outcome for each in found] == [Outcome.OK] * 8
    assert taken.count("read") == 1
    assert taken.count("write") < 8


async def test_a_checker_never_raises(start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = start()
    monkeypatch.setattr("core.standing.current_version", boom)
    monkeypatch.setattr(Audit, "record_check", boom)
    verdict = await checker.check(a_draft("A quiet day."))
    assert isinstance(verdict, Verdict)
    assert verdict.outcome is Outcome.UNCHECKED


async def test_a_hanging_store_makes_a_draft_unchecked_in_time(
    start: Start, a_draft: ADraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> int:
        await asyncio.sleep(60)
        return 0

    checker = start()
    monkeypatch.setattr(core.checker, "STORE_SECONDS", 1.0)
    monkeypatch.setattr(Standings, "of", hang)
    began = time.perf_counter()
    assert (await checker.check(a_draft("A quiet day."))).incomplete[0] == "terms"
    monkeypatch.setattr(Audit, "record_check", hang)
    assert (await checker.check(a_draft("A quiet day."))).outcome == "unchecked"
    assert time.perf_counter() - began < 30


@pytest.mark.parametrize("hanging", ["load_all", "changes_since"])
async def test_nobody_waits_for_a_list_that_hangs_and_whoever_comes_next_has_it(
    start: Start, a_draft: ADraft, database: Database, monkeypatch: pytest.MonkeyPatch, hanging: str
) -> None:
    plain, begun, told = getattr(TermsStore, hanging), [], asyncio.Event()

    async def hang(*given: Any) -> Any:
        begun.append(hanging)
        await told.wait()
        return await plain(*given)

    checker = start()
    if hanging == "changes_since":
        await checker.refresh()
    await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
    monkeypatch.setattr(TermsStore, hanging, hang)
    monkeypatch.setattr(core.checker, "STORE_SECONDS", 2.0)
    async with asyncio.timeout(core.checker.LONGEST):
        refreshed = asyncio.create_task(checker.refresh())
        for _ in range(2):
            verdicts = await asyncio.gather(*(checker.check(a_draft(text)) for text in ("A quiet day.", "Quorvane")))
            assert [(each.outcome, each.incomplete) for each in verdicts] == [("unchecked", ("terms",))] * 2
        assert not refreshed.done()
    told.set()
    await refreshed
    assert (await checker.check(a_draft("Quorvane"))).outcome == "block"
    assert begun == [hanging]


@pytest.fixture
def rebuilding(start: Start, a_draft: ADraft, database: Database, monkeypatch: pytest.MonkeyPatch) -> Rebuilding:
    """Return a way to start a checker that builds its list anew in the background, reading it by some function."""

    async def run(load_all: Any) -> Checker:
        checker = start()
        await checker.refresh()
        await TermsStore(database).add(Term("Quorvane", Kind.CLIENT), "me")
        monkeypatch.setattr(core.checker, "MAX_OVERLAY", 1)
        monkeypatch.setattr(TermsStore, "load_all", load_all)
        assert (await checker.check(a_draft("Quorvane"))).outcome == "block"
        return checker

    return run


async def test_the_list_is_never_built_twice_at_the_same_time(rebuilding: Rebuilding, a_draft: ADraft) -> None:
    plain, told = TermsStore.load_all, asyncio.Event()
    under_way, most = [], []

    async def slow(store: TermsStore) -> Any:
        under_way.append(store)
        most.append(len(under_way))
        await told.wait()
        under_way.pop()
        return await plain(store)

    checker = await rebuilding(slow)
    checker._list = replace(checker._list, lapses=datetime.now(UTC))
    waiting = asyncio.create_task(checker.check(a_draft("Quorvane")))
    await asyncio.wait({waiting}, timeout=0.5)
    told.set()
    assert ((await waiting).outcome, (await waiting).incomplete) == ("block", ())
    assert most == [1, 1]


async def test_a_list_that_cannot_be_built_in_the_background_is_logged_and_not_printed(
    rebuilding: Rebuilding, capfd: Any, caplog: Any
) -> None:
    checker = await rebuilding(boom)
    await asyncio.wait({checker._building})
    checker._building = None
    gc.collect()
    shown = capfd.readouterr()
    assert "terms.failed" in shown.out + shown.err
    assert "RuntimeError" in shown.out + shown.err
    assert "canary" not in shown.out + shown.err + caplog.text


async def test_a_draft_is_judged_by_the_list_of_its_moment_whatever_is_being_taken_in(
    start: Start, a_draft: ADraft, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, begun, told = TermsStore.changes_since, asyncio.Event(), asyncio.Event()

    async def late(store: TermsStore, version: int) -> Any:
        found = await plain(store, version)
        begun.set()
        await told.wait()
        return found

    checker, store = start(), TermsStore(database)
    await checker.refresh()
    await store.add(Term("Quorvane", Kind.CLIENT), "me")
    monkeypatch.setattr(TermsStore, "changes_since", late)
    first = asyncio.create_task(checker.check(a_draft("A quiet day.")))
    await begun.wait()
    await store.add(Term("Zwirnhold", Kind.CLIENT), "me")
    second = asyncio.create_task(checker.check(a_draft("Zwirnhold")))
    await asyncio.sleep(0.1)
    told.set()
    assert [(await each).outcome for each in (first, second)] == ["ok", "block"]


def test_a_draft_does_not_show_its_text_when_printed(a_draft: ADraft) -> None:
    assert "canary" not in repr(a_draft("a canary sings"))
