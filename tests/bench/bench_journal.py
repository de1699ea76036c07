"""What the journal costs beside a bare append and fsync, on the disk of the temporary folder.

``ARGS=--basetemp=FOLDER`` picks another disk.
"""

import asyncio
import os
import time
from pathlib import Path

from monitord.journal.codec import decode
from monitord.journal.committer import ThreadCommitter
from monitord.journal.reader import JournalReader
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from tests.bench.figures import figure, p50, p99, seconds, title
from tests.journal.samples import entry, row_of

SINGLES = 300
BATCH = 256
BATCHES = 200
VERIFIED = 200_000


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


def verified(folder: Path) -> tuple[float, float]:
    """Microseconds an entry: checking the chain, and decoding."""
    store = SqliteStore(folder)
    seq = store.open().seq
    while seq < VERIFIED:
        seq = store.append(batch_of(seq + 1, 5_000)).seq
    store.close()
    with JournalReader(folder) as reader:
        checking_s = seconds(lambda: verify(reader)) / seq
        payloads = [item.payload for item in reader.read(0, 5_000)]
    decoding_s = seconds(lambda: [decode(payload) for payload in payloads]) / len(payloads)
    return checking_s * 1e6, decoding_s * 1e6


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
    checking_us, decoding_us = verified(tmp_path)
    figure("verify, an entry", checking_us, "us")
    figure("decode, an entry", decoding_us, "us")
    figure("verify 1,000,000 entries (from 200,000)", checking_us, "s", most=5)
