"""The occurrence log out of the journal: one line for each thing that happened on site.

Pure. A journal has a thousand entries for each line: the others are passed over by their bytes,
without being decoded.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from monitord.core import events as ev
from monitord.core.facts import TextRef
from monitord.core.state import State
from monitord.journal.codec import NotAnEntry, decode
from monitord.journal.export import rfc3339
from monitord.journal.records import Stored

#: What lines are told apart by, beside the kinds of entries by hand.
AUTOMATIC: Final = (
    *(
        "alarm",
        "incident",
        "area",
        "held-back",
        "mode",
        "handover",
        "output",
        "pictures",
        "fault",
        "station",
        "monitord",
    ),
)


class Line(msgspec.Struct, frozen=True):
    """``utc_ms`` is when it was written, ``occurred_utc_ms`` when it happened. By hand it has a
    ``number``, and its text by reference; ``incident`` and ``source`` are what it is about."""

    utc_ms: int
    occurred_utc_ms: int
    kind: str
    text: str
    by: str = ""
    area: str = ""
    number: int = 0
    amends: int = 0
    note: TextRef | None = None
    incident: int = 0
    source: str = ""


def _of_area(e: Any) -> str:
    why = f": {e.reason}" if e.reason else ""
    over = f", over {', '.join(e.overridden)}" if e.overridden else ""
    return f"area is {e.state}{over}{why}"


def _of_opening(e: Any) -> str:
    how = "declared by hand" if e.declared_by else e.first_out
    return f"incident {e.incident} opened: {e.category}, {how}"


def _of_holding(e: Any) -> str:
    return f"{e.source} {e.how} until {rfc3339(e.until_utc_ms)}: {e.reason}"


def _of_confirming(e: Any) -> str:
    return f"incident {e.incident} is real ({e.how}, {' and '.join(e.by)})"


#: What is told, its kind and its words. An event that is not here is no occurrence.
TOLD: Final[Mapping[type[ev.Event], tuple[str, Callable[[Any], str]]]] = {
    ev.AlarmOccurred: ("alarm", lambda e: f"alarm: {e.category}, {e.source} {e.condition}"),
    ev.IncidentOpened: ("incident", _of_opening),
    ev.IncidentConfirmed: ("incident", _of_confirming),
    ev.IncidentAcknowledged: ("incident", lambda e: f"incident {e.incident} taken"),
    ev.IncidentClosed: ("incident", lambda e: f"incident {e.incident} closed: {e.cause}"),
    ev.CloseAsked: ("incident", lambda e: f"incident {e.incident}: asked to close it, {e.cause}; "
                   "a second person must agree"),
    ev.PoliceWereTold: ("incident", lambda e: f"incident {e.incident}: the police were rung, "
                        f"{e.how}"),
    ev.StepDone: ("incident", lambda e: f"incident {e.incident}, step {e.step} of its plan: "
                  + (f"not done: {e.reason}" if e.refused else "done")),
    ev.AttendanceBegan: ("incident", lambda e: f"{e.holder} comes to incident {e.incident}"),
    ev.AttendanceTold: ("incident", lambda e: f"{e.holder} at incident {e.incident}: {e.says}"),
    ev.AttendanceEnded: ("incident", lambda e: f"{e.holder} left incident {e.incident}"
                         f": {e.result}"),
    ev.AreaChanged: ("area", _of_area),
    ev.WalkTestBegan: ("area", lambda e: "walk test began"),
    ev.WalkTestEnded: ("area", lambda e: f"walk test over: {e.seen} seen, "
                       f"{len(e.not_seen)} not seen"),
    ev.AlarmSuppressed: ("held-back", _of_holding),
    ev.AlarmUnsuppressed: ("held-back", lambda e: f"{e.source} no longer {e.how}: {e.why}"),
    ev.MaintenanceGranted: ("held-back", lambda e: f"{e.person} may hold back for maintenance "
                            f"{e.number} until {rfc3339(e.until_utc_ms)}: {e.reason}"),
    ev.MaintenanceEnded: ("held-back", lambda e: f"maintenance {e.number} is over: {e.why}"),
    ev.ModeChanged: ("mode", lambda e: f"mode {e.mode}" + (f": {e.reason}" if e.reason else "")),
    ev.HandoverOffered: ("handover", lambda e: f"{e.post} is handed over: {len(e.items)} lines"),
    ev.HandoverTaken: ("handover", lambda e: f"{e.post} is taken over of {e.of}"
                       + (f", but for {', '.join(e.refused)}: {e.reason}" if e.refused else "")),
    ev.HandoverMissed: ("handover", lambda e: f"nobody signed for {e.post}"),
    ev.ReliefGiven: ("handover", lambda e: f"{e.person} has a PIN for one shift until "
                     f"{rfc3339(e.until_utc_ms)}"),
    ev.ReliefEnded: ("handover", lambda e: f"the PIN of {e.person} for one shift is over"),
    ev.EvidenceHeld: ("pictures", lambda e: f"the evidence of incident {e.incident} is held, to "
                      f"be looked at again {rfc3339(e.until_utc_ms)}"),
    ev.EvidenceReleased: ("pictures", lambda e: f"the evidence of incident {e.incident} is held "
                          "no longer"),
    ev.PicturesViewed: ("pictures", lambda e: f"{e.by} looks at the pictures of the {e.what}"),
    ev.OutputSwitched: ("output", lambda e: f"{e.output} {'on' if e.on else 'off'}: {e.why}"),
    ev.OutputFailed: ("output", lambda e: f"{e.output} did not go {'on' if e.on else 'off'}: "
                      f"{e.why}"),
    ev.DeviceWentSilent: ("fault", lambda e: f"{e.device} does not answer: {e.cause}"),
    ev.DeviceCameBack: ("fault", lambda e: f"{e.device} answers again"),
    ev.PathChanged: ("fault", lambda e: f"way to people {e.channel}: {e.state}"),
    ev.StationChanged: ("station", lambda e: f"{e.station} is {e.attention}"),
    ev.EpochOpened: ("monitord", lambda e: "monitord was started"),
    ev.SiteAccepted: ("monitord", lambda e: "a site file was accepted"),
    ev.StoreDegraded: ("monitord", lambda e: f"the journal is not written: {e.reason}"),
    ev.StoreRestored: ("monitord", lambda e: "the journal is written again"),
}  # fmt: skip

_NAMES: Final = "|".join(sorted([*(kind.__name__ for kind in TOLD), "LogWritten"]))
_TELLS: Final = re.compile(f'"type":"(?:{_NAMES})"'.encode())


def lines(state: State, item: Stored) -> list[Line]:
    """What one stored entry tells; nothing where it is no occurrence, or cannot be read."""
    if not _TELLS.search(item.payload):
        return []
    try:
        entry = decode(item.payload).entry
    except NotAnEntry:
        return []
    found = (_line(state, entry, event) for event in entry.events)
    return [line for line in found if line is not None]


def _line(state: State, entry: ev.Entry, event: ev.AnyEvent) -> Line | None:
    if isinstance(event, ev.LogWritten):
        return Line(
            entry.utc_ms,
            event.occurred_utc_ms,
            event.kind,
            "",
            by=event.by,
            area=event.area,
            number=event.number,
            amends=event.amends,
            note=event.note,
        )
    if type(event) not in TOLD:
        return None
    kind, words = TOLD[type(event)]
    by = getattr(event, "by", "")
    source = getattr(event, "source", "")
    return Line(
        entry.utc_ms,
        entry.utc_ms,
        kind,
        words(event),
        by=by if isinstance(by, str) else "",
        area=_area(state, event, source),
        incident=getattr(event, "incident", 0),
        source=source,
    )


def _area(state: State, event: ev.AnyEvent, source: str) -> str:
    said = str(getattr(event, "area", ""))
    if said:
        return said
    point = state.site.points.get(source)
    if point is not None:
        return point.area
    record = state.incidents.get(getattr(event, "incident", 0))
    return "" if record is None else record.area
