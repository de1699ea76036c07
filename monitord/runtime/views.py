"""What channels and pages say of an incident, drawn from the state.

Pure. Holds no personal text: a view names places, detectors and ids. The text and the revision
belong together: both are of now, so that who acknowledges has been told what they acknowledge.
"""

from datetime import UTC, datetime

from monitord.channels.contract import IncidentView
from monitord.channels.words import Situation, next_action, spoken
from monitord.core.held_calls import told_with
from monitord.core.joining import headline
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.rehearsal import is_rehearsed
from monitord.vocabulary import Category, Condition, Kind


def view(state: State, incident: IncidentRecord, who: str = "") -> IncidentView:
    """``incident`` as a message shows it. ``id`` is SITE-NUMBER, ``opened_at`` RFC 3339 in UTC.

    ``who`` is the person or post that is called: the text tells them of what a flood holds for
    them, too. In a rehearsal the text begins with TEST.
    """
    situation = _situation(state, incident)
    others = [_situation(state, other) for other in told_with(state, incident.number, who)]
    return IncidentView(
        id=f"{state.site.id}-{incident.number}",
        number=incident.number,
        rev=incident.rev,
        category=incident.category,
        priority=incident.priority,
        confirmed=incident.confirmed,
        area=incident.area,
        point=situation.source,
        opened_at=_rfc3339(state.utc_ms(incident.opened_ms)),
        text=spoken(state.site, situation, others),
    )


def next_step(state: State, incident: IncidentRecord) -> str:
    """What to do first, alone."""
    return next_action(state.site, _situation(state, incident))


def _situation(state: State, incident: IncidentRecord) -> Situation:
    first = headline(state, incident)
    alarm = state.alarms.get(first)
    source = alarm.source if alarm else first.rpartition("/")[0]
    return Situation(
        category=incident.category,
        area=incident.area,
        confirmed=incident.confirmed,
        how=incident.confirmed_how,
        source=source,
        condition=alarm.condition if alarm else Condition.ACTIVE,
        unset=_unset(incident),
        further=len(incident.alarms) - (1 if incident.first_out in incident.alarms else 0),
        test=is_rehearsed(state.site),
        silent=incident.silent,
        cancelled_by=incident.cancelled_by,
        crossed=state.points[source].crossed if source in state.points else (),
        windy=_windy(state, source),
        threatened=next(iter(incident.hidden_from), ""),
        unproven=state.restores[source].missing if source in state.restores else None,
        left=left_of(state, source),
    )


def _windy(state: State, source: str) -> bool:
    """Whether the source is one that wind shakes, and a limit of the wind is crossed now."""
    point = state.site.points.get(source)
    if point is None or not (point.kind is Kind.VIBRATION or point.outside):
        return False
    return any(a.active and a.category is Category.WEATHER for a in state.alarms.values())


def left_of(state: State, source: str) -> str:
    """How long a supply lasts, against its need (A5); empty where nobody knows."""
    point, record = state.site.points.get(source), state.points.get(source)
    need = None if point is None else point.setup.get("need")
    if need is None or record is None or not isinstance(record.value, int | float):
        return ""
    return f"{record.value:g} {point.setup['unit']} left, {need:g} needed" if point else ""


def _rfc3339(utc_ms: int) -> str:
    return (
        datetime.fromtimestamp(utc_ms / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def _unset(incident: IncidentRecord) -> Condition | None:
    """The gravest way in which an area of the incident was unset; the last word of it is best."""
    found = {alarm.rpartition("/")[2] for alarm in incident.alarms}
    grave = (Condition.UNSET_IN_ALARM, Condition.UNSET_UNLISTED, Condition.UNSET_EARLY)
    return next((condition for condition in grave if condition in found), None)
