"""When a device answered last: asked only while somebody looks, and never told for longer than
it is known.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from monitord.console import seen
from monitord.console.link import DaemonGone
from monitord.console.seen import Seen


class FakeLink:
    """A daemon whose frames the test sends."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def frame(self, age_ms: int | None) -> None:
        east = {"device": "east", "connected": True, "age_ms": age_ms, "latency_mean_us": 300,
                "polls": 40, "missed": 0, "errors": 0, "points": [], "worker": ""}  # fmt: skip
        self.lines.put_nowait(msgspec.json.encode({"ok": True, "now": "", "devices": [east]}))

    async def stream(self, do: str, silence_s: float, **request: Any) -> AsyncIterator[bytes]:
        self.asked.append({"do": do, "silence_s": silence_s, **request})
        while (line := await self.lines.get()) is not None:
            yield line
        raise DaemonGone("it went")


@pytest.fixture
async def link() -> FakeLink:
    return FakeLink()


@pytest.fixture
async def ages(link: FakeLink, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Seen]:
    monkeypatch.setattr(seen, "WAIT_S", 0.05)
    made = Seen(link)  # type: ignore[arg-type]
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not true():
            await asyncio.sleep(0)


async def test_nothing_is_asked_before_somebody_looks_and_no_point_is_asked_for(
    link: FakeLink, ages: Seen
) -> None:
    await asyncio.sleep(0)
    assert link.asked == []
    link.frame(120)
    shown = await ages.look()
    assert 120 <= (shown["east"].age_ms or 0) < 2_000
    assert link.asked == [{"do": "watch", "silence_s": seen.KNOWN_S, "points": False}]


async def test_law_4_of_an_old_frame_nothing_is_told(
    link: FakeLink, ages: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.frame(120)
    assert set(await ages.look()) == {"east"}
    monkeypatch.setattr(seen, "KNOWN_S", -1.0)  # what was heard is older than that by now
    assert await ages.look() == {}


async def test_an_age_goes_on_while_no_frame_comes_and_never_is_stays_never(
    link: FakeLink, ages: Seen
) -> None:
    link.frame(120)
    first = (await ages.look())["east"].age_ms or 0
    await asyncio.sleep(0.02)
    assert ((await ages.look())["east"].age_ms or 0) >= first + 20
    link.frame(None)
    await until(link.lines.empty)
    await asyncio.sleep(0)
    assert (await ages.look())["east"].age_ms is None


async def test_a_daemon_that_goes_is_asked_again_by_the_next_who_looks(
    link: FakeLink, ages: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.lines.put_nowait(None)
    assert await ages.look() == {}
    assert len(link.asked) == 1
    link.frame(120)
    assert set(await ages.look()) == {"east"}
    assert len(link.asked) == 2


async def test_what_is_not_understood_is_not_known(link: FakeLink, ages: Seen) -> None:
    link.lines.put_nowait(b'{"ok": true, "devices": 7}\n')
    assert await ages.look() == {}
    link.lines.put_nowait(b'{"ok": false, "code": "busy", "text": "later"}\n')
    assert await ages.look() == {}


async def test_nobody_looks_any_more_and_nothing_is_asked(
    link: FakeLink, ages: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.frame(120)
    await ages.look()
    monkeypatch.setattr(seen, "LOOKED_S", -1.0)
    link.frame(120)
    await until(link.lines.empty)
    await asyncio.sleep(0)
    link.frame(120)
    await asyncio.sleep(0.01)
    assert not link.lines.empty(), "nobody reads the stream any more"
