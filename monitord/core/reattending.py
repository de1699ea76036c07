"""Who is on the way or inside is told of every further alarm by a call of their own (G8).

Of a break-in, a fire or a flood anywhere on the site, once a minute and incident at most, so that a
flood of alarms does not keep a telephone busy that somebody may need. Never of a silent one: a
telephone that rings beside a person under threat may harm them (G9).
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import calls
from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.plan_records import AttendanceRecord
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.vocabulary import ATTENDED

#: Somebody is told of one incident this often at most.
WARNED_EVERY_MS: Final = 60_000


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Warn whoever attends of what has just begun to alarm."""
    if not state.attendances:
        return
    told: dict[tuple[str, int], None] = {}
    for event in so_far:
        if not isinstance(event, ev.IncidentOpened | ev.IncidentJoined):
            continue
        incident = state.incidents[event.incident]
        for record in tuple(state.attendances.values()):
            who = (record.holder, incident.number)
            if who in told or not _concerns(record, incident):
                continue
            told[who] = None
            if now_ms - record.warned.get(incident.number, -WARNED_EVERY_MS) >= WARNED_EVERY_MS:
                yield from _warn(state, record, incident)


def _concerns(record: AttendanceRecord, incident: IncidentRecord) -> bool:
    return (
        record.running
        and not incident.silent
        and not ATTENDED.isdisjoint(incident.categories)
        and incident.declared_by != record.holder
    )


def _warn(
    state: State, record: AttendanceRecord, incident: IncidentRecord
) -> Iterator[ev.AnyEvent]:
    yield ev.HolderWarned(incident=record.incident, holder=record.holder, other=incident.number)
    yield from calls.warnings(state, incident, record.holder)


def _on_warned(state: State, event: ev.HolderWarned) -> None:
    record = state.attendances[f"{event.incident}/{event.holder}"]
    record.warned[event.other] = state.at_ms


EVOLVE: Evolve = {ev.HolderWarned: _on_warned}
