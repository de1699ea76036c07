"""Joining: which open incident an alarm belongs to (design.md law 10, E5). One answer, or none.

The rules stand in ``RULES`` in their order; the first that finds an incident decides, and within a
rule the oldest incident. Each hold-up and each fire stands alone, and what a person declared is
never joined. Nothing here changes anything, and no rule ever looks at a closed incident.
"""

from collections.abc import Callable, Iterator
from typing import Final

from monitord.core.attendance import PREFIX as SOMEBODY_INSIDE
from monitord.core.events import AlarmOccurred
from monitord.core.records import IncidentRecord
from monitord.core.site import ancestors
from monitord.core.state import State
from monitord.vocabulary import ATTACK, NEVER_JOINED, Category, Condition

#: Losses behind one parent this far apart are one from the start; so are faults without an area.
TOGETHER_MS: Final = 5_000

Rule = Callable[[State, int, AlarmOccurred], IncidentRecord | None]


def family(category: Category) -> str:
    """Cutting, opening and lifting are one attack; every other category is its own family."""
    return "attack" if category in ATTACK else category


def home(state: State, now_ms: int, event: AlarmOccurred) -> IncidentRecord | None:
    """The open incident that takes this alarm; None when it opens its own."""
    current = state.incidents.get(state.alarms[event.alarm].incident)
    if current is not None and current.open:
        return current
    if event.category in NEVER_JOINED:
        return None
    if event.source.startswith(SOMEBODY_INSIDE):
        return None
    found = (rule(state, now_ms, event) for rule in RULES)
    return next((incident for incident in found if incident is not None), None)


def _that_take_more(state: State) -> Iterator[IncidentRecord]:
    return filter(_takes_more, state.open_incidents())


def _takes_more(incident: IncidentRecord) -> bool:
    return (
        not incident.declared_by
        and NEVER_JOINED.isdisjoint(incident.categories)
        and not incident.first_out.startswith(SOMEBODY_INSIDE)
    )


def _unset_under(state: State, now_ms: int, event: AlarmOccurred) -> IncidentRecord | None:
    """The attack under which its area was unset (OXFORD), however old that is."""
    if event.condition is not Condition.UNSET_IN_ALARM:
        return None
    return next(
        (
            incident
            for incident in _that_take_more(state)
            if event.area in incident.areas and not ATTACK.isdisjoint(incident.categories)
        ),
        None,
    )


def _same_cause(state: State, now_ms: int, event: AlarmOccurred) -> IncidentRecord | None:
    """A switch, converter or supply and what stands behind it; or two that stand behind one."""
    above = ancestors(state.site, event.source)
    if not above and event.source not in {d.behind for d in state.site.devices.values()}:
        return None
    for incident in _that_take_more(state):
        for alarm in (state.alarms[name] for name in incident.alarms):
            age_ms = now_ms - alarm.occurred_ms
            theirs = ancestors(state.site, alarm.source)
            from_above = alarm.active and alarm.source in above
            from_below = alarm.active and event.source in theirs
            beside = age_ms <= TOGETHER_MS and not set(above).isdisjoint(theirs)
            if from_above or beside or (from_below and age_ms < join_ms(state, event.area)):
                return incident
    return None


def _same_blackout(state: State, now_ms: int, event: AlarmOccurred) -> IncidentRecord | None:
    """What goes dark in one sector within minutes (E5)."""
    for record in state.sectors.values():
        if event.source not in record.signs and event.source != record.source:
            continue
        since_ms = now_ms - state.site.blackout_ms
        dark = {source for source, sign in record.signs.items() if sign.at_ms > since_ms}
        for incident in _that_take_more(state):
            if any(state.alarms[name].source in dark for name in incident.alarms):
                return incident
    return None


def _same_area(state: State, now_ms: int, event: AlarmOccurred) -> IncidentRecord | None:
    return _of_family(state, now_ms, event, frozenset({event.area}))


def _next_door(state: State, now_ms: int, event: AlarmOccurred) -> IncidentRecord | None:
    """An intruder walks on: only where the site file says that one can."""
    area = state.site.areas.get(event.area)
    if area is None or not area.next_to:
        return None
    return _of_family(state, now_ms, event, frozenset(area.next_to))


def _of_family(
    state: State, now_ms: int, event: AlarmOccurred, areas: frozenset[str]
) -> IncidentRecord | None:
    """The oldest fresh one of its family in one of these areas."""
    wanted, fresh_ms = family(event.category), _fresh_ms(state, event)
    there = (
        incident
        for incident in state.incidents.values()
        if incident.closed_ms is None and not areas.isdisjoint(incident.areas)
    )
    for incident in filter(_takes_more, there):
        fresh = now_ms - incident.last_alarm_ms < fresh_ms
        if fresh and wanted in map(family, incident.categories):
            return incident
    return None


def _fresh_ms(state: State, event: AlarmOccurred) -> int:
    """What may still confirm an attack joins it: one joined attack, never two halves (law 4).

    Faults of monitord's own have no area in common: two are one only when they come together, so
    that a full disk is not hidden behind the broker that somebody knows of.
    """
    if not event.area:
        return TOGETHER_MS
    area = state.site.areas.get(event.area)
    fresh_ms = join_ms(state, event.area)
    if area is None or event.category not in ATTACK or not state.area_counts_as_set(area.id):
        return fresh_ms
    return max(fresh_ms, area.confirm_ms)


def join_ms(state: State, area: str) -> int:
    """How old the last alarm of an incident may be for one of this area to join it."""
    compiled = state.site.areas.get(area)
    return state.site.join_ms if compiled is None else compiled.join_ms


RULES: Final[tuple[Rule, ...]] = (_same_cause, _same_blackout, _same_area, _next_door, _unset_under)


def headline(state: State, incident: IncidentRecord) -> str:
    """The alarm that stands for the incident: a blackout, else the cause, else the first."""
    blackouts = {record.source for record in state.sectors.values()}
    known = [name for name in incident.alarms if name in state.alarms]
    for name in known:
        if state.alarms[name].source in blackouts:
            return name
    first = state.alarms.get(incident.first_out)
    above = ancestors(state.site, first.source) if first else ()
    for parent in reversed(above):
        for name in known:
            if state.alarms[name].source == parent:
                return name
    return incident.first_out


def in_order(state: State, incident: IncidentRecord) -> list[str]:
    """Its alarms, a cause before what stands behind it; none is ever left out."""
    known = [name for name in incident.alarms if name in state.alarms]
    by_source: dict[str, list[str]] = {}
    for name in known:
        by_source.setdefault(state.alarms[name].source, []).append(name)
    top = headline(state, incident)
    placed: dict[str, None] = dict.fromkeys([top] if top in known else [])
    for name in known:
        for parent in reversed(ancestors(state.site, state.alarms[name].source)):
            placed.update(dict.fromkeys(by_source.get(parent, ())))
        placed[name] = None
    return list(placed)
