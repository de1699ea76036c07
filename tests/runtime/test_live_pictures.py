"""What cameras see now: fetched once for each look of theirs, however many want to see it."""

import asyncio

import pytest

from monitord.driver import DeviceFault
from monitord.runtime import live_pictures
from monitord.runtime.live_pictures import AGAIN_S, AT_ONCE, LivePictures
from monitord.runtime.workers.frames import Seen, Want

EVERY_MS = 10_000


def seen(jpeg: bytes, age_ms: int = 0) -> Seen:
    return Seen(0, jpeg, age_ms, None, "", smaller=True)


class Workers:
    """Gives what stands in ``shows``, and counts who asked; ``hold`` lets nobody through."""

    def __init__(self) -> None:
        self.now_s, self.asked, self.under_way, self.most = 0.0, 0, 0, 0
        self.shows: Seen | DeviceFault = seen(b"one")
        self.open = asyncio.Event()
        self.open.set()
        self.live = LivePictures(self.look, clock=lambda: self.now_s)

    async def look(self, camera: str, want: Want, back: int) -> Seen:
        """As a worker answers."""
        self.asked += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.open.wait()
        self.under_way -= 1
        if isinstance(self.shows, DeviceFault):
            raise self.shows
        return self.shows

    async def newest(self, camera: str = "cam", want: Want = Want.SMALL) -> tuple[bytes, int, str]:
        """What a page is given."""
        found = await self.live.newest(camera, want, EVERY_MS)
        return b"" if found.seen is None else found.seen.jpeg, found.age_ms, found.why


async def test_twenty_consoles_cost_as_much_as_one() -> None:
    """They wait for the same answer, and share it until the camera has looked again."""
    workers = Workers()
    workers.open.clear()
    waiting = [asyncio.create_task(workers.newest()) for _ in range(20)]
    await asyncio.sleep(0)
    workers.open.set()
    assert set(await asyncio.gather(*waiting)) == {(b"one", 0, "")}
    workers.now_s = 9.9
    assert await workers.newest() == (b"one", 9_900, "")
    assert workers.asked == 1


async def test_after_the_next_look_there_is_a_newer_one() -> None:
    """And one that is late is asked for once a second, not with each page."""
    workers = Workers()
    workers.shows = seen(b"one", age_ms=4_000)
    await workers.newest()
    workers.now_s = 5.9
    assert await workers.newest() == (b"one", 9_900, "")
    workers.now_s, workers.shows = 6.0, seen(b"one", age_ms=10_000)
    assert await workers.newest() == (b"one", 10_000, "")
    workers.now_s = 6.0 + AGAIN_S / 2
    await workers.newest()
    assert workers.asked == 2
    workers.now_s, workers.shows = 6.0 + AGAIN_S, seen(b"two", age_ms=900)
    assert await workers.newest() == (b"two", 900, "")


async def test_what_was_seen_last_grows_old_and_says_why() -> None:
    """Law 4: a camera that is gone never shows a picture as if it were one of now."""
    workers = Workers()
    await workers.newest()
    workers.now_s, workers.shows = 60.0, DeviceFault("no answer")
    assert await workers.newest() == (b"one", 60_000, "no answer")
    workers.now_s, workers.shows = 62.0, seen(b"two")
    assert await workers.newest() == (b"two", 0, "")


async def test_a_camera_that_never_showed_anything_says_why_and_is_asked_once_a_second() -> None:
    workers = Workers()
    workers.shows = DeviceFault("there is no picture yet")
    for _ in range(5):
        assert await workers.newest() == (b"", 0, "there is no picture yet")
    assert workers.asked == 1
    workers.now_s, workers.shows = AGAIN_S, seen(b"one")
    assert await workers.newest() == (b"one", 0, "")


async def test_a_worker_that_does_not_answer_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_pictures, "LOOK_S", 0.0)
    workers = Workers()
    workers.open.clear()
    assert await workers.newest() == (b"", 0, "its worker does not answer")


async def test_only_so_many_are_asked_at_the_same_time() -> None:
    """A page of sixty-four cameras is no burst of sixty-four questions."""
    workers = Workers()
    workers.open.clear()
    waiting = [asyncio.create_task(workers.newest(f"cam-{k}")) for k in range(64)]
    for _ in range(10):
        await asyncio.sleep(0)
    workers.open.set()
    await asyncio.gather(*waiting)
    assert (workers.asked, workers.most) == (64, AT_ONCE)


async def test_memory_has_an_end_and_the_one_that_is_wanted_least_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_pictures, "BYTES_MAX", 6)
    workers = Workers()
    for camera in ("a", "b", "a", "c"):
        await workers.newest(camera)
    assert workers.asked == 3
    await workers.newest("a")
    assert workers.asked == 3, "wanted after b, so still there"
    await workers.newest("b")
    assert workers.asked == 4


async def test_who_leaves_does_not_take_the_picture_from_the_others() -> None:
    workers = Workers()
    workers.open.clear()
    leaves, stays = (asyncio.create_task(workers.newest()) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    workers.open.set()
    assert await stays == (b"one", 0, "")
    assert workers.asked == 1


async def test_at_the_end_nothing_is_asked_any_more() -> None:
    workers = Workers()
    workers.open.clear()
    waiting = asyncio.create_task(workers.newest())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await workers.live.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
