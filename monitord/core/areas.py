"""Areas: which parts of the site are set. Unknown counts as set, always (law 4).

An area follows the point that a certified panel offers, or is kept by monitord where no panel
sets it (:mod:`monitord.core.setting`). When the followed point becomes unknown the last state
holds for as long as a silent device has before its alarm: then the area is unknown, and guarded
as if it were set.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import entering, setting
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.daemon import START_GRACE_MS
from monitord.core.state import State
from monitord.vocabulary import PointState, SetState

_FOLLOWS: Final = {PointState.ACTIVE: SetState.SET, PointState.NORMAL: SetState.UNSET}


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What people ask for, what the followed points say, and what their silence means."""
    yield from setting.decide(state, now_ms, fact)
    site = state.site
    for event in so_far:
        match event:
            case ev.PointStateChanged():
                for area in site.points[event.point].sets:
                    yield from _follow(state, area, event.state)
            case ev.DeviceWentSilent():
                for point in site.devices[event.device].points:
                    for area in site.points[point].sets:
                        yield from _follow(state, area, PointState.UNKNOWN)
            case ev.EpochOpened() | ev.SiteAccepted():
                for area_id, compiled in site.areas.items():
                    followed = state.points.get(compiled.set_by or "")
                    if followed is not None and followed.state is PointState.UNKNOWN:
                        yield from _follow(state, area_id, PointState.UNKNOWN)
            case _:
                pass
    if isinstance(fact, f.TimePassed):
        for area in state.due(now_ms, "area", fact):
            yield ev.AreaChanged(area=area, state=SetState.UNKNOWN)


def _follow(state: State, area: str, point_state: PointState) -> Iterator[ev.AnyEvent]:
    record = state.areas[area]
    wanted = _FOLLOWS.get(point_state)
    if wanted is None:
        if record.state is not SetState.UNKNOWN and f"area:{area}" not in state.deadlines:
            yield ev.AreaHeld(area=area)
    elif wanted is not record.state or f"area:{area}" in state.deadlines:
        yield ev.AreaChanged(area=area, state=wanted)


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


EVOLVE: Evolve = {ev.AreaHeld: _held, ev.AreaChanged: _changed}
