"""The PIN for one shift: a guard who steps in, let in by who answers for the shift, until an end.

The PIN itself is made and kept outside; here stands who gave it to whom and until when. It is for
guards alone, so whatever takes another role stays with those who have a PIN of their own.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.rights import refusal
from monitord.core.site_records import ReliefRecord
from monitord.core.state import State
from monitord.vocabulary import Role

#: The longest shift, with somebody late.
RELIEF_MS_MAX: Final = 14 * 3_600_000


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Give, end, and end by itself."""
    match fact:
        case f.GiveRelief():
            yield _refused(state, now_ms, fact) or ev.ReliefGiven(
                person=fact.person, by=fact.by, until_utc_ms=fact.until_utc_ms
            )
        case f.EndRelief():
            refused = refusal(state, fact)
            if refused is None and fact.person not in state.reliefs:
                text = f"{fact.person} has no PIN for one shift"
                refused = ev.CommandRefused(code="unknown", text=text)
            yield refused or ev.ReliefEnded(person=fact.person, by=fact.by)
        case f.TimePassed():
            for person in state.due(now_ms, "relief", fact):
                yield ev.ReliefEnded(person=person, by="")
        case _:
            pass


def _refused(state: State, now_ms: int, fact: f.GiveRelief) -> ev.CommandRefused | None:
    refused = refusal(state, fact)
    if refused is not None:
        return refused
    person, ahead_ms = state.site.people.get(fact.person), fact.until_utc_ms - state.utc_ms(now_ms)
    code, text = "bad-input", ""
    if person is None:
        code, text = "unknown", f"{fact.person} is not in the site file"
    elif person.role is not Role.GUARD:
        code = "forbidden"
        text = f"{fact.person} is {person.role}: a PIN for one shift is for guards alone"
    elif not 0 < ahead_ms <= RELIEF_MS_MAX:
        text = "The end must lie ahead, and within 14 hours: it is for one shift"
    return ev.CommandRefused(code=code, text=text) if text else None


def realign(state: State) -> None:
    """The end is a time that people agreed on: it follows UTC through every step of the clock."""
    for person, record in state.reliefs.items():
        state.deadlines[f"relief:{person}"] = record.until_utc_ms - state.offset_ms


def _given(state: State, event: ev.ReliefGiven) -> None:
    state.reliefs[event.person] = ReliefRecord(event.by, state.at_ms, event.until_utc_ms)
    realign(state)


def _ended(state: State, event: ev.ReliefEnded) -> None:
    state.reliefs.pop(event.person, None)
    state.deadlines.pop(f"relief:{event.person}", None)


EVOLVE: Evolve = {ev.ReliefGiven: _given, ev.ReliefEnded: _ended}
