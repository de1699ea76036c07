"""The reserve: really allocated, given up when the disk is full, made anew when there is room."""

import errno
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from monitord.journal import reserve as module
from monitord.journal import reserved
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.records import Head, Row, Snapshot
from monitord.journal.reserve import BYTES, FREE_MIN, LOW_BYTES, Reserve
from monitord.journal.reserved import ReservedStore
from monitord.journal.store import SqliteStore
from tests.journal.samples import rows

MB = 1024 * 1024


class Disk(NamedTuple):
    """What ``statvfs`` says."""

    f_bavail: int
    f_blocks: int
    f_frsize: int = 1


def _has(patch: pytest.MonkeyPatch, free: int, total: int = 1_000_000 * MB) -> None:
    patch.setattr(os, "statvfs", lambda _path: Disk(free, total))


def _snapshot() -> Snapshot:
    return Snapshot(Head(1, 1, 1, bytes(32)), "test", b"{}")


def test_it_is_allocated_and_private(tmp_path: Path) -> None:
    """A10: blocks that nobody else can take, not a file with a hole."""
    room = Reserve(tmp_path).look()
    assert not room.spent
    status = (tmp_path / "reserve").stat()
    assert status.st_blocks * 512 >= BYTES
    assert status.st_mode & 0o777 == 0o600


def test_a_file_that_is_no_reserve_is_made_one(tmp_path: Path) -> None:
    """A kill while it is made, or somebody's copy with a hole."""
    with (tmp_path / "reserve").open("wb") as file:
        file.truncate(BYTES)
    assert not Reserve(tmp_path).look().spent
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= BYTES


def test_it_is_made_only_where_it_leaves_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _has(monkeypatch, FREE_MIN - 1)
    assert Reserve(tmp_path).look().spent
    assert not (tmp_path / "reserve").exists()
    _has(monkeypatch, FREE_MIN)
    assert not Reserve(tmp_path).look().spent


@pytest.mark.parametrize(("refused", "told"), [(errno.ENOSPC, True), (errno.EROFS, False)])
def test_a_disk_that_refuses_leaves_no_part_of_it(
    refused: int, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little room is told as such; a disk that is read-only is another trouble."""

    def fallocate(_handle: int, _at: int, _size: int) -> None:
        raise OSError(refused, os.strerror(refused))

    monkeypatch.setattr(os, "posix_fallocate", fallocate)
    if told:
        assert Reserve(tmp_path).look().spent
    else:
        with pytest.raises(OSError, match="ead-only"):
            Reserve(tmp_path).look()
    assert not (tmp_path / "reserve").exists()


def test_little_room_is_told_before_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A10: under its bound, until there is a quarter more than that."""
    reserve = Reserve(tmp_path)
    lows = []
    for free in (LOW_BYTES, LOW_BYTES - 1, LOW_BYTES, LOW_BYTES * 5 // 4 - 1, LOW_BYTES * 5 // 4):
        _has(monkeypatch, free)
        lows.append(reserve.look().low)
    assert lows == [False, True, True, True, False]
    _has(monkeypatch, 11 * MB, 100 * MB)
    assert not Reserve(tmp_path).look().low, "a small disk has a bound of its own"


def _filling(store: ReservedStore, patch: pytest.MonkeyPatch, times: int, trouble: Trouble) -> None:
    """The next ``times`` inserts find the disk full."""
    insert, left = store._insert, [times]

    def full(fresh: list[Row], head: Head) -> Head:
        if left[0]:
            left[0] -= 1
            raise StoreError(trouble)
        return insert(fresh, head)

    patch.setattr(store, "_insert", full)


@pytest.mark.parametrize("trouble", [Trouble.FULL, Trouble.INPUT_OUTPUT])
def test_a_full_disk_takes_entries_within_the_reserve(
    trouble: Trouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 1, A10. A snapshot waits until there is room again."""
    reserve = Reserve(tmp_path / "journal")
    store = ReservedStore(tmp_path, reserve)
    store.open()
    reserve.look()
    _has(monkeypatch, module.FULL_BYTES - 1)
    _filling(store, monkeypatch, 1, trouble)
    assert store.append(rows(1, 3)).seq == 3
    assert reserve.look().spent
    with pytest.raises(StoreError, match="reserve"):
        store.save_snapshot(_snapshot())
    _filling(store, monkeypatch, 1, trouble)
    with pytest.raises(StoreError):
        store.append(rows(4, 4))
    _has(monkeypatch, FREE_MIN)
    assert not reserve.look().spent
    assert store.append(rows(4, 4)).seq == 4
    store.close()


def test_a_disk_that_only_fails_keeps_its_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve = Reserve(tmp_path / "journal")
    store = ReservedStore(tmp_path, reserve)
    store.open()
    reserve.look()
    _filling(store, monkeypatch, 1, Trouble.INPUT_OUTPUT)
    with pytest.raises(StoreError):
        store.append(rows(1, 1))
    assert not reserve.look().spent
    store.close()


def test_a_read_only_disk_is_read_and_written_once_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 1: what was guarded is known again, and what comes is stored behind it later."""
    first = SqliteStore(tmp_path)
    first.open()
    first.append(rows(1, 3))
    first.close()
    read_only = True
    monkeypatch.setattr(reserved, "is_read_only", lambda _folder: read_only)
    monkeypatch.setattr(SqliteStore, "open", _refused)
    store = ReservedStore(tmp_path, Reserve(tmp_path / "journal"))
    assert store.open().seq == 3
    assert [item.seq for item in store.scan()] == [1, 2, 3]
    assert (store.opening().seq, store.read(1, 9)[0].seq, len(list(store.files()))) == (0, 2, 1)
    with pytest.raises(StoreError, match="read-only"):
        store.append(rows(4, 4))
    monkeypatch.undo()
    read_only = False
    assert store.append(rows(4, 4)).seq == 4
    assert store.head().seq == 4
    store.close()


def _refused(_self: SqliteStore) -> Head:
    raise StoreError(Trouble.READ_ONLY)
