"""The battery's checks of shared lines and outputs: each fails a driver that is broken on purpose.

K1. The Modbus driver, which has both, passes them in ``test_conformance.py``.
"""

import asyncio
import errno
import itertools
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from monitord.driver import ConfigFault, DeviceFault, Driver, Line, Point
from monitord.runtime.clock import SystemClock
from monitord.testing.conformance import Bench, Outcome, load_bench, load_driver, run_check
from monitord.testing.conformance.beginning import TEMPLATE
from monitord.testing.conformance.steady import Machine, watched

TextPanel = load_driver(TEMPLATE / "driver.py")
TextPanelBench = load_bench(TEMPLATE)


class Shared:
    """One connection, made when somebody needs it and dropped when an answer was given up on."""

    def __init__(self, host: str, port: int) -> None:
        self._place = host, port
        self._streams: Any = None

    async def streams(self) -> Any:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._place)
        return self._streams

    async def close(self) -> None:
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()


class Sharing(TextPanel):
    """The template's driver over a line."""

    line: Any = None
    asking = False

    @classmethod
    async def connect(cls, address: str) -> Line:
        host, _, port = address.rpartition(":")
        return Shared(host, int(port))

    async def open(self, line: Line | None = None) -> None:
        self.line = line
        self._number = id(self) % 1_000_000

    async def poll(self) -> Any:
        self._streams = await self.line.streams()
        self.asking = True
        values = await super().poll()
        self.asking = False
        return values

    async def close(self) -> None:
        if self.asking:
            await self.line.close()


class ClosesItsLine(Sharing):
    """Takes its neighbours' connection with it, for good."""

    async def close(self) -> None:
        await self.line.close()
        self.line.streams = None


class LeavesItsLine(Sharing):
    """Its line does not let go."""

    kept: ClassVar[list[Any]] = []

    @classmethod
    async def connect(cls, address: str) -> Line:
        line = await super().connect(address)
        cls.kept.append(line)
        line.close = line.streams
        return line


class Switching(TextPanel):
    """An output whose device is a mapping."""

    on: ClassVar[dict[str, bool]] = {}
    hangs: ClassVar[list[bool]] = [False]

    async def write(self, output: str, value: bool) -> None:
        if output != "siren":
            raise ConfigFault(f"no output {output}")
        if self.hangs[0]:
            await asyncio.Event().wait()
        self.on[output] = value


class SwitchesOnOnly(Switching):
    """Never ends."""

    async def write(self, output: str, value: bool) -> None:
        await super().write(output, True)


class SwitchesAnything(Switching):
    """Takes any name for its siren."""

    async def write(self, output: str, value: bool) -> None:
        await super().write("siren", value)


class DoesNotWait(Switching):
    """Says that it has switched before anybody has."""

    async def write(self, output: str, value: bool) -> None:
        if not self.hangs[0]:
            await super().write(output, value)


class RaisesAnything(Switching):
    """A fault that is none."""

    async def write(self, output: str, value: bool) -> None:
        raise DeviceFault("the relay is stuck")


def bench_of(driver: type[Driver[Any]]) -> type[Bench]:
    """The template's bench with this driver, an address to share and an output."""

    class MutantBench(TextPanelBench):
        outputs = ("siren",)
        timeout_ms = 150

        def _make(self, address: str, contact: int = 1) -> Driver[Any]:
            points = [
                Point(f"contact-{n}", driver.PointConfig.model_validate({"contact": n}))
                for n in range(contact, contact + 8)
            ]
            return driver(driver.Config.model_validate({"address": address}), points)

        def address(self) -> str:
            return f"127.0.0.1:{self._port}"

        def switched(self) -> Mapping[str, bool]:
            return Switching.on

        async def trouble(self, trouble: Any) -> None:
            Switching.hangs[0] = True
            await super().trouble(trouble)

        async def heal(self) -> None:
            Switching.hangs[0] = False
            await super().heal()

    return MutantBench


@pytest.mark.parametrize(("driver", "check"), [(Sharing, "shared-line"), (Switching, "outputs")])
async def test_a_driver_that_does_it_right_passes(driver: type[Driver[Any]], check: str) -> None:
    verdict = await run_check(check, bench_of(driver))
    assert verdict.outcome is Outcome.PASSED, verdict.words


@pytest.mark.parametrize(
    ("driver", "check"),
    [
        (ClosesItsLine, "shared-line"),
        (LeavesItsLine, "shared-line"),
        (SwitchesOnOnly, "outputs"),
        (SwitchesAnything, "outputs"),
        (DoesNotWait, "outputs"),
        (RaisesAnything, "outputs"),
    ],
)
async def test_a_broken_driver_fails_its_check(driver: type[Driver[Any]], check: str) -> None:
    verdict = await run_check(check, bench_of(driver))
    assert verdict.outcome is Outcome.FAILED
    assert verdict.seen
    assert verdict.cure


@pytest.mark.parametrize("check", ["shared-line", "outputs"])
async def test_what_a_driver_does_not_have_is_not_tried(check: str) -> None:
    """Never silently passed."""
    verdict = await run_check(check, TextPanelBench)
    assert verdict.outcome is Outcome.NOT_TRIED


@pytest.mark.parametrize(("stalls", "outcome"), [(1, Outcome.PASSED), (0, Outcome.FAILED)])
async def test_a_driver_is_not_judged_by_a_busy_machine(
    stalls: int, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked again; on a machine that kept up, the first word counts."""
    made = 0

    class LateOnce(TextPanel):
        async def poll(self) -> Any:
            if made == 1:
                raise DeviceFault("late")
            return await super().poll()

    class LateBench(bench_of(LateOnce)):  # type: ignore[misc]
        def __init__(self) -> None:
            nonlocal made
            made += 1
            super().__init__()

    monkeypatch.setattr(Machine, "disturbed", property(lambda _: made <= stalls))
    verdict = await run_check("in-order", LateBench)
    assert verdict.outcome is outcome


async def test_a_port_that_was_given_away_meanwhile_is_no_fault_of_the_driver() -> None:
    """The device is gone for a moment, and another program has its port."""
    made = 0

    class Robbed(TextPanelBench):
        def __init__(self) -> None:
            nonlocal made
            made += 1
            super().__init__()
            self._first = made == 1

        async def start(self) -> None:
            if self._first and self._port:
                raise OSError(errno.EADDRINUSE, "Address already in use")
            await super().start()

    verdict = await run_check("cold-start", Robbed)
    assert (verdict.outcome, made) == (Outcome.PASSED, 2)


def test_a_machine_that_is_late_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only by what it does to everybody."""
    slept: list[float] = []
    monkeypatch.setattr("monitord.testing.conformance.steady.time.sleep", slept.append)
    clock = itertools.count(0, 200)
    monkeypatch.setattr(SystemClock, "boot_ms", lambda _: next(clock))
    with watched() as machine:
        while len(slept) < 2:
            pass
    assert machine.disturbed
