"""The example driver that listens passes its battery; each that is broken on purpose fails.

K1. The broken ones are the driver of the template with one thing changed each.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from monitord.driver import DeviceFault, Driver, Emit, Line, Point, Reading
from monitord.testing.conformance import (
    LISTEN_CHECKS,
    Bench,
    ListenConformance,
    Outcome,
    load_bench,
    load_driver,
    run_check,
)
from monitord.testing.conformance.beginning import LISTEN_TEMPLATE
from tests.drivers import misbehaving

CallPanel = load_driver(LISTEN_TEMPLATE / "driver.py")
CallPanelBench = load_bench(LISTEN_TEMPLATE)


class TestCallPanel(ListenConformance):
    """As it is made by ``driver new --listen``."""

    bench = type("Prompt", (CallPanelBench,), {"timeout_ms": 150})
    not_tried = frozenset({"outputs", "secrets", "shared-line"})


class WrongOrder(CallPanel):
    """Zone 1 alarms as zone 8."""

    def _state(self, line: bytes) -> list[Reading]:
        states = super()._state(line)
        values = [state.value for state in states]
        return [
            Reading(state.point, value) for state, value in zip(states, values[::-1], strict=True)
        ]


class SwallowsFaults(CallPanel):
    """Goes on as if nothing were wrong, and says what it knew."""

    known: ClassVar[list[Reading]] = []

    async def open(self, line: Line | None = None) -> None:
        with contextlib.suppress(DeviceFault):
            await super().open(line)

    async def listen(self, emit: Emit) -> None:
        async def mine(readings: Sequence[Reading]) -> bool:
            self.known[:] = [*readings] or self.known
            return await emit(readings)

        with contextlib.suppress(DeviceFault):
            await super().listen(mine)
        while True:
            await emit([Reading(p.id, False) for p in self.points()])
            await asyncio.sleep(0.01)


class SaysItAgain(CallPanel):
    """Repeats what it knew from time to time, whether its device lives or not."""

    async def listen(self, emit: Emit) -> None:
        known: list[Reading] = []

        async def told(readings: Sequence[Reading]) -> bool:
            known[:] = [*readings] or known
            return await emit(readings)

        async def again() -> None:
            while True:
                await asyncio.sleep(0.02)
                await emit(known)

        self._again = asyncio.create_task(again())
        try:
            await super().listen(told)
        finally:
            self._again.cancel()


class BelievesHalf(CallPanel):
    """Does not wait for the end of a line, and takes what is missing for quiet."""

    async def listen(self, emit: Emit) -> None:
        reader, _ = self._streams
        while line := await reader.read(100):
            bits = [*line.split(), b""][1].ljust(8, b"0")[:8]
            await emit(
                [Reading(p.id, bits[p.config.contact - 1] == ord("1")) for p in self.points()]
            )


class BelievesGarbage(CallPanel):
    """What it does not understand is quiet."""

    def _state(self, line: bytes) -> list[Reading]:
        try:
            return super()._state(line)
        except DeviceFault:
            return [Reading(point.id, False) for point in self.points()]


class Impatient(CallPanel):
    """Gives up long before it must."""

    async def listen(self, emit: Emit) -> None:
        try:
            async with asyncio.timeout(0.02):
                await super().listen(emit)
        except TimeoutError:
            raise DeviceFault("nothing said") from None


class TellsOthers(CallPanel):
    """Speaks of contacts that the site does not name."""

    def _event(self, event: re.Match[bytes]) -> list[Reading]:
        return [Reading(f"contact-{int(event[2])}", event[3] == b"1")]


class InventsLife(CallPanel):
    """Says that its device lives, by a clock of its own."""

    async def listen(self, emit: Emit) -> None:
        async def beat() -> None:
            while True:
                await asyncio.sleep(0.02)
                await emit([])

        beating = asyncio.create_task(beat())
        try:
            await super().listen(emit)
        finally:
            beating.cancel()


class AnswersAtOnce(CallPanel):
    """Answers its panel before anybody has stored anything."""

    async def listen(self, emit: Emit) -> None:
        reader, writer = self._streams
        while line := await reader.readline():
            if line.startswith(b"event"):
                writer.write(b"taken %s\n" % line.split()[1])
            found = re.fullmatch(rb"event (\d+) (\d) (\d) (\d+)\n", line)
            await emit(self._event(found) if found else self._state(line))


class AnswersNever(CallPanel):
    """Keeps its panel repeating for ever."""

    async def listen(self, emit: Emit) -> None:
        async def lose(readings: Sequence[Reading]) -> bool:
            await emit(readings)
            return False

        await super().listen(lose)


class AnswersAnyhow(CallPanel):
    """Does not look at what emit returned."""

    async def listen(self, emit: Emit) -> None:
        async def stored(readings: Sequence[Reading]) -> bool:
            await emit(readings)
            return True

        await super().listen(stored)


class NoKey(CallPanel):
    """A repeat is a new alarm."""

    def _event(self, event: re.Match[bytes]) -> list[Reading]:
        return [Reading(r.point, r.value, device_ms=r.device_ms) for r in super()._event(event)]


class OneKey(CallPanel):
    """Every report is taken for a repeat of the first."""

    def _event(self, event: re.Match[bytes]) -> list[Reading]:
        return [Reading(r.point, r.value, key="event") for r in super()._event(event)]


class TaskForEach(CallPanel):
    """Takes whatever comes and keeps it in memory."""

    async def listen(self, emit: Emit) -> None:
        tasks = set()

        async def later(readings: Sequence[Reading]) -> bool:
            tasks.add(asyncio.create_task(emit(readings)))
            return True

        try:
            await super().listen(later)
        finally:
            for task in tasks:
                task.cancel()


class NewestOnly(CallPanel):
    """Drops what its device dates earlier than what came before."""

    newest = 0

    def _event(self, event: re.Match[bytes]) -> list[Reading]:
        seconds = int(event[4])
        older, self.newest = seconds < self.newest, max(seconds, self.newest)
        return [] if older else super()._event(event)


class IgnoresCancelling(CallPanel):
    """Does not let go when it is told to."""

    async def listen(self, emit: Emit) -> None:
        try:
            await super().listen(emit)
        except asyncio.CancelledError:
            await super().listen(emit)


class CloseRaises(misbehaving.CloseRaises, CallPanel):
    """Cannot be closed twice."""


class Blocks(CallPanel):
    """Waits so that everybody waits."""

    def _state(self, line: bytes) -> list[Reading]:
        time.sleep(0.08)
        return super()._state(line)


class LeaksSockets(misbehaving.LeaksSockets, CallPanel):
    """Forgets its connection instead of ending it."""


class LeaksTasks(misbehaving.LeaksTasks, CallPanel):
    """Leaves a task behind."""


class RawErrors(misbehaving.RawErrors, CallPanel):
    """Lets its connection's errors out."""


class AcceptsMistakes(CallPanel):
    """Finds out too late what was written wrongly."""

    PointConfig = misbehaving.AnyContact


class Chatty(misbehaving.Chatty, CallPanel):
    """Shows its secret to whoever prints it."""


MUTANTS = [
    (WrongOrder, "each-point"),
    (RawErrors, "cold-start"),
    (SaysItAgain, "hang"),
    (SaysItAgain, "half-open"),
    (SwallowsFaults, "reset"),
    (BelievesHalf, "truncated"),
    (BelievesGarbage, "garbage"),
    (Impatient, "slow"),
    (SwallowsFaults, "reboot"),
    (SwallowsFaults, "long-quiet"),
    (SwallowsFaults, "unknown-on-loss"),
    (TellsOthers, "own-points"),
    (InventsLife, "silence"),
    (AnswersAtOnce, "receipt"),
    (AnswersNever, "receipt"),
    (AnswersAnyhow, "repeat"),
    (NoKey, "repeat"),
    (OneKey, "repeat"),
    (TaskForEach, "flood"),
    (NewestOnly, "late-time"),
    (IgnoresCancelling, "cancel"),
    (CloseRaises, "close"),
    (Blocks, "no-blocking"),
    (LeaksSockets, "no-leaks"),
    (LeaksTasks, "no-leaks"),
    (AcceptsMistakes, "mistakes"),
    (Chatty, "secrets"),
]


def bench_of(mutant: type[Driver[Any]]) -> type[Bench]:
    """The template's bench with another driver, and a secret that it is given."""

    class MutantBench(CallPanelBench):
        secrets = ("tower-bridge",)
        timeout_ms = 150

        def _make(self, address: str, contact: int = 1, count: int = 8) -> Driver[Any]:
            config = CallPanel.Config.model_validate({"address": address})
            points = [
                Point(f"contact-{number}", mutant.PointConfig.model_validate({"contact": number}))
                for number in range(contact, contact + count)
            ]
            return mutant(config, points)

    return MutantBench


@pytest.mark.parametrize(("mutant", "check"), MUTANTS)
async def test_a_broken_driver_fails_its_check(mutant: type[Driver[Any]], check: str) -> None:
    """With what was seen, what is expected and what to do."""
    verdict = await run_check(check, bench_of(mutant))
    assert verdict.outcome is Outcome.FAILED
    assert verdict.seen
    assert verdict.expected
    assert verdict.cure
    assert "tower-bridge" not in verdict.words


def test_every_check_has_a_driver_that_fails_it() -> None:
    """Those of shared lines and outputs are beside this file: they are the polled drivers' too."""
    own = {check.id for check in LISTEN_CHECKS} - {"shared-line", "outputs"}
    assert {check for _, check in MUTANTS} == own
