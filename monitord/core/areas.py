"""Areas: which parts of the site are set. Unknown counts as set, always (law 4).

An area follows the points that a certified panel offers, or is kept by monitord where no panel
sets it (:mod:`monitord.core.setting`). What its *set* and its *part set* contact mean together
stands in ``FOLLOWS``; without a second one there is no part set. When nobody knows, the last state
holds for as long as a silent device has before its alarm: then the area is unknown, and guarded
as if it were set.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from monitord.core import entering, lateness, listed
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.daemon import START_GRACE_MS
from monitord.core.state import State
from monitord.vocabulary import PointState, SetState

#: What the contacts *set* and *part set* say, and what the area then is; all else is unknown.
FOLLOWS: Final[Mapping[tuple[PointState, PointState], SetState]] = {
    **{(PointState.ACTIVE, part): SetState.SET for part in PointState},
    (PointState.NORMAL, PointState.ACTIVE): SetState.PART_SET,
    (PointState.NORMAL, PointState.NORMAL): SetState.UNSET,
}


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What the followed points say, and what their silence means."""
    site = state.site
    for event in so_far:
        match event:
            case ev.PointStateChanged():
                for area in site.points[event.point].sets:
                    yield from _follow(state, area, {event.point: event.state}, event)
            case ev.DeviceWentSilent():
                for point in site.devices[event.device].points:
                    for area in site.points[point].sets:
                        yield from _follow(state, area, {})
            case ev.EpochOpened() | ev.SiteAccepted():
                for area_id, compiled in site.areas.items():
                    if compiled.set_by is not None and _wanted(state, area_id, {}) is None:
                        yield from _follow(state, area_id, {})
            case _:
                pass
    if isinstance(fact, f.TimePassed):
        for area in state.due(now_ms, "area", fact):
            yield ev.AreaChanged(area=area, state=SetState.UNKNOWN)


def _wanted(state: State, area: str, says: Mapping[str, PointState]) -> SetState | None:
    """What the followed points mean; None where nobody knows. ``says`` goes before the records."""
    compiled = state.site.areas[area]

    def said(point: str) -> PointState:
        known = state.points.get(point)
        return says.get(point, PointState.UNKNOWN if known is None else known.state)

    part = PointState.NORMAL if compiled.part_by is None else said(compiled.part_by)
    return FOLLOWS.get((said(compiled.set_by or ""), part))


def _follow(
    state: State,
    area: str,
    says: Mapping[str, PointState],
    spoken: ev.PointStateChanged | None = None,
) -> Iterator[ev.AnyEvent]:
    record = state.areas[area]
    wanted = _wanted(state, area, says)
    if wanted is None:
        if record.state is not SetState.UNKNOWN and f"area:{area}" not in state.deadlines:
            yield ev.AreaHeld(area=area)
    elif wanted is not record.state or f"area:{area}" in state.deadlines:
        by = "" if spoken is None else listed.person_of(state, spoken)
        yield ev.AreaChanged(area=area, state=wanted, by=by)


def _held(state: State, event: ev.AreaHeld) -> None:
    point = state.site.points[state.site.areas[event.area].set_by or ""]
    grace_ms = START_GRACE_MS + state.site.devices[point.device].alarm_after_ms
    state.deadlines[f"area:{event.area}"] = state.at_ms + grace_ms


def _changed(state: State, event: ev.AreaChanged) -> None:
    record = state.areas[event.area]
    state.deadlines.pop(f"area:{event.area}", None)
    if record.state is not event.state:
        record.state, record.since_ms = event.state, state.at_ms
    if event.state is SetState.UNSET:
        entering.unset(state, event.area)
    elif event.state is SetState.PART_SET:
        entering.stays(state, event.area)
    record.before = record.known
    if event.state is not SetState.UNKNOWN:
        record.known = event.state
    lateness.realign(state, event.area)


EVOLVE: Evolve = {ev.AreaHeld: _held, ev.AreaChanged: _changed}
