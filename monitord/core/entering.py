"""Entry and exit: the time that people have to leave an area or to unset it (T2.4).

Theory of operation. Only areas that monitord keeps itself have these times; where a certified
panel sets an area the panel counts them, and nothing is ever delayed here. Whoever sets an area
may use its route (``route:``) until the exit time is over; what then stands open *failed to set*,
and is told until it is shut. Whoever opens a way in while the area is set has the entry time to
unset it, and the route is theirs meanwhile; not unset in time, it is an alarm. Off the route an
alarm is one at once, in every phase. ``MOVES`` and ``EXCUSES`` are the whole of it.

Nothing here makes an area less set: the phase stands beside the set state, and no entry time is
given for what was found open after nobody could look, for a point that somebody holds back, nor
while people are being called for an attack there.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import warming
from monitord.core.concern import Evolve
from monitord.core.records import AreaRecord
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import (
    ATTACK,
    WAYS_IN,
    AreaPhase,
    Category,
    Condition,
    PointState,
    SetState,
)


class Given(StrEnum):
    """What moves the phase of an area."""

    LEFT = "set by somebody who leaves"
    CAME_IN = "a way in was opened"
    DUE = "the time is over"
    UNSET = "unset"


class Excuse(StrEnum):
    """What an active intrusion detector means in a phase."""

    NONE = "an alarm"
    EXCUSED = "no alarm: people pass it"
    INSIDE_FIRST = "an alarm, told outside when the entry is over"


MOVES: Final[Mapping[tuple[AreaPhase, Given], AreaPhase]] = {
    **{(phase, given): phase for phase in AreaPhase for given in Given},
    (AreaPhase.STEADY, Given.LEFT): AreaPhase.EXIT,
    (AreaPhase.STEADY, Given.CAME_IN): AreaPhase.ENTRY,
    (AreaPhase.EXIT, Given.DUE): AreaPhase.STEADY,
    (AreaPhase.EXIT, Given.UNSET): AreaPhase.STEADY,
    (AreaPhase.ENTRY, Given.DUE): AreaPhase.STEADY,
    (AreaPhase.ENTRY, Given.UNSET): AreaPhase.STEADY,
}

#: By phase, and whether the detector is on the route.
EXCUSES: Final[Mapping[tuple[AreaPhase, bool], Excuse]] = {
    (AreaPhase.STEADY, True): Excuse.NONE,
    (AreaPhase.STEADY, False): Excuse.NONE,
    (AreaPhase.EXIT, True): Excuse.EXCUSED,
    (AreaPhase.EXIT, False): Excuse.NONE,
    (AreaPhase.ENTRY, True): Excuse.EXCUSED,
    (AreaPhase.ENTRY, False): Excuse.INSIDE_FIRST,
}


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Who comes in, whose time is over, and which areas a panel keeps from now on."""
    for event in so_far:
        if isinstance(event, ev.PointStateChanged):
            area = state.site.points[event.point].area
            if _comes_in(state, event):
                until_ms = now_ms + state.site.areas[area].entry_ms
                yield ev.EntryBegan(area=area, point=event.point, until_ms=until_ms)
        elif isinstance(event, ev.SiteAccepted):
            for area, record in tuple(state.areas.items()):
                followed = state.site.areas[area].set_by is not None
                if followed and record.phase is not AreaPhase.STEADY:
                    yield from _over(state, area)
    if isinstance(fact, f.TimePassed):
        for area in state.due(now_ms, "entering", fact):
            yield from _over(state, area)


def leaving(state: State, now_ms: int, area: str) -> Iterator[ev.AnyEvent]:
    """Somebody has just set the area and still has to leave it."""
    exit_ms = state.site.areas[area].exit_ms
    moves = MOVES[state.areas[area].phase, Given.LEFT] is AreaPhase.EXIT
    if exit_ms and moves:
        yield ev.ExitBegan(area=area, until_ms=now_ms + exit_ms)


def excuse(state: State, point: Point) -> Excuse:
    """What it means that this point is active, so far as people come and go there."""
    record = state.areas.get(point.area)
    if record is None or point.category is not Category.INTRUSION:
        return Excuse.NONE
    if point.route and _failed(state, point.id):
        return Excuse.EXCUSED  # told as failed to set, until it is shut
    return EXCUSES[record.phase, point.route]


def _comes_in(state: State, event: ev.PointStateChanged) -> bool:
    """Whether opening this point begins the entry time of its area."""
    point = state.site.points[event.point]
    if event.state is not PointState.ACTIVE or not point.route or point.kind not in WAYS_IN:
        return False
    record = state.areas.get(point.area)
    if (
        record is None
        or not record.state.counts_as_set
        or not state.site.areas[point.area].entry_ms
    ):
        return False
    if point.part_off and record.state is SetState.PART_SET:
        return False
    was_seen_shut = event.before is PointState.NORMAL and not event.blind
    moves = MOVES[record.phase, Given.CAME_IN] is not record.phase
    settled = not warming.holds_off(state, point)
    free = settled and not state.held(point.id) and not _failed(state, point.id)
    return was_seen_shut and moves and free and not _is_called_for(state, point.area)


def _is_called_for(state: State, area: str) -> bool:
    """Nobody has taken an attack in the area yet: whoever comes in may well be the attacker."""
    return any(
        incident.calling and area in incident.areas and not ATTACK.isdisjoint(incident.categories)
        for incident in state.open_incidents()
    )


def _over(state: State, area: str) -> Iterator[ev.AnyEvent]:
    record = state.areas[area]
    if record.phase is AreaPhase.EXIT:
        yield ev.ExitEnded(area=area, open=tuple(_still_open(state, area)))
    elif record.phase is AreaPhase.ENTRY:
        yield ev.EntryRanOut(area=area, point=record.way_in)


def _still_open(state: State, area: str) -> Iterator[str]:
    """What stands open on the route, or did when it could be read last; nothing held back."""
    for name in state.site.areas[area].points:
        point, record = state.site.points[name], state.points[name]
        if not point.route or point.category is not Category.INTRUSION or state.held(name):
            continue
        if PointState.ACTIVE in (record.state, _last_known(state, name)):
            yield name


def _last_known(state: State, name: str) -> PointState:
    record = state.points[name]
    return record.known if record.state is PointState.UNKNOWN else record.state


def _failed(state: State, point: str) -> bool:
    alarm = state.alarms.get(f"{point}/{Condition.FAILED_TO_SET}")
    return alarm is not None and alarm.active


def unset(state: State, area: str) -> None:
    """Part of evolving that the area was unset: nobody leaves it or comes in any more."""
    _enter(state, area, Given.UNSET)


def stays(state: State, area: str) -> None:
    """Part of evolving that it was set in part: who came in and did that has given their PIN."""
    if state.areas[area].phase is AreaPhase.ENTRY:
        _enter(state, area, Given.UNSET)


def renamed(state: State, was: str, now: str) -> None:
    """A point has another id from now on."""
    for record in state.areas.values():
        if record.way_in == was:
            record.way_in = now


def broken(state: State) -> Iterator[str]:
    """What must hold of every area: a phase has an end, and only a set area of ours has one."""
    for name, record in state.areas.items():
        waits = f"entering:{name}" in state.deadlines
        if waits is (record.phase is AreaPhase.STEADY):
            yield f"{name} is in {record.phase}, and its deadline does not agree"
        if record.phase is not AreaPhase.STEADY and not record.state.counts_as_set:
            yield f"{name} is in {record.phase}, but it is unset"
        area = state.site.areas.get(name)
        followed = area is None or area.set_by is not None
        if record.phase is not AreaPhase.STEADY and followed:
            yield f"{name} is in {record.phase}, but its panel counts that"
        if bool(record.way_in) is not (record.phase is AreaPhase.ENTRY):
            yield f"{name} is in {record.phase}, and somebody came in by {record.way_in!r}"


def _enter(state: State, area: str, given: Given, until_ms: int = 0) -> AreaRecord:
    record = state.areas[area]
    after = MOVES[record.phase, given]
    if after is not record.phase:
        record.phase, record.phase_ms, record.way_in = after, state.at_ms, ""
        state.deadlines.pop(f"entering:{area}", None)
        if after is not AreaPhase.STEADY:
            state.deadlines[f"entering:{area}"] = until_ms
    return record


def _exit_began(state: State, event: ev.ExitBegan) -> None:
    _enter(state, event.area, Given.LEFT, event.until_ms)


def _entry_began(state: State, event: ev.EntryBegan) -> None:
    _enter(state, event.area, Given.CAME_IN, event.until_ms).way_in = event.point


def _ended(state: State, event: ev.ExitEnded | ev.EntryRanOut) -> None:
    _enter(state, event.area, Given.DUE)


EVOLVE: Evolve = {
    ev.ExitBegan: _exit_began,
    ev.ExitEnded: _ended,
    ev.EntryBegan: _entry_began,
    ev.EntryRanOut: _ended,
}
