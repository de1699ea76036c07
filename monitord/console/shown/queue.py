"""The first page: the alarm queue, or the quiet screen. Drawn from the state, for one viewer."""

from collections.abc import Callable
from typing import Final

from monitord.console.render import render
from monitord.console.replica import Replica
from monitord.console.shown import standing
from monitord.console.shown.quiet import quiet
from monitord.console.viewer import Viewer
from monitord.console.words import CATEGORY
from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.runtime.control.view_incidents import incident
from monitord.runtime.control.view_status import status

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
    parts = context(state, replica.now_ms(), name, viewer, degraded=replica.degraded)
    return render("_queue.html", **parts)


def context(
    state: State, now_ms: int, name: Name, viewer: Viewer, *, degraded: bool = False
) -> View:
    """What the template needs."""
    listed = shown(state, now_ms)
    whole = status(state, now_ms, None, degraded=degraded)
    amiss = standing.lines(state, now_ms, whole, name)
    return {
        "site": view.head(state, now_ms)["site"],
        "signed_on": bool(viewer.person),
        "incidents": listed,
        "rows": ROWS,
        "sound": sound(listed),
        "standing": amiss[:STANDING_MAX],
        "standing_more": max(0, len(amiss) - STANDING_MAX),
        "quiet": quiet(state, now_ms, whole, name),
        "name": name,
        "what": what,
    }


def shown(state: State, now_ms: int) -> list[View]:
    """The open incidents: what nobody has taken first, then by rank. Fire stays above all."""
    listed = sorted(state.open_incidents(), key=lambda i: (i.rank[0], i.acknowledged, *i.rank))
    return [incident(state, i, now_ms) for i in listed]


def sound(incidents: list[View]) -> str:
    """What is to be heard: the most urgent of what nobody has taken; empty for silence."""
    heard = [_SOUND.get(i["category"], "technical") for i in incidents if not i["acknowledged"]]
    return next((s for s in ("fire", "intrusion", "technical") if s in heard), "")


def what(incident: View) -> str:
    """What was detected and by which detector, in one line."""
    first = next((a for a in incident["alarms"] if a["id"] == incident["headline"]), None)
    if first is None:
        return CATEGORY.get(incident["category"], incident["category"])
    said = first["what"] if first["condition"] == "active" and first["what"] else first["condition"]
    return f"{said[0].upper()}{said[1:]}: {first['name']}"
