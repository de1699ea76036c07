"""Eyes that turn: to a preset and back, what proves it, and what is judged meanwhile."""

import asyncio
from typing import Any

import pytest

from monitord.driver import Cause, DeviceFault, Frame, PointState, Reading
from monitord.runtime.workers import eyes
from monitord.runtime.workers import frames as f
from monitord.runtime.workers.eyes import Eyes, Verdict
from tests.runtime.workers.test_eyes import Camera, Plain


class Head(Camera):
    """A head that arrives when it is asked the third time; ``says`` may be None for untold."""

    def __init__(self) -> None:
        super().__init__(Frame(jpeg=b"view"))
        self.where, self.asks, self.moves, self.says = "home", 0, True, True
        self.refuses = False

    async def aim(self, preset: str) -> None:
        """Begin to turn."""
        if self.refuses:
            raise DeviceFault("the head is locked", Cause.DEVICE)
        self.where, self.asks = preset if self.moves else self.where, 0

    async def aimed(self, preset: str) -> bool | None:
        """Whether it is there."""
        self.asks += 1
        if not self.says:
            return None
        return self.asks >= 3 and self.where == preset

    async def frame(self) -> Frame:
        """What it sees is where it looks."""
        return Frame(jpeg=self.where.encode())


class Knows(Plain):
    """A judge of where the camera was said to look, and what the picture was of."""

    def __init__(self) -> None:
        self.judged: list[tuple[str, bytes]] = []

    def judge(self, frame: Frame, at_ms: int) -> Verdict:
        """Turned, where a picture that is said to be of home is of something else."""
        self.judged.append((frame.preset, frame.jpeg))
        if not frame.preset and frame.jpeg != b"home":
            return Verdict(PointState.NORMAL, settled=False)
        return Verdict(PointState.NORMAL)


class Seen:
    """A head and its eyes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(eyes, "ASK_S", 0.0)
        monkeypatch.setattr(eyes, "SETTLE_S", 0.0)
        monkeypatch.setattr(eyes, "FRESH_S", 0.0)
        self.head, self.judge = Head(), Knows()
        self.eyes = Eyes(self.head, 1, self.judge, lambda _: None)

    async def preset(self) -> str:
        """What a picture of now is said to be of."""
        return (await self.eyes.see(f.Want.NOW, 0)).preset

    async def looks(self, count: int = 3) -> list[Reading]:
        """What so many looks of the cadence tell."""
        said: list[Reading] = []
        done = asyncio.Event()
        left = count
        look = self.head.frame

        async def counted() -> Frame:
            nonlocal left
            left -= 1
            if left < 0:
                done.set()
                await asyncio.Event().wait()
            return await look()

        async def emit(readings: Any) -> bool:
            said.extend(readings)
            return True

        self.head.frame = counted  # type: ignore[method-assign]
        task = asyncio.create_task(self.eyes.run(emit))
        await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self.head.frame = look  # type: ignore[method-assign]
        return said


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(monkeypatch)


async def test_i3_it_turns_and_returns_with_its_position_as_proof(seen: Seen) -> None:
    assert await seen.preset() == ""
    assert await seen.eyes.aim("door", home=False) is f.Proof.POSITION
    assert (seen.head.asks, await seen.preset()) == (3, "door")
    await seen.looks()
    assert seen.judge.judged == [("door", b"door")] * 3, "of the preset, and not of home"
    assert await seen.eyes.aim("home", home=True) is f.Proof.POSITION
    assert await seen.preset() == ""


async def test_what_is_seen_on_the_way_is_not_judged(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eyes, "ARRIVE_S", 0.01)
    seen.head.moves = False
    with pytest.raises(DeviceFault, match=r"it is not at 'door' after 0\.01 s"):
        await seen.eyes.aim("door", home=False)
    assert await seen.preset() == eyes.TURNING, "nobody knows where it looks"
    assert await seen.looks() == []
    assert not seen.judge.judged


async def test_one_that_refuses_looks_where_it_looked(seen: Seen) -> None:
    seen.head.refuses = True
    with pytest.raises(DeviceFault, match="the head is locked"):
        await seen.eyes.aim("door", home=False)
    assert await seen.preset() == ""
    await seen.looks(1)
    assert seen.judge.judged == [("", b"home")]


async def test_i3_without_a_position_its_picture_has_to_show_the_usual_place(seen: Seen) -> None:
    seen.head.says = False
    assert await seen.eyes.aim("door", home=False) is f.Proof.NONE
    assert await seen.eyes.aim("home", home=True) is f.Proof.PICTURE
    await seen.eyes.aim("door", home=False)
    seen.head.moves = False
    with pytest.raises(DeviceFault, match="its picture is not of its usual place"):
        await seen.eyes.aim("home", home=True)


async def test_turned_by_hand_is_no_preset(seen: Seen) -> None:
    """As ever: the picture is judged beside the home view, and told as turned."""
    seen.head.where = "away"
    await seen.looks(1)
    assert seen.judge.judged == [("", b"away")]


async def test_a_picture_that_was_begun_before_the_turn_is_of_neither_view(seen: Seen) -> None:
    going = asyncio.Event()
    look = seen.head.frame

    async def slow() -> Frame:
        frame = await look()
        await going.wait()
        return frame

    seen.head.frame = slow  # type: ignore[method-assign]
    picture = asyncio.create_task(seen.eyes.see(f.Want.NOW, 0))
    await asyncio.sleep(0)
    await seen.eyes.aim("door", home=False)
    going.set()
    assert (await picture).preset == eyes.TURNING
