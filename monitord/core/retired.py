"""Retired points: gone from the site file while something about them was open.

Nobody polls them, so they are unknown, and stay shown until the last incident that holds an alarm
of theirs is closed by a person and nothing of theirs is held back any more. A point that comes back
to the file is an ordinary one again.
"""

from collections.abc import Iterator

from monitord.core import events as ev
from monitord.core import facts as f
from monitord.core.concern import Evolve
from monitord.core.records import RetiredRecord
from monitord.core.site import Site
from monitord.core.state import State
from monitord.vocabulary import Condition, Suppression


def decide(
    state: State, now_ms: int, fact: f.AnyFact, so_far: tuple[ev.AnyEvent, ...]
) -> Iterator[ev.AnyEvent]:
    """Let go of those about which nothing is open any more."""
    if not state.retired:
        return
    if any(isinstance(e, ev.IncidentClosed | ev.AlarmUnsuppressed | ev.AlarmReset) for e in so_far):
        for name in [name for name in state.retired if not has_open(state, name)]:
            yield ev.PointReleased(point=name)


def retiring(state: State, new: Site, renamed: set[str]) -> Iterator[ev.PointRetired]:
    """The points that leave with ``new`` while something about them is open."""
    for name in state.site.points:
        if name not in new.points and name not in renamed and has_open(state, name):
            yield ev.PointRetired(point=name)


def has_open(state: State, point: str) -> bool:
    """Whether an open incident holds an alarm of the point, or somebody holds it back."""
    if any(f"{point}:{how}" in state.suppressions for how in Suppression):
        return True
    alarms = (state.alarms.get(f"{point}/{condition}") for condition in Condition)
    return any(alarm is not None and alarm.incident for alarm in alarms)


def site_changed(state: State) -> None:
    """Those that are in the file again are retired no longer."""
    for name in [name for name in state.retired if name in state.site.points]:
        del state.retired[name]


def _retired(state: State, event: ev.PointRetired) -> None:
    record = state.points[event.point]
    state.retired[event.point] = RetiredRecord(
        point=state.site.points[event.point], since_ms=state.at_ms, known=record.known
    )


def _let_go(state: State, event: ev.PointReleased) -> None:
    del state.retired[event.point]


EVOLVE: Evolve = {ev.PointRetired: _retired, ev.PointReleased: _let_go}
