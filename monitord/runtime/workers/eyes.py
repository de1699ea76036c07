"""In a worker: one device looked through, as often as the site says, and what it saw kept a while.

What a picture shows is judged by somebody else; here are the cadence, the bounds, the pictures of
the last looks in memory, and the point ``picture`` that tells whether the place is still seen. It
writes no file and decides nothing about people.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

from msgspec import structs

from monitord.driver import Cause, DeviceFault, Driver, Emit, Frame, PointState, Quality, Reading
from monitord.runtime.workers import frames as f
from monitord.runtime.workers import items

#: The point that tells it; the site has it wherever it has ``pictures``.
POINT: Final = "picture"
#: One look, the camera's answer and all.
LOOK_S: Final = 5.0
#: So many looks in a row without a picture: nobody knows what it sees. One may get lost.
MISSES: Final = 2
#: Pictures of looks before now, for what came before an alarm.
BEFORE: Final = 3
#: A picture younger than this is the one of now: ten alarms at once ask the camera once.
FRESH_S: Final = 0.5
#: What stands unkept in memory of one camera, in bytes; more, and the older ones go.
RING_MAX: Final = 3 * f.PICTURE_MAX
#: A head has so long to arrive at a preset, and is asked so often whether it is there.
ARRIVE_S: Final = 10.0
ASK_S: Final = 0.2
#: One of which nothing tells where it stands has stopped by then.
SETTLE_S: Final = 3.0
#: What a picture says of its preset that was taken on the way, or where nobody knows.
TURNING: Final = "turning"
#: The first looks of the cameras of one worker are parted by this.
PARTED_S: Final = 0.05


class Verdict(NamedTuple):
    """What is to be said of a picture: ``normal``, ``active`` or ``fault``, and why.

    ``settled`` is False while something stands out that may pass.
    """

    state: PointState
    words: str = ""
    settled: bool = True


class Judge(Protocol):
    """Somebody who knows what this camera usually sees."""

    def judge(self, frame: Frame, at_ms: int) -> Verdict:
        """Of one picture; ``at_ms`` only moves forward. Raises ``DeviceFault`` for none."""

    def jpeg_of(self, frame: Frame) -> tuple[bytes, bool]:
        """The picture as a file of ``PICTURE_MAX`` at most; whether it was made smaller for it."""

    def small_of(self, frame: Frame) -> bytes:
        """The picture as a small file, for a wall of many cameras. Raises ``DeviceFault``."""

    def reference(self) -> bytes:
        """What it should look like, as JPEG; empty while nobody knows."""

    def learned(self) -> bytes:
        """All that it knows of the place, where that is news since the last time; else empty."""


class Look(NamedTuple):
    """A picture and when it came, by the worker's own clock; ``at`` the preset, see ``Eyes``."""

    frame: Frame
    at_s: float
    at: str | None


class Eyes:
    """The eyes of one device, from its opening to its end; ``place`` is its turn among others."""

    def __init__(
        self,
        driver: Driver[Any],
        look_ms: int,
        judge: Judge,
        learned: Callable[[bytes], None],
        place: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._driver, self._look_s, self._judge = driver, look_ms / 1000, judge
        self._learned, self._place, self._clock = learned, place, clock
        self._turn = asyncio.Lock()
        self._looks: deque[Look] = deque(maxlen=BEFORE + 1)
        self._small: tuple[Look, bytes] | None = None
        self._misses = 0
        self._told: tuple[PointState, str] | None = None
        #: The preset that it was turned to; empty at home, None while nobody knows. What it is
        #: turned to by hand is none of them: it is told as turned.
        self._at: str | None = ""
        self._head = asyncio.Lock()

    async def run(self, emit: Emit) -> None:
        """Look for as long as the device is listened to."""
        first_s = self._clock() + self._place * PARTED_S
        count = 0
        while True:
            await asyncio.sleep(first_s + count * self._look_s - self._clock())
            verdict = await self._checked()
            # Of a camera that was covered while nobody looked, nothing is said before it is known.
            if verdict.settled or self._told is not None:
                await self._tell(emit, verdict.state, verdict.words)
            if memory := self._judge.learned():
                self._learned(memory)
            late = (self._clock() - first_s) // self._look_s
            count = max(count, int(late)) + 1

    async def see(self, want: f.Want, back: int) -> f.Seen:
        """A picture for whoever asks; the frame's ``id`` is to be set. Raises ``DeviceFault``."""
        if want is f.Want.REFERENCE:
            jpeg = self._judge.reference()
            if not jpeg:
                raise DeviceFault("it is not known yet what this camera usually sees")
            return f.Seen(0, jpeg, 0, None, "", smaller=True)
        if want is f.Want.SMALL:
            look = self._newest()
            jpeg, smaller = self._made_small(look), True
        else:
            look = await self._of(want, back)
            jpeg, smaller = self._judge.jpeg_of(look.frame)
        age_ms = min(round((self._clock() - look.at_s) * 1000), items.DAY_MS)
        frame = look.frame
        return f.Seen(0, jpeg, age_ms, frame.device_ms, frame.preset[: items.NAME_MAX], smaller)

    # --- where it looks --------------------------------------------------------------------------

    async def aim(self, preset: str, *, home: bool) -> f.Proof:
        """Turn to a preset; what proves that it is there. Raises ``DeviceFault`` if it is not.

        Of what it sees on its way nothing is judged, nor after a turn that did not end.
        """
        async with self._head:
            was, self._at = self._at, None
            try:
                async with asyncio.timeout(ARRIVE_S):
                    await self._driver.aim(preset)
                    there = await self._stands(preset)
                    if there is None:
                        await asyncio.sleep(SETTLE_S)
            except TimeoutError:
                raise DeviceFault(f"it is not at '{preset}' after {ARRIVE_S:g} s") from None
            except DeviceFault as fault:
                if fault.cause not in (Cause.DEVICE, Cause.CONFIGURATION):
                    raise
                self._at = was  # it refused, and stays where it was
                if not home or not (there := await self._driver.aimed(preset)):
                    raise
            self._at = "" if home else preset
            if there:
                return f.Proof.POSITION
            return await self._seen_at_home() if home else f.Proof.NONE

    async def _stands(self, preset: str) -> bool | None:
        """Once it stands there; None where it does not tell."""
        while True:
            there = await self._driver.aimed(preset)
            if there is not False:
                return there
            await asyncio.sleep(ASK_S)

    async def _seen_at_home(self) -> f.Proof:
        """Whether its picture is of its usual place. Raises ``DeviceFault`` if it is another's."""
        look = await self._look()
        verdict = self._judge.judge(look.frame, round(look.at_s * 1000))
        if not self._judge.reference():
            return f.Proof.NONE
        if verdict.state is PointState.NORMAL and verdict.settled:
            return f.Proof.PICTURE
        raise DeviceFault(
            "it does not tell where it stands, and its picture is not of its usual place"
        )

    async def _of(self, want: f.Want, back: int) -> Look:
        if want is f.Want.NOW:
            return await self._look()
        return self._newest() if want is f.Want.LATEST else self._before(back)

    def _newest(self) -> Look:
        """That of the last look: however many want to see it, the camera is not asked."""
        if not self._looks:
            raise DeviceFault("there is no picture yet")
        return self._looks[-1]

    def _made_small(self, look: Look) -> bytes:
        """Made once of each look, and only where somebody wants it."""
        if self._small is None or self._small[0] is not look:
            self._small = look, self._judge.small_of(look.frame)
        return self._small[1]

    def _before(self, back: int) -> Look:
        if not 0 < back <= len(self._looks):
            raise DeviceFault("there is no earlier picture")
        return self._looks[-back]

    async def _look(self) -> Look:
        """A picture of now. Two who want one at a time share it."""
        async with self._turn:
            at = self._at
            last = self._looks[-1] if self._looks else None
            if last and last.at == at and self._clock() - last.at_s < FRESH_S:
                return last
            try:
                async with asyncio.timeout(LOOK_S):
                    frame = await self._driver.frame()
            except TimeoutError:
                raise DeviceFault(f"no picture within {LOOK_S:g} s") from None
            if type(frame) is not Frame or not (frame.jpeg or frame.image is not None):
                raise DeviceFault("its driver gave no picture")
            at = at if at == self._at else None  # it turned meanwhile
            preset = TURNING if at is None else at or frame.preset
            look = Look(structs.replace(frame, preset=preset), self._clock(), at)
            self._keep(look)
            return look

    def _keep(self, look: Look) -> None:
        self._looks.append(look)
        while len(self._looks) > 1 and sum(map(_bytes_of, self._looks)) > RING_MAX:
            self._looks.popleft()

    async def _checked(self) -> Verdict:
        """What one look of the cadence says; one without a picture is forgiven once."""
        try:
            look = await self._look()
            if look.at is None:  # of a view on its way nothing is known
                return Verdict(*self._told) if self._told else Verdict(PointState.NORMAL, "", False)
            verdict = self._judge.judge(look.frame, round(look.at_s * 1000))
        except DeviceFault as fault:
            self._misses += 1
            known = self._told is not None and self._misses < MISSES
            return Verdict(*self._told) if known and self._told else _unseen(fault)
        self._misses = 0
        return verdict

    async def _tell(self, emit: Emit, state: PointState, words: str) -> None:
        if self._told == (state, words):
            return
        stored = await emit(
            [
                Reading(
                    POINT,
                    state,
                    quality=Quality.UNKNOWN if state is PointState.UNKNOWN else Quality.GOOD,
                    raw=words or None,
                )
            ]
        )
        # What is not stored is said again at the next look.
        self._told = (state, words) if stored else None


def _unseen(fault: DeviceFault) -> Verdict:
    return Verdict(PointState.UNKNOWN, f"no picture: {fault.detail}"[:200])


def _bytes_of(look: Look) -> int:
    image = look.frame.image
    return len(look.frame.jpeg) + (0 if image is None else int(image.nbytes))
