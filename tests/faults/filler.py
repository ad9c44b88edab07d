"""Fills a small disk with terms, goes on when it is full, makes it larger, and says in one line what became of all.

    python filler.py DISK POLICIES WORD COPY

CHECKPOST_DATABASE_URL names a database on the disk. The line: terms acknowledged, changes refused, terms read while
the disk was full, records, terms found and lost at the end, and how many of twenty drafts with WORD were ok and
how many unchecked while it was full. What lies on the disk then is copied to COPY. Its log goes to standard error.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from core.audit import Audit
from core.checker import Checker
from core.db import Database, init_database, open_database
from core.draft import Author, Draft
from core.errors import DatabaseError
from core.policy import load_policy
from core.settings import load_settings
from core.telemetry import set_up_logging
from core.terms.store import TermsStore
from core.terms.term import Term


async def fill(terms: TermsStore) -> int:
    """Add terms until one is refused, and return how many were acknowledged."""
    for kept in range(5_000):
        try:
            await terms.add(Term(f"Name {kept}x", note="n" * 1_900), "writer")
        except DatabaseError:
            return kept
    raise AssertionError("this disk does not fill")


async def refusals(terms: TermsStore) -> int:
    """Try twenty changes more, and return how many were refused."""
    refused = 0
    for number in range(20):
        try:
            await terms.add(Term(f"Further {number}x", note="n" * 1_900), "writer")
        except DatabaseError:
            refused += 1
    return refused


def fill_up(disk: Path) -> None:
    """Leave not a byte on the disk."""
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(512))


async def outcomes(database: Database, policies: Path, word: str) -> list[str]:
    """Send drafts with a word in them, and return what they were told."""
    checker = Checker(load_policy(policies), TermsStore(database), Audit(database))
    try:
        drafts = [Draft(str(number), f"Fog over {word}.", Author("api", "", "a")) for number in range(20)]
        return [(await checker.check(draft)).outcome.value for draft in drafts]
    finally:
        checker.close()


async def main(disk: str, policies: str, word: str, copy: str) -> None:
    set_up_logging("DEBUG")
    settings = load_settings(os.environ)
    await init_database(settings)
    database = await open_database(settings)
    terms = TermsStore(database)
    kept, refused, read = await fill(terms), await refusals(terms), len((await terms.load())[1])
    fill_up(Path(disk))
    told = await outcomes(database, Path(policies), word)
    await asyncio.to_thread(subprocess.run, ["mount", "-o", "remount,size=16m", disk], check=True)
    await terms.add(Term("After 1x"), "writer")
    records, _ = await Audit(database).verify()
    found = {term.name for term in (await terms.load())[1]}
    lost = {f"Name {number}x" for number in range(kept)} - found
    await asyncio.to_thread(subprocess.run, ["cp", "-a", f"{disk}/.", copy], check=True)
    print(kept, refused, read, records, len(found), len(lost), told.count("ok"), told.count("unchecked"))  # noqa: T201
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
