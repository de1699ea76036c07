"""A rollover of the journal on a real disk that is full, at every point of it. Needs root."""

from contextlib import closing
from pathlib import Path

from monitord.journal import files
from monitord.journal.errors import StoreError, Trouble
from monitord.journal.reader import JournalReader
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from tests.journal.samples import rows
from tests.system.disks import Disk

FILE_MAX = 40
KIB = 1024


def free(filler: Path, room: int) -> None:
    """Give back so many bytes."""
    with filler.open("r+b") as file:
        file.truncate(filler.stat().st_size - room)


def test_a_full_disk_in_the_middle_of_a_rollover_costs_no_entry(disk: Disk) -> None:
    """A10: refused as full, or stored in the old file; all of it goes on when there is room."""
    folder = disk.in_memory("4m")
    refused, begun = list[Trouble](), 0
    for room in range(0, 160 * KIB, 4 * KIB):
        state = folder / "state"
        with closing(SqliteStore(state, file_entries_max=FILE_MAX)) as store:
            store.open()
            store.append(rows(1, FILE_MAX))
            disk.fill()
            if room:
                free(next(folder.glob("filler-*")), room)
            try:
                store.append(rows(FILE_MAX + 1, FILE_MAX + 2))
            except StoreError as error:
                refused.append(error.trouble)
            begun += len(files.journal_files(state / "journal")) > 1
            disk.make_room()
            assert store.append(rows(FILE_MAX + 1, FILE_MAX + 2)).seq == FILE_MAX + 2
        with closing(SqliteStore(state, file_entries_max=FILE_MAX)) as again:
            assert again.open().seq == FILE_MAX + 2
            again.append(rows(FILE_MAX + 3, 2 * FILE_MAX + 3))
        with JournalReader(state) as reader:
            report = verify(reader)
        assert (report.damaged, report.entries) == (0, 2 * FILE_MAX + 3), (room, report)
        assert report.sealed == report.files - 1, room
        for path in (state / "journal").iterdir():
            path.unlink()
    assert len(refused) > 2, "the disk was never full"
    # SQLite says of its shared memory only that it could not be written.
    assert set(refused) <= {Trouble.FULL, Trouble.INPUT_OUTPUT}
    assert 2 < begun < 40, "no rollover was cut short"
