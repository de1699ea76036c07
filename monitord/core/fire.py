"""What a fire panel says beside a fire: disablements end, released doors are guarded (E4).

A disablement is a state until its time is over, and a fire alarm then. Doors that are released
stand open to anybody: while no fire is known they count as set, and where the house is set the
release itself is an alarm until a fire is confirmed, by a second detector or by a person. One
smoked detector must not open the house. Nothing here ever holds a fire alarm back.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.site import Point
from monitord.core.state import State
from monitord.vocabulary import Category, Kind, PointState

#: Kinds that say that it burns; what a panel says of itself is none of them.
BURNS: Final = frozenset({Kind.SMOKE, Kind.HEAT, Kind.FIRE_PANEL, Kind.SPRINKLER})
SOURCES_MIN: Final = 2


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Begin, end and overrun of disablements."""
    for event in so_far:
        match event:
            case ev.PointStateChanged() if event.state is not PointState.UNKNOWN:
                point = state.site.points[event.point]
                if point.kind is Kind.FIRE_DISABLED and point.ends_after_ms:
                    yield from _disabled(state, now_ms, point, event)
            case ev.SiteAccepted():
                for name in [k.partition(":")[2] for k in state.deadlines if k.startswith(_KEY)]:
                    if name not in state.site.points:
                        yield ev.DisablementEnded(point=name)
            case _:
                pass
    if isinstance(fact, f.TimePassed):
        for name in state.due(now_ms, "disabled", fact):
            yield ev.DisablementOverran(point=name)


_KEY: Final = "disabled:"


def _disabled(
    state: State, now_ms: int, point: Point, event: ev.PointStateChanged
) -> Iterator[ev.AnyEvent]:
    if event.state is PointState.ACTIVE and event.before is not PointState.ACTIVE:
        yield ev.DisablementBegan(point=point.id, until_ms=now_ms + point.ends_after_ms)
    elif event.state is not PointState.ACTIVE and _KEY + point.id in state.deadlines:
        yield ev.DisablementEnded(point=point.id)


def in_time(state: State, point: Point) -> bool:
    """A disablement whose time is not over."""
    return _KEY + point.id in state.deadlines


def is_raised(state: State, point: Point) -> bool:
    """A released door, or a release with such a door, that is guarded although it may be unset."""
    if point.releases:
        areas = {state.site.points[door].area for door in point.releases}
        return any(state.area_counts_as_set(area) for area in areas)
    if not point.released_by:
        return False
    released = any(state.points[r].known is PointState.ACTIVE for r in point.released_by)
    return released and not burning(state)


def kind_of(state: State, point: Point) -> Kind:
    """What a point counts as: released doors are open doors until a fire is confirmed."""
    return Kind.DOOR if point.releases and not is_confirmed(state) else point.kind


def burning(state: State) -> list[str]:
    """The detectors that say so now, and what people declared."""
    points = state.site.points
    found = [
        a.source
        for a in state.alarms.values()
        if a.active and a.source in points and points[a.source].kind in BURNS
    ]
    fires = (i for i in state.open_incidents() if i.category is Category.FIRE)
    return [*dict.fromkeys(found), *(i.declared_by for i in fires if i.declared_by)]


def is_confirmed(state: State) -> bool:
    """A second detector says so too, or a person."""
    if len(burning(state)) >= SOURCES_MIN:
        return True
    return any(i.category is Category.FIRE and i.confirmed for i in state.open_incidents())


def _began(state: State, event: ev.DisablementBegan) -> None:
    state.deadlines[_KEY + event.point] = event.until_ms


def _over(state: State, event: ev.DisablementEnded | ev.DisablementOverran) -> None:
    state.deadlines.pop(_KEY + event.point, None)


EVOLVE: Evolve = {
    ev.DisablementBegan: _began,
    ev.DisablementEnded: _over,
    ev.DisablementOverran: _over,
}
