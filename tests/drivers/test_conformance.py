"""The Modbus driver passes the battery; drivers that are broken on purpose fail the right check.

K1. The broken ones are the driver of the template with one thing changed each.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import pytest

from monitord.driver import DeviceFault, Driver, Line, Point, Value
from monitord.testing.conformance import (
    CHECKS,
    Bench,
    Conformance,
    Outcome,
    Trouble,
    load_bench,
    load_driver,
    run_check,
    stall,
)
from monitord.testing.conformance.beginning import TEMPLATE
from monitord_drivers.modbus import ModbusConfig, ModbusDriver, ModbusPointConfig
from monitord_simulators.panel import Fault, FaultKind, Panel
from tests.drivers import misbehaving

KINDS = {
    Trouble.REBOOT: Fault(FaultKind.REBOOT, for_ms=60_000, delay_ms=0),
    Trouble.QUIET: Fault(FaultKind.REBOOT, for_ms=0, delay_ms=0),
}


class ModbusBench(Bench):
    """Eight discrete inputs of a simulated panel."""

    pairs: ClassVar[Sequence[tuple[Value, Value]]] = [(False, True)] * 8
    outputs = ("siren",)

    def __init__(self) -> None:
        self._panel = Panel(16)

    def make(self) -> Driver[Any]:
        return self._make()

    def _make(self, unit: int = 1, read: str = "discrete", **config: Any) -> Driver[Any]:
        outputs = {"siren": {"write": "coil/0"}}
        section = {"address": self.address(), "unit": unit, "outputs": outputs, **config}
        points = [
            Point(f"p{number}", ModbusPointConfig.model_validate({"read": f"{read}/{number}"}))
            for number in range(8)
        ]
        return ModbusDriver(ModbusConfig.model_validate(section), points)

    def mistakes(self) -> Mapping[str, Callable[[], Driver[Any]]]:
        return {
            "a unit that cannot be": lambda: self._make(unit=300),
            "a table that is none": lambda: self._make(read="discreet"),
            "a point in a gap": lambda: self._make(gaps=["discrete/3"]),
            "another protocol": lambda: self._make(address="udp://127.0.0.1:502"),
        }

    async def start(self) -> None:
        await self._panel.start(port=self._panel.port)

    async def stop(self) -> None:
        await self._panel.stop()

    def show(self, values: Sequence[Value]) -> None:
        for address, value in enumerate(values):
            self._panel.set_input(address, bool(value))

    async def trouble(self, trouble: Trouble) -> None:
        if trouble is Trouble.SLOW:
            self._panel.fault(Fault(FaultKind.SLOW, delay_ms=self.timeout_ms // 3))
        else:
            self._panel.fault(KINDS.get(trouble) or Fault(FaultKind(trouble)))

    async def heal(self) -> None:
        self._panel.clear()

    def asked(self) -> int:
        return len(self._panel.seen)

    def connections(self) -> int:
        return self._panel.connection_count

    def address(self) -> str:
        return f"tcp://127.0.0.1:{self._panel.port}"

    def switched(self) -> Mapping[str, bool]:
        return {"siren": self._panel.unit(1).coils.get(0)}


class TestModbus(Conformance):
    """K1: the driver that ships is held to what everybody's is held to."""

    bench = ModbusBench
    not_tried = frozenset({"secrets"})  # Modbus has none


TextPanel = load_driver(TEMPLATE / "driver.py")
TextPanelBench = load_bench(TEMPLATE)


class RetriesItself(TextPanel):
    """Tries again where it should tell."""

    async def poll(self) -> Any:
        try:
            return await super().poll()
        except DeviceFault:
            return await super().poll()


class SwallowsFaults(TextPanel):
    """Says normal for what it does not know."""

    async def open(self, line: Line | None = None) -> None:
        try:
            await super().open(line)
        except DeviceFault:
            return

    async def poll(self) -> Any:
        try:
            return await super().poll()
        except DeviceFault:
            return [False] * 8


class CallsSilenceNormal(TextPanel):
    """Has a timeout of its own, and an answer for it."""

    async def poll(self) -> Any:
        try:
            async with asyncio.timeout(0.05):
                return await super().poll()
        except TimeoutError:
            return [False] * 8


class Impatient(TextPanel):
    """Gives up long before it must."""

    async def poll(self) -> Any:
        try:
            async with asyncio.timeout(0.02):
                return await super().poll()
        except TimeoutError:
            raise DeviceFault("no answer") from None


class WrongOrder(TextPanel):
    """Zone 1 alarms as zone 8."""

    async def poll(self) -> Any:
        return (await super().poll())[::-1]


class TooFew(TextPanel):
    """Leaves the last point out."""

    async def poll(self) -> Any:
        return (await super().poll())[:-1]


class SaysOldValues(TextPanel):
    """Remembers what was true before the loss."""

    last: ClassVar[list[Value]] = []

    async def poll(self) -> Any:
        with contextlib.suppress(DeviceFault):
            self.last[:] = await super().poll()
        return list(self.last)


class Blocks(TextPanel):
    """Waits so that everybody waits."""

    async def poll(self) -> Any:
        time.sleep(0.08)
        return await super().poll()


class BlocksForGood(TextPanel):
    """Waits at a socket without asyncio."""

    async def poll(self) -> Any:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            return [ours.recv(1)]


class LeaksSockets(misbehaving.LeaksSockets, TextPanel):
    """Forgets its connection instead of ending it."""


class LeaksTasks(misbehaving.LeaksTasks, TextPanel):
    """Leaves a task behind."""


class BelievesAnything(TextPanel):
    """Takes the next line for the answer, whatever it answers."""

    async def poll(self) -> Any:
        reader, writer = self._streams
        self._number += 1
        try:
            writer.write(b"read %d\n" % self._number)
            answer = await reader.readline()
            return [letter == "1" for letter in answer.decode().split()[1]]
        except (OSError, ValueError, IndexError) as error:
            raise DeviceFault("no answer") from error


class BelievesHalf(TextPanel):
    """Does not wait for the end of a line, and takes what is missing for quiet."""

    async def poll(self) -> Any:
        reader, writer = self._streams
        writer.write(b"read 1\n")
        answer = (await reader.read(100)).split()
        return [letter == ord("1") for letter in answer[1].ljust(8, b"0")[:8]]


class CloseRaises(misbehaving.CloseRaises, TextPanel):
    """Cannot be closed twice."""


class IgnoresCancelling(TextPanel):
    """Does not let go when it is told to."""

    async def poll(self) -> Any:
        try:
            return await super().poll()
        except asyncio.CancelledError:
            return await super().poll()


class RawErrors(misbehaving.RawErrors, TextPanel):
    """Lets its connection's errors out."""


class AcceptsMistakes(TextPanel):
    """Finds out too late what was written wrongly."""

    PointConfig = misbehaving.AnyContact


class Chatty(misbehaving.Chatty, TextPanel):
    """Shows its secret to whoever prints it."""


MUTANTS = [
    (WrongOrder, "in-order"),
    (TooFew, "in-order"),
    (RawErrors, "cold-start"),
    (SwallowsFaults, "cold-start"),
    (CallsSilenceNormal, "hang"),
    (CallsSilenceNormal, "half-open"),
    (SwallowsFaults, "reset"),
    (BelievesHalf, "truncated"),
    (SwallowsFaults, "garbage"),
    (Impatient, "slow"),
    (SwallowsFaults, "reboot"),
    (SwallowsFaults, "long-quiet"),
    (BelievesAnything, "flood"),
    (BelievesAnything, "late-reply"),
    (SaysOldValues, "unknown-on-loss"),
    (RetriesItself, "asks-once"),
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

    class MutantBench(TextPanelBench):
        secrets = ("tower-bridge",)
        timeout_ms = 150

        def _make(self, address: str, contact: int = 1) -> Driver[Any]:
            config = TextPanel.Config.model_validate({"address": address})
            points = [
                Point(f"contact-{number}", mutant.PointConfig.model_validate({"contact": number}))
                for number in range(contact, contact + 8)
            ]
            return mutant(config, points)

    return MutantBench


@pytest.mark.parametrize(("mutant", "check"), MUTANTS)
async def test_a_broken_driver_fails_its_check(mutant: type[Driver[Any]], check: str) -> None:
    """K1: with what was seen, what is expected and what to do."""
    verdict = await run_check(check, bench_of(mutant))
    assert verdict.outcome is Outcome.FAILED
    assert verdict.seen
    assert verdict.expected
    assert verdict.cure
    assert "tower-bridge" not in verdict.words


async def test_a_driver_that_blocks_for_good_is_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The battery comes back, and says why."""
    soon = partial(stall.interrupting, 0.2)
    monkeypatch.setattr("monitord.testing.conformance.battery.interrupting", soon)
    verdict = await run_check("no-blocking", bench_of(BlocksForGood))
    assert verdict.outcome is Outcome.FAILED
    assert "did not come back" in verdict.seen


def test_every_check_has_a_driver_that_fails_it() -> None:
    """A check that nothing fails proves nothing. Two have theirs in test_conformance_more.py."""
    own = {check.id for check in CHECKS} - {"shared-line", "outputs"}
    assert {check for _, check in MUTANTS} == own


async def test_a_driver_with_a_secret_that_keeps_it_passes() -> None:
    """The check that the template's driver does not need."""
    verdict = await run_check("secrets", bench_of(TextPanel))
    assert verdict.outcome is Outcome.PASSED


async def test_what_the_device_cannot_do_is_not_tried() -> None:
    """Never silently passed."""

    class Unable(TextPanelBench):
        cannot: ClassVar[Mapping[Trouble, str]] = {Trouble.FLOOD: "it has one voice"}

    verdict = await run_check("flood", Unable)
    assert verdict.outcome is Outcome.NOT_TRIED
    assert "it has one voice" in verdict.words


def test_a_check_that_was_not_tried_fails_the_suite_unless_it_is_named() -> None:
    """What is left out is left out on purpose."""

    class Suite(Conformance):
        bench = TextPanelBench

    with pytest.raises(AssertionError, match="not tried"):
        Suite().judge("secrets")
