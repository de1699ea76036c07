"""What of the state exists for whoever asks by the API (G9).

A person sees what their pages show. For a program no hold-up exists until it is closed, and no
hold-up button at all: nobody knows who stands before the screen that a program feeds. A hub is a
replica elsewhere, and sees everything. Pure.
"""

from msgspec.structs import replace

from monitord.core.state import State
from monitord.runtime.control import hiding


def without_buttons(state: State) -> State:
    """The state of a site that has no hold-up buttons; the very state where it has none."""
    gone = hiding.buttons(state)
    if not gone:
        return state
    held = {k: s for k, s in state.suppressions.items() if s.source not in gone}
    running = {
        name: alarm
        for name, alarm in state.alarms.items()
        if alarm.source not in gone or _is_told(state, alarm.incident)
    }
    return replace(hiding.without_points(state, gone), suppressions=held, alarms=running)


def _is_told(state: State, incident: int) -> bool:
    record = state.incidents.get(incident)
    return record is not None and not record.open
