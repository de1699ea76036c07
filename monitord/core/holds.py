"""Holds: the pictures of an incident stay beyond their end, by a named person, with a reason and
a date on which somebody looks at that again (T3.8, I2).

Only a release ends a hold. Where its date passes it goes on holding, and a fault stands in words
until somebody has renewed or released it: what the police asked for must not go because a day was
forgotten, and what nobody needs must not stay for the same reason.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.concern import Evolve
from monitord.core.picture_records import HoldRecord
from monitord.core.rights import refusal
from monitord.core.state import State
from monitord.vocabulary import PRIORITY_OF_CATEGORY, Category, Condition

#: The source of a hold's fault: this and the number of the incident.
PREFIX: Final = "monitord.hold."
#: Somebody looks at it again within a year and a day.
REVIEW_MS_MAX: Final = 366 * 24 * 3_600_000
#: Incidents that are held at the same time.
HOLDS_MAX: Final = 200


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Hold, release, and tell whose date is over."""
    match fact:
        case f.HoldEvidence():
            held = _hold(state, now_ms, fact)
            yield held
            if isinstance(held, ev.EvidenceHeld):
                yield from _looked_at(state, fact.incident)
        case f.ReleaseEvidence():
            refused = refusal(state, fact)
            if refused is None and fact.incident not in state.holds:
                text = f"Nothing of incident {fact.incident} is held"
                refused = ev.CommandRefused(code="unknown", text=text)
            if refused is not None:
                yield refused
                return
            yield ev.EvidenceReleased(incident=fact.incident, by=fact.by)
            yield from _looked_at(state, fact.incident)
        case f.TimePassed():
            for name in state.due(now_ms, "hold", fact):
                yield ev.HoldOverdue(incident=int(name))
                yield _alarm(int(name))
        case _:
            pass


def sources(state: State) -> tuple[str, ...]:
    """The sources of the faults of holds."""
    return tuple(f"{PREFIX}{number}" for number in state.holds)


def may_be_held(state: State, incident: int) -> bool:
    """Whether there is something of it to hold, or may still be."""
    known = state.incidents.get(incident)
    is_open = known is not None and known.open
    return is_open or any(
        one.incident == incident and not one.expired for one in state.pictures.values()
    )


def _hold(state: State, now_ms: int, fact: f.HoldEvidence) -> ev.EvidenceHeld | ev.CommandRefused:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    number, ahead_ms = fact.incident, fact.until_utc_ms - state.utc_ms(now_ms)
    code, text = "bad-input", ""
    if not may_be_held(state, number):
        code, text = "unknown", f"Nothing of incident {number} is kept any more, or ever was"
    elif not 0 < ahead_ms <= REVIEW_MS_MAX:
        text = "The date to look at it again must lie ahead, and within a year"
    elif number not in state.holds and len(state.holds) >= HOLDS_MAX:
        code, text = "full", f"{HOLDS_MAX} incidents are held: release one of them first"
    if text or fact.reason is None:
        return ev.CommandRefused(code=code, text=text or "Say why: whoever releases it must know")
    return ev.EvidenceHeld(
        incident=number, by=fact.by, until_utc_ms=fact.until_utc_ms, reason=fact.reason
    )


def _alarm(number: int) -> ev.AlarmOccurred:
    source = f"{PREFIX}{number}"
    return ev.AlarmOccurred(
        alarm=alarm_id(source, Condition.FAULT),
        source=source,
        condition=Condition.FAULT,
        category=Category.PROCEDURE,
        area="",
        priority=PRIORITY_OF_CATEGORY[Category.PROCEDURE],
        latching=False,
    )


def _looked_at(state: State, number: int) -> Iterator[ev.AlarmCleared]:
    """Somebody has decided: the fault is over."""
    alarm = alarm_id(f"{PREFIX}{number}", Condition.FAULT)
    record = state.alarms.get(alarm)
    if record is not None and record.active:
        yield ev.AlarmCleared(alarm=alarm)


def realign(state: State) -> None:
    """The date is one that a person wrote: it follows UTC through every step of the clock."""
    for number, record in state.holds.items():
        if not record.overdue:
            state.deadlines[f"hold:{number}"] = record.review_utc_ms - state.offset_ms


def broken(state: State) -> Iterator[str]:
    """What must hold in every state: each is looked at again, or stands as a fault."""
    for number, record in state.holds.items():
        alarm = state.alarms.get(alarm_id(f"{PREFIX}{number}", Condition.FAULT))
        stands = alarm is not None and alarm.active
        waits = f"hold:{number}" in state.deadlines
        if record.overdue != stands or record.overdue == waits:
            yield f"incident {number} is held, and nobody will look at it again"


def _on_held(state: State, event: ev.EvidenceHeld) -> None:
    state.holds[event.incident] = HoldRecord(
        by=event.by,
        since_ms=state.at_ms,
        review_utc_ms=event.until_utc_ms,
        reason=event.reason,
    )
    realign(state)


def _on_released(state: State, event: ev.EvidenceReleased) -> None:
    state.holds.pop(event.incident, None)
    state.deadlines.pop(f"hold:{event.incident}", None)


def _on_overdue(state: State, event: ev.HoldOverdue) -> None:
    state.holds[event.incident].overdue = True
    state.deadlines.pop(f"hold:{event.incident}", None)


EVOLVE: Evolve = {
    ev.EvidenceHeld: _on_held,
    ev.EvidenceReleased: _on_released,
    ev.HoldOverdue: _on_overdue,
}
