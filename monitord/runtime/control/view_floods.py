"""A flood of alarms, points that chatter, and alarms that stand for more than a day.

Pure; see :mod:`monitord.runtime.control.view` for what holds of every view.
"""

from typing import Final

from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View

STANDING_MS: Final = 24 * 3_600_000


def flood(state: State) -> View | None:
    """Since when, and how many alarms so far; None when there is none."""
    if state.flood.since_ms is None:
        return None
    return {"since": view.moment(state, state.flood.since_ms), "alarms": state.flood.count}


def maintenance(state: State, now_ms: int) -> list[View]:
    """What somebody has to mend: ``chattering`` points first, then ``standing`` alarms."""
    found = [
        {
            "why": "chattering",
            "source": name,
            "since": view.moment(state, chatter.from_ms),
            "count": chatter.count,
            "propose_shelving": chatter.may_shelve,
        }
        for name, chatter in state.chattering.items()
    ]
    return found + [
        {
            "why": "standing",
            "source": alarm.source,
            "since": view.moment(state, alarm.occurred_ms),
            "count": alarm.count,
            "propose_shelving": False,
        }
        for alarm in state.alarms.values()
        if alarm.active and now_ms - alarm.occurred_ms > STANDING_MS
    ]
