"""A writer that is killed: adds terms as fast as it can, and says each name once the database has acknowledged it.

    python writer.py MODE ROUNDS

reads settings from the environment, forks a child a round, kills it with SIGKILL 10 to 160 ms after it began to write
or, in turn, after its first name, and prints every acknowledged name, one a line. MODE is `honest`; `early`, which
acknowledges before the commit; or `unrecorded`, which leaves out the audit record. The last two are negative controls.
`checks` records checks instead, a dozen at a time, and says the number of each.

    python writer.py hungry NUMBER

forks nobody and holds four megabytes more with each name, until the kernel kills it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import sys
import time
from typing import Any

import core.audit
from core.db import open_database
from core.draft import Author, Draft
from core.settings import load_settings
from core.terms.store import TermsStore
from core.terms.term import Term
from core.verdict import Outcome, Verdict


async def write(number: int, mode: str, out: int) -> None:
    """Add terms until killed."""
    database = await open_database(load_settings(os.environ))
    terms = TermsStore(database)
    if mode == "unrecorded":
        forget_records()
    os.write(out, b"\n")
    if mode == "checks":
        audit = core.audit.Audit(database)
        await asyncio.gather(*(record(audit, f"{number}.{each}", out) for each in range(12)))
    hoard = []
    for each in itertools.count():
        if mode == "hungry":
            hoard.append(b"x" * (1 << 22))
        name = f"Name {number} {each}x"
        if mode == "early":
            os.write(out, f"{name}\n".encode())
        await terms.add(Term(name), "writer")
        if mode != "early":
            os.write(out, f"{name}\n".encode())


async def record(audit: core.audit.Audit, who: str, out: int) -> None:
    """Record one check after the other until killed."""
    for each in itertools.count():
        draft = Draft(f"{who}.{each}", "moo", Author("slack", "T1", f"U{who}"))
        await audit.record_check(draft, Verdict(draft.id, Outcome.OK, "sha256:0"))
        os.write(out, f"{draft.id}\n".encode())


def forget_records() -> None:
    async def nothing(*_: Any) -> None:
        return None

    core.audit.append = nothing


def one_round(number: int, mode: str) -> list[str]:
    """Fork a writer, kill it, and return what it acknowledged."""
    reader, out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            asyncio.run(write(number, mode, out))
        finally:
            os._exit(1)
    os.close(out)
    with os.fdopen(reader, encoding="utf-8") as acknowledged:
        ready = acknowledged.readline()
        first = acknowledged.readline() if number % 2 else ""  # on a slow machine too, half of them get so far
        time.sleep(random.uniform(0.01, 0.16))  # noqa: S311 (when to strike is no secret)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        names = (first + acknowledged.read()).splitlines()
    if not ready:
        sys.exit("a writer did not start")
    return names


if __name__ == "__main__":
    _, mode, rounds = sys.argv
    if mode == "hungry":
        asyncio.run(write(int(rounds), mode, 1))
    for number in range(int(rounds)):
        for name in one_round(number, mode):
            print(name)  # noqa: T201
