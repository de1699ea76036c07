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
- One that has crossed a limit is ``active`` and says which (:mod:`.limits`, :mod:`.measuring`).
- A loop with resistors tells short and cut from quiet (:mod:`.loops`); a resistance that nothing
  in order has, and two inputs of a pair that agree, are believed once they have held for
  ``debounce_ms``: a contact may pass through them on its way.
- What cannot be understood is ``unknown`` or ``fault``, never ``normal``.

The state here is volatile and belongs to one device; what a change *means* is decided elsewhere.
Integer milliseconds; no clock, no input, no output.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from monitord.core.counters import SHORT_MS, Count, pulses
from monitord.core.facts import Sample
from monitord.core.signals.decoding import ALIKE, Momentary, Pair, decode, moved
from monitord.core.signals.loops import DRIFT, Band, band_of
from monitord.core.signals.measuring import Measuring
from monitord.core.signals.rule import SignalRule
from monitord.core.signals.sensed import Sensed
from monitord.vocabulary import PointState

TREND_MS: Final = 10 * 60_000  # a small move of a measured value is told after this
NEVER_MS: Final = 2**62


class Noticed(NamedTuple):
    """What a counter told that is no change: so many short pulses, or None where it began anew."""

    point: str
    pulses: int | None


class Change(NamedTuple):
    """A point that is believed to have changed. ``place`` is its index in the answer."""

    place: int
    sample: Sample
    once: bool = False


def _as_it_is(item: object) -> object:
    return item


class DeviceSignals:
    """The signals of one device.

    ``unwrap`` turns an item of the answer into something that ``decode``, ``Momentary`` or
    ``Count`` covers; it is called only for items that differ from the last answer. ``noticed`` is
    for whoever calls ``take`` to tell and to clear.
    """

    __slots__ = (
        "_bands",
        "_due_ms",
        "_last",
        "_measuring",
        "_pending",
        "_reported_ms",
        "_rules",
        "_state",
        "_taken_ms",
        "_unwrap",
        "_waits_for",
        "_wakes",
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
        self._measuring = {
            index: Measuring(rule.measuring)
            for index, rule in enumerate(self._rules)
            if rule.measuring is not None
        }
        self.forget()

    def __len__(self) -> int:
        return len(self._rules)

    @property
    def wake_ms(self) -> int | None:
        """When an unchanged answer becomes a change: a debounce, a delay or a trend has ended."""
        return None if self._due_ms == NEVER_MS else self._due_ms

    def forget(self) -> None:
        """Every point is unknown until the next answer, which is then believed as it is."""
        self._last: Sequence[object] | None = None
        self._state = [Sample(rule.point, PointState.UNKNOWN) for rule in self._rules]
        self._reported_ms = [0] * len(self._rules)
        self._pending: dict[int, int] = {}
        self._waits_for: dict[int, PointState] = {}
        self._wakes: dict[int, int] = {}
        self._bands: dict[int, Band] = {}
        for measuring in self._measuring.values():
            measuring.forget()
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
        again = self._asked_again(now_ms)
        for index, item in enumerate(values):
            first = last is None
            if last is not None and item == last[index] and index not in again:
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
        self._due_ms = self._next_due_ms()
        return changes

    def everything(self) -> tuple[Sample, ...]:
        """What is believed of every point now; ``unknown`` where there was no answer yet."""
        return tuple(self._state)

    def live(self) -> tuple[Sample, ...]:
        """The last answer as it came, before debounce: for people who watch, never to decide."""
        if self._last is None:
            return self.everything()
        return tuple(
            _live(rule, self._unwrap(item), believed)
            for rule, item, believed in zip(self._rules, self._last, self._state, strict=True)
        )

    def _asked_again(self, now_ms: int) -> Collection[int]:
        """Whose unchanged item may be a change by now."""
        if not self._wakes:
            return self._pending
        return {*self._pending, *(index for index, due in self._wakes.items() if due <= now_ms)}

    def _next_due_ms(self) -> int:
        soonest_ms = min(self._pending.values(), default=NEVER_MS)
        return min(soonest_ms, min(self._wakes.values(), default=NEVER_MS))

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
        self._waits_for[index] = PointState.NORMAL
        return [] if sample is None else [Change(index, sample)]

    def _believe(self, index: int, plain: object, now_ms: int, *, first: bool) -> Sample | None:
        rule, believed = self._rules[index], self._state[index]
        state, value, crossed, slow = self._sense(index, plain, now_ms, first=first)
        sample = Sample(rule.point, state, value, crossed)
        if first:
            return self._accept(index, sample, now_ms)
        if state is not believed.state or crossed != believed.crossed:
            # What has crossed a limit has had its delays already.
            settles = state is PointState.NORMAL and not believed.crossed
            if settles or slow:
                return self._wait(index, sample, now_ms, now_ms + rule.debounce_ms)
            return self._accept(index, sample, now_ms)
        if moved(rule, believed.value, value):
            return self._accept(index, sample, now_ms)
        if believed.value != value:
            return self._wait(index, sample, now_ms, self._reported_ms[index] + TREND_MS)
        self._pending.pop(index, None)
        return None

    def _sense(self, index: int, plain: object, now_ms: int, *, first: bool) -> Sensed:
        """What an item is, where that depends on what was before."""
        rule = self._rules[index]
        if rule.loop is not None and isinstance(plain, int | float):
            band = self._bands[index] = band_of(rule.loop, plain, self._bands.get(index))
            return Sensed(band.state, band.words or None, slow=band.words == DRIFT)
        state, value = decode(rule, plain)
        measuring = self._measuring.get(index)
        if measuring is None:
            return Sensed(state, value, slow=isinstance(plain, Pair) and value == ALIKE)
        if state is PointState.NORMAL:
            sensed = measuring.read(value, now_ms, first=first)
        else:
            measuring.doubt()
            sensed = Sensed(state, value)
        self._wakes[index] = measuring.wake_ms
        return sensed

    def _wait(self, index: int, sample: Sample, now_ms: int, due_ms: int) -> Sample | None:
        if self._waits_for.get(index) is not sample.state:
            self._waits_for[index] = sample.state
            self._pending.pop(index, None)
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


def _live(rule: SignalRule, plain: object, believed: Sample) -> Sample:
    if isinstance(plain, Momentary):
        return Sample(rule.point, PointState.NORMAL, plain.value)
    state, value = decode(rule, plain.contact if isinstance(plain, Count) else plain)
    if state is PointState.NORMAL and believed.crossed:  # whether it is past a limit takes time
        return Sample(rule.point, PointState.ACTIVE, value, believed.crossed)
    return Sample(rule.point, state, value)
