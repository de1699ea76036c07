"""The first page: the alarm queue, or the quiet screen. Drawn from the state, for one viewer."""

from collections.abc import Callable, Iterable
from typing import Final

from monitord.console.render import render
from monitord.console.replica import Replica
from monitord.console.shown import standing
from monitord.console.shown.quiet import quiet
from monitord.console.viewer import Viewer
from monitord.console.words import CATEGORY
from monitord.core.records import IncidentRecord
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.runtime.control.view_incidents import incident

#: Below the first one.
ROWS: Final = 12
STANDING_MAX: Final = 8

#: What a page sounds like until it is taken: fire, somebody in the house, everything else.
_SOUND: Final = {
    "fire": "fire",
    **dict.fromkeys(
        ("intrusion", "object", "hold-up", "tamper", "theft", "bomb-call"), "intrusion"
    ),
}

Name = Callable[[str], str]


def draw(replica: Replica, name: Name, viewer: Viewer) -> str:
    """The part of the page that changes."""
    assert replica.state is not None
    state = viewer.sees(replica.state)
    parts = context(state, replica.now_ms(), name, viewer, replica.whole(state))
    return render("_queue.html", **parts)


def strip(replica: Replica, viewer: Viewer) -> str:
    """What stands above every other page while nobody has taken an alarm, and sounds there."""
    assert replica.state is not None
    return render("_alarm.html", **alarm(viewer.sees(replica.state), replica.now_ms()))


def alarm(state: State, now_ms: int) -> View:
    """What the template of the strip needs: the first that nobody has taken, how many more."""
    waiting = sorted((i for i in state.open_incidents() if not i.acknowledged), key=_order)
    top = incident(state, waiting[0], now_ms) if waiting else None
    return {
        "alarm": top,
        "alarm_what": "" if top is None else what(top),
        "alarm_more": max(0, len(waiting) - 1),
        "alarm_sound": _loudest(i.category for i in waiting),
    }


def context(state: State, now_ms: int, name: Name, viewer: Viewer, whole: View) -> View:
    """What the template needs; ``whole`` is how all of it stands.

    What would not be drawn is not worked out: a flood draws this twenty times a second.
    """
    all_open = ranked(state)
    listed = [incident(state, record, now_ms) for record in all_open[: ROWS + 1]]
    amiss = standing.lines(state, now_ms, whole, name)
    return {
        "site": view.head(state, now_ms)["site"],
        "signed_on": bool(viewer.person),
        "incidents": listed,
        "cameras": listed[0]["cameras"] if listed else [],
        "incidents_more": len(all_open) - len(listed),
        "sound": _loudest(i.category for i in all_open if not i.acknowledged),
        "standing": amiss[:STANDING_MAX],
        "standing_more": max(0, len(amiss) - STANDING_MAX),
        "quiet": None if listed else quiet(state, now_ms, whole, name),
        "name": name,
        "what": what,
    }


def ranked(state: State) -> list[IncidentRecord]:
    """The open incidents: what nobody has taken first, then by rank. Fire stays above all."""
    return sorted(state.open_incidents(), key=_order)


def _order(record: IncidentRecord) -> tuple[bool, bool, bool, int, int]:
    return record.rank[0], record.acknowledged, *record.rank


def _loudest(categories: Iterable[str]) -> str:
    heard = {_SOUND.get(category, "technical") for category in categories}
    return next((s for s in ("fire", "intrusion", "technical") if s in heard), "")


def what(incident: View) -> str:
    """What was detected and by which detector, in one line."""
    first = next((a for a in incident["alarms"] if a["id"] == incident["headline"]), None)
    if first is None:
        return CATEGORY.get(incident["category"], incident["category"])
    said = first["what"] if first["condition"] == "active" and first["what"] else first["condition"]
    words = f"{said[0].upper()}{said[1:]}: {first['name']}"
    return f"{words} ({first['said']})" if first["said"] else words
