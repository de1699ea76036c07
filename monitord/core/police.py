"""Police references: whether a channel to the police may be used for an incident, and who is
called where it may not (G6, T2.6).

A channel with ``police: REFERENCE`` is answered by a person at the police, who comes only to what
the reference is registered for, and not at all once they have withdrawn. Pure look-ups.
"""

from collections.abc import Mapping
from typing import Final

from monitord.core.records import IncidentRecord
from monitord.core.site import PoliceReference
from monitord.core.state import State
from monitord.vocabulary import ATTACK, Category, PoliceType

#: What the police come to on a reference of this type.
SERVED: Final[Mapping[PoliceType, frozenset[Category]]] = {
    PoliceType.INTRUDER: ATTACK | {Category.THEFT, Category.DAMAGE},
    PoliceType.HOLD_UP: frozenset({Category.HOLD_UP}),
}


#: Calls to the police that one incident remembers. The first that got through counts, so what
#: comes behind so many that have not failed says nothing new, however long a chain goes round.
CALLS_KEPT_MAX: Final = 100


def note_called(incident: IncidentRecord, call: str, reference: str, utc_ms: int) -> None:
    """Part of evolving ``CallPlaced``: the police may hear of it by this call."""
    if len(incident.police) < CALLS_KEPT_MAX:
        incident.police[call] = (reference, utc_ms)


def reference_of(state: State, channel: str) -> str:
    """The reference that a channel speaks on; empty for a channel to anybody else."""
    known = state.site.channels.get(channel)
    return "" if known is None else known.police


def why_not(state: State, incident: IncidentRecord, channel: str) -> str:
    """Why the police are not called on a channel; empty where they are, or it is not theirs."""
    name = reference_of(state, channel)
    if not name:
        return ""
    reference = state.site.police.get(name)
    if reference is None:
        return f"there is no police reference {name}"
    record = state.police.get(name)
    if record is not None and record.withdrawn_ms is not None:
        return f"the police have withdrawn {name}"
    if incident.category not in SERVED[reference.type]:
        return f"{name} is a reference for {reference.type} alarms"
    if reference.areas and not set(reference.areas) & set(incident.areas):
        return f"{name} does not serve {incident.area}"
    if _waits_for_proof(reference, incident):
        return f"the police answer only confirmed alarms on {name}"
    return ""


def instead(state: State, channel: str) -> tuple[str, ...]:
    """Persons and roles who are called in place of the police; of somebody there always one."""
    reference = state.site.police.get(reference_of(state, channel))
    return () if reference is None else reference.instead


def opens_up(state: State, incident: IncidentRecord, first: int) -> bool:
    """Whether one of the steps from ``first`` to the present one would call the police now that
    the incident is confirmed, and could not before."""
    steps = incident.chain.steps[first : incident.step + 1]
    made = {call.channel for call in incident.calls.values()}
    return any(
        channel not in made
        and (reference := state.site.police.get(reference_of(state, channel))) is not None
        and reference.confirmed
        and not why_not(state, incident, channel)
        for step in steps
        for channel in step.by
    )


def _waits_for_proof(reference: PoliceReference, incident: IncidentRecord) -> bool:
    return reference.confirmed and not incident.confirmed
