"""The schedule of areas (G2, D1, OXFORD): unset when, or by whom, it may not be; late to be set.

An area that is unset outside its hours, by somebody who is not on its list, or while people are
on their way to an attack in it, is an intrusion alarm of that area: each is told at once and
stands, latched, until a person closes it. Late to set and late to open are procedures, which end
when it is set or opened. Only an area that was known to be set can be unset early: what was found
unset when nobody had looked before is late to set. An exception of one area leaves every other as
it was, and ends by itself. Nothing here ever sets or unsets anything.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import attendance, lateness, listed
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.outward import is_entry
from monitord.core.records import IncidentRecord
from monitord.core.rights import refusal
from monitord.core.site import Excepted
from monitord.core.state import State
from monitord.vocabulary import ATTACK, Category, Condition, Priority, SetState

#: The source of an area's alarms by its hours: this and the area.
PREFIX: Final = "monitord.schedule."
#: An exception is for days, not for good.
EXCEPTED_MS_MAX: Final = 14 * 24 * 3_600_000

_KNOWN_SET: Final = frozenset({SetState.SET, SetState.PART_SET})


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What an unsetting means, and what is late by now."""
    if isinstance(fact, f.ExceptArea):
        yield from _except(state, now_ms, fact)
    for event in so_far:
        match event:
            case ev.AreaChanged(state=SetState.UNSET) if _was_set(state, event.area):
                for condition in unset_wrongly(state, now_ms, event.area, event.by):
                    yield from _happened(state, event.area, condition)
            case _:
                pass
    if isinstance(fact, f.TimePassed):
        for area in state.due(now_ms, "schedule", fact):
            late = lateness.judged(state, area, now_ms)
            for condition in (Condition.LATE_TO_SET, Condition.LATE_TO_OPEN):
                yield from _stands(state, area, condition, wanted=condition is late)
            yield ev.AreaJudged(area=area, late=late)


def _was_set(state: State, area: str) -> bool:
    return state.areas[area].before in _KNOWN_SET


def unset_wrongly(state: State, now_ms: int, area: str, by: str) -> list[Condition]:
    """What speaks against the unsetting of the area, by this person or user, just now."""
    utc_ms = state.utc_ms(now_ms)
    found = []
    if lateness.said(state, area) is not None and not lateness.may_be_unset(state, area, utc_ms):
        found.append(Condition.UNSET_EARLY)
    if not listed.may_unset(state, area, by, utc_ms):
        found.append(Condition.UNSET_UNLISTED)
    if unset_under(state, area, by) is not None:
        found.append(Condition.UNSET_IN_ALARM)
    return found


def unset_under(state: State, area: str, by: str = "") -> IncidentRecord | None:
    """The oldest attack in the area whose arrival plan nobody has agreed; None: it may be unset.

    Whoever has taken the incident may unset an area that monitord keeps, by their PIN, and so
    may whoever was only slow to do it on the way in; a code typed at a panel proves nobody.
    """
    ours = state.site.areas[area].set_by is None
    for incident in state.open_incidents():
        if area not in incident.areas or ATTACK.isdisjoint(incident.categories):
            continue
        if attendance.arrival_plan_acknowledged(state, incident.number):
            continue
        taken = any(ack.by == by for ack in incident.acks)
        waits = incident.outside_from_ms is not None
        if not (ours and (taken or waits or is_entry(state, incident))):
            return incident
    return None


def sources(state: State) -> tuple[str, ...]:
    """The sources of the alarms by hours."""
    return tuple(PREFIX + area for area in state.areas)


def _alarm(area: str, condition: Condition) -> ev.AlarmOccurred:
    attack = condition not in (Condition.LATE_TO_SET, Condition.LATE_TO_OPEN)
    return ev.AlarmOccurred(
        alarm=alarm_id(PREFIX + area, condition),
        source=PREFIX + area,
        condition=condition,
        category=Category.INTRUSION if attack else Category.PROCEDURE,
        area=area,
        priority=Priority.MEDIUM if condition is Condition.LATE_TO_OPEN else Priority.HIGH,
        latching=attack,
    )


def _happened(state: State, area: str, condition: Condition) -> Iterator[ev.AnyEvent]:
    """It has no end of its own: it stays latched until a person closes it."""
    alarm = _alarm(area, condition)
    yield alarm
    yield ev.AlarmCleared(alarm=alarm.alarm)


def _stands(
    state: State, area: str, condition: Condition, *, wanted: bool
) -> Iterator[ev.AnyEvent]:
    alarm = _alarm(area, condition)
    record = state.alarms.get(alarm.alarm)
    stands = record is not None and record.active
    if wanted and not stands:
        yield alarm
    elif stands and not wanted:
        yield ev.AlarmCleared(alarm=alarm.alarm)


def _except(state: State, now_ms: int, fact: f.ExceptArea) -> Iterator[ev.AnyEvent]:
    refused = refusal(state, fact)
    ahead_ms = fact.until_utc_ms - state.utc_ms(now_ms)
    code, text = "bad-input", ""
    if fact.area not in state.areas:
        code, text = "unknown", f"No area is called {fact.area}"
    elif not fact.reason.strip():
        text = "Say why it may be unset: the reason is kept"
    elif not 0 < ahead_ms <= EXCEPTED_MS_MAX:
        text = "The end must lie ahead, and within 14 days"
    if refused is None and text:
        refused = ev.CommandRefused(code=code, text=text)
    yield refused or ev.AreaExcepted(
        area=fact.area, until_utc_ms=fact.until_utc_ms, by=fact.by, reason=fact.reason
    )


def _judged(state: State, event: ev.AreaJudged) -> None:
    state.areas[event.area].late = event.late
    lateness.realign(state, event.area)


def _excepted(state: State, event: ev.AreaExcepted) -> None:
    excepted = Excepted(event.until_utc_ms, event.by, event.reason)
    state.areas[event.area].excepted = excepted
    lateness.realign(state, event.area)


EVOLVE: Evolve = {ev.AreaJudged: _judged, ev.AreaExcepted: _excepted}
