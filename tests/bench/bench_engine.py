"""Facts through step and Store to the outbox's queue, and one alarm on its way to the disk.

The engine, the SQLite store and its thread are the real ones, on the disk of the temporary
folder (``ARGS=--basetemp=FOLDER`` picks another). The queue of calls stands for the outbox: a call
is counted when it could be dialled, which is after its entry is stored.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State
from monitord.journal.committer import ThreadCommitter
from monitord.journal.store import SqliteStore
from monitord.runtime.clock import SystemClock
from monitord.runtime.engine import Engine, Published
from monitord.vocabulary import Kind, PointState
from tests.bench.figures import figure, p50, p99, title
from tests.bench.sites import DEVICES, POINTS, large_site

#: Smoke detectors of each panel: every fire is an incident of its own, with its call.
SMOKE = 20
SUSTAINED_S, SINGLES, TURN = 6.0, 400, 20
ONE_CALL_IN = 100
#: Facts that wait at most: what a device supervisor would have offered by then.
AHEAD = 1_000
BLOCK = 4_096


class Queue:
    """The calls that could be dialled, and the facts whose entries have left the engine."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.entries = 0

    def take(self, published: Published) -> None:
        """A listener of the engine's."""
        assert published.stored, "the disk did not keep up"
        self.entries += 1
        self.calls += [e.call for e in published.entry.events if isinstance(e, ev.CallPlaced)]


@asynccontextmanager
async def guarding(folder: Path, kind: Kind) -> AsyncIterator[tuple[Engine, Queue]]:
    """A running engine that has accepted the site and heard every device."""
    store = SqliteStore(folder)
    store.open()
    committer = ThreadCommitter(store)
    committer.start()
    engine = Engine(
        State(), 1_000, SystemClock(), committer, version="bench", snapshot=lambda _: None,
        strict=True,
    )  # fmt: skip
    queue = Queue()
    engine.subscribe(queue.take)
    engine.start()
    await engine.submit(f.Started(epoch=1, version="bench", utc_ms=1_000))
    await engine.submit(f.SiteOffered(file_hash="bench", site=large_site(kind, SMOKE)))
    for device in engine.state.site.devices.values():
        samples = tuple(f.Sample(p, PointState.NORMAL) for p in device.points)
        await engine.submit(f.DeviceReturned(device.id, samples))
    try:
        yield engine, queue
    finally:
        await engine.stop()
        assert await committer.close()


def traffic() -> Iterator[f.PointChanged]:
    """Contacts that open and close all over the site; one in a hundred is a fire with a call."""
    fires = (f"d{i % DEVICES}.p{i // DEVICES}" for i in range(DEVICES * SMOKE))
    others = DEVICES * (POINTS - SMOKE)
    state, count = PointState.ACTIVE, 0
    while True:
        for i in range(others):
            count += 1
            if count % ONE_CALL_IN == 0:
                yield f.PointChanged(next(fires), PointState.ACTIVE)
            yield f.PointChanged(f"d{i % DEVICES}.p{SMOKE + i // DEVICES}", state)
        state = PointState.NORMAL if state is PointState.ACTIVE else PointState.ACTIVE


async def sustained(folder: Path, kind: Kind) -> tuple[float, float, float]:
    """Facts a second from the first offer to the last entry stored, the same by time of the
    processor, and how many in a hundred were calls."""
    async with guarding(folder, kind) as (engine, queue):
        facts, before, offered = traffic(), queue.entries, 0
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        while time.perf_counter() - began_s < SUSTAINED_S:
            while engine.waiting < AHEAD:
                engine.offer(next(facts))
                offered += 1
            await asyncio.sleep(0)
        while queue.entries - before < offered:
            assert time.perf_counter() - began_s < 10 * SUSTAINED_S, "entries are missing"
            await asyncio.sleep(0.001)
        lasted_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
        assert engine.giving_way.dropped == 0, "status gave way"
        assert len(queue.calls) >= offered // (ONE_CALL_IN + 2), "calls are missing"
        return offered / lasted_s, offered / cpu_s, len(queue.calls) / offered * 100


async def singles(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of a bare append and fsync, and of an alarm until it is stored, by turns."""
    folder.mkdir()
    block, plain_ms, alarm_ms = os.urandom(BLOCK), [], []
    fires = (f"d{i % DEVICES}.p{i // DEVICES}" for i in range(DEVICES * SMOKE))
    plain = os.open(folder / "plain", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    async with guarding(folder / "state", Kind.VALUE) as (engine, queue):
        for _ in range(SINGLES // TURN):
            for _ in range(TURN):
                began_s = time.perf_counter()
                os.write(plain, block)
                os.fsync(plain)
                plain_ms.append((time.perf_counter() - began_s) * 1_000)
            for _ in range(TURN):
                fire = f.PointChanged(next(fires), PointState.ACTIVE)
                began_s = time.perf_counter()
                answer = await engine.submit(fire)
                alarm_ms.append((time.perf_counter() - began_s) * 1_000)
                assert answer.stored
        assert len(queue.calls) == SINGLES
    os.close(plain)
    return plain_ms, alarm_ms


def test_facts_to_the_outbox(tmp_path: Path) -> None:
    """Sustained, with two kinds of day: contacts that only change, and nothing but alarms."""
    title("Facts through step and Store to the outbox's queue, 12,800 points")
    for words, kind in (("state only", Kind.VALUE), ("all of them alarms", Kind.MOTION)):
        rate, by_cpu, calls = asyncio.run(sustained(tmp_path / kind, kind))
        figure(f"facts a second, {words}, {calls:.1f} % a call", rate, "/s", least=10_000)
        figure("  a second of processor time, both threads", by_cpu, "/s")


def test_one_alarm_stored(tmp_path: Path) -> None:
    """From the fact to the answer that its incident and its call are on the disk."""
    title("One alarm stored, against 4 KiB appended to a growing file and synced")
    plain_ms, alarm_ms = asyncio.run(singles(tmp_path / "singles"))
    figure("4 KiB append and fsync, p50", p50(plain_ms), "ms")
    figure("alarm stored, p50", p50(alarm_ms), "ms")
    figure("alarm stored, p99", p99(alarm_ms), "ms")
    figure("alarm to append and fsync, p50", p50(alarm_ms) / p50(plain_ms), "x", most=2)
