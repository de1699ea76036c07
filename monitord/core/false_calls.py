"""False calls to the police: counted per reference, warned of, and the end of being answered.

A false call is an incident that was passed to the police and closed with a cause that is no
attack. It counts for exactly 365 days from the call. ``warn_at`` of them within that time warn;
at ``withdrawn_at`` the reference counts as withdrawn, and the people of the house are called
instead (:mod:`monitord.core.police`) until a person with a PIN says that the police answer again.
Whoever is not sure whether the police heard a call has called them: only a call that failed for
certain does not count.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.alarms import alarm_id
from monitord.core.causes import CAUSES
from monitord.core.concern import Evolve
from monitord.core.police_records import FalseCall, PoliceRecord
from monitord.core.rights import refusal
from monitord.core.state import State
from monitord.vocabulary import Category, Condition, Priority

#: The source of the alarm about a reference: this and its id.
PREFIX: Final = "monitord.police."
ROLLING_MS: Final = 365 * 24 * 3_600_000
#: False calls that are kept of one reference, the newest.
KEPT_MAX: Final = 1_000

#: Which causes make a call to the police a false one. What nobody can say counts, too.
IS_FALSE: Final[Mapping[str, bool]] = {cause: cause != "attack" for cause in CAUSES}


class Reached(StrEnum):
    """The threshold that a count has reached; nothing is empty, so false."""

    NOTHING = ""
    WARNING = "warning"
    WITHDRAWAL = "withdrawal"


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """What is a year old, what a threshold means, and the police who answer again."""
    match fact:
        case f.TimePassed():
            for name in state.due(now_ms, "police", fact):
                yield from _look(state, now_ms, name)
        case f.ReinstatePolice():
            refused = _refused(state, fact)
            if refused is not None:
                yield refused
                return
            yield ev.PoliceReinstated(
                reference=fact.reference, by=fact.by, reason=fact.reason.strip()
            )
        case _:
            pass


def decide_after_closing(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """An incident was closed: was it a false call, and on which references?"""
    if not isinstance(fact, f.Close | f.AgreeClose):
        return
    for event in so_far:
        if isinstance(event, ev.IncidentClosed) and IS_FALSE[event.cause]:
            first: dict[str, int] = {}
            for name, utc_ms in state.incidents[event.incident].police.values():
                first[name] = min(utc_ms, first.get(name, utc_ms))
            for name, utc_ms in first.items():
                if utc_ms + ROLLING_MS > state.utc_ms(now_ms):
                    yield ev.FalseCallCounted(
                        reference=name, incident=event.incident, cause=event.cause, utc_ms=utc_ms
                    )


def _look(state: State, now_ms: int, name: str) -> Iterator[ev.AnyEvent]:
    """Forget what is a year old, then tell of a threshold that a new one has reached."""
    record = state.police[name]
    old_ms = state.utc_ms(now_ms) - ROLLING_MS
    old = tuple(call.incident for call in record.calls if call.utc_ms <= old_ms)
    if old or not _means(state, name):
        yield ev.FalseCallsLapsed(reference=name, incidents=old)
    match _means(state, name) if record.fresh else Reached.NOTHING:
        case Reached.WITHDRAWAL:
            yield ev.PoliceWithdrawn(reference=name, count=len(record.calls))
            yield from _told(name, Condition.FAULT, Priority.HIGH)
        case Reached.WARNING:
            yield ev.PoliceWarned(reference=name, count=len(record.calls))
            yield from _told(name, Condition.ACTIVE, Priority.MEDIUM)
        case Reached.NOTHING:
            pass


def _means(state: State, name: str) -> Reached:
    """What the false calls of a reference come to, as many as they are."""
    reference, record = state.site.police.get(name), state.police[name]
    if reference is None or record.withdrawn_ms is not None:
        return Reached.NOTHING
    count = len(record.calls)
    if reference.withdrawn_at is not None and count >= reference.withdrawn_at:
        return Reached.WITHDRAWAL
    return Reached.WARNING if count >= reference.warn_at else Reached.NOTHING


def _told(name: str, condition: Condition, priority: Priority) -> Iterator[ev.AnyEvent]:
    """It has happened: people see it, and nothing has to clear it."""
    alarm = alarm_id(PREFIX + name, condition)
    yield ev.AlarmOccurred(
        alarm=alarm,
        source=PREFIX + name,
        condition=condition,
        category=Category.PROCEDURE,
        area="",
        priority=priority,
        latching=False,
    )
    yield ev.AlarmCleared(alarm=alarm)


def _refused(state: State, fact: f.ReinstatePolice) -> ev.CommandRefused | None:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    record = state.police.get(fact.reference)
    code, text = "", ""
    if fact.reference not in state.site.police and record is None:
        known = ", ".join(state.site.police) or "none is declared"
        code, text = "unknown", f"There is no police reference {fact.reference}; there are: {known}"
    elif record is None or record.withdrawn_ms is None:
        code, text = "bad-input", f"{fact.reference} is not withdrawn: nothing to reinstate"
    elif not fact.reason.strip():
        code, text = "bad-input", "Say why: what the police wrote, and when"
    return ev.CommandRefused(code=code, text=text) if code else None


def realign(state: State) -> None:
    """A year is counted in UTC: its end follows every step of the clock."""
    for name, record in state.police.items():
        _next(state, name, record)


def _next(state: State, name: str, record: PoliceRecord) -> None:
    """When to look again: at once where something is new, else when the oldest is a year old."""
    key = f"police:{name}"
    state.deadlines.pop(key, None)
    if record.fresh:
        state.deadlines[key] = state.at_ms
    elif record.calls:
        state.deadlines[key] = record.calls[0].utc_ms + ROLLING_MS - state.offset_ms


def _record(state: State, name: str) -> PoliceRecord:
    return state.police.setdefault(name, PoliceRecord())


def _on_counted(state: State, event: ev.FalseCallCounted) -> None:
    record = _record(state, event.reference)
    record.calls.append(FalseCall(event.incident, event.utc_ms, event.cause))
    record.calls.sort(key=lambda call: call.utc_ms)
    del record.calls[:-KEPT_MAX]
    record.fresh = bool(_means(state, event.reference))
    _next(state, event.reference, record)


def _on_lapsed(state: State, event: ev.FalseCallsLapsed) -> None:
    record = state.police[event.reference]
    record.calls = [call for call in record.calls if call.incident not in event.incidents]
    record.fresh = record.fresh and bool(_means(state, event.reference))
    _next(state, event.reference, record)


def _on_warned(state: State, event: ev.PoliceWarned) -> None:
    record = state.police[event.reference]
    record.fresh = False
    _next(state, event.reference, record)


def _on_withdrawn(state: State, event: ev.PoliceWithdrawn) -> None:
    record = state.police[event.reference]
    record.withdrawn_ms, record.fresh = state.at_ms, False
    _next(state, event.reference, record)


def _on_reinstated(state: State, event: ev.PoliceReinstated) -> None:
    """The police begin to count anew."""
    state.police.pop(event.reference, None)
    state.deadlines.pop(f"police:{event.reference}", None)


def broken(state: State) -> Iterator[str]:
    """What must hold: whatever counts ends a year after the call, and nothing else does."""
    for name, record in state.police.items():
        due_ms = state.deadlines.get(f"police:{name}")
        if bool(record.calls) != (due_ms is not None):
            yield f"the false calls of {name} have no end"


EVOLVE: Evolve = {
    ev.FalseCallCounted: _on_counted,
    ev.FalseCallsLapsed: _on_lapsed,
    ev.PoliceWarned: _on_warned,
    ev.PoliceWithdrawn: _on_withdrawn,
    ev.PoliceReinstated: _on_reinstated,
}
