"""Real processes: killed while they store, and run out of disk while they store."""

import signal
import subprocess
import sys
from pathlib import Path

from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from tests.support import ROOT

KILLS = 10
ACKNOWLEDGED_BEFORE_KILL = 40

APPENDING = """
import sys
from pathlib import Path
from monitord.journal.store import SqliteStore
from tests.journal.samples import rows
store = SqliteStore(Path(sys.argv[1]), file_entries_max=7)
epoch = int(sys.argv[2])
seq = store.open().seq
while True:
    batch = seq % 5 + 1
    seq = store.append(rows(seq + 1, seq + batch, epoch)).seq
    print(seq, flush=True)
"""

FILLING = """
import resource, sys
from pathlib import Path
from monitord.journal.errors import StoreError
from monitord.journal.store import SqliteStore
from tests.journal.samples import rows
store = SqliteStore(Path(sys.argv[1]))
store.open()
store.append(rows(1, 10))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
seq = 10
try:
    while seq < 100_000:
        seq = store.append(rows(seq + 1, seq + 50)).seq
except StoreError as error:
    print(error.trouble.value)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(seq, store.append(rows(seq + 1, seq + 50)).seq)
store.close()
"""


def started(program: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_nothing_acknowledged_is_missing_after_kill_9(tmp_path: Path) -> None:
    """A3: whatever ``append`` had returned is there, whole and chained, after every kill.

    Every second batch begins a new file, so that the kills meet rollovers too.
    """
    for epoch in range(1, KILLS + 1):
        child = started(APPENDING, tmp_path, epoch)
        with child:
            assert child.stdout is not None
            lines = [child.stdout.readline() for _ in range(ACKNOWLEDGED_BEFORE_KILL)]
            child.send_signal(signal.SIGKILL)
            lines += child.stdout.readlines()
        assert child.returncode == -signal.SIGKILL
        # A last line without its end was cut by the kill: not an acknowledgement.
        acknowledged = max(int(line) for line in lines if line.endswith("\n"))
        store = SqliteStore(tmp_path, file_entries_max=7)
        head = store.open()
        assert head.seq >= acknowledged
        assert head.epoch == epoch
        report = verify(store, decoding=True)
        assert (report.damaged, report.entries) == (0, head.seq)
        assert report.sealed == report.files - 1 > 0
        store.close()


def test_a_disk_that_fills_up_and_is_freed(tmp_path: Path) -> None:
    """A10: told as trouble with the disk, and the same rows go in once there is room."""
    child = started(FILLING, tmp_path)
    with child:
        assert child.stdout is not None
        trouble, numbers = child.stdout.read().splitlines()
    assert child.returncode == 0
    assert trouble in {"full", "input-output"}
    before, after = map(int, numbers.split())
    assert after == before + 50
    store = SqliteStore(tmp_path)
    assert store.open().seq == after
    assert verify(store).damaged == 0
    store.close()
