"""Gathering: who asks at the same time is answered by one round of work, and never with what was so before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

import core.gathering
from core.errors import CommitUnknown, DatabaseError
from core.gathering import Gathering

POISON, LOST = -1, -2


class Work:
    """Answers each number with its double, once it may; `rounds` has what was asked in each round."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.may = asyncio.Event()
        self.seconds = 0.0

    async def __call__(self, some: Sequence[int]) -> list[int]:
        self.rounds.append(list(some))
        await self.may.wait()
        await asyncio.sleep(self.seconds)
        if POISON in some:
            raise DatabaseError
        if LOST in some:
            raise CommitUnknown
        return [2 * each for each in some]


async def begun(gathering: Gathering[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(gathering.ask(number)) for number in numbers]
    await asyncio.sleep(0.01)
    return tasks


async def answers(work: Work, *tasks: asyncio.Task[int]) -> list[Any]:
    work.may.set()
    found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 2)
    return [type(each) if isinstance(each, Exception) else each for each in found]


async def test_what_is_asked_while_a_round_is_under_way_is_answered_by_the_next_one() -> None:
    work = Work()
    gathering = Gathering(work)
    tasks = await begun(gathering, 1)
    tasks += await begun(gathering, 2, 3)
    assert work.rounds == [[1]]
    assert await answers(work, *tasks) == [2, 4, 6]
    assert work.rounds == [[1], [2, 3]]
    assert await gathering.ask(4) == 8


async def test_no_question_is_left_lying_however_rounds_end() -> None:
    work = Work()
    work.may.set()
    gathering = Gathering(work)

    async def ask_on(number: int) -> None:
        for _ in range(50):  # the next question comes in the very moment in which a round ends
            assert await gathering.ask(number) == 2 * number

    await asyncio.wait_for(asyncio.gather(*map(ask_on, range(3))), 2)


async def test_more_than_a_round_takes_go_into_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.gathering, "AT_ONCE", 2)
    work = Work()
    tasks = await begun(Gathering(work), 1, 2, 3, 4, 5)
    assert await answers(work, *tasks) == [2, 4, 6, 8, 10]
    assert work.rounds == [[1, 2], [3, 4], [5]]


async def test_who_cannot_be_answered_fails_alone() -> None:
    work = Work()
    gathering = Gathering(work)
    tasks = await begun(gathering, 1)
    tasks += await begun(gathering, 2, POISON, 3, POISON)
    assert await answers(work, *tasks) == [2, 4, DatabaseError, 6, DatabaseError]
    assert work.rounds == [[1], [2, POISON, 3, POISON], [2], [POISON], [3], [POISON]]
    assert await gathering.ask(5) == 10


async def test_what_may_have_been_done_is_not_done_again() -> None:
    work = Work()
    gathering = Gathering(work)
    tasks = await begun(gathering, 1, LOST, 2)
    assert await answers(work, *tasks) == [CommitUnknown] * 3
    assert work.rounds == [[1, LOST, 2]]
    assert await gathering.ask(5) == 10


async def test_where_nothing_works_nobody_waits_for_all_others_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.gathering, "STALLED", 0.05)
    work = Work()
    work.seconds = 0.03
    tasks = await begun(Gathering(work), *[POISON] * 20)
    assert await answers(work, *tasks) == [DatabaseError] * 20
    assert 1 <= len(work.rounds) <= 4


async def test_who_stops_waiting_before_a_round_begins_is_left_out_of_it() -> None:
    work = Work()
    gathering = Gathering(work)
    tasks = await begun(gathering, 1)
    gone, stays = await begun(gathering, 2, 3)
    gone.cancel()
    await asyncio.sleep(0.01)
    assert await answers(work, *tasks, stays) == [2, 6]
    assert work.rounds == [[1], [3]]


async def test_who_stops_waiting_within_a_round_costs_nobody_else_the_answer() -> None:
    work = Work()
    gone, stays = await begun(Gathering(work), 1, 2)
    gone.cancel()
    assert await answers(work, stays) == [4]
    assert work.rounds == [[1, 2]]
    work.may.clear()
    gone, stays = await begun(Gathering(work), LOST, 2)
    gone.cancel()
    assert await answers(work, stays) == [CommitUnknown]


async def test_work_that_nobody_waits_for_any_more_is_let_go() -> None:
    work = Work()
    gathering = Gathering(work)
    first, second = await begun(gathering, 1, 2)
    (later,) = await begun(gathering, 3)
    first.cancel()
    await asyncio.sleep(0.01)
    assert work.rounds == [[1, 2]], "one still waits"
    second.cancel()
    await asyncio.sleep(0.01)
    assert work.rounds == [[1, 2], [3]], "and whoever comes after has their turn"
    assert await answers(work, later) == [6]


async def test_who_stops_waiting_before_the_others_are_tried_one_by_one_is_left_out() -> None:
    work = Work()
    gone, stays, _ = tasks = await begun(Gathering(work), 1, 2, POISON)
    gone.cancel()
    assert await answers(work, *tasks[1:]) == [4, DatabaseError]
    assert work.rounds == [[1, 2, POISON], [2], [POISON]]
    assert stays.done()


async def test_a_round_that_hangs_holds_up_nobody_who_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.gathering, "STALLED", 0.05)
    hanging, quick = Work(), Work()
    quick.may.set()
    calls = iter((hanging, quick))
    gathering = Gathering(lambda some: next(calls)(some))
    (stuck,) = await begun(gathering, 1)
    await asyncio.sleep(0.1)
    assert await asyncio.wait_for(gathering.ask(2), 1) == 4
    assert not stuck.done()
    assert await answers(hanging, stuck) == [2]
