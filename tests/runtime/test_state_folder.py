"""Whose state folder it is, and readers of the journal that leave the PINs their threads."""

import asyncio
import os
import stat
import threading
from pathlib import Path

import pytest

from monitord.journal.restoring import UNFINISHED
from monitord.runtime.clock import ALIVE_NAME, SystemIo
from monitord.runtime.history import READERS_MAX, History
from monitord.runtime.state_folder import FolderRefused, prepare
from tests.support import missing


def test_a_new_folder_is_for_this_account_alone(tmp_path: Path) -> None:
    prepare(tmp_path / "deep" / "state")
    assert stat.S_IMODE((tmp_path / "deep" / "state").stat().st_mode) == 0o700
    (tmp_path / "readable").mkdir(mode=0o755)
    prepare(tmp_path / "readable")


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o775, 0o702])
def test_a_folder_that_others_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    """Whoever can write there can put a PIN of their own in place of ours."""
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(mode)
    with pytest.raises(FolderRefused, match="chmod go-w"):
        prepare(state)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        missing("root", "only root gives a folder away")
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    os.chown(state, 4711, 4711)
    with pytest.raises(FolderRefused, match="belongs to user 4711"):
        prepare(state)


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(FolderRefused, match="cannot be made"):
        prepare(tmp_path / "state")


def test_a_folder_whose_restore_was_cut_off_is_refused(tmp_path: Path) -> None:
    """Half a journal must not be guarded from as if it were whole."""
    state = tmp_path / "state"
    prepare(state)
    (state / UNFINISHED).touch()
    with pytest.raises(FolderRefused, match="restore again"):
        prepare(state)


def test_the_alive_file_is_for_this_account_alone(tmp_path: Path) -> None:
    """An older version left it open to readers: that ends with the next number."""
    draft = (tmp_path / ALIVE_NAME).with_suffix(".new")
    draft.write_text("1\n")
    draft.chmod(0o644)
    io = SystemIo(tmp_path)
    io.write_alive(5)
    io.close(5.0)
    assert io.read_alive() == 5
    assert stat.S_IMODE((tmp_path / ALIVE_NAME).stat().st_mode) == 0o600


async def test_readers_that_hang_leave_the_other_threads_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 12: a disk on which reading hangs does not keep a PIN from being checked."""
    let_go, asked = threading.Event(), threading.Semaphore(0)

    def hang(*_: object) -> list[object]:
        asked.release()
        let_go.wait(20)
        return []

    monkeypatch.setattr(History, "_read", hang)
    history = History(tmp_path)
    loop = asyncio.get_running_loop()
    readers = [loop.create_task(history.read(0, 1)) for _ in range(40)]
    for _ in range(READERS_MAX):
        assert await asyncio.to_thread(asked.acquire, timeout=10)
    assert not asked.acquire(blocking=False), "no more readers than there are threads for them"
    async with asyncio.timeout(10):
        assert await asyncio.to_thread(lambda: "checked") == "checked"
    let_go.set()
    await asyncio.gather(*readers)
    await history.close()
