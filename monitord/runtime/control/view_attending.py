"""Who attends an incident, as plain dicts; see :mod:`monitord.runtime.control.view`."""

from monitord.core.plan_records import AttendanceRecord
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.control import view


def attendances(state: State, incident: IncidentRecord, now_ms: int) -> list[view.View]:
    """Who attends an incident, or has, in the order in which they accepted."""
    mine = [r for r in state.attendances.values() if r.incident == incident.number]
    return [_one(state, record, now_ms) for record in mine]


def _one(state: State, record: AttendanceRecord, now_ms: int) -> view.View:
    due_ms = state.deadlines.get(f"attend:{record.incident}/{record.holder}")
    moments = {
        "accepted": record.accepted_ms,
        "plan": record.plan_ms,
        "arrived": record.arrived_ms,
        "entered": record.entered_ms,
        "safe": record.safe_ms,
        "ended": record.ended_ms,
        "due": due_ms,
    }
    return {
        "holder": record.holder,
        **{name: None if ms is None else view.moment(state, ms) for name, ms in moments.items()},
        "due_in_s": None if due_ms is None else max(0, -(-(due_ms - now_ms) // 1000)),
        "late": record.late,
        "companion": record.companion,
        "alone": record.inside and not record.companion,
        "missed": record.missed,
        "inside": record.inside,
        "running": record.running,
        "result": record.result,
    }
