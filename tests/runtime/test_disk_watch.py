"""The room on the disk is told when it changes; a disk that does not answer holds nothing up."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from monitord.core.facts import DiskLooked
from monitord.core.state import State
from monitord.core.step import step
from monitord.journal.reserve import Room
from monitord.runtime import disk_watch
from monitord.runtime.disk_watch import DiskWatch


class Told:
    """An engine that decides at once."""

    def __init__(self) -> None:
        self.state = State()
        self.facts: list[DiskLooked] = []

    def offer(self, fact: DiskLooked) -> None:
        self.facts.append(fact)
        step(self.state, self.state.at_ms, fact)


async def _watch(look: Callable[[], Room], told: Told, until: Callable[[], bool]) -> None:
    watching = asyncio.create_task(DiskWatch(look, told).run())
    async with asyncio.timeout(5):
        while not until():
            await asyncio.sleep(0.001)
    watching.cancel()
    await asyncio.wait({watching})


async def test_only_changes_are_told_and_a_disk_that_fails_ends_no_watch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A10."""
    monkeypatch.setattr(disk_watch, "LOOK_S", 0)
    script: list[Room | OSError] = [
        Room(low=False, spent=False, free_bytes=9 << 30),
        Room(low=True, spent=False, free_bytes=400 << 20),
        OSError(5, "Input/output error"),
        Room(low=True, spent=False, free_bytes=300 << 20),
        Room(low=False, spent=False, free_bytes=9 << 30),
    ]
    looks: list[int] = []

    def look() -> Room:
        found = script[min(len(looks), len(script) - 1)]
        looks.append(1)
        if isinstance(found, OSError):
            raise found
        return found

    told = Told()
    await _watch(look, told, lambda: len(looks) > len(script))
    assert told.facts == [DiskLooked(True, False, 400), DiskLooked(False, False, 9 << 10)]


async def test_a_disk_that_hangs_takes_one_thread_and_no_more() -> None:
    """Law 1: a stop does not wait for it."""
    hangs, asked = threading.Event(), list[int]()

    def look() -> Room:
        asked.append(1)
        hangs.wait(5)
        return Room(low=True, spent=True, free_bytes=0)

    told = Told()
    await _watch(look, told, lambda: bool(asked))
    assert (asked, told.facts) == ([1], [])
    hangs.set()
