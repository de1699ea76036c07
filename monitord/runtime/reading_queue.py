"""A device's readings on their way to the journal, in order, and the receipts for them.

A driver that emits waits here while its device says more than can be taken, so that a device that
floods costs itself time and the others nothing. What cannot be slowed down is told once per
point instead. It knows no connection, and it never decides whether a device is there.

Theory of operation. A reading that changes nothing leaves no fact; one that does is given to the
engine, which answers once the change is stored, or held in memory only. Answers come in the order
of the facts, so that all that was given is stored when the last of it is. A reading that repeats
what is not stored yet therefore waits for a fact that changes nothing, given behind the others.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from msgspec import structs

from monitord.core.facts import DeviceReturned, PointChanged
from monitord.core.heard import HeardSignals
from monitord.driver import Reading
from monitord.runtime.crowd import Crowds
from monitord.runtime.readings import fact_of, key_of
from monitord.runtime.receipts import Receipt, Receipts
from monitord.runtime.seams import Clock
from monitord.vocabulary import PointState

log = structlog.get_logger(__name__)

#: Readings of one device that were given and not answered; as many are taken at one go.
QUEUE_MAX: Final = 1_000
#: One reading a millisecond in the long run: ten times what the busiest panel is known to say.
TAKEN_PER_MS: Final = 1
#: How long to wait where too much was said.
SLOW_MS: Final = 10
#: Keys remembered here; older ones the engine knows, where their readings changed something.
KEYS_MAX: Final = 1_000
#: How often the log says that a device floods.
WARN_MS: Final = 60_000


class ReadingQueue:
    """The queue of one device, for as long as it is supervised. ``points`` are full ids."""

    def __init__(
        self,
        device: str,
        points: Sequence[str],
        signals: HeardSignals,
        receipts: Receipts,
        clock: Clock,
        *,
        can_wait: bool,
    ) -> None:
        self._device = device
        self._points = tuple(points)
        self._places = {
            point.removeprefix(f"{device}."): place for place, point in enumerate(points)
        }
        self._signals = signals
        self._receipts = receipts
        self._clock = clock
        self._can_wait = can_wait
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()
        self._given = 0
        self._stored = 0
        self._waiting = 0
        self._room = float(QUEUE_MAX)
        self._filled_ms = clock.boot_ms()
        self._keys: dict[str, Receipt | None] = {}
        #: Readings that were counted and not told.
        self.collapsed = 0
        self._warn_ms = self._filled_ms
        self._crowds = Crowds(signals.state_of)
        self._draining: asyncio.TimerHandle | None = None

    def place_of(self, point: str) -> int | None:
        """The place of a point among the device's; None for one that it does not have."""
        return self._places.get(point)

    def unspoken(self, readings: Sequence[Reading]) -> list[str]:
        """The points that stay unknown after these readings, of a device known of nothing."""
        spoken = {
            place
            for reading in readings
            if self._signals.state_of(place := self._places[reading.point], reading)
            is not PointState.UNKNOWN
            and not self._is_repeat(self._key(place, reading))
        }
        return [point for place, point in enumerate(self._points) if place not in spoken]

    def owe(self) -> None:
        """The device's state was told beside this queue: what repeats it waits for that."""
        self._given += 1

    async def take(self, readings: Sequence[Reading], alive: Callable[[], bool]) -> bool:
        """Take readings of points of this device; True when all of them are stored.

        Waits for room, and stops, answering False, when ``alive`` does not hold any more.
        """
        receipts: list[Receipt] = []
        told = True
        async with self._turn:
            if not readings and self._can_wait:
                await self._wait_for_room()
            self._settle()
            for reading in readings:
                place = self._places[reading.point]
                if self._can_wait:
                    await self._wait_for_room()
                    if not alive():
                        return False
                elif place in self._crowds or not self._has_room():
                    self._crowd(place, reading)
                    told = False
                    continue
                told = self._take(place, reading, receipts) and told
            if not receipts and self._given > self._stored:
                told = self._give(DeviceReturned(device=self._device), receipts) and told
        if receipts:
            await asyncio.wait(receipts)
        return told and all(_is_stored(receipt) for receipt in receipts)

    def close(self) -> None:
        """The device is let go: what was held back is told now."""
        self._drain(everything=True)

    # --- one reading ---------------------------------------------------------------------

    def _take(
        self, place: int, reading: Reading, receipts: list[Receipt], collapsed: int = 0
    ) -> bool:
        """Give what a reading changes; False where it gave way."""
        key = self._key(place, reading)
        if self._is_repeat(key):
            before = self._keys.get(key)
            if before is not None and not before.done():
                receipts.append(before)
                return True
            return self._give(DeviceReturned(device=self._device), receipts)
        change = self._signals.hear(place, reading, self._clock.boot_ms())
        if change is None:
            self._remember(key, None)
            return True
        fact = structs.replace(fact_of(change, reading), collapsed=collapsed)
        if not self._give(fact, receipts):
            self._signals.doubt(place)  # its next word is news again
            return False
        self._remember(key, receipts[-1])
        return True

    def _key(self, place: int, reading: Reading) -> str:
        return key_of(self._points[place], reading.key)

    def _is_repeat(self, key: str) -> bool:
        known = DeviceReturned(device=self._device, key=key)
        return bool(key) and (key in self._keys or self._receipts.knows(known))

    def _remember(self, key: str, receipt: Receipt | None) -> None:
        if not key:
            return
        self._keys[key] = receipt
        if len(self._keys) > KEYS_MAX:
            del self._keys[next(iter(self._keys))]

    def _settle(self) -> None:
        for change in self._signals.settle(self._clock.boot_ms()):
            sample = change.sample
            fact = PointChanged(point=sample.point, state=sample.state, value=sample.value)
            if not self._give(fact, []):
                self._signals.doubt(change.place)

    # --- to the engine and back ------------------------------------------------------------

    def _give(self, fact: PointChanged | DeviceReturned, receipts: list[Receipt]) -> bool:
        receipt = self._receipts.give(fact)
        if receipt is None:
            return False
        self._given += 1
        self._waiting += 1
        number = self._given
        receipt.add_done_callback(lambda done: self._answered(done, number))
        receipts.append(receipt)
        return True

    def _answered(self, receipt: Receipt, number: int) -> None:
        self._waiting -= 1
        self._freed.set()
        if _is_stored(receipt):
            self._stored = max(self._stored, number)

    # --- room ------------------------------------------------------------------------------

    def _has_room(self) -> bool:
        """Whether one more can be taken now; if so, its room is used up."""
        now_ms = self._clock.boot_ms()
        grown = self._room + (now_ms - self._filled_ms) * TAKEN_PER_MS
        self._room, self._filled_ms = min(float(QUEUE_MAX), grown), now_ms
        if self._waiting >= QUEUE_MAX or self._room < 1:
            return False
        self._room -= 1
        return True

    async def _wait_for_room(self) -> None:
        while not self._has_room():
            self._warn()
            if self._waiting < QUEUE_MAX:
                await asyncio.sleep(SLOW_MS / 1000)
            else:
                self._freed.clear()
                await self._freed.wait()

    def _warn(self) -> None:
        now_ms = self._clock.boot_ms()
        if now_ms >= self._warn_ms:
            self._warn_ms = now_ms + WARN_MS
            log.warning(
                "device says more than can be taken",
                device=self._device,
                under_way=self._waiting,
                only_counted=self.collapsed,
            )

    # --- what cannot be slowed ---------------------------------------------------------------

    def _crowd(self, place: int, reading: Reading) -> None:
        self._warn()
        self._crowds.add(place, reading)
        self._drain_later()

    def _drain_later(self) -> None:
        if self._draining is None:
            loop = asyncio.get_running_loop()
            self._draining = loop.call_later(SLOW_MS / 1000, self._drain)

    def _drain(self, *, everything: bool = False) -> None:
        """Tell what was held back, as far as there is room."""
        if self._draining is not None:
            self._draining.cancel()
            self._draining = None
        while self._crowds and (everything or self._has_room()):
            crowd = self._crowds.next()
            self.collapsed += crowd.collapsed
            counted = crowd.collapsed
            for reading in crowd.readings:
                given: list[Receipt] = []
                self._take(crowd.place, reading, given, counted)
                counted = 0 if given else counted
        if self._crowds:
            self._drain_later()


def _is_stored(receipt: Receipt) -> bool:
    """Whether the answer has come, and says that it is stored."""
    if not receipt.done() or receipt.cancelled() or receipt.exception() is not None:
        return False
    return receipt.result().stored
