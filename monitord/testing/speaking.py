"""Simulated panels that speak first: each keeps what it has to say until it was answered.

What a panel has said, and what it was answered, belongs to the world and outlives every life of
the daemon. Its moves are those of the script, in their order; it says all that is not answered,
newer ones with the older (one that says one thing at a time would say nothing new while a disk
hangs), and every second that it lives. It can be asked for its state. Its own clock is years off.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, NamedTuple

from msgspec import structs

from monitord.core.site import Site
from monitord.driver import DeviceFault, Emit, Reading
from monitord.testing.history import History, Receipt
from monitord.testing.script import Timeline
from monitord.testing.simdriver import MUTE, SPOKEN, SimDriver, forever
from monitord.vocabulary import Cause, PointState

DRIVER: Final = "sim-speaking"
SILENCE_MS: Final = 2_000
BEAT_MS: Final = 1_000


class Said(NamedTuple):
    """One move of a panel's contact, by its number."""

    number: int
    at_ms: int
    point: str
    active: bool

    @property
    def key(self) -> str:
        """What the panel numbers it by."""
        return str(self.number)

    @property
    def reading(self) -> Reading:
        """As its driver tells it."""
        state = PointState.ACTIVE if self.active else PointState.NORMAL
        point = self.point.partition(".")[2]
        return Reading(point, state, device_ms=-1_000 * self.number, key=self.key, raw=self.point)


class SpeakingPanels:
    """The panels of one world; ``alive`` is whether a daemon is there to hear an answer from."""

    def __init__(self, timeline: Timeline, history: History, alive: Callable[[], bool]) -> None:
        self._history, self._alive = history, alive
        self._said: dict[str, list[Said]] = {}
        self._answered: dict[str, int] = {}
        moves = [
            (move.at_ms, point, move.active)
            for point, of in timeline.script.moves.items()
            for move in of
        ]
        for at_ms, point, active in sorted(moves):
            said = self._said.setdefault(point.partition(".")[0], [])
            said.append(Said(len(said) + 1, at_ms, point, active))

    def unanswered(self, device: str, now_ms: int) -> list[Said]:
        """What the panel says now: all that has happened and was not answered."""
        said, answered = self._said.get(device, []), self._answered.get(device, 0)
        return [each for each in said[answered:] if each.at_ms <= now_ms]

    def answer(self, device: str, said: Sequence[Said], now_ms: int) -> None:
        """The panel was told that these are stored."""
        if not self._alive():
            return
        self._answered[device] = said[-1].number
        self._history.receipts += [
            Receipt(now_ms, each.point, each.active, f"{each.point}/{each.key}") for each in said
        ]


class SpeakingDriver(SimDriver):
    """The driver of those panels: ``poll`` reads the state, ``listen`` hears the moves."""

    panels: ClassVar[SpeakingPanels]
    silence_ms = SILENCE_MS

    async def listen(self, emit: Emit) -> None:
        """Until the panel falls into trouble."""
        device = self.config.device
        while True:
            await self._trouble(device)
            now_ms = self.now_ms()
            said = self.panels.unanswered(device, now_ms)
            if await emit([each.reading for each in said]) and said:
                self.panels.answer(device, said, self.now_ms())
            now_ms = self.now_ms()
            due_ms = min(self.timeline.next_change(device, now_ms), now_ms + BEAT_MS)
            await asyncio.sleep((due_ms - now_ms) / 1000)

    async def _trouble(self, device: str) -> None:
        trouble = self.timeline.trouble(device, self.now_ms())
        if trouble is None or not trouble.fault.silences:
            return
        if trouble.fault in MUTE:
            await forever()
        raise DeviceFault(*SPOKEN.get(trouble.fault, ("no such message", Cause.PROTOCOL)))


def speaking_driver(
    timeline: Timeline, now_ms: Callable[[], int], panels: SpeakingPanels
) -> type[SpeakingDriver]:
    """A driver class that listens to the panels of this world."""
    body: dict[str, Any] = {
        "timeline": timeline,
        "now_ms": staticmethod(now_ms),
        "panels": panels,
    }
    return type("BoundSpeakingDriver", (SpeakingDriver,), body)


def with_speaking(site: Site, *devices: str) -> Site:
    """The site, with these of its devices speaking first."""
    changed = {
        name: structs.replace(site.devices[name], driver=DRIVER, silence_ms=SILENCE_MS)
        for name in devices
    }
    return structs.replace(site, devices={**site.devices, **changed})
