"""What programs are told of what happens: from each entry of the journal, the events they may see.

A closed table: an event that is not in it, and a field that is not in it, is told to nobody here.
Pure.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from monitord.console.api.answers import Moment, Position
from monitord.core import events as ev
from monitord.core.state import State
from monitord.journal.export import rfc3339
from monitord.runtime.control import hiding

TOLD: Final[Mapping[type[ev.Event], tuple[str, ...]]] = {
    ev.EpochOpened: ("epoch",),
    ev.SiteAccepted: ("file_hash",),
    ev.ModeChanged: ("mode", "by"),
    ev.PointStateChanged: ("point", "state", "before", "value"),
    ev.PointOverdue: ("point",),
    ev.PointRenamed: ("point", "was"),
    ev.PointRetired: ("point",),
    ev.PointReleased: ("point",),
    ev.DeviceWentSilent: ("device", "cause"),
    ev.DeviceOverdue: ("device",),
    ev.DeviceCameBack: ("device",),
    ev.AreaChanged: ("area", "state", "by"),
    ev.ExitBegan: ("area",),
    ev.ExitEnded: ("area",),
    ev.EntryBegan: ("area", "point"),
    ev.EntryRanOut: ("area", "point"),
    ev.AlarmOccurred: ("alarm", "source", "condition", "category", "area", "priority"),
    ev.AlarmCleared: ("alarm",),
    ev.AlarmAcknowledged: ("alarm", "by"),
    ev.AlarmReset: ("alarm",),
    ev.AlarmSuppressed: ("source", "how", "by"),
    ev.AlarmUnsuppressed: ("source", "how", "why", "by"),
    ev.FloodBegan: ("count",),
    ev.FloodEnded: ("count",),
    ev.IncidentOpened: ("incident", "category", "area", "priority", "first_out", "declared_by"),
    ev.IncidentJoined: ("incident", "alarm", "category", "area", "priority", "worse"),
    ev.IncidentConfirmed: ("incident", "by", "how"),
    ev.IncidentAcknowledged: ("incident", "by", "seen", "via"),
    ev.IncidentClosed: ("incident", "by", "cause"),
    ev.CallPlaced: ("call", "incident", "person", "channel", "attempt"),
    ev.CallResulted: ("call", "outcome"),
    ev.CallsStopped: ("incident", "why"),
    ev.ChainLooped: ("incident", "round"),
    ev.DecideExpired: ("incident",),
    ev.StoreDegraded: ("reason",),
    ev.StoreRestored: (),
}
#: Fields that name a point, or an alarm of one.
_NAMES_A_POINT: Final = ("point", "was", "source", "alarm", "first_out")


class Happened(msgspec.Struct, kw_only=True):
    """One entry as programs are told of it. Each event has its ``type`` and its own fields."""

    position: Position
    at: Moment
    stored: bool
    events: list[dict[str, Any]]


def happened(
    state: State, entry: ev.Entry, hidden: frozenset[int], buttons: Collection[str], *, stored: bool
) -> Happened | None:
    """``entry`` without what is ``hidden`` and without ``buttons``; None where nothing is left.

    ``state`` is at the entry or after it.
    """
    told = [
        {"type": type(event).__name__, **{f: getattr(event, f) for f in TOLD[type(event)]}}
        for event in left(state, entry, hidden, buttons)
        if type(event) in TOLD
    ]
    if not told:
        return None
    at = rfc3339(entry.utc_ms)
    return Happened(position=entry.position, at=at, stored=stored, events=told)


def left(
    state: State, entry: ev.Entry, hidden: frozenset[int], buttons: Collection[str]
) -> list[ev.AnyEvent]:
    """What happened beside what is ``hidden`` and beside ``buttons``."""
    return [
        event
        for event in entry.events
        if not _of_a_button(event, buttons) and not hiding.about(state, event, hidden)
    ]


def _of_a_button(event: ev.Event, buttons: Collection[str]) -> bool:
    names = (str(getattr(event, field, "")) for field in _NAMES_A_POINT)
    return any(name.partition("/")[0] in buttons for name in names)
