"""What cameras usually see, kept for the next worker: whole, bounded, no path of anybody else."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitord.runtime.workers import memory
from monitord.runtime.workers.memory import MEMORY_MAX, Memory


async def written(folder: Path, device: str) -> None:
    """Wait until it lies there."""
    async with asyncio.timeout(5):
        while not (folder / "references" / device).is_file():
            await asyncio.sleep(0.001)


async def test_what_was_learned_is_there_at_once_and_after_a_restart(tmp_path: Path) -> None:
    """A worker that dies is begun anew before the disk has answered; a daemon, long after."""
    kept = Memory(tmp_path)
    kept.remember("cam-1", b"an old room")
    kept.remember("cam-1", b"the room")
    kept.remember("cam-2", b"the hall")
    assert await kept.recall("cam-1") == b"the room"
    await written(tmp_path, "cam-2")
    assert await Memory(tmp_path).recall("cam-1") == b"the room"
    assert await Memory(tmp_path).recall("cam-2") == b"the hall"


@pytest.mark.parametrize("device", ["../journal", "", "Cam 1", "a/b"])
async def test_no_name_leads_elsewhere(tmp_path: Path, device: str) -> None:
    """Whatever a worker calls its device."""
    kept = Memory(tmp_path)
    kept.remember(device, b"x")
    assert await kept.recall(device) == b""
    assert list(tmp_path.iterdir()) == []


async def test_what_is_too_much_or_nowhere_to_be_kept_is_left(tmp_path: Path) -> None:
    """A worker that learns without end fills no disk; a simulation has none."""
    kept = Memory(tmp_path)
    kept.remember("cam-1", b"x" * (MEMORY_MAX + 1))
    assert await kept.recall("cam-1") == b""
    nowhere = Memory(None)
    nowhere.remember("cam-1", b"x")
    assert await nowhere.recall("cam-1") == b""


async def test_a_disk_that_does_not_take_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is learned anew after the next start, and nothing else is lost."""

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(memory, "_write", full)
    with capture_logs() as logs:
        kept = Memory(tmp_path)
        kept.remember("cam-1", b"the room")
        async with asyncio.timeout(5):
            while not logs:
                await asyncio.sleep(0.001)
    assert [(line["event"], line["device"]) for line in logs] == [("references_not_kept", "cam-1")]
