"""Confirmation: one alarm is a word, two that cannot have the same cause are proof (G3, T2.5).

Which two alarms make a confirmed attack, and within which time, stands in ``PAIRS`` alone. Never
two of the same detector or of one independence group (``group:``), never a detector outside the
supervised premises (``outside:``), never what was still active when a window lapsed: that is
excluded until it has returned. An unset area confirms no intruder; a hold-up is confirmed in any
state. A person who has seen it, on a picture or on the spot, confirms whatever they have seen.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core import paths
from monitord.core.alarms import alarm_id
from monitord.core.blackout import PREFIX as BLACKOUT
from monitord.core.concern import Evolve
from monitord.core.records import AlarmRecord, HoldUpRecord
from monitord.core.rights import refusal
from monitord.core.site import ancestors
from monitord.core.state import State
from monitord.vocabulary import ATTACK, Category, Condition, SetState

#: Two hold-up devices confirm only this far apart; a tamper confirms a hold-up only inside it.
HOLD_UP_APART_MS: Final = 2 * 60_000


class Sort(StrEnum):
    """What an alarm says, for confirmation."""

    DETECTOR = "detector"
    TAMPER = "tamper"
    HOLD_UP = "hold-up"
    PATHS = "all outward paths lost"
    NONE = "none"


class Pair(StrEnum):
    """When two sorts of alarm confirm each other."""

    NEVER = "never"
    WINDOW = "within the window of the area, while it is set"
    APART = "within the hold-up window, two minutes apart or more"
    TOGETHER = "in the same area, within two minutes"


SORT_OF: Final[Mapping[Category, Sort]] = {
    **dict.fromkeys(Category, Sort.NONE),
    Category.INTRUSION: Sort.DETECTOR,
    Category.OBJECT: Sort.DETECTOR,
    Category.TAMPER: Sort.TAMPER,
    Category.HOLD_UP: Sort.HOLD_UP,
}

#: The first alarm, then the second; a pair that is not here never confirms.
PAIRS: Final[Mapping[tuple[Sort, Sort], Pair]] = {
    **{(first, second): Pair.NEVER for first in Sort for second in Sort},
    (Sort.DETECTOR, Sort.DETECTOR): Pair.WINDOW,
    (Sort.DETECTOR, Sort.TAMPER): Pair.WINDOW,
    (Sort.TAMPER, Sort.DETECTOR): Pair.WINDOW,
    (Sort.TAMPER, Sort.TAMPER): Pair.WINDOW,
    (Sort.DETECTOR, Sort.PATHS): Pair.WINDOW,
    (Sort.TAMPER, Sort.PATHS): Pair.WINDOW,
    (Sort.PATHS, Sort.DETECTOR): Pair.WINDOW,
    (Sort.PATHS, Sort.TAMPER): Pair.WINDOW,
    (Sort.HOLD_UP, Sort.HOLD_UP): Pair.APART,
    (Sort.HOLD_UP, Sort.TAMPER): Pair.TOGETHER,
    (Sort.TAMPER, Sort.HOLD_UP): Pair.TOGETHER,
}


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Whether an alarm is the second one, whose window is over, what a person has seen."""
    if isinstance(fact, f.TimePassed):
        for area in state.due(now_ms, "confirm", fact):
            yield _lapse(state, area)
    for event in so_far:
        match event:
            case ev.AlarmOccurred(source=paths.ALL):
                yield from _cut_off(state, now_ms)
            case ev.AlarmOccurred() if state.presented(event.alarm):
                yield from _alarm(state, now_ms, event)
            case ev.AlarmCleared():
                yield from _returned(state, event.alarm.rpartition("/")[0])
            case ev.AreaChanged(state=SetState.UNSET):
                yield from _unset(state, event.area)
            case _:
                pass
    if isinstance(fact, f.ConfirmIncident):
        yield from _by_person(state, fact)


def _alarm(state: State, now_ms: int, event: ev.AlarmOccurred) -> Iterator[ev.AnyEvent]:
    point = state.site.points.get(event.source)
    if point is not None and point.outside:
        return
    sort = SORT_OF[event.category]
    if sort is Sort.HOLD_UP:
        yield from _hold_up(state, now_ms, event)
    elif sort is not Sort.NONE and state.area_counts_as_set(event.area):
        yield from _intruder(state, now_ms, event)
    if sort in (Sort.HOLD_UP, Sort.TAMPER):
        yield from _together(state, now_ms, event, sort)


def _intruder(state: State, now_ms: int, event: ev.AlarmOccurred) -> Iterator[ev.AnyEvent]:
    area = state.areas.get(event.area)
    if area is None:
        return
    if state.deadlines.get(f"confirm:{event.area}", now_ms + 1) <= now_ms:
        yield _lapse(state, event.area)  # the alarm came before the passing of time was told
    if event.source in area.excluded:
        return
    if not area.first_source or now_ms - area.first_ms >= state.site.areas[event.area].confirm_ms:
        until_ms = now_ms + state.site.areas[event.area].confirm_ms
        yield ev.AreaAlerted(
            area=event.area, first=event.source, category=event.category, until_ms=until_ms
        )
        if _is_cut_off(state, now_ms, event):
            yield ev.AreaConfirmed(area=event.area, first=paths.ALL, second=event.source)
        return
    pair = PAIRS[SORT_OF[area.first_category], SORT_OF[event.category]]
    if pair is Pair.WINDOW and independent(state, area.first_source, event.source):
        yield ev.AreaConfirmed(area=event.area, first=area.first_source, second=event.source)


def _is_cut_off(state: State, now_ms: int, event: ev.AlarmOccurred) -> bool:
    """Whether all paths were lost within the window before this alarm, and still are."""
    lost = state.alarms.get(alarm_id(paths.ALL, Condition.TAMPER))
    if lost is None or not lost.active:
        return False
    within = now_ms - lost.occurred_ms < state.site.areas[event.area].confirm_ms
    return within and PAIRS[Sort.PATHS, SORT_OF[event.category]] is Pair.WINDOW


def _cut_off(state: State, now_ms: int) -> Iterator[ev.AnyEvent]:
    """Nothing gets out any more: whoever is at work in a guarded area did that too (G3, A4)."""
    for name, area in state.areas.items():
        open_ = bool(area.first_source) and area.state.counts_as_set
        within = now_ms - area.first_ms < state.site.areas[name].confirm_ms
        pair = PAIRS[SORT_OF[area.first_category], Sort.PATHS]
        if open_ and within and pair is Pair.WINDOW:
            yield ev.AreaConfirmed(area=name, first=area.first_source, second=paths.ALL)


def independent(state: State, first: str, second: str) -> bool:
    """Whether two sources cannot have said it for one and the same reason."""
    if first == second or second.startswith(BLACKOUT):
        return False
    above, theirs = ancestors(state.site, first), ancestors(state.site, second)
    if first in theirs or second in above or set(above) & set(theirs):
        return False
    one, other = state.site.points.get(first), state.site.points.get(second)
    if one is None or other is None:
        return True
    return not one.group or one.group != other.group


def _lapse(state: State, area: str) -> ev.ConfirmationLapsed:
    """Whatever of the attack is active at the end of the window proves nothing new (T2.5)."""
    still = {
        alarm.source: None
        for name, alarm in state.alarms.items()
        if alarm.area == area and _of_attack(alarm) and state.presented(name)
    }
    return ev.ConfirmationLapsed(area=area, excluded=tuple(still))


def _of_attack(alarm: AlarmRecord) -> bool:
    return alarm.active and alarm.category in ATTACK


def _returned(state: State, source: str) -> Iterator[ev.AnyEvent]:
    for area in [name for name, record in state.areas.items() if source in record.excluded]:
        alarms = (state.alarms.get(alarm_id(source, condition)) for condition in Condition)
        if not any(alarm and _of_attack(alarm) for alarm in alarms):
            yield ev.DetectorReinstated(area=area, source=source)


def _unset(state: State, area: str) -> Iterator[ev.AnyEvent]:
    record = state.areas[area]
    if record.first_source or record.excluded:
        yield ev.ConfirmationLapsed(area=area)


def _hold_up(state: State, now_ms: int, event: ev.AlarmOccurred) -> Iterator[ev.AnyEvent]:
    """Two devices of one site, far enough apart to be two presses and not one mishap."""
    first, first_ms = state.hold_up.first_source, state.hold_up.first_ms
    age_ms = now_ms - first_ms
    open_ = bool(first) and age_ms < state.site.hold_up_ms
    yield ev.HoldUpAlerted(area=event.area, source=event.source, first=not open_)
    pair = PAIRS[Sort.HOLD_UP, Sort.HOLD_UP]
    counts = open_ and pair is Pair.APART and age_ms >= HOLD_UP_APART_MS
    if counts and independent(state, first, event.source):
        yield ev.HoldUpConfirmed(area=event.area, first=first, second=event.source)


def _together(
    state: State, now_ms: int, event: ev.AlarmOccurred, sort: Sort
) -> Iterator[ev.AnyEvent]:
    """A hold-up device pressed and a tamper in the same two minutes, whichever came first."""
    held_up = state.hold_up
    if not held_up.first_source or now_ms - held_up.last_ms >= HOLD_UP_APART_MS:
        return
    for name, other in tuple(state.alarms.items()):
        pair = PAIRS[SORT_OF[other.category], sort]
        recent = now_ms - other.occurred_ms < HOLD_UP_APART_MS
        if pair is not Pair.TOGETHER or not recent or other.area != event.area:
            continue
        if state.presented(name) and independent(state, other.source, event.source):
            yield ev.HoldUpConfirmed(area=event.area, first=other.source, second=event.source)
            return


def _by_person(state: State, fact: f.ConfirmIncident) -> Iterator[ev.AnyEvent]:
    refused = refusal(state, fact)
    incident = state.incidents.get(fact.incident)
    if refused is not None:
        yield refused
    elif incident is None or incident.hidden_at(fact.at_area, fact.by, fact.session):
        yield ev.CommandRefused(code="unknown", text=f"There is no incident {fact.incident}")
    elif not incident.open:
        text = f"Incident {fact.incident} was closed by {incident.closed_by}"
        yield ev.CommandRefused(code="ended", text=text)
    elif not incident.confirmed:
        yield ev.IncidentConfirmed(
            incident=fact.incident, by=(fact.by,), how=fact.how, note=fact.note
        )


def _alerted(state: State, event: ev.AreaAlerted) -> None:
    area = state.areas[event.area]
    area.first_source, area.first_ms = event.first, state.at_ms
    area.first_category = event.category
    if event.until_ms is not None:
        state.deadlines[f"confirm:{event.area}"] = event.until_ms


def _confirmed(state: State, event: ev.AreaConfirmed | ev.HoldUpConfirmed) -> None:
    """For the incidents to act on; the first source keeps its window."""


def forget_first(state: State, area: str) -> None:
    """No first alarm waits for a second one in the area any more."""
    record = state.areas[area]
    record.first_source, record.first_ms = "", 0
    state.deadlines.pop(f"confirm:{area}", None)


def forget_hold_up(state: State) -> None:
    """The first one of the site was looked into and was none: the next one is a first."""
    state.hold_up = HoldUpRecord()


def _lapsed(state: State, event: ev.ConfirmationLapsed) -> None:
    forget_first(state, event.area)
    state.areas[event.area].excluded = list(event.excluded)


def _reinstated(state: State, event: ev.DetectorReinstated) -> None:
    state.areas[event.area].excluded.remove(event.source)


def _held_up(state: State, event: ev.HoldUpAlerted) -> None:
    record = state.hold_up
    if event.first:
        record.first_source, record.first_ms = event.source, state.at_ms
    record.last_ms = state.at_ms


EVOLVE: Evolve = {
    ev.AreaAlerted: _alerted,
    ev.AreaConfirmed: _confirmed,
    ev.ConfirmationLapsed: _lapsed,
    ev.DetectorReinstated: _reinstated,
    ev.HoldUpAlerted: _held_up,
    ev.HoldUpConfirmed: _confirmed,
}
