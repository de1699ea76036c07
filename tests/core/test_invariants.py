"""The invariants notice: each is broken on purpose in a state that was whole."""

from collections.abc import Callable

import pytest

from monitord.core import events as ev
from monitord.core import invariants
from monitord.core.records import AckRecord, AreaRecord, PointRecord
from monitord.core.state import State
from monitord.vocabulary import AlarmState, Limit, PointState
from tests.core.night import Night
from tests.core.sites import MIN

Break = Callable[[State], object]


def _whole() -> State:
    """One open incident with two alarms, one closed, one device silent, one thing held back."""
    night = Night()
    night.opens("east.mains")
    night.closes("east.mains")
    night.closes_incident(incident=1)
    night.opens("west.pir", "west.glass")
    night.holds("east.water")
    night.loses("east")
    assert not invariants.check(night.state)
    return night.state


def _put(mapping: dict[str, int], key: str) -> None:
    mapping[key] = MIN


def _set(thing: object, name: str, value: object) -> None:
    setattr(thing, name, value)


PAST = PointRecord(state=PointState.NORMAL, crossed=(Limit.HIGH,))
BREAKS: list[tuple[str, Break]] = [
    ("calling is True", lambda s: s.deadlines.pop("chain:2")),
    ("calling is True", lambda s: _put(s.deadlines, "decide:2")),
    ("calling is False", lambda s: _set(s.incidents[2], "calling", False)),
    ("closed and still waits", lambda s: _put(s.deadlines, "chain:1")),
    ("worse than", lambda s: _set(s.incidents[2], "worse_rev", 99)),
    ("worse than", lambda s: _set(s.incidents[2], "worse_rev", 0)),
    ("owned and nobody", lambda s: _set(s.incidents[2], "owner", "anna")),
    ("does not know it", lambda s: s.incidents[2].alarms.append("west.door/active")),
    ("does not know it", lambda s: _set(s.alarms["west.pir/active"], "incident", 0)),
    ("with active=", lambda s: _set(s.alarms["west.pir/active"], "active", False)),
    ("with active=", lambda s: _set(s.alarms["west.pir/active"], "state", AlarmState.NORMAL)),
    ("which is not open", lambda s: _set(s.alarms["west.pir/active"], "incident", 1)),
    ("in no incident", lambda s: _set(s.alarms["west.pir/active"], "incident", 0)),
    ("is known", lambda s: _set(s.points["east.pir"], "state", PointState.NORMAL)),
    ("is normal, and past", lambda s: s.points.update({"west.glass": PAST})),
    ("no deadline runs", lambda s: s.deadlines.pop("device:east")),
    ("no deadline runs", lambda s: _set(s.points["west.pir"], "state", PointState.UNKNOWN)),
    ("has no end", lambda s: s.deadlines.pop("suppression:east.water:shelved")),
    ("has no end", lambda s: _put(s.deadlines, "suppression:east.water:shelved")),
    ("of nothing", lambda s: _put(s.deadlines, "retry:museum-1-1-1")),
    ("of nothing", lambda s: _put(s.deadlines, "device:north")),
    ("of nothing", lambda s: _put(s.deadlines, "lunch:anna")),
    ("areas of the state", lambda s: s.areas.update(attic=AreaRecord())),
    ("points of the state", lambda s: s.points.update({"west.x": PointRecord()})),
]


@pytest.mark.parametrize(("says", "breaks"), BREAKS)
def test_a_broken_invariant_is_noticed(says: str, breaks: Break) -> None:
    state = _whole()
    breaks(state)
    assert any(says in sentence for sentence in invariants.check(state)), says


def test_what_an_event_touched_is_looked_at_and_nothing_else() -> None:
    state = _whole()
    state.deadlines.pop("chain:2")
    assert invariants.touched(state, (ev.CallsStopped(incident=2, why="x"),))
    assert not invariants.touched(state, (ev.CallsStopped(incident=1, why="x"),))
    state = _whole()
    state.alarms["west.pir/active"].active = False
    assert invariants.touched(state, (ev.AlarmCleared(alarm="west.pir/active"),))
    assert not invariants.touched(state, (ev.AlarmCleared(alarm="west.glass/active"),))


def test_an_acknowledged_incident_is_whole_too() -> None:
    state = _whole()
    incident = state.incidents[2]
    incident.acks.append(AckRecord(by="anna", at_ms=1, seen=2))
    incident.owner, incident.calling = "anna", False
    state.deadlines["decide:2"] = state.deadlines.pop("chain:2")
    assert not invariants.check(state)
