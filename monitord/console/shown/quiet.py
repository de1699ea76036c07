"""The screen of a night without an alarm: what is watched, in a few lines that can be believed.

Pure. Nothing unknown is counted with what is normal (law 4): a point is read while its device
answers within its limit of silence, and the point itself says something.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from monitord.console.words_standing import QUIET
from monitord.core.state import State
from monitord.runtime.control import view, view_areas
from monitord.runtime.control.view import View
from monitord.runtime.control.view_duties import duties
from monitord.vocabulary import PathState, SetState

Name = Callable[[str], str]


def quiet(state: State, now_ms: int, whole: View, name: Name) -> View:
    """``headline`` and ``lines``; ``well`` when nothing of it is amiss."""
    watched = whole["watched"]
    points, known = watched["points"], watched["points_known"]
    if not points:
        headline = QUIET["none"]
    elif known < points:
        headline = QUIET["some"].format(known=known, points=points)
    else:
        headline = QUIET["all"].format(points=points)
    return {
        "headline": headline,
        "lines": [
            _areas(state),
            QUIET["devices"].format(ok=watched["devices_answering"], all=watched["devices"]),
            QUIET["held"].format(count=len(whole["held_back"])),
            *_paths(state),
            _last(state, name),
            *_next(state, now_ms),
        ],
        "well": bool(points) and known == points,
    }


def _areas(state: State) -> str:
    of = [state.areas[a].state if a in state.areas else SetState.UNKNOWN for a in state.site.areas]
    said = [QUIET["areas"].format(set=of.count(SetState.SET), all=len(of))]
    for word, other in (
        ("part", SetState.PART_SET),
        ("unset", SetState.UNSET),
        ("unknown", SetState.UNKNOWN),
    ):
        if count := of.count(other):
            said.append(QUIET[word].format(count=count))
    return ", ".join(said)


def _paths(state: State) -> list[str]:
    """Channels that leave the site; of one that is not known to be well nothing is claimed."""
    paths = [name for name, channel in state.site.channels.items() if channel.outside]
    if not paths:
        return []
    ill = [p for p in paths if p in state.paths and state.paths[p].state is not PathState.WELL]
    return [QUIET["paths"].format(ok=len(paths) - len(ill), all=len(paths))]


def _last(state: State, name: Name) -> str:
    closed = [i for i in state.incidents.values() if i.closed_ms is not None]
    if not closed:
        return QUIET["no_last"]
    last = max(closed, key=lambda i: i.closed_ms or 0)
    place = view.place(state, last.area)["place"]
    return QUIET["last"].format(number=last.number, place=place, who=name(last.closed_by))


def _next(state: State, now_ms: int) -> list[str]:
    """What comes next: an area's hours that begin or end, a handover, a proof of hearing."""
    coming = []
    for area in view_areas.areas(state, now_ms)["areas"]:
        hours = area["hours"]
        for at, word in ((hours["next"], "next_open"), (hours["until"], "next_set")):
            if at is not None:
                coming.append((at, word, area["place"]))
    coming += [
        (duty["due"], f"next_{duty['duty']}", duty["of"])
        for duty in duties(state, now_ms)["duties"]
        if duty["duty"] in ("handover", "hearing")
    ]
    if not coming:
        return []
    at, word, place = min(coming)
    clock = datetime.fromisoformat(at).astimezone(ZoneInfo(state.site.timezone))
    return [QUIET[word].format(place=place, at=clock.strftime("%a %H:%M"))]
