"""What the journal costs beside a bare append and fsync, on the disk of the temporary folder.

``ARGS=--basetemp=FOLDER`` picks another disk.
"""

import asyncio
import os
import time
from functools import partial
from pathlib import Path

from monitord.core import facts as f
from monitord.journal.committer import ThreadCommitter
from monitord.journal.reader import JournalReader
from monitord.journal.records import Row
from monitord.journal.recover import load
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from monitord.runtime.resume import MODEL
from monitord.vocabulary import Kind, PointState
from tests.bench import million
from tests.bench.figures import fastest, figure, p50, p99, seconds, title
from tests.bench.sites import large_site
from tests.journal.samples import entry, row_of

SINGLES = 300
BATCH = 256
BATCHES = 200
ROLLED = 2_500


def append_and_sync(folder: Path) -> list[float]:
    """4 KiB appended to a growing file and synced: what one durable write costs at least."""
    block = os.urandom(4096)
    handle = os.open(folder / "plain", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def once() -> None:
        os.write(handle, block)
        os.fsync(handle)

    try:
        return [seconds(once) * 1_000 for _ in range(SINGLES)]
    finally:
        os.close(handle)


def batch_of(first: int, count: int) -> list[Row]:
    """Rows as the engine hands them over: encoding is part of the price."""
    return [row_of(entry(seq)) for seq in range(first, first + count)]


def stored_alone(store: SqliteStore) -> list[float]:
    """One entry to a batch, without the thread."""

    def once() -> None:
        store.append(batch_of(store.head().seq + 1, 1))

    return [seconds(once) * 1_000 for _ in range(SINGLES)]


async def stored_by_thread(store: SqliteStore) -> tuple[list[float], float]:
    """Single entries through the committer (ms each), then full batches (ms a row)."""
    committer = ThreadCommitter(store)
    seq = store.head().seq
    committer.start()
    singles = []
    for _ in range(SINGLES):
        begin = time.perf_counter()
        seq = (await committer.commit(batch_of(seq + 1, 1))).seq
        singles.append((time.perf_counter() - begin) * 1000)
    begin = time.perf_counter()
    for _ in range(BATCHES):
        seq = (await committer.commit(batch_of(seq + 1, BATCH))).seq
    per_row = (time.perf_counter() - begin) * 1000 / (BATCHES * BATCH)
    await committer.close()
    return singles, per_row


def test_the_journal(tmp_path: Path) -> None:
    """Single entries, batches, and reading it all again."""
    title("The journal alone")
    plain = p50(append_and_sync(tmp_path))
    store = SqliteStore(tmp_path)
    store.open()
    alone = p50(stored_alone(store))
    singles, per_row = asyncio.run(stored_by_thread(store))
    figure("4 KiB append and fsync, p50", plain, "ms")
    figure("one entry stored, p50", alone, "ms")
    figure("one entry stored by the thread, p50", p50(singles), "ms")
    figure("one entry stored by the thread, p99", p99(singles), "ms")
    figure("the hop to the thread and back, p50", p50(singles) - alone, "ms")
    figure("one entry to append and fsync, p50", p50(singles) / plain, "x", most=2)
    figure(f"entries a second in batches of {BATCH}", 1_000 / per_row, "/s", least=10_000)


def rollovers(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of a batch that begins a new file, and of one that does not."""
    store = SqliteStore(folder, file_entries_max=ROLLED)
    seq = store.open().seq
    rolled, usual = list[float](), list[float]()
    for _ in range(BATCHES):
        rows = batch_of(seq + 1, BATCH)
        lasted_ms = seconds(partial(store.append, rows)) * 1_000
        into = rolled if seq and seq // ROLLED != (seq + BATCH) // ROLLED else usual
        into.append(lasted_ms)
        seq = store.head().seq
    store.close()
    return rolled, usual


def test_a_new_file(tmp_path: Path) -> None:
    """What a rollover holds the writer up, in the one batch of a million entries that meets it."""
    title("A new journal file")
    rolled, usual = rollovers(tmp_path)
    figure(f"a batch of {BATCH} stored, p50", p50(usual), "ms")
    figure("the same when it begins a new file, p50", p50(rolled), "ms")
    figure("  longest", max(rolled), "ms", most=250)


def test_a_million_entries(tmp_path: Path) -> None:
    """Of the real core, on a site of 12,800 points: read, checked, and loaded by a start."""
    title("A journal of 1,000,000 entries")
    site = large_site(Kind.VALUE)
    begun: list[f.AnyFact] = [
        f.Started(epoch=1, version="bench", utc_ms=1_795_000_000_000),
        f.SiteOffered(file_hash="bench", site=site),
    ]
    for device in site.devices.values():
        samples = tuple(f.Sample(point, PointState.NORMAL) for point in device.points)
        begun.append(f.DeviceReturned(device.id, samples))
    million.fill(tmp_path, tuple(site.points), begun)
    with JournalReader(tmp_path) as reader:
        assert verify(reader).damaged == 0
        figure("verify", fastest(lambda: verify(reader)), "s", most=5)
        figure("snapshot and the entries behind it", fastest(lambda: load(reader, MODEL)), "s")
