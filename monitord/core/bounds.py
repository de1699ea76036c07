"""What the state may hold at most: nothing in it grows with time alone.

A site is guarded for years without a stop, so each collection of the state is bounded by the site
file or by a number that stands here or at its concern. Pure look-ups for the invariants.
"""

from collections.abc import Iterator
from typing import Final

from monitord.core import floods
from monitord.core.keys import KEYS_OF_DEVICE_MAX
from monitord.core.police import CALLS_KEPT_MAX
from monitord.core.state import CLOSED_INCIDENTS_KEPT, KEYS_KEPT_MAX, State

#: Closed since the last one was opened: only then the oldest go.
CLOSED_SINCE_MAX: Final = 1_000


def broken(state: State) -> Iterator[str]:
    """What is larger than it may ever be, or belongs to nothing."""
    closed = sum(not incident.open for incident in state.incidents.values())
    sizes = {
        "keys of commands": (len(state.answered), KEYS_KEPT_MAX),
        "the last alarms": (len(state.flood.recent), floods.FLOOD + 1),
        "closed incidents": (closed, CLOSED_INCIDENTS_KEPT + CLOSED_SINCE_MAX),
    }
    for name, keys in state.heard.items():
        sizes[f"keys of {name}"] = len(keys), KEYS_OF_DEVICE_MAX
    for number, incident in state.incidents.items():
        sizes[f"police calls of incident {number}"] = len(incident.police), CALLS_KEPT_MAX
    for name, point in state.points.items():
        sizes[f"activations of {name}"] = len(point.activations), floods.CHATTER
    for what, (size, most) in sizes.items():
        if size > most:
            yield f"{size} {what}, {most} at most"
    for name, alarm in state.alarms.items():
        held_back = state.suppressed(alarm.source, alarm.condition)
        if not (alarm.active or alarm.incident or held_back):
            yield f"the alarm {name} is over, in no incident, and still kept"
    for key, attendance in state.attendances.items():
        incident_ = state.incidents.get(attendance.incident)
        if incident_ is None or not incident_.open:
            yield f"{key} is kept although the incident is closed"
