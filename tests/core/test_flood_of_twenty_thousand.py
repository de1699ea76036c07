"""2,000 events a minute for ten minutes on a site of 12,800 points, and one panic button (E7)."""

from typing import Final

import msgspec

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.site import CALLS_IN_FLOOD_MS
from monitord.core.step import next_deadline, step
from monitord.vocabulary import Category, Kind, PointState, Priority
from tests.bench.bench_core import Bench

EVERY_MS: Final = 30
FACTS: Final = 20_000


def test_e7_no_event_is_lost_and_the_panic_is_called_in_its_own_step() -> None:
    bench = Bench(Kind.MOTION)
    state = bench.state
    panic = next(iter(state.site.points))
    points = [name for name in state.site.points if name != panic]
    button = msgspec.structs.replace(
        state.site.points[panic],
        kind=Kind.PANIC,
        category=Category.HOLD_UP,
        priority=Priority.CRITICAL,
    )
    site = msgspec.structs.replace(
        state.site,
        points={**state.site.points, panic: button},
        calls_in_flood_ms=CALLS_IN_FLOOD_MS,
    )
    state.site = site
    floods = changed = 0
    for index in range(FACTS):
        bench.now_ms += EVERY_MS
        while (due_ms := next_deadline(state)) is not None and due_ms <= bench.now_ms:
            step(state, bench.now_ms, f.TimePassed())
        point = panic if index == FACTS // 2 else points[index * 7919 % len(points)]
        now = state.points[point].state
        after = PointState.NORMAL if now is PointState.ACTIVE else PointState.ACTIVE
        events = step(state, bench.now_ms, f.PointChanged(point, after))
        changed += any(isinstance(event, ev.PointStateChanged) for event in events)
        floods += sum(isinstance(event, ev.FloodBegan) for event in events)
        if point == panic:
            [opened] = [event for event in events if isinstance(event, ev.IncidentOpened)]
            called = {event.incident for event in events if isinstance(event, ev.CallPlaced)}
            assert called == {opened.incident}
            assert min(state.open_incidents(), key=lambda i: i.rank).number == opened.incident
    assert (changed, floods) == (FACTS, 1)
