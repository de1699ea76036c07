"""Backup and restore on real files: whole or not there, and never with another byte."""

import errno
import fcntl
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitord.journal import backup as backups
from monitord.journal.backup import back_up
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.files import journal_files, sealed_files
from monitord.journal.manifest import MANIFEST, BackupRefused, Manifest
from monitord.journal.reader import JournalReader
from monitord.journal.records import Lost, Snapshot
from monitord.journal.restoring import UNFINISHED, read_restored, restore
from monitord.journal.side import SideStore
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from tests.journal.samples import rows

FILE_MAX = 40
NOW_MS = 1_795_400_000_000
NOTE = "the door stood open"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A journal of three files, two of them sealed, with a snapshot, texts and accounts."""
    state = tmp_path / "state"
    made = SqliteStore(state, file_entries_max=FILE_MAX)
    made.open()
    for first in range(1, 101, 10):
        made.append(rows(first, first + 9))
    made.save_snapshot(Snapshot(made.head(), "0.1.0", b"{}"))
    side = SideStore(state)
    for number in range(3):
        side.put(f"note/dev/1-{number}", f"{NOTE} {number}", "occurrence log", 5)
    side.close()
    (state / "accounts.json").write_text("{}")
    (state / "credentials").mkdir()
    (state / "credentials" / "gateway").write_text("secret")
    yield made
    made.close()


def taken(tmp_path: Path, name: str = "backup") -> Manifest:
    return back_up(tmp_path / "state", tmp_path / name, ("accounts.json",), "0.1.0", NOW_MS)


def entries(folder: Path) -> list[object]:
    with JournalReader(folder) as reader:
        assert verify(reader, decoding=True).damaged == 0
        return list(reader.scan())


def test_what_is_restored_is_what_was_backed_up(store: SqliteStore, tmp_path: Path) -> None:
    """Sealed files, the one that is written, snapshot, texts, accounts; no secret; all 0600."""
    state, back, again = (tmp_path / name for name in ("state", "backup", "again"))
    made = taken(tmp_path)
    assert (made.head, made.entries, made.damaged) == ("1.100", 100, 0)
    assert entries(back) == entries(state), "a backup is read like a state folder"
    assert restore(back, again, NOW_MS) == made
    assert entries(again) == entries(state)
    assert len(sealed_files(again / "journal")) == 2
    files = {path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file()}
    assert files == {
        *(f"journal/00000{n}.db" for n in (1, 2, 3)),
        "journal/snapshot-1.100", "side.db", "accounts.json", "restored.json",
    }  # fmt: skip
    for folder in (back, again):
        modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
        assert modes <= {0o600, 0o400}
    side = SideStore(again)
    refs = [kept.ref for kept in side.of_person("dev", 9)]
    assert sorted(map(side.get, refs)) == [f"{NOTE} {number}" for number in range(3)]
    side.close()
    next_life = SqliteStore(again, file_entries_max=FILE_MAX)
    assert str(next_life.open().position) == "1.100"
    next_life.append(rows(101, 140))
    next_life.close()
    assert len(entries(again)) == 140


def test_a_writer_is_not_held_up_and_a_copy_ends_at_one_entry(
    store: SqliteStore, tmp_path: Path
) -> None:
    """Whatever is stored and rolled meanwhile: every copy is whole, none is behind its start."""
    stop = threading.Event()

    def write() -> None:
        last = 100
        while not stop.is_set():
            store.append(rows(last + 1, last + 5))
            last += 5

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(6):
            head = store.head().seq
            made = taken(tmp_path, f"backup-{number}")
            assert made.damaged == 0
            assert int(made.head.partition(".")[2]) >= head
            assert len(entries(tmp_path / f"backup-{number}")) == made.entries
    finally:
        stop.set()
        writer.join()
    with JournalReader(tmp_path / "state") as reader:
        assert verify(reader).damaged == 0


def test_what_is_stored_meanwhile_is_not_chased(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends, however fast the writer is."""
    copy = backups._copy_entries

    def stored_first(*given: Any) -> None:
        store.append(rows(101, 110))
        copy(*given)

    monkeypatch.setattr(backups, "_copy_entries", stored_first)
    assert taken(tmp_path).head == "1.100"


def test_one_flipped_byte_anywhere_is_refused(store: SqliteStore, tmp_path: Path) -> None:
    back, again = tmp_path / "backup", tmp_path / "again"
    made = taken(tmp_path)
    for copied in made.files:
        path = back / copied.path
        whole = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(flipped(whole, len(whole) // 2))
        with pytest.raises(BackupRefused, match="not as it was"):
            restore(back, again, NOW_MS)
        path.write_bytes(whole)
        path.chmod(0o400 if "00001" in path.name or "00002" in path.name else 0o600)
        assert not again.exists()
    manifest = (back / MANIFEST).read_bytes()
    at = manifest.index(made.hash.encode())
    (back / MANIFEST).write_bytes(manifest.replace(made.hash.encode(), made.hash[::-1].encode()))
    assert at
    with pytest.raises(BackupRefused, match="the chain"):
        restore(back, again, NOW_MS)
    assert list(again.iterdir()) == []


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def test_a_manifest_names_no_file_elsewhere(store: SqliteStore, tmp_path: Path) -> None:
    taken(tmp_path)
    path = tmp_path / "backup" / MANIFEST
    said = json.loads(path.read_text())
    said["files"][0]["path"] = "../state/accounts.json"
    path.write_text(json.dumps(said))
    with pytest.raises(BackupRefused, match="names a file"):
        restore(tmp_path / "backup", tmp_path / "again", NOW_MS)


def test_what_was_cut_off_has_no_name_and_is_in_nobodys_way(
    store: SqliteStore, tmp_path: Path
) -> None:
    """As kill -9 leaves it: the lock is free, the manifest is not there."""
    taken(tmp_path, "first")
    left = tmp_path / ".backup.unfinished"
    shutil.copytree(tmp_path / "first", left)
    (left / MANIFEST).unlink()
    (left / "lock").touch()
    with pytest.raises(BackupRefused, match="never finished"):
        restore(left, tmp_path / "again", NOW_MS)
    lock = os.open(left / "lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(BackupRefused, match="another backup"):
        taken(tmp_path)
    os.close(lock)
    assert taken(tmp_path).damaged == 0
    assert not left.exists()


def test_a_draft_that_somebody_else_laid_there_is_left_alone(
    store: SqliteStore, tmp_path: Path
) -> None:
    """Root backs up into a folder where others may write: their link must not lead it astray."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").touch()
    (tmp_path / ".backup.unfinished").symlink_to(theirs)
    with pytest.raises(BackupRefused, match="not ours"):
        taken(tmp_path)
    assert [path.name for path in theirs.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), StoreError(Trouble.FULL)]
)
def test_a_full_target_leaves_nothing_behind(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(backups, "copy_texts", full)
    with pytest.raises(type(error)):
        taken(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]


def test_what_is_refused_before_it_begins(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    with pytest.raises(BackupRefused, match="in the state folder"):
        back_up(state, state / "backup", (), "0.1.0", NOW_MS)
    taken(tmp_path)
    with pytest.raises(BackupRefused, match="there already"):
        taken(tmp_path)
    with pytest.raises(BackupRefused, match=f"pid {os.getpid()}"):
        restore(tmp_path / "backup", state, NOW_MS)
    store.close()
    with pytest.raises(BackupRefused, match="not empty"):
        restore(tmp_path / "backup", state, NOW_MS)
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / UNFINISHED).touch()
    with pytest.raises(BackupRefused, match="cut off"):
        restore(tmp_path / "backup", cut, NOW_MS)
    monkeypatch.setattr(backups, "ROOM_SPARE", 1 << 60)
    with pytest.raises(BackupRefused, match="has no room"):
        taken(tmp_path, "more")


def test_a_damaged_journal_is_backed_up_as_far_as_it_goes_and_says_so(
    store: SqliteStore, tmp_path: Path
) -> None:
    store.close()
    live = journal_files(tmp_path / "state" / "journal")[-1]
    raw = live.read_bytes()
    live.write_bytes(raw.replace(b'"v":1,"epoch":1,"seq":95', b'"v":1,"epoch":1,"seq":94'))
    made = taken(tmp_path)
    assert (made.damaged > 0, made.entries) == (True, 100)
    assert restore(tmp_path / "backup", tmp_path / "again", NOW_MS).damaged == made.damaged
    with JournalReader(tmp_path / "again") as reader:
        assert not any(isinstance(item, Lost) for item in reader.scan())


def test_each_restore_opens_an_epoch_of_its_own(store: SqliteStore, tmp_path: Path) -> None:
    """Law 3: no life that was lost can have counted that far, nor can the restore before."""
    taken(tmp_path)
    epochs = []
    for minute in range(3):
        restore(tmp_path / "backup", tmp_path / f"again-{minute}", NOW_MS + minute * 60_000)
        told = read_restored(tmp_path / f"again-{minute}")
        assert told is not None
        assert told.head == "1.100"
        epochs.append(told.epoch)
    assert epochs[0] > 100_000
    assert epochs == list(range(epochs[0], epochs[0] + 3))
