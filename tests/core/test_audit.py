"""The audit chain: whatever is done to it afterwards, the first record that shows it is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.audit import Audit, AuditBroken, check_record
from core.db import Database
from core.draft import Author, Draft
from core.finding import Action, Finding, Span
from core.terms.store import TermsStore
from core.terms.term import Secrecy, Term
from core.verdict import Outcome, Verdict

ADraft = Callable[..., Draft]
FOUND = Finding("house/moo", "venting", Action.BLOCK, Span(2, 8), 1.0, "t", "w", ("a sound",))
VERDICT = Verdict("d1", Outcome.BLOCK, "sha256:0", (FOUND, FOUND), ("time",), rewrite="a canary")


@pytest.fixture
async def chain(database: Database, a_draft: ADraft) -> Audit:
    """A chain of five records."""
    audit = Audit(database)
    for _ in range(5):
        await audit.record_check(a_draft("a canary sings in the mine"), VERDICT)
    return audit


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


async def test_an_untouched_chain_holds(chain: Audit) -> None:
    seq, mac = await chain.verify()
    assert seq == 5
    assert len(mac) == 64
    assert await chain.verify((5, mac)) == (5, mac)


async def test_an_empty_chain_holds(database: Database) -> None:
    assert await Audit(database).verify() == (0, "")


DAMAGE: dict[str, tuple[tuple[str, ...], int]] = {
    "edited outcome": (("UPDATE audit SET record = replace(record, 'block', 'ok') WHERE seq = 3",), 3),
    "edited time": (("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE seq = 2",), 2),
    "time that is none": (("UPDATE audit SET at = 'goose' WHERE seq = 2",), 2),
    "edited mac": (("UPDATE audit SET mac = replace(mac, 'a', 'b') || 'x' WHERE seq = 4",), 4),
    "edited key id": (("UPDATE audit SET key_id = 'zz' WHERE seq = 4",), 4),
    "record that is no text": (("UPDATE audit SET record = x'ff00' WHERE seq = 4",), 4),
    "dropped first": (("DELETE FROM audit WHERE seq = 1",), 1),
    "dropped middle": (("DELETE FROM audit WHERE seq = 3",), 3),
    "dropped and closed up": (
        ("DELETE FROM audit WHERE seq = 3",
         "UPDATE audit SET seq = 3 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5"),
        3,
    ),
    "first cut off": (("DELETE FROM audit WHERE seq < 3", "UPDATE audit SET seq = seq - 2"), 1),
    "reordered": (
        ("UPDATE audit SET seq = 99 WHERE seq = 2",
         "UPDATE audit SET seq = 2 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 99"),
        2,
    ),
    "swapped content": (
        ("CREATE TEMP TABLE t AS SELECT * FROM audit",
         "UPDATE audit SET record = (SELECT record FROM t WHERE t.seq = 5), at = (SELECT at FROM t WHERE t.seq = 5),"
         " mac = (SELECT mac FROM t WHERE t.seq = 5) WHERE seq = 4"),
        4,
    ),
    "inserted": (
        ("UPDATE audit SET seq = 6 WHERE seq = 5",
         "INSERT INTO audit SELECT 5, at, record, key_id, mac FROM audit WHERE seq = 4"),
        5,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "first"), DAMAGE.values(), ids=DAMAGE.keys())
async def test_the_first_record_that_shows_damage_is_named(
    chain: Audit, database_file: Path, statements: tuple[str, ...], first: int
) -> None:
    tamper(database_file, *statements)
    with pytest.raises(AuditBroken, match=rf"record {first}\b"):
        await chain.verify()


async def test_a_cut_tail_is_found_by_the_head_that_was_published(chain: Audit, database_file: Path) -> None:
    head = await chain.verify()
    tamper(database_file, "DELETE FROM audit WHERE seq > 3")
    with pytest.raises(AuditBroken, match="cut: it ends at 3, record 5"):
        await chain.verify(head)


async def test_a_chain_written_anew_is_found_by_the_head_that_was_published(
    chain: Audit, database_file: Path, a_draft: ADraft
) -> None:
    seq, mac = await chain.verify()
    tamper(database_file, "DELETE FROM audit WHERE seq > 3")
    for _ in range(4):
        await chain.record_check(a_draft("a canary sings"), VERDICT)
    assert (await chain.verify())[0] == 7
    with pytest.raises(AuditBroken, match="record 5 is not the one that was published"):
        await chain.verify((seq, mac))


async def test_the_chain_goes_on_past_a_published_head(chain: Audit, a_draft: ADraft) -> None:
    head = await chain.verify()
    await chain.record_check(a_draft("again"), VERDICT)
    assert (await chain.verify(head))[0] == 6


async def test_a_record_holds_what_was_decided_and_no_text(
    chain: Audit, database: Database, database_file: Path, a_draft: ADraft
) -> None:
    record = check_record(a_draft("a canary sings", network="x"), VERDICT)
    assert record["outcome"] == "block"
    assert record["rules"] == ["house/moo"]
    assert record["findings"] == 2
    assert record["incomplete"] == ["time"]
    assert record["length"] == 14
    assert record["network"] == "x"
    await database.close()
    files = b"".join(path.read_bytes() for path in database_file.parent.glob("checkpost.db*"))
    assert b"house/moo" in files
    assert b"canary" not in files
    assert b"a sound" not in files


async def test_changes_to_the_list_are_recorded_without_names(database: Database, database_file: Path) -> None:
    store = TermsStore(database)
    await store.add(Term("Quorvane", secrecy=Secrecy.SECRET), "cli:ruby")
    await store.import_csv("term,kind,aliases,note\nSundrelin,client,,\n", "cli:ruby")
    await store.export_csv("cli:ruby")
    await store.remove("quorvane", "cli:ruby")
    connection = sqlite3.connect(database_file)
    rows = [record for (record,) in connection.execute("SELECT record FROM audit ORDER BY seq")]
    connection.close()
    assert [kind in row for kind, row in zip(("add", "import", "export", "remove"), rows, strict=True)] == [True] * 4
    assert all("cli:ruby" in row for row in rows)
    assert not [row for row in rows if "quorvane" in row.lower() or "sundrelin" in row.lower()]
    assert (await Audit(database).verify())[0] == 4


@pytest.mark.parametrize(
    "author", [Author("slack", "T\u20281", 'U"1'), Author("cli", "", "rübe\n"), Author("x", "", "😀" * 50)]
)
async def test_an_odd_author_breaks_no_chain(database: Database, a_draft: ADraft, author: Any) -> None:
    audit = Audit(database)
    await audit.record_check(a_draft("moo", author=author), VERDICT)
    await audit.record_check(a_draft("moo"), VERDICT)
    assert (await audit.verify())[0] == 2


async def test_somebodys_own_checks_are_found_newest_first_and_nobody_elses(chain: Audit, a_draft: ADraft) -> None:
    ann, bob = Author("slack", "T1", "U1"), Author("slack", "T1", "U11")
    for author in (ann, bob, ann):
        await chain.record_check(a_draft("a canary sings", author=author), VERDICT)
    await chain.record_false_alarm("slack", "house/moo", "sha256:0")
    found = await chain.receipts(str(ann), 10)
    assert [record["kind"] for _, _, record in found] == ["check", "check"]
    assert found[0][:2] > found[1][:2]
    assert len(await chain.receipts(str(ann), 1)) == 1
    assert len(await chain.receipts(str(bob), 10)) == 1
    assert await chain.receipts("slack:T1:U2", 10) == []
