"""A camera listened to: its events become readings, and its health is looked at every minute.

Two loops beside each other, until one of them ends in a fault. Imported only in the worker.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from monitord.driver import DeviceFault, Emit, PointState, Reading
from monitord_drivers.onvif import rungs
from monitord_drivers.onvif.feed import Feed
from monitord_drivers.onvif.messages import Message
from monitord_drivers.onvif.pins import Pins, password_words, renewed, swapped
from monitord_drivers.onvif.relays import Relays
from monitord_drivers.onvif.session import Session
from monitord_drivers.onvif.tracking import Tracker

EVERY_S: Final = 60.0
#: Footage that an alarm asked for and that is not there is told for so long.
LACKS_S: Final = 86_400.0
_OWED_MAX: Final = 500


class Ear:
    """``hear`` until the camera is lost. ``own`` are the points of its health that it has."""

    def __init__(
        self,
        session: Session,
        relays: Relays | None,
        tracker: Tracker,
        own: Sequence[str],
        *,
        lease_s: int,
        pins: Pins,
        footage_s: int,
        sign_on: tuple[str, str],
    ) -> None:
        self._session, self._tracker, self._own = session, tracker, frozenset(own)
        self._relays = relays
        self._pins, self._footage_s, self._sign_on = pins, footage_s, sign_on
        self._feed = Feed(session, lease_s)
        self._hardware = rungs.Hardware()
        self._now_s = asyncio.get_running_loop().time
        self._rungs: dict[str, str] = {}
        self._owed: list[Reading] = []
        self._whole = True
        self._lacks = "", 0.0

    async def hear(self, emit: Emit) -> None:
        """Raises ``DeviceFault`` when it is lost."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._events(emit))
                both.create_task(self._health(emit))
        except BaseExceptionGroup as group:
            raise _first(group) from None

    def lacks(self, words: str) -> None:
        """What was asked for and is not recorded: told with the recording, for a day."""
        if words:
            self._lacks = words, self._now_s() + LACKS_S

    async def end(self) -> None:
        """Give back what the camera keeps for us; never raises."""
        await self._feed.end()

    # --- events --------------------------------------------------------------------------------

    async def _events(self, emit: Emit) -> None:
        while True:
            told = await self._feed.step()
            now_s = self._now_s()
            if told is None:
                self._forget()
                readings = self._tracker.all()
            else:
                readings = self._news(told, now_s)
            readings += self._rung("events", self._feed.trouble)
            readings += self._rung("hardware", self._hardware.words(now_s))
            readings += self._rung("relays", "" if self._relays is None else self._relays.words)
            await self._tell(emit, readings)

    def _forget(self) -> None:
        """What the camera is and has is learnt anew."""
        self._whole = True
        self._tracker.forget()
        if self._relays is not None:
            self._relays.forget()

    def _news(self, told: Sequence[Message], now_s: float) -> list[Reading]:
        """What these messages change; everything, when the subscription is a new one."""
        if self._feed.is_new:
            self._feed.is_new = False
            self._forget()
            self._tracker.listening()
        if self._relays is not None:
            self._relays.take(told)
        self._hardware.take(told, now_s)
        readings = self._tracker.take(told, now_s) + self._tracker.doubt(now_s)
        if not self._whole:
            return readings
        return self._tracker.all() + [reading for reading in readings if reading.once]

    async def _tell(self, emit: Emit, readings: list[Reading]) -> None:
        """What is not stored is said again: crossings by themselves, states as they are then."""
        stored = await emit([*self._owed, *readings])
        if stored:
            self._owed, self._whole = [], False
            return
        self._owed = [r for r in (*self._owed, *readings) if r.once][-_OWED_MAX:]
        self._whole = True
        self._rungs.clear()

    # --- health --------------------------------------------------------------------------------

    async def _health(self, emit: Emit) -> None:
        while True:
            readings = [*self._standing(), *await self._looked_at()]
            if not await emit(readings):
                self._rungs.clear()
            await asyncio.sleep(EVERY_S)

    def _standing(self) -> list[Reading]:
        return self._rung("password", password_words(*self._sign_on))

    async def _looked_at(self) -> list[Reading]:
        """The rungs that are asked of the camera. Raises ``DeviceFault`` when it says nothing."""
        session = self._session
        await session.measure()
        await session.who()  # signed: a password that was changed is found out here
        who, pins = session.identity, self._pins
        readings = self._rung("clock", rungs.clock_words(session))
        readings += self._rung("identity", swapped(pins.address, who.number, pins.identity))
        readings += self._rung("firmware", renewed(pins, who.firmware, self._now_s()))
        readings += self._fact("about", rungs.about(session))
        readings += self._rung("stream", await rungs.stream_words(session, *self._sign_on))
        if "recording" in self._own:
            recorded = await rungs.recording_words(session, self._footage_s)
            lacks, until_s = self._lacks
            lacks = lacks if self._now_s() < until_s else ""
            readings += self._rung("recording", recorded.words or lacks)
            readings += self._fact("footage", recorded.oldest)
        return readings

    def _fact(self, name: str, said: str) -> list[Reading]:
        """What it says of itself, when that is another than the last time."""
        if self._rungs.get(name) == said:
            return []
        self._rungs[name] = said
        return [Reading(name, said or "not told")]

    def _rung(self, name: str, words: str) -> list[Reading]:
        """The reading of a rung, when it is another than the last time."""
        if name not in self._own or self._rungs.get(name) == words:
            return []
        self._rungs[name] = words
        wrong = PointState.ACTIVE if name == "identity" else PointState.FAULT
        return [Reading(name, wrong if words else PointState.NORMAL, raw=words[:200] or None)]


def _first(group: BaseExceptionGroup) -> BaseException:
    """The fault that ended both; anything else comes before it, for it is a bug of ours."""
    flat = list(group.exceptions)
    return next((each for each in flat if not isinstance(each, DeviceFault)), flat[0])
