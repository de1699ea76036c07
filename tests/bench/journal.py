"""What the journal costs, as ratios in one run: ``python -m tests.bench.journal [FOLDER]``.

FOLDER is on the disk to be measured. Prints one line of JSON per figure: its value, what it is
compared with, and the ratio, which alone means something on another machine.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from monitord.journal.codec import decode
from monitord.journal.committer import ThreadCommitter
from monitord.journal.reader import JournalReader
from monitord.journal.records import Row
from monitord.journal.store import SqliteStore
from monitord.journal.verify import verify
from tests.journal.samples import entry, row_of

SINGLES = 300
BATCH = 256
BATCHES = 200
VERIFIED = 200_000


def tell(figure: str, value: float, unit: str, against: str, other: float) -> None:
    """One figure beside what it is compared with, in the same unit."""
    line = {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "against": against,
        "other": round(other, 3),
        "ratio": round(value / other, 2),
    }
    print(json.dumps(line))


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def append_and_sync(folder: Path) -> list[float]:
    """4 KiB appended to a growing file and synced: what one durable write costs at least."""
    block = os.urandom(4096)
    handle = os.open(folder / "plain", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def once() -> None:
        os.write(handle, block)
        os.fsync(handle)

    try:
        return [timed(once) for _ in range(SINGLES)]
    finally:
        os.close(handle)


def batch_of(first: int, count: int) -> list[Row]:
    """Rows as the engine hands them over: encoding is part of the price."""
    return [row_of(entry(seq)) for seq in range(first, first + count)]


def stored_alone(store: SqliteStore) -> list[float]:
    """One entry to a batch, without the thread."""

    def once() -> None:
        store.append(batch_of(store.head().seq + 1, 1))

    return [timed(once) for _ in range(SINGLES)]


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


def verified(folder: Path, plain_ms: float) -> None:
    """Checking the chain, and decoding it, per entry."""
    store = SqliteStore(folder)
    seq = store.open().seq
    while seq < VERIFIED:
        seq = store.append(batch_of(seq + 1, 5_000)).seq
    store.close()
    with JournalReader(folder) as reader:
        per_entry = timed(lambda: verify(reader)) / seq
        payloads = [item.payload for item in reader.read(0, 5_000)]
    tell("verify, an entry", per_entry, "ms", "4 KiB append and fsync, p50", plain_ms)
    tell("verify, 1,000,000 entries", per_entry * 1000, "s", "bar", 5.0)
    decoding = timed(lambda: [decode(payload) for payload in payloads]) / len(payloads)
    tell("decode, an entry", decoding, "ms", "4 KiB append and fsync, p50", plain_ms)


def main() -> None:
    """All figures, in a folder that is removed afterwards."""
    parent = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(dir=parent) as name:
        folder = Path(name)
        plain = median(append_and_sync(folder))
        store = SqliteStore(folder)
        store.open()
        alone = median(stored_alone(store))
        singles, per_row = asyncio.run(stored_by_thread(store))
        against = "4 KiB append and fsync, p50"
        tell("one entry stored, p50", alone, "ms", against, plain)
        tell("one entry stored by the thread, p50", median(singles), "ms", against, plain)
        tell(
            "one entry stored by the thread, p99",
            quantiles(singles, n=100)[98],
            "ms",
            against,
            plain,
        )
        tell("the hop to the thread, p50", median(singles) - alone, "ms", against, plain)
        tell(f"a row in batches of {BATCH}", per_row, "ms", against, plain)
        tell("entries a second", 1000 / per_row, "1/s", "bar", 10_000)
        verified(folder, plain)


if __name__ == "__main__":
    main()
