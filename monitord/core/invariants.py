"""What must always hold. ``touched`` looks at what a step changed, ``check`` at everything.

Both return sentences, empty when all is well; who calls decides what a broken one means.
"""

from collections.abc import Container, Iterator

from monitord.core import (
    aiming,
    attendance,
    bounds,
    duress,
    entering,
    false_calls,
    floods,
    held_calls,
    holds,
    lateness,
    maintenance,
    modes,
    outputs,
    outward,
    restoring,
    supervision,
    walking,
)
from monitord.core import events as ev
from monitord.core.alarm_table import UNSEEN
from monitord.core.calendar import asks
from monitord.core.records import IncidentRecord
from monitord.core.retired import has_open
from monitord.core.state import State
from monitord.vocabulary import NEVER_HELD_BY_DESIGN, AlarmState, DeviceStatus, PointState

_ACTIVE = frozenset({AlarmState.UNACK, AlarmState.ACKED})


def touched(state: State, events: tuple[ev.AnyEvent, ...]) -> list[str]:
    """The broken invariants among the incidents and alarms that these events name."""
    numbers: dict[int, None] = {}
    alarms: dict[str, None] = {}
    for event in events:
        number = getattr(event, "incident", None)
        if number in state.incidents:
            numbers[number] = None
        alarm = getattr(event, "alarm", None)
        if alarm in state.alarms:
            alarms[alarm] = None
    broken: list[str] = list(_shown_before(state, events))
    for number in numbers:
        broken.extend(_incident(state, state.incidents[number]))
    for alarm in alarms:
        broken.extend(_alarm(state, alarm))
    return broken


def _shown_before(state: State, events: tuple[ev.AnyEvent, ...]) -> Iterator[str]:
    """No acknowledgement touches an alarm that the revision it names did not show (law 10)."""
    seen = {e.incident: e.seen for e in events if isinstance(e, ev.IncidentAcknowledged)}
    for event in events:
        alarm = state.alarms.get(getattr(event, "alarm", ""))
        if not isinstance(event, ev.AlarmAcknowledged) or alarm is None:
            continue
        if alarm.rev > seen.get(alarm.incident, alarm.rev):
            yield f"{event.alarm} was acknowledged at a revision that did not show it"


def check(state: State) -> list[str]:
    """All broken invariants of a state."""
    broken: list[str] = []
    for incident in state.incidents.values():
        broken.extend(_incident(state, incident))
    for alarm in state.alarms:
        broken.extend(_alarm(state, alarm))
    for device_id, device in state.site.devices.items():
        record = state.devices[device_id]
        if record.status is DeviceStatus.OK:
            continue
        known = [p for p in device.points if state.points[p].state is not PointState.UNKNOWN]
        if known:
            broken.append(f"{device_id} does not answer, but {known[0]} is known")
        if not record.overdue and f"device:{device_id}" not in state.deadlines:
            broken.append(f"{device_id} does not answer and no deadline runs")
    broken.extend(_deadlines(state))
    broken.extend(_one_home_each(state))
    broken.extend(_excluded(state))
    broken.extend(aiming.broken(state))
    broken.extend(attendance.broken(state))
    broken.extend(bounds.broken(state))
    broken.extend(duress.broken(state))
    broken.extend(entering.broken(state))
    broken.extend(outputs.broken(state))
    broken.extend(outward.broken(state))
    broken.extend(false_calls.broken(state))
    broken.extend(floods.broken(state))
    broken.extend(held_calls.broken(state))
    broken.extend(holds.broken(state))
    broken.extend(lateness.broken(state))
    broken.extend(maintenance.broken(state))
    broken.extend(modes.broken(state))
    broken.extend(restoring.broken(state))
    broken.extend(supervision.broken(state))
    broken.extend(walking.broken(state))
    for key, held in state.suppressions.items():
        if state.deadlines.get(f"suppression:{key}") != held.until_utc_ms - state.offset_ms:
            broken.append(f"suppression {key} has no end")
        point = state.site.points.get(held.source)
        if held.permit and point is not None and point.category in NEVER_HELD_BY_DESIGN:
            broken.append(f"the permit {held.permit} holds a {point.category} alarm back")
    broken.extend(
        f"{name} is retired, and nothing about it is open"
        for name in state.retired
        if name in state.site.points or not has_open(state, name)
    )
    if set(state.points) != set(state.site.points):
        broken.append("the points of the state are not those of the site")
    if set(state.areas) != set(state.site.areas):
        broken.append("the areas of the state are not those of the site")
    return broken


def _one_home_each(state: State) -> Iterator[str]:
    """Every alarm is in one incident at most; :func:`_alarm` says who must be in one."""
    homes: dict[str, int] = {}
    for incident in state.open_incidents():
        for alarm in incident.alarms:
            first = homes.setdefault(alarm, incident.number)
            if first != incident.number or incident.alarms.count(alarm) > 1:
                yield f"{alarm} is in incident {first} and in incident {incident.number}"


def _excluded(state: State) -> Iterator[str]:
    for name, area in state.areas.items():
        for source in area.excluded:
            if not any(a.active and a.source == source for a in state.alarms.values()):
                yield f"{source} may not confirm in {name} although it has returned"


def _deadlines(state: State) -> Iterator[str]:
    calls = {call for incident in state.open_incidents() for call in incident.calls}
    incidents = {str(incident.number) for incident in state.open_incidents()}
    known: dict[str, Container[str]] = {
        "aim": state.aims,
        "area": state.areas,
        "attend": state.attendances,
        "calendar": ("spans",) if asks(state.site) else (),
        "chain": incidents,
        "disabled": state.points,
        "confirm": [name for name, area in state.areas.items() if area.first_source],
        "decide": incidents,
        "chatter": state.chattering,
        "device": state.devices,
        "entering": state.areas,
        "flood": (floods.SITE,),
        "hold": [str(number) for number in state.holds],
        "handover": state.calendar.handovers,
        "hearing": state.stations,
        "output": state.outputs,
        "outside": incidents,
        "maintenance": [str(grant.number) for grant in maintenance.running(state)],
        "mode": ("end",),
        "held": [f"{i.number}:{who}" for i in state.open_incidents() for who in i.held],
        "permit": state.site.permits,
        "evidence": ("next",) if state.pictures else (),
        "picture": [f"{i.number}/{name}" for i in state.open_incidents() for name in i.looks],
        "path": state.paths,
        "police": state.police,
        "police-call": incidents,
        "point": state.points,
        "relief": state.reliefs,
        "restore": state.restores,
        "retry": calls,
        "schedule": state.areas,
        "suppression": state.suppressions,
        "warm": state.devices,
    }
    for key in state.deadlines:
        concern, _, name = key.partition(":")
        if name not in known.get(concern, ()):
            yield f"the deadline {key} is of nothing"
    for point_id in state.points.keys() & state.site.points.keys():
        point = state.points[point_id]
        device = state.devices[state.site.points[point_id].device]
        waits = point.overdue or f"point:{point_id}" in state.deadlines
        blind = point.state is PointState.UNKNOWN and device.status is DeviceStatus.OK
        if blind and not waits:
            yield f"{point_id} is unknown and no deadline runs"


def _incident(state: State, incident: IncidentRecord) -> Iterator[str]:
    number = incident.number
    calling = f"chain:{number}" in state.deadlines
    deciding = f"decide:{number}" in state.deadlines
    if not incident.open:
        if calling or deciding:
            yield f"incident {number} is closed and still waits"
        return
    if incident.calling != calling or incident.calling == deciding:
        yield f"incident {number}: calling is {incident.calling}, deadlines do not agree"
    if not 1 <= incident.worse_rev <= incident.rev:
        yield f"incident {number}: revision {incident.worse_rev} worse than {incident.rev}"
    if incident.owner and not incident.acks:
        yield f"incident {number} is owned and nobody acknowledged it"
    for alarm in incident.alarms:
        record = state.alarms.get(alarm)
        if record is None or record.incident != number:
            yield f"incident {number} holds {alarm}, which does not know it"


def _alarm(state: State, alarm: str) -> Iterator[str]:
    record = state.alarms[alarm]
    if record.active != (record.state in _ACTIVE):
        yield f"alarm {alarm} is {record.state} with active={record.active}"
    in_incident = record.incident in state.incidents and state.incidents[record.incident].open
    if record.incident and not in_incident:
        yield f"alarm {alarm} is of incident {record.incident}, which is not open"
    seen_by_nobody = record.state in UNSEEN and not in_incident
    if seen_by_nobody and state.presented(alarm):
        yield f"alarm {alarm} is unacknowledged and in no incident"
