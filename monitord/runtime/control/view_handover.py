"""The handover sheet: what the one who takes over must know, at any moment there was (H2).

Pure: it is the one screen (:mod:`monitord.runtime.control.view_status`) over a state that was
rebuilt from the journal, so a sheet of last week says what the screen said then.
"""

from monitord.core.state import State
from monitord.runtime.control.view import View
from monitord.runtime.control.view_status import status


def sheet(state: State, at_utc_ms: int) -> View:
    """The sheet at that moment; ``state`` is that of the last entry before it."""
    now_ms = max(state.at_ms, at_utc_ms - state.offset_ms)
    return status(state, now_ms, None, degraded=bool(state.degraded))


def names(listed: View) -> frozenset[str]:
    """Every point and device that stands on a sheet: blind, held back or in an open alarm."""
    blind = (found.get("device") or found["point"] for found in listed["blind"])
    held = (found["source"] for found in listed["held_back"])
    alarms = (alarm["source"] for one in listed["open"] for alarm in one["alarms"])
    return frozenset((*blind, *held, *alarms))
