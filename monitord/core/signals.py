"""From a device's answers to point states: wiring, debounce, deadband and silence.

Theory of operation. A device answers with one item per point. ``DeviceSignals`` remembers the
last answer and the state that was last *believed* of each point:

- Anything but ``normal`` is believed at the first sample: a contact that opens for 400 ms is an
  alarm at whatever phase the poll meets it (EN 50131-3; shorter pulses may be missed).
- ``normal`` is believed once it has held for ``debounce_ms`` at every sample in between.
- The very first sample after a start or a return is believed as it is: there is nothing older.
- A contact that a module counts and that was quiet at two answers, while its count went up, was
  active in between: it is believed active now, and normal once it has held as long as any other.
- A measured value that moves by its deadband is a change at once; a smaller move is told after
  ten minutes, so that a flickering last digit does not fill the journal.
- A measured value outside its valid range is ``fault`` without a value, never a number.
- What cannot be understood is ``unknown`` or ``fault``, never ``normal``.

The state here is volatile and belongs to one device; what a change *means* is decided elsewhere.
Integer milliseconds; no clock, no input, no output.
"""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from monitord.core.counters import SHORT_MS, Count, pulses
from monitord.core.facts import Sample
from monitord.core.site import Point
from monitord.vocabulary import Kind, PointState

DEBOUNCE_MS: Final = 400
TREND_MS: Final = 10 * 60_000  # a small move of a measured value is told after this
SILENCE_MS: Final = 2_000
MISSED_POLLS: Final = 3
TEXT_MAX: Final = 200
NEVER_MS: Final = 2**62

#: Kinds whose bare numbers and texts are values; of all others they are contacts.
MEASURED: Final = frozenset(
    {
        Kind.WATER_LEVEL,
        Kind.WIND,
        Kind.GUST,
        Kind.TEMPERATURE,
        Kind.HUMIDITY,
        Kind.VALUE,
        Kind.EVENT,
    }
)

SignalValue = float | str | None


class Wiring(StrEnum):
    """Which position of a contact is the quiet one. A driver's ``True`` is a closed contact."""

    NORMALLY_OPEN = "normally-open"
    NORMALLY_CLOSED = "normally-closed"


class SignalRule(msgspec.Struct, frozen=True):
    """How one point's items are read. ``deadband`` is in the unit of the scaled value."""

    point: str
    wiring: Wiring = Wiring.NORMALLY_OPEN
    debounce_ms: int = DEBOUNCE_MS
    measured: bool = False
    scale: float = 1.0
    deadband: float | None = None
    valid: tuple[float, float] | None = None  # of the scaled value; outside, the sensor is at fault
    ignores_short: bool = False  # a counted pulse that was shorter than 400 ms is no alarm


class Momentary(msgspec.Struct, frozen=True):
    """Something that happened and has no end; ``mark`` tells one happening from the next."""

    mark: Any
    value: SignalValue = None


class Noticed(NamedTuple):
    """What a counter told that is no change: so many short pulses, or None where it began anew."""

    point: str
    pulses: int | None


class Change(NamedTuple):
    """A point that is believed to have changed. ``place`` is its index in the answer."""

    place: int
    sample: Sample
    once: bool = False


def rule_of(point: Point) -> SignalRule:
    """The rule of a compiled point, from its kind and ``setup``; absent keys mean defaults."""
    setup = point.setup
    scale = setup.get("scale")
    deadband = setup.get("deadband")
    debounce_ms = setup.get("debounce_ms")
    valid = (setup.get("limits") or {}).get("valid")
    return SignalRule(
        point=point.id,
        wiring=Wiring(setup.get("wiring") or Wiring.NORMALLY_OPEN),
        debounce_ms=DEBOUNCE_MS if debounce_ms is None else int(debounce_ms),
        measured=point.kind in MEASURED or bool(setup.get("unit")) or scale not in (None, 1),
        scale=1.0 if scale is None else float(scale),
        deadband=None if deadband is None else float(deadband),
        valid=None if valid is None else (float(valid[0]), float(valid[1])),
        ignores_short=setup.get("short_pulse") == "glitch",
    )


def silence_limit_ms(poll_ms: int, timeout_ms: int) -> int:
    """How long after its last answer a device counts as silent: 3 missed polls, at least 2 s.

    A poll is missed when its bound has passed or the next one is due, whichever is first.
    """
    return max(MISSED_POLLS * poll_ms + min(poll_ms, timeout_ms), SILENCE_MS)


def decode(rule: SignalRule, item: object) -> tuple[PointState, SignalValue]:
    """One item of an answer as state and value. Contacts have no value beside their state."""
    if isinstance(item, bool):
        return _contact(rule, item), None
    if isinstance(item, PointState):
        return item, None
    if isinstance(item, int | float):
        return _number(rule, item)
    if isinstance(item, str):
        return (PointState.NORMAL, item[:TEXT_MAX]) if rule.measured else (PointState.FAULT, None)
    return PointState.UNKNOWN, None


def _contact(rule: SignalRule, closed: bool) -> PointState:
    quiet = rule.wiring is Wiring.NORMALLY_CLOSED
    return PointState.NORMAL if closed is quiet else PointState.ACTIVE


def _number(rule: SignalRule, number: float) -> tuple[PointState, SignalValue]:
    if rule.measured:
        if not math.isfinite(number):
            return PointState.UNKNOWN, None
        value = round(number * rule.scale, 9)
        if rule.valid is not None and not rule.valid[0] <= value <= rule.valid[1]:
            return PointState.FAULT, None  # a broken sensor's number must not be read as a level
        return PointState.NORMAL, value
    if number in (0, 1):
        return _contact(rule, bool(number)), None
    return PointState.FAULT, None  # a contact that answers 7 is wired or configured wrongly


def _as_it_is(item: object) -> object:
    return item


class DeviceSignals:
    """The signals of one device.

    ``unwrap`` turns an item of the answer into something that ``decode``, ``Momentary`` or
    ``Count`` covers; it is called only for items that differ from the last answer. ``noticed`` is
    for whoever calls ``take`` to tell and to clear.
    """

    __slots__ = (
        "_due_ms",
        "_last",
        "_pending",
        "_reported_ms",
        "_rules",
        "_state",
        "_taken_ms",
        "_unwrap",
        "noticed",
    )

    def __init__(
        self, rules: Sequence[SignalRule], unwrap: Callable[[object], object] = _as_it_is
    ) -> None:
        self._rules = tuple(rules)
        self._unwrap = unwrap
        self._taken_ms = 0
        self.noticed: list[Noticed] = []
        self._state: list[Sample] = []
        self.forget()

    def __len__(self) -> int:
        return len(self._rules)

    @property
    def wake_ms(self) -> int | None:
        """When a pending debounce or trend ends and an unchanged answer becomes a change."""
        return None if self._due_ms == NEVER_MS else self._due_ms

    def forget(self) -> None:
        """Every point is unknown until the next answer, which is then believed as it is."""
        self._last: Sequence[object] | None = None
        self._state = [Sample(rule.point, PointState.UNKNOWN) for rule in self._rules]
        self._reported_ms = [0] * len(self._rules)
        self._pending: dict[int, int] = {}
        self._due_ms = NEVER_MS

    def take(self, values: Sequence[object], now_ms: int) -> list[Change]:
        """The changes that an answer brings; ``values`` has one item per rule, in their order.

        ``now_ms`` never goes back. The answer is copied: a driver may use its list again.
        """
        last = self._last
        elapsed_ms, self._taken_ms = now_ms - self._taken_ms, now_ms
        if now_ms < self._due_ms and values == last:
            return []
        if len(values) != len(self._rules):
            raise ValueError(f"{len(values)} values for {len(self._rules)} points")
        changes: list[Change] = []
        for index, item in enumerate(values):
            first = last is None
            if last is not None and item == last[index] and index not in self._pending:
                continue
            plain = self._unwrap(item)
            if isinstance(plain, Momentary):
                changes.extend(
                    self._happened(index, plain, fresh=last is None or item != last[index])
                )
                continue
            if isinstance(plain, Count):
                if last is not None and self._passed(index, last[index], plain, elapsed_ms):
                    changes.extend(self._was_active(index, now_ms))
                    continue
                plain = plain.contact
            if (sample := self._believe(index, plain, now_ms, first=first)) is not None:
                changes.append(Change(index, sample))
        self._last = values[:]
        self._due_ms = min(self._pending.values(), default=NEVER_MS)
        return changes

    def everything(self) -> tuple[Sample, ...]:
        """What is believed of every point now; ``unknown`` where there was no answer yet."""
        return tuple(self._state)

    def live(self) -> tuple[Sample, ...]:
        """The last answer as it came, before debounce: for people who watch, never to decide."""
        if self._last is None:
            return self.everything()
        return tuple(
            Sample(rule.point, *_live(rule, self._unwrap(item)))
            for rule, item in zip(self._rules, self._last, strict=True)
        )

    def _happened(self, index: int, happening: Momentary, *, fresh: bool) -> list[Change]:
        """A happening rests at ``normal``: it is told once and leaves no state behind."""
        point = self._rules[index].point
        self._state[index] = Sample(point, PointState.NORMAL)
        self._pending.pop(index, None)
        told = Sample(point, PointState.ACTIVE, happening.value)
        return [Change(index, told, once=True)] if fresh else []

    def _passed(self, index: int, last: object, now: Count, elapsed_ms: int) -> bool:
        """Whether the count proves a pulse that neither of two quiet samples saw."""
        before, rule = self._unwrap(last), self._rules[index]
        if not isinstance(before, Count):
            return False
        counted = pulses(before, now, elapsed_ms)
        if counted is None:
            self.noticed.append(Noticed(rule.point, None))
        samples = (before.contact, now.contact)
        if not counted or rule.measured or any(_is_not_quiet(rule, s) for s in samples):
            return False
        if rule.ignores_short and elapsed_ms < SHORT_MS:
            self.noticed.append(Noticed(rule.point, counted))
            return False
        return True

    def _was_active(self, index: int, now_ms: int) -> list[Change]:
        """Active now, and normal when that has held: the contact is quiet already."""
        rule = self._rules[index]
        sample = self._accept(index, Sample(rule.point, PointState.ACTIVE), now_ms)
        self._pending[index] = now_ms + rule.debounce_ms
        return [] if sample is None else [Change(index, sample)]

    def _believe(self, index: int, plain: object, now_ms: int, *, first: bool) -> Sample | None:
        rule = self._rules[index]
        state, value = decode(rule, plain)
        believed = self._state[index]
        sample = Sample(rule.point, state, value)
        if first or state is not PointState.NORMAL:
            return self._accept(index, sample, now_ms)
        if believed.state is not PointState.NORMAL:
            return self._wait(index, sample, now_ms, now_ms + rule.debounce_ms)
        if _moved(rule, believed.value, value):
            return self._accept(index, sample, now_ms)
        if believed.value != value:
            return self._wait(index, sample, now_ms, self._reported_ms[index] + TREND_MS)
        self._pending.pop(index, None)
        return None

    def _wait(self, index: int, sample: Sample, now_ms: int, due_ms: int) -> Sample | None:
        due_ms = self._pending.setdefault(index, due_ms)
        return self._accept(index, sample, now_ms) if now_ms >= due_ms else None

    def _accept(self, index: int, sample: Sample, now_ms: int) -> Sample | None:
        self._pending.pop(index, None)
        if sample == self._state[index]:
            return None
        self._state[index] = sample
        self._reported_ms[index] = now_ms
        return sample


def _is_not_quiet(rule: SignalRule, sample: object) -> bool:
    return decode(rule, sample)[0] is not PointState.NORMAL


def _moved(rule: SignalRule, believed: object, value: SignalValue) -> bool:
    """Texts tell every change; numbers those that reach the deadband."""
    if isinstance(value, str) or isinstance(believed, str):
        return value != believed
    if value is None or not isinstance(believed, int | float):
        return value is not believed
    return rule.deadband is not None and abs(value - believed) >= rule.deadband > 0


def _live(rule: SignalRule, plain: object) -> tuple[PointState, SignalValue]:
    if isinstance(plain, Momentary):
        return PointState.NORMAL, plain.value
    return decode(rule, plain.contact if isinstance(plain, Count) else plain)
