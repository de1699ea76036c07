"""The place of the picture beside an alarm (G5): which cameras look there, and which answer.

Pure. No picture is shown here yet; a camera that is dead must never look like one that sees.
"""

from typing import Final

from monitord.core.state import State
from monitord.runtime.control import view
from monitord.runtime.control.view import View
from monitord.vocabulary import DeviceStatus

#: More than that nobody looks through beside an alarm.
CAMERAS_MAX: Final = 4


def cameras(state: State, incident: View) -> list[View]:
    """The cameras of the first detector, in the order of the site file, those that answer first."""
    source = incident["headline"].rpartition("/")[0]
    point = state.site.points.get(source)
    named = () if point is None else point.setup.get("cameras", ())
    found = [_camera(state, one) for one in named if one in state.site.devices]
    return sorted(found, key=lambda camera: not camera["answers"])[:CAMERAS_MAX]


def _camera(state: State, name: str) -> View:
    seen = view.device(state, state.site.devices[name])
    answers = seen["status"] == DeviceStatus.OK
    return {"name": seen["name"], "answers": answers, "since": seen["blind_from"]}
