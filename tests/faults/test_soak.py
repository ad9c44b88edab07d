"""A soak: drafts of all lengths, by HTTP and in a batch, on end; memory does not grow, and a draft has one verdict.

Eighty rounds in the short form; `make soak` works for SOAK minutes (half an hour) and prints what it saw.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

SOAK_SECONDS = 60 * float(os.environ.get("SOAK", "0"))
PIECES = [
    "The new till finally prints receipts. I may have cheered.",
    "Write to ines.larraga82@mail.example about the boat, she knows.",
    "Our trainees built a kiosk from scrap wood, and it stands straight.",
    "What a morning! Fog over the harbour, coffee, and a gull that stole my roll.",
    "My boss is a lazy idiot and the whole team knows it.",
    "In yesterday's closed board meeting they agreed to sell the ferry line in May.",
    "Ring me on +44 7700 900123, or leave it at 4 Oakum Lane.",
    "Nine people out of ten lose six kilos a week with our tea.",
    "Ein Satz auf Deutsch steht auch dabei, und nobody minds.",
    "Zoë O’Niarchos held the talk 🎉 and the slides are public.",
]
LENGTHS = (1, 3, 8, 20, 60, 150, 400)
"""Sentences of a draft; the last ones are as long as a draft may be."""

KNOWN = 40
WARM, ROUNDS = 40, 40
"""Rounds at least, of five drafts each, until caches are full and memory is looked at."""

HASTE = {"time", "busy", "audit", "terms"}
"""Why a draft is unchecked where the machine is too busy: it was told nothing then."""


@dataclass
class Soak:
    """What was told about drafts that are sent again and again, and how much memory was held from time to time."""

    most: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 (to be had again)
    known: dict[str, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    held: dict[str, list[float]] = field(default_factory=lambda: {"serve": [], "batch": []})

    def __post_init__(self) -> None:
        self.known = {self.draft(): "" for _ in range(KNOWN)}

    def draft(self) -> str:
        """Make up a draft, of a few thousand words as people have them: caches of words are full soon."""
        sentences = self.chance.choice([count for count in LENGTHS if count <= self.most])
        words = (f"{self.chance.choice(PIECES)} Number {self.chance.randrange(2_000)}." for _ in range(sentences))
        return " ".join(words)[:40_000]

    def note(self, draft: str, answer: dict[str, Any]) -> None:
        """Compare with what the same draft was told before."""
        hasty = not HASTE.isdisjoint(answer["incomplete"])
        self.outcomes["in haste" if hasty else answer["outcome"]] += 1
        if draft not in self.known or hasty:
            return
        told = json.dumps({name: value for name, value in answer.items() if name != "id"}, sort_keys=True)
        if self.known[draft] not in ("", told):
            self.differing.append(draft)
        self.known[draft] = told

    def growth(self, name: str) -> float:
        """Return by how much the median of the last tenth lies above that of the first."""
        held = self.held[name]
        tenth = max(1, len(held) // 10)
        return statistics.median(held[-tenth:]) / statistics.median(held[:tenth]) - 1


async def by_http(soak: Soak, session: aiohttp.ClientSession, url: str, draft: str) -> None:
    # one connection a draft: while the batch reads a long one, a kept one grows too old, and the server closes it
    async with session.post(f"{url}/v1/check", json={"text": draft}, headers={"Connection": "close"}) as response:
        assert response.status == 200
        soak.note(draft, await response.json())


async def by_batch(soak: Soak, batch: subprocess.Popen[bytes], draft: str) -> None:
    assert batch.stdin
    assert batch.stdout
    batch.stdin.write(json.dumps({"text": draft}).encode() + b"\n")
    batch.stdin.flush()
    soak.note(draft, json.loads(await asyncio.to_thread(batch.stdout.readline)))


async def work(soak: Soak, server: Any, batch: subprocess.Popen[bytes], seconds: float, rounds: int) -> None:
    """Send new drafts and known ones by both doors, and look at the memory after each round."""
    until = time.monotonic() + seconds
    async with server.program() as session:
        while time.monotonic() < until or rounds > 0:
            rounds -= 1
            sent = [soak.draft(), soak.draft(), *soak.chance.sample(list(soak.known), 2)]
            by_both = [by_http(soak, session, server.url, draft) for draft in sent]
            await asyncio.gather(*by_both, by_batch(soak, batch, sent[-1]))
            soak.held["serve"].append(server.megabytes())
            soak.held["batch"].append(server.megabytes(batch))


async def test_memory_does_not_grow_and_a_draft_has_one_verdict(served: Any) -> None:
    soak = Soak(most=LENGTHS[-1] if SOAK_SECONDS else 3)
    batch = served.run("check", "--jsonl", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        await work(soak, served, batch, SOAK_SECONDS / 5, WARM)
        soak.held = {name: [] for name in soak.held}
        await work(soak, served, batch, SOAK_SECONDS, ROUNDS)
    finally:  # half an hour's figures are told also where it ends before its time
        batch.communicate()
        for name, held in soak.held.items():
            told = f"{held[0]:.0f} to {held[-1]:.0f} MB, at most {max(held):.0f}" if held else "not looked at"
            print(f"\n{name}: {told}, {soak.growth(name) if held else 0:+.1%}")  # noqa: T201
        print(f"{soak.outcomes.total()} drafts, {dict(soak.outcomes)}, {len(soak.differing)} told differently")  # noqa: T201
    assert batch.returncode == 0
    assert soak.differing == []
    assert {name: soak.growth(name) for name in soak.held if soak.growth(name) >= 0.05} == {}


def test_a_leak_or_another_verdict_would_be_seen() -> None:
    soak = Soak(most=1)
    soak.held["serve"] = [500.0 + number for number in range(60)]
    soak.held["batch"] = [500.0 + number % 7 for number in range(60)]
    assert soak.growth("serve") > 0.05 > soak.growth("batch")
    draft, answer = next(iter(soak.known)), {"id": "1", "outcome": "ok", "incomplete": []}
    for told in (answer, {**answer, "id": "2"}, {**answer, "outcome": "unchecked", "incomplete": ["time"]}):
        soak.note(draft, told)
    assert soak.differing == []
    soak.note(draft, {**answer, "outcome": "revise"})
    assert soak.differing == [draft]
