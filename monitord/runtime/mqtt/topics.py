"""From a state or an entry to topics and payloads. Pure.

Unknown is never shown as normal, and an unknown point never shows an old value as its own (law
4). No personal text: people are their ids.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from monitord.core import events as ev
from monitord.core.records import AreaRecord
from monitord.core.site import Point
from monitord.core.state import State
from monitord.journal.codec import encode as encode_entry
from monitord.runtime.control import view
from monitord.runtime.control.view_incidents import incident as incident_view
from monitord.vocabulary import PointState

ONLINE: Final = b"online"
OFFLINE: Final = b"offline"

#: What is told of an incident; the steps of its chain are in the journal.
_CHANGES: Final[dict[type[Any], str]] = {
    ev.IncidentOpened: "opened",
    ev.IncidentJoined: "joined",
    ev.IncidentConfirmed: "confirmed",
    ev.IncidentAcknowledged: "acknowledged",
    ev.IncidentClosed: "closed",
    ev.ChainLooped: "nobody took it",
    ev.DecideExpired: "no outcome in time",
}

_encode = msgspec.json.Encoder().encode


class Topics:
    """The names below ``monitord/SITE``."""

    def __init__(self, site: str) -> None:
        self.root = f"monitord/{site}"
        self.status = f"{self.root}/status"
        self.incidents = f"{self.root}/incidents"
        self.journal = f"{self.root}/journal"
        self.flood = f"{self.root}/flood"
        self.heartbeat = f"{self.root}/heartbeat"
        self.answers = f"{self.root}/answers"
        self.commands = f"{self.root}/command"
        self.states = tuple(f"{self.root}/{kind}" for kind in ("points", "areas", "devices"))

    def command_of(self, topic: str) -> str | None:
        """The command that a topic names; None where it is no command's topic."""
        prefix = self.commands + "/"
        return topic[len(prefix) :] if topic.startswith(prefix) else None

    def is_state(self, topic: str) -> bool:
        """Whether monitord alone may publish there."""
        return topic == self.flood or topic.rpartition("/")[0] in self.states

    def all_states(self, state: State) -> Iterator[str]:
        """The flood's, then that of every area, device and point, retired ones too."""
        points, areas, devices = self.states
        yield self.flood
        yield from (f"{areas}/{name}" for name in state.site.areas)
        yield from (f"{devices}/{name}" for name in state.site.devices)
        yield from (f"{points}/{name}" for name in (*state.site.points, *state.retired))

    def touched(self, state: State, entry: ev.Entry) -> Iterator[str]:
        """The state topics that may say something else after ``entry``."""
        points, areas, _ = self.states
        for event in entry.events:
            match event:
                case ev.EpochOpened() | ev.SiteAccepted() | ev.ClockStepped():
                    yield from self.all_states(state)
                case ev.PointStateChanged() | ev.PointOverdue() | ev.PointReleased():
                    yield f"{points}/{event.point}"
                case ev.FloodBegan() | ev.FloodEnded():
                    yield self.flood
                case (
                    ev.AreaChanged()
                    | ev.AreaHeld()
                    | ev.ExitBegan()
                    | ev.ExitEnded()
                    | ev.EntryBegan()
                    | ev.EntryRanOut()
                ):
                    yield f"{areas}/{event.area}"
                case ev.AlarmSuppressed() | ev.AlarmUnsuppressed():
                    yield f"{points}/{event.source}"
                    yield from self._of_device(state, event.source)
                case (
                    ev.DeviceWentSilent()
                    | ev.DeviceOverdue()
                    | ev.DeviceCauseChanged()
                    | ev.DeviceCameBack()
                    | ev.DeviceColdStarted()
                    | ev.DeviceWarmed()
                ):
                    yield from self._of_device(state, event.device)
                case _:
                    pass

    def _of_device(self, state: State, device_id: str) -> Iterator[str]:
        points, _, devices = self.states
        device = state.site.devices.get(device_id)
        if device is not None:
            yield f"{devices}/{device_id}"
            yield from (f"{points}/{name}" for name in device.points)

    def payload(self, state: State, topic: str) -> bytes:
        """What a state topic says now; empty, which clears it, for what the site does not have."""
        if topic == self.flood:
            since_ms = state.flood.since_ms
            since = None if since_ms is None else view.moment(state, since_ms)
            return _encode({"flood": since is not None, "since": since})
        folder, _, name = topic.rpartition("/")
        points, areas, devices = self.states
        site = state.site
        if folder == points and name in site.points:
            return _encode(_point(state, site.points[name]))
        if folder == points and name in state.retired:
            return _encode({**view.retired(state, state.retired[name]), "value": None})
        if folder == areas and name in site.areas:
            return _encode(_area(state, name))
        if folder == devices and name in site.devices:
            return _encode(view.device(state, site.devices[name]))
        return b""


def _point(state: State, point: Point) -> view.View:
    said = view.point(state, point)
    if said["state"] == PointState.UNKNOWN:
        said["value"] = None
    return said


def _area(state: State, area_id: str) -> view.View:
    area, record = state.site.areas[area_id], state.areas.get(area_id, AreaRecord())
    due_ms = state.deadlines.get(f"entering:{area_id}")
    return {
        "id": area_id,
        "name": area.name,
        "gate": area.gate,
        "state": record.state.value,
        "guarded": record.state.counts_as_set,
        "since": view.moment(state, record.since_ms),
        "phase": record.phase.value,
        "phase_until": None if due_ms is None else view.moment(state, due_ms),
    }


class IncidentChange(msgspec.Struct, frozen=True):
    """``id`` is the same whenever the same change is published again."""

    id: str
    payload: bytes


def incident_changes(state: State, entry: ev.Entry, *, stored: bool) -> list[IncidentChange]:
    """What ``entry`` changed in incidents, one message each, the most urgent first; ``state`` is
    that after it."""
    changes: dict[int, list[str]] = {}
    for event in entry.events:
        word = _CHANGES.get(type(event))
        if word is not None:
            changes.setdefault(getattr(event, "incident"), []).append(word)  # noqa: B009 - by type
    # A screen at the place itself may show what the broker has: nothing of a hidden one.
    told = (n for n in changes if n in state.incidents and not state.incidents[n].hidden)
    known = sorted(told, key=_rank(state))
    return [_change(state, entry, number, changes[number], stored=stored) for number in known]


def _rank(state: State) -> Callable[[int], tuple[bool, int, int]]:
    return lambda number: state.incidents[number].rank


def _change(
    state: State, entry: ev.Entry, number: int, words: list[str], *, stored: bool
) -> IncidentChange:
    name = f"{state.site.id}-{number}@{entry.position}"
    said = {
        "id": name,
        "changes": list(dict.fromkeys(words)),
        "position": entry.position,
        "stored": stored,
        "at": view.moment(state, entry.at_ms),
        "incident": incident_view(state, state.incidents[number], entry.at_ms),
    }
    return IncidentChange(name, _encode(said))


def journal_payload(entry: ev.Entry, *, stored: bool) -> bytes:
    """An entry for the hub, as the feed has it."""
    raw = msgspec.Raw(encode_entry(entry))
    return _encode({"position": entry.position, "stored": stored, "entry": raw})


def heartbeat_payload(state: State, utc: str) -> bytes:
    """That monitord lives, and how far its journal is."""
    return _encode({"at": utc, "position": state.position})
