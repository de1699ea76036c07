"""The keeper of the calendar on virtual time: at a start, daily, on reload, after a failure."""

import asyncio

from msgspec.structs import replace

from monitord.core import facts as f
from monitord.core.calendar import AHEAD_MS
from monitord.core.site import Site
from monitord.runtime.calendar import AHEAD_DAYS, DAY_MS, Laid, Wanted, lay
from monitord.runtime.calendar_keeper import LOOK_S, RETRY_S, CalendarKeeper
from monitord.testing.loop import run_virtual
from tests.core.sites import museum
from tests.runtime.engine_parts import Bench

ALARM = "monitord.calendar/fault"


def open_in(text: str) -> Site:
    """An area with hours, and nothing that could be silent for weeks."""
    setup = {"areas": {"gallery": {"open": text}}} if text else {}
    return replace(museum(), devices={}, points={}, setup=setup)


class Clerk:
    """Works spans out, and remembers when it was asked; ``ill``: cannot, for a while."""

    def __init__(self) -> None:
        self.asked_s: list[float] = []
        self.ill = False

    async def __call__(self, asked: Wanted) -> Laid:
        self.asked_s.append(asyncio.get_running_loop().time())
        if self.ill:
            raise TimeoutError
        return lay(asked)


async def kept(text: str = "08:00-19:00") -> tuple[Bench, Clerk, CalendarKeeper]:
    bench = await Bench().start()
    await bench.engine.submit(f.SiteOffered(file_hash="hours", site=open_in(text)))
    clerk = Clerk()
    keeper = CalendarKeeper(bench.engine, clerk)
    keeper.start()
    await asyncio.sleep(1)
    return bench, clerk, keeper


def faulty(bench: Bench) -> bool:
    record = bench.engine.state.alarms.get(ALARM)
    return record is not None and record.active


def test_it_is_laid_at_once_and_daily_and_never_runs_short() -> None:
    async def fortnight() -> None:
        bench, clerk, keeper = await kept()
        assert bench.engine.state.calendar.areas["gallery"]
        for _ in range(20):
            await asyncio.sleep(DAY_MS / 1_000)
            state = bench.engine.state
            ahead_ms = state.calendar.until_ms - state.utc_ms(bench.engine.now_ms())
            assert ahead_ms > (AHEAD_DAYS - 1) * DAY_MS - LOOK_S * 1_000
        gaps = [b - a for a, b in zip(clerk.asked_s, clerk.asked_s[1:], strict=False)]
        assert all(DAY_MS / 1_000 <= gap <= DAY_MS / 1_000 + LOOK_S for gap in gaps)
        assert not faulty(bench)
        await keeper.stop()
        await bench.engine.stop()

    run_virtual(fortnight())


def test_another_site_and_a_leap_of_the_clock_are_answered_at_once() -> None:
    async def day() -> None:
        bench, clerk, keeper = await kept()
        before = bench.engine.state.calendar.areas["gallery"]
        await bench.engine.submit(f.SiteOffered(file_hash="b", site=open_in("10:00-12:00")))
        await asyncio.sleep(1)
        assert bench.engine.state.calendar.areas["gallery"] != before
        await bench.engine.submit(f.WallClockRead(utc_ms=bench.clock.wall_ms() + 30 * DAY_MS))
        await asyncio.sleep(1)
        state = bench.engine.state
        assert (
            state.calendar.from_ms < state.utc_ms(bench.engine.now_ms()) < state.calendar.until_ms
        )
        assert len(clerk.asked_s) == 3
        await keeper.stop()
        await bench.engine.stop()

    run_virtual(day())


def test_a_clerk_who_cannot_is_asked_again_and_people_are_told_in_time() -> None:
    async def weeks() -> None:
        bench, clerk, keeper = await kept()
        clerk.ill = True
        await asyncio.sleep((AHEAD_DAYS * DAY_MS - AHEAD_MS) / 1_000 - 60)
        assert not faulty(bench)
        await asyncio.sleep(120)
        assert faulty(bench), "design 5.2: less than 48 h ahead is a fault"
        clerk.ill = False
        await asyncio.sleep(RETRY_S + 1)
        assert not faulty(bench)
        await keeper.stop()
        await bench.engine.stop()

    run_virtual(weeks())


def test_a_site_without_hours_costs_nothing_until_it_has_some() -> None:
    async def day() -> None:
        bench, clerk, keeper = await kept("")
        await asyncio.sleep(2 * DAY_MS / 1_000)
        assert clerk.asked_s == []
        await bench.engine.submit(f.SiteOffered(file_hash="b", site=open_in("10:00-12:00")))
        await asyncio.sleep(1)
        assert len(clerk.asked_s) == 1
        await keeper.stop()
        await bench.engine.stop()

    run_virtual(day())
