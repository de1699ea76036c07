"""The eyes of a device in a worker: their cadence, what is forgiven, and what is kept a while."""

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from monitord.driver import DeviceFault, Driver, Frame, PointState, Quality, Reading
from monitord.runtime.workers import eyes
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.eyes import Eyes, Verdict


class Section(BaseModel):
    """Nothing to say."""


class Camera(Driver[Section]):
    """Gives what stands next in ``shows``; the last for ever. A fault is raised."""

    Config: ClassVar[type[BaseModel]] = Section
    PointConfig: ClassVar[type[BaseModel]] = Section

    def __init__(self, *shows: Frame | DeviceFault) -> None:
        super().__init__(Section(), [])
        self.shows, self.asked = list(shows), 0

    async def frame(self) -> Frame:
        """The next one."""
        self.asked += 1
        await asyncio.sleep(0)
        shown = self.shows[0] if len(self.shows) == 1 else self.shows.pop(0)
        if isinstance(shown, DeviceFault):
            raise shown
        return shown


class Plain:
    """A judge who calls a picture covered when it says so."""

    memory = b"the room"
    made = 0

    def judge(self, frame: Frame, at_ms: int) -> Verdict:
        """By its bytes."""
        if frame.jpeg == b"lie":
            raise DeviceFault("it is no picture")
        if frame.jpeg == b"odd":
            return Verdict(PointState.NORMAL, settled=False)
        if frame.jpeg == b"covered":
            return Verdict(PointState.ACTIVE, "covered: 90 % of the edges are gone")
        return Verdict(PointState.NORMAL)

    def jpeg_of(self, frame: Frame) -> tuple[bytes, bool]:
        """As it is."""
        return frame.jpeg, False

    def small_of(self, frame: Frame) -> bytes:
        """Its first letter."""
        self.made += 1
        return frame.jpeg[:1]

    def reference(self) -> bytes:
        """Known from the beginning."""
        return b"reference"

    def learned(self) -> bytes:
        """Once."""
        memory, self.memory = self.memory, b""
        return memory


class World:
    """A clock of its own, and all that was emitted; after ``looks`` looks the world ends."""

    def __init__(self, camera: Camera, monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
        self.now_s, self.slept, self.said = 100.0, list[float](), list[Reading]()
        self.stored, self._looks, self.learned = True, looks, list[bytes]()
        self.camera, self.judge = camera, Plain()
        self.eyes = Eyes(camera, 10_000, self.judge, self.learned.append, clock=lambda: self.now_s)
        monkeypatch.setattr(eyes.asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        if seconds == 0 and not self.slept:
            seconds = 0.0
        if len(self.slept) >= self._looks:
            raise asyncio.CancelledError
        self.slept.append(self.now_s + seconds)
        self.now_s += max(seconds, 0)

    async def emit(self, readings: Sequence[Reading]) -> bool:
        """All of it is kept."""
        self.said += readings
        return self.stored


async def look(
    monkeypatch: pytest.MonkeyPatch, looks: int, *shows: Frame | DeviceFault, **world: Any
) -> World:
    """So many looks through a camera that shows this."""
    camera = Camera(*shows)
    camera.frame = _at_once(camera)  # type: ignore[method-assign]
    made = World(camera, monkeypatch, looks)
    made.stored = world.get("stored", True)
    with pytest.raises(asyncio.CancelledError):
        await made.eyes.run(made.emit)
    return made


def _at_once(camera: Camera) -> Any:
    async def frame() -> Frame:
        camera.asked += 1
        shown = camera.shows[0] if len(camera.shows) == 1 else camera.shows.pop(0)
        if isinstance(shown, DeviceFault):
            raise shown
        return shown

    return frame


def _nobody(memory: bytes) -> None:
    """Nobody keeps it."""


GOOD, COVERED, LIE = Frame(jpeg=b"room"), Frame(jpeg=b"covered"), Frame(jpeg=b"lie")
GONE = DeviceFault("no answer")


def said(world: World) -> list[tuple[PointState, str]]:
    """State and words of each reading."""
    return [(one.value, one.raw or "") for one in world.said]


async def test_the_first_look_is_at_once_and_each_state_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A point that waited ten seconds for its first picture would be overdue before it."""
    world = await look(monkeypatch, 4, GOOD, GOOD, COVERED, COVERED)
    assert world.slept == [100.0, 110.0, 120.0, 130.0]
    assert world.learned == [b"the room"]
    assert said(world) == [
        (PointState.NORMAL, ""),
        (PointState.ACTIVE, "covered: 90 % of the edges are gone"),
    ]


async def test_one_look_may_get_lost_and_two_are_told_as_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law 4: what is not seen is not normal. What no picture is counts like none at all."""
    world = await look(monkeypatch, 5, GOOD, GONE, GOOD, GONE, LIE)
    assert [state for state, _ in said(world)] == [PointState.NORMAL, PointState.UNKNOWN]
    assert world.said[-1].raw == "no picture: it is no picture"
    assert world.said[-1].quality is Quality.UNKNOWN


async def test_a_camera_that_never_showed_anything_is_unknown_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is forgiven of what was never there."""
    world = await look(monkeypatch, 1, GONE)
    assert said(world) == [(PointState.UNKNOWN, "no picture: no answer")]


async def test_a_camera_that_was_covered_while_nobody_looked_is_not_called_normal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law 4: until its first pictures are known to be of the place, nothing is said of them."""
    odd = Frame(jpeg=b"odd")
    world = await look(monkeypatch, 4, odd, odd, COVERED, COVERED)
    assert [state for state, _ in said(world)] == [PointState.ACTIVE]
    later = await look(monkeypatch, 3, GOOD, odd, GOOD)
    assert [state for state, _ in said(later)] == [PointState.NORMAL]


async def test_what_was_not_stored_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding that the daemon could not store would otherwise never be heard of."""
    world = await look(monkeypatch, 3, COVERED, stored=False)
    assert [state for state, _ in said(world)] == [PointState.ACTIVE] * 3


async def test_pictures_before_now_are_kept_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds before an alarm are in memory: as many looks as are promised, and no more."""
    shows = [Frame(jpeg=b"%d" % at) for at in range(6)]
    world = await look(monkeypatch, 6, *shows)
    monkeypatch.undo()
    seen = [await world.eyes.see(f.Want.BEFORE, back) for back in range(1, eyes.BEFORE + 1)]
    assert [one.jpeg for one in seen] == [b"5", b"4", b"3"]
    assert [one.age_ms for one in seen] == [0, 10_000, 20_000]
    with pytest.raises(DeviceFault, match="no earlier picture"):
        await world.eyes.see(f.Want.BEFORE, eyes.BEFORE + 2)


async def test_what_is_kept_has_a_bound_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty-two cameras that send as much as they can fit into a worker."""
    big = [Frame(jpeg=b"%d" % at + b"x" * f.PICTURE_MAX) for at in range(4)]
    world = await look(monkeypatch, 4, *big)
    monkeypatch.undo()
    with pytest.raises(DeviceFault):
        await world.eyes.see(f.Want.BEFORE, 3)


async def test_ten_who_want_a_picture_at_once_ask_the_camera_once() -> None:
    """Ten alarms of one room are one look."""
    camera = Camera(GOOD)
    one = Eyes(camera, 10_000, Plain(), _nobody)
    seen = await asyncio.gather(*(one.see(f.Want.NOW, 0) for _ in range(10)))
    assert [picture.jpeg for picture in seen] == [b"room"] * 10
    assert camera.asked == 1


async def test_a_camera_that_hangs_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounded, whatever the driver does."""
    monkeypatch.setattr(eyes, "LOOK_S", 0.01)
    camera = Camera(GOOD)

    async def hang() -> Frame:
        await asyncio.Event().wait()
        return GOOD

    camera.frame = hang  # type: ignore[method-assign]
    with pytest.raises(DeviceFault, match="no picture within"):
        await Eyes(camera, 10_000, Plain(), _nobody).see(f.Want.NOW, 0)


async def test_the_newest_picture_is_given_without_asking_the_camera(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many look at a wall of cameras; and it is made small once for each look."""
    world = await look(monkeypatch, 2, GOOD, COVERED)
    asked = world.camera.asked
    world.now_s += 3
    small = [await world.eyes.see(f.Want.SMALL, 0) for _ in range(3)]
    assert {(one.jpeg, one.age_ms, one.smaller) for one in small} == {(b"c", 3_000, True)}
    assert (await world.eyes.see(f.Want.LATEST, 0)).jpeg == b"covered"
    assert (world.camera.asked, world.judge.made) == (asked, 1)


async def test_before_the_first_look_there_is_no_newest_picture() -> None:
    """Asking for it is no look."""
    camera = Camera(GOOD)
    eyes_ = Eyes(camera, 10_000, Plain(), _nobody)
    for want in (f.Want.SMALL, f.Want.LATEST):
        with pytest.raises(DeviceFault, match="no picture yet"):
            await eyes_.see(want, 0)
    assert camera.asked == 0
