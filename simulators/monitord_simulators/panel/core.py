"""A panel without its socket: bytes and the time in, actions out. Pure.

``PanelCore`` is the panel, ``Conversation`` one connection to it. A server on a real socket and a
simulated world drive the same two classes. Time is the caller's, in integer milliseconds; chance
comes from ``seed``.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from monitord_simulators.panel.faults import (
    Action,
    Close,
    Fault,
    FaultKind,
    Reset,
    Send,
    StopReading,
    bend,
    exception,
    frame,
)
from monitord_simulators.panel.tables import Registers, Unit

SEEN_MAX: Final = 1_000
_HEADER: Final = 7
_LENGTH_MIN, _LENGTH_MAX = 2, 254
_TARGET_SILENT: Final = 11


class Seen(NamedTuple):
    """One request as it came; ``address`` and ``quantity`` are its first two words, or 0."""

    at_ms: int
    unit: int
    function: int
    address: int
    quantity: int


@dataclass(slots=True)
class _Active:
    fault: Fault
    until_ms: int | None
    left: int | None


@dataclass(slots=True)
class _Ramp:
    """A register on its way from one value to another."""

    registers: Registers
    address: int
    first: int
    last: int
    begin_ms: int
    over_ms: int

    def move(self, at_ms: int) -> bool:
        """Where it is now; whether it has arrived."""
        gone_ms = min(max(0, at_ms - self.begin_ms), self.over_ms)
        part = gone_ms / self.over_ms if self.over_ms else 1.0
        self.registers.set(self.address, round(self.first + (self.last - self.first) * part))
        return gone_ms >= self.over_ms


class PanelCore:
    """A panel with its units and at most one fault for all of them and one for each.

    ``seen`` holds the last 1,000 requests. An unknown unit is answered as a gateway does, with
    exception 0B.
    """

    def __init__(self, units: Mapping[int, Unit], seed: int = 0) -> None:
        self.units = dict(units)
        self.seen: deque[Seen] = deque(maxlen=SEEN_MAX)
        self._faults: dict[int | None, _Active] = {}
        self._chance = Random(seed)  # noqa: S311 - garbage that repeats, not a secret
        self._away_until_ms: int | None = None
        self._blank_until_ms: int | None = None
        self._ramps: dict[tuple[int, str, int], _Ramp] = {}

    def converse(self) -> "Conversation":
        """A new connection."""
        return Conversation(self)

    def inject(self, fault: Fault, at_ms: int) -> None:
        """Begin a fault in place of an earlier one for the same unit.

        After a REBOOT the owner of the connections drops them all.
        """
        if fault.kind is FaultKind.REBOOT:
            self._reboot(at_ms, fault.for_ms or 0, fault.delay_ms)
            return
        until_ms = None if fault.for_ms is None else at_ms + fault.for_ms
        self._faults[fault.unit] = _Active(fault, until_ms, fault.count)

    def clear(self, unit: int | None = None) -> None:
        """End every fault, a reboot too; with ``unit`` only those of that unit."""
        if unit is not None:
            self._faults.pop(unit, None)
            return
        self._faults.clear()
        self._away_until_ms = None
        self._end_blank()

    def ramp(
        self,
        where: tuple[int, str, int],
        to: int,
        over_ms: int,
        at_ms: int,
        *,
        signed: bool = False,
    ) -> None:
        """Move a register evenly to ``to``; ``where`` is unit, ``input`` or ``holding``, address.

        In place of an earlier ramp of the same register. Raises ``ValueError``.
        """
        number, table, address = where
        unit = self.units[number]
        registers = unit.registers if table == "input" else unit.holding
        self._move(at_ms)
        first = registers.get(address)
        if signed and first > 0x7FFF:
            first -= 0x1_0000
        registers.set(address, to)  # refused here, and not on the way
        registers.set(address, first)
        self._ramps[where] = _Ramp(registers, address, first, to, at_ms, over_ms)
        self._move(at_ms)

    def hold(self, where: tuple[int, str, int]) -> None:
        """End the ramp of a register, where there is one: somebody has set it."""
        self._ramps.pop(where, None)

    def _move(self, at_ms: int) -> None:
        self._ramps = {w: ramp for w, ramp in self._ramps.items() if not ramp.move(at_ms)}

    def faults(self, at_ms: int) -> Sequence[Fault]:
        """What is wrong now."""
        active = [held.fault for held in self._faults.values() if not _is_over(held, at_ms)]
        if self.is_away(at_ms):
            active.append(Fault(FaultKind.REBOOT))
        return active

    def is_away(self, at_ms: int) -> bool:
        """Whether the panel is rebooting: new connections are reset."""
        if self._away_until_ms is not None and at_ms >= self._away_until_ms:
            self._away_until_ms = None
        return self._away_until_ms is not None

    def answer(self, request: bytes, at_ms: int = 0) -> bytes:
        """The right answer to one whole frame, faults aside."""
        if self._blank_until_ms is not None and at_ms >= self._blank_until_ms:
            self._end_blank()
        if self._ramps:
            self._move(at_ms)
        number, pdu = request[6], request[_HEADER:]
        address, quantity = int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
        self.seen.append(Seen(at_ms, number, pdu[0], address, quantity))
        unit = self.units.get(number)
        if unit is None:
            return exception(request, _TARGET_SILENT)
        return frame(request[:2], number, unit.answer(pdu))

    def react(self, request: bytes, at_ms: int) -> tuple[FaultKind | None, list[Action]]:
        """What the panel does about one whole frame, and the fault that made it do so."""
        reply = self.answer(request, at_ms)
        if not self._faults:
            return None, [Send(reply)]
        fault = self._take_fault(request[6], at_ms)
        if fault is None:
            return None, [Send(reply)]
        if fault.kind is FaultKind.LATE:
            return fault.kind, [Send(reply)]
        return fault.kind, bend(fault, reply, self._chance)

    def _take_fault(self, unit: int, at_ms: int) -> Fault | None:
        for key in (unit, None):
            held = self._faults.get(key)
            if held is None:
                continue
            if _is_over(held, at_ms):
                del self._faults[key]
                continue
            if held.left is not None:
                held.left -= 1
            return held.fault
        return None

    def _reboot(self, at_ms: int, away_ms: int, blank_ms: int) -> None:
        self._faults.clear()
        self._away_until_ms = at_ms + away_ms
        self._blank_until_ms = at_ms + away_ms + blank_ms
        for unit in self.units.values():
            unit.power_cycled()
            unit.inputs_blank = True

    def _end_blank(self) -> None:
        self._blank_until_ms = None
        for unit in self.units.values():
            unit.inputs_blank = False


class Conversation:
    """One connection to a panel: cuts the stream into frames and keeps what was held back."""

    def __init__(self, core: PanelCore) -> None:
        self._core = core
        self._buffer = b""
        self._held_back: Action | None = None
        self._is_dead = False

    def receive(self, data: bytes, at_ms: int) -> list[Action]:
        """What the panel does about ``data``, in order."""
        if self._is_dead:
            return []
        if self._core.is_away(at_ms):
            return [Reset()]
        self._buffer += data
        actions: list[Action] = []
        while len(self._buffer) >= _HEADER and not self._is_dead:
            length = int.from_bytes(self._buffer[4:6], "big")
            if self._buffer[2:4] != b"\0\0" or not _LENGTH_MIN <= length <= _LENGTH_MAX:
                self._is_dead = True
                return [*actions, Close()]
            if len(self._buffer) < 6 + length:
                break
            request, self._buffer = self._buffer[: 6 + length], self._buffer[6 + length :]
            actions += self._react(request, at_ms)
        return actions

    def _react(self, request: bytes, at_ms: int) -> list[Action]:
        kind, actions = self._core.react(request, at_ms)
        if kind is FaultKind.LATE:
            earlier, self._held_back = self._held_back, actions[0]
            return [] if earlier is None else [earlier]
        self._held_back = None
        self._is_dead = any(isinstance(action, Reset | StopReading) for action in actions)
        return actions


def _is_over(held: _Active, at_ms: int) -> bool:
    timed_out = held.until_ms is not None and at_ms >= held.until_ms
    return timed_out or held.left == 0
