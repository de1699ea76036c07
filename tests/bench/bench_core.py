"""The core alone, with a site of 12,800 points: events and facts a second (bar: 100,000 events).

Four mixes: contacts of an unset site that only change, alarms that come and go into one incident,
a whole flood of new incidents with their calls, and a replay of all of it by ``apply`` alone.
Printed beside a bare loop that only makes as many events, which alone means something on another
machine. Both in time of the processor: what else runs on it is not counted.
"""

import gc
import time
from collections.abc import Sequence

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.state import State, decode, encode
from monitord.core.step import apply, next_deadline, step
from monitord.vocabulary import Kind, PointState
from tests.bench.figures import fastest, figure, seconds, title
from tests.bench.sites import DEVICES, large_site

FACTS = 60_000
BAR = 100_000


class Bench:
    """A site under guard, and the entries that it made."""

    def __init__(self, kind: Kind) -> None:
        self.state = State()
        self.entries: list[ev.Entry] = []
        self.now_ms = 1_000
        self.feed(f.Started(epoch=1, version="bench", utc_ms=1_000))
        site = large_site(kind)
        self.feed(f.SiteOffered(file_hash="bench", site=site))
        for device in site.devices.values():
            samples = tuple(f.Sample(p, PointState.NORMAL) for p in device.points)
            self.feed(f.DeviceReturned(device.id, samples))

    def feed(self, fact: f.AnyFact) -> None:
        """One fact, and its entry."""
        events = step(self.state, self.now_ms, fact)
        self.state.seq += 1
        self.keep(fact, events, self.state.seq, self.now_ms)

    def keep(self, fact: f.AnyFact, events: tuple[ev.AnyEvent, ...], seq: int, at_ms: int) -> None:
        """The entry that a fact made: the engine's business, not the core's."""
        self.entries.append(ev.Entry(1, 1, seq, at_ms, 0, "bench", fact, events))

    def run(self, facts: Sequence[f.AnyFact]) -> tuple[int, float]:
        """Events and seconds of this core; the collector passes over the site, as in the daemon."""
        gc.collect()
        gc.freeze()
        state, now_ms, seq, made = self.state, self.now_ms, self.state.seq, []
        begin = time.process_time()
        for fact in facts:
            now_ms += 1
            made.append(step(state, now_ms, fact))
            state.seq += 1
        lasted_s = time.process_time() - begin
        gc.unfreeze()
        for count, (fact, events) in enumerate(zip(facts, made, strict=True), 1):
            self.keep(fact, events, seq + count, self.now_ms + count)
        self.now_ms = now_ms
        return sum(map(len, made)), lasted_s


def changes(points: int) -> list[f.AnyFact]:
    """All of the first ``points`` go active, then normal, and so on."""
    there = [f"d{i % DEVICES}.p{i // DEVICES}" for i in range(points)]
    states = (PointState.ACTIVE, PointState.NORMAL)
    return [
        f.PointChanged(there[i % points], states[i // points % 2], value=float(i % 2))
        for i in range(FACTS)
    ]


def bare_event() -> float:
    """Seconds to make one event and put it in a list: what no core can go below."""
    begin = time.process_time()
    made = [
        ev.PointStateChanged(point="d0.p0", state=PointState.ACTIVE, before=PointState.NORMAL)
        for _ in range(FACTS)
    ]
    return (time.process_time() - begin) / len(made)


def replayed(bench: Bench, begun: int) -> tuple[State, float]:
    """A replica fed with the entries, and the seconds of those behind the first ``begun``."""
    replica = State()
    for entry in bench.entries[:begun]:
        apply(replica, entry)

    def rest() -> None:
        for entry in bench.entries[begun:]:
            apply(replica, entry)

    return replica, seconds(rest)


def tell_sizes(state: State) -> None:
    """The state of a busy site as a snapshot, and the look at its deadlines in every turn."""
    raw = encode(state)
    figure("  state, encoded", len(raw) / 1e6, "MB")
    figure("  encode it", fastest(lambda: encode(state)) * 1e3, "ms")
    figure("  decode it", fastest(lambda: decode(raw)) * 1e3, "ms")
    looks_us = fastest(lambda: next_deadline(state)) * 1e6
    figure(f"  next of {len(state.deadlines):,} deadlines", looks_us, "us")


def test_the_core_alone() -> None:
    """Events a second, as they are decided and as they are replayed."""
    title("The core alone, 12,800 points")
    bare = bare_event()
    for what, kind, points in (
        ("state only", Kind.VALUE, 12_800),
        ("alarms of 12,800 points", Kind.MOTION, 12_800),
        ("one detector that chatters", Kind.MOTION, 1),
        ("each fire an incident of its own", Kind.SMOKE, 400),
    ):
        bench = Bench(kind)
        begun = len(bench.entries)
        events, lasted_s = bench.run(changes(points))
        figure(f"events a second, {what}", events / lasted_s, "/s", least=BAR)
        figure("  one of them to a bare event", lasted_s / events / bare, "x")
        figure("  facts a second", FACTS / lasted_s, "/s")
        replica, replay_s = replayed(bench, begun)
        assert encode(replica) == encode(bench.state)
        figure("  events a second, replayed", events / replay_s, "/s", least=BAR)
        tell_sizes(replica)
