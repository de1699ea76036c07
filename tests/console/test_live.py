"""What open pages hear: at once, and in a flood together."""

import asyncio
from types import SimpleNamespace

import pytest

from monitord.console import live
from monitord.console.live import GATHER_S, Live
from monitord.console.viewer import Viewer
from monitord.vocabulary import Role
from tests.console.conftest import Console


async def test_the_first_change_is_shown_at_once_and_what_follows_it_together(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page gathers only where it has drawn a moment ago."""
    gathered: list[float] = []
    real = asyncio.sleep

    async def noted(seconds: float) -> None:
        gathered.append(seconds)
        await real(seconds)

    parts = ("Event", "get_running_loop", "timeout_at")
    there = SimpleNamespace(sleep=noted, **{name: getattr(asyncio, name) for name in parts})
    monkeypatch.setattr(live, "asyncio", there)
    drawn: list[str] = []

    def draw(_: Viewer) -> str:
        drawn.append(str(len(drawn)))
        return drawn[-1]

    made = Live(console.desk.replica, {"queue": draw})
    page = made.page(Viewer("anna", "Anna", Role.DUTY_MANAGER), ["queue"])

    async def shown() -> str:
        async with asyncio.timeout(5):
            async for message in page:
                if message.event == "queue":
                    return str(message.data)
        raise AssertionError("the page has ended")

    assert await shown() == "0"
    for _ in range(5):
        made.changed()
    assert await shown() == "1"
    assert 0 < gathered[-1] <= GATHER_S
    await real(1.5 * GATHER_S)
    made.changed()
    assert await shown() == "2"
    assert gathered[-1] == 0
    await page.aclose()
