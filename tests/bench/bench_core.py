"""The core alone, with a site of 12,800 points: events and facts a second (bar: 100,000 events).

Four mixes: contacts of an unset site that only change, alarms that come and go into one incident,
a whole flood of new incidents with their calls, and a replay of all of it by ``apply`` alone.
Printed beside a bare loop that only makes as many events, which alone means something on another
machine. Nothing is asserted about time.
"""

import time
from collections.abc import Callable, Sequence

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import Area, Device, Person, Site
from monitord.core.state import State, decode, encode
from monitord.core.step import apply, next_deadline, step
from monitord.vocabulary import Kind, PointState, Role
from tests.core.sites import DEFAULT_CHAIN, point

DEVICES, POINTS = 200, 64
FACTS = 60_000
BAR = 100_000


def large_site(kind: Kind) -> Site:
    """200 devices of 64 points, an area each; nobody's point sets them, so they count as set."""
    devices: dict[str, Device] = {}
    points = {}
    areas: dict[str, Area] = {}
    for d in range(DEVICES):
        mine = [point(f"d{d}", f"p{p}", kind, f"a{d}") for p in range(POINTS)]
        ids = tuple(p.id for p in mine)
        points.update({p.id: p for p in mine})
        devices[f"d{d}"] = Device(f"d{d}", f"Panel {d}", "modbus", (f"a{d}",), ids)
        areas[f"a{d}"] = Area(f"a{d}", f"Gallery {d}", "Gate A", points=ids)
    return Site(
        id="bench",
        areas=areas,
        devices=devices,
        points=points,
        people={"anna": Person("anna", Role.DUTY_MANAGER, ("terminal",))},
        chains={"default": DEFAULT_CHAIN},
    )


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

    def feed(self, fact: f.AnyFact) -> int:
        """How many events it caused."""
        events = step(self.state, self.now_ms, fact)
        self.state.seq += 1
        self.entries.append(ev.Entry(1, 1, self.state.seq, self.now_ms, 0, "bench", fact, events))
        return len(events)

    def run(self, facts: Sequence[f.AnyFact]) -> tuple[int, float]:
        """Events and seconds."""
        begin = time.perf_counter()
        events = 0
        for fact in facts:
            self.now_ms += 1
            events += self.feed(fact)
        return events, time.perf_counter() - begin


def changes(points: int) -> list[f.AnyFact]:
    """All of the first ``points`` go active, then normal, and so on."""
    there = [f"d{i % DEVICES}.p{i // DEVICES}" for i in range(points)]
    states = (PointState.ACTIVE, PointState.NORMAL)
    return [
        f.PointChanged(there[i % points], states[i // points % 2], value=float(i % 2))
        for i in range(FACTS)
    ]


def tell(what: str, events: int, seconds: float, bare: float) -> None:
    rate = events / seconds
    print(
        f"{what:<34} {rate:>9,.0f} events/s {FACTS / seconds:>9,.0f} facts/s"
        f"  {rate / BAR:5.2f} x the bar  {seconds / events / bare:6.1f} x a bare event"
    )


def tell_sizes(state: State) -> None:
    raw = encode(state)
    encoding_ms = timed(lambda: encode(state)) * 1e3
    decoding_ms = timed(lambda: decode(raw)) * 1e3
    deadline_us = timed(lambda: next_deadline(state)) * 1e6
    print(
        f"  {len(raw):,} bytes: encode {encoding_ms:.1f} ms, decode {decoding_ms:.1f} ms;"
        f" next of {len(state.deadlines)} deadlines {deadline_us:.0f} us"
    )


def bare_event() -> float:
    """Seconds to make one event and put it in a list: what no core can go below."""
    begin = time.perf_counter()
    made = [
        ev.PointStateChanged(point="d0.p0", state=PointState.ACTIVE, before=PointState.NORMAL)
        for _ in range(FACTS)
    ]
    return (time.perf_counter() - begin) / len(made)


def timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def test_the_core_alone() -> None:
    bare = bare_event()
    print()
    for what, kind, points in (
        ("state only (values)", Kind.VALUE, 12_800),
        ("alarms of 12,800 points, 200 areas", Kind.MOTION, 12_800),
        ("one detector that chatters", Kind.MOTION, 1),
        ("each fire an incident of its own", Kind.SMOKE, 400),
    ):
        bench = Bench(kind)
        begun = len(bench.entries)
        events, seconds = bench.run(changes(points))
        tell(what, events, seconds, bare)
        again = State()
        for entry in bench.entries[:begun]:
            apply(again, entry)
        begin = time.perf_counter()
        for entry in bench.entries[begun:]:
            apply(again, entry)
        tell("  the same, replayed", events, time.perf_counter() - begin, bare)
        assert encode(again) == encode(bench.state)
        tell_sizes(again)
