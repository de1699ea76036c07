"""Lanes: bounded, the urgent first, and one bad channel costs the others nothing (law 12)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from monitord.channels.contract import Delivery
from monitord.runtime import lane as module
from monitord.runtime.lane import AT_ONCE, Job, Lane
from monitord.vocabulary import Outcome, Priority

YES = Delivery(Outcome.HANDED_OVER, "yes")


def job(number: int, priority: Priority = Priority.HIGH, incident: int = 1) -> Job:
    return Job(priority, number, f"s-1-{incident}-{number}", incident, "anna", "anna", "sms", 0, 1)


class Told:
    """What a lane told, and how long a test waits for it."""

    def __init__(self) -> None:
        self.began: list[int] = []
        self.ended: list[tuple[int, Outcome]] = []
        self.details: list[str] = []
        self.news = asyncio.Event()

    def on_began(self, made: Job) -> None:
        self.began.append(made.number)
        self.news.set()

    def on_ended(self, made: Job, delivery: Delivery) -> None:
        self.ended.append((made.number, delivery.outcome))
        self.details.append(delivery.detail)
        self.news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def lane(deliver: Callable[[Job], Awaitable[Any]]) -> AsyncIterator[tuple[Lane, Told]]:
    told = Told()
    made = Lane("sms", deliver, told.on_began, told.on_ended)
    try:
        yield made, told
    finally:
        await made.close()


async def yes(_: Job) -> Delivery:
    return YES


async def never(_: Job) -> Delivery:
    return await asyncio.get_running_loop().create_future()


async def test_every_call_begins_once_and_ends_once() -> None:
    async with lane(yes) as (made, told):
        for number in range(100):
            made.put(job(number))
        await told.until(lambda: len(told.ended) == 100)
    assert told.began == list(range(100))
    assert sorted(told.ended) == [(number, Outcome.HANDED_OVER) for number in range(100)]


async def test_only_so_many_at_once() -> None:
    async with lane(never) as (made, told):
        for number in range(20):
            made.put(job(number))
        await told.until(lambda: len(told.began) == AT_ONCE)
        await asyncio.sleep(0)
        assert len(told.began) == AT_ONCE


async def test_the_urgent_incident_goes_first_then_the_older_call() -> None:
    release = asyncio.Event()

    async def when_released(_: Job) -> Delivery:
        await release.wait()
        return YES

    async with lane(when_released) as (made, told):
        for number in range(AT_ONCE):
            made.put(job(number))
        await told.until(lambda: len(told.began) == AT_ONCE)
        made.put(job(20, Priority.LOW))
        made.put(job(22, Priority.HIGH))
        made.put(job(21, Priority.HIGH))
        made.put(job(30, Priority.CRITICAL))
        release.set()
        await told.until(lambda: len(told.ended) == AT_ONCE + 4)
    assert told.began[AT_ONCE:] == [30, 21, 22, 20]


async def test_the_line_is_bounded_and_the_least_urgent_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "WAITING_MAX", 2)
    async with lane(never) as (made, told):
        for number in range(AT_ONCE + 2):
            made.put(job(number))
        await told.until(lambda: len(told.began) == AT_ONCE)
        made.put(job(50))
        made.put(job(51))
        made.put(job(52, Priority.CRITICAL))
        ended = told.ended.copy()
    assert [number for number, _ in ended] == [50, 51, AT_ONCE + 1]
    assert {outcome for _, outcome in ended} == {Outcome.FAILED}


async def test_the_same_call_is_not_made_twice_at_a_time() -> None:
    async with lane(never) as (made, told):
        made.put(job(1))
        made.put(job(1))
        await told.until(lambda: told.began == [1])
        made.put(job(1))
        await asyncio.sleep(0)
        assert told.began == [1]


async def test_calling_off_drops_what_waits_and_stops_what_is_on_its_way() -> None:
    async with lane(never) as (made, told):
        for number in range(AT_ONCE):
            made.put(job(number, incident=1 + number % 2))
        made.put(job(10, incident=1))
        made.put(job(11, incident=2))
        await told.until(lambda: len(told.began) == AT_ONCE)
        made.call_off(1)
        await told.until(lambda: len(told.ended) == AT_ONCE // 2 + 1 and 11 in told.began)
        assert (10, Outcome.FAILED) in told.ended
        assert 10 not in told.began
        stopped = [number for number, outcome in told.ended if outcome is Outcome.UNKNOWN]
        assert stopped == [number for number in range(AT_ONCE) if number % 2 == 0]


async def test_a_channel_that_raises_has_failed_and_its_text_is_not_told() -> None:
    async def broken(_: Job) -> Delivery:
        raise KeyError("+441632960001")

    async with lane(broken) as (made, told):
        made.put(job(1))
        await told.until(lambda: bool(told.ended))
    assert told.ended == [(1, Outcome.FAILED)]
    assert told.details == ["the channel failed (KeyError)"]


async def test_a_channel_that_answers_nonsense_is_not_believed() -> None:
    async def nonsense(_: Job) -> str:
        return "handed-over"

    async with lane(nonsense) as (made, told):
        made.put(job(1))
        await told.until(lambda: bool(told.ended))
    assert told.ended == [(1, Outcome.UNKNOWN)]


async def test_a_channel_that_hangs_gets_an_outcome_in_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "DELIVER_S", 0.01)
    async with lane(never) as (made, told):
        for number in range(AT_ONCE * 2):
            made.put(job(number))
        await told.until(lambda: len(told.ended) == AT_ONCE * 2)
    assert {outcome for _, outcome in told.ended} == {Outcome.UNKNOWN}


async def test_a_channel_that_cannot_be_stopped_fails_its_calls_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "DELIVER_S", 0.01)
    monkeypatch.setattr(module, "STOP_S", 0.01)
    release = asyncio.Event()

    async def stubborn(_: Job) -> Delivery:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return YES

    async with lane(stubborn) as (made, told):
        for number in range(AT_ONCE + 1):
            made.put(job(number))
        await told.until(lambda: len(told.ended) == AT_ONCE + 1)
        assert told.ended[-1] == (AT_ONCE, Outcome.FAILED)
        made.put(job(99))
        assert told.ended[-1] == (99, Outcome.FAILED)
        release.set()
        await asyncio.sleep(0)


async def test_nothing_is_told_after_the_end() -> None:
    """What was on its way stays without an outcome, and is repeated after the next start."""
    async with lane(never) as (made, told):
        made.put(job(1))
        await told.until(lambda: told.began == [1])
    made.put(job(2))
    await asyncio.sleep(0)
    assert (told.began, told.ended) == ([1], [])
